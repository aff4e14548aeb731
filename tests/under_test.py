"""Where the package under test is."""

from pathlib import Path

import tinygrad_edu

#: The folder that it is imported from.
HOME = Path(tinygrad_edu.__file__).parents[1]
