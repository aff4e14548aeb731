"""What a model gives is taken apart, and put together with other numbers."""

import pytest

from tinygrad_edu import Value
from tinygrad_edu.replay.watch import HERE, Watch
from tinygrad_edu.training.forms import Place, Places, filled, form_of


@pytest.mark.parametrize(
    ("output", "form"),
    [
        (Value(1.0), Place(0)),
        ([Value(1.0), Value(2.0)], Places(0, 2)),
        ((Value(1.0), [Value(2.0)], 7, None), (Place(0), Places(1, 2), 7, None)),
        ([[Value(1.0)], ["a", Value(2.0)]], [Places(0, 1), ["a", Place(1)]]),
        ([], []),
    ],
)
def test_a_form_has_places_for_the_numbers_and_keeps_the_rest(output, form):
    nodes = []
    assert form_of(output, nodes) == form
    numbers = [10.0 + i for i in range(len(nodes))]
    again = filled(form, numbers, Value)
    found = []
    assert form_of(again, found) == form
    assert [node.data for node in found] == numbers
    # With the numbers that it had, as floats.
    assert form_of(filled(form, numbers, float), []) != form or not nodes


def test_what_may_hold_values_where_none_are_seen_is_refused():
    holder = {"a": Value(1.0)}
    assert form_of(holder, []) is holder
    watch = HERE.watch = Watch()
    try:
        form_of([None, 1, 2.0, "a"], [])
        assert watch.reason is None
        form_of(holder, [])
    finally:
        HERE.watch = None
    assert watch.reason.startswith("the model gives a dict")
