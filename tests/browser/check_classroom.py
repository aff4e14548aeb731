"""Try a built classroom as a class does: `check_classroom.py SITE [LESSON ...]`.

In a real browser, from localhost, without any other network. It runs the lessons that
are named, such as 06 or zh/07; or else it looks at all pages and runs the first five,
with `--all` every lesson and the glossaries, which takes half an hour. With
`--mistakes` each exercise is answered in each typical wrong way, and then right.
"""

import argparse
import functools
import http.server
import json
import re
import shutil
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from conftest import FLAGS, PROGRAMS
from playwright.sync_api import sync_playwright

#: Words that each lesson must show; those of the first five are run each time.
LESSONS = {
    "01-a-derivative-is-a-nudge.ipynb": "gain / h = 6.001",
    "02-an-expression-is-a-graph.ipynb": "bill",
    "03-the-chain-rule-walks-backward.ipynb": "Step",
    "04-a-neuron-and-a-layer.ipynb": "largest slope 0.25",
    "05-backward-by-hand.ipynb": "a weight is a derivative of L",
    "06-training.ipynb": "the best of 500",
    "07-saturation-and-initialisation.ipynb": "112,414.2 : 1",
    "08-iris-and-digits.ipynb": "of 359 test digits are right",
    "09-convolution.ipynb": "kernels learnt: 87%",
    "10-recurrence.ipynb": "continued:",
    "11-attention.ipynb": "continued:",
    "12-step-through-it-in-a-debugger.ipynb": "(Pdb) p parent.grad",
    "13-build-your-own.ipynb": "Hessian: [[2.0, 1.0], [1.0, 4.0]]",
    "14-larger-than-one-machine.ipynb": "sends 1,210 numbers",
    "glossary.ipynb": "1.414213562",
    "zh/01-a-derivative-is-a-nudge.ipynb": "还没有作答",
    "zh/02-an-expression-is-a-graph.ipynb": "还没有作答",
    "zh/03-the-chain-rule-walks-backward.ipynb": "第 6/6 步",
    "zh/04-a-neuron-and-a-layer.ipynb": "还没有作答",
    "zh/05-backward-by-hand.ipynb": "还没有作答",
    "zh/06-training.ipynb": "还没有作答",
    "zh/07-saturation-and-initialisation.ipynb": "还没有作答",
    "zh/glossary.ipynb": "逐条边看",
}
FIRST = 5

#: No lesson takes longer, on a machine that is shared.
MOST_SECONDS = 3600

#: Where JupyterLite shows errors and warnings.
ERRORS = '[data-mime-type="application/vnd.jupyter.stderr"]'

#: What stands in for matplotlib may say, once, that it does.
STAND_IN = "Plots are drawn by matplotlib, which is not installed."

#: Deep graphs are built, walked and freed, and a loop without an end is stopped; the
#: last line shows that Python still lives.
DEEP = """
import sys
from tinygrad_edu import MLP, Value
from tinygrad_edu.course import check

def turns(x):
    while True:
        pass

print(check("1.4", turns))

parameters = MLP(2, [40, 40, 1]).parameters()
loss = sum(p * p for p in parameters)
loss.backward()
del loss
print("penalty", all(p.grad == 2 * p.data for p in parameters))
for links in (10_000, 1_000_000):
    x = Value(0.5)
    y = x
    for _ in range(links):
        y = y + 1.0
    y.backward()
    del y
    print("chain", links, x.grad)

print("Python", sys.version[:4], "lives")
"""


#: What stands behind a check where mistakes are wanted.
MISTAKES = """
def make_mistakes(number):
    from tinygrad_edu.course.lessons import find_exercise

    answers = find_exercise(number).answers()
    right = answers.pop("right")
    for name, answer in [("wrong", "?"), *answers.items(), ("right", right)]:
        verdict = check(number, answer)
        print(verdict)
        assert name == (verdict.mistake or verdict.kind), name


make_mistakes("{number}")
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the site, and says nothing."""

    def log_message(self, *_):
        pass


