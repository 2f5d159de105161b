"""What must be seen and changes nothing (Q-04, Q-05, Q-07, Q-08, Q-14, Q-19 to Q-22, Q-38; mart_signalen).

Each Q says what the signal is. The day it arises is read as the description of the mart has it: the first common day,
that of a stay or episode, of death or of an aanmelding, the day a term of 91 days has run, the first day of care after
more than 60 months. Nothing counts after death or the last complete month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations

from tests.oracle.basics import DAY, Mart, add_months, age_on, count, month_of, person_of
from tests.oracle.lives import Episode, Life, World
from tests.oracle.placements import SHELTER_RANK, Placement
from tests.oracle.readers import Row
from tests.oracle.shelter import sign_up_regions

MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_signalen": (("regio", "maand", "domein", "basis", "signaal"), ("aantal",)),
}
OVERLAP = 14
SHORT = 5
WLZ_MONTHS, WLZ_RANK = 60, 4
TERM = timedelta(days=91)
EARLY = timedelta(days=31)
ADULT = 18
NO_STAY = {"veldwerk", "ambulant"}  # reports and help, no application for a stay
Signal = tuple[str, str, str, str, date]  # signaal, regio, domein, basis, day


def compute(world: World) -> dict[str, Mart]:
    """Return mart_signalen."""
    mart: Mart = {}
    for name, region, domain, basis, day in _signals(world):
        count(mart, (region, month_of(day), domain, basis, name))
    return {"mart_signalen": mart}


def _signals(world: World) -> Iterator[Signal]:
    granted: dict[str, list[Placement]] = defaultdict(list)  # by number: toewijzingen
    for life in world.lives:
        for placement in life.placements:
            if placement.basis == "toewijzing" and placement.number:
                granted[placement.number].append(placement)
    for life in world.lives:
        birth = world.placements.births.get(life.person)
        for episode in life.episodes:
            if episode.domain == "BW" and episode.perimeter == "A":
                yield from _of_episode(episode, life, birth)
        for placement in life.placements:
            where = (placement.region, placement.domain, placement.basis)
            if placement.basis == "toewijzing":
                if _not_cashed(placement, life):
                    yield ("niet_verzilverd", *where, placement.start + TERM)
                continue
            for own in granted[placement.number or ""]:
                if own.start - placement.start > EARLY:
                    yield ("start_voor_toewijzing", *where, placement.start)
            if life.death and (placement.last is None or placement.last > life.death):
                yield ("staart_na_overlijden", *where, life.death)
            if placement.domain == "BW" and _short_without_indication(placement, life):
                yield ("kort_zonder_indicatie", *where, placement.start)
            ended = _end_of_toewijzingen(placement, life)
            if ended and placement.cut is None and placement.start <= ended and ended + TERM < world.horizon:
                yield ("einddatum_ontbreekt", *where, ended + TERM)
        yield from _overlaps(life)
    yield from _never_stayed(world)


def _like(placement: Placement, life: Life, basis: str) -> Iterable[Placement]:
    """Return the placements of the same person, regio and domein in a basis."""
    wanted = (placement.region, placement.domain, basis)
    return [p for p in life.placements if (p.region, p.domain, p.basis) == wanted]


def _of_episode(episode: Episode, life: Life, birth: date | None) -> Iterator[Signal]:
    where = (episode.region, episode.domain, episode.basis)
    age = age_on(birth, episode.first)
    if age is not None and age < ADULT:
        yield ("jonger_dan_18", *where, episode.first)
    heavy = [segment for segment in episode.segments if segment.placement.rank == WLZ_RANK]
    after = add_months(episode.first, WLZ_MONTHS) + DAY
    days = [max(segment.first, after) for segment in heavy if segment.last >= after]
    if days and min(days) < life.horizon:
        yield ("wlz_proxy", *where, min(days))
    if episode.basis != "levering":
        return
    for other in life.episodes:
        first, last = max(episode.first, other.first), min(episode.last, other.last)
        if other.domain == "MO" and first < last:  # a midnight that both are there over
            yield ("dubbel_domein", *where, first)


def _not_cashed(granted: Placement, life: Life) -> bool:
    """Say whether a toewijzing has no levering within its term (Q-19)."""
    day = granted.start + TERM
    if day >= life.horizon or (life.death and life.death < day):
        return False
    return not any(
        stay.start <= day and (stay.cut is None or stay.cut >= granted.start)
        for stay in _like(granted, life, "levering")
    )


def _short_without_indication(stay: Placement, life: Life) -> bool:
    """Say whether a stay of a few days has no toewijzing on any of them (Q-07)."""
    if stay.last is None or stay.cut is None or (stay.cut - stay.start).days + 1 > SHORT:
        return False
    return not any(
        granted.start <= stay.cut and (granted.cut is None or granted.cut >= stay.start)
        for granted in _like(stay, life, "toewijzing")
    )


def _end_of_toewijzingen(stay: Placement, life: Life) -> date | None:
    """Return the last day of the last toewijzing, None when there is none or one is still open (Q-21)."""
    ends = [granted.cut for granted in _like(stay, life, "toewijzing")]
    return None if None in ends else max((end for end in ends if end), default=None)


def _overlaps(life: Life) -> Iterator[Signal]:
    """Yield two placements at two suppliers at the same time (Q-04)."""
    for one, other in combinations(life.placements, 2):
        where = (one.region, one.domain, one.basis)
        if where != (other.region, other.domain, other.basis) or one.supplier == other.supplier:
            continue
        first = max(one.start, other.start)
        last = min(one.cut or date.max, other.cut or date.max, life.horizon - DAY)
        if (last - first).days + 1 > OVERLAP:
            yield ("overlap_aanbieders", *where, first)


def _never_stayed(world: World) -> Iterator[Signal]:
    """Yield the aanmeldingen for opvang without a single night (Q-38)."""
    stayed: set[tuple[str, str]] = set()
    deaths = world.placements.deaths

    def known_until(row: Row) -> date:
        return min(world.horizon - DAY, deaths.get(person_of(row), date.max))

    sign_ups = world.delivered.sign_ups
    for stay in world.delivered.stays:
        number = (stay["leverancier"], stay["aanmeldnummer"] or "")
        sign_up = sign_ups.get(number)
        if sign_up and stay["voorziening"] in SHELTER_RANK and stay["eerste_nacht"] <= known_until(sign_up):
            stayed.add(number)
    for number, region in sign_up_regions(world).items():
        row = sign_ups[number]
        kind, day = row["opvangsoort"], row["aanmelddatum"]
        if kind in NO_STAY or row.get("rol") == "kind":
            continue
        if number not in stayed and day <= known_until(row):
            domain = "VO" if kind == "vrouwenopvang" else "MO"
            yield ("aangemeld_zonder_verblijf", region, domain, "levering", day)
