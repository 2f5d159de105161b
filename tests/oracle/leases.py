"""What corporations tell (D.6, D.7): leases by kind, who registered for a home, who was evicted.

Marts: mart_huurcontract, mart_woningzoekende, mart_ontruiming. D.6 and D.7 say what T_woning, T_inschrijving and
omklapduur are; followed are these choices of the models:
- A dwelling outside both regions, or in an unknown gemeente, is of the regio of most of its corporation's leases and
  agreements.
- A lease counts in the year it begins, an omklap up to the last complete month. The wait for a home is that of
  mart_woonopgave; the norm is half a year after uitstroomgereed (S-130).
- Registration: of episodes of BW (levering, perimeter A), by herkomst and the year they began, once start + 1 month
  lies before the end of the last complete month. It is the earliest of that person (by BSN) that had not ended before
  the start; one from before is in time and took 0 days.
- Evictions: `in_zorg` when the person (by BSN) was in care at any time from a year before to a year after.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.oracle.basics import Mart, Person, add_months, count, percentile, place_name, region_of
from tests.oracle.housing import corporation_regions, leases_of, ready_for
from tests.oracle.lives import World
from tests.oracle.readers import Row

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_huurcontract": (
        ("regio", "gemeente_code", "jaar", "contractsoort"),
        ("aantal", "omgeklapt", "omklapduur_p50", "n_wachttijd", "wachttijd_woning_p50", "boven_norm"),
    ),
    "mart_woningzoekende": (
        ("regio", "gemeente_code", "jaar"),
        ("instroom", "binnen_norm", "later", "niet", "dagen_p50"),
    ),
    "mart_ontruiming": (("regio", "gemeente_code", "jaar", "reden", "in_zorg"), ("aantal",)),
}
HOME_WITHIN = 6  # S-130, months
REGISTERED_WITHIN = 1  # S-346, months
CARE_AROUND = 12  # months


def compute(world: World) -> dict[str, Mart]:
    """Return mart_huurcontract, mart_woningzoekende and mart_ontruiming."""
    return {
        "mart_huurcontract": _leases(world),
        "mart_woningzoekende": _registrations(world),
        "mart_ontruiming": _evictions(world),
    }


def _leases(world: World) -> Mart:
    mart: Mart = {}
    turned: dict[tuple, list[int]] = defaultdict(list)
    waits: dict[tuple, list[int]] = defaultdict(list)
    regions = corporation_regions(world)
    for lease in leases_of(world):
        region = region_of(lease["gemeente"]) or regions.get(lease["leverancier"])
        begin, turns = lease["ingangsdatum"], lease["omklapdatum"]
        if region is None or begin >= world.horizon:
            continue
        key = (region, place_name(lease["gemeente"] or None, region), begin.year, lease["contractsoort"])
        count(mart, key)
        if turns and turns < world.horizon:
            turned[key].append((turns - begin).days)
        if ready := ready_for(world, lease):
            waits[key].append((begin - ready).days)
            count(mart, key, "boven_norm", int(begin > add_months(ready, HOME_WITHIN)))
    for key, row in mart.items():
        row.setdefault("boven_norm", 0)
        row["omgeklapt"], row["n_wachttijd"] = len(turned[key]), len(waits[key])
        row["omklapduur_p50"] = percentile(turned[key], "0.5") if turned[key] else None
        row["wachttijd_woning_p50"] = percentile(waits[key], "0.5") if waits[key] else None
    return mart


def _registrations(world: World) -> Mart:
    mart: Mart = {}
    took: dict[tuple, list[int]] = defaultdict(list)
    # Of one person, corporation and day the last row counts.
    rows = {(r["leverancier"], r["bsn"], r["inschrijfdatum"]): r for r in world.delivered.registrations if r["bsn"]}
    registered: dict[Person, list[Row]] = defaultdict(list)
    for row in rows.values():
        registered[("bsn", row["bsn"])].append(row)
    for life in world.lives:
        for episode in life.episodes:
            if (episode.domain, episode.basis, episode.perimeter) != ("BW", "levering", "A"):
                continue
            in_time = add_months(episode.first, REGISTERED_WITHIN)
            if in_time >= world.horizon:
                continue
            days = [
                row["inschrijfdatum"]
                for row in registered[life.person]
                if row["inschrijfdatum"] < world.horizon
                and (row["uitschrijfdatum"] is None or row["uitschrijfdatum"] >= episode.first)
            ]
            key = (episode.region, episode.origin, episode.first.year)
            count(mart, key, "instroom")
            count(mart, key, "binnen_norm", int(bool(days) and min(days) <= in_time))
            count(mart, key, "later", int(bool(days) and min(days) > in_time))
            count(mart, key, "niet", int(not days))
            if days:
                took[key].append(max(0, (min(days) - episode.first).days))
    for key, row in mart.items():
        row["dagen_p50"] = percentile(took[key], "0.5") if took[key] else None
    return mart


def _evictions(world: World) -> Mart:
    mart: Mart = {}
    regions = corporation_regions(world)
    lives = {life.person: life for life in world.lives}
    for row in world.delivered.evictions:
        region = region_of(row["gemeente"]) or regions.get(row["leverancier"])
        day = row["datum"]
        if region is None or day >= world.horizon:
            continue
        life = lives.get(("bsn", row["bsn"] or ""))
        in_care = "onbekend" if not row["bsn"] else "ja" if life and _around(life.episodes, day) else "nee"
        place = place_name(row["gemeente"] or None, region)
        count(mart, (region, place, day.year, row["reden"] or "onbekend", in_care))
    return mart


def _around(episodes: list, day: date) -> bool:
    """Say whether there was care at any time from a year before to a year after a day."""
    return any(
        episode.basis == "levering"
        and episode.first <= add_months(day, CARE_AROUND)
        and episode.last >= add_months(day, -CARE_AROUND)
        for episode in episodes
    )
