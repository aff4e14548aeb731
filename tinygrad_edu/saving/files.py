"""Models in files: JSON that holds the architecture and every parameter exactly.

{"format": "tinygrad_edu model", "version": 1,
 "model": {"module": "MLP", "config": {"nin": 2, ...}},
 "parameters": {"layer0.neuron0.w0": 0.688..., ...},
 "checksum": "..."}

A float is written with the digits that lead back to it to the last bit; infinite ones
and nan, which JSON has no word for, as the strings "inf", "-inf" and "nan".

A file is data and never code: what is built comes from the modules of `tinygrad_edu.nn`
alone, by the arguments of their constructors. A module of one's own can be saved too,
and is loaded into one that was made before: `load(path, model)`.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from pathlib import Path
from typing import Any

from tinygrad_edu.errors import ModelFileError
from tinygrad_edu.nn.module import Module, assign_all
from tinygrad_edu.ranges import said
from tinygrad_edu.saving.architecture import build, describe
from tinygrad_edu.saving.whole import write_whole

FORMAT = "tinygrad_edu model"
VERSION = 1

#: What JSON has no numbers for.
WORDS = ("inf", "-inf", "nan")

LARGEST_FLOAT = sys.float_info.max

#: A larger file is not read: a million parameters take some 40 MB.
LARGEST_FILE = 256 * 1024 * 1024


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, whole or not at all.

    It is written beside the old file, which it then replaces at once: whatever happens
    in between, there is one whole file of that name. What `train()` and `eval()` set is
    not in it.

    Args:
        model: A module, one's own too.
        path: The file, such as "model.json".

    Raises:
        OSError: If the file cannot be written.
        TypeError: If the model is not a Module.
        ValueError: If two of its parameters have the same name, or the file would be
            too large to load.

    >>> import tempfile
    >>> from tinygrad_edu import MLP
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(MLP(2, [3, 1], seed=0), f"{folder}/model.json")
    ...     load(f"{folder}/model.json")
    MLP(2 -> 3 relu -> 1 linear; 13 parameters)
    """
    if not isinstance(model, Module):
        raise TypeError(
            f"save takes a Module, not {said(model)}. Pictures are saved by "
            "tinygrad_edu.draw.save_picture."
        )
    parameters: dict[str, float | str] = {}
    for name, parameter in model.named_parameters():
        if name in parameters:
            raise ValueError(
                f"Two parameters of {type(model).__name__} are called {name!r}. Rename "
                "an attribute, so that a file can tell them apart."
            )
        number = parameter.data
        parameters[name] = number if math.isfinite(number) else str(number)
    content = {"model": describe(model), "parameters": parameters}
    whole = {
        "format": FORMAT,
        "version": VERSION,
        **content,
        "checksum": _checksum(content),
    }
    text = json.dumps(whole, indent=1, allow_nan=False) + "\n"
    # JSON is ASCII here: as many bytes as characters.
    if len(text) > LARGEST_FILE:
        raise ValueError(
            f"{type(model).__name__} has {len(parameters)} parameters, and a file of "
            f"them is larger than {LARGEST_FILE // 2**20} MiB, the most that is read."
        )
    write_whole(path, text.encode("ascii"))


def load(path: str | os.PathLike[str], model: Module | None = None) -> Any:
    """Return the model that a file holds, with every parameter exact to the last bit.

    Args:
        path: A file that `save` wrote.
        model: Where the parameters go, all or none; needed for a module of one's own,
            of which a file holds no architecture. The names must be those in the file.

    Returns:
        A new model, or the one that was given.

    Raises:
        ModelFileError: If the file is damaged, foreign, too new or too large, or does
            not fit the model.
        OSError: If the file cannot be read.
    """
    path = Path(path)
    content = _read(path)
    numbers = _numbers(content["parameters"], path)
    if model is None:
        try:
            model = build(content["model"], len(numbers))
        except ModelFileError as error:
            raise ModelFileError(
                f"{path} does not say how to make its model. {error}"
            ) from None
    parameters = dict(model.named_parameters())
    missing = [name for name in parameters if name not in numbers]
    foreign = [name for name in numbers if name not in parameters]
    if missing or foreign:
        raise ModelFileError(
            f"{path} holds {len(numbers)} parameters, and {type(model).__name__} has "
            f"{len(parameters)}: the file lacks {_some(missing)}, the model lacks "
            f"{_some(foreign)}. Make a model of the architecture that was saved."
        )
    assign_all(list(parameters.values()), [numbers[name] for name in parameters])
    return model


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ModelFileError(
            f"{path} is larger than {LARGEST_FILE // 2**20} MiB, the most that "
            "is read. Is it another kind of file?"
        )
    try:
        whole = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelFileError(
            f"{path} is not JSON ({error}): it is damaged, or save did not write it."
        ) from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise ModelFileError(f"{path} is not a file that tinygrad_edu's save wrote.")
    version = whole.get("version")
    if not isinstance(version, int) or version < 1:
        raise _damaged(path, f"it has the version {version!r}")
    if version > VERSION:
        raise ModelFileError(
            f"{path} was written by a newer tinygrad_edu (format {version}; this one "
            f"reads up to {VERSION}). Upgrade: in its clone, run  git pull  and  "
            "pip install ."
        )
    content = {key: whole.get(key) for key in ("model", "parameters")}
    if whole.keys() - content.keys() - {"format", "version", "checksum"}:
        raise _damaged(path, "it holds more than a model")
    if not all(isinstance(part, dict) for part in content.values()):
        raise _damaged(path, "a part is missing")
    try:
        checksum = _checksum(content)
    except RecursionError:
        raise _damaged(path, "it is nested too deeply") from None
    if whole.get("checksum", checksum) != checksum:
        raise _damaged(
            path,
            "its checksum is not that of what it holds (to load what you edited by "
            'hand, take the line of the "checksum" out)',
        )
    return content


def _numbers(parameters: dict[str, Any], path: Path) -> dict[str, float]:
    numbers = {}
    for name, number in parameters.items():
        is_finite = type(number) in (int, float) and abs(number) <= LARGEST_FLOAT
        if not is_finite and number not in WORDS:
            raise _damaged(path, f"the parameter {name} is {number!r}")
        numbers[name] = float(number)
    return numbers


def _damaged(path: Path, what: str) -> ModelFileError:
    return ModelFileError(f"{path} is damaged: {what}. Take an older copy of it.")


def _checksum(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown or 'none'}, ..." if len(names) > 3 else shown or "none"
