"""A region and its clients a year at a time (D.3, D.5, D.8, Q-22): what a wethouder asks for, computed for the year.

Marts: mart_regio_jaar, mart_stroom_jaar, mart_gemeente_jaar, mart_herkomst_verblijf_jaar, mart_leeftijd_jaar,
mart_kenmerk_jaar. Read as their descriptions have it:
- A year that is not over counts up to the last complete month; every combination that ever occurs has every year.
- Age is that of the first client-day of the year.
- What SDD recorded at the indicatie (grondslag, income, other help) is known of the clients of DAV: that of the granted
  indicatie that began last, by the end of the year and of what is known (settled 13), of two of one day the lowest
  number.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from tests.oracle.basics import DAY, Mart, age_on, count, month_of
from tests.oracle.flows import DESTINATION_GROUP
from tests.oracle.lives import Episode, Life, World, midnights
from tests.oracle.readers import Row

_YEAR = ("regio", "jaar", "domein", "perimeter", "basis")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_regio_jaar": (
        _YEAR,
        ("stand_begin", "instroom", "uitstroom", "stand_eind", "unieke_clienten", "tot_en_met"),
    ),
    "mart_stroom_jaar": ((*_YEAR, "richting", "soort"), ("aantal",)),
    "mart_gemeente_jaar": ((*_YEAR, "gemeente_basis", "gemeente_code"), ("instroom", "stand_eind", "tot_en_met")),
    "mart_herkomst_verblijf_jaar": ((*_YEAR, "herkomst_code", "verblijf_code"), ("personen", "tot_en_met")),
    "mart_leeftijd_jaar": ((*_YEAR, "leeftijd"), ("unieke_clienten",)),
    "mart_kenmerk_jaar": (("regio", "jaar", "perimeter", "basis", "kenmerk", "waarde"), ("unieke_clienten",)),
}
TRAITS = ("grondslag", "inkomstenbron", "andere_hulp")
OTHER_DOMAIN = {"U10", "U11", "U12", "U10_of_U12"}
ELSEWHERE = {"U20", "U21", "U22"}
Partition = tuple[str, str, str, str]  # regio, domein, perimeter, basis


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of a region and its clients by year."""
    marts: dict[str, Mart] = {name: {} for name in MARTS}
    _every_year(world, marts["mart_regio_jaar"])
    for life in world.lives:
        for episode in life.episodes:
            _flows(world, life, episode, marts)
        for (year, partition), first in _first_client_days(life).items():
            region, domain, perimeter, basis = partition
            key = (region, year, domain, perimeter, basis)
            count(marts["mart_regio_jaar"], key, "unieke_clienten")
            age = age_on(world.placements.births.get(life.person), first)
            count(marts["mart_leeftijd_jaar"], (*key, age), "unieke_clienten")
            if (region, domain) == ("DAV", "BW"):
                indication = _speaks(world, life, year)
                for trait in TRAITS:
                    value = indication.get(trait) or "onbekend"
                    count(marts["mart_kenmerk_jaar"], (region, year, perimeter, basis, trait, value), "unieke_clienten")
    for name in ("mart_gemeente_jaar", "mart_herkomst_verblijf_jaar"):
        for key, row in marts[name].items():
            row["tot_en_met"] = _until(world, int(str(key[1])))
            for measure in MARTS[name][1]:
                row.setdefault(measure, 0)
    return marts


def _until(world: World, year: int) -> date:
    """Return the last month of a year that counts."""
    return month_of(min(date(year, 12, 31), world.horizon - DAY))


def _every_year(world: World, mart: Mart) -> None:
    """Give every combination a row of zeros for every year of the data."""
    combinations = {_partition(episode) for life in world.lives for episode in life.episodes}
    last = world.horizon - DAY
    for region, domain, perimeter, basis in combinations:
        for year in range(world.first_month.year, last.year + 1):
            row = mart[(region, year, domain, perimeter, basis)] = dict.fromkeys(MARTS["mart_regio_jaar"][1], 0)
            row["tot_en_met"] = _until(world, year)


def _partition(episode: Episode) -> Partition:
    return (episode.region, episode.domain, episode.perimeter, episode.basis)


def _flows(world: World, life: Life, episode: Episode, marts: dict[str, Mart]) -> None:
    """Count an episode in the stand, in- and uitstroom of the years it touches."""
    region, *rest = _partition(episode)
    regional, kinds = marts["mart_regio_jaar"], marts["mart_stroom_jaar"]
    count(regional, (region, episode.first.year, *rest), "instroom")
    count(kinds, (region, episode.first.year, *rest, "in", _comes_from(world, life, episode)))
    if not episode.running:
        count(regional, (region, episode.last.year, *rest), "uitstroom")
        count(kinds, (region, episode.last.year, *rest, "uit", _goes_to(world, life, episode)))
    gemeenten, matrix = marts["mart_gemeente_jaar"], marts["mart_herkomst_verblijf_jaar"]
    for side in ("herkomst", "verblijf"):
        where = episode.gemeente(side, episode.segments[0])
        count(gemeenten, (region, episode.first.year, *rest, side, where), "instroom")
    for midnight in midnights(episode, world.horizon):
        if midnight.month == 1 or midnight == world.horizon:
            year, night = (midnight - DAY).year, episode.on_night_before(midnight)
            count(regional, (region, year, *rest), "stand_eind")
            count(matrix, (region, year, *rest, episode.origin, night.gemeente), "personen")
            for side in ("herkomst", "verblijf"):
                count(gemeenten, (region, year, *rest, side, episode.gemeente(side, night)), "stand_eind")
        if midnight.month == 1 and midnight < world.horizon:
            count(regional, (region, midnight.year, *rest), "stand_begin")


def _comes_from(world: World, life: Life, episode: Episode) -> str:
    """Return the kind of an instroom: its route in the chain, else its type."""
    route, kind = world.meaning(life).route(episode), world.meaning(life).inflow_type(episode)
    if route in ("MO", "BW_andere_regio"):
        return route
    return "terug" if kind in ("herinstroom", "terugkeer") else kind


def _goes_to(world: World, life: Life, episode: Episode) -> str:
    """Return the kind of an uitstroom: the next step in the chain, else its group."""
    destination = world.meaning(life).destination(episode)
    if destination == "U08":
        return "BW"
    if destination in OTHER_DOMAIN:
        return "ander_domein"
    return "elders" if destination in ELSEWHERE else DESTINATION_GROUP[destination]


def _first_client_days(life: Life) -> dict[tuple[int, Partition], date]:
    """Return the first day with a main placement of every year (D.8), per combination."""
    days: dict[tuple[int, Partition], date] = {}
    for episode in life.episodes:
        for segment in episode.segments:
            day = segment.first
            while day <= segment.last and day < life.horizon:
                key = (day.year, _partition(episode))
                days[key] = min(day, days.get(key, day))
                day += DAY
    return days


def _speaks(world: World, life: Life, year: int) -> Row:
    """Return the indicatie that says what is known of a client of a year."""
    until = min(date(year, 12, 31), world.horizon - DAY, life.death or date.max)
    granted: dict[date, list[Row]] = defaultdict(list)
    for row in world.placements.indications_of[life.person]:
        if row["besluit"] == "toegekend" and row["ingangsdatum"] and row["ingangsdatum"] <= until:
            granted[row["ingangsdatum"]].append(row)
    return min(granted[max(granted)], key=lambda row: row["indicatie_nummer"]) if granted else {}
