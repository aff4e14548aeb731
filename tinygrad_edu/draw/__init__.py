"""Pictures of graphs and networks, and plots: what knows Graphviz and Matplotlib."""

from tinygrad_edu.draw.boundary import plot_decision_boundary
from tinygrad_edu.draw.computation import draw_dot, save
from tinygrad_edu.draw.dot import GraphPicture
from tinygrad_edu.draw.flow import plot_gradient_flow
from tinygrad_edu.draw.network import draw_network
from tinygrad_edu.draw.page import Page
from tinygrad_edu.draw.player import play
from tinygrad_edu.draw.plots import plot_history
from tinygrad_edu.draw.programs import dot_programs

__all__ = [
    "GraphPicture",
    "Page",
    "dot_programs",
    "draw_dot",
    "draw_network",
    "play",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "save",
]
