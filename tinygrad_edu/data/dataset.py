"""Rows of features with a class each, and how to split and to standardise them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinygrad_edu.elsewhere.attributes import MetOnDataset
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_number, said


@dataclass(frozen=True, repr=False)
class Dataset(MetOnDataset):
    """Rows of features with a class each.

    Attributes:
        features: One list of numbers for each sample.
        targets: The class of each sample, counted from 0.
        feature_names: One name for each column.
        class_names: One name for each class.
        source: Where the data comes from, and its licence.
    """

    features: list[list[float]]
    targets: list[int]
    feature_names: list[str]
    class_names: list[str]
    source: str

    def __iter__(self) -> Iterator[Any]:
        """Yield the features, then the targets: `X, y = make_moons()`."""
        yield self.features
        yield self.targets

    def __repr__(self) -> str:
        return (
            f"Dataset({len(self)} rows of {len(self.feature_names)} features; classes "
            f"{', '.join(self.class_names)})"
        )

    def _repr_html_(self) -> str:
        from tinygrad_edu.draw.notebook import dataset_html

        return dataset_html(self)

    def __len__(self) -> int:
        return len(self.features)

    @takes_foreign_keywords
    def split(
        self, test_fraction: float = 0.3, seed: Seed = 0
    ) -> tuple[Dataset, Dataset]:
        """Return two data sets: one to train with, and one kept unseen to test with.

        Each class gives the same fraction of its samples, drawn at random.

        Args:
            test_fraction: How much of the data is kept unseen, between 0 and 1.
            seed: The seed of the draw.

        Raises:
            ValueError: If the fraction is not between 0 and 1, or leaves a part empty.

        >>> from tinygrad_edu.data import load_iris
        >>> train, test = load_iris().split(test_fraction=0.2, seed=0)
        >>> len(train), len(test)
        (120, 30)
        """
        check_number("test_fraction", test_fraction, 0.0, 1.0)
        source = random_source(seed)
        held_out: set[int] = set()
        for label in range(len(self.class_names)):
            members = [i for i, target in enumerate(self.targets) if target == label]
            source.shuffle(members)
            held_out.update(members[: round(test_fraction * len(members))])
        kept = [i for i in range(len(self)) if i not in held_out]
        if not kept or not held_out:
            raise ValueError(
                f"A test fraction of {test_fraction} leaves {len(kept)} samples to "
                f"train with and {len(held_out)} to test with. Choose one such as 0.3."
            )
        return self._subset(kept), self._subset(sorted(held_out))

    def _subset(self, indices: Sequence[int]) -> Dataset:
        return replace(
            self,
            features=[self.features[i] for i in indices],
            targets=[self.targets[i] for i in indices],
        )


def standardise(train: Dataset, *others: Dataset) -> list[Dataset]:
    """Return the data sets with every feature shifted and scaled by the training split.

    x ← (x - μ) / σ, with the mean μ and the standard deviation σ of the feature over
    the training samples alone: what is kept unseen must not be looked at. A feature
    that is constant in training is only shifted.

    >>> from tinygrad_edu.data import load_iris
    >>> train, test = standardise(*load_iris().split(seed=0))
    >>> abs(sum(row[0] for row in train.features)) < 1e-9
    True
    """
    for dataset in (train, *others):
        if not isinstance(dataset, Dataset):
            raise TypeError(
                f"standardise takes data sets, not {said(dataset):.80}. Give all that "
                "a split returns: standardise(*dataset.split())."
            )
    columns = list(zip(*train.features))
    means = [math.fsum(column) / len(column) for column in columns]
    scales = []
    for column, mean in zip(columns, means):
        variance = math.fsum((x - mean) ** 2 for x in column) / len(column)
        scales.append(math.sqrt(variance) or 1.0)
    standardised = []
    for dataset in (train, *others):
        rows = [
            [(x - mean) / scale for x, mean, scale in zip(row, means, scales)]
            for row in dataset.features
        ]
        standardised.append(replace(dataset, features=rows))
    return standardised
