"""What holds for every layer, whichever it is."""

import inspect
import re

import pytest
from twins import nodes, numbers, objective

from tinygrad_edu import draw_dot, nn
from tinygrad_edu.nn.shapes import flatten

LAYERS = [
    (nn.WeightedSum(3, seed=0), (3,)),
    (nn.Linear(3, 2, seed=0), (3,)),
    (nn.Activation("tanh"), (3,)),
    (nn.Sequential(nn.Unflatten(1, 2, 3), nn.Flatten()), (6,)),
    (nn.Conv1d(2, 2, 2, padding=1, seed=0), (2, 3)),
    (nn.Conv2d(2, 2, 2, stride=2, padding=1, seed=0), (2, 3, 3)),
    (nn.MaxPool2d(2), (1, 4, 4)),
    (nn.AvgPool2d(2), (1, 4, 4)),
    (nn.Dropout(0.5, seed=0).eval(), (3,)),
    (nn.RNNCell(2, 3, seed=0), (2,)),
    (nn.LSTMCell(2, 3, seed=0), (2,)),
    (nn.GRUCell(2, 3, seed=0), (2,)),
    (nn.LayerNorm(4), (4,)),
    (nn.RMSNorm(4), (4,)),
    (nn.SelfAttention(4, heads=2, seed=0), (3, 4)),
    (nn.TransformerBlock(2, seed=0), (2, 2)),
]
TABLES = [
    nn.Embedding(3, 2, seed=0),
    nn.CharRNN(3, size=2, hidden_size=2, seed=0),
    nn.GPT(3, context=2, size=2, seed=0),
]
MODULES = [module for module, _ in LAYERS] + TABLES


def name(argument):
    return type(argument).__name__ if isinstance(argument, nn.Module) else ""


def test_no_module_is_missing_here():
    public = [getattr(nn, name) for name in nn.__all__]
    classes = [part for part in public if inspect.isclass(part)]
    modules = {part for part in classes if issubclass(part, nn.Module)}
    elsewhere = {nn.Module, nn.Neuron, nn.Layer, nn.MLP, nn.Flatten, nn.Unflatten}
    assert modules - elsewhere == {type(module) for module in MODULES}


@pytest.mark.parametrize(("module", "shape"), LAYERS, ids=name)
def test_gradients_agree_with_central_differences(module, shape):
    x = nodes(numbers(*shape))
    objective(module(x)).backward()
    leaves = [*flatten(x), *module.parameters()]
    step = 1e-6
    for leaf in leaves:
        start = leaf.data
        leaf.data = start + step
        above = objective(module(x)).data
        leaf.data = start - step
        below = objective(module(x)).data
        leaf.data = start
        assert leaf.grad == pytest.approx((above - below) / (2 * step), abs=1e-7)


@pytest.mark.parametrize(("module", "shape"), LAYERS, ids=name)
def test_a_picture_shows_every_parameter_by_its_name(module, shape):
    root = objective(module(nodes(numbers(*shape))))
    source = draw_dot(root, collapse=False, max_nodes=5000).source
    for parameter_name, _ in module.named_parameters():
        assert f">{parameter_name}<" in source


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_labels_are_names_and_no_two_alike(module):
    names = [name for name, _ in module.named_parameters()]
    assert [parameter.label for parameter in module.parameters()] == names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_the_arguments_of_the_constructor_are_kept(module):
    arguments = set(inspect.signature(type(module)).parameters) - {"seed"}
    assert arguments <= set(vars(module))


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_repr_is_one_line_that_ends_with_the_count(module):
    count = len(module.parameters())
    end = rf"; {count} parameters\)" if count else r"\)"
    assert re.fullmatch(rf"{type(module).__name__}\(.*{end}", repr(module))
