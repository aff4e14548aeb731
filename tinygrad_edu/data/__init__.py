"""Small real data sets that ship with the package, and what prepares them."""

from tinygrad_edu.data.dataset import Dataset, standardise
from tinygrad_edu.data.digits import load_digits
from tinygrad_edu.data.iris import load_iris

__all__ = [
    "Dataset",
    "load_digits",
    "load_iris",
    "standardise",
]