def main(site, lessons, pages):
    handler = functools.partial(Quiet, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        if pages:
            look_at_pages(browser, home)
            free_deep_graphs(browser, home)
        for lesson in lessons:
            run(browser, home, lesson, LESSONS[lesson])
        browser.close()
        server.shutdown()


@contextmanager
def tab(browser, home):
    """A page that may ask its own server alone."""
    page = browser.new_page(viewport={"width": 1200, "height": 800})
    page.set_default_timeout(300_000)
    far = []
    page.on(
        "request",
        lambda request: (
            request.url.startswith((home, "data:", "blob:")) or far.append(request.url)
        ),
    )
    yield page
    assert far == [], far
    page.close()


def look_at_pages(browser, home):
    """Follow every link from the first page, and from the pages of the reference."""
    with tab(browser, home) as page:
        page.goto(f"{home}/")
        listed = page.locator("td:first-child a").count()
        assert listed == len(LESSONS), f"{listed} lessons, {len(LESSONS)} known here"
        todo, seen = [f"{home}/index.html"], set()
        while todo:
            address = todo.pop()
            seen.add(address)
            answer = page.goto(address)
            assert answer.ok, address
            links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
            for link in links:
                place, _, anchor = link.partition("#")
                if place == address and anchor:
                    assert page.locator(f'[id="{anchor}"]').count() == 1, link
                ours = re.search(r"/reference/(?!source-)[^/]*$", place)
                if ours and place not in seen and place not in todo:
                    todo.append(place)
                elif not ours and place not in seen:
                    assert page.request.get(link).ok, link
                    seen.add(place)
        broken = "all => all.filter(i => !i.naturalWidth).length"
        page.goto(f"{home}/reference/engine.html")
        page.wait_for_load_state("networkidle")
        assert page.locator("figure img").count() > 30
        assert page.eval_on_selector_all("img", broken) == 0
        print(f"{len(seen)} pages, every link leads somewhere")


def free_deep_graphs(browser, home):
    """Free what kills the Python of newer Pyodides, in the browser's own worker."""
    with tab(browser, home) as page:
        page.goto(f"{home}/repl/index.html?kernel=python&code={quote(DEEP)}")
        page.wait_for_selector(".jp-OutputArea-output >> text=lives")
        shown = " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())
        assert "stopped after 5,000,000 steps" in shown, shown
        assert "penalty True" in shown, shown
        assert "chain 10000 1.0" in shown, shown
        assert "chain 1000000 1.0" in shown, shown
        assert "Python 3.12 lives" in shown, shown
        print(" ".join(shown.split()))


def with_mistakes(site, lessons, folder):
    """Return a copy of a site whose lessons make mistakes."""
    copy = Path(shutil.copytree(site, Path(folder) / "site"))
    for path in [copy / "files" / lesson for lesson in lessons]:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = []
        for cell in notebook["cells"]:
            cells.append(cell)
            asked = re.search(r'^check\("([\d.]+)"', "".join(cell["source"]), re.M)
            if asked:
                code = MISTAKES.format(number=asked[1])
                cells.append({**cell, "id": f"mistakes-{len(cells)}", "source": code})
        path.write_text(json.dumps({**notebook, "cells": cells}), encoding="utf-8")
    return copy


def run(browser, home, lesson, words):
    with tab(browser, home) as page:
        page.goto(f"{home}/lab/index.html?path={lesson}")
        page.wait_for_selector("text=(Pyodide) | Idle")
        page.click("text=Edit >> nth=0")
        page.click("text=Clear Outputs of All Cells")
        page.click("text=Run >> nth=0")
        page.click("text=Run All Cells >> nth=0")
        begun = time.monotonic()
        page.wait_for_selector("text=(Pyodide) | Busy")
        calm = 0
        while calm < 3 and time.monotonic() - begun < MOST_SECONDS:
            page.wait_for_timeout(1000)
            calm = calm + 1 if page.get_by_text("(Pyodide) | Idle").count() else 0
        seconds = time.monotonic() - begun
        # JupyterLab keeps in the page only those cells that are in the window. So large
        # a window takes a third of the time for painting, while Python works.
        page.eval_on_selector(".jp-WindowedPanel-outer", "it => it.scrollTo(0, 0)")
        page.set_viewport_size({"width": 1200, "height": 40_000})
        notebook = page.request.get(f"{home}/files/{lesson}").json()
        count = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
        # All cells have run, or one of them has failed.
        page.wait_for_function(
            """([place, standIn, count]) => {
              const prompts = document.querySelectorAll(".jp-CodeCell .jp-InputPrompt");
              const texts = [...prompts].map((prompt) => prompt.innerText.trim());
              const isRun = (text) => /^\\[\\d+\\]:$/.test(text);
              const told = [...document.querySelectorAll(place)];
              return told.some((output) => !output.innerText.includes(standIn)) ||
                (texts.length === count && texts.every(isRun));
            }""",
            arg=[ERRORS, STAND_IN, count],
            timeout=1e3 * MOST_SECONDS,
        )
        for error in page.locator(ERRORS).all_inner_texts():
            assert STAND_IN in error, f"{lesson}: {error}"
        shown = " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())
        assert words in shown, f"{lesson} does not show {words!r}: {shown[:500]}"
        pictures = page.locator(".jp-OutputArea-output img").count()
        frames = page.locator(".jp-OutputArea-output iframe").count()
        assert pictures + frames > 0, f"{lesson} shows no picture"
        told = f"{lesson}: {pictures} pictures, {frames} pages, {seconds:.0f} s"
        print(told, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", help="the folder that notebooks/classroom wrote")
    parser.add_argument("lessons", nargs="*", help="how their names begin")
    parser.add_argument("--all", action="store_true", help="run all lessons")
    parser.add_argument("--mistakes", action="store_true", help="answer wrong, too")
    arguments = parser.parse_args()
    wanted = tuple(arguments.lessons) or (
        "" if arguments.all else tuple(LESSONS)[:FIRST]
    )
    lessons = [lesson for lesson in LESSONS if lesson.startswith(wanted)]
    with tempfile.TemporaryDirectory() as folder:
        site = arguments.site
        if arguments.mistakes:
            site = with_mistakes(site, lessons, folder)
        main(site, lessons, pages=not arguments.lessons)
