"""Handwritten digits: 1,797 small grey images of 0 to 9."""

from __future__ import annotations

import csv
import gzip
from importlib import resources

from tinygrad_edu.data.dataset import Dataset
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords

SOURCE = (
    "E. Alpaydin & C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine "
    "Learning Repository, 1998, doi:10.24432/C50P49, CC BY 4.0: the test set, written "
    "by 13 people, in the order and form of scikit-learn's load_digits."
)


@takes_foreign_keywords
def load_digits() -> Dataset:
    """Return 1,797 images of handwritten digits, 8 x 8 pixels each, row by row.

    A pixel is a whole number from 0 (paper) to 16 (ink): how many of the 4 x 4 dots of
    the scan that it stands for were set. Divide by 16 for numbers between 0 and 1;
    `nn.Unflatten(1, 8, 8)` makes an image for `nn.Conv2d` of the 64 features.

    Source: Alpaydin & Kaynak, UCI, doi:10.24432/C50P49, CC BY 4.0

    >>> digits = load_digits()
    >>> len(digits), digits.targets[:5]
    (1797, [0, 1, 2, 3, 4])
    >>> digits.features[0][:8]
    [0.0, 0.0, 5.0, 13.0, 9.0, 1.0, 0.0, 0.0]
    """
    file = resources.files("tinygrad_edu.data").joinpath("digits.csv.gz")
    text = gzip.decompress(file.read_bytes()).decode("ascii")
    header, *rows = csv.reader(text.splitlines())
    return Dataset(
        features=[[float(cell) for cell in row[:-1]] for row in rows],
        targets=[int(row[-1]) for row in rows],
        feature_names=header[:-1],
        class_names=[str(digit) for digit in range(10)],
        source=SOURCE,
    )
