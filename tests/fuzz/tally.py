"""What was compared, how far apart it was at worst, and what differed."""

import math
from collections import Counter

#: Differences that stay, by what they are called in the report, and why.
KNOWN = {
    "a root of -inf": "it is inf by C's pow, which computes here, and nan by PyTorch",
    "PyTorch is off": "1,200 digits are where the package is",
    "rounding without a bound": "what is added up, or a slope, is so large that the "
    "size of its rounding is no float",
    "a training that multiplies rounding": "it ends elsewhere, too, from a start that "
    "is moved by 1e-15",
    "a sum that overflows": "added up in another order it meets inf - inf",
    "a slope at nan": "a convention on both sides",
    "infinite derivative": "at the end of a domain, or where a product overflows, one "
    "side has inf and the other inf - inf or 0·inf, which is nan",
    "product with a known 0": "a recording leaves out what is multiplied by 0, where a "
    "graph has 0·inf = nan; `fit` and `predict` run such a batch as graphs",
}

#: Reasons that hold only where one side has no finite number.
NOT_FINITE = (
    "a sum that overflows",
    "infinite derivative",
    "product with a known 0",
)


class Tally:
    """Counts, worst errors and differences of a run."""

    def __init__(self):
        self.counts = Counter()
        self.numbers = Counter()
        self.worst = {}
        self.known = Counter()
        self.differences = []

    def compare(
        self,
        what,
        found,
        expected,
        where,
        limit=1e-9,
        known=None,
        sizes=None,
        judge=None,
    ):
        """Compare two lists of numbers, and file each that is too far apart.

        Errors are relative to `sizes`, or to the largest number, at least 1. `known` is
        the reason of a difference; where it has none, `judge` may find one for the
        number at a position.

        Returns:
            Whether all agree.
        """
        found = [float(x) for x in found]
        expected = [float(x) for x in expected]
        largest = max([1.0, *(abs(x) for x in expected if math.isfinite(x))])
        self.counts[what] += 1
        self.numbers[what] += len(expected)
        if len(found) != len(expected):
            self.differ(what, f"{where}: {len(found)} and {len(expected)} numbers")
            return False
        agrees = True
        for i, (x, y) in enumerate(zip(found, expected)):
            error = apart(x, y, largest if sizes is None else sizes[i])
            if error <= limit:
                self.worst[what] = max(error, self.worst.get(what, 0.0))
                continue
            agrees = False
            is_finite = math.isfinite(x) and math.isfinite(y)
            reason = None if is_finite and known in NOT_FINITE else known
            if reason is None and judge is not None:
                reason = judge(i)
            if reason is None and sizes is not None and sizes[i] == math.inf:
                reason = "rounding without a bound"
            if reason is None:
                self.differ(what, f"{where}, number {i}: {x} and {y}")
            else:
                self.known[what, reason] += 1
        return agrees

    def differ(self, what, words):
        self.differences.append(f"{what}: {words}")

    def report(self):
        """Print what there is to know of the run; return whether all agreed."""
        for what, count in sorted(self.counts.items()):
            words = f"{count:>9,} {what}"
            if self.numbers[what]:
                words += f", {self.numbers[what]:,} numbers"
            if what in self.worst:
                words += f", worst error {self.worst[what]:.1e}"
            print(words)
        for (what, reason), count in sorted(self.known.items()):
            print(f"{count:>9,} known in {what}: {reason}: {KNOWN[reason]}")
        print(f"{len(self.differences):>9,} differences")
        for line in self.differences[:50]:
            print("   ", line)
        return not self.differences


def apart(x, y, size):
    """Return how far two numbers are apart, beside a size."""
    if x == y or (math.isnan(x) and math.isnan(y)):
        return 0.0
    if not (math.isfinite(x) and math.isfinite(y)):
        return math.inf
    return abs(x - y) / (size if size < math.inf else max(1.0, abs(y)))
