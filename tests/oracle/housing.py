"""Places against occupied days (D.8, mart_capaciteit) and homes (D.7, D.10, mart_woonopgave)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tests.oracle.basics import DATA_START, DAY, Mart, month_of, percentage, place_name, region_of
from tests.oracle.lives import World
from tests.oracle.readers import Row

ALL_PRODUCTS = "-"  # a location may be for any product
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_capaciteit": (
        ("regio", "gemeente_code", "maand", "aanbieder", "locatie", "product_code"),
        ("plaatsen", "bezette_dagen", "bezettingsgraad"),
    ),
    "mart_woonopgave": (
        ("regio", "gemeente_code", "jaar", "corporatie"),
        (
            "contingent_aantal",
            "toegewezen",
            "benut_percentage",
            "wachttijd_woning_p50",
            "potentieel_k",
            "potentieel_m",
            "stagnatie",
            "landing_herkomst_percentage",
        ),
    ),
}


def compute(world: World) -> dict[str, Mart]:
    """Return mart_capaciteit and mart_woonopgave."""
    return {"mart_capaciteit": _capacity(world), "mart_woonopgave": _homes(world)}


def _capacity(world: World) -> Mart:
    """Places of every location on every day, and the days of who was there (main placement, levering)."""
    places: dict[tuple, list[int | None]] = defaultdict(list)  # key -> places per day of the month
    occupied: Counter[tuple] = Counter()

    def key(row: Row, day: date, product: str) -> tuple | None:
        region = region_of(row["gemeente"])
        if region is None:
            return None
        gemeente = place_name(row["gemeente"], region)
        return (region, gemeente, month_of(day), row["leverancier"], row["locatiecode"], product)

    for rows in world.placements.locations.values():
        for row in rows:
            day = max(row["geldig_van"], DATA_START)
            while day < world.horizon and (row["geldig_tot"] is None or day <= row["geldig_tot"]):
                found = key(row, day, row["productcode"] or ALL_PRODUCTS)
                if found:
                    places[found].append(int(row["plaatsen"]) if row["plaatsen"] else None)
                day += DAY
    for life in world.lives:
        for (_, _, basis), segments in life.segments.items():
            for segment in segments if basis == "levering" else ():
                day = segment.first
                while day <= segment.last and day < world.horizon:
                    rows = world.placements.locations.get((segment.placement.supplier, segment.location or ""), [])
                    valid = [r for r in rows if _valid(r, day)]
                    own = [r for r in valid or rows if r["productcode"] in (None, segment.product)]
                    for row in own[:1]:
                        found = key(row, day, row["productcode"] or ALL_PRODUCTS)
                        if found:
                            occupied[found] += 1
                    day += DAY
    mart: Mart = {}
    for found in places.keys() | occupied.keys():
        per_day = places.get(found, [])
        capacity = None if None in per_day else sum(per_day)  # type: ignore[arg-type]
        mart[found] = {
            "plaatsen": per_day[-1] if per_day else 0,
            "bezette_dagen": occupied[found],
            "bezettingsgraad": Decimal(occupied[found]) / capacity if capacity else None,
        }
    return mart


def _valid(row: Row, day: date) -> bool:
    return row["geldig_van"] <= day and (row["geldig_tot"] is None or day <= row["geldig_tot"])


NO_CORPORATION = "-"


def _homes(world: World) -> Mart:
    """Contingents and leases of corporations; potential and stagnation of a gemeente have no corporation."""
    mart: Mart = {}

    def row_of(code: str | None, year: int, corporation: str) -> dict | None:
        region = region_of(code)
        if region is None or year > (world.horizon - DAY).year:
            return None
        key = (region, place_name(code, region), year, corporation)
        return mart.setdefault(key, dict.fromkeys(MARTS["mart_woonopgave"][1], 0))  # type: ignore[return-value]

    for contingent in world.delivered.contingents:
        row = row_of(contingent["gemeente"], int(contingent["jaar"]), contingent["leverancier"])
        if row is not None and contingent["aantal"] is not None:
            amount = Decimal(contingent["aantal"])
            if contingent["soort"] == "pct_mutaties":
                amount = (amount * Decimal(contingent["mutaties"] or 0) / 100).quantize(Decimal(1), ROUND_HALF_UP)
            row["contingent_aantal"] += int(amount)
    for lease in world.delivered.leases:
        row = row_of(lease["gemeente"], lease["ingangsdatum"].year, lease["leverancier"])
        if row is not None and lease["contingent"] and lease["ingangsdatum"] < world.horizon:
            row["toegewezen"] += 1
    for row in mart.values():
        row["benut_percentage"] = percentage(row["toegewezen"], row["contingent_aantal"])
    return mart
