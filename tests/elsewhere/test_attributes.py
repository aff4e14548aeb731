"""Names from other libraries are answered where they are met, and rightly."""

import math
import random
import re
import subprocess
import sys
from functools import partial
from importlib import import_module

import pytest

import tinygrad_edu
from tinygrad_edu import MLP, SGD, Module, Value, data, draw, fit, nn, optim
from tinygrad_edu.elsewhere.table import (
    CHOICES_NOT_HERE,
    KEYWORDS_NOT_HERE,
    NOT_HERE,
    SAME,
)


def objects():
    model = MLP(2, [3, 1], seed=0)
    dataset = data.make_moons(20, noise=0.1, seed=0)
    history = fit(model, *dataset, epochs=1, progress=False)
    return {
        "Value": Value(2.0),
        "Module": model,
        "Optimiser": SGD(model.parameters()),
        "History": history,
        "Dataset": dataset,
    }


OBJECTS = objects()
MET = [
    (place, name, sentence)
    for place, names in NOT_HERE.items()
    for name, sentence in names.items()
]
ON_OBJECTS = [
    entry for entry in MET if entry[0] in OBJECTS and not entry[1].startswith("__")
]
IN_ROOMS = [entry for entry in MET if entry[0] not in OBJECTS]


def test_the_table_is_for_the_places_that_there_are():
    assert {place for place, *_ in IN_ROOMS} == {
        "tinygrad_edu",
        *(f"tinygrad_edu.{room}" for room in ("data", "nn", "optim")),
    }
    assert len(MET) > 150


@pytest.mark.parametrize(("place", "name", "sentence"), ON_OBJECTS)
def test_a_name_on_an_object_is_answered_and_is_not_there(place, name, sentence):
    for thing in (OBJECTS[place], type(OBJECTS[place])):
        assert not hasattr(thing, name)
        assert getattr(thing, name, None) is None
        with pytest.raises(AttributeError) as caught:
            getattr(thing, name)
        called = type(OBJECTS[place]).__name__
        assert str(caught.value) == f"{called} has no {name!r}. {sentence}"
    assert name not in dir(OBJECTS[place])


@pytest.mark.parametrize(("place", "name", "sentence"), IN_ROOMS)
def test_a_name_in_a_room_is_answered_and_is_not_there(place, name, sentence):
    room = import_module(place)
    assert not hasattr(room, name)
    assert name not in dir(room)
    message = f"{place} has no {name!r}. {sentence}"
    with pytest.raises(AttributeError) as caught:
        getattr(room, name)
    assert str(caught.value) == message
    with pytest.raises(ImportError) as caught:
        exec(f"from {place} import {name}")
    assert str(caught.value) == message


def test_any_other_name_is_answered_in_python_s_own_words():
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = tinygrad_edu.nothing
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = Value(1.0).nothing
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        exec("from tinygrad_edu.nn import nothing")


def ways_out():
    """Yield each piece of code that a sentence tells, and where."""
    choices = [("a choice", name, text) for name, text in CHOICES_NOT_HERE.items()]
    keywords = [("a keyword", name, text) for name, text in KEYWORDS_NOT_HERE.items()]
    for place, name, sentence in [*MET, *choices, *keywords]:
        for code in re.findall(r"`([^`]+)`", sentence):
            yield pytest.param(code, id=f"{place}-{name}-{code}")


@pytest.mark.machine
@pytest.mark.parametrize("code", list(ways_out()))
def test_each_way_out_that_is_told_can_be_gone(code, tmp_path):
    names = {name: getattr(tinygrad_edu, name) for name in tinygrad_edu.__all__}
    v, w = Value(2.0), Value(3.0)
    values = [v, w]
    path = tmp_path / "model.json"
    model = MLP(2, [3, 1], seed=0)
    tinygrad_edu.save(model, path)
    dataset = OBJECTS["Dataset"]
    optimiser = SGD(model.parameters())
    names |= vars(data) | {"optim": optim, "draw": draw, "nn": nn}
    names |= {
        "X": dataset.features,
        "classifier": MLP(2, [3, 2], seed=0),
        "dataset": dataset,
        "history": OBJECTS["History"],
        "inputs": [1.0, 2.0],
        "logits": values,
        "math": math,
        "matrix": [[1.0, 2.0]],
        "model": model,
        "optimiser": optimiser,
        "outputs": values,
        "p": v,
        "parameters": model.parameters(),
        "partial": partial,
        "path": path,
        "random": random,
        "row": [1.0, 2.0],
        "rows": [[1.0, 2.0]],
        "scores": values,
        "signs": [1, -1],
        "steps": [[1.0, 2.0], [3.0, 4.0]],
        "targets": [0.0, 1.0],
        "v": v,
        "values": values,
        "w": w,
        "weights": values,
        "x": v,
        "y": v * v,
    }
    if "fit(" in code:
        names["y"] = dataset.targets
    if "score" in code:
        names["targets"] = [1]
    if code in ("l2", "update"):
        # A keyword, and a method of a subclass.
        return
    names["print"] = str
    exec(code, names)


