"""Recurrent cells: the same weights at every step, and a state that is carried on.

`unroll` lays the steps out as one graph, so that `backward()` on it is backpropagation
through time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tinygrad_edu.elsewhere.choices import find_choice
from tinygrad_edu.elsewhere.keywords import takes_foreign_keywords
from tinygrad_edu.engine.value import ActivationName, Value
from tinygrad_edu.nn.activations import activate
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.shapes import as_nodes
from tinygrad_edu.randomness import Seed, random_source
from tinygrad_edu.ranges import check_count, check_function, check_list, said


def unroll(
    cell: Callable[[Any, Any], Any], sequence: Iterable[Any], state: Any = None
) -> tuple[list[Any], Any]:
    """Call a cell on each row of a sequence, and hand its state from step to step.

    Args:
        cell: It takes a row and a state, and returns the next state.
        sequence: The rows, in order.
        state: What the first step starts from; None lets the cell start from zeros.

    Returns:
        The output h of each step, and the last state. Where a state is a tuple, such as
        the (h, c) of `LSTMCell`, its first part is the output.

    >>> cell = RNNCell(1, 2, seed=0)
    >>> outputs, state = unroll(cell, [[1.0], [0.5], [0.0]])
    >>> len(outputs), outputs[-1] is state
    (3, True)

    Source: Werbos, Backpropagation through time, Proceedings of the IEEE 78, 1990
    """
    check_function("cell", cell)
    check_list("sequence", sequence)
    outputs = []
    for row in sequence:
        state = cell(row, state)
        outputs.append(state[0] if isinstance(state, tuple) else state)
    return outputs, state


class _Cell(Module):
    def __init__(self, input_size: int, hidden_size: int) -> None:
        check_count("input_size", input_size)
        check_count("hidden_size", hidden_size)
        self.input_size = input_size
        self.hidden_size = hidden_size

    def _row(self, inputs: Any) -> list[Value]:
        row: list[Value] = as_nodes(inputs, self, {"inputs": self.input_size})
        return row

    def _state(self, state: Any, letter: str) -> list[Value]:
        if state is None:
            places = range(self.hidden_size)
            return [Value(0.0, label=f"{letter}{k}") for k in places]
        axes = {f"numbers as state {letter}": self.hidden_size}
        nodes: list[Value] = as_nodes(state, self, axes)
        return nodes

    def __repr__(self) -> str:
        return self._summary(self._outline())

    def _outline(self) -> str:
        return f"{self.input_size}, {self.hidden_size} -> {self.hidden_size}"


class RNNCell(_Cell):
    """One step of the simple recurrent network.

    h' = f(W·[x, h] + b)

    [x, h] is the row followed by the state. PyTorch writes the sum as
    W_ih·x + b_ih + W_hh·h + b_hh: there W is cut in two, and b is the sum of two.

    Args:
        input_size: How many numbers a row has, at least 1.
        hidden_size: How many numbers the state h has, at least 1.
        activation: f, "tanh" or "relu".
        seed: Where the weights come from, uniformly between -1/√n and 1/√n for the
            n = input_size + hidden_size weights of each neuron.

    Raises:
        ValueError: If a count is below 1, or the activation is neither of the two.

    The same as `torch.nn.RNNCell`.

    >>> cell = RNNCell(3, 4, seed=0)
    >>> cell
    RNNCell(3, 4 -> 4 tanh; 32 parameters)
    >>> cell.named_parameters()[0][0]
    'update.neuron0.w0'

    Source: Elman, Finding structure in time, Cognitive Science 14, 1990
    """

    @takes_foreign_keywords
    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        activation: ActivationName = "tanh",
        *,
        seed: Seed = None,
    ) -> None:
        super().__init__(input_size, hidden_size)
        names: tuple[ActivationName, ...] = ("tanh", "relu")
        self.activation = find_choice("activation", activation, names)
        self.update: Linear = Linear(input_size + hidden_size, hidden_size, seed=seed)
        self.label_parameters()

    def __call__(self, inputs: Any, state: Any = None) -> list[Value]:
        """Return the next state h'.

        Args:
            inputs: The row x.
            state: The state h; None stands for zeros.

        Raises:
            ShapeError: If x or h has another length than the cell takes.
        """
        x = self._row(inputs)
        h = self._state(state, "h")
        return [activate(z, self.activation) for z in self.update(x + h)]

    def _outline(self) -> str:
        return f"{super()._outline()} {self.activation}"


class LSTMCell(_Cell):
    """One step of long short-term memory: gates decide what a cell c keeps.

    i, f, o = σ(W·[x, h] + b), each with its own W and b,  g = tanh(W·[x, h] + b)
    c' = f·c + i·g,  h' = o·tanh(c')

    The gradient from c' back to c is f: it can pass many steps without vanishing.

    Args:
        input_size: How many numbers a row has, at least 1.
        hidden_size: How many numbers h has, and c, at least 1.
        seed: Where the weights come from, uniformly between -1/√n and 1/√n for the
            n = input_size + hidden_size weights of each neuron.

    Raises:
        ValueError: If a count is below 1.

    The same as `torch.nn.LSTMCell`, where the four W stand in the order i, f, g, o,
    each cut in two, and b is the sum of two.

    >>> LSTMCell(3, 4, seed=0)
    LSTMCell(3, 4 -> 4; 128 parameters)

    Source: Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 9,
    1997; the forget gate f: Gers, Schmidhuber & Cummins, Neural Computation 12, 2000
    """

    @takes_foreign_keywords
    def __init__(self, input_size: int, hidden_size: int, *, seed: Seed = None) -> None:
        super().__init__(input_size, hidden_size)
        source = random_source(seed)
        count = input_size + hidden_size
        self.input_gate: Linear = Linear(count, hidden_size, seed=source)
        self.forget_gate: Linear = Linear(count, hidden_size, seed=source)
        self.candidate: Linear = Linear(count, hidden_size, seed=source)
        self.output_gate: Linear = Linear(count, hidden_size, seed=source)
        self.label_parameters()

    def __call__(
        self, inputs: Any, state: Any = None
    ) -> tuple[list[Value], list[Value]]:
        """Return the next state (h', c').

        Args:
            inputs: The row x.
            state: The state (h, c); None stands for zeros.

        Raises:
            ShapeError: If x, h or c has another length than the cell takes.
            TypeError: If the state is not a pair.
        """
        if state is not None and not (isinstance(state, tuple) and len(state) == 2):
            raise TypeError(
                "The state of an LSTMCell must be the pair (h, c), or None, not "
                f"{said(state)}."
            )
        h, c = (None, None) if state is None else state
        x = self._row(inputs)
        h = self._state(h, "h")
        c = self._state(c, "c")
        both = x + h
        i = [z.sigmoid() for z in self.input_gate(both)]
        f = [z.sigmoid() for z in self.forget_gate(both)]
        g = [z.tanh() for z in self.candidate(both)]
        o = [z.sigmoid() for z in self.output_gate(both)]
        c = [f[k] * c[k] + i[k] * g[k] for k in range(self.hidden_size)]
        h = [o[k] * c[k].tanh() for k in range(self.hidden_size)]
        return h, c


class GRUCell(_Cell):
    """One step of the gated recurrent unit: a gate mixes the old state with a new one.

    r, u = σ(W·[x, h] + b), each with its own W and b
    n = tanh(W·x + b + r·(V·h + d)),  h' = (1 - u)·n + u·h

    The reset gate r acts after the product V·h, as in PyTorch; in the paper it acts
    before. PyTorch calls the update gate u z.

    Args:
        input_size: How many numbers a row has, at least 1.
        hidden_size: How many numbers the state h has, at least 1.
        seed: Where the weights come from, uniformly between -1/√n and 1/√n for the n
            weights of each neuron: input_size + hidden_size of them in r and u. W and
            V of n have fewer weights, and so a larger scale.

    Raises:
        ValueError: If a count is below 1.

    The same as `torch.nn.GRUCell`, where the W stand in the order r, u, n.

    >>> GRUCell(3, 4, seed=0)
    GRUCell(3, 4 -> 4; 100 parameters)

    Source: Cho et al., arXiv:1406.1078, 2014
    """

    @takes_foreign_keywords
    def __init__(self, input_size: int, hidden_size: int, *, seed: Seed = None) -> None:
        super().__init__(input_size, hidden_size)
        source = random_source(seed)
        count = input_size + hidden_size
        self.reset_gate: Linear = Linear(count, hidden_size, seed=source)
        self.update_gate: Linear = Linear(count, hidden_size, seed=source)
        self.candidate_input: Linear = Linear(input_size, hidden_size, seed=source)
        self.candidate_state: Linear = Linear(hidden_size, hidden_size, seed=source)
        self.label_parameters()

    def __call__(self, inputs: Any, state: Any = None) -> list[Value]:
        """Return the next state h'.

        Args:
            inputs: The row x.
            state: The state h; None stands for zeros.

        Raises:
            ShapeError: If x or h has another length than the cell takes.
        """
        x = self._row(inputs)
        h = self._state(state, "h")
        both = x + h
        r = [z.sigmoid() for z in self.reset_gate(both)]
        u = [z.sigmoid() for z in self.update_gate(both)]
        from_input = self.candidate_input(x)
        from_state = self.candidate_state(h)
        n = [
            (from_input[k] + r[k] * from_state[k]).tanh()
            for k in range(self.hidden_size)
        ]
        return [(1 - u[k]) * n[k] + u[k] * h[k] for k in range(self.hidden_size)]
