"""The sheet of all kinds of pictures: none is forgotten, and each is written."""

import importlib.util
from pathlib import Path

import pytest

from tinygrad_edu import draw

pytestmark = pytest.mark.usefixtures("matplotlib")


@pytest.fixture(scope="module")
def sheet():
    path = Path(__file__).with_name("sheet.py")
    spec = importlib.util.spec_from_file_location("sheet", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_of_picture_is_on_the_sheet(sheet, tmp_path):
    written = {}
    for name, picture in sheet.pictures("dark"):
        page = sheet.write(name, picture, tmp_path, "dark")
        assert page.stat().st_size > 100
        written[name] = page
    kinds = {name.partition(":")[0] for name in written}
    makers = {name for name in draw.__all__ if name.startswith(("draw_", "pl"))}
    assert makers | {"TrainingFilm"} == kinds
    assert len({page.name for page in written.values()}) == len(written) > 12


def test_a_page_is_shot_at_each_size_in_greyscale_and_in_print(
    sheet, browser, tmp_path
):
    picture = draw.draw_curve(abs, -1, 1)
    page = sheet.write("draw_curve", picture, tmp_path, "light")
    names = list(sheet.shoot(browser, page, tmp_path))
    assert len(names) == len(set(names)) == len(sheet.SIZES) + 2
    widths = [(tmp_path / name).read_bytes()[16:20] for name in names]
    shot = [int.from_bytes(width, "big") for width in widths]
    assert shot == [1920, 1280, 390, 1280, 1280]
