"""What every part of the oracle needs: the calendar, gemeenten and regions, persons and marts."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from tests.oracle.readers import Row

DAY = timedelta(days=1)
DATA_START = date(2015, 1, 1)  # settled 11: start of data, a parameter
MERGED_ON = date(2021, 1, 1)  # the indeling every gemeente is reported in

REGION_MEMBERS = {
    "DAV": ["0482", "0505", "0531", "0590", "0610", "0642", "0512", "0523", "1978", "1961"],
    "CG": ["0202", "0221", "0226", "1705", "1734", "0274", "0275", "0277", "0293", "0299"],
}
REGION_OF = {code: region for region, codes in REGION_MEMBERS.items() for code in codes}
OUTSIDE, NOT_REGISTERED, UNKNOWN = "BUITEN_REGIO", "NIET_INGESCHREVEN", "ONBEKEND"
VIANEN = "0620"  # never a member, not mapped on (D.0)

Person = tuple[str, ...]
Mart = dict[tuple, dict[str, object]]


# ------------------------------------------------------------------------------------------------ dates


def month_of(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def add_months(day: date, months: int) -> date:
    """Add months as PostgreSQL does: the same day of the month, or the last one there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), next_month(first) - DAY)


def days_in_year(year: int) -> int:
    """Return 365 or 366."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def age_on(birth: date | None, day: date) -> int | None:
    """Return the age in whole years on a day; 29 February counts as 1 March in common years (Q-22)."""
    return None if birth is None else day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_class(birth: date | None, day: date) -> str:
    """Return the band of the age on a day."""
    age = age_on(birth, day)
    if age is None:
        return "onbekend"
    for limit, name in ((18, "0-17"), (23, "18-22"), (30, "23-29"), (50, "30-49"), (65, "50-64")):
        if age < limit:
            return name
    return "65+"


# ------------------------------------------------------------------------------------------------ gemeenten


@cache
def gemeente_table() -> dict[str, tuple[date | None, str | None]]:
    """Return code -> (first day it was no longer valid, successor).

    From the project's own seed when there is one, else from the national table 33 beside the project.
    Raises FileNotFoundError when neither is there.
    """
    root = Path(__file__).resolve().parents[2]
    seed = root / "dbt_project/seeds/referentie/gemeente.csv"
    if seed.exists():
        with seed.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.DictReader(handle))
        return {
            line["gemeente_code"].removeprefix("GM"): (
                date.fromisoformat(line["datum_einde"]) if line["datum_einde"] else None,
                line["opvolger_code"].removeprefix("GM") or None,
            )
            for line in lines
        }
    table = root.parent / "shared/reference/tabel33_gemeenten.csv"
    with table.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle, delimiter=";"))[1:]
    return {
        code: (date.fromisoformat(f"{end[:4]}-{end[4:6]}-{end[6:]}") if end else None, successor or None)
        for code, _, successor, _, end in rows
    }


@cache
def merger_days() -> tuple[date, ...]:
    """Return the days from the start of data on which a gemeentecode lapsed and had a successor."""
    days = {end for end, successor in gemeente_table().values() if end and successor}
    return tuple(sorted(day for day in days if DATA_START <= day <= MERGED_ON))


def lapsed_on(code: str) -> date | None:
    """Return the first day a gemeentecode was no longer valid, or None."""
    return gemeente_table().get(code, (None, None))[0]


def current_code(code: str | None) -> str | None:
    """Map a gemeentecode to the indeling of 1 January 2021; None when it is unknown or never existed."""
    table = gemeente_table()
    if code is None or code == "0000":
        return None
    if code == "9999":
        return code
    if code not in table:
        return None
    while code != VIANEN:
        end, successor = table[code]
        if end is None or end > MERGED_ON or successor is None:
            return code
        code = successor
    return code


def place_name(code: str | None, region: str) -> str:
    """Return the gemeente_code of the marts for a delivered code, as seen from a regio (settled 8)."""
    mapped = current_code(code)
    if mapped is None:
        return UNKNOWN
    if mapped == "9999":
        return NOT_REGISTERED
    return f"GM{mapped}" if REGION_OF.get(mapped) == region else OUTSIDE


def region_of(code: str | None) -> str | None:
    """Return the regio of a delivered gemeentecode, or None."""
    return REGION_OF.get(current_code(code) or "")


# ------------------------------------------------------------------------------------------------ persons and marts


def person_of(row: Row) -> Person:
    """Return who a row is about: the BSN, else supplier and clientnummer (D.0)."""
    if row.get("bsn"):
        return ("bsn", row["bsn"])
    return ("client", row["leverancier"], row["clientnummer"])


def count(mart: Mart, key: tuple, measure: str = "aantal", by: int = 1) -> None:
    row = mart.setdefault(key, {})
    row[measure] = row.get(measure, 0) + by  # type: ignore[operator]


def percentile(values: list[int], share: str) -> Decimal:
    """Return `percentile_cont` of PostgreSQL: between the two values around rank (n - 1) x share, in proportion."""
    ordered = sorted(values)
    rank = (len(ordered) - 1) * Decimal(share)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def mean(values: list[int]) -> Decimal:
    """Return the mean."""
    return Decimal(sum(values)) / len(values)


def percentage(part: int, whole: int) -> Decimal | None:
    """Return a part in percent of a whole, None of nothing."""
    return Decimal(100 * part) / whole if whole else None
