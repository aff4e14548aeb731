"""Early stopping keeps the best epoch, and knows when patience is at an end."""

import math

from tinygrad_edu import Module, Value, fit


class Scripted(Module):
    """A model whose validation loss is what a list says."""

    def __init__(self, losses):
        self.w = Value(0.0)
        self.losses = dict(enumerate(losses, start=1))
        self.label_parameters()

    def __call__(self, x):
        if x[0] == "unseen":
            return self.w * 0 + self.losses[round(self.w.data)]
        return -1.0 * self.w


def scripted(losses, **options):
    """Train so that w is the number of the epoch."""
    model = Scripted(losses)
    history = fit(
        model,
        [["seen"]],
        [0.0],
        loss=lambda y, t: y - t,
        validation=([["unseen"]], [0.0]),
        learning_rate=1.0,
        progress=False,
        **options,
    )
    return model.w.data, history


def test_patience_ends_the_training_and_restores_the_best_epoch():
    losses = [5.0, 3.0, 4.0, 2.0, 2.0, 2.5, 9.0, 1.0]
    w, history = scripted(losses, epochs=8, patience=3)
    assert history.validation_losses == losses[:7]
    assert (w, history.best_epoch) == (4.0, 4)
    w, history = scripted(losses, epochs=8, patience=2)
    assert (w, history.best_epoch, len(history.losses)) == (4.0, 4, 6)


def test_with_patience_the_best_epoch_comes_back_whatever_ended_the_training():
    w, history = scripted([5.0, 1.0, 4.0], epochs=3, patience=9)
    assert (w, history.best_epoch) == (2.0, 2)

    def stop(epoch, history):
        return epoch == 3

    w, history = scripted([5.0, 4.0, 3.0, 9.0], epochs=4, patience=9, callbacks=[stop])
    assert (w, history.best_epoch) == (3.0, 3)
    w, history = scripted([5.0, 1.0, 4.0], epochs=3)
    assert (w, history.best_epoch) == (3.0, None)


def test_a_validation_loss_that_is_nan_is_never_the_best():
    w, history = scripted([math.nan, math.nan, math.nan], epochs=3, patience=2)
    assert (w, history.best_epoch) == (2.0, None)
