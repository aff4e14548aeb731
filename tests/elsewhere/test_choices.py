"""Names given as text are found in any case, and never taken for another."""

import pytest

from tinygrad_edu import MLP, draw, nn
from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.elsewhere.table import CHOICES_NOT_HERE


@pytest.mark.parametrize(
    ("make", "ours", "others"),
    [
        (lambda x: nn.Activation(x).activation, "relu", ["ReLU", "RELU"]),
        (lambda x: nn.Activation(x).activation, "leaky_relu", ["LeakyReLU"]),
        (lambda x: nn.Activation(x).activation, "silu", ["SiLU", "swish", "Swish"]),
        (lambda x: nn.Activation(x).activation, "sigmoid", ["Logistic"]),
        (lambda x: MLP(1, [1], x, x).output_activation, "linear", ["identity"]),
        (nn.initialisers.find_initialiser, "he_normal", ["HeNormal", "he normal"]),
        (nn.initialisers.find_initialiser, "xavier_uniform", ["GlorotUniform"]),
        (nn.losses.find_loss, "mse", ["MSE", "mean_squared_error"]),
        (nn.losses.find_loss, "l1", ["L1", "MAE", "mean_absolute_error"]),
        (nn.losses.find_loss, "cross_entropy", ["CrossEntropy", "cross-entropy"]),
        (nn.metrics.find_metric, "accuracy", ["Accuracy"]),
        (draw.theme.theme_named, "dark", ["Dark"]),
        (lambda x: nn.RNNCell(1, 1, x).activation, "tanh", ["Tanh"]),
    ],
)
def test_a_name_in_text_is_found_in_any_case(make, ours, others):
    for name in others:
        assert make(name) == make(ours)


@pytest.mark.parametrize("name", CHOICES_NOT_HERE)
def test_a_choice_that_means_something_else_is_never_taken(name):
    everything = [
        *nn.ACTIVATIONS,
        *nn.initialisers.INITIALISERS,
        *nn.losses.LOSSES,
        "sgd",
        "adam",
        "adamw",
    ]
    with pytest.raises(ValueError, match="There is no name") as caught:
        find_choice("name", name.upper(), everything)
    assert str(caught.value).endswith(CHOICES_NOT_HERE[name])


@pytest.mark.parametrize("given", ["nothing", "", 3, None, ["relu"]])
def test_what_is_no_choice_lists_them(given):
    with pytest.raises(ValueError, match=r"There is no activation .* sigmoid, relu"):
        nn.Activation(given)
