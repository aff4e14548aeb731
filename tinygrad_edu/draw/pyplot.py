"""matplotlib's pyplot where it is installed; elsewhere what lets a lesson go on.

    from tinygrad_edu.draw import pyplot as plt

is `import matplotlib.pyplot as plt`, but where that is missing, as in a browser, it
says so once, and the lines that plot draw nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

from tinygrad_edu.draw.absent import absent


def __getattr__(name: str) -> Any:
    # Each name is looked up anew: nothing heavy loads before it is used.
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        pyplot: Any = importlib.import_module("matplotlib.pyplot")
    except ImportError:
        pyplot = absent()
    return getattr(pyplot, name)
