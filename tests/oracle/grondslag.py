"""What the verdeelmodel rests on (section F): clients, client-days, costs and how a stock of clients leaves.

Marts: mart_verdeelmodel_grondslag, mart_verdeelmodel_regio, mart_verdeelmodel_kosten, mart_verdeelmodel_overleving. BW,
perimeter A, of the base years of the scenarios; read as the descriptions of the marts have it:
- `alle` are the clients with a client-day in the year. `wlz_proxy` (Q-14, at the end of the year) has the days of who
  may go over, and as clients who is there then, under where they are then; in the costs they are clients by their days.
- Nobody says which budget pays: `onbekend` (Q-35).
- Costs are days times the tariff of 1 January, to the cent; unknown without one.
- Of a cohort only who is still in the same episode counts; year by year from the peildatum, as far as the data go.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.basics import DAY, Mart, Person, add_months
from tests.oracle.lives import World
from tests.oracle.verdeelmodel import CENT, SEEDS, Row, goes_over, in_perimeter, seed

_BUDGET = ("financieringsbron", "groep")
_MEASURES = ("clienten", "clientdagen")
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_verdeelmodel_grondslag": (("regio", "jaar", "basis", "gemeente_basis", "gemeente_code", *_BUDGET), _MEASURES),
    "mart_verdeelmodel_regio": (("regio", "jaar", "basis", *_BUDGET), _MEASURES),
    "mart_verdeelmodel_kosten": (
        ("regio", "jaar", "basis", "gemeente_code", "product_code", *_BUDGET),
        (*_MEASURES, "kosten", "tarief_per_dag", "tarief_status"),
    ),
    "mart_verdeelmodel_overleving": (
        ("regio", "basis", "cohort_peildatum", "jaren"),
        ("jaren_volgende", "personen_vorig", "vertrokken", "personen"),
    ),
}
BUDGET = "onbekend"
EVERYBODY, PROXY = "alle", "wlz_proxy"


def compute(world: World) -> dict[str, Mart]:
    """Return the marts beside mart_verdeelmodel."""
    marts: dict[str, Mart] = {name: {} for name in MARTS}
    if not SEEDS.is_dir():
        return marts
    scenarios = seed("verdeelmodel_scenario")
    for region, basis, year in sorted({(row["regio"], row["basis"], int(row["basisjaar"])) for row in scenarios}):
        _base_year(world, marts, region, basis, year)
    observed = [row for row in scenarios if row["ingroei"] == "cohort" and row["overleving"] == "waargenomen"]
    for region, basis, day in sorted({(row["regio"], row["basis"], row["cohort_peildatum"]) for row in observed}):
        _cohort(world, marts["mart_verdeelmodel_overleving"], region, basis, date.fromisoformat(day))
    return marts


def _base_year(world: World, marts: dict[str, Mart], region: str, basis: str, year: int) -> None:
    """Walk the days of a base year."""
    days: Counter[tuple] = Counter()
    persons: dict[tuple, set[Person]] = defaultdict(set)
    staying: Counter[tuple] = Counter()  # who may go over, where they are at the end of the year
    midnight = min(date(year + 1, 1, 1), world.horizon)
    start = (region, year, basis)
    for episode in in_perimeter(world, region, basis):
        over = goes_over(episode, year, midnight)
        if over:
            staying[("regio",)] += 1
            for of in ("herkomst", "verblijf"):
                staying[(of, episode.gemeente(of, episode.on_night_before(midnight)))] += 1
        for segment in episode.segments:
            day = max(segment.first, date(year, 1, 1))
            while day <= segment.last and day < midnight:
                for group in (EVERYBODY, PROXY) if over else (EVERYBODY,):
                    for where in (
                        ("regio",),
                        ("herkomst", episode.origin),
                        ("verblijf", segment.gemeente),
                        ("kosten", episode.origin, segment.product),
                    ):
                        days[(where, group)] += 1
                        persons[(where, group)].add(episode.person)
                day += DAY
    tariffs = _tariffs(date(year, 1, 1))
    for where, group in days.keys() | {(where, PROXY) for where in staying}:
        spent, clients = days[(where, group)], len(persons[(where, group)])
        if where[0] == "kosten":
            tariff = tariffs.get(where[2])
            price = Decimal(tariff["bedrag_per_dag"]) if tariff else None
            marts["mart_verdeelmodel_kosten"][(*start, *where[1:], BUDGET, group)] = {
                "clienten": clients,
                "clientdagen": spent,
                "kosten": (spent * price).quantize(CENT, ROUND_HALF_UP) if price is not None else None,
                "tarief_per_dag": price,
                "tarief_status": tariff["status"] if tariff else None,
            }
            continue
        mart, place = ("grondslag", where) if len(where) > 1 else ("regio", ())
        marts[f"mart_verdeelmodel_{mart}"][(*start, *place, BUDGET, group)] = {
            "clienten": clients if group == EVERYBODY else staying[where],
            "clientdagen": spent,
        }


def _tariffs(day: date) -> dict[str, Row]:
    """Return the tariff in force on a day, by product."""
    rows = sorted(seed("tarief"), key=lambda row: row["geldig_van"])
    return {row["product_code"]: row for row in rows if date.fromisoformat(row["geldig_van"]) <= day}


def _cohort(world: World, mart: Mart, region: str, basis: str, on: date) -> None:
    """Follow who is there on a day, year by year."""
    stock = [episode for episode in in_perimeter(world, region, basis) if episode.first < on <= episode.last]
    years, before = 0, len(stock)
    while (day := add_months(on, 12 * years)) <= world.horizon:
        left = sum(1 for episode in stock if day <= episode.last)
        mart[(region, basis, on, years)] = {
            "jaren_volgende": years + 1,
            "personen_vorig": before,
            "vertrokken": before - left,
            "personen": left,
        }
        years, before = years + 1, left
