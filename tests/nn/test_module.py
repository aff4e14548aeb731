"""Modules find their parameters, name them, and list each once."""

import pytest
from traps import Trap

from tinygrad_edu import MLP, Layer, Module, Neuron, Value
from tinygrad_edu.nn.module import _walk, assign_all


def test_labels_are_the_names_of_the_outermost_module():
    model = MLP(2, [3, 1], seed=0)
    names = [name for name, _ in model.named_parameters()]
    assert names[:3] == ["layer0.neuron0.w0", "layer0.neuron0.w1", "layer0.neuron0.b"]
    assert names[-1] == "layer1.neuron0.b"
    assert [p.label for p in model.parameters()] == names
    assert model.layers[1].neurons[0].w[2].label == "layer1.neuron0.w2"


def test_a_layer_and_a_neuron_alone_name_their_own():
    assert Layer(1, 2, seed=0).parameters()[2].label == "neuron1.w0"
    assert Neuron(2, seed=0).parameters()[-1].label == "b"


def test_numbers_are_given_to_all_parameters_or_to_none():
    parameters = [Value(1.0), Trap(2.0), Value(3.0)]
    parameters[1].armed = True
    with pytest.raises(KeyboardInterrupt):
        assign_all(parameters, [10.0, 20.0, 30.0])
    assert [p.data for p in parameters] == [1.0, 2.0, 3.0]
    assign_all(parameters, [10.0, 20.0, 30.0])
    assert [p.data for p in parameters] == [10.0, 20.0, 30.0]


def test_a_parameter_used_twice_is_listed_once():
    class Tied(Module):
        def __init__(self):
            self.first = Neuron(2, seed=0)
            self.second = Neuron(2, seed=1)
            self.second.w[0] = self.first.w[0]
            self.again = self.first
            self.label_parameters()

    names = [name for name, _ in Tied().named_parameters()]
    assert names == ["first.w0", "first.w1", "first.b", "second.w1", "second.b"]


def test_parameters_are_found_in_nested_lists():
    class Table(Module):
        def __init__(self):
            self.rows = [[Value(1.0), Value(2.0)], [Value(3.0)]]
            self.bias = (Value(4.0),)
            self.size = 3
            self.label_parameters()

    assert repr(Table()) == "Table(4 parameters)"
    labels = [p.label for p in Table().parameters()]
    assert labels == ["rows0_0", "rows0_1", "rows1_0", "bias0"]


def test_a_node_that_was_computed_is_no_parameter():
    class Cache(Module):
        def __init__(self):
            self.w = Value(2.0)
            self.last = self.w * 3

    assert len(Cache().parameters()) == 1


def test_zero_grad_clears_the_parameters():
    model = MLP(2, [2, 1], seed=0)
    model([1.0, 1.0]).backward()
    assert any(p.grad for p in model.parameters())
    model.zero_grad()
    assert not any(p.grad for p in model.parameters())


def test_a_module_written_for_micrograd_needs_only_parameters():
    class Net(Module):
        def __init__(self):
            self.parts = {"hidden": Neuron(1, seed=0)}

        def parameters(self):
            return self.parts["hidden"].parameters()

    net = Net()
    net.parts["hidden"]([2.0]).backward()
    net.zero_grad()
    assert [p.grad for p in net.parameters()] == [0.0, 0.0]


def test_parameters_are_found_in_dicts():
    class Net(Module):
        def __init__(self):
            self.parts = {"hidden": Neuron(1, seed=0), "scale": Value(2.0)}

    names = [name for name, _ in Net().named_parameters()]
    assert names == ["parts.hidden.w0", "parts.hidden.b", "parts.scale"]


def test_a_module_of_one_s_own_shows_what_it_is_made_of():
    class Net(Module):
        def __init__(self):
            self.hidden = Neuron(1, seed=0)
            self.scale = Value(2.0)

    text = "Net(hidden: Neuron(1 -> 1 relu; 2 parameters); 3 parameters)"
    assert repr(Net()) == text


def test_a_module_may_be_given_an_attribute_while_its_parts_are_listed():
    # As another thread does, when it calls eval() for the first time.
    model = MLP(1, [1, 1], seed=0)
    parts = []
    for _, part in _walk(model):
        parts.append(part)
        for module in (model, *model.layers, model.layers[0].neurons[0]):
            vars(module)[f"extra{len(parts)}"] = None
    assert parts.count(model.layers[1].neurons[0].b) == 1


def test_a_module_that_writes_forward_as_for_pytorch_is_called_by_it():
    class Line(Module):
        def __init__(self):
            super().__init__()
            self.slope = Value(2.0)

        def forward(self, x, offset):
            return self.slope * x + offset

    assert Line()(3.0, 1.0).data == 7.0


def test_a_module_that_computes_nothing_says_what_it_lacks():
    class Nothing(Module):
        pass

    with pytest.raises(TypeError, match=r"Nothing cannot be called: .*__call__"):
        Nothing()(1.0)
    with pytest.raises(AttributeError, match=r"A model is called: `model\(inputs\)`"):
        _ = Nothing().forward


def test_gradients_are_cleared_to_none_where_that_is_asked_for():
    model = MLP(1, [1], seed=0)
    model.zero_grad(set_to_none=True)
    assert [p.grad for p in model.parameters()] == [None, None]
    model.zero_grad()
    assert [p.grad for p in model.parameters()] == [0.0, 0.0]
