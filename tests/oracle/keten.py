"""The chain from opvang to beschermd wonen to a home (mart_keten): every step and the days it took."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date

from tests.oracle.basics import Mart, month_of, percentile
from tests.oracle.lives import World

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_keten": (
        ("regio", "maand", "van_domein", "naar_domein", "route"),
        ("aantal", "dagen_p50", "dagen_p90"),
    ),
}
KETEN_GAP = 365  # D.11: N_keten
HOME = "woning"


def compute(world: World) -> dict[str, Mart]:
    """Return mart_keten: steps from one domein to the next, or to a home, within N_keten of the end of the first."""
    days: dict[tuple, list[int]] = defaultdict(list)
    for life in world.lives:
        for region in sorted({episode.region for episode in life.episodes}):
            steps: list[tuple[date, date, str]] = [
                (e.first, date.max if e.running else e.last, e.domain)
                for e in life.episodes
                if e.region == region and e.basis == "levering" and e.perimeter in ("A", "-")
            ]
            steps += [
                (row["ingangsdatum"], row["ingangsdatum"], HOME)
                for row in world.leases[life.person]
                if row["ingangsdatum"] < world.horizon
            ]
            steps.sort()
            route: list[str] = []
            for before, after in itertools.pairwise(steps):
                route = route or [before[2]]
                if before[1] < after[0] and (after[0] - before[1]).days - 1 > KETEN_GAP:
                    route = []
                    continue
                if before[2] != after[2]:
                    route.append(after[2])
                    key = (region, month_of(after[0]), before[2], after[2], "-".join(route))
                    days[key].append((after[0] - before[0]).days)
    mart: Mart = {
        key: {"aantal": len(found), "dagen_p50": percentile(found, "0.5"), "dagen_p90": percentile(found, "0.9")}
        for key, found in days.items()
    }
    return {"mart_keten": mart}
