"""Returns (D.14; mart_herinstroom, mart_herinstroom_jaar) and length of stay (D.9, mart_verblijfsduur).

What the specification leaves open, chosen here:
- The variants are `zelfde_domein`, `BW_of_MO` and `MO`. Another domein is looked at in the same regio (settled 1),
  BW in the basis and perimeter of the exit when that is one of BW, else levering, perimeter A; MO has one of each.
- Only a gap > N is a return (Q-29), from one domein to another too; there N is 28, whatever the stop.
- Until the follow-up of a cohort is complete its `n_uitgestroomd` and `n_terug` are what is known so far.
- Person by person (Q-30, «first exit in P»): of the exits of a person, regio, domein, basis and perimeter that count,
  the first of the year. Its cohort is the year.
- `afgekapt` counts the left-truncated episodes where they would otherwise be in afgerond or lopend.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.oracle.basics import (
    DATA_START,
    DAY,
    Mart,
    add_months,
    count,
    mean,
    month_of,
    next_month,
    percentage,
    percentile,
)
from tests.oracle.flows import DESTINATION_GROUP
from tests.oracle.lives import GAP, Episode, Life, World, midnights

_KEY = ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "perimeter", "basis")
SHARES = (10, 25, 50, 75, 90)
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_herinstroom": (
        (
            *("cohortmaand" if name == "maand" else name for name in _KEY),
            "bestemmingsgroep",
            "venster",
            "variant",
        ),
        ("n_uitgestroomd", "n_terug", "percentage"),
    ),
    "mart_herinstroom_jaar": (
        (*("cohortjaar" if name == "maand" else name for name in _KEY), "bestemmingsgroep", "venster", "variant"),
        ("n_uitgestroomd", "n_terug", "percentage"),
    ),
    "mart_verblijfsduur": (
        (*_KEY, "product_code", "soort"),
        ("n", "dagen_gemiddeld", *(f"dagen_p{share}" for share in SHARES)),
    ),
}
WINDOWS = (6, 12, 24)  # D.14, Q-29
VARIANTS = ("zelfde_domein", "BW_of_MO", "MO")  # D.14, Q-28
NOT_FOLLOWED = {"U40", "U10", "U11", "U20", "U21", "U22"}  # D.14, Q-29


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of returns and of length of stay."""
    returns: Mart = {}
    by_person: Mart = {}
    days: dict[tuple, list[int]] = defaultdict(list)
    for life in world.lives:
        counted: set[tuple] = set()
        for episode in sorted(life.episodes, key=lambda e: e.first):
            if not episode.running and world.meaning(life).destination(episode) not in NOT_FOLLOWED:
                group = DESTINATION_GROUP[world.meaning(life).destination(episode)]
                _follow(returns, life, episode, group, month_of(episode.last))
                year = (episode.region, episode.domain, episode.basis, episode.perimeter, episode.last.year)
                if year not in counted:
                    counted.add(year)
                    _follow(by_person, life, episode, group, episode.last.year)
            _lengths(days, episode, world.horizon)
    for mart in (returns, by_person):
        for key, row in mart.items():
            row.setdefault("n_terug", 0)
            last_exit = (
                next_month(key[3]) if isinstance(key[3], date) else date(key[3] + 1, 1, 1)
            ) - DAY  # of the cohort
            complete = add_months(last_exit, key[8]) < world.horizon
            row["percentage"] = percentage(row["n_terug"], row["n_uitgestroomd"]) if complete else None
    lengths: Mart = {key: _statistics(key, values) for key, values in days.items()}
    return {"mart_herinstroom": returns, "mart_herinstroom_jaar": by_person, "mart_verblijfsduur": lengths}


# ------------------------------------------------------------------------------------------------ D.14


def _follow(mart: Mart, life: Life, episode: Episode, group: str, period: date | int) -> None:
    """Count an exit in its cohort, and whether the same person came back within each window."""
    for basis in ("herkomst", "verblijf"):
        place = episode.gemeente(basis, episode.segments[-1])
        cohort = (episode.region, basis, place, period, episode.domain, episode.perimeter)
        for window in WINDOWS:
            until = add_months(episode.last, window)
            for variant in VARIANTS:
                key = (*cohort, episode.basis, group, window, variant)
                back = any(
                    other.first <= until and (other.first - episode.last - DAY).days > GAP
                    for other in life.episodes
                    if is_return(variant, episode, other)
                )
                count(mart, key, "n_uitgestroomd")
                count(mart, key, "n_terug", int(back))


def is_return(variant: str, episode: Episode, other: Episode) -> bool:
    """Say whether another episode, if it starts in time, is a return after an exit."""
    if other.region != episode.region:
        return False
    if variant == "zelfde_domein":
        wanted = {(episode.domain, episode.perimeter, episode.basis)}
    else:
        wanted = {("MO", "-", "levering")}
        if variant == "BW_of_MO":
            in_bw = episode.domain == "BW"
            wanted.add(("BW", episode.perimeter if in_bw else "A", episode.basis if in_bw else "levering"))
    return (other.domain, other.perimeter, other.basis) in wanted


# ------------------------------------------------------------------------------------------------ D.9


def _lengths(days: dict[tuple, list[int]], episode: Episode, horizon: date) -> None:
    """Add the length of an episode in the month it ended, and so far at the end of every month it was running."""
    truncated = episode.first <= DATA_START
    rest = (episode.domain, episode.perimeter, episode.basis)
    for basis in ("herkomst", "verblijf"):
        for midnight in midnights(episode, horizon):
            segment = episode.on_night_before(midnight)
            key = (episode.region, basis, episode.gemeente(basis, segment), month_of(midnight - DAY), *rest)
            kind = "afgekapt" if truncated else "lopend"
            days[(*key, segment.product, kind)].append((midnight - episode.first).days)
        if not episode.running:
            segment = episode.segments[-1]
            key = (episode.region, basis, episode.gemeente(basis, segment), month_of(episode.last), *rest)
            kind = "afgekapt" if truncated else "afgerond"
            days[(*key, segment.product, kind)].append((episode.last + DAY - episode.first).days)


def _statistics(key: tuple, values: list[int]) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(MARTS["mart_verblijfsduur"][1])
    row["n"] = len(values)
    if key[-1] != "afgekapt":  # how long they were there before the data began is not known
        row["dagen_gemiddeld"] = mean(values)
        for share in SHARES:
            row[f"dagen_p{share}"] = percentile(values, f"0.{share}")
    return row
