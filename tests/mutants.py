"""Mutants of a room: `python tests/mutants.py engine [--sample 60] [--seed 0]`.

Each is the package with one small change: + for -, < for <=, a number that is off by
one, an `if` turned round. The room's tests must fail on it; a mutant that they pass is
printed, with its change. It is made in a copy. Needs `pip install cosmic-ray coverage`,
and what the tests need, the package installed too.

`--file adam.py sgd.py` takes the mutants of these files alone. `--notes notes.json`
keeps what the tests touch for the next run; without the file it is found out first.
"""

import argparse
import difflib
import os
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from forked import Tests, load_libraries

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

#: Lines whose mutants are the same program, or no mutants: why, and patterns of them.
EQUIVALENT = {
    "the size of a cache changes no result": (r"@lru_cache\(maxsize=",),
    "a star alone in a signature is no product": (r"\*,",),
    "an overload is read by type checkers alone": (r"= \.\.\.",),
    "any point is an example; that its numbers are right is tested": (r"example=\(",),
    "PyTorch's switches of a graph change nothing here": (
        r"(retain|create)_graph: bool",
    ),
    "only type checkers read what follows": (r"if TYPE_CHECKING:",),
    "a gradient of just that norm is multiplied by 1": (
        r"if norm( \+ epsilon)? > \w+|norm > clip_norm",
    ),
    "a choice; norms of any size are tested": (r"^SMALL, LARGE = |if SMALL <",),
    "at p = 0 and p = 1 the next form gives the same": (r"if p < [01]:",),
    "name and text are those of the family": (r"\(0\.01\), elu|__doc__ = ",),
    "a choice; and / ±1 is * ±1": (r"abs\((x|number)\) < 1e15|copysign\(1\.0",),
    "where it begins is a choice; that digits stay is tested": (r"^FAR = |if FAR <",),
    "of one the first is the last": (
        r"results\[0\] if isinstance",
        r"rows\(\[0\], |arguments\[0\]\) if|_graphs\[0\]",
        r"else (texts|results)\[0\]|outputs, forms\[0\]",
        r"hold\[0\]|return outputs\[0\], slopes|columns\[0\] if",
        r"layers\[0\]\[0\]\.w|bundle\.nodes\[0\]",
        r"(terms|parts)\[0\]\.|nodes\[0\]\.op",
        r"\(args\[0\], Symbol|[{|]\{args\[0\]\}",
        r"self\.shape\(places\[0\]\)",
        r"column\.sources\[0\], |return numbers\[0\]",
        r"isinstance\(numbers\[0\], int\)",
    ),
    "a refused replay measures by graphs, as without it": (r"can\(learn=False\)",),
    "a gradient that is thrown away costs time alone": (r"gradient=False\)\[:2\]",),
    "the norms of every step are of the same layers": (r"in reports\[0\]",),
    "begin_epoch tells before anybody asks": (r"self\.epochs: int = 0",),
    "a limit is a choice; that it holds is tested": (
        r"^(LONGEST|MOST|FEW)\w* = ",
        r"len\((entries|seen)\) < MOST",
        r">= MOST_OPERANDS|_EPSILON|worst\.error <= 1|<= reach",
        r"<= MOST_(KINDS|NEURONS):|> MOST_(USES|ROWS|SAMPLES)|> SMALLEST|>= LONG_CHAIN",
        r"^(ROWS_FOR_\w+|WINDOW) = ",
        r"self\._changes \+?= |\._changes > MOST_CHANGES",
        r"len\(text\) > longest",
    ),
    "a batch in other pieces gives the same": (
        r"^(PIECE|LEAST_ROWS) = ",
        r"PIECE //|^        computed = ",
    ),
    "the frames of the watch are passed over": (r"frame: .* = sys._getframe\(1\)",),
    "of rows that are the same the first is returned": (r"hold = numpy.ones\(\(1, ",),
    "of this batch no gradient is asked": (r"len\(rows\)\), gradient=False",),
    "and / 1 is * 1": (r"\(x > 0\) \* 1\.0",),
    "at 0 both forms are a half": (r"np\.where\(x >= 0", r"^    if x >= 0:$"),
    "of two that are equal either will do": (r"if x [<>]= y or math",),
    "of what is refused nobody asks it": (r"\[\], is_repeatable=False",),
    "the quicker of two ways to the same": (
        r"return rows if width == 1",
        r"variadic and count > 1",
        r"set\(map\(repr, numbers\)\)",
        r"^        if len\(outputs\) == 1:",
        r"if len\((family|parts)\) == 1",
        r"if self\._count == 1",
        r"first, count = places\[0\]|range\(first, first \+ count\)",
    ),
    "of one axis the first is the last": (r"zeros\.index_add_\(0",),
    "only the order of depths is used": (
        r"^    depth = |depth\[node\] = deepest \+ 1",
    ),
    "no kind of number has nine bytes": (r"rows\.itemsize > 8",),
    "no code begins with `is`": (r"^    none = False",),
    "recorded anew, it is the same": (r"\(parameters, keepers\) == self\._made_for",),
    "one of the lines is named": (r"or lines\[0\]",),
    "a row of each kind is compared in any case": (r"keepers, sample=1",),
    "all of them stay as they are": (r"len\(members\) < len\(column",),
    "an element that there is not fails in any case": (r"0 <= index < len\(values\)",),
    "plain arithmetic is nan where a graph is": (r"isnan\(x\) and math\.isnan\(y\)",),
    "no other base has a power here": (r"isinstance\(base, Value\) and",),
    "of this row nobody reads the numbers": (r"\[0\.0\] \* array",),
    "all of a family are alike, or nearly, which changes no result": (r"family\[0\]",),
    "all rows are looked at once more, and found the same": (r"is_defined = True",),
    "what has the shape already stays as it is": (r"z if z\.shape\[1\] == count",),
    "as many, and none by name, were returned before": (r"or len\(numbers\) > len",),
    "an infinity is on one side of any number": (r"return \"Infinity\" if",),
    "any number that is no operator's will do": (r"len\(node\.parents\)\), -1\)",),
    "it is compared with a probability alone": (r"1\.0 if mask else 0\.0",),
    "the seed of a generator that is not asked": (r"super\(\).__init__\(0\)",),
    "a list has no number of its own": (r"_fill\(node, 0\.0",),
    "how it is drawn, and what is a default, is a choice": (
        r"height=600|bbox_to_anchor|line_colour\(|SWATCH - 10|WIDTH - LEFT - 4",
        r"HEIGHT - 8|y \+ 4, name|\(14 if swatch|strength\(number|chinese\[:1\]",
        r"^(DOTS|WIDE|NUMBER_WIDTH)\b.* = |mark\(\(1, 0\)|Task\(\"",
        r"^(ROW|LONG_CHAIN|WIDTHS|SWATCH|COLUMN|TIME_LIMIT|DASHES)\b.* = ",
        r"LINE - 4|size \+ \d, name|stacklevel=",
        r"2 \* RIGHT - 2|1\.1 \* step",
        r"batch_size=16|^(UNSEEN|SAMPLES) = |list\(make_|make_moons\(300",
        r"label=\"x0\"\), Value|features=\(2, 3\)",
        r"batch_size: int = 16|precision: int = [34]|threshold, 0\.5\)",
    ),
    "what only touches 0 has no border to be seen": (r"field\.min\(\) < 0",),
    "each is placed before anybody asks": (r"self\.(y|column) = 0\.0",),
    "the ink is the same everywhere": (r"- lowest\) or 1\.0",),
    "no arrow leads to its own box": (r"arrow\[0\] > arrow\[1\]",),
    "prepared once more, they are the same": (r"self\._copy is not None and",),
    "its test, which starts two processes, is not run": (r"process_count\(\) > 1",),
    "without a measure nobody reads it": (r"experiment\.measure\(\) if",),
    "both are there, or none": (r"is not None and self\.substituted",),
    "an error of Python's has its place, or none": (r"error\.offset or 1",),
    "an example in an error": (r"check_real\(\"by\"",),
    "no edge leads to the root": (r"\(root, 1\.0, None\)",),
    "only the order is used": (r"^_TIGHTEST = ",),
    "steps of another size are as good": (r"max\(1\.0, abs\(leaf",),
    "of this place only one number is asked": (r"self\.xs\[0\], self\.ys\[0\]",),
    "that calls count on is all that is asked": (r"inside\], default=0\)",),
    "it is there once": (r'name\.replace\("__r"',),
    "nothing else there asks for a float": (r"as_float\.__code__ and caller\.f_back",),
}


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
    line = lines[change.start_pos[0] - 1]
    return any(re.search(words, line) for part in EQUIVALENT.values() for words in part)


