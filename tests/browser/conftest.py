"""A real browser without a network: every error and every request is noted."""

import os
import shutil
from pathlib import Path

import pytest

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]


@pytest.fixture(scope="session")
def browser():
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None
    if program is None or sync_playwright is None:
        words = "Chromium and pip install '.[oracles]' are needed to try pages"
        if os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser):
    """A page whose `complaints` and `requests` must be looked at by the test."""
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.set_default_timeout(10_000)
    page.complaints = []
    page.requests = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
    page.on("request", lambda request: page.requests.append(request.url))
    yield page
    page.close()


@pytest.fixture(scope="session")
def axe():
    """The text of axe-core, which finds what shuts people out of a page.

    It is fetched by npm, and never by a test: TINYGRAD_EDU_AXE names its folder.
    """
    folder = os.environ.get("TINYGRAD_EDU_AXE")
    if not folder:
        words = "npm install axe-core@4.14.1, and name its folder in TINYGRAD_EDU_AXE"
        if os.environ.get("TINYGRAD_EDU_REQUIRE_ORACLES"):
            pytest.fail(words)
        pytest.skip(words)
    return (Path(folder) / "axe.min.js").read_text("utf-8")


@pytest.fixture
def assert_accessible(axe):
    """Asserts that axe-core finds no serious or critical violation in a page."""

    def check(page):
        page.add_script_tag(content=axe)
        found = page.evaluate("axe.run()")
        assert found["passes"] != []
        grave = [
            (violation["id"], [node["html"][:100] for node in violation["nodes"]])
            for violation in found["violations"]
            if violation["impact"] in ("serious", "critical")
        ]
        assert grave == []

    return check
