"""What an editor reads of the engine: stubs, written from the records.

An operator is one line, such as `exp = _unary(primitives.EXP)`, and takes its docstring
from its record when it is made. An editor runs nothing, so it would show neither. The
stub beside each of these two files says the same in the form that editors read:

    python tests/stubs.py

writes them anew; a test holds them equal to the records.
"""

import ast
import importlib
import inspect
import re
import textwrap
import typing
from pathlib import Path

import tinygrad_edu

MODULES = ("value", "functions")

#: What a method takes, by the factory of `value` that makes it.
SIGNATURES = {
    "_unary": "(self) -> Value",
    "_binary": "(self, other: Operand) -> Value",
    "_reflected": "(self, other: float) -> Value",
}


def stub_path(name):
    return Path(tinygrad_edu.__file__).parent / "engine" / f"{name}.pyi"


def stub(name):
    """Return the text of the stub of a module of the engine."""
    module = importlib.import_module(f"tinygrad_edu.engine.{name}")
    source = ast.parse(inspect.getsource(module))
    told = "\n".join(_told(source.body, module))
    head = "# Written by `python tests/stubs.py` from the records: change those."
    return "\n".join([head, "", *_imports(source, told), "", told])


def _imports(source, told):
    """Return the imports of a file, of those names that its stub uses."""
    used = {node.id for node in ast.walk(ast.parse(told)) if isinstance(node, ast.Name)}
    lines = []
    for statement in source.body:
        if isinstance(statement, ast.ImportFrom):
            names = [alias.name for alias in statement.names if alias.name in used]
            if names:
                lines.append(f"from {statement.module} import {', '.join(names)}")
    ours = [line for line in lines if line.startswith("from tinygrad_edu")]
    return [*lines[: -len(ours)], "", *ours]


def _told(statements, home):
    """Yield what a stub says of the statements of a file or a class."""
    for statement in statements:
        if isinstance(statement, ast.ClassDef):
            kind = getattr(home, statement.name)
            bases = ", ".join(ast.unparse(base) for base in statement.bases)
            members = "\n".join(_told(statement.body, kind))
            head = _documented(f"class {statement.name}({bases}):", kind)
            yield f"{head}\n{textwrap.indent(members, '    ')}"
        elif isinstance(statement, ast.FunctionDef) and _is_public(statement.name):
            yield _documented(_signature(statement), getattr(home, statement.name))
        elif isinstance(statement, ast.AnnAssign):
            yield _annotated(statement, home)
        elif isinstance(statement, ast.Assign):
            name = ast.unparse(statement.targets[0])
            if isinstance(statement.value, ast.Call) and _is_public(name):
                factory = ast.unparse(statement.value.func)
                yield _documented(f"def {name}{SIGNATURES[factory]}:", vars(home)[name])


def _is_public(name):
    return re.fullmatch(r"__\w+__|[^\W_]\w*", name)


def _signature(function):
    arguments = ast.unparse(function.args).replace("=", " = ")
    return f"def {function.name}({arguments}) -> {ast.unparse(function.returns)}:"


def _annotated(statement, home):
    name = statement.target.id
    annotation = f"{name}: {ast.unparse(statement.annotation)}"
    if statement.value is None:
        return f"{annotation}\n"
    alias = getattr(home, name)
    if typing.get_origin(alias) is not typing.Literal:
        return f"{annotation} = {ast.unparse(statement.value)}\n"
    words = "".join(f'    "{word}",\n' for word in typing.get_args(alias))
    return f"{annotation} = Literal[\n{words}]\n"


def _documented(head, documented):
    text = inspect.getdoc(documented)
    lines = textwrap.indent(f'"""{text}\n"""', "    ")
    return f"{head}\n{lines}\n"


if __name__ == "__main__":
    for name in MODULES:
        stub_path(name).write_text(stub(name), encoding="utf-8")
