"""Opvang per year (D.12, mart_opvang): persons by length of stay, families, reports, nights and weeks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.oracle.basics import DAY, Mart, Person, current_code, person_of, place_name, region_of
from tests.oracle.basics import mean as average
from tests.oracle.lives import World
from tests.oracle.placements import SHELTER_RANK
from tests.oracle.readers import Row

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_opvang": (
        ("regio", "jaar", "opvangsoort", "verblijfsklasse", "rol", "inschrijving", "herkomst"),
        ("personen", "gezinnen", "meldingen", "nachten", "weken_gemiddeld"),
    )
}
NIGHT_GAP = 7  # D.12: nights with a gap of at most a week are one stay
SHORT = 3  # S-173, X-11: up to three nights is short
OUTREACH = ("ambulant", "aware", "veldwerk")


@dataclass
class PersonYears:
    """What one person did in one regio and kind of opvang."""

    nights: set[date] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    reports: list[tuple[date, Row]] = field(default_factory=list)  # aanmeldingen, or aansluitingen of Aware
    sign_ups: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))  # by year in which they matter


def compute(world: World) -> dict[str, Mart]:
    """Return mart_opvang."""
    mart: Mart = {}
    families: dict[tuple, set[str]] = defaultdict(set)
    weeks: dict[tuple, list[int]] = defaultdict(list)
    for (_, region, kind), life in _lives(world).items():
        for year in sorted(life.sign_ups):
            chosen = min(life.sign_ups[year], key=lambda r: (r.get("aanmelddatum") or date.max, r["aanmeldnummer"]))
            nights = [night for night in life.nights if night.year == year]
            days = [day for day in life.days if day.year == year]
            key = (
                region,
                year,
                kind,
                _length(life.nights, year),
                chosen.get("rol") or "-",
                place_name(chosen.get("gemeente_inschrijving"), region),
                place_name(chosen.get("gemeente_historisch"), region),
            )
            row = mart.setdefault(key, dict.fromkeys(MARTS["mart_opvang"][1], 0))
            row["personen"] += 1  # type: ignore[operator]
            row["meldingen"] += sum(1 for day, _ in life.reports if day.year == year)  # type: ignore[operator]
            row["nachten"] += len(nights)  # type: ignore[operator]
            if chosen.get("gezin_id"):
                families[key].add(chosen["gezin_id"])
            if days:
                weeks[key].append(len(days))
    for key, row in mart.items():
        row["gezinnen"] = len(families[key])
        row["weken_gemiddeld"] = average(weeks[key]) / 7 if weeks[key] else None
    return {"mart_opvang": mart}


def _length(nights: set[date], year: int) -> str:
    """Return the class of the longest stay that has a night in the year: nights with short gaps are one stay."""
    stays: list[list[date]] = []
    for night in sorted(nights):
        if stays and (night - stays[-1][-1]).days - 1 <= NIGHT_GAP:
            stays[-1].append(night)
        else:
            stays.append([night])
    longest = max((len(stay) for stay in stays if any(night.year == year for night in stay)), default=0)
    if longest == 0:
        return "zonder_verblijf"
    return "kort" if longest <= SHORT else "traject"


def _lives(world: World) -> dict[tuple[Person, str, str], PersonYears]:
    """Return what every person did, by regio and kind of opvang."""
    lives: dict[tuple[Person, str, str], PersonYears] = defaultdict(PersonYears)
    deaths = world.placements.deaths
    main_region = _supplier_regions(world)
    stayed: dict[tuple[str, str], set[str]] = defaultdict(set)  # aanmelding -> regions of its stays
    for row, region in _stays(world):
        supplier = row["leverancier"]
        sign_up = world.delivered.sign_ups.get((supplier, row["aanmeldnummer"] or ""))
        person = person_of(sign_up) if sign_up else ("aanmelding", supplier, row["aanmeldnummer"] or "")
        stayed[(supplier, row["aanmeldnummer"] or "")].add(region)
        facility = row["voorziening"]
        kind = facility if facility in OUTREACH else (sign_up or {}).get("opvangsoort") or "onbekend"
        end = min(world.horizon - DAY, row["laatste_nacht"] or date.max, deaths.get(person, date.max))
        day = row["eerste_nacht"]
        if day > end:
            continue
        life = lives[(person, region, kind)]
        if facility == "aware":
            life.reports.append((day, row))
        while day <= end:
            life.days.add(day)
            if facility in SHELTER_RANK:
                life.nights.add(day)
            life.sign_ups[day.year].append(sign_up or row)
            day += DAY
    for (supplier, number), row in world.delivered.sign_ups.items():
        day, person = row["aanmelddatum"], person_of(row)
        if day >= world.horizon or day > deaths.get(person, date.max):
            continue
        for region in stayed[(supplier, number)] or {main_region.get(supplier)}:
            if region and row["opvangsoort"] != "aware":
                life = lives[(person, region, row["opvangsoort"] or "onbekend")]
                life.reports.append((day, row))
                life.sign_ups[day.year].append(row)
    return lives


def _supplier_regions(world: World) -> dict[str, str]:
    """Return the regio of most stays of every supplier (D.0)."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in world.delivered.stays:
        region = region_of(row["gemeente_verblijf"])
        if region:
            votes[row["leverancier"]][region] += 1
    most = {supplier: min(found, key=lambda r: (-found[r], r)) for supplier, found in votes.items()}
    return most | {"vggm": "CG"}


def _stays(world: World) -> Iterator[tuple[Row, str]]:
    """Yield the stays with their regio (D.0): VGGM is CG, providers that of gemeente_verblijf, else of most stays."""
    most = _supplier_regions(world)
    for row in world.delivered.stays:
        supplier = row["leverancier"]
        region = "CG" if supplier == "vggm" else region_of(row["gemeente_verblijf"])
        if region is None and current_code(row["gemeente_verblijf"]) is None:
            region = most.get(supplier)
        if region:
            yield row, region
