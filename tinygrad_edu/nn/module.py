"""What every part of a network has in common: parameters, and names for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from tinygrad_edu.elsewhere.attributes import MetOnModule
from tinygrad_edu.engine.value import Value
from tinygrad_edu.ranges import check_flag

AnyModule = TypeVar("AnyModule", bound="Module")


class Module(MetOnModule):
    """A part of a network: it holds parameters, or modules that hold them.

    A subclass assigns its parameters (leaf Values), its modules, and lists or dicts of
    either to attributes; `Module` finds them there. Names follow from the attributes: a
    list `w` holds w0, w1, ... and a list `layers` of modules holds layer0, layer1, ...
    A Value that was computed, as by `Value(0.5) * 0.1`, is not a parameter.

    Attributes:
        name: The name under which the module around it holds this one, or "".
        training: False after `eval()`: what serves learning alone, such as dropout, is
            then left out.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope = Value(2.0)
    ...         self.offset = Value(1.0)
    ...         self.label_parameters()
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> line(3.0).data, line.parameters()
    (7.0, [Value(data=2.0, grad=0.0, label='slope'), ...])
    """

    name: str = ""
    training: bool = True

    @property
    def is_random(self) -> bool:
        """Does a call draw random numbers, or would it while the module learns?"""
        return any(part.is_random for name, part in self.named_modules() if name)

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Return (name, parameter) pairs; a parameter used twice is listed once."""
        return [(name, part) for name, part in _walk(self) if isinstance(part, Value)]

    def parameters(self) -> list[Value]:
        """Return the Values that training changes, in the order of their names."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_modules(self) -> list[tuple[str, Module]]:
        """Return (name, module) pairs of all that is inside; this one is called ""."""
        inside = [
            (name, part) for name, part in _walk(self) if isinstance(part, Module)
        ]
        return [("", self), *inside]

    def zero_grad(self, set_to_none: bool = False) -> None:
        """Set the gradient of every parameter to 0, or to None, which counts as 0."""
        check_flag("set_to_none", set_to_none)
        for parameter in self.parameters():
            parameter.grad = None if set_to_none else 0.0  # type: ignore[assignment]

    def train(self: AnyModule, mode: bool = True) -> AnyModule:
        """Tell this module, and all inside it, to learn; return it.

        The same as `torch.nn.Module.train`.

        Args:
            mode: False does what `eval()` does.
        """
        check_flag("mode", mode)
        self.training = mode
        for _, part in _walk(self):
            if isinstance(part, Module):
                part.training = mode
        return self

    def eval(self: AnyModule) -> AnyModule:
        """Tell this module, and all inside it, that learning is over; return it.

        The same as `torch.nn.Module.eval`. Nothing changes but what layers such as
        `Dropout` do; gradients go on being computed.
        """
        return self.train(False)

    @overload
    def predict(self, rows: Sequence[Any]) -> list[Any]: ...
    @overload
    def predict(
        self, rows: Sequence[Any], *, report: bool
    ) -> tuple[list[Any], str]: ...
    def predict(
        self, rows: Sequence[Any], *, report: bool = False
    ) -> list[Any] | tuple[list[Any], str]:
        """Return the outputs for many rows of inputs, as plain numbers.

        Many rows with the same graph are recorded once and run together, where NumPy
        is there; otherwise they are run one by one. The recording is kept for the next
        time, until the model is another one; its parameters may move.

        Args:
            rows: What the module is called with, one by one; of an array as lists.
            report: Whether to tell which of the two it was, and why.

        Returns:
            For each row a number, or a list of numbers, as the module gives; with a
            report, these and a sentence.

        >>> from tinygrad_edu.nn import Layer
        >>> layer = Layer(1, 1, activation="linear", seed=0)
        >>> layer.predict([[0.0], [1.0]]) == [layer([x]).data for x in (0.0, 1.0)]
        True
        """
        from tinygrad_edu.training.prediction import predict_rows

        check_flag("report", report)
        answers, note = predict_rows(self, rows)
        return (answers, note) if report else answers

    def score(
        self,
        rows: Sequence[Any],
        targets: Sequence[Any],
        threshold: float | None = None,
    ) -> float:
        """Return the accuracy of the model: how many of the rows it gives their class.

        The largest output wins. A single output says class 1 where it lies above 0, or
        above 0.5 if the model ends in a sigmoid.

        Args:
            rows: What the module is called with, one by one.
            targets: The class of each row, as `nn.accuracy` takes them.
            threshold: For one output, instead: 0.5 after learning 0 and 1 by `nn.mse`.

        Raises:
            ShapeError: If there is not one target for each row, or it does not fit.
            TypeError: If the threshold is no number.
            ValueError: If there are no rows, or a target is no class.

        >>> from tinygrad_edu.nn import Layer
        >>> Layer(1, 1, initialiser="zeros").score([[2.0], [3.0]], [0, 1])
        0.5
        """
        from tinygrad_edu.training.prediction import score_rows

        return score_rows(self, rows, targets, threshold)

    def label_parameters(self) -> None:
        """Label the parameters, and name the modules inside, as this module calls them.

        A constructor ends with this call, so that the outermost module, which is made
        last, has the last word.
        """
        for name, part in _walk(self):
            if isinstance(part, Module):
                part.name = name
            else:
                part.label = name

    if not TYPE_CHECKING:

        def __call__(self, *inputs: Any) -> Any:
            """Do what `forward` says, where a subclass writes that, as for PyTorch."""
            forward = getattr(self, "forward", None)
            if forward is None:
                raise TypeError(
                    f"{type(self).__name__} cannot be called: it has no method "
                    "__call__(self, inputs), which says what it computes."
                )
            return forward(*inputs)

    def __repr__(self) -> str:
        inside = [
            f"{name}: {module!r}"
            for name, module in self.named_modules()
            if name and "." not in name
        ]
        return self._summary(", ".join(inside))

    def _repr_html_(self) -> str:
        from tinygrad_edu.draw.notebook import model_html

        return model_html(self)

    def _summary(self, architecture: str) -> str:
        count = len(self.parameters())
        parts = [architecture, f"{count} parameters" if count else ""]
        return f"{type(self).__name__}({'; '.join(part for part in parts if part)})"


def assign_all(parameters: Sequence[Value], numbers: Sequence[float]) -> None:
    """Give each parameter its number; or give none, if Ctrl-C or an error comes.

    >>> p = Value(1.0)
    >>> assign_all([p], [2.5])
    >>> p.data
    2.5
    """
    before = [parameter.data for parameter in parameters]
    try:
        for parameter, number in zip(parameters, numbers):
            parameter.data = number
    except BaseException:
        for parameter, number in zip(parameters, before):
            parameter.data = number
        raise


def _walk(module: Module) -> Iterator[tuple[str, Value | Module]]:
    seen: set[Any] = {module}
    for attribute, part in _attributes(module):
        yield from _named_parts(attribute, part, seen)


def _attributes(module: Module) -> list[tuple[str, Any]]:
    # A list, made at once: another thread may set `training` for the first time.
    return list(vars(module).items())


def _named_parts(
    name: str, part: Any, seen: set[Any]
) -> Iterator[tuple[str, Value | Module]]:
    # As deep as modules are nested in the source, so recursion is safe here.
    if isinstance(part, (list, tuple)):
        for i, member in enumerate(part):
            stem = name.removesuffix("s") if isinstance(member, Module) else name
            separator = "_" if isinstance(member, (list, tuple)) else ""
            yield from _named_parts(f"{stem}{i}{separator}", member, seen)
    elif isinstance(part, dict):
        for key, member in part.items():
            yield from _named_parts(f"{name}.{key}", member, seen)
    elif isinstance(part, (Value, Module)) and part not in seen:
        seen.add(part)
        if isinstance(part, Module):
            yield name, part
            for attribute, inner in _attributes(part):
                yield from _named_parts(f"{name}.{attribute}", inner, seen)
        elif not part.parents:
            yield name, part
