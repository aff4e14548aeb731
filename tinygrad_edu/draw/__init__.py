"""Pictures of computation graphs; the only place that knows Graphviz."""

from tinygrad_edu.draw.dot import draw_dot
from tinygrad_edu.draw.programs import find_dot, run_dot

__all__ = ["draw_dot", "find_dot", "run_dot"]
