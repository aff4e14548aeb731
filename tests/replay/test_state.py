"""What a call changes is found and named, wherever it is kept."""

import collections
import copy
import functools
import itertools
import random
import sys
import types

import pytest

from tinygrad_edu import MLP, Module, Value, replayed
from tinygrad_edu.replay.state import changed_name, identity_asked, state_of

numpy = pytest.importorskip("numpy")

COUNTS = {"calls": 0}
TOTAL = 0


class Counter:
    """Keeps numbers in every place that an object has for them."""

    shared = 0
    __slots__ = ("inside", "slot")

    def __init__(self):
        self.slot = 0
        self.inside = [(1, {"deep": Value(1.0)})]

    def in_a_slot(self):
        self.slot += 1

    def in_the_class(self):
        type(self).shared += 1

    def deep(self):
        self.inside[0][1]["deep"].data += 1.0

    def new_node(self):
        self.inside[0][1]["deep"] = Value(1.0)


def by_closure():
    calls = 0

    def call():
        nonlocal calls
        calls += 1

    return call


def by_global():
    COUNTS["calls"] += 1


def by_rebound_global():
    global TOTAL  # noqa: PLW0603
    TOTAL += 1


def through_another():
    by_global()


def by_default(memory=[]):  # noqa: B006
    memory.append(1)


def by_attribute():
    by_attribute.calls = getattr(by_attribute, "calls", 0) + 1


def by_module():
    own_module.number += 1


own_module = types.ModuleType("own_module")
own_module.number = 0
sys.modules["own_module"] = own_module


def by_generator():
    source = random.Random(0)
    return source.random


def by_numpy():
    source = numpy.random.default_rng(0)
    return source.normal


def by_old_numpy():
    source = numpy.random.RandomState(0)
    return lambda: source.normal()


def by_array():
    array = numpy.zeros(3)

    def call():
        array[1] += 1

    return call


def by_deque():
    last = collections.deque(maxlen=3)
    return functools.partial(last.append, 1)


def by_a_list_of_its_own():
    class Buffer(list):
        calls = 0

    buffer = Buffer()

    def call():
        buffer.calls += 1

    return call


def by_iterator():
    numbers = itertools.count()
    return lambda: next(numbers)


def by_property():
    class Own:
        @property
        def number(self):
            COUNTS["calls"] += 1
            return 1.0

    own = Own()
    return lambda: own.number


def by_static_method():
    class Own:
        @staticmethod
        def count():
            COUNTS["calls"] += 1

    return Own().count


def by_method_of_a_class():
    class Own:
        @classmethod
        def count(cls):
            COUNTS["calls"] += 1

    return Own.count


def by_a_wrapped_function_of_others():
    def call():
        COUNTS["calls"] += 1
        return Value(1.0)

    call.__module__ = "json"
    return replayed(call)


def by_renaming():
    holder = types.SimpleNamespace(before=1)

    def call():
        holder.after = holder.__dict__.pop("before")

    return call


def by_a_slot_that_was_empty():
    counter = Counter.__new__(Counter)

    def call():
        counter.slot = 1

    return call


def by_a_variable_that_was_empty():
    def call():
        nonlocal number
        number = 1

    if COUNTS is None:
        number = 0
    return call


def by_a_function_within():
    def within():
        COUNTS["calls"] += 1

    within()


class Derived(Counter):
    __slots__ = ()

    def in_the_base(self):
        type(self).__mro__[1].shared += 1


COUNTER, DERIVED = Counter(), Derived()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (by_closure(), "calls"),
        (by_global, "COUNTS"),
        (by_rebound_global, "TOTAL"),
        (through_another, "COUNTS"),
        (by_default, "by_default"),
        (by_attribute, None),
        (by_module, "number"),
        (by_generator(), None),
        (by_numpy(), None),
        (by_old_numpy(), "source"),
        (by_array(), "array"),
        (by_deque(), None),
        (by_a_list_of_its_own(), "calls"),
        (by_iterator(), "numbers"),
        (lambda: random.random(), "random"),
        (lambda: numpy.random.rand(), "numpy.random"),
        (COUNTER.in_a_slot, "slot"),
        (COUNTER.in_the_class, "shared"),
        (by_a_function_within, "COUNTS"),
        (DERIVED.in_the_base, "shared"),
        (COUNTER.deep, "inside"),
        (COUNTER.new_node, "inside"),
        (functools.partial(by_global), "COUNTS"),
        (by_property(), "COUNTS"),
        (by_static_method(), "COUNTS"),
        (by_method_of_a_class(), "COUNTS"),
        (by_renaming(), "what it holds"),
        (by_a_wrapped_function_of_others(), None),
        (by_a_slot_that_was_empty(), None),
        (by_a_variable_that_was_empty(), "number"),
    ],
)
def test_what_a_call_changes_is_found_and_named(call, name):
    before = state_of(call)
    if not isinstance(call, types.FunctionType) or call.__name__ != "<lambda>":
        # Twice the same where nothing was called; an iterator is never the same.
        assert name == "numbers" or changed_name(before, state_of(call)) is None
    call()
    found = changed_name(before, state_of(call))
    assert found is not None
    assert name in (None, found)


def test_torch_is_looked_at_where_it_is_there(torch):
    tensor = torch.zeros(3)

    def call():
        tensor[0] += 1

    for change in (call, lambda: torch.rand(1)):
        before = state_of(change)
        change()
        assert changed_name(before, state_of(change)) in ("tensor", "torch.random")


def test_a_call_that_keeps_nothing_changes_nothing():
    model = MLP(3, [4, 2], seed=0)
    before = state_of(model)
    model([1.0, 2.0, 3.0])
    assert changed_name(before, state_of(model)) is None


def test_a_circle_of_objects_is_walked_once():
    class Holding(Module):
        def __init__(self):
            self.me = [self]

        def __call__(self, x):
            return self.me[0]

    model = Holding()
    before = state_of(model)
    assert len(before) < 200
    assert changed_name(before, state_of(model)) is None


def test_only_libraries_that_are_there_are_looked_at(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert [name for name, _ in state_of()] == ["random"]


def test_modules_that_know_each_other_are_walked_once():
    # As `import a` in b and `import b` in a: `a.b.a.number` is what the code may mean.
    one, other = types.ModuleType("one"), types.ModuleType("other")
    one.other, other.one = other, one
    exec("def call():\n    return one.other.one.number", vars(other))
    one.number = 1
    before = state_of(other.call)
    one.number = 2
    assert changed_name(before, state_of(other.call)) == "number"


def asking(x):
    return [y is True for y in x]


def asking_none(x, other=None):
    known = x is not None
    return known and other is None


def asking_an_element(x):
    return x[0] is x[1]


@pytest.mark.parametrize(
    ("root", "name"),
    [
        (asking, "asking"),
        (asking_an_element, "asking_an_element"),
        ([{"deep": asking}], "asking"),
        (asking_none, None),
        (through_another, None),
        # What others have written is theirs to answer for.
        (functools.wraps, None),
        (copy.deepcopy, None),
        (MLP(2, [1], seed=0), None),
    ],
)
def test_who_asks_by_is_and_not_of_none_is_named(root, name):
    assert identity_asked(state_of(root)) == name
