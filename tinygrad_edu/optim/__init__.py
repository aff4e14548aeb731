"""How parameters follow their gradients."""

from typing import TYPE_CHECKING

from tinygrad_edu.lazy import lazy_names
from tinygrad_edu.optim.adam import Adam, AdamW
from tinygrad_edu.optim.clipping import clip_gradients
from tinygrad_edu.optim.optimiser import Optimiser
from tinygrad_edu.optim.sgd import SGD

if TYPE_CHECKING:
    from tinygrad_edu.optim import schedules

__all__ = ["SGD", "Adam", "AdamW", "Optimiser", "clip_gradients", "schedules"]

__getattr__ = lazy_names(__name__)
