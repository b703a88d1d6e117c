"""Two runs' scores of the same items in, what got better or worse and whether that is more than chance out.

Shares by paired bootstrap; scores that are only ever 0 or 1 by McNemar's exact test as well, which decides there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.measure import Row, is_count

LEVEL = 0.05
_RESAMPLES = 4_000


@dataclass(frozen=True, slots=True)
class Change:
    """One scorer's means (of a count: sums) before and after over the `paired` items that both could score.

    `low` to `high` is the 95% interval of the mean difference, `p` two-sided.
    """

    scorer: str
    paired: int
    before: float
    after: float
    low: float
    high: float
    p: float
    better: int
    worse: int

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def significant(self) -> bool:
        return self.p < LEVEL

    @property
    def verdict(self) -> str:
        if not self.significant:
            return "same" if not self.better + self.worse else "within noise"
        up = self.difference > 0
        return "worse" if up == is_count(self.scorer) else "better"


def change(scorer: str, before: Mapping[str, Row], after: Mapping[str, Row]) -> Change | None:
    """None where no item could be scored in both."""
    pairs = [
        (one, two)
        for id_ in before
        if id_ in after
        and (one := _score(before[id_], scorer)) is not None
        and (two := _score(after[id_], scorer)) is not None
    ]
    if not pairs:
        return None
    sign = -1 if is_count(scorer) else 1
    differences = [two - one for one, two in pairs]
    up, down = sum(d * sign > 0 for d in differences), sum(d * sign < 0 for d in differences)
    low, high, p = _bootstrap(differences)
    if all(value in (0.0, 1.0) for pair in pairs for value in pair):
        p = mcnemar(up, down)
    scale = 1 if is_count(scorer) else len(pairs)
    one, two = (sum(values) / scale for values in zip(*pairs, strict=True))
    return Change(scorer, len(pairs), one, two, low, high, p, up, down)


def mcnemar(better: int, worse: int) -> float:
    """Exact: the chance that a fair coin falls as unevenly, both sides.

    >>> round(mcnemar(1, 9), 3)
    0.021
    """
    if better + worse == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse).pvalue)


def _bootstrap(differences: Sequence[float]) -> tuple[float, float, float]:
    """Percentile interval of the mean, and p as the share of resamples beyond nought, both sides; seeded."""
    if not any(differences):
        return 0.0, 0.0, 1.0
    import numpy as np

    given = np.asarray(differences, dtype=float)
    rng = np.random.default_rng(0)
    means = np.concatenate(
        [given[rng.integers(0, len(given), (100, len(given)))].mean(axis=1) for _ in range(_RESAMPLES // 100)]
    )
    low, high = (float(value) for value in np.percentile(means, [2.5, 97.5]))
    # One resample is added to each side: a bootstrap of n can't tell a p below 1/n.
    beyond = min((np.sum(means <= 0) + 1), (np.sum(means >= 0) + 1)) / (len(means) + 1)
    return low, high, min(1.0, float(2 * beyond))


def _score(row: Row, scorer: str) -> float | None:
    value: float | None = row.get("scores", {}).get(scorer)
    return value
