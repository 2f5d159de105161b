"""When a share of broken rows is an alarm, with a sense for small numbers.

A supplier that breaks a rule in 1 of 3 rows need not be worse than one that breaks it in 5 of 100: so few rows say
little. The share itself is therefore not compared with the threshold, but the lower bound of its Wilson confidence
interval: what the share is at least, given how little was seen.
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

from extracts.suppliers import DEFAULT_THRESHOLD, SupplierContact

#: One-sided confidence that the true share lies above the bound.
CONFIDENCE = 0.95


def ondergrens(bevindingen: int, rijen: int, zekerheid: float = CONFIDENCE) -> float:
    """Return the lower bound of the share of broken rows (0–1), one-sided Wilson interval; 0 without rows.

    Raises ValueError when more rows are broken than there are, or a number is negative.
    """
    if not 0 <= bevindingen <= rijen:
        message = f"{bevindingen} bevindingen op {rijen} rijen kan niet"
        raise ValueError(message)
    if rijen == 0:
        return 0.0
    z = NormalDist().inv_cdf(zekerheid)
    share = bevindingen / rijen
    centre = share + z * z / (2 * rijen)
    margin = z * sqrt(share * (1 - share) / rijen + z * z / (4 * rijen * rijen))
    return max(0.0, (centre - margin) / (1 + z * z / rijen))


def alarm(bevindingen: int, rijen: int, drempel: float = DEFAULT_THRESHOLD) -> bool:
    """Tell whether more than `drempel` (a share) of the rows is broken, beyond what chance makes of so few rows.

    Never for a single finding, which is a mistake and not a pattern. A rule that applied to no row raises no alarm.
    Raises ValueError as `ondergrens` does.
    """
    return ondergrens(bevindingen, rijen) > drempel and bevindingen > 1


def drempel_voor(regel_drempel: float | None, leverancier: SupplierContact | None) -> float:
    """Return the threshold for one rule at one supplier: the rule's own, else the supplier's, else 0.05."""
    if regel_drempel is not None:
        return regel_drempel
    return leverancier.drempel if leverancier else DEFAULT_THRESHOLD
