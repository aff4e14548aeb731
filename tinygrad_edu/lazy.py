"""Names of a package that load their module when they are first used.

So `import tinygrad_edu` is fast, and loads neither Graphviz nor what draws.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from tinygrad_edu.elsewhere.attributes import no_such_name
from tinygrad_edu.elsewhere.table import SAME

_IMPORT = re.compile(r"^    from (\S+) import (\([^)]*\)|.*)$", re.MULTILINE)


def lazy_names(package: str) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package (PEP 562).

    Where a name comes from is written once: editors and this function read the imports
    under `if TYPE_CHECKING` in the package's `__init__.py`, which Python itself skips.
    What is imported there from the package itself is a room of it. A name that other
    libraries have is answered by a sentence, or by ours that means the same.

    >>> lazy_names("tinygrad_edu")("explain").__module__
    'tinygrad_edu.explaining.explanation'
    """

    def load(name: str) -> Any:
        places = _places(package) if not name.startswith("__") else {}
        ours = SAME.get(package, {}).get(name)
        if ours is not None:
            return getattr(sys.modules[package], ours)
        if name not in places:
            raise no_such_name(package, name)
        if places[name] == package:
            return import_module(f"{package}.{name}")
        return getattr(import_module(places[name]), name)

    return load


@cache
def _places(package: str) -> dict[str, str]:
    spec = sys.modules[package].__spec__
    source = spec.loader.get_source(package)  # type: ignore[union-attr]
    found: dict[str, str] = {}
    for module, names in _IMPORT.findall(source.partition("if TYPE_CHECKING:")[2]):
        found.update(dict.fromkeys(re.findall(r"\w+", names), module))
    return found
