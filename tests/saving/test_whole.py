"""Whatever the package writes is there whole, or the old file is as it was."""

import os
import re
import stat
import sys
from pathlib import Path

import pytest

import tinygrad_edu
from tinygrad_edu import MLP, Value, draw_dot, play, save
from tinygrad_edu.cli.exhibits import loss_table, plots
from tinygrad_edu.cli.gallery import write_index
from tinygrad_edu.data import load_iris
from tinygrad_edu.draw import draw_network, save as save_picture
from tinygrad_edu.nn import cross_entropy
from tinygrad_edu.saving.whole import write_whole
from tinygrad_edu.training import fit


def graph():
    return Value(2.0, "a") * Value(3.0, "b")


def trained():
    model = MLP(4, [3], seed=0)
    data = load_iris()
    history = fit(
        model,
        data.features[:3],
        data.targets[:3],
        loss=cross_entropy,
        epochs=2,
        progress=False,
        engine="eager",
    )
    return model, history, data


def write_plots(path):
    model, history, data = trained()
    plots(path.parent, model, history, data, data)


#: What each file of a name is written by.
WRITERS = {
    "model.json": lambda path: save(MLP(1, [1], seed=0), path),
    "graph.svg": lambda path: save_picture(graph(), path),
    "graph.dot": lambda path: save_picture(graph(), path),
    "saved.svg": lambda path: draw_dot(graph(), engine="builtin").save(path),
    "saved.gv": lambda path: draw_dot(graph()).save(path),
    "rendered.svg": lambda path: draw_dot(graph(), engine="builtin").render(
        path.with_suffix(""), cleanup=True
    ),
    "network.svg": lambda path: draw_network(MLP(2, [1], seed=0)).save(path),
    "play.html": lambda path: play(graph()).save(path),
    "index.html": lambda path: write_index(path.parent, "Pictures", []),
    "iris-loss.csv": lambda path: loss_table(path.parent, trained()[1]),
    "iris-loss.png": write_plots,
    "any": lambda path: write_whole(path, b"new"),
}


@pytest.mark.machine
@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.write_bytes(b"old")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        WRITERS[name](path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.machine
@pytest.mark.skipif(sys.platform == "win32", reason="the limits of POSIX")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_may_not_grow_leaves_the_old_one_with_its_mode(tmp_path, name):
    resource = pytest.importorskip("resource")
    path = tmp_path / name
    WRITERS[name](path)
    path.write_bytes(b"old")
    path.chmod(0o600)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            WRITERS[name](path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.machine
@pytest.mark.skipif(sys.platform == "win32", reason="the modes of POSIX")
@pytest.mark.parametrize("name", WRITERS)
def test_who_may_read_the_old_file_may_read_the_new_one_and_none_else(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    new = path.read_bytes()
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    for mode in (0o600, 0o666):
        path.write_bytes(b"old")
        path.chmod(mode)
        WRITERS[name](path)
        assert path.read_bytes()[:20] == new[:20]
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_links_folders_and_files_that_must_not_be_written(tmp_path):
    path = tmp_path / "file"
    link = tmp_path / "link"
    link.symlink_to(path)
    write_whole(link, b"1")
    assert link.is_symlink()
    assert path.read_bytes() == b"1"
    with pytest.raises(OSError, match="is not a file"):
        write_whole(tmp_path, b"2")
    path.chmod(0o400)
    if not os.access(path, os.W_OK):
        with pytest.raises(PermissionError):
            write_whole(path, b"2")
        assert path.read_bytes() == b"1"
    assert sorted(tmp_path.iterdir()) == [path, link]


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(tmp_path):
    path = tmp_path / "none" / "model.json"
    with pytest.raises(FileNotFoundError) as caught:
        save(MLP(2, [1], seed=0), path)
    assert caught.value.filename == str(path)


def test_nothing_of_the_package_writes_a_file_in_another_way():
    package = Path(tinygrad_edu.__file__).parent
    ways = re.compile(r"\.write_(text|bytes)\(|open\([^)]*[\"'][wxa]b?\+?[\"']")
    found = {
        path.name
        for path in package.rglob("*.py")
        if ways.search(path.read_text(encoding="utf-8"))
    }
    # A picture that is shown lies in a new folder of its own.
    assert found == {"whole.py", "opening.py"}
