"""The data that ships, how it is split, and how it is standardised."""

import statistics

import pytest

from tinygrad_edu.data import load_iris, standardise


def test_iris_is_fisher_s():
    iris = load_iris()
    assert len(iris) == 150
    assert iris.class_names == ["setosa", "versicolor", "virginica"]
    assert [iris.targets.count(k) for k in range(3)] == [50, 50, 50]
    # The means over all flowers, and the two rows that differ in another copy, as in
    # Fisher's table.
    means = [round(statistics.mean(column), 4) for column in zip(*iris.features)]
    assert means == [5.8433, 3.0573, 3.758, 1.1993]
    assert iris.features[34] == [4.9, 3.1, 1.5, 0.2]
    assert iris.features[37] == [4.9, 3.6, 1.4, 0.1]
    assert "CC BY 4.0" in iris.source


def test_a_split_keeps_the_classes_apart_evenly_and_repeats_by_seed():
    iris = load_iris()
    train, test = iris.split(test_fraction=0.3, seed=1)
    assert (len(train), len(test)) == (105, 45)
    assert [test.targets.count(k) for k in range(3)] == [15, 15, 15]
    assert sorted(train.features + test.features) == sorted(iris.features)
    assert iris.split(0.3, seed=1)[1].features == test.features
    assert iris.split(0.3, seed=2)[1].features != test.features


@pytest.mark.parametrize("fraction", [0.0, 1.0, 0.001, -0.2])
def test_a_split_with_an_empty_part_is_refused(fraction):
    with pytest.raises(ValueError, match=r"test.fraction"):
        load_iris().split(fraction)


def test_standardise_uses_the_training_split_alone():
    train, test = load_iris().split(seed=0)
    scaled_train, scaled_test = standardise(train, test)
    for column in range(4):
        raw = [row[column] for row in train.features]
        mean, deviation = statistics.mean(raw), statistics.pstdev(raw)
        scaled = [row[column] for row in scaled_train.features]
        assert statistics.mean(scaled) == pytest.approx(0, abs=1e-12)
        assert statistics.pstdev(scaled) == pytest.approx(1)
        for row, scaled_row in zip(test.features, scaled_test.features):
            assert scaled_row[column] == pytest.approx((row[column] - mean) / deviation)


def test_a_data_set_says_in_a_line_what_it_holds():
    text = "Dataset(150 rows of 4 features; classes setosa, versicolor, virginica)"
    assert repr(load_iris()) == text


def test_what_is_no_data_set_is_not_standardised():
    iris = load_iris()
    for others in ([iris.features], [iris, iris.features]):
        with pytest.raises(TypeError, match=r"standardise\(\*dataset.split\(\)\)"):
            standardise(*others)


def test_a_constant_feature_is_only_shifted():
    from dataclasses import replace

    iris = replace(load_iris(), features=[[3.0, float(i)] for i in range(150)])
    (scaled,) = standardise(iris)
    assert {row[0] for row in scaled.features} == {0.0}
