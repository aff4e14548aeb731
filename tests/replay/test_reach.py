"""What a model or a loss reaches: a change of it is noticed, wherever it is made."""

import functools
import sys
import types

import pytest

from tinygrad_edu import MLP, Adam, Value
from tinygrad_edu.replay.reach import Reach

WEIGHT = 1.0
TABLE = {"weight": [1.0, {"deep": 2.0}]}


class Settings:
    """Where a loss may look for a weight."""

    weight = 1.0
    __slots__ = ("own",)

    def __init__(self):
        self.own = 1.0


def closure(weight):
    def loss(y):
        return weight * y

    def change():
        nonlocal weight
        weight += 1.0

    return loss, change


def reads_a_global(y):
    return WEIGHT * y


def reads_a_table(y):
    return TABLE["weight"][0] * y


def with_default(y, weights=[1.0]):  # noqa: B006
    return weights[0] * y


def reads_a_class(y):
    return Settings.weight * y


def changes():
    """Yield (name, what is called, what changes it)."""
    loss, change = closure(1.0)
    yield "closure", loss, change
    module = sys.modules[__name__]
    yield "global", reads_a_global, lambda: setattr(module, "WEIGHT", WEIGHT + 1.0)
    yield "table", reads_a_table, lambda: TABLE["weight"][1].update(deep=3.0)
    yield "default", with_default, lambda: with_default.__defaults__[0].append(2.0)
    yield "class", reads_a_class, lambda: setattr(Settings, "weight", 2.0)
    settings = Settings()
    yield "slot", settings, lambda: setattr(settings, "own", 2.0)
    partial = functools.partial(with_default, weights=[3.0])
    yield "partial", partial, lambda: partial.keywords["weights"].append(1.0)
    model = MLP(2, [2, 1], seed=0)
    yield "mode", model, model.eval
    frozen = MLP(2, [1], seed=0)
    weight = frozen.parameters()[0]
    yield "value", frozen, lambda: setattr(weight, "data", 5.0)


@pytest.mark.parametrize(("name", "root", "change"), list(changes()))
def test_a_change_is_noticed_and_nothing_else(name, root, change):
    reach = Reach([root])
    assert not reach.has_changed()
    assert not reach.has_changed()
    change()
    assert reach.has_changed()


def test_a_weight_in_a_module_within_a_module_is_noticed(monkeypatch):
    inner = types.ModuleType("own_package.settings")
    inner.weight = 1.0
    outer = types.ModuleType("own_package")
    outer.settings = inner
    names = {"own_package": outer}
    exec("def loss(y):\n    return own_package.settings.weight * y\n", names)
    reach = Reach([names["loss"]])
    assert not reach.has_changed()
    inner.weight = 2.0
    assert reach.has_changed()


def test_the_numbers_of_trained_parameters_may_change_and_no_others():
    model = MLP(2, [2, 1], seed=0)
    parameters = model.parameters()
    reach = Reach([model], parameters)
    parameters[0].data = 7.0
    assert not reach.has_changed()
    assert set(parameters) <= set(reach.values)
    # Another parameter in its place is another model.
    model.layers[0].neurons[0].b = Value(0.0)
    assert reach.has_changed()


def test_nodes_are_found_in_the_order_in_which_they_stand():
    a, b, c, d = nodes = [Value(float(i)) for i in range(4)]
    assert list(Reach([a, [b, {"deep": c}], d]).values) == nodes
    assert list(Reach([[d, c], b, [a]]).values) == nodes[::-1]


def test_a_circle_is_walked_once_and_plain_numbers_are_no_objects():
    circle = [1.0, Value(2.0)]
    circle.append(circle)
    reach = Reach([circle])
    assert reach.found(float) == []
    assert not reach.has_changed()
    circle[0] = 2.0
    assert reach.has_changed()


def test_what_an_optimiser_keeps_is_no_part_of_it():
    assert not Reach([Adam(MLP(1, [1], seed=0).parameters())]).values


def test_an_array_is_compared_by_its_numbers():
    numpy = pytest.importorskip("numpy")
    weights = numpy.ones(3)
    loss, _ = closure(weights)
    reach = Reach([loss])
    assert not reach.has_changed()
    weights[1] = 2.0
    assert reach.has_changed()
