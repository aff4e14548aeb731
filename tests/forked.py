"""A room's tests in forked children, which need not import heavy libraries again.

The first run notes how long each test takes and which lines it touches. Later runs, on
a room that was changed, take the tests that touch the change, quick ones first.
"""

import contextlib
import faulthandler
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path

import coverage
import pytest
from hypothesis import Phase, settings

#: What the tests import that is not the package: it starts no thread.
LIBRARIES = ("numpy", "sympy", "matplotlib", "torch", "jax", "IPython", "nbformat")

#: How much memory a child may fill.
BYTES = 6 * 2**30

#: A test that takes more seconds runs only if it touches the change.
QUICK = 0.1

#: A test that takes more seconds runs on no change: a mutant that it alone would notice
#: is told as a survivor.
LONG = 2


def load_libraries():
    """Import once, with one thread, what each child would import."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # A child does not walk through what was there before it.
    gc.freeze()


class Notes:
    """A plugin of pytest that notes the seconds and the lines of every test."""

    def __init__(self, folder):
        self.folder = folder
        self.seconds = {}
        self.coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[f"{folder}/tinygrad_edu/*"]
        )
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.coverage.switch_context(item.nodeid)
        before = sum(os.times()[:4])
        result = yield
        self.seconds[item.nodeid] = sum(os.times()[:4]) - before
        return result

    def save(self, path):
        self.coverage.stop()
        data = self.coverage.get_data()
        touched = {
            str(Path(file).relative_to(self.folder)): data.contexts_by_lineno(file)
            for file in data.measured_files()
        }
        path.write_text(json.dumps([self.seconds, touched]), encoding="utf-8")


class Choice:
    """A plugin of pytest that runs chosen tests, quick ones first.

    A test that takes ten times as long as it did, and ten seconds, is taken to run for
    ever, and its process is ended; so is one that sleeps for minutes.
    """

    def __init__(self, chosen, seconds):
        self.chosen = chosen
        self.seconds = seconds

    def pytest_sessionstart(self):
        # No example of Hypothesis is made small: that it fails is enough.
        phases = [Phase.explicit, Phase.generate]
        settings.register_profile("forked", phases=phases, database=None)
        settings.load_profile("forked")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        wanted = [
            item
            for item in items
            if item.nodeid in self.chosen or item.nodeid not in self.seconds
        ]
        items[:] = sorted(wanted, key=self._seconds)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        limit = 10 + 10 * self._seconds(item)
        used = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + limit) + 1, -1))
        faulthandler.dump_traceback_later(120 + 10 * limit, exit=True)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            print(report.nodeid, report.longreprtext, sep="\n", flush=True)
            os._exit(1)

    def _seconds(self, item):
        return self.seconds.get(item.nodeid, 0.0)


def run(folder, paths, plugin):
    """Run the tests of some files in this process; return pytest's exit code."""
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = str(folder)
    words = ["-x", "-q", "--tb=short", "--assert=plain", "-p", "no:cacheprovider"]
    return int(pytest.main([*words, *paths], plugins=[plugin]))


def in_child(folder, work):
    """Call work() in a forked child; return the exit code and what was printed.

    The code is negative if the child was ended. What it started ends with it.
    """
    sys.stdout.flush()
    words = folder / "printed.txt"
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setsid()
            output = os.open(words, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
            for stream, number in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1)):
                os.dup2(stream, number)
            os.dup2(output, 2)
            resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status), words.read_text(errors="replace")


class Tests:
    """The tests of a room, and what each touches when nothing is changed.

    It stands in the file of notes; if there is none, it is found out and written there.
    """

    def __init__(self, folder, room, notes):
        path = folder / "tests" / room
        tests = f"tests/{room}" if path.is_dir() else f"tests/test_{room}.py"

        def watched():
            plugin = Notes(folder)
            code = run(folder, [tests], plugin)
            plugin.save(notes)
            return code

        if not notes.exists():
            self._expect_success(in_child(folder, watched))
        self.seconds, self.touched = json.loads(notes.read_text(encoding="utf-8"))
        self.long = {name for name in self.seconds if self.seconds[name] > LONG}
        self.quick = {name for name in self.seconds if self.seconds[name] <= QUICK}
        # In another order, and under limits, they pass too.
        self._expect_success(self._run(folder, self.quick))

    def notice(self, folder, file, line):
        """Say whether a change of a line of a file in the folder fails a test."""
        own = Path("tests", *Path(file).parts[1:-1], f"test_{Path(file).name}")
        of_file = {name for name in self.seconds if name.startswith(f"{own}::")}
        touching = self.touching(file, line)
        first = (of_file & touching or of_file) - self.long
        return any(
            self._run(folder, chosen)[0] != 0
            for chosen in (
                first,
                touching - first - self.long,
                self.quick - touching - first,
            )
            if chosen
        )

    def touching(self, file, line):
        """Return the tests that run a line, or the nearest above that any code runs."""
        lines = self.touched.get(file, {})
        known = [number for number in map(int, lines) if number <= line]
        return set(lines[str(max(known))]) - {""} if known else set()

    def _run(self, folder, chosen):
        paths = sorted({name.split("::")[0] for name in chosen})
        plugin = Choice(chosen, self.seconds)
        return in_child(folder, lambda: run(folder, paths, plugin))

    @staticmethod
    def _expect_success(result):
        code, printed = result
        if code != 0:
            raise SystemExit(f"The tests fail with no change ({code}):\n{printed}")
