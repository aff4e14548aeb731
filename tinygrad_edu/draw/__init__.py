"""Pictures of computation graphs and networks, plots and pages.

`graphs` draws computation graphs, and is the only place that knows Graphviz; `pages`
holds what moves; the files here draw networks, curves and plots.
"""

from tinygrad_edu.draw.curve import draw_curve
from tinygrad_edu.draw.graphs.computation import draw_dot, save, save_picture
from tinygrad_edu.draw.graphs.dot import GraphPicture
from tinygrad_edu.draw.graphs.programs import dot_programs
from tinygrad_edu.draw.network import draw_network
from tinygrad_edu.draw.pages.film import TrainingFilm
from tinygrad_edu.draw.pages.page import Page
from tinygrad_edu.draw.pages.player import play
from tinygrad_edu.draw.pages.playground import playground
from tinygrad_edu.draw.plots import (
    number_shades,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
)

__all__ = [
    "GraphPicture",
    "Page",
    "TrainingFilm",
    "dot_programs",
    "draw_curve",
    "draw_dot",
    "draw_network",
    "number_shades",
    "play",
    "playground",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "save",
    "save_picture",
]
