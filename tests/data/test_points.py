"""The points lie where the curves are, are told apart as promised, and repeat."""

import math
import statistics

import pytest

from tinygrad_edu.data import make_circles, make_moons, make_spirals, make_xor

MAKERS = [make_moons, make_circles, make_spirals]


def of_class(dataset, label):
    rows = zip(dataset.features, dataset.targets, strict=True)
    return [point for point, target in rows if target == label]


def test_xor_is_its_truth_table():
    xor = make_xor()
    for (a, b), target in zip(xor.features, xor.targets, strict=True):
        assert target == int(a) ^ int(b)
    assert len(xor) == 4


def test_moons_are_two_half_circles():
    moons = make_moons(41)
    for x, y in of_class(moons, 0):
        assert math.hypot(x, y) == pytest.approx(1)
        assert y >= 0
    for x, y in of_class(moons, 1):
        assert math.hypot(x - 1, y - 0.5) == pytest.approx(1)
        assert y <= 0.5
    assert of_class(moons, 0)[0] == [1.0, 0.0]
    assert of_class(moons, 0)[-1] == pytest.approx([-1.0, 0.0])
    assert of_class(moons, 1)[0] == [0.0, 0.5]
    assert of_class(moons, 1)[-1] == pytest.approx([2.0, 0.5])


def test_circles_have_their_radii_and_no_point_twice():
    circles = make_circles(20, factor=0.3)
    for label, radius in ((0, 1.0), (1, 0.3)):
        points = of_class(circles, label)
        assert [math.hypot(x, y) for x, y in points] == pytest.approx([radius] * 10)
        neighbours = zip(points, points[1:] + points[:1], strict=True)
        sides = [math.dist(a, b) for a, b in neighbours]
        assert sides == pytest.approx([2 * radius * math.sin(math.pi / 10)] * 10)


def test_spirals_are_each_other_s_opposite_and_never_meet():
    spirals = make_spirals(200, turns=2)
    first, second = of_class(spirals, 0), of_class(spirals, 1)
    assert [[-x, -y] for x, y in first] == second
    assert math.hypot(*first[-1]) == pytest.approx(1)
    # Half a turn of the arm is 0.9/4 of the radius: so far apart are the arms.
    assert min(math.dist(a, b) for a in first for b in second) > 0.15


@pytest.mark.parametrize("make", MAKERS)
def test_noise_is_normal_and_repeats_by_seed(make):
    plain, noisy = make(2000), make(2000, noise=0.2, seed=3)
    rows = zip(noisy.features, plain.features, strict=True)
    shifts = [a - b for p, q in rows for a, b in zip(p, q, strict=True)]
    assert statistics.mean(shifts) == pytest.approx(0, abs=0.01)
    assert statistics.pstdev(shifts) == pytest.approx(0.2, rel=0.03)
    within = sum(abs(shift) < 0.2 for shift in shifts) / len(shifts)
    assert within == pytest.approx(0.6827, abs=0.02)
    assert make(2000, noise=0.2, seed=3) == noisy
    assert make(2000, noise=0.2, seed=4) != noisy


@pytest.mark.parametrize("make", MAKERS)
def test_an_odd_number_is_shared_as_evenly_as_it_can_be(make):
    points = make(7, seed=0)
    assert [points.targets.count(label) for label in (0, 1)] == [3, 4]
    assert points.feature_names == ["x", "y"]
    assert make.__name__ in points.source


def test_noise_is_the_same_in_every_python():
    # The first two numbers that random.Random(0) has always given.
    u, v = 0.8444218515250481, 0.7579544029403025
    radius, angle = math.sqrt(-2 * math.log(1 - u)), 2 * math.pi * v
    expected = [1 + radius * math.cos(angle), radius * math.sin(angle)]
    assert make_moons(4, noise=1.0, seed=0).features[0] == pytest.approx(expected)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n_samples": 3}, "at least 4, not 3"),
        ({"n_samples": 10.0}, "n_samples"),
        ({"noise": -0.1}, "noise"),
        ({"noise": math.nan}, "noise"),
    ],
)
def test_impossible_orders_are_refused(make, arguments, words):
    with pytest.raises(ValueError, match=words):
        make(**arguments)


def test_impossible_curves_are_refused():
    with pytest.raises(ValueError, match="factor"):
        make_circles(factor=1.0)
    with pytest.raises(ValueError, match="turns"):
        make_spirals(turns=0)
