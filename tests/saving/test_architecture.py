"""The architecture of a model as data, and the model made again from it."""

import json

import pytest

from tinygrad_edu import MLP, Layer, ModelFileError, Neuron, nn
from tinygrad_edu.saving.architecture import MODULES, build, describe

MODELS = [
    Neuron(3, activation="tanh", seed=0),
    Layer(3, 2, seed=0),
    MLP(2, [3, 1], activation="gelu", output_activation="sigmoid", seed=0),
    nn.Sequential(nn.Linear(2, 3, bias=False, seed=0), nn.Activation("relu")),
    nn.Sequential(nn.Unflatten(1, 4, 4), nn.Conv2d(1, 2, 3, padding=1, seed=0)),
    nn.GPT(5, context=4, size=4, heads=2, depth=2, seed=0),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_a_model_is_made_again_with_the_same_shape_and_names(model):
    told = json.loads(json.dumps(describe(model)))
    twin = build(told, len(model.parameters()))
    assert repr(twin) == repr(model)
    assert [n for n, _ in twin.named_parameters()] == [
        n for n, _ in model.named_parameters()
    ]
    # Its weights mean nothing yet: no random number was drawn for them.
    drawn = {parameter.data for parameter in twin.parameters()}
    assert drawn <= {0.0, 1.0}


def test_every_public_module_can_be_made_again():
    assert set(MODULES) == {
        name
        for name in nn.__all__
        if isinstance(getattr(nn, name), type)
        and issubclass(getattr(nn, name), nn.Module)
        and name != "Module"
    }


def test_a_module_of_one_s_own_is_told_by_its_name_alone():
    class Own(nn.Module):
        pass

    assert describe(Own()) == {"module": "Own"}
    with pytest.raises(ModelFileError, match=r"'Own' is not a module as"):
        build({"module": "Own"}, 0)


def test_a_model_that_was_changed_since_is_told_by_its_name_alone():
    model = MLP(2, [3, 1], seed=0)
    model.layers.pop()
    assert describe(model) == {"module": "MLP"}


@pytest.mark.parametrize(
    "told",
    [
        {"module": "MLP", "config": {"nin": 10**9, "nouts": [10**9]}},
        {"module": "MLP", "config": {"nin": "x", "nouts": [1]}},
        {"module": "MLP", "config": {"surprise": 1}},
        {"module": "os.system", "config": {}},
    ],
)
def test_what_no_model_is_like_is_refused_before_it_fills_the_memory(told):
    with pytest.raises(ModelFileError, match=r"load\(path, model\)"):
        build(told, 3)
