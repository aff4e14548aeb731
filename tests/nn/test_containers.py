"""Layers one after the other do what they do one by one."""

import pytest
from twins import assert_twins, linear_pairs, numbers

from tinygrad_edu import ShapeError, Value, nn
from tinygrad_edu.nn.shapes import shape_of


@pytest.mark.oracle("Sequential")
def test_sequential_equals_pytorch_s(torch):
    first, last = nn.Linear(3, 4, seed=0), nn.Linear(4, 2, seed=1)
    twin = torch.nn.Sequential(
        torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)
    )
    model = nn.Sequential(first, nn.Activation("tanh"), last)
    pairs = linear_pairs(first, twin[0]) + linear_pairs(last, twin[2])
    assert_twins(torch, model, twin, numbers(3), pairs)


def test_parameters_are_named_by_place_and_a_shared_layer_is_listed_once():
    shared = nn.Linear(2, 2, seed=0)
    model = nn.Sequential(shared, nn.Activation("relu"), nn.Linear(2, 1), shared)
    names = [name for name, _ in model.named_parameters()]
    assert names[0] == "layer0.neuron0.w0"
    assert names[-1] == "layer2.neuron0.b"
    assert len(names) == 9
    assert shared.parameters()[0].label == "layer0.neuron0.w0"


def test_any_callable_of_one_argument_is_a_layer():
    def double(row):
        return [2 * x for x in row]

    model = nn.Sequential(double, nn.Activation("relu"))
    assert [y.data for y in model([1.0, -1.0])] == [2.0, 0.0]
    assert repr(model) == "Sequential(double -> Activation(relu))"


@pytest.mark.parametrize("layer", ["tanh", [nn.Flatten()], None])
def test_what_cannot_be_called_is_refused(layer):
    with pytest.raises(TypeError, match=r"cannot be called.*Activation\(\"tanh\"\)"):
        nn.Sequential(nn.Flatten(), layer)


def test_layers_that_do_not_fit_are_named():
    model = nn.Sequential(nn.Linear(2, 3, seed=0), nn.Linear(2, 1, seed=0))
    with pytest.raises(ShapeError, match="layer1 expects 2 inputs, but was given 3"):
        model([1.0, 2.0])


@pytest.mark.parametrize("activation", nn.ACTIVATIONS)
@pytest.mark.oracle("Activation")
def test_an_activation_is_the_operator_of_that_name_at_every_depth(activation):
    x = Value(0.5)
    ((y,),) = nn.Activation(activation)([[x]])
    expected = x if activation == "linear" else getattr(x, activation)()
    assert y.data == expected.data


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="no activation 'rleu'"):
        nn.Activation("rleu")


@pytest.mark.oracle("Flatten", "Unflatten")
def test_flatten_and_unflatten_equal_pytorch_s_and_undo_each_other(torch):
    image = numbers(2, 3, 4)
    row = [node.data for node in nn.Flatten()(image)]
    assert row == torch.tensor(image).flatten().tolist()
    back = nn.Unflatten(2, 3, 4)(row)
    assert shape_of(back) == (2, 3, 4)
    assert [node.data for node in nn.Flatten()(back)] == row
    assert [node.data for node in back[1][2]] == image[1][2]


def test_unflatten_refuses_what_does_not_fill_the_shape():
    with pytest.raises(ShapeError, match="expects 64 inputs, but was given 63"):
        nn.Unflatten(1, 8, 8)(numbers(63))
    with pytest.raises(ValueError, match="length of each axis"):
        nn.Unflatten()
    with pytest.raises(ValueError, match="at least 1"):
        nn.Unflatten(2, 0)


def test_layers_without_parameters_show_none():
    text = "Sequential(Unflatten(1 x 2) -> Flatten() -> Activation(relu))"
    layers = nn.Unflatten(1, 2), nn.Flatten(), nn.Activation("relu")
    assert repr(nn.Sequential(*layers)) == text
