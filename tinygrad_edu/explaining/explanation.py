"""Why a gradient is what it is: the chain rule at one node, in symbols and numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tinygrad_edu.engine.graph import topological_order
from tinygrad_edu.engine.names import name_in_derivative, node_names
from tinygrad_edu.engine.node import Node
from tinygrad_edu.engine.wording import factor, number
from tinygrad_edu.explaining.formulas import local_derivative_formulas, node_formula
from tinygrad_edu.explaining.paths import MOST_COUNTED, Path, count_paths, find_paths
from tinygrad_edu.explaining.steps import check_nodes, gradients, rule
from tinygrad_edu.explaining.symbols import Symbol
from tinygrad_edu.explaining.typesetting import HTML, LATEX, Row, Typesetting
from tinygrad_edu.speech import say

#: `explain` lists every path from the root where there are no more than this many.
MOST_PATHS = 20

#: Of a path of more nodes than this, the middle is left out.
MOST_STEPS = 12

#: A sum of more terms than this is cut short.
MOST_TERMS = 6


@dataclass(frozen=True)
class Contribution:
    """What one edge brings: ∂child/∂node · droot/dchild."""

    child_name: str
    formula: Symbol
    local_derivative: float
    upstream: float

    @property
    def value(self) -> float:
        """The product of the two."""
        return self.local_derivative * self.upstream


@dataclass(frozen=True)
class Explanation:
    """The chain rule at one node. It prints as text, and Jupyter shows it set.

    Attributes:
        name: The node's name.
        root_name: The root's name.
        data: The node's number.
        formula: What the node computes, or None for a leaf.
        substituted: The same with the numbers of its operands.
        contributions: One for each edge that the gradient comes along.
        gradient: Their sum; 1 for the root itself.
        path_count: How many paths lead from the root to the node, or `MOST_COUNTED`.
        paths: Each of them, if they are no more than `MOST_PATHS`; otherwise none.
    """

    name: str
    root_name: str
    data: float
    formula: Symbol | None
    substituted: Symbol | None
    contributions: tuple[Contribution, ...]
    gradient: float
    path_count: int
    paths: tuple[Path, ...]

    def __repr__(self) -> str:
        return "\n".join([self._what_it_is(), "", *self._chain_rule(), *self._ways()])

    def _what_it_is(self) -> str:
        if self.formula is None:
            return say(
                "{name} = {data}, a leaf", name=self.name, data=number(self.data)
            )
        numbers = f"{self.formula} = {self.substituted}"
        return f"{self.name} = {numbers} = {number(self.data)}"

    def _chain_rule(self) -> list[str]:
        gradient = f"d{self.root_name}/d{self.name}"
        if self.name == self.root_name:
            return [
                say(
                    "{gradient} = 1: it is the root, where the backward pass begins.",
                    gradient=gradient,
                )
            ]
        if not self.contributions:
            return [
                say(
                    "{gradient} = 0: {root} does not depend on {name}, for no path "
                    "leads from {root} to it.",
                    gradient=gradient,
                    root=self.root_name,
                    name=self.name,
                )
            ]
        symbols, numbers, products = [], [], []
        for part in self.contributions[:MOST_TERMS]:
            child = part.child_name
            symbols.append(f"∂{child}/∂{self.name} · d{self.root_name}/d{child}")
            numbers.append(f"{factor(part.local_derivative)} · {factor(part.upstream)}")
            products.append(factor(part.value))
        if len(self.contributions) > MOST_TERMS:
            for terms in (symbols, numbers, products):
                terms.append("…")
        margin = " " * len(gradient)
        lines = [
            f"{gradient} = {' + '.join(symbols)}",
            f"{margin} = {' + '.join(numbers)}",
        ]
        if len(products) > 1:
            lines.append(f"{margin} = {' + '.join(products)}")
        return [*lines, f"{margin} = {number(self.gradient)}"]

    def _ways(self) -> list[str]:
        if not self.contributions:
            return []
        lines = ["", say("Edge by edge:")]
        for part in self.contributions[:MOST_PATHS]:
            local = rule(
                part.child_name, self.name, part.formula, part.local_derivative
            )
            line = say(
                "from {child}: {local}, times {upstream}, gives {value}",
                child=part.child_name,
                local=local,
                upstream=f"d{self.root_name}/d{part.child_name} = "
                f"{number(part.upstream)}",
                value=number(part.value),
            )
            lines.append(f"  {line}")
        if len(self.contributions) > MOST_PATHS:
            more = say("and {count} more", count=len(self.contributions) - MOST_PATHS)
            lines.append(f"  {more}")
        if not self.paths:
            too_many = say(
                "There are at least {count} paths, too many to list."
                if self.path_count == MOST_COUNTED
                else "There are {count} paths, too many to list.",
                count=self.path_count,
            )
            return [*lines, "", too_many]
        lines += ["", say("Path by path, the product of the local derivatives:")]
        for path in self.paths:
            way = " → ".join(_shortened(path.names))
            product = " · ".join(_shortened(map(factor, path.local_derivatives)))
            lines.append(f"  {way}: {product} = {number(path.product)}")
        total = " + ".join(factor(path.product) for path in self.paths)
        if len(self.paths) > 1:
            total = say("sum: {total}", total=f"{total} = {number(self.gradient)}")
            lines.append(f"  {total}")
        return lines

    def _repr_html_(self) -> str:
        return HTML.page(self._rows(HTML))

    def _repr_latex_(self) -> str:
        return LATEX.page(self._rows(LATEX))

    def _rows(self, typeset: Typesetting) -> list[Row]:
        name = typeset.name(self.name)
        what = number(self.data)
        if self.formula is not None and self.substituted is not None:
            formula = typeset.formula(self.formula)
            what = f"{formula} = {typeset.formula(self.substituted)} = {what}"
        rows = [(name, "=", what)]
        gradient = typeset.fraction("d", self.root_name, self.name)
        symbols, formulas, numbers = [], [], []
        for part in self.contributions[:MOST_TERMS]:
            upstream = typeset.fraction("d", self.root_name, part.child_name)
            local = typeset.fraction(typeset.partial, part.child_name, self.name)
            symbols.append(f"{local}{typeset.times}{upstream}")
            formulas.append(f"{typeset.factor(part.formula)}{typeset.times}{upstream}")
            numbers.append(
                f"{factor(part.local_derivative)}{typeset.times}{factor(part.upstream)}"
            )
        if len(self.contributions) > MOST_TERMS:
            for terms in (symbols, formulas, numbers):
                terms.append(typeset.dots)
        for i, terms in enumerate((symbols, formulas, numbers)):
            if terms:
                rows.append((gradient if i == 0 else "", "=", " + ".join(terms)))
        rows.append(("" if symbols else gradient, "=", number(self.gradient)))
        for path in self.paths if self.contributions else ():
            names = _shortened(map(typeset.name, path.names), typeset.dots)
            factors = _shortened(map(factor, path.local_derivatives), typeset.dots)
            product = typeset.times.join(factors)
            way = typeset.to.join(names)
            rows.append((way, ":", f"{product} = {number(path.product)}"))
        return rows


def _shortened(terms: Iterable[str], dots: str = "…") -> list[str]:
    terms = list(terms)
    if len(terms) <= MOST_STEPS:
        return terms
    half = MOST_STEPS // 2
    return [*terms[:half], dots, *terms[-half:]]


def explain(node: Node, root: Node) -> Explanation:
    """Return why the gradient of a node is what it is.

    The chain rule at the node sums over the edges that lead to it from its children c,

        droot/dnode = Σ ∂c/∂node · droot/dc

    where ∂ is the derivative along one edge, and d the gradient, over all paths.
    Multiplied out, it is the sum over the paths from the root of the product of the
    local derivatives along each. No gradient is written.

    Args:
        node: Any node; of a node that the root does not depend on, the gradient is 0.
        root: The node whose derivative is asked for.

    Raises:
        TypeError: If one of the two is no Value.

    >>> from tinygrad_edu import Value
    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> L = a * b
    >>> L.label = "L"
    >>> print(explain(a, L))
    a = 2.0, a leaf
    <BLANKLINE>
    dL/da = ∂L/∂a · dL/dL
          = (-3.0) · 1.0
          = -3.0
    <BLANKLINE>
    Edge by edge:
      from L: ∂L/∂a = b = -3.0, times dL/dL = 1.0, gives -3.0
    <BLANKLINE>
    Path by path, the product of the local derivatives:
      L → a: (-3.0) = -3.0

    Source: Griewank & Walther, Evaluating Derivatives, 2nd ed., 2008, ch. 3
    """
    check_nodes("explain", node, root)
    order = topological_order(root, node)
    names = node_names(order)
    known = gradients(root)
    contributions = []
    for child in reversed(order):
        if child in known and node in child.parents:
            contributions += _contributions(node, child, names, known[child])
    formula, substituted = None, None
    if node.parents:
        formula = node_formula(node, [names[parent] for parent in node.parents])
        numbers = [number(parent.data) for parent in node.parents]
        substituted = node_formula(node, numbers)
    path_counts = count_paths(node, order)
    said = {**names, node: name_in_derivative(node, names[node])}
    few = path_counts[root] <= MOST_PATHS
    return Explanation(
        name=said[node],
        root_name=names[root],
        data=node.data,
        formula=formula,
        substituted=substituted,
        contributions=tuple(contributions),
        gradient=known.get(node, 0.0),
        path_count=path_counts[root],
        paths=tuple(find_paths(node, root, said, path_counts)) if few else (),
    )


def _contributions(
    node: Node, child: Node, names: dict[Node, str], upstream: float
) -> list[Contribution]:
    parent_names = [names[parent] for parent in child.parents]
    formulas = local_derivative_formulas(child, names[child], parent_names)
    return [
        Contribution(names[child], formula, local, upstream)
        for parent, formula, local in zip(
            child.parents, formulas, child.local_derivatives
        )
        if parent is node
    ]
