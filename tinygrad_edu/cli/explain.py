"""`explain "(a*b + c).tanh()" a=2 b=-3 c=10`: the chain rule for a blackboard."""

from __future__ import annotations

import argparse

from tinygrad_edu.cli.arguments import check_file
from tinygrad_edu.engine.names import is_constant, node_names
from tinygrad_edu.engine.value import Value
from tinygrad_edu.engine.wording import number
from tinygrad_edu.errors import ExpressionError, RenderError
from tinygrad_edu.explaining.expression import parse_expression
from tinygrad_edu.explaining.formulas import node_formula
from tinygrad_edu.speech import say

#: How the file of a picture ends.
PICTURES = (".svg", ".png", ".pdf", ".dot")


def run(options: argparse.Namespace) -> None:
    """Print the graph, the steps and the gradients of an expression, and draw it.

    Raises:
        OSError: If the picture cannot be written.
        RenderError: If there is no way to draw it in the format of the file.
        ExpressionError: If the expression or its numbers are refused.
    """
    check_file(options.output)
    if options.output is not None and options.output.suffix.lower() not in PICTURES:
        raise RenderError(
            f"A picture must be a file that ends in {', '.join(PICTURES)}, not "
            f"{options.output.name!r}."
        )
    values: dict[str, float] = {}
    for name, x in options.values:
        if name in values:
            raise ExpressionError(f"{name!r} is given twice. Once is enough.")
        values[name] = x
    root = parse_expression(options.expression, values)
    if root.parents:
        root.label = "result" if "result" not in values else "the_result"
    print_explanation(root)
    if options.output is not None:
        # Imported here, for only this needs Graphviz.
        from tinygrad_edu.draw import save_picture

        path = save_picture(root, options.output)
        print("\n" + say("The picture is in {path}", path=path))


def print_explanation(root: Value) -> None:
    """Print the graph below a node, its backward pass by steps, and the gradients."""
    order = root.topological_order()
    names = node_names(order)
    width = max(len(name) for name in names.values())
    print(say("The graph, operands first:") + "\n")
    for node in order:
        if not is_constant(node):
            print(f"  {names[node]:<{width}} = {_definition(node, names)}")
    print("\n" + say("The backward pass, from the result to the leaves:") + "\n")
    for step in root.backward_steps():
        reason = say("for {rule}", rule=step.rule)
        print(f"  {step}" if step.parent is None else f"  {step}    {reason}")
    gradients = say("The gradients: how much the result changes for each unit of")
    print(f"\n{gradients}\n")
    for node in order:
        if not node.parents and not is_constant(node):
            print(f"  {names[node]:<{width}} : {number(node.grad)}")


def _definition(node: Value, names: dict[Value, str]) -> str:
    if not node.parents:
        return number(node.data)
    formula = node_formula(node, [names[parent] for parent in node.parents])
    numbers = node_formula(node, [number(parent.data) for parent in node.parents])
    return f"{formula} = {numbers} = {number(node.data)}"
