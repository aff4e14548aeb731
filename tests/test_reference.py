"""The reference holds every public name, and links that lead somewhere."""

import inspect
import re
import sys
import warnings
from html import unescape
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import tinygrad_edu
from tinygrad_edu.engine.primitives import FAMILIES, PRIMITIVES

CLASSROOM = Path(__file__).parent.parent / "notebooks" / "classroom"

#: Operators without a word of their own: nodes that other functions make.
UNSPOKEN = {"ratio"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The reference, built without a warning: the text of each page by its name."""
    folder = tmp_path_factory.mktemp("reference")
    sys.path.insert(0, str(CLASSROOM))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            import_module("reference").build(folder)
    finally:
        sys.path.remove(str(CLASSROOM))
    return {path.stem: path.read_text("utf-8") for path in folder.glob("*.html")}


def public_modules():
    for module in walk_packages(tinygrad_edu.__path__, "tinygrad_edu."):
        if module.ispkg:
            found = import_module(module.name)
            if hasattr(found, "__all__"):
                yield found


def is_of(thing, module):
    own = getattr(thing, "__module__", None) == module.__name__
    return own and inspect.isroutine(thing) and not thing.__name__.startswith("_")


def words(html):
    return unescape(re.sub(r"<[^>]+>", "", html))


def section(page, name):
    return page.partition(f'<section id="{name}">')[2].partition("</section>")[0]


def test_every_public_name_is_on_the_page_of_its_room(pages):
    checked = 0
    for module in public_modules():
        page = pages[module.__name__.split(".")[1]]
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.ismodule(thing):
                # A module within has its names on the same page.
                own = [n for n, x in vars(thing).items() if is_of(x, thing)]
                assert own
                assert all(section(page, one) for one in own), name
                continue
            told = section(page, name)
            assert told, f"{module.__name__}.{name}"
            assert 'href="source-' in told, name
            checked += 1
    assert checked > 80
    everything = "\n".join(pages.values())
    for name in tinygrad_edu.__all__:
        thing = getattr(tinygrad_edu, name)
        assert inspect.ismodule(thing) or f'<section id="{name}">' in everything, name


def test_every_public_method_is_there_and_documented(pages):
    everything = "\n".join(pages.values())
    checked = 0
    for module in public_modules():
        for name in module.__all__:
            thing = getattr(module, name)
            if not inspect.isclass(thing) or thing.__name__ != name:
                continue
            for member, value in vars(thing).items():
                if inspect.isroutine(value) and not member.startswith("_"):
                    told = section(everything, f"{name}.{member}")
                    assert "<p><b>" in told, f"{name}.{member}"
                    assert "<b></b>" not in told, f"{name}.{member} has no docstring"
                    checked += 1
    assert checked > 40


def test_every_operator_has_its_formula_its_picture_and_its_record(pages):
    engine = pages["engine"]
    formulas = {unescape(x) for x in re.findall(r'class="formula">(.*?)</p>', engine)}
    assert len(PRIMITIVES) > 30
    for record in PRIMITIVES.values():
        assert record.name in UNSPOKEN or record.formula in formulas, record.name
    for name in {*PRIMITIVES, *FAMILIES} - UNSPOKEN:
        told = section(engine, f"Value.{name}") or section(engine, name)
        if told:
            assert "<img" in told, name
            assert "its record" in told, name
    for name in ("__add__", "__rsub__", "__pow__", "__neg__", "exp", "leaky_relu"):
        assert "Value" in words(section(engine, f"Value.{name}")), name


def test_every_link_leads_to_a_place_that_is_there(pages):
    checked = 0
    for name, text in pages.items():
        for target in re.findall(r'(?:href|src)="([^":]+)"', text):
            page, _, anchor = target.partition("#")
            stem = page.removesuffix(".html") if page else name
            if stem in ("../index", "site.css"):
                continue
            assert stem in pages, (name, target)
            assert not anchor or f'id="{anchor}"' in pages[stem], (name, target)
            checked += 1
    assert checked > 500


def test_nothing_is_fetched_from_elsewhere(pages):
    for name, text in pages.items():
        assert not re.search(r"""<(script|link|img|iframe)[^>]*https?://""", text), name


def test_a_source_page_holds_the_file_line_by_line(pages):
    text = Path(inspect.getfile(tinygrad_edu.engine.node)).read_text("utf-8")
    page = pages["source-tinygrad_edu.engine.node"]
    listing = page.partition('<pre class="source">')[2].partition("</pre>")[0]
    lines = re.sub(r'<i id="L\d+">\d+</i>', "", listing)
    assert words(lines) == text.rstrip("\n")
    lines = text.splitlines()
    line = next(i for i, one in enumerate(lines, 1) if "def backward(" in one)
    assert f"source-tinygrad_edu.engine.node.html#L{line}" in pages["engine"]
