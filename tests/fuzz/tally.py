"""What was compared, how far apart it was at worst, and what differed."""

import math
from collections import Counter

#: Differences that stay, by what they are called in the report, and why.
KNOWN = {
    "a root of -inf": "it is inf by C's pow, which computes here, and nan by PyTorch",
    "slopes of logsumexp at large numbers": "PyTorch has exp(xᵢ - z), which sum to "
    "more than 1 where z is rounded; here they are divided by their sum",
    "∂²/∂x∂y of xʸ at y = 0": "it is 1/x, and PyTorch leaves it out there",
    "second derivative at a kink": "the first derivative is a convention there, and so "
    "is what PyTorch and a graph of derivatives make of it",
    "infinite derivative": "at the end of a domain, or where a product overflows, one "
    "side has inf and the other inf - inf or 0·inf, which is nan",
    "sigmoid's second derivative": "1 - z is 0 as a float from x = 37 on, in the form "
    "that is taught, as the record says",
    "product with a known 0": "a recording leaves out what is multiplied by 0, where a "
    "graph has 0·inf = nan; `fit` and `predict` run such a batch as graphs",
}


class Tally:
    """Counts, worst errors and differences of a run."""

    def __init__(self):
        self.counts = Counter()
        self.worst = {}
        self.known = Counter()
        self.differences = []

    def compare(self, what, found, expected, where, limit=1e-9, known=None):
        """Compare two lists of numbers: errors relative to the largest, at least 1."""
        found = [float(x) for x in found]
        expected = [float(x) for x in expected]
        size = max([1.0, *(abs(x) for x in expected if math.isfinite(x))])
        error = 0.0 if len(found) == len(expected) else math.inf
        for x, y in zip(found, expected):
            if x != y and not (math.isnan(x) and math.isnan(y)):
                apart = abs(x - y) / size
                error = max(error, math.inf if math.isnan(apart) else apart)
        self.counts[what] += 1
        if error <= limit:
            self.worst[what] = max(error, self.worst.get(what, 0.0))
        elif known is not None:
            self.known[known] += 1
        else:
            self.differ(what, f"{where}: {found[:8]} and {expected[:8]}")
        return error <= limit

    def differ(self, what, words):
        self.differences.append(f"{what}: {words}")

    def report(self):
        """Print what there is to know of the run; return whether all agreed."""
        for what, count in sorted(self.counts.items()):
            worst = (
                f", worst error {self.worst[what]:.1e}" if what in self.worst else ""
            )
            print(f"{count:>9,} {what}{worst}")
        for what, count in self.known.items():
            print(f"{count:>9,} known: {what}: {KNOWN[what]}")
        print(f"{len(self.differences):>9,} differences")
        for line in self.differences[:50]:
            print("   ", line)
        return not self.differences
