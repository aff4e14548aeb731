"""Large graphs made small: the nodes of one call of a module become one bundle.

Which module a node belongs to is read off the parameters: a node that uses
`layer1.neuron0.w2` was made by `layer1.neuron0`. Where there are no modules, stretches
of a long chain are bundled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.names import is_constant, node_names
from tinygrad_edu.engine.primitives import ACTIVATIONS

#: What a module may do to nodes of its own, beside using a parameter.
_SUMS = ("add", "total")

#: A chain of fewer nodes than this stays as it is; a longer one has so many boxes.
LONG_CHAIN, CHAIN_BOXES = 24, 12


class Bundle:
    """One box of a picture: a node, or all nodes of one call of a module.

    Attributes:
        module: The name of the module, or "" for a single node.
        nodes: The nodes, parents first.
        outputs: Those of them that a node outside uses, or that nobody uses.
        parameters: The leaves that the call uses, and that have no box of their own.
        parents: The bundles that its nodes have their operands from.
    """

    def __init__(self, module: str) -> None:
        self.module = module
        self.nodes: list[Any] = []
        self.outputs: list[Any] = []
        self.parameters: set[Any] = set()
        self.parents: list[Bundle] = []


def parameter_modules(
    order: Sequence[Any], model: Any = None, depth: int | None = None
) -> dict[Any, str]:
    """Return the module of each parameter among the nodes of a graph.

    Args:
        order: The nodes.
        model: The module whose parameters they are; without one, a leaf with a label
            such as `layer1.neuron0.w2` is taken for a parameter of `layer1.neuron0`.
        depth: How many parts of the module's name count, such as 1 for `layer1`.

    >>> from tinygrad_edu import MLP
    >>> y = MLP(1, [1, 1], seed=0)(1.0)
    >>> sorted(set(parameter_modules(y.topological_order(), depth=1).values()))
    ['layer0', 'layer1']
    """
    if model is None:
        labels = {node: node.label for node in order if not node.parents}
    else:
        there = set(order)
        pairs = model.named_parameters()
        labels = {node: name for name, node in pairs if node in there}
    modules = {}
    for node, label in labels.items():
        parts = label.split(".")[:-1]
        if parts or model is not None:
            modules[node] = ".".join(parts[:depth]) or type(model).__name__
    return modules


def bundle_nodes(order: Sequence[Any], modules: dict[Any, str]) -> list[Bundle]:
    """Return the boxes of a picture, operands first, one for each call of a module.

    Args:
        order: The nodes in topological order; the last is the root.
        modules: The module of each parameter; with none, each node has its own box.
    """
    calls = _Calls(order, modules)
    bundles: dict[Any, Bundle] = {}
    for node in order:
        key = calls.find(node)
        if key is not node or node in calls.module:
            bundle = bundles.setdefault(key, Bundle(calls.module[node]))
            bundle.parameters |= calls.own_parameters(node)
        elif node in modules and node not in calls.used_outside:
            continue
        else:
            bundle = bundles.setdefault(node, Bundle(""))
        bundle.nodes.append(node)
    home = {node: bundle for bundle in bundles.values() for node in bundle.nodes}
    _connect(home, order[-1])
    return topological_order(home[order[-1]])


def _connect(home: dict[Any, Bundle], root: Any) -> None:
    used: set[Any] = {root}
    # A dict, where a list would be searched for each of 40,000 operands of one node.
    sources: dict[Bundle, dict[Bundle, None]] = {bundle: {} for bundle in home.values()}
    for node, bundle in home.items():
        for parent in node.parents:
            source = home.get(parent)
            if source is not None and source is not bundle:
                used.add(parent)
                sources[bundle][source] = None
    for bundle, read in sources.items():
        bundle.parents = list(read)
        bundle.outputs = [node for node in bundle.nodes if node in used]


def bundle_chains(order: Sequence[Any]) -> list[Bundle]:
    """Return the boxes of a picture in which a long chain is drawn in a few stretches.

    In a chain, each node is computed from the one before it, and from leaves. Those
    that are plain numbers are drawn with the stretch that uses them.

    Args:
        order: The nodes in topological order; the last is the root.

    >>> from tinygrad_edu import Value
    >>> y = Value(0.5)
    >>> for _ in range(60):
    ...     y = y.tanh()
    >>> bundles = bundle_chains(y.topological_order())
    >>> len(bundles), bundles[1].module
    (13, 'v1 … v5')
    """
    names = node_names(order)
    home: dict[Any, Bundle] = {}
    for chain in _chains(order):
        if len(chain) < LONG_CHAIN:
            continue
        for i in range(CHAIN_BOXES):
            start, end = (len(chain) * k // CHAIN_BOXES for k in (i, i + 1))
            stretch = chain[start:end]
            bundle = Bundle(f"{names[stretch[0]]} … {names[stretch[-1]]}")
            home.update(dict.fromkeys(stretch, bundle))
    users = _users(order)
    for node in order:
        if node not in home:
            around = {home.get(user) for user in users[node]}
            is_beside = not node.parents and all(map(_has_inner, users[node]))
            if is_beside and is_constant(node) and len(around) == 1:
                home[node] = around.pop() or Bundle("")
            else:
                home[node] = Bundle("")
    for node in order:
        home[node].nodes.append(node)
    _connect(home, order[-1])
    return topological_order(home[order[-1]])


def has_long_chain(order: Sequence[Any]) -> bool:
    """Return whether `bundle_chains` would draw anything in stretches."""
    return any(len(chain) >= LONG_CHAIN for chain in _chains(order))


def _chains(order: Sequence[Any]) -> list[list[Any]]:
    users = _users(order)
    chains: dict[Any, list[Any]] = {}
    for node in order:
        if not node.parents:
            continue
        inner = {parent for parent in node.parents if parent.parents}
        before = inner.pop() if len(inner) == 1 else None
        if before is not None and before in chains and len(users[before]) == 1:
            chain = chains.pop(before)
            chain.append(node)
        else:
            chain = [node]
        # By its last node.
        chains[node] = chain
    return list(chains.values())


def _has_inner(node: Any) -> bool:
    return any(parent.parents for parent in node.parents)


def _users(order: Sequence[Any]) -> dict[Any, set[Any]]:
    users: dict[Any, set[Any]] = {node: set() for node in order}
    for node in order:
        for parent in node.parents:
            users[parent].add(node)
    return users


class _Calls:
    """Which nodes one call of a module made: the same module, and connected."""

    def __init__(self, order: Iterable[Any], modules: dict[Any, str]) -> None:
        self.module: dict[Any, str] = {}
        self.used_outside: set[Any] = set()
        self._modules = modules
        self._leader: dict[Any, Any] = {}
        self._times: dict[Any, int] = {}
        self._parameters: dict[Any, frozenset[Any]] = {}
        self._reader: dict[Any, Any] = {}
        for node in order:
            if node.parents:
                self._add(node)

    def own_parameters(self, node: Any) -> frozenset[Any]:
        """Return what a node computes with: of a `dot` the weights, not the inputs.

        An input may be a parameter too: a row that an embedding looked up.
        """
        parents = node.parents
        if node.op.name == "dot":
            parents = parents[: len(parents) // 2]
        return frozenset(p for p in parents if p in self._modules)

    def find(self, node: Any) -> Any:
        """Return the node that stands for all nodes of the call."""
        leader = node
        while self._leader.get(leader, leader) is not leader:
            leader = self._leader[leader]
        while self._leader.get(node, node) is not leader:
            self._leader[node], node = leader, self._leader[node]
        return leader

    def _add(self, node: Any) -> None:
        module = self._module_of(node)
        parameters = self.own_parameters(node) if module else frozenset()
        self.used_outside.update(
            p for p in node.parents if p in self._modules and p not in parameters
        )
        if module == "":
            return
        self.module[node] = module
        inside = [p for p in node.parents if self.module.get(p) == module]
        times = max([self._times[p] for p in inside], default=0)
        made_now = [p for p in inside if self._times[p] == times]
        used = frozenset().union(*[self._parameters[p] for p in made_now])
        if used & parameters:
            # The same weight once more on one path: a recurrent cell, called again.
            times += 1
            made_now, used = [], frozenset()
        self._times[node] = times
        self._parameters[node] = used | parameters
        for parent in made_now:
            self._join(parent, node)
        for parent in node.parents:
            # Nodes of one module that read the same operand belong together; but what
            # an embedding looked up may be read in many calls.
            if parent not in self._modules and parent not in inside:
                reader = self._reader.setdefault((parent, module, times), node)
                self._join(reader, node)

    def _module_of(self, node: Any) -> str:
        named = {self._modules[p] for p in self.own_parameters(node)}
        if named:
            return named.pop() if len(named) == 1 else ""
        makers = {self.module.get(p, "") for p in node.parents}
        if len(makers) > 1 or node.op.name not in (*_SUMS, *ACTIVATIONS):
            return ""
        # The terms of one neuron have weights of their own; those of two calls share
        # them, and their sum is no part of either.
        terms = {
            self.find(p): self._parameters[p]
            for p in node.parents
            if p in self._parameters
        }
        apart = sum(map(len, terms.values())) == len(frozenset().union(*terms.values()))
        return makers.pop() if apart else ""

    def _join(self, one: Any, other: Any) -> None:
        first, second = self.find(one), self.find(other)
        if first is not second:
            self._leader[second] = first
