"""What a playground is made of, and what it refuses."""

import json
import re
from itertools import pairwise

import pytest

from tinygrad_edu import MLP, DomainError, Neuron, ShapeError, Value, nn, playground
from tinygrad_edu.data import make_xor
from tinygrad_edu.draw.pages.playground import _shape
from tinygrad_edu.nn import binary_cross_entropy, cross_entropy, hinge, mse

ROWS, SIGNS = [[0.0, 1.0], [1.0, 1.0], [2.0, -1.0]], [-1, 1, 1]


def model(outputs=1):
    return MLP(2, [3, outputs], "tanh", seed=0)


def test_the_model_is_left_as_it_is():
    network = model()
    before = [(p.data, p.grad) for p in network.parameters()]
    playground(network, ROWS, SIGNS)
    assert [(p.data, p.grad) for p in network.parameters()] == before


def test_names_are_data_and_never_markup():
    evil = "</script><script>alert(1)</script>"
    names = {"feature_names": [evil, "<!--"], "class_names": [evil, "]]>"]}
    plain = playground(model(), ROWS, SIGNS).html
    html = playground(model(), ROWS, SIGNS, **names).html
    for mark in ("<script", "</script", "<!--"):
        assert html.lower().count(mark) == plain.lower().count(mark)


def test_the_page_asks_nothing_of_the_network_and_may_not_eval():
    html = playground(model(), ROWS, SIGNS).html
    addresses = set(re.findall(r"https?://[^\"'\s>)]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in html
    assert "unsafe-eval" not in html
    assert not re.search(r"\beval\(|new Function", html)


def test_a_notebook_where_scripts_may_not_run_gets_a_picture():
    html = playground(model(), ROWS, SIGNS)._repr_mimebundle_()["text/html"]
    assert 'sandbox="allow-scripts"' in html
    assert html.count('<img alt="') == 1


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (mse, [0.5, -1, 2]),
        (hinge, [-1, 1, 1]),
        (binary_cross_entropy, [0, 1, True]),
        (None, SIGNS),
    ],
)
def test_losses_of_one_output_are_taken(loss, targets):
    assert playground(model(), ROWS, targets, loss=loss).title.endswith("learns")


def test_classes_and_lists_of_targets_are_taken():
    playground(model(3), ROWS, [0, 2, 1], loss=cross_entropy)
    playground(model(2), ROWS, [[0.0, 1.0], [1.0, 0.5], [2.0, 0.0]])


def test_numpy_rows_and_targets_are_taken(numpy_array):
    page = playground(model(), numpy_array(ROWS), numpy_array(SIGNS))
    assert page.html == playground(model(), ROWS, SIGNS).html
    classes = numpy_array([0, 1, 2])
    assert playground(model(3), ROWS, classes, loss=cross_entropy)


def test_a_deep_wide_model_is_offered_what_fits():
    network = MLP(2, [30, 10, 1], "relu", seed=0)
    html = playground(network, ROWS, SIGNS).html
    shapes = re.search(r'"shapes": (\{.*?\})', html)[1]
    widths = [
        [int(x) for x in part.split(",")] for part in re.findall(r"\[(.*?)\]", shapes)
    ]
    assert widths[2] == [2, 30, 10, 1]
    assert len(widths) == 7
    for shape in widths:
        assert sum((a + 1) * b for a, b in pairwise(shape)) <= 500


@pytest.mark.parametrize("other", [Neuron(2), nn.Linear(2, 1), Value(1.0), None])
def test_only_an_mlp_is_shown(other):
    with pytest.raises(TypeError, match="A playground shows an MLP"):
        playground(other, ROWS, SIGNS)


def test_too_many_weights_are_refused():
    with pytest.raises(ValueError, match="501 weights"):
        playground(MLP(2, [125, 1]), ROWS, SIGNS)


def decided_by_target(output, target):
    return (output - 1) ** 2 if target == 1 else (output + 1) ** 2


def decided_by_output(output, target):
    return (output - target) ** 2 if output > 0 else output - output + 5.0


