"""The reference lists that rules compare with: the dbt seeds, read from their CSV files.

The seeds are the one place where the project keeps products, gemeenten and reasons; reading the files rather than the
seeded tables lets a first night judge its deliveries before dbt has run.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parent.parent / "dbt_project" / "seeds" / "referentie"

#: Gemeentecodes that stand for no gemeente: unknown, and abroad or not registered (deliveries, «The drop»).
PSEUDO_GEMEENTEN = ("0000", "9999")

#: Row of the product seed that stands for an unknown product in the marts; nobody may deliver it.
PSEUDO_PRODUCT = "ONBEKEND"


@dataclass(frozen=True)
class _List:
    """A list as rules may use it: `{name}` in a query becomes a VALUES list with these columns."""

    file: str
    columns: dict[str, str]


_LISTS = {
    "product": _List(
        "product.csv",
        {"product_code": "text", "categorie": "text", "regio": "text", "geldig_van": "date", "geldig_tot": "date"},
    ),
    "gemeente": _List("gemeente.csv", {"gemeente_code": "text", "datum_ingang": "date", "datum_einde": "date"}),
    "reden_beeindiging": _List("reden_beeindiging.csv", {"versie_familie": "text", "code": "text"}),
}


@cache
def _rows(file: str) -> tuple[dict[str, str], ...]:
    with (SEEDS / file).open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


@cache
def codes(lookup: str) -> tuple[str, ...]:
    """Return the codes a column with this `lijst` may hold, in order. Raises KeyError for a list that does not exist.

    `product`: products of beschermd wonen, whatever their validity; `product_of_voorziening`: those and the
    voorzieningen of the opvang, for the locations of both; `gemeente`: every gemeente there ever was, and 0000 and
    9999 (deliveries, «Products» and «The drop»).
    """
    if lookup == "gemeente":
        return tuple(sorted({row["gemeente_code"] for row in _rows("gemeente.csv")} | set(PSEUDO_GEMEENTEN)))
    if lookup not in {"product", "product_of_voorziening"}:
        raise KeyError(lookup)
    return tuple(
        row["product_code"]
        for row in _rows("product.csv")
        if row["product_code"] != PSEUDO_PRODUCT and (row["domein"] == "BW" or lookup == "product_of_voorziening")
    )


@cache
def as_values(name: str) -> str:
    """Return a list as a derived table, `(values …) as name (columns)`. Raises KeyError for an unknown list."""
    columns = _LISTS[name].columns

    def cell(value: str, kind: str) -> str:
        return "cast('{}' as {})".format(value.replace("'", "''"), kind) if value else f"cast(null as {kind})"

    rows = ", ".join(
        "({})".format(", ".join(cell(row[column], kind) for column, kind in columns.items()))
        for row in _rows(_LISTS[name].file)
    )
    return f"(values {rows}) as {name} ({', '.join(columns)})"


def expand(query: str) -> str:
    """Put the lists in a rule's query in place of `{product}`, `{gemeente}` and `{reden_beeindiging}`."""
    for name in _LISTS:
        if f"{{{name}}}" in query:
            query = query.replace(f"{{{name}}}", as_values(name))
    return query
