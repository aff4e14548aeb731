"""How a model learns: epoch by epoch, batch by batch, step by step.

`fitting` is the loop over the epochs, `step` one step. `replaying` begins a replay and
tells of it, and `batches` replays a batch. `prediction` asks a model about many rows.
The others each hold what their name says.
"""

from tinygrad_edu.training.fitting import fit
from tinygrad_edu.training.history import History

__all__ = ["History", "fit"]
