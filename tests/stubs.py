"""What an editor reads of the engine: stubs, written from the records.

An operator is one line, such as `exp = _unary(primitives.EXP)`, and takes its docstring
from its record when it is made. An editor runs nothing, so it would show neither. The
stub `_operators.pyi` says both in the form that editors read, and

    python tests/stubs.py

writes it anew; with --check it only tells which stubs are old, as a test does. The
stubs of `value` and `functions` hand on what it says, no more: Jedi would take a
docstring from the file beside a stub, where there is none.
"""

import ast
import importlib
import inspect
import re
import sys
import textwrap
import typing
from pathlib import Path

import tinygrad_edu

FOLDER = Path(tinygrad_edu.__file__).parent / "engine"
HEAD = "# Written by `python tests/stubs.py` from the records: change those.\n"

#: What a method takes, by the factory of `value` that makes it.
SIGNATURES = {
    "_unary": "(self) -> Value",
    "_binary": "(self, other: Operand) -> Value",
    "_reflected": "(self, other: float) -> Value",
}


def all_stubs():
    """Return the text of each stub by its path."""
    told, origins, stubs = {}, {}, {}
    for name in ("value", "functions"):
        module = importlib.import_module(f"tinygrad_edu.engine.{name}")
        source = ast.parse(inspect.getsource(module))
        statements = dict(_told(source.body, module))
        told.update(statements)
        origins.update(_origins(source))
        lines = "".join(f"    {name} as {name},\n" for name in sorted(statements))
        hand_on = f"from tinygrad_edu.engine._operators import (\n{lines})\n"
        stubs[FOLDER / f"{name}.pyi"] = f"{HEAD}\n{hand_on}"
    sheet = "\n".join(told.values())
    used = {
        node.id for node in ast.walk(ast.parse(sheet)) if isinstance(node, ast.Name)
    }
    imports = _imports(
        {name: origins[name] for name in used - set(told) if name in origins}
    )
    stubs[FOLDER / "_operators.pyi"] = f"{HEAD}\n{imports}\n{sheet}"
    return stubs


def _origins(source):
    """Yield (name, module) for what a file imports."""
    for statement in source.body:
        if isinstance(statement, ast.ImportFrom):
            yield from ((alias.name, statement.module) for alias in statement.names)


def _imports(origins):
    """Return the lines that import names from their modules, ours last."""
    blocks = {True: "", False: ""}
    for module in sorted(set(origins.values())):
        names = sorted(name for name in origins if origins[name] == module)
        line = f"from {module} import {', '.join(names)}\n"
        blocks[module.startswith("tinygrad_edu")] += line
    return f"{blocks[False]}\n{blocks[True]}"


def _told(statements, home):
    """Yield (name, what a stub says of it) for the statements of a file or a class."""
    for statement in statements:
        name = _name_of(statement)
        if not is_public(name):
            continue
        if isinstance(statement, ast.ClassDef):
            bases = ", ".join(ast.unparse(base) for base in statement.bases)
            head = _documented(f"class {name}({bases}):", vars(home)[name])
            members = "\n".join(
                text for _, text in _told(statement.body, vars(home)[name])
            )
            inside = f"\n{textwrap.indent(members, '    ')}" if members else ""
            yield name, f"{head}{inside}"
        elif isinstance(statement, ast.FunctionDef):
            yield name, _documented(_signature(statement), vars(home)[name])
        elif isinstance(statement, ast.AnnAssign):
            yield name, _annotated(statement, home)
        elif isinstance(statement.value, ast.Call):
            signature = SIGNATURES[ast.unparse(statement.value.func)]
            yield name, _documented(f"def {name}{signature}:", vars(home)[name])


def _name_of(statement):
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        return statement.name
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0])
    return ast.unparse(statement.target) if isinstance(statement, ast.AnnAssign) else ""


def is_public(name):
    return re.fullmatch(r"__\w+__|[^\W_]\w*", name)


def _signature(function):
    arguments = ast.unparse(function.args).replace("=", " = ")
    return f"def {function.name}({arguments}) -> {ast.unparse(function.returns)}:"


def _annotated(statement, home):
    name = statement.target.id
    annotation = f"{name}: {ast.unparse(statement.annotation)}"
    if statement.value is None:
        return f"{annotation}\n"
    alias = vars(home)[name]
    if typing.get_origin(alias) is not typing.Literal:
        return f"{annotation} = {ast.unparse(statement.value)}\n"
    words = "".join(f'    "{word}",\n' for word in typing.get_args(alias))
    return f"{annotation} = Literal[\n{words}]\n"


def _documented(head, documented):
    text = f'"""{inspect.getdoc(documented)}\n"""'
    return f"{head}\n{textwrap.indent(text, '    ')}\n"


def old_stubs():
    """Return the names of the stubs that do not say what the records say."""
    return [
        path.name
        for path, text in all_stubs().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(" ".join(old_stubs()) or None)
    for path, text in all_stubs().items():
        path.write_text(text, encoding="utf-8")
