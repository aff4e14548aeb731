"""Files hold a model exactly; nothing half-written, damaged or foreign gets through."""

import contextlib
import json
import math
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from twins import numbers

import tinygrad_edu
from tinygrad_edu import (
    MLP,
    Layer,
    ModelFileError,
    Module,
    Neuron,
    Value,
    load,
    nn,
    save,
    softmax,
)
from tinygrad_edu.nn.shapes import flatten
from tinygrad_edu.saving import files as saving
from tinygrad_edu.saving.architecture import MODULES, build, describe


def bits(model):
    return [struct.pack("<d", p.data) for p in model.parameters()]


class Line(Module):
    """A module of one's own."""

    def __init__(self, slope=2.0):
        self.slope = Value(slope)
        self.inner = Neuron(1, seed=0)
        self.label_parameters()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.json"


@pytest.mark.parametrize(
    "model",
    [
        MLP(2, [3, 1], seed=0),
        MLP(2, [3, 4, 2], "tanh", "sigmoid", seed=1, expanded=True),
        MLP(np.int64(2), [np.int32(1)], seed=2),
        Layer(3, 2, activation="gelu", seed=3),
        Neuron(4, nonlin=False, seed=4),
    ],
)
def test_a_loaded_model_is_the_saved_one(path, model):
    save(model, path)
    twin = load(path)
    assert type(twin) is type(model)
    assert repr(twin) == repr(model)
    assert describe(twin) == describe(model)
    assert bits(twin) == bits(model)
    assert [p.label for p in twin.parameters()] == [p.label for p in model.parameters()]
    x = [0.5] * model.nin
    assert str(twin(x)) == str(model(x))


LAYERS = [
    (nn.WeightedSum(3, bias=False, seed=0), (3,)),
    (nn.Linear(3, 2, seed=0), (3,)),
    (nn.Activation("tanh"), (3,)),
    (nn.Unflatten(1, 2, 3), (6,)),
    (nn.Flatten(), (2, 3)),
    (nn.Conv1d(2, 2, 2, padding=1, bias=False, seed=0), (2, 3)),
    (nn.Conv2d(2, 2, 2, stride=2, padding=1, seed=0), (2, 3, 3)),
    (nn.MaxPool2d(2, stride=1), (1, 4, 4)),
    (nn.AvgPool2d(2), (1, 4, 4)),
    (nn.Dropout(0.25, seed=3), (9,)),
    (nn.RNNCell(2, 3, "relu", seed=0), (2,)),
    (nn.LSTMCell(2, 3, seed=0), (2,)),
    (nn.GRUCell(2, 3, seed=0), (2,)),
    (nn.LayerNorm(4, epsilon=0.1), (4,)),
    (nn.RMSNorm(4, epsilon=0.1), (4,)),
    (nn.SelfAttention(4, heads=2, causal=False, seed=0), (3, 4)),
    (nn.TransformerBlock(2, hidden=3, activation="gelu", seed=0), (2, 2)),
    (nn.Sequential(nn.Linear(3, 4, seed=0), nn.Sequential(nn.RMSNorm(4))), (3,)),
    (nn.Embedding(3, 2, seed=0), [2, 0]),
    (nn.CharRNN(3, size=2, hidden_size=4, cell="lstm", seed=0), [0, 2]),
    (nn.GPT(3, context=2, size=4, heads=2, depth=2, seed=0), [0, 2]),
    (Layer(2, 1, nonlin=False, seed=0), (2,)),
    (MLP(2, (2, 1), seed=0), (2,)),
    (Neuron(2, seed=0), (2,)),
]


@pytest.mark.parametrize(("model", "shape"), LAYERS)
def test_every_layer_comes_back_with_the_same_outputs_to_the_last_bit(
    path, model, shape
):
    save(model, path)
    twin = load(path)
    assert repr(twin) == repr(model)
    assert bits(twin) == bits(model)
    x = numbers(*shape) if isinstance(shape, tuple) else shape
    outputs, expected = flatten(twin(x)), flatten(model(x))
    assert [y.data for y in outputs] == [y.data for y in expected]


def test_no_module_of_the_package_is_missing_here():
    assert {type(model) for model, _ in LAYERS} == set(MODULES.values())


def test_dropout_draws_the_masks_of_its_seed_after_it_was_loaded(path):
    dropout = nn.Dropout(0.5, seed=4)
    save(nn.Sequential(dropout), path)
    row = [1.0] * 30
    assert [y.data for y in load(path)(row)] == [y.data for y in dropout(row)]
    save(nn.Dropout(0.5, seed=random.Random(4)), path)
    assert load(path).seed is None