@pytest.mark.parametrize("loss", [decided_by_target, decided_by_output])
def test_a_loss_that_would_be_frozen_is_refused(loss):
    rows = [[0.0, 0.0], [3.0, 3.0], [-3.0, -3.0], [3.0, -3.0]]
    with pytest.raises(ValueError, match="decides by an `if`"):
        playground(model(), rows, [1, -1, -1, 1], loss=loss)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((ROWS, [1]), {}, ShapeError, "3 rows and 1 targets"),
        (([], []), {}, ValueError, "no rows to learn from"),
        (([[1.0]], [1]), {}, ShapeError, "takes 2 inputs, but row 0"),
        (([[1.0, float("nan")]], [1]), {}, ValueError, "finite numbers"),
        ((ROWS, SIGNS), {"validation": (ROWS, [1])}, ShapeError, "to validate"),
        ((ROWS, SIGNS), {"validation": ROWS}, ValueError, "validation is a pair"),
        ((ROWS, SIGNS), {"learning_rate": 0.0}, ValueError, "positive"),
        ((ROWS, SIGNS), {"l2": -1.0}, ValueError, "l2"),
        ((ROWS, SIGNS), {"batch_size": 0}, ValueError, "batch_size"),
        ((ROWS, SIGNS), {"theme": "pink"}, ValueError, "no theme 'pink'"),
        ((ROWS, SIGNS), {"feature_names": ["a"]}, ShapeError, "1 names for 2"),
        ((ROWS, SIGNS), {"class_names": ["a", "b", "c"]}, ShapeError, "3 names for 2"),
        ((ROWS, [0, 1, 3]), {"loss": hinge}, ValueError, "hinge loss"),
        (
            (ROWS, [1, 2, 3]),
            {"loss": lambda y, t: (-1 - y * y).log()},
            DomainError,
            "log",
        ),
        ((ROWS, [1, 2, float("inf")]), {}, ValueError, "target"),
    ],
)
def test_what_cannot_be_played_is_refused(arguments, options, error, words):
    network = MLP(2, [3, 1], "tanh", seed=0)
    for parameter in network.parameters():
        parameter.data = -abs(parameter.data)
    with pytest.raises(error, match=words):
        playground(network, *arguments, **options)


def test_a_weight_that_is_no_number_is_refused():
    network = model()
    network.parameters()[2].data = float("inf")
    with pytest.raises(ValueError, match=r"layer0\.neuron0\.b is inf"):
        playground(network, ROWS, SIGNS)


def test_xor_is_learnt_from_its_four_rows():
    xor = make_xor()
    page = playground(MLP(2, [4, 1], "tanh", seed=0), xor.features, xor.targets)
    assert page.html.count('{"x": [') == 4


def test_a_loss_that_is_no_value_is_told():
    with pytest.raises(TypeError, match=r"must be a Value, not 0\.5"):
        playground(model(), ROWS, SIGNS, loss=lambda output, target: 0.5)


def test_a_depth_that_does_not_fit_is_not_offered():
    # 498 weights and a bias leave no room for a neuron more.
    html = playground(MLP(498, [1], seed=0), [[0.0] * 498], [1.0]).html
    shapes = json.loads(re.search(r'"shapes": (\{.*?\})', html)[1])
    assert shapes == {"0": [498, 1]}


def test_a_loss_that_is_defined_nowhere_but_here_is_told_by_its_own_error():
    network = MLP(2, [1], "linear", seed=0)
    for parameter in network.parameters():
        parameter.data = 100.0
    with pytest.raises(DomainError, match="log"):
        playground(
            network, ROWS[:1], [1], loss=lambda output, target: (output - 99).log()
        )


@pytest.mark.parametrize(
    ("widths", "depth", "shape"),
    [
        ([3, 1], 2, [2, 3, 3, 1]),
        ([1], 0, [2, 1]),
        ([400, 1], 1, [2, 124, 1]),
        ([400, 1], 2, [2, 19, 19, 1]),
    ],
)
def test_a_network_of_another_depth_is_as_wide_as_may_be(widths, depth, shape):
    assert _shape(MLP(2, widths, seed=0), depth) == shape
    weights = [(a + 1) * b for a, b in pairwise(shape)]
    assert sum(weights) <= 500


def test_a_hidden_layer_has_at_least_one_neuron():
    assert _shape(MLP(400, [1], seed=0), 1) == [400, 1, 1]
    assert _shape(MLP(490, [4], seed=0), 6) == []


def test_shades_reach_from_the_middle_of_the_targets_to_their_ends():
    html = playground(model(), ROWS, [0.5, -1.0, 2.0], loss=mse).html
    assert '"middle": 0.5,' in html
    assert '"reach": 1.5,' in html
