"""The digits are those of the UCI test set, in scikit-learn's order."""

from tinygrad_edu.data import load_digits, standardise


def test_the_classes_are_as_many_as_uci_published():
    digits = load_digits()
    assert len(digits) == 1797
    counts = [digits.targets.count(digit) for digit in range(10)]
    assert counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.class_names == list("0123456789")
    assert "CC BY 4.0" in digits.source


def test_every_pixel_is_scikit_learn_s():
    # The sums were taken with NumPy from the file in scikit-learn 1.9.1.
    digits = load_digits()
    rows = digits.features
    assert {len(row) for row in rows} == {64}
    assert {pixel for row in rows for pixel in row} == set(range(17))
    assert sum(sum(row) for row in rows) == 561718
    assert sum(pixel * pixel for row in rows for pixel in row) == 6907012
    assert sum(i * sum(row) for i, row in enumerate(rows, 1)) == 503904265
    assert sum(j * pixel for row in rows for j, pixel in enumerate(row, 1)) == 18222371
    assert sum(i * digit for i, digit in enumerate(digits.targets, 1)) == 7272861


def test_a_feature_is_named_by_row_and_column():
    digits = load_digits()
    assert len(digits.feature_names) == 64
    assert digits.feature_names[8:10] == ["pixel_1_0", "pixel_1_1"]


def test_pixels_that_never_change_can_be_standardised():
    (scaled,) = standardise(load_digits())
    assert {row[0] for row in scaled.features} == {0.0}
