# Written by `python tests/stubs.py` from the records: change those.

from tinygrad_edu.engine._operators import (
    ActivationName as ActivationName,
    Constant as Constant,
    Operand as Operand,
    Value as Value,
    apply as apply,
)
