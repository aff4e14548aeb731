"""What a record of an operator holds, and how it is known again."""

import copy
import pickle

import pytest
from records import ORACLES, RECORDS, arity, record_id

from tinygrad_edu.engine import primitives
from tinygrad_edu.engine.record import Primitive

every_record = pytest.mark.parametrize("record", RECORDS, ids=record_id)


@every_record
def test_a_record_comes_back_from_pickle_and_copy_as_itself(record):
    assert pickle.loads(pickle.dumps(record)) is record
    assert copy.deepcopy(record) is record
    assert primitives.lookup(record.name, record.parameters) is record


@every_record
def test_there_is_a_name_for_each_argument_and_none_twice(record):
    names = record.argument_names(arity(record))
    assert len(names) == len(set(names)) == arity(record)


def test_operands_of_one_list_are_numbered_and_of_two_lists_by_list():
    assert primitives.TOTAL.argument_names(3) == ["x0", "x1", "x2"]
    assert primitives.DOT.argument_names(4) == ["w0", "w1", "x0", "x1"]
    assert primitives.MAXIMUM.argument_names(2) == ["x", "y"]


def test_a_repr_tells_name_and_parameters():
    assert repr(primitives.EXP) == "<primitive exp()>"
    assert repr(primitives.clip(-1.0, 2.0)) == "<primitive clip(-1.0, 2.0)>"


def test_every_family_is_in_the_table_and_has_an_oracle():
    families = {
        name
        for name, maker in vars(primitives).items()
        if hasattr(maker, "cache_info") and maker.__module__ == primitives.__name__
    }
    assert families == set(primitives.FAMILIES)
    assert set(ORACLES) == {*primitives.PRIMITIVES, *primitives.FAMILIES}


def test_an_activation_is_one_operand_without_a_parameter_that_must_be_given():
    told = {record.name for record in RECORDS if record.activation}
    assert {"linear", *told} == set(primitives.ACTIVATIONS)
    assert len(primitives.ACTIVATIONS) == len(set(primitives.ACTIVATIONS))
    for record in RECORDS:
        assert isinstance(record, Primitive)
        assert not record.activation or record.arguments == ("x",)
