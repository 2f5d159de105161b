"""Compare the oracle with `marts.*` of a PostgreSQL warehouse, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from tests.oracle.oracle import MARTS, Mart

TOLERANCE = Decimal("1e-6")  # only zorgjaren is not a whole number


@dataclass(frozen=True)
class Difference:
    """One cell that differs: the mart, its key, the measure, and both values."""

    mart: str
    key: tuple
    measure: str
    oracle: object
    warehouse: object

    def __str__(self) -> str:
        return f"{self.mart} {self.key} {self.measure}: oracle {self.oracle}, warehouse {self.warehouse}"


def _key_value(name: str, value: Any) -> Any:
    """Bring a key column to the oracle's type: a month is a date, a year an int."""
    if name == "maand":
        return value if type(value) is date else value.date()
    if name == "jaar":
        return value.year if isinstance(value, date) else int(value)
    return value


def read_mart(connection: psycopg.Connection, mart: str, schema: str = "marts") -> Mart:
    """Read one mart as the oracle holds it; raises AssertionError when a key occurs twice."""
    keys, measures = MARTS[mart]
    names = [*keys, *measures]
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(schema, mart)
    )
    out: Mart = {}
    with connection.cursor(row_factory=psycopg.rows.tuple_row) as cursor:
        for line in cursor.execute(query):
            key = tuple(_key_value(name, value) for name, value in zip(keys, line, strict=False))
            if key in out:
                raise AssertionError(f"{mart}: two rows for {key}")
            out[key] = dict(zip(measures, line[len(keys) :], strict=True))
    return out


def compare_marts(oracle: dict[str, Mart], warehouse: dict[str, Mart]) -> list[Difference]:
    """Return the cells that differ; a missing row counts as zeros."""
    differences = []
    for mart, expected in oracle.items():
        measures = MARTS[mart][1]
        found = warehouse[mart]
        for key in sorted(expected.keys() | found.keys(), key=repr):
            for measure in measures:
                left = expected.get(key, {}).get(measure, 0)
                right = found.get(key, {}).get(measure, 0)
                if right is None or abs(Decimal(str(left)) - Decimal(str(right))) > TOLERANCE:
                    differences.append(Difference(mart, key, measure, left, right))
    return differences


def compare(oracle: dict[str, Mart], connection: psycopg.Connection, schema: str = "marts") -> list[Difference]:
    """Return the cells in which the warehouse differs from the oracle."""
    return compare_marts(oracle, {mart: read_mart(connection, mart, schema) for mart in oracle})
