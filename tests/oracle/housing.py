"""Places against occupied days (D.8, mart_capaciteit)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from tests.oracle.basics import DATA_START, DAY, Mart, month_of, place_name, region_of
from tests.oracle.lives import World
from tests.oracle.readers import Row

ALL_PRODUCTS = "-"  # a location may be for any product
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_capaciteit": (
        ("regio", "gemeente_code", "maand", "aanbieder", "locatie", "product_code"),
        ("plaatsen", "bezette_dagen", "bezettingsgraad"),
    ),
}


def compute(world: World) -> dict[str, Mart]:
    """Return mart_capaciteit."""
    return {"mart_capaciteit": _capacity(world)}


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
