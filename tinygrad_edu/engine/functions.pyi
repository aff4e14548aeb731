# Written by `python tests/stubs.py` from the records: change those.

from tinygrad_edu.engine._operators import (
    as_node as as_node,
    centred as centred,
    dot as dot,
    largest as largest,
    log_softmax as log_softmax,
    logsumexp as logsumexp,
    maximum as maximum,
    mean as mean,
    minimum as minimum,
    pick as pick,
    ratio as ratio,
    softmax as softmax,
    take as take,
    total as total,
    where as where,
)
