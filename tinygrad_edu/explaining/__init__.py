"""Why a gradient is what it is: the backward pass by steps, in words and by paths.

`steps` walks it edge by edge, `explanation` tells the chain rule at one node, `nudging`
shows what a derivative means, `checking` asks central differences whether it is right.
`symbols` and `formulas` let a rule write itself down; `expression` makes a graph of a
text.
"""

from tinygrad_edu.explaining.checking import check_gradients
from tinygrad_edu.explaining.explanation import explain
from tinygrad_edu.explaining.nudging import nudge
from tinygrad_edu.explaining.steps import Step

__all__ = [
    "Step",
    "check_gradients",
    "explain",
    "nudge",
]
