"""Pictures of computation graphs and networks; the only place that knows Graphviz."""

from tinygrad_edu.draw.computation import draw_dot, save
from tinygrad_edu.draw.curve import draw_curve
from tinygrad_edu.draw.dot import GraphPicture
from tinygrad_edu.draw.film import TrainingFilm
from tinygrad_edu.draw.network import draw_network
from tinygrad_edu.draw.page import Page
from tinygrad_edu.draw.player import play
from tinygrad_edu.draw.plots import (
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
)
from tinygrad_edu.draw.programs import dot_programs

__all__ = [
    "GraphPicture",
    "Page",
    "TrainingFilm",
    "dot_programs",
    "draw_curve",
    "draw_dot",
    "draw_network",
    "play",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "save",
]
