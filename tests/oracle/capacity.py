"""Places against occupied days (D.8, mart_capaciteit): every location on every day.

«bezettingsgraad = clientdagen / capaciteitsdagen» says what a location is not. Followed are these choices of the model:
- A day is a day of a main placement (levering; VO and MO too). It occupies the places for its own product, else those
  for all (`alle`). When neither is open it stays, under the product the location has at other times, without a place.
- A location has the gemeente and regio of its own; outside both regions or unknown the regio of its supplier (else of
  the client). A location that is in no locaties file has the client's, and its places are not known.
- A key without an open day in the month is `gesloten`: no places, and every day there is over them. Of a location whose
  places are not known, or not on some day, nothing can be over them.
- `plaatsen` is the number on the last open day of the month, 0 when it was not open on any; a ratio needs open days and
  no day without a number. No places and nobody there: no row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from tests.oracle.basics import DAY, Mart, Person, month_of, place_name, region_of
from tests.oracle.lives import Segment, World
from tests.oracle.readers import Row

ALL = "alle"
OPEN, CLOSED, UNKNOWN = "open", "gesloten", "niet_geleverd"
MARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mart_capaciteit": (
        ("regio", "gemeente_code", "maand", "aanbieder", "locatie", "product_code"),
        (
            *("capaciteit_status", "plaatsen", "capaciteitsdagen", "clienten", "bezette_dagen", "bezettingsgraad"),
            *("dagen_boven_capaciteit", "dagen_gesloten"),
        ),
    ),
}


def compute(world: World) -> dict[str, Mart]:
    """Return mart_capaciteit."""
    places = _places(world)
    occupied: Counter[tuple] = Counter()
    closed: Counter[tuple] = Counter()
    clients: dict[tuple, set[Person]] = defaultdict(set)
    unknown: set[tuple] = set()
    for life in world.lives:
        for (region, _, basis), segments in life.segments.items():
            for segment in segments if basis == "levering" else ():
                day = segment.first
                while day <= segment.last and day < world.horizon:
                    key, state = _occupies(world, segment, day, region)
                    occupied[key] += 1
                    clients[key].add(life.person)
                    closed[key] += state == CLOSED
                    if state == UNKNOWN:
                        unknown.add(key)
                    day += DAY
    mart: Mart = {}
    for key in places.keys() | occupied.keys():
        per_day = [number for _, number in sorted(places.get(key, {}).items())]
        number = None if key in unknown else per_day[-1] if per_day else 0
        capacity = None if None in per_day else sum(per_day)  # type: ignore[arg-type]
        if not number and not occupied[key]:
            continue
        state = UNKNOWN if key in unknown or capacity is None else OPEN if per_day else CLOSED
        if state == UNKNOWN:
            capacity = None
        mart[key] = {
            "capaciteit_status": state,
            "plaatsen": number,
            "capaciteitsdagen": capacity,
            "clienten": len(clients[key]),
            "bezette_dagen": occupied[key],
            "bezettingsgraad": Decimal(occupied[key]) / capacity if capacity else None,
            "dagen_boven_capaciteit": None if capacity is None else max(0, occupied[key] - capacity),
            "dagen_gesloten": closed[key],
        }
    return {"mart_capaciteit": mart}


def _key(world: World, supplier: str, location: str, product: str, *, day: date, region: str | None) -> tuple | None:
    """Return the key of a known location on a day, None in no regio; `region` is that of a client."""
    gemeente = world.placements.gemeente_of(supplier, location, day)
    found = region_of(gemeente) or world.placements.supplier_regions.get(supplier) or region
    return (found, place_name(gemeente, found), month_of(day), supplier, location, product) if found else None


def _places(world: World) -> dict[tuple, dict[date, int | None]]:
    """Return the places of every key on every day it is open: of rows that overlap the one that began last."""
    places: dict[tuple, dict[date, int | None]] = defaultdict(dict)
    for (supplier, location), rows in world.placements.locations.items():
        for row in sorted(rows, key=lambda r: r["geldig_van"]):
            day = max(row["geldig_van"], world.first_month)
            while day < world.horizon and _open(row, day):
                key = _key(world, supplier, location, row["productcode"] or ALL, day=day, region=None)
                if key:
                    places[key][day] = int(row["plaatsen"]) if row["plaatsen"] else None
                day += DAY
    return places


def _open(row: Row, day: date) -> bool:
    return row["geldig_van"] <= day and (row["geldig_tot"] is None or day <= row["geldig_tot"])


def _occupies(world: World, segment: Segment, day: date, region: str) -> tuple[tuple, str]:
    """Return the key a client-day counts under, and whether the location is open for it, closed or not known."""
    supplier, location = segment.placement.supplier, segment.location
    rows = world.placements.locations.get((supplier, location or ""))
    if not rows or location is None:
        gemeente = segment.gemeente
        return (region, gemeente, month_of(day), supplier, location or "ONBEKEND", segment.product), UNKNOWN
    for candidates, state in (([row for row in rows if _open(row, day)], OPEN), (rows, CLOSED)):
        for product in (segment.product, None):
            if any(row["productcode"] == product for row in candidates):
                return _key(world, supplier, location, product or ALL, day=day, region=region) or (), state
    return _key(world, supplier, location, segment.product, day=day, region=region) or (), CLOSED
