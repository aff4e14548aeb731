"""Fisher's flowers, as the paper printed them."""

import statistics

import pytest

from tinygrad_edu.data import load_iris


def test_there_are_fifty_of_each_species_by_four_measures():
    iris = load_iris()
    assert iris.class_names == ["setosa", "versicolor", "virginica"]
    assert [iris.targets.count(i) for i in range(3)] == [50, 50, 50]
    assert {len(row) for row in iris.features} == {4}
    assert len(iris.feature_names) == 4


@pytest.mark.parametrize(
    ("species", "means"),
    [
        (0, [5.006, 3.428, 1.462, 0.246]),
        (1, [5.936, 2.770, 4.260, 1.326]),
        (2, [6.588, 2.974, 5.552, 2.026]),
    ],
)
def test_the_means_are_those_of_fisher_s_table(species, means):
    iris = load_iris()
    rows = [x for x, t in zip(iris.features, iris.targets) if t == species]
    assert [statistics.mean(column) for column in zip(*rows)] == pytest.approx(means)


def test_the_two_samples_that_a_well_known_copy_gets_wrong_are_right():
    features = load_iris().features
    assert features[34] == [4.9, 3.1, 1.5, 0.2]
    assert features[37] == [4.9, 3.6, 1.4, 0.1]