def test_a_layer_that_is_a_bare_function_is_not_code_in_a_file(path):
    model = nn.Sequential(nn.Linear(2, 2, seed=0), softmax)
    save(model, path)
    with pytest.raises(ModelFileError, match=r"'softmax' is not a module.*load\(path"):
        load(path)
    other = nn.Sequential(nn.Linear(2, 2, seed=1), softmax)
    assert bits(load(path, other)) == bits(model)


def test_a_layer_in_two_places_is_loaded_into_a_model_that_shares_it_too(path):
    layer = nn.Linear(2, 2, seed=0)
    save(nn.Sequential(layer, layer), path)
    with pytest.raises(ModelFileError, match="Make the model"):
        load(path)
    other = nn.Linear(2, 2, seed=1)
    load(path, nn.Sequential(other, other))
    assert bits(other) == bits(layer)


@contextlib.contextmanager
def little_memory():
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A million parameters take 100 MB.
    assert peak < 10e6


@pytest.mark.parametrize(
    "layer",
    [
        ("LayerNorm", {"size": 10**6}),
        ("RMSNorm", {"size": 10**6}),
        ("TransformerBlock", {"size": 10**6}),
        ("Layer", {"nin": 1, "nout": 10**6, "initialiser": "zeros"}),
        ("MLP", {"nin": 1, "nouts": [10**6], "seed": 0}),
        ("MLP", {"nin": 10**9, "nouts": [10**9]}),
        ("Embedding", {"count": 10**9, "size": 10**9}),
        ("GPT", {"count": 9, "context": 9, "size": 9, "depth": 10**9}),
        ("Conv2d", {"in_channels": 1, "out_channels": 1, "kernel_size": 10**6}),
    ],
)
def test_a_small_file_cannot_ask_for_a_large_model(path, layer):
    save(Neuron(1, seed=0), path)
    whole = json.loads(path.read_text("utf-8"))
    whole["model"] = {"module": layer[0], "config": layer[1]}
    del whole["checksum"]
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(ModelFileError, match="more weights than there are parameters"):
        load(path)
    with little_memory(), pytest.raises(ModelFileError, match="more weights than"):
        build(whole["model"], 2)


@pytest.mark.parametrize(("model", "_"), LAYERS)
def test_no_integer_of_a_file_fills_the_memory(model, _):
    description = describe(model)
    count = len(model.parameters())
    for name, value in description["config"].items():
        if type(value) is int:
            config = {**description["config"], name: 10**6}
            with little_memory(), contextlib.suppress(ModelFileError):
                build({**description, "config": config}, count)


def test_many_modules_are_counted_together():
    norm = {"module": "LayerNorm", "config": {"size": 1000}}
    model = {"module": "Sequential", "config": {"layers": [norm] * 300}}
    with little_memory(), pytest.raises(ModelFileError, match="more weights than"):
        build(model, 1000)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=3, max_size=3))
def test_floats_come_back_to_the_last_bit(numbers):
    model = Neuron(2, seed=0)
    for parameter, number in zip(model.parameters(), numbers):
        parameter.data = number
    with tempfile.TemporaryDirectory() as folder:
        save(model, f"{folder}/model.json")
        twin = load(f"{folder}/model.json")
    for parameter, number in zip(twin.parameters(), numbers):
        if math.isnan(number):
            assert math.isnan(parameter.data)
        else:
            assert struct.pack("<d", parameter.data) == struct.pack("<d", number)


def test_a_file_is_strict_json_without_a_trace_of_code(path):
    model = Neuron(1, seed=0)
    model.w[0].data, model.b.data = math.inf, math.nan
    save(model, path)

    def refuse(word):
        raise AssertionError(word)

    whole = json.loads(path.read_text("utf-8"), parse_constant=refuse)
    assert whole["parameters"] == {"w0": "inf", "b": "nan"}
    assert whole["model"] == {
        "module": "Neuron",
        "config": {"nin": 1, "activation": "relu", "expanded": False},
    }
    assert list(whole) == ["format", "version", "model", "parameters", "checksum"]


def test_saving_and_loading_leave_the_random_numbers_of_the_user_alone(path):
    random.seed(5)
    expected = random.random()
    random.seed(5)
    save(MLP(2, [3, 1], seed=0), path)
    load(path)
    assert random.random() == expected


def test_a_module_of_one_s_own_is_loaded_into_one_that_was_made(path):
    model = Line(slope=0.1)
    save(model, path)
    with pytest.raises(ModelFileError, match=r"'Line' is not a module.*load\(path"):
        load(path)
    other = Line(slope=7.0)
    assert load(path, other) is other
    assert bits(other) == bits(model)


def test_a_namesake_or_a_subclass_of_a_module_is_one_s_own(path):
    class MLP(Module):
        def __init__(self):
            self.w = Value(1.0)

    class Deeper(Layer):
        pass

    for model in (MLP(), Deeper(2, 2, seed=0)):
        save(model, path)
        with pytest.raises(ModelFileError, match="not a module as tiny"):
            load(path)
        assert load(path, model) is model