@pytest.mark.parametrize(
    "convert",
    [
        float,
        int,
        round,
        list,
        math.exp,
        lambda v: "%.3f" % v,  # noqa: UP031
        lambda v: v[0],
        lambda v: v @ v,
        lambda v: [1.0] @ v,
        lambda v: round(v, 2),
        lambda v: math.isnan(v),
    ],
)
def test_what_would_drop_the_graph_is_refused_in_a_sentence(convert):
    sentences = [
        text for name, text in NOT_HERE["Value"].items() if name.startswith("__")
    ]
    with pytest.raises(TypeError) as caught:
        convert(Value(2.0))
    assert str(caught.value) in sentences


def test_what_a_value_has_not_cannot_be_set_on_it_either():
    v = Value(2.0)
    for name in ("requires_grad", "device"):
        with pytest.raises(AttributeError) as caught:
            setattr(v, name, True)
        sentence = NOT_HERE["Value"][name]
        assert str(caught.value) == f"Value has no {name!r}. {sentence}"


def test_a_value_that_is_asked_for_a_gradient_says_that_it_has_one():
    for wish in (True, False):
        with pytest.raises(TypeError) as caught:
            Value(2.0, requires_grad=wish)
        assert NOT_HERE["Value"]["requires_grad"] in str(caught.value)


def test_object_arrays_of_values_go_on_to_work():
    np = pytest.importorskip("numpy")
    x, y = Value(2.0), Value(3.0)
    row = np.array([x, y])
    assert row.dtype == object
    assert row.shape == (2,)
    assert np.array(x).shape == ()
    assert (row @ row).data == 13.0
    assert row.sum().data == 5.0
    assert [node.data for node in np.exp(row)] == [math.exp(2.0), math.exp(3.0)]
    assert isinstance(np.float64(2.0) * x, Value)
    matrix = np.array([[x, y], [y, x]])
    assert [node.data for node in matrix @ row] == [13.0, 12.0]


def test_a_student_s_own_names_come_first():
    class Net(Module):
        def __init__(self):
            self.weights = [Value(1.0), Value(2.0)]
            self.children = "mine"

        def state_dict(self):
            return {"mine": 1}

    net = Net()
    assert net.children == "mine"
    assert net.state_dict() == {"mine": 1}
    assert [name for name, _ in net.named_parameters()] == ["weights0", "weights1"]
    assert {"state_dict", "children"} <= set(dir(net))
    assert "load_state_dict" not in dir(net)


def test_american_names_are_the_same_things():
    for place, names in SAME.items():
        room = import_module(place)
        for theirs, ours in names.items():
            assert getattr(room, theirs) is getattr(room, ours)
    exec("from tinygrad_edu.data import standardize")


@pytest.mark.machine
def test_type_checkers_refuse_what_raises(tmp_path):
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(
        "from tinygrad_edu import MLP, Value\n"
        "v = Value(1.0)\n"
        "v.requires_grad\n"
        "float(v)\n"
        "v[0]\n"
        "MLP(2, [1]).state_dict()\n"
        "Value(1.0, requires_grad=True)\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), str(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.findall(r"program\.py:(\d): error", run.stdout) == [
        "3",
        "4",
        "5",
        "6",
        "7",
    ]


@pytest.mark.machine
def test_rooms_are_attributes_of_the_package_and_it_lists_them():
    program = (
        "import tinygrad_edu as tg\n"
        "assert {'data', 'draw', 'nn', 'optim'} <= set(dir(tg))\n"
        "print(tg.data.make_xor().targets, tg.optim.SGD.__name__, tg.draw.__name__)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[0, 1, 1, 0] SGD tinygrad_edu.draw\n"
