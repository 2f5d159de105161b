"""Potential, stagnation and waiting for a home at the end of every month (D.10; mart_stagnatie, mart_dannenberg).

D.10 defines potential, stagnation, the product norm and waiting for a home; norms from elsewhere are reference rows of
the same paragraph. Levering only; read as the descriptions of the marts have it:
- In perimeter B: the class of the last assessment up to the midnight, O without one and for everybody in CG, where
  nobody delivers a class; too late when the midnight lies after the assessment + 24 (K) or 60 (M) months.
- Waiting: the person's latest uitstroomgereed_op since the episode began lies before the midnight, and no lease (by
  BSN) that began before that midnight still ran on the day of readiness; `lang` after more than 183 days.
- In perimeter A, MO and VO: longer in a product than its norm, since it last became the product of the episode, whoever
  the supplier; of a norm for the stay as a whole, since the episode began.
- Dannenberg: a factor, always named, times the stand of perimeter B, by herkomst.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.basics import DAY, Mart, Person, add_months, count, month_of, person_of
from tests.oracle.housing import EXPECTED_WITHIN, assessments_of
from tests.oracle.lives import Episode, World, midnights

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_stagnatie": (
        ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "kenmerk", "norm"),
        ("aantal",),
    ),
    "mart_dannenberg": (("regio", "gemeente_code", "maand", "scenario", "factor"), ("stand_b", "potentieel")),
}
FACTORS = {"een_derde": (1, 3), "twee_derde": (2, 3)}
LONG_WAIT = 183
NO_NORM = "-"


@dataclass(frozen=True)
class Norm:
    """A norm in months; `product` None is for the stay as a whole, `region` None for both."""

    name: str
    trait: str
    region: str | None
    domain: str
    product: str | None
    months: int


NORMS = (
    Norm("groepswonen", "stagnatie_product", "CG", "BW", "15Z02", 24),  # S-343: policy of CG
    Norm("opvang_24uurs", "referentienorm", None, "MO", "24uursopvang", 9),  # S-132
    Norm("mo_verblijf", "referentienorm", None, "MO", None, 3),  # S-087
)


def compute(world: World) -> dict[str, Mart]:
    """Return mart_stagnatie and mart_dannenberg."""
    stagnation: Mart = {}
    dannenberg: Mart = {}
    assessments = assessments_of(world)
    ready: dict[Person, list[date]] = defaultdict(list)
    for row in world.delivered.residences:
        if row["uitstroomgereed_op"]:
            ready[person_of(row)].append(row["uitstroomgereed_op"])
    for life in world.lives:
        for episode in life.episodes:
            if episode.basis != "levering":
                continue
            for midnight in midnights(episode, world.horizon):
                month = month_of(midnight - DAY)
                if episode.perimeter == "B":
                    traits = _potential(assessments.get(life.person, []), episode, midnight)
                    waited = _waits_for_a_home(world, episode, ready[life.person], midnight)
                    traits += ["wacht_op_woning"] * (waited > 0) + ["wacht_op_woning_lang"] * (waited > LONG_WAIT)
                    found = [(trait, NO_NORM) for trait in traits]
                    for scenario, (over, under) in FACTORS.items():
                        key = (episode.region, episode.origin, month, scenario, f"{over}/{under}")
                        count(dannenberg, key, "stand_b")
                else:
                    found = list(_over_norms(episode, midnight))
                for basis in ("herkomst", "verblijf"):
                    place = episode.gemeente(basis, episode.on_night_before(midnight))
                    for trait, norm in found:
                        count(stagnation, (episode.region, basis, place, month, episode.domain, trait, norm))
    for key, row in dannenberg.items():
        over, under = FACTORS[key[3]]
        row["potentieel"] = Decimal(row["stand_b"]) * over / under  # type: ignore[arg-type]
    return {"mart_stagnatie": stagnation, "mart_dannenberg": dannenberg}


def _potential(assessments: list[tuple[date, str]], episode: Episode, midnight: date) -> list[str]:
    """Return the class at a midnight, and that it is too late."""
    known = [(day, profile) for day, profile in assessments if day <= midnight]
    if not known or episode.region != "DAV":
        return ["potentieel_o"]
    day, profile = known[-1]
    months = EXPECTED_WITHIN.get(profile)
    late = months is not None and midnight > add_months(day, months)
    return [f"potentieel_{profile.lower()}"] + [f"stagnatie_{profile.lower()}"] * late


def _waits_for_a_home(world: World, episode: Episode, ready: list[date], midnight: date) -> int:
    """Return the days a client has been ready at a midnight without a home, 0 when there is none to wait for."""
    since = max((day for day in ready if episode.first <= day < midnight), default=None)
    if since is None:
        return 0
    for lease in world.leases[episode.person]:
        if lease["ingangsdatum"] < midnight and (lease["einddatum"] is None or lease["einddatum"] >= since):
            return 0
    return (midnight - since).days


def _over_norms(episode: Episode, midnight: date) -> Iterator[tuple[str, str]]:
    """Yield the norms that are exceeded at a midnight."""
    product = episode.on_night_before(midnight).product
    for norm in NORMS:
        if norm.domain != episode.domain or norm.region not in (None, episode.region):
            continue
        since = episode.first
        if norm.product is not None:
            if norm.product != product:
                continue
            for before, after in zip(episode.segments, episode.segments[1:], strict=False):
                if after.first < midnight and after.product == product != before.product:
                    since = after.first
        if midnight > add_months(since, norm.months):
            yield norm.trait, norm.name
