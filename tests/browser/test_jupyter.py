"""Real notebooks: JupyterLab in a real browser, trusted and not, and exported HTML."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

CELLS = [
    "from tinygrad_edu import *\na = Value(2.0, label='a')\nloss = (a * a).tanh()",
    "loss",
    "draw_dot(loss)",
    "draw_network(MLP(2, [3, 1], seed=0))",
    "MLP(2, [3, 1], seed=0)",
    "data.load_digits()",
    "explain(a, loss)",
    "play(loss)",
    "TrainingFilm(MLP(2, [3, 1], seed=0))",
    "from tinygrad_edu import plot_gradient_flow\n"
    "plot_gradient_flow(MLP(2, [3, 1], seed=0), [[1.0, 2.0], [2.0, 1.0]])",
    "from tinygrad_edu.course import check, hint, progress\ncheck('1.1', 8)",
    "hint('1.2')",
    "progress()",
]
PICTURES = 5
PAGES = 2
PICTURE = ".jp-RenderedHTML > img"
EXPLANATION = ".jp-RenderedHTML table"
PLOT = ".jp-RenderedImage img"


def notebook(path):
    described = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{i}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for i, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    text = {
        "cells": described,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(text))


def _require(name):
    try:
        __import__(name)
    except ImportError:
        if os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.fail(f"{name} is required here: pip install '.[oracles]'")
        pytest.skip(f"{name} is not installed: pip install '.[oracles]'")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    home = tmp_path_factory.mktemp("jupyter")
    return {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        # The kernel imports the package that is tested, wherever the tests run.
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@pytest.fixture(scope="module")
def executed(environment, tmp_path_factory):
    """A notebook that was executed elsewhere, and so is not trusted here."""
    _require("nbconvert")
    _require("ipykernel")
    path = tmp_path_factory.mktemp("executed") / "lesson.ipynb"
    notebook(path)
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
    subprocess.run(
        [*command, "--inplace", str(path)],
        env=environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return path


@pytest.fixture(scope="module")
def server(environment, tmp_path_factory):
    _require("jupyterlab")
    folder = tmp_path_factory.mktemp("notebooks")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=None",
            f"--ServerApp.root_dir={folder}",
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, address)
        yield folder, address
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(process, address):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/api/status", timeout=5).close()
            return
        time.sleep(0.3)
    pytest.fail("JupyterLab did not start")


def _open(tab, server, name):
    tab.set_default_timeout(60_000)
    tab.set_viewport_size({"width": 1200, "height": 4800})
    tab.goto(f"{server[1]}/lab/tree/{name}?reset")
    tab.wait_for_selector(".jp-Notebook .jp-CodeCell")


def _widths(tab, selector):
    script = "all => all.map(one => one.complete ? one.naturalWidth : 0)"
    return tab.eval_on_selector_all(selector, script)


def _reads_as_mathematics(tab):
    lines = tab.inner_text(EXPLANATION).splitlines()
    assert any(line.startswith("dv2⁄da") and "∂v1⁄∂a" in line for line in lines)
    return "\\frac" not in tab.inner_text("body")


def _has_its_mark(tab):
    """Wait for the words of a check, a hint and the record: cells are drawn in turn."""
    for mark in ("✗ 1.1 Not right. 8 is x³ itself", "Hint 1 of ", "Lesson 1: ✗□□□□"):
        tab.get_by_text(mark).first.wait_for(timeout=60_000)
    return True


def test_every_display_shows_itself_in_jupyterlab(tab, server):
    notebook(server[0] / "lesson.ipynb")
    _open(tab, server, "lesson.ipynb")
    tab.wait_for_selector("text=(ipykernel) | Idle")
    tab.click("text=Run >> nth=0")
    tab.click("text=Run All Cells >> nth=0")
    tab.wait_for_function(
        "document.querySelectorAll('.jp-OutputArea-output iframe').length === 2"
    )
    assert len(_widths(tab, PICTURE)) == PICTURES
    assert min(_widths(tab, PICTURE)) > 100
    tab.wait_for_selector(PLOT)
    assert tab.locator(PLOT).count() == 1
    assert _has_its_mark(tab)
    assert _reads_as_mathematics(tab)
    frame = tab.frame_locator(".jp-OutputArea-output iframe >> nth=0")
    assert frame.locator("#counter").text_content() == "Start"
    frame.locator("#last").click()
    assert "a.grad += " in frame.locator("#equation").text_content()
    # The leaf is changed, and the page computes: tanh(a·a) at 0.
    frame.get_by_label("a, number", exact=True).fill("0")
    frame.locator("#back").click()
    assert frame.locator("#equation").text_content().endswith("= 0 + 0.0 · 1.0 = 0.0")
    assert not tab.is_visible(".tinygrad-edu-still >> nth=0")


def test_an_untrusted_notebook_shows_pictures_of_all(tab, server, executed):
    (server[0] / "foreign.ipynb").write_bytes(executed.read_bytes())
    _open(tab, server, "foreign.ipynb")
    assert _has_its_mark(tab)
    assert tab.locator(".jp-OutputArea-output iframe").count() == 0
    assert _reads_as_mathematics(tab)
    assert len(_widths(tab, ".jp-RenderedHTML img")) == PICTURES + PAGES
    assert min(_widths(tab, ".jp-RenderedHTML img")) > 100
    assert tab.is_visible(".tinygrad-edu-still >> nth=0")
    assert tab.locator(PLOT).count() == 1


def test_exported_html_shows_and_plays_without_a_server(
    tab, executed, environment, tmp_path
):
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", str(executed)]
        + ["--output-dir", str(tmp_path)],
        env=environment,
        check=True,
        capture_output=True,
        timeout=120,
    )
    # The template of the export asks for MathJax, which our outputs do not need.
    tab.route(
        "**/*", lambda route: route.abort() if _is_far(route) else route.continue_()
    )
    tab.goto((tmp_path / "lesson.html").as_uri())
    pictures = _widths(tab, PICTURE)
    assert len(pictures) == PICTURES
    assert min(pictures) > 100
    assert _reads_as_mathematics(tab)
    assert _has_its_mark(tab)
    frame = tab.frame_locator("iframe >> nth=0")
    frame.locator("#next").click()
    assert frame.locator("#counter").text_content() == "Forward 1/2"


def _is_far(route):
    return route.request.url.startswith("http")
