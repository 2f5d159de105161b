"""Opvang per year (D.12; mart_opvang, mart_vrouwenopvang): persons by length of stay, families, reports and nights.

Nights are persons' nights: two beds in one night are one. D.0 holds here too: nothing counts after death, a stay is of
the regio of its own gemeente_verblijf, and a stay without its aanmelding is someone's all the same. What the
specification leaves open is chosen as the descriptions of the mart have it:
- A person-year is one person, regio and kind of opvang: the opvangsoort of the aanmelding, `ambulant` and `aware` by
  voorziening, `onbekend` without an aanmelding. Dagopvang and veldwerk as voorziening are no stay of any kind.
- The class is that of the longest stay that touches the year; a stay of an aanmelding also counts for the year of the
  aanmelding, so that who applied in December for January is not `zonder_verblijf`.
- rol, inschrijving and herkomst are those of the person's latest aanmelding of that kind up to that year, of those of
  the regio (of its first stay, else of most of its supplier's stays), without one those of the stays in it.
- Reports are aanmeldingen in the year; of Aware they are the connections that began.
- Weeks are days in the year, divided by 7, on average over who had any.
- Vrouwenopvang, ambulant help and Aware once more, by year and kind: women, children, others and families; the weeks
  are those of women, and a woman is from the regio when her herkomst is a gemeente of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.basics import (
    DAY,
    NOT_REGISTERED,
    OUTSIDE,
    UNKNOWN,
    Mart,
    Person,
    current_code,
    mean,
    percentage,
    person_of,
    place_name,
    region_of,
)
from tests.oracle.lives import World
from tests.oracle.placements import SHELTER_RANK
from tests.oracle.readers import Row

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_opvang": (
        ("regio", "jaar", "opvangsoort", "verblijfsklasse", "rol", "inschrijving", "herkomst"),
        ("personen", "gezinnen", "meldingen", "nachten", "weken_gemiddeld"),
    ),
    "mart_vrouwenopvang": (
        ("regio", "jaar", "opvangsoort"),
        (
            *("vrouwen", "kinderen", "anderen", "gezinnen", "vrouwen_uit_regio", "meldingen", "nachten_vrouwen"),
            *("weken_gemiddeld", "uit_regio_percentage"),
        ),
    ),
}
NIGHT_GAP = 7  # D.12: nights with a gap of at most a week are one stay
SHORT = 3  # S-173, X-11: up to three nights is short
SUPPORT = {"ambulant", "aware"}  # days of support, no nights
OF_WOMEN = {"vrouwenopvang", *SUPPORT}  # kinds in mart_vrouwenopvang
PSEUDO = {OUTSIDE, NOT_REGISTERED, UNKNOWN}
CENT = Decimal("0.01")


@dataclass
class Shelter:
    """What one person did in one regio and kind of opvang."""

    days: dict[date, bool] = field(default_factory=dict)  # day -> whether it was a night in a bed
    reports: list[date] = field(default_factory=list)
    applied: list[tuple[int, list[date]]] = field(default_factory=list)  # year of an aanmelding, its first nights
    sign_ups: list[Row] = field(default_factory=list)  # aanmeldingen of this regio and kind
    stayed_on: list[Row] = field(default_factory=list)  # aanmeldingen of the stays

    def stays(self) -> list[list[date]]:
        """Return the nights, those with short gaps in between together."""
        stays: list[list[date]] = []
        for night in sorted(day for day, bed in self.days.items() if bed):
            if stays and (night - stays[-1][-1]).days - 1 <= NIGHT_GAP:
                stays[-1].append(night)
            else:
                stays.append([night])
        return stays

    def length(self, year: int) -> str:
        """Return the class of the longest stay that touches a year or follows an aanmelding of it."""
        nights = {night for applied, first_nights in self.applied if applied == year for night in first_nights}
        touching = [len(s) for s in self.stays() if any(night.year == year or night in nights for night in s)]
        longest = max(touching, default=0)
        return "zonder_verblijf" if longest == 0 else "kort" if longest <= SHORT else "traject"


@dataclass
class PersonYear:
    """One person in a year, in one regio and kind of opvang."""

    region: str
    year: int
    kind: str
    length: str
    role: str
    registered: str
    origin: str
    family: str | None
    reports: int
    beds: list[bool]  # of every day in the year, whether it was a night in a bed


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of opvang."""
    years = _person_years(world)
    return {"mart_opvang": _opvang(years), "mart_vrouwenopvang": _of_women(years)}


def _person_years(world: World) -> list[PersonYear]:
    """Return every person and year with a day or a report in it."""
    lives = _lives(world)
    of_region: dict[tuple[Person, str], list[Row]] = defaultdict(list)
    of_stays: dict[tuple[Person, str], list[Row]] = defaultdict(list)
    for (person, region, _), life in lives.items():
        of_region[(person, region)] += life.sign_ups
        of_stays[(person, region)] += life.stayed_on
    found = []
    for (person, region, kind), life in lives.items():
        for year in sorted({day.year for day in (*life.days, *life.reports)}):
            chosen = _described_by(of_region[(person, region)] or of_stays[(person, region)], kind, year)
            found.append(
                PersonYear(
                    region,
                    year,
                    kind,
                    life.length(year),
                    chosen.get("rol") or "-",
                    place_name(chosen.get("gemeente_inschrijving"), region),
                    place_name(chosen.get("gemeente_historisch"), region),
                    chosen.get("gezin_id"),
                    sum(1 for day in life.reports if day.year == year),
                    [bed for day, bed in life.days.items() if day.year == year],
                )
            )
    return found


