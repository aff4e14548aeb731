"""The search for differences finds one that is planted."""

import math
import random
import sys
from pathlib import Path

import pytest

from tinygrad_edu.engine import primitives

pytestmark = pytest.mark.machine


@pytest.fixture
def fuzz(torch, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "fuzz")
    for name in ("one_operator", "tally", "trainings", "whole_graphs"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    import one_operator
    import tally
    import trainings
    import whole_graphs

    return one_operator, whole_graphs, trainings, tally.Tally()


def test_nothing_differs_in_the_first_programs(fuzz, torch, node_program):
    one_operator, whole_graphs, trainings, tally = fuzz
    source = random.Random(0)
    for _ in range(40):
        one_operator.check(torch, tally, source)
    roots = [whole_graphs.check(torch, tally, seed, False) for seed in range(8)]
    roots += [whole_graphs.check_wild(torch, tally, seed) for seed in range(8)]
    whole_graphs.check_javascript(tally, node_program, roots)
    trainings.check(torch, tally, source)
    assert tally.report()
    assert len(tally.counts) > 20


def right_on_floats_alone(xp, z, x):
    t = math.tanh(getattr(x, "data", x))
    return (1 - t * t,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"forward": lambda xp, x: xp.tanh(x) * (1 + 1e-9)},
        {"partials": lambda xp, z, x: (1 - z,)},
        {"partials": right_on_floats_alone},
    ],
    ids=["value", "derivative", "second derivative"],
)
def test_a_wrong_rule_is_found(fuzz, torch, monkeypatch, wrong):
    one_operator, _, _, tally = fuzz
    planted = primitives.TANH._replace(**wrong)
    monkeypatch.setattr(one_operator, "RECORDS", [planted])
    source = random.Random(0)
    for _ in range(20):
        one_operator.check(torch, tally, source)
    assert tally.differences


@pytest.mark.parametrize("kind", ["tame", "wild"])
def test_a_wrong_second_derivative_in_a_graph_is_found(fuzz, torch, monkeypatch, kind):
    _, whole_graphs, _, tally = fuzz
    right = whole_graphs.grad

    def wrong(output, inputs):
        return [slope * 1.001 for slope in right(output, inputs)]

    monkeypatch.setattr(whole_graphs, "grad", wrong)
    for seed in range(6):
        if kind == "tame":
            whole_graphs.check(torch, tally, seed, False)
        else:
            whole_graphs.check_wild(torch, tally, seed)
    found = {line.partition(":")[0] for line in tally.differences}
    assert any("second derivatives, PyTorch" in what for what in found)


def test_a_reason_of_infinities_excuses_no_finite_number(fuzz):
    *_, tally = fuzz
    infinite = ([math.inf, 1.0], [math.nan, 2.0], "here")
    assert not tally.compare("slopes", *infinite, known="infinite derivative")
    assert sum(tally.known.values()) == 1
    assert tally.differences == ["slopes: here, number 1: 1.0 and 2.0"]