@pytest.mark.parametrize("change", ["prune", "activation", "widen"])
def test_a_model_that_its_config_no_longer_tells_is_never_made_wrongly(path, change):
    model = MLP(2, [3, 3, 1], seed=0)
    if change == "prune":
        del model.layers[1].neurons[0].w[2]
    elif change == "activation":
        model.layers[1].neurons[0].activation = "tanh"
    else:
        model.extra = Value(1.0)
    save(model, path)
    with pytest.raises(ModelFileError, match="'MLP' is not a module as tinygrad_edu"):
        load(path)
    before = bits(model)
    for parameter in model.parameters():
        parameter.data = 0.0
    assert bits(load(path, model)) == before


def test_names_and_count_must_match_or_nothing_is_loaded(path):
    save(MLP(2, [3, 1], seed=0), path)
    for model in (MLP(2, [2, 1], seed=1), MLP(2, [4, 1], seed=1), Line()):
        before = bits(model)
        with pytest.raises(ModelFileError, match=r"holds 13 parameters, and \w+ has"):
            load(path, model)
        assert bits(model) == before


def test_two_parameters_of_one_name_are_refused_before_the_file_is_touched(path):
    class Clash(Module):
        def __init__(self):
            self.w = [Value(float(i)) for i in range(11)]
            self.w1 = [Value(99.0)]

    save(Line(), path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="called 'w10'"):
        save(Clash(), path)
    assert path.read_bytes() == before


def test_only_modules_are_saved(path):
    with pytest.raises(TypeError, match="takes a Module"):
        save([Value(1.0)], path)
    assert not path.exists()


# ------------------------------------------------------------------- whole or none

