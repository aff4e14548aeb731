"""Keywords and names in text are taken as other libraries write them."""

import inspect
import random

import pytest
from bad_input import ROOMS, public_callables

from tinygrad_edu import MLP, SGD, Adam, Value, data, fit
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.elsewhere.table import KEYWORDS, KEYWORDS_NOT_HERE

#: Spellings of English, and those of American.
SPELLINGS = [
    ("optimis", "optimiz"),
    ("initialis", "initializ"),
    ("normalis", "normaliz"),
    ("standardis", "standardiz"),
    ("regularis", "regulariz"),
    ("colour", "color"),
    ("centre", "center"),
    ("behaviour", "behavior"),
]


CALLABLES = public_callables()


def parameters(thing):
    return set(inspect.signature(thing).parameters)


def marked(thing):
    function = vars(thing).get("__init__", thing) if inspect.isclass(thing) else thing
    while hasattr(function, "__wrapped__"):
        if function.__code__.co_name == "call":
            return True
        function = function.__wrapped__
    return inspect.isclass(thing) and any(map(marked, thing.__bases__))


@pytest.mark.parametrize("name", sorted(CALLABLES))
def test_whoever_has_a_keyword_with_another_name_elsewhere_takes_both(name):
    thing = CALLABLES[name]
    # These have one meaning elsewhere, and another here: a loss is no criterion.
    ours = set(KEYWORDS.values()) - {"loss", "nin", "nout", "parameters", "epochs"}
    if parameters(thing) & ours:
        assert marked(thing)


def test_british_keywords_and_names_have_american_twins():
    keywords = {
        keyword for thing in CALLABLES.values() for keyword in parameters(thing)
    }
    names = {name: room for room in ROOMS for name in getattr(room, "__all__", ())}
    for british, american in SPELLINGS:
        for keyword in keywords:
            if british in keyword:
                assert KEYWORDS[keyword.replace(british, american)] == keyword
        for name, room in names.items():
            theirs = name.replace(british, american)
            theirs = theirs.replace(british.capitalize(), american.capitalize())
            assert getattr(room, theirs) is getattr(room, name)
    assert {"optimiser", "initialiser"} <= keywords
    assert {"Optimiser", "standardise"} <= set(names)


def test_editors_see_our_keywords_alone_and_the_documentation_stays():
    assert list(inspect.signature(SGD).parameters)[:2] == [
        "parameters",
        "learning_rate",
    ]
    assert "lr" not in inspect.signature(fit).parameters
    assert fit.__doc__.startswith("Train a model")
    assert fit.__module__ == "tinygrad_edu.training.fitting"


def test_both_names_train_alike():
    rows, targets = [[0.0], [1.0]], [1.0, 3.0]
    options = {"seed": 0, "epochs": 5}
    ours = fit(
        MLP(1, [1], seed=0, initialiser="he_normal"),
        rows,
        targets,
        optimiser="adam",
        learning_rate=0.1,
        validation=(rows, targets),
        progress=False,
        **options,
    )
    theirs = fit(
        MLP(1, [1], random_state=0, initializer="kaiming_normal"),
        rows,
        targets,
        optimizer="Adam",
        lr=0.1,
        validation_data=(rows, targets),
        verbose=0,
        loss="MSE",
        **options,
    )
    assert theirs.losses == ours.losses
    assert theirs.validation_losses == ours.validation_losses


def test_a_keyword_under_both_names_is_refused_whichever_comes_first():
    p = [Value(1.0)]
    for given in ({"lr": 0.1, "learning_rate": 0.2}, {"learning_rate": 0.2, "lr": 0.1}):
        with pytest.raises(TypeError, match="SGD was given 'learning_rate' under two"):
            SGD(p, **given)
    with pytest.raises(TypeError, match="multiple values for argument 'learning_rate'"):
        SGD(p, 0.1, lr=0.2)
    with pytest.raises(TypeError, match="unexpected keyword argument 'nothing'"):
        SGD(p, nothing=1)


def test_a_keyword_that_is_not_here_is_answered_and_one_that_is_here_works():
    model = MLP(1, [1], seed=0)
    for name in ("metrics", "momentum", "shuffle", "weight_decay"):
        with pytest.raises(TypeError) as caught:
            fit(model, [[1.0]], [1.0], **{name: 1})
        assert str(caught.value) == f"fit has no {name!r}. {KEYWORDS_NOT_HERE[name]}"
    assert SGD(model.parameters(), momentum=0.9, weight_decay=0.1).momentum == 0.9
    with pytest.raises(TypeError, match="load_iris has no 'return_X_y'"):
        data.load_iris(return_X_y=True)


def test_the_decorator_leaves_other_arguments_alone():
    @takes_foreign_keywords
    def function(first, *rest, learning_rate, **others):
        return first, rest, learning_rate, others

    assert function(1, 2, lr=3) == (1, (2,), 3, {})


def test_the_learning_rate_of_an_optimiser_is_also_its_lr():
    optimiser = Adam([Value(1.0)], lr=0.5)
    assert optimiser.lr == optimiser.learning_rate == 0.5
    optimiser.lr = 0.25
    assert optimiser.learning_rate == 0.25


def test_points_are_drawn_by_a_random_state_too():
    random.seed(3)
    assert (
        data.make_moons(10, noise=0.1, random_state=0).features
        == data.make_moons(10, noise=0.1, seed=0).features
    )
