"""What can go wrong, in words that say what to do.

Every message gives three things: the value that came in, the rule that it broke, and
the way out. Two kinds of mistake need no class of their own and are Python's usual
`TypeError` (not a number) and `ValueError` (a number of the wrong size).
"""

from __future__ import annotations


class DomainError(ArithmeticError, ValueError):
    """An operator was asked for a value outside its domain, or beyond the floats.

    It is an `ArithmeticError` as well as a `ValueError`, so that code written for
    Python's own `math` functions catches it in either way.

    >>> from tinygrad_edu import Value
    >>> Value(-1.0, label="p").log()
    Traceback (most recent call last):
        ...
    tinygrad_edu.errors.DomainError: log is undefined at x = -1.0 (node 'p'): it needs
    x > 0. Did an earlier node go negative?
    """


class ShapeError(ValueError):
    """A model or a loss was given another number of values than it takes."""


class TrainingError(ArithmeticError):
    """Training met a loss or a step that is not finite, and cannot go on."""


class ModelFileError(ValueError):
    """A file that cannot be loaded as a model: damaged, foreign, too new, too large.

    Nothing was changed: neither the file nor the model that it was to be loaded into.
    """


class GradientError(AssertionError):
    """A gradient does not agree with central differences.

    Attributes:
        report: What `check_gradients` found.
    """

    # Without a report too: so errors are made again when they are copied or pickled,
    # and then given their attributes.
    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class ExpressionError(ValueError):
    """The text of an expression holds what an expression may not hold."""


class RenderError(RuntimeError):
    """A picture could not be drawn; the message names the ways to get it."""
