"""Flows, stand and occupancy (D.3-D.5, D.8, D.11, D.13): what every person's episodes add to the marts."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from tests.oracle.basics import (
    DAY,
    OUTSIDE,
    Mart,
    Person,
    age_class,
    count,
    days_in_year,
    lapsed_on,
    merger_days,
    month_of,
    next_month,
    place_name,
)
from tests.oracle.lives import Episode, Life, Meaning, Segment, World, direction, midnights

DESTINATION_GROUP = (
    {f"U0{n}": "gewenst" for n in range(1, 9)}
    | dict.fromkeys(("U10", "U11", "U12", "U10_of_U12", "U20", "U21", "U22"), "neutraal")
    | dict.fromkeys(("U30", "U31", "U32", "U33"), "ongewenst")
    | {"U40": "apart", "U50": "kwaliteit", "U99": "kwaliteit"}
)
# Keys (in the order of marts.md) and measures of every mart the oracle computes.
BASE = ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "perimeter", "basis")
_YEAR = tuple("jaar" if name == "maand" else name for name in BASE)
_STOCK = ("product_code", "leveringsvorm", "leeftijdsklasse")
_STOCK_MEASURES = ("stand_eind", "clientdagen", "zorgjaren", "unieke_clienten")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_instroom": ((*BASE, "product_code", "instroomtype", "route", "van_buiten_regio"), ("aantal",)),
    "mart_doorstroom": ((*BASE, "van_product", "naar_product", "richting"), ("aantal",)),
    "mart_administratief": ((*BASE, "van_product", "naar_product", "oorzaak"), ("aantal",)),
    "mart_uitstroom": ((*BASE, "product_code", "bestemming", "bestemmingsgroep"), ("aantal",)),
    "mart_stroombalans": (
        BASE,
        (
            "stand_begin",
            "instroom",
            "uitstroom",
            "wissel_in",
            "wissel_uit",
            "grens_in",
            "grens_uit",
            "stand_eind",
            "verschil",
        ),
    ),
    "mart_bezetting": ((*BASE, *_STOCK), _STOCK_MEASURES),
    "mart_bezetting_jaar": ((*_YEAR, *_STOCK), _STOCK_MEASURES),
    "mart_herkomst_verblijf": (
        ("regio", "maand", "domein", "perimeter", "basis", "herkomst_code", "verblijf_code"),
        ("personen", "clientdagen"),
    ),
    "mart_leveringsvorm": (
        ("regio", "maand", "perimeter", "basis"),
        ("totaal", "zin", "pgb", "beide", "onbekend"),
    ),
    "mart_gevoeligheid": (
        ("hiaat_dagen", "regio", "maand", "domein", "perimeter", "basis"),
        ("instroom", "uitstroom", "stand_eind"),
    ),
}
GAPS_PUBLISHED = (0, 7, 28, 91)  # D.2.4, Q-02


def compute(world: World) -> dict[str, Mart]:
    """Return the marts of flows, stand and occupancy."""
    marts: dict[str, Mart] = {name: {} for name in MARTS}
    horizon = world.horizon
    stands: dict[date, Counter[tuple]] = defaultdict(Counter)  # midnight -> combination -> persons
    flows: dict[str, Counter[tuple]] = defaultdict(Counter)  # kind of flow -> (month, combination) -> persons
    unique: dict[tuple, set[Person]] = defaultdict(set)
    for life in world.lives:
        meaning = world.meaning(life)
        birth = world.placements.births.get(life.person)
        for episode in life.episodes:
            for basis in ("herkomst", "verblijf"):
                _inflow(marts, flows, episode, basis, meaning)
                if not episode.running:
                    _outflow(marts, flows, episode, basis, meaning)
                _changes(marts, flows, episode, basis, horizon)
                _mergers(marts["mart_administratief"], life, episode, basis)
                _stock(marts, stands, episode, basis, birth=birth, horizon=horizon)
            _matrix(marts["mart_herkomst_verblijf"], episode, horizon)
        _days(marts, unique, life, birth)
        _care_forms(marts["mart_leveringsvorm"], life)
        _sensitivity(marts["mart_gevoeligheid"], life)
    for key, persons in unique.items():
        mart = marts["mart_bezetting" if isinstance(key[3], date) else "mart_bezetting_jaar"]
        count(mart, key, "unieke_clienten", len(persons))
    for name in ("mart_bezetting", "mart_bezetting_jaar"):
        for key, row in marts[name].items():
            for measure in ("stand_eind", "clientdagen", "unieke_clienten"):
                row.setdefault(measure, 0)
            year = key[3].year if isinstance(key[3], date) else key[3]
            row["zorgjaren"] = Decimal(row["clientdagen"]) / days_in_year(year)  # type: ignore[arg-type]
    _balance(marts["mart_stroombalans"], stands, flows, world.lives, horizon)
    for name in ("mart_herkomst_verblijf", "mart_leveringsvorm", "mart_gevoeligheid"):
        for row in marts[name].values():
            for measure in MARTS[name][1]:
                row.setdefault(measure, 0)
    return marts


def _key(episode: Episode, basis: str, gemeente: str, period: date | int) -> tuple:
    return (episode.region, basis, gemeente, period, episode.domain, episode.perimeter, episode.basis)


def _flow(flows: dict[str, Counter[tuple]], kind: str, key: tuple) -> None:
    flows[kind][key] += 1


def _inflow(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, meaning: Meaning
) -> None:
    first = episode.segments[0]
    key = _key(episode, basis, episode.gemeente(basis, first), month_of(episode.first))
    outside = episode.origin == OUTSIDE
    inflow_type, route = meaning.inflow_type(episode), meaning.route(episode)
    count(marts["mart_instroom"], (*key, first.product, inflow_type, route, outside))
    _flow(flows, "instroom", key)


def _outflow(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, meaning: Meaning
) -> None:
    last = episode.segments[-1]
    key = _key(episode, basis, episode.gemeente(basis, last), month_of(episode.last))
    destination = meaning.destination(episode)
    group = DESTINATION_GROUP.get(destination, "kwaliteit")
    count(marts["mart_uitstroom"], (*key, last.product, destination, group))
    _flow(flows, "uitstroom", key)


def _changes(
    marts: dict[str, Mart], flows: dict[str, Counter[tuple]], episode: Episode, basis: str, horizon: date
) -> None:
    """Doorstroom, administrative changes and moves between gemeenten (settled 7 and 9)."""
    for old, new in zip(episode.segments, episode.segments[1:], strict=False):
        if new.first >= horizon:
            continue
        month = month_of(new.first)
        key = _key(episode, basis, episode.gemeente(basis, new), month)
        kind = direction(old, new)
        if kind == "productlijst":
            count(marts["mart_administratief"], (*key, old.product, new.product, kind))
        elif kind:
            count(marts["mart_doorstroom"], (*key, old.product, new.product, kind))
        if basis == "verblijf" and old.gemeente != new.gemeente:
            _flow(flows, "wissel_uit", _key(episode, basis, old.gemeente, month))
            _flow(flows, "wissel_in", _key(episode, basis, new.gemeente, month))


def _mergers(mart: Mart, life: Life, episode: Episode, basis: str) -> None:
    """Count who is in stand on the day the delivered code of herkomst or verblijf lapsed: administration, no move."""
    codes = life.codes[(episode.region, episode.domain, episode.basis)]
    for day in merger_days():
        if not episode.first < day <= episode.last:
            continue
        segment = episode.on_night_before(day)
        code = codes[min(day - DAY, segment.last)] if basis == "verblijf" else episode.origin_code
        # A code outside the regio is BUITEN_REGIO before and after.
        if code and lapsed_on(code) == day and place_name(code, episode.region) != OUTSIDE:
            key = _key(episode, basis, place_name(code, episode.region), month_of(day))
            count(mart, (*key, segment.product, segment.product, "herindeling"))


def _matrix(mart: Mart, episode: Episode, horizon: date) -> None:
    """Herkomst against verblijf (D.11): persons at the end of a month, and days."""
    rest = (episode.domain, episode.perimeter, episode.basis, episode.origin)
    for midnight in midnights(episode, horizon):
        place = episode.on_night_before(midnight).gemeente
        count(mart, (episode.region, month_of(midnight - DAY), *rest, place), "personen")
    for segment in episode.segments:
        day = segment.first
        while day <= segment.last and day < horizon:
            count(mart, (episode.region, month_of(day), *rest, segment.gemeente), "clientdagen")
            day += DAY


def _care_forms(mart: Mart, life: Life) -> None:
    """ZIN, PGB or both (D.13), per person in the stand of BW at the end of a month."""
    for episode in life.episodes:
        if episode.domain != "BW":
            continue
        for midnight in midnights(episode, life.horizon):
            key = (episode.region, month_of(midnight - DAY), episode.perimeter, episode.basis)
            forms = life.care_forms(episode, midnight)
            counted = {
                "totaal": True,
                "zin": "ZIN" in forms,
                "pgb": "PGB" in forms,
                "beide": {"ZIN", "PGB"} <= forms,
                "onbekend": not forms & {"ZIN", "PGB"},
            }
            for measure, counts in counted.items():
                count(mart, key, measure, int(counts))


def _sensitivity(mart: Mart, life: Life) -> None:
    """Instroom, uitstroom and stand with other gaps (Q-02)."""
    for n_days in GAPS_PUBLISHED:
        for episode in life.with_gap(n_days):
            rest = (episode.domain, episode.perimeter, episode.basis)
            count(mart, (n_days, episode.region, month_of(episode.first), *rest), "instroom")
            if not episode.running:
                count(mart, (n_days, episode.region, month_of(episode.last), *rest), "uitstroom")
            for midnight in midnights(episode, life.horizon):
                count(mart, (n_days, episode.region, month_of(midnight - DAY), *rest), "stand_eind")


def _stock(
    marts: dict[str, Mart],
    stands: dict[date, Counter[tuple]],
    episode: Episode,
    basis: str,
    *,
    birth: date | None,
    horizon: date,
) -> None:
    for midnight in midnights(episode, horizon):
        segment = episode.on_night_before(midnight)
        gemeente = episode.gemeente(basis, segment)
        month = month_of(midnight - DAY)
        key = _key(episode, basis, gemeente, month)
        stands[midnight][key[:3] + key[4:]] += 1
        attributes = (segment.product, segment.placement.care_form, age_class(birth, midnight))
        count(marts["mart_bezetting"], (*key, *attributes), "stand_eind")
        if midnight.month == 1 or midnight == horizon:
            year_key = (*_key(episode, basis, gemeente, month.year), *attributes)
            count(marts["mart_bezetting_jaar"], year_key, "stand_eind")


def _days(marts: dict[str, Mart], unique: dict[tuple, set[Person]], life: Life, birth: date | None) -> None:
    """Count client-days: every day with a main placement, once for the month and once for the year."""
    days: dict[tuple, list[tuple[date, Segment, tuple[str, str]]]] = defaultdict(list)
    for episode in life.episodes:
        partition = (episode.region, episode.domain, episode.perimeter, episode.basis)
        for segment in episode.segments:
            gemeenten = (episode.origin, segment.gemeente)
            day = segment.first
            while day <= segment.last and day < life.horizon:
                days[(month_of(day), partition)].append((day, segment, gemeenten))
                days[(day.year, partition)].append((day, segment, gemeenten))
                day += DAY
    for (period, (region, domain, perimeter, care_basis)), spent in days.items():
        mart = marts["mart_bezetting" if isinstance(period, date) else "mart_bezetting_jaar"]
        age = age_class(birth, min(day for day, _, _ in spent))
        for _, segment, gemeenten in spent:
            for basis, gemeente in zip(("herkomst", "verblijf"), gemeenten, strict=True):
                place = (region, basis, gemeente, period, domain, perimeter, care_basis)
                key = (*place, segment.product, segment.placement.care_form, age)
                count(mart, key, "clientdagen")
                unique[key].add(life.person)


def _balance(
    mart: Mart,
    stands: dict[date, Counter[tuple]],
    flows: dict[str, Counter[tuple]],
    lives: list[Life],
    horizon: date,
) -> None:
    """Every combination that ever occurs, every month from the first with data to the last complete one."""
    starts = [episode.first for life in lives for episode in life.episodes]
    if not starts:
        return
    combinations = {key for counted in stands.values() for key in counted}
    combinations |= {key[:3] + key[4:] for counted in flows.values() for key in counted}
    month = month_of(min(starts))
    while month < horizon:
        for combination in combinations:
            key = (*combination[:3], month, *combination[3:])
            row = {
                "stand_begin": stands[month][combination],
                "instroom": flows["instroom"][key],
                "uitstroom": flows["uitstroom"][key],
                "wissel_in": flows["wissel_in"][key],
                "wissel_uit": flows["wissel_uit"][key],
                "grens_in": 0,
                "grens_uit": 0,
                "stand_eind": stands[next_month(month)][combination],
            }
            inward = row["stand_begin"] + row["instroom"] + row["wissel_in"]
            row["verschil"] = inward - row["uitstroom"] - row["wissel_uit"] - row["stand_eind"]
            mart[key] = dict(row)
        month = next_month(month)
