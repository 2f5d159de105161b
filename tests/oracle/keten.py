"""The chain of opvang, beschermd wonen and a home (D.1, mart_keten): every step, and the days it took.

The specification says «keten (BW+MO episodes chained, gap ≤ N_keten)» with N_keten = 365 (D.11), «keten-level main =
BW» (Q-05), and no more. Followed are these choices of the model:
- levering, perimeter A, without VO; per person and regio (settled 1). Coming back into the domein left is no step.
- A home follows a stay that ended with bestemming U01-U05 when no other stay of the chain begins within 28 days. It
  begins on the day after the last day, and the step counts in the month of that last day; any other step in the month
  of its first day.
- A step took the days from the first day of the fase before to its own first day; unknown when that fase began on or
  before the start of data.
- A route names the fasen up to and including this one, of a long chain the last ones.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tests.oracle.basics import DATA_START, DAY, Mart, month_of, percentile
from tests.oracle.lives import GAP, Episode, Life, World

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_keten": (
        ("regio", "maand", "van_domein", "naar_domein", "route"),
        ("aantal", "n_met_duur", "dagen_p50", "dagen_p90"),
    ),
}
KETEN_GAP = 365  # D.11: N_keten
ROUTE_FASEN = 4
HOME, HOMES = "woning", {"U01", "U02", "U03", "U04", "U05"}


@dataclass
class Stay:
    """Days in a row in one episode, which is the one the chain is in."""

    episode: Episode
    first: date
    last: date


def compute(world: World) -> dict[str, Mart]:
    """Return mart_keten."""
    steps: dict[tuple, list[int | None]] = defaultdict(list)
    for life in world.lives:
        for region in sorted({episode.region for episode in life.episodes}):
            for chain in chains_of(_stays(life, region)):
                fasen = _fasen(world, life, chain)
                for number, (before, after) in enumerate(pairwise(fasen), start=2):
                    names = [name for name, _ in fasen[:number]]
                    route = ">".join((["…"] if number > ROUTE_FASEN else []) + names[-ROUTE_FASEN:])
                    dated = after[1] - DAY if after[0] == HOME else after[1]
                    if dated >= world.horizon:
                        continue  # settled 13
                    took = (after[1] - before[1]).days if before[1] > DATA_START else None
                    steps[(region, month_of(dated), before[0], after[0], route)].append(took)
    mart: Mart = {}
    for key, found in steps.items():
        known = [days for days in found if days is not None]
        mart[key] = {
            "aantal": len(found),
            "n_met_duur": len(known),
            "dagen_p50": percentile(known, "0.5") if known else None,
            "dagen_p90": percentile(known, "0.9") if known else None,
        }
    return {"mart_keten": mart}


def _stays(life: Life, region: str) -> list[Stay]:
    """Walk the days of a person in a regio: on a day in both, the chain is in BW (Q-05)."""
    where: dict[date, Episode] = {}
    for domain in ("MO", "BW"):  # BW overwrites
        for episode in life.episodes:
            if (episode.region, episode.domain, episode.basis) != (region, domain, "levering"):
                continue
            if episode.perimeter == "B":
                continue
            day = episode.first
            while day <= min(episode.last, life.horizon):
                where[day] = episode
                day += DAY
    stays: list[Stay] = []
    for day in sorted(where):
        if stays and stays[-1].episode is where[day] and stays[-1].last + DAY == day:
            stays[-1].last = day
        else:
            stays.append(Stay(where[day], day, day))
    return stays


def chains_of(stays: list[Stay]) -> list[list[tuple[Stay, date | None]]]:
    """Put stays in one chain while the gap is at most N_keten; each with the first day of the next stay, if any."""
    chains: list[list[tuple[Stay, date | None]]] = []
    for number, stay in enumerate(stays):
        following = stays[number + 1].first if number + 1 < len(stays) else None
        if number and (stay.first - stays[number - 1].last - DAY).days <= KETEN_GAP:
            chains[-1].append((stay, following))
        else:
            chains.append([(stay, following)])
    return chains


def _fasen(world: World, life: Life, chain: list[tuple[Stay, date | None]]) -> list[tuple[str, date]]:
    """Return the fasen of a chain: BW, MO or a home, and their first days; the same one twice in a row is one."""
    fasen: list[tuple[str, date]] = []
    for stay, following in chain:
        if not fasen or fasen[-1][0] != stay.episode.domain:
            fasen.append((stay.episode.domain, stay.first))
        left = not stay.episode.running and stay.last == stay.episode.last
        alone = following is None or (following - stay.last - DAY).days > GAP
        if left and alone and world.meaning(life).destination(stay.episode) in HOMES:
            fasen.append((HOME, stay.last + DAY))
    return fasen