SAVER = """
import os, resource, signal, sys, time
from tinygrad_edu import MLP, save

way, path = sys.argv[1:]
model = MLP(3, [40, 40, 1], seed=1)
if way == "while writing":
    # The kernel kills the process at the write that goes beyond this size.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
else:
    name = {"before the disk has it": "fsync", "before it replaces": "replace"}[way]

    def wait(*args):
        print("here", flush=True)
        time.sleep(600)

    vars(os)[name] = wait
save(model, path)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
@pytest.mark.parametrize(
    "way", ["while writing", "before the disk has it", "before it replaces"]
)
def test_a_process_that_is_killed_while_it_saves_leaves_the_old_file(path, way):
    save(MLP(2, [2, 1], seed=0), path)
    before = path.read_bytes()
    root = Path(tinygrad_edu.__file__).parents[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SAVER, way, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    with process:
        if way == "while writing":
            assert process.wait(60) == -signal.SIGXFSZ
        else:
            assert process.stdout.readline() == b"here\n"
            process.kill()
            assert process.wait(60) == -signal.SIGKILL
    assert path.read_bytes() == before
    assert bits(load(path)) == bits(MLP(2, [2, 1], seed=0))
    # What was being written lies beside it, and no later save trips over it.
    assert len(list(path.parent.iterdir())) == 2
    save(MLP(2, [1], seed=0), path)
    assert repr(load(path)).startswith("MLP(2 -> 1")


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(
    path, monkeypatch, error
):
    save(Line(), path)
    before = path.read_bytes()

    def fail(*args):
        raise error

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(error)):
        save(Line(3.0), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_link_keeps_pointing_and_a_folder_is_not_replaced(path, tmp_path):
    save(Line(), path)
    link = tmp_path / "link.json"
    link.symlink_to(path)
    save(Line(3.0), link)
    assert link.is_symlink()
    assert load(path, Line()).slope.data == 3.0
    with pytest.raises(OSError, match="is not a file"):
        save(Line(), tmp_path)
    with pytest.raises(FileNotFoundError):
        save(Line(), tmp_path / "nowhere" / "model.json")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nothing.json")


# --------------------------------------------------------------------------- damage


def test_a_file_that_was_cut_short_anywhere_is_refused(path):
    save(Neuron(2, seed=0), path)
    whole = path.read_bytes()
    model = Neuron(2, seed=1)
    before = bits(model)
    for length in range(len(whole) - 2):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            load(path, model)
    assert bits(model) == before


def test_a_file_with_any_one_byte_changed_is_refused_or_means_the_same(path):
    save(Neuron(2, seed=0), path)
    whole = path.read_bytes()
    model = Neuron(2, seed=1)
    before = bits(model)
    refused = 0
    for position in range(len(whole)):
        for flip in (1, 16):
            damaged = bytearray(whole)
            damaged[position] ^= flip
            path.write_bytes(bytes(damaged))
            try:
                twin = load(path)
            except ModelFileError:
                refused += 1
                with pytest.raises(ModelFileError):
                    load(path, model)
            else:
                assert bits(twin) == bits(Neuron(2, seed=0))
    assert bits(model) == before
    assert refused > len(whole)


DEEP = "[" * 100_000 + "]" * 100_000


def nested(depth):
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "PyTorch"}, "not a file that tinygrad_edu's save wrote"),
        ({"version": 2}, r"newer tinygrad_edu \(format 2.*Upgrade"),
        ({"version": "1"}, "has the version '1'"),
        ({"version": 0}, "has the version 0"),
        ({"model": None}, "a part is missing"),
        ({"parameters": [1.0]}, "a part is missing"),
        ({"extra": 1}, "more than a model"),
        ({"checksum": "0"}, "its checksum"),
        ({"checksum": None, "parameters": {}}, "its checksum"),
    ],
)
def test_a_foreign_or_damaged_file_is_refused_with_its_reason(path, change, words):
    save(Neuron(1, seed=0), path)
    whole = {**json.loads(path.read_text("utf-8")), **change}
    path.write_text(json.dumps(whole), "utf-8")
    for model in (None, Neuron(1, seed=1)):
        with pytest.raises(ModelFileError, match=words) as caught:
            load(path, model)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parameters": {"w0": True, "b": 0.0}}, "w0 is True"),
        ({"parameters": {"w0": "1.0", "b": 0.0}}, "w0 is '1.0'"),
        ({"parameters": {"w0": None, "b": 0.0}}, "w0 is None"),
        ({"parameters": {"w0": 10**400, "b": 0.0}}, "w0 is 1000"),
        ({"parameters": {"w0": math.inf, "b": 0.0}}, "w0 is inf"),
        ({"parameters": {"w0": math.nan, "b": 0.0}}, "w0 is nan"),
        ({"parameters": {"w0": 1.0}}, "the file lacks b, the model lacks none"),
        ({"model": {"module": "os.system", "config": {}}}, "'os.system' is not a"),
        ({"model": {"module": "Module", "config": {}}}, "'Module' is not a module"),
        ({"model": {"module": ["MLP"], "config": {}}}, "cannot be made"),
        ({"model": {"module": "Neuron", "config": {"nin": -1}}}, "nin must be an int"),
        ({"model": {"module": "Neuron", "config": {"mode": 1}}}, "cannot be made"),
        ({"model": {"module": "Neuron", "config": [1]}}, "cannot be made"),
        ({"model": {"module": "Neuron"}}, "'Neuron' is not a module as tiny"),
        ({"model": {"nin": 1}}, "None is not a module"),
    ],
)
def test_a_file_without_checksum_is_still_checked_in_every_part(path, change, words):
    save(Neuron(1, seed=0), path)
    whole = {**json.loads(path.read_text("utf-8")), **change}
    del whole["checksum"]
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(ModelFileError, match=words):
        load(path)


def test_a_file_edited_by_hand_is_loaded_once_its_checksum_is_taken_out(path):
    save(Neuron(1, seed=0), path)
    whole = json.loads(path.read_text("utf-8"))
    whole["parameters"]["w0"] = 2
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(ModelFileError, match='take the line of the "checksum" out'):
        load(path)
    del whole["checksum"]
    path.write_text(json.dumps(whole), "utf-8")
    assert load(path).w[0].data == 2.0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04\x95",
        b"\xff\xfe{}",
        b"null",
        b"[]",
        b"{}",
        b"9" * 5000,
        DEEP.encode(),
        nested(100_000).encode(),
        f'{{"format": "tinygrad_edu model", "version": 1, "parameters": {{}}, '
        f'"model": {nested(900)}}}'.encode(),
    ],
)
def test_any_other_file_is_refused(path, data):
    path.write_bytes(data)
    with pytest.raises(ModelFileError):
        load(path)
    with pytest.raises(ModelFileError):
        load(path, Neuron(1, seed=0))


def test_a_file_is_refused_however_deep_it_is_nested(path):
    # Also where it can just be read, and no more be gone through.
    for depth in range(sys.getrecursionlimit()):
        model = f'{{"format": "{saving.FORMAT}", "version": 1, "parameters": {{}}, '
        path.write_text(f'{model}"model": {nested(depth)}}}', encoding="utf-8")
        with pytest.raises(ModelFileError):
            load(path)


def test_an_oversized_file_is_not_read(path, monkeypatch):
    save(Neuron(1, seed=0), path)
    size = path.stat().st_size
    monkeypatch.setattr(saving, "LARGEST_FILE", size)
    load(path)
    monkeypatch.setattr(saving, "LARGEST_FILE", size - 1)
    with pytest.raises(ModelFileError, match="larger than 0 MiB"):
        load(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="larger than 0 MiB"):
        save(Neuron(1, seed=0), path)
    assert path.read_bytes() == before
