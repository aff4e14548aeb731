"""Small real data sets that ship with the package, and what prepares them."""

from tinygrad_edu.data.dataset import Dataset, standardise
from tinygrad_edu.data.digits import load_digits
from tinygrad_edu.data.iris import load_iris
from tinygrad_edu.data.names import load_names
from tinygrad_edu.data.points import make_circles, make_moons, make_spirals, make_xor
from tinygrad_edu.data.vocabulary import Vocabulary
from tinygrad_edu.lazy import lazy_names

__all__ = [
    "Dataset",
    "Vocabulary",
    "load_digits",
    "load_iris",
    "load_names",
    "make_circles",
    "make_moons",
    "make_spirals",
    "make_xor",
    "standardise",
]

__getattr__ = lazy_names(__name__)
