"""Fisher's Iris flowers: 150 samples of three species, by four measures in cm."""

from __future__ import annotations

import csv
from importlib import resources

from tinygrad_edu.data.dataset import Dataset
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords

SOURCE = (
    "R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of "
    "Eugenics 7 (1936) 179-188, measured by E. Anderson. Also in the UCI Machine "
    "Learning Repository, doi:10.24432/C56C76, CC BY 4.0. That copy departs from the "
    "paper in two samples (the 35th and the 38th), which are here as in the paper."
)


@takes_foreign_keywords
def load_iris() -> Dataset:
    """Return the Iris data set: 50 flowers each of setosa, versicolor and virginica.

    The features are the length and width of sepal and petal, in centimetres.

    Source: Fisher, Annals of Eugenics 7, 1936; UCI, doi:10.24432/C56C76, CC BY 4.0

    >>> iris = load_iris()
    >>> iris.features[0], iris.class_names[iris.targets[0]]
    ([5.1, 3.5, 1.4, 0.2], 'setosa')
    """
    text = resources.files("tinygrad_edu.data").joinpath("iris.csv").read_text("utf-8")
    header, *rows = csv.reader(text.splitlines())
    class_names = sorted({row[-1] for row in rows})
    return Dataset(
        features=[[float(cell) for cell in row[:-1]] for row in rows],
        targets=[class_names.index(row[-1]) for row in rows],
        feature_names=header[:-1],
        class_names=class_names,
        source=SOURCE,
    )