def name_of(mutation, folder):
    """Return the path of the mutation's file inside the tree."""
    return str(Path(mutation.module_path).relative_to(folder))


def difference_unless_killed(folder, tests, mutation):
    """Try one mutant in this process's copy; return its change if it survives."""
    copy = folder.parent / str(os.getpid())
    if not copy.exists():
        shutil.copytree(folder, copy)
    file = name_of(mutation, folder)
    path = copy / file
    before = path.read_text(encoding="utf-8")
    operator = get_operator(mutation.operator_name)()
    after = mutate_code(before, operator, mutation.occurrence)
    path.write_text(after, encoding="utf-8")
    # A time of its own, so that no bytecode of the file as it was is taken for it.
    os.utime(path, (0, mutation.occurrence))
    try:
        killed = tests.notice(copy, file, mutation.start_pos[0])
    finally:
        shutil.copy2(folder / file, path)
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), n=0, lineterm=""
    )
    return None if killed else "\n".join(list(lines)[2:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("room", nargs="?", default="engine")
    parser.add_argument("--file", nargs="+", help="files of the room; else all")
    parser.add_argument("--sample", type=int, help="how many are tried; else all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument(
        "--least", type=float, default=0.0, help="fail if a smaller share is killed"
    )
    parser.add_argument("--notes", type=Path, help="where to keep what tests touch")
    options = parser.parse_args()
    load_libraries()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "tree"
        copy_of_tree(folder)
        tried = found = mutations(folder, options.room)
        if options.file is not None:
            tried = [m for m in tried if Path(m.module_path).name in options.file]
        if options.sample is not None:
            number = min(options.sample, len(tried))
            tried = random.Random(options.seed).sample(tried, number)
        notes = (options.notes or folder / "notes.json").resolve()
        tests = Tests(folder, options.room, notes)
        # What the children run stands as bytecode in the copies, and none is added.
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        made, killed = Counter(), Counter()
        with ProcessPoolExecutor(options.jobs, get_context("fork")) as pool:
            work = partial(difference_unless_killed, folder, tests)
            results = (map if options.jobs == 1 else pool.map)(work, tried)
            for mutation, difference in zip(tried, results):
                file = name_of(mutation, folder)
                made[file] += 1
                killed[file] += difference is None
                if difference is not None:
                    print(f"survived: {file}\n{difference}", flush=True)
                if sys.stderr.isatty():
                    words = f"{killed.total()} of {made.total()} killed"
                    print(words, file=sys.stderr, flush=True)
        for file in sorted(made):
            print(f"{killed[file]:5} of {made[file]:5} killed in {file}")
    words = f"{killed.total()} of {made.total()} mutants killed"
    print(f"{words}; the room has {len(found)} in all")
    if killed.total() < options.least * made.total():
        raise SystemExit(f"That is less than a share of {options.least:g}.")


if __name__ == "__main__":
    main()
