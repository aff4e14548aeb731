"""Mutants of a room: `python tests/mutants.py engine [--sample 60] [--seed 0]`.

Each is the package with one small change: + for -, < for <=, a number that is off by
one, an `if` turned round. The room's tests must fail on it; a mutant that they pass is
printed, with its change. It is made in a copy. Needs `pip install cosmic-ray`, and what
the tests need.
"""

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db

ROOT = Path(__file__).parent.parent

#: The changes that are made: one for each kind, none that no test could miss.
CHANGES = (
    *("BinaryOperator_Add_Sub", "BinaryOperator_Sub_Add", "BinaryOperator_Mul_Div"),
    *(
        "BinaryOperator_Div_Mul",
        "BinaryOperator_Pow_Mul",
        "BinaryOperator_FloorDiv_Div",
    ),
    *("ComparisonOperator_Lt_LtE", "ComparisonOperator_LtE_Lt"),
    *("ComparisonOperator_Gt_GtE", "ComparisonOperator_GtE_Gt"),
    *("ComparisonOperator_Eq_NotEq", "ComparisonOperator_NotEq_Eq"),
    *("ComparisonOperator_Is_IsNot", "ComparisonOperator_IsNot_Is"),
    *("UnaryOperator_USub_UAdd", "UnaryOperator_Delete_Not", "core/AddNot"),
    *("TrueWithFalse", "FalseWithTrue", "AndWithOr", "OrWithAnd"),
    *("BreakWithContinue", "ContinueWithBreak", "ExceptionReplacer"),
    *("NumberReplacer", "ZeroIterationForLoop"),
)

#: Lines whose mutants are the same program, and why.
EQUIVALENT = {"@lru_cache(maxsize=": "the size of a cache changes no result"}

#: Seconds after which a mutant is taken to run for ever.
LIMIT = 600


def copy_of_tree(folder):
    """Copy what the tests need, so that no mutant can stay behind."""
    for name in ("tinygrad_edu", "tests", "notebooks", ".github"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)


def mutations(folder, room):
    """Return every change of a room's files that there is."""
    path = folder / "tinygrad_edu" / room
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    with use_db(folder / "mutants.sqlite", WorkDB.Mode.create) as database:
        init(files, database, {})
        found = [item.mutations[0] for item in database.work_items]
    wanted = [change for change in found if change.operator_name.endswith(CHANGES)]
    return [change for change in wanted if not is_equivalent(change)]


def is_equivalent(change):
    """Say whether a change is in a line that no result depends on."""
    lines = Path(change.module_path).read_text(encoding="utf-8").splitlines()
    return any(words in lines[change.start_pos[0] - 1] for words in EQUIVALENT)


def is_killed(folder, room, mutation):
    """Run the room's tests on one mutant, those of its file first."""
    name = Path(mutation.module_path).stem
    tests = f"tests/{room}" if (folder / "tests" / room).is_dir() else "tests"
    first = sorted((folder / "tests").rglob(f"test_{name}.py"))
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    for paths in ([str(path) for path in first], [tests]):
        if not paths:
            continue
        try:
            run = subprocess.run(
                [*words, *paths],
                cwd=folder,
                env=environment,
                capture_output=True,
                check=False,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            return True
        if run.returncode != 0:
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", nargs="?", default="engine")
    parser.add_argument("--sample", type=int, help="how many are tried; else all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    killed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_tree(folder)
        found = mutations(folder, options.room)
        tried = found
        if options.sample is not None:
            tried = random.Random(options.seed).sample(
                found, min(options.sample, len(found))
            )
        for i, mutation in enumerate(tried, 1):
            operator = get_operator(mutation.operator_name)()
            path = Path(mutation.module_path)
            with use_mutation(path, operator, mutation.occurrence) as (before, after):
                dead = after is None or is_killed(folder, options.room, mutation)
            killed += dead
            if not dead:
                print(f"survived: {path.relative_to(folder)}")
                lines = difflib.unified_diff(
                    before.splitlines(), after.splitlines(), n=0, lineterm=""
                )
                print(*list(lines)[2:], sep="\n")
            print(f"{killed} of {i} killed", file=sys.stderr, flush=True)
    print(f"{killed} of {len(tried)} mutants killed; the room has {len(found)} in all")


if __name__ == "__main__":
    main()