def _opvang(years: list[PersonYear]) -> Mart:
    mart: Mart = {}
    families: dict[tuple, set[str]] = defaultdict(set)
    days: dict[tuple, list[int]] = defaultdict(list)
    for one in years:
        key = (one.region, one.year, one.kind, one.length, one.role, one.registered, one.origin)
        row = mart.setdefault(key, dict.fromkeys(MARTS["mart_opvang"][1], 0))
        row["personen"] += 1  # type: ignore[operator]
        row["meldingen"] += one.reports  # type: ignore[operator]
        row["nachten"] += sum(one.beds)  # type: ignore[operator]
        if one.family:
            families[key].add(one.family)
        if one.beds:
            days[key].append(len(one.beds))
    for key, row in mart.items():
        row["gezinnen"] = len(families[key])
        row["weken_gemiddeld"] = mean(days[key]) / 7 if days[key] else None
    return mart


def _of_women(years: list[PersonYear]) -> Mart:
    by_key: dict[tuple, list[PersonYear]] = defaultdict(list)
    for one in years:
        if one.kind in OF_WOMEN:
            by_key[(one.region, one.year, one.kind)].append(one)
    mart: Mart = {}
    for key, there in by_key.items():
        women = [one for one in there if one.role == "vrouw"]
        children = [one for one in there if one.role == "kind"]
        from_here = [one for one in women if one.origin not in PSEUDO]
        days = [len(one.beds) for one in women if one.beds]
        share = percentage(len(from_here), len(women))
        mart[key] = {
            "vrouwen": len(women),
            "kinderen": len(children),
            "anderen": len(there) - len(women) - len(children),
            "gezinnen": len({one.family for one in there if one.family}),
            "vrouwen_uit_regio": len(from_here),
            "meldingen": sum(one.reports for one in there),
            "nachten_vrouwen": sum(sum(one.beds) for one in women),
            "weken_gemiddeld": mean(days) / 7 if days else None,
            "uit_regio_percentage": None if share is None else share.quantize(CENT, ROUND_HALF_UP),
        }
    return mart


def _described_by(sign_ups: list[Row], kind: str, year: int) -> Row:
    """Return the aanmelding that says who someone is: of that kind, up to that year, the latest, the lowest number."""
    if not sign_ups:
        return {}
    ordered = sorted(sign_ups, key=lambda row: row["aanmeldnummer"])
    ordered.sort(key=lambda row: row["aanmelddatum"], reverse=True)
    return min(ordered, key=lambda row: ((row["opvangsoort"] or "onbekend") != kind, row["aanmelddatum"].year > year))


def sign_up_regions(world: World) -> dict[tuple[str, str], str]:
    """Return the regio of every aanmelding: of its first stay with one, else of most of its supplier's stays (D.0)."""
    first: dict[tuple[str, str], str] = {}
    stays = sorted(world.delivered.stays, key=lambda row: row["verblijfnummer"])
    for row in sorted(stays, key=lambda row: row["eerste_nacht"]):
        if region := region_of(row["gemeente_verblijf"]):
            first.setdefault((row["leverancier"], row["aanmeldnummer"] or ""), region)
    found = {}
    for supplier, number in world.delivered.sign_ups:
        if supplier == "vggm":
            found[(supplier, number)] = "CG"
        elif region := first.get((supplier, number)) or world.placements.supplier_regions.get(supplier):
            found[(supplier, number)] = region
    return found


def _lives(world: World) -> dict[tuple[Person, str, str], Shelter]:
    """Return what every person did, by regio and kind of opvang."""
    lives: dict[tuple[Person, str, str], Shelter] = defaultdict(Shelter)
    deaths, sign_ups = world.placements.deaths, world.delivered.sign_ups
    most = world.placements.supplier_regions
    regions = sign_up_regions(world)
    first_nights: dict[tuple[str, str, str], list[date]] = defaultdict(list)  # of the stays of an aanmelding in a regio
    stays = sorted(world.delivered.stays, key=lambda row: row["verblijfnummer"])
    for row in sorted(stays, key=lambda row: row["eerste_nacht"]):
        supplier, number, facility = row["leverancier"], row["aanmeldnummer"] or "", row["voorziening"]
        region = "CG" if supplier == "vggm" else region_of(row["gemeente_verblijf"])
        if region is None and current_code(row["gemeente_verblijf"]) is None:
            region = most.get(supplier)
        if region is None or (facility not in SHELTER_RANK and facility not in SUPPORT):
            continue
        sign_up = sign_ups.get((supplier, number))
        person = person_of(sign_up) if sign_up else ("aanmelding", supplier, number)
        kind = facility if facility in SUPPORT else (sign_up and sign_up["opvangsoort"]) or "onbekend"
        day = row["eerste_nacht"]
        end = min(world.horizon - DAY, row["laatste_nacht"] or date.max, deaths.get(person, date.max))
        if day > end:
            continue
        life = lives[(person, region, kind)]
        if sign_up:
            life.stayed_on.append(sign_up)
        if facility == "aware":
            life.reports.append(day)
        if facility in SHELTER_RANK:
            first_nights[(supplier, number, region)].append(day)
        while day <= end:
            life.days[day] = life.days.get(day, False) or facility in SHELTER_RANK
            day += DAY
    for (supplier, number), row in sign_ups.items():
        day, person = row["aanmelddatum"], person_of(row)
        region = regions.get((supplier, number))
        if region is None or day >= world.horizon or day > deaths.get(person, date.max):
            continue
        life = lives[(person, region, row["opvangsoort"] or "onbekend")]
        life.reports.append(day)
        life.applied.append((day.year, first_nights[(supplier, number, region)]))
        life.sign_ups.append(row)
    return lives
