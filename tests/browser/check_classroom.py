"""Run the first lessons in a built classroom: `check_classroom.py SITE`.

In a real browser, from localhost, without any other network.
"""

import functools
import http.server
import shutil
import sys
import threading

from conftest import FLAGS, PROGRAMS
from playwright.sync_api import sync_playwright

#: Lessons without matplotlib, which is not there, and words that they must show.
LESSONS = {
    "01-a-derivative-is-a-nudge.ipynb": "gain / h = 6.001",
    "02-an-expression-is-a-graph.ipynb": "bill",
    "03-the-chain-rule-walks-backward.ipynb": "Step",
    "04-a-neuron-and-a-layer.ipynb": "largest slope 0.25",
    "05-backward-by-hand.ipynb": "0.",
}


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the site, and says nothing."""

    def log_message(self, *_):
        pass


def main(site):
    handler = functools.partial(Quiet, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        for lesson, words in LESSONS.items():
            run(browser, home, lesson, words)
        browser.close()
        server.shutdown()


def run(browser, home, lesson, words):
    page = browser.new_page(viewport={"width": 1200, "height": 12_000})
    page.set_default_timeout(120_000)
    far = []
    page.on(
        "request",
        lambda request: (
            request.url.startswith((home, "data:", "blob:")) or far.append(request.url)
        ),
    )
    page.goto(f"{home}/lab/index.html?path={lesson}")
    page.wait_for_selector("text=(Pyodide) | Idle")
    page.click("text=Edit >> nth=0")
    page.click("text=Clear Outputs of All Cells")
    page.click("text=Run >> nth=0")
    page.click("text=Run All Cells >> nth=0")
    page.wait_for_function(
        """() => {
          const prompts = document.querySelectorAll(".jp-CodeCell .jp-InputPrompt");
          const texts = [...prompts].map((prompt) => prompt.innerText.trim());
          return texts.length > 3 && texts.every((text) => /^\\[\\d+\\]:$/.test(text));
        }"""
    )
    errors = page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
    assert errors.count() == 0, f"{lesson}: {errors.first.inner_text()}"
    shown = " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())
    assert words in shown, f"{lesson} does not show {words!r}: {shown[:500]}"
    pictures = page.locator(".jp-OutputArea-output img").count()
    frames = page.locator(".jp-OutputArea-output iframe").count()
    assert pictures + frames > 0, f"{lesson} shows no picture"
    assert far == [], f"{lesson} asked for {far}"
    print(f"{lesson}: {pictures} pictures, {frames} pages, no error")
    page.close()


if __name__ == "__main__":
    main(sys.argv[1])
