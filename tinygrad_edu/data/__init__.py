"""Small real data sets that ship with the package, and what prepares them."""

from tinygrad_edu.data.dataset import Dataset, standardise
from tinygrad_edu.data.digits import load_digits
from tinygrad_edu.data.iris import load_iris
from tinygrad_edu.data.points import make_circles, make_moons, make_spirals, make_xor

__all__ = [
    "Dataset",
    "load_digits",
    "load_iris",
    "make_circles",
    "make_moons",
    "make_spirals",
    "make_xor",
    "standardise",
]
