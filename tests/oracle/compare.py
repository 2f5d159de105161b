"""Compare the oracle with `marts.*` of a PostgreSQL warehouse, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql

from tests.oracle.basics import Mart
from tests.oracle.oracle import MARTS

# Counts are whole numbers; the warehouse keeps means, percentages and percentiles in ten decimals or a double.
TOLERANCE = Decimal("1e-9")


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
    if isinstance(value, datetime):
        value = value.date()
    if name in ("jaar", "cohortjaar", "venster") and value is not None:
        return value.year if isinstance(value, date) else int(value)
    return value


def marts_in(connection: psycopg.Connection, schema: str = "marts") -> set[str]:
    """Return the marts of the oracle that the warehouse has."""
    query = "select table_name from information_schema.tables where table_schema = %s"
    return MARTS.keys() & {name for (name,) in connection.execute(query, (schema,))}


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


def _same(left: object, right: object) -> bool:
    """Say whether two cells of rows that both exist are the same; NULL is only NULL."""
    if any(value is None or isinstance(value, str | bool | date) for value in (left, right)):
        return left == right
    one, other = Decimal(str(left)), Decimal(str(right))
    return abs(one - other) <= TOLERANCE


def compare_marts(oracle: dict[str, Mart], warehouse: dict[str, Mart]) -> list[Difference]:
    """Return the cells that differ; a missing row counts as zeros or NULLs, a mart only one of them has is left out."""
    differences = []
    for mart in (name for name in oracle if name in warehouse):
        expected, found = oracle[mart], warehouse[mart]
        for key in sorted(expected.keys() | found.keys(), key=repr):
            both = key in expected and key in found
            for measure in MARTS[mart][1]:
                left = expected.get(key, {}).get(measure)
                right = found.get(key, {}).get(measure)
                if not (_same(left, right) if both else _same(left or 0, right or 0)):
                    differences.append(Difference(mart, key, measure, left, right))
    return differences


def compare(oracle: dict[str, Mart], connection: psycopg.Connection, schema: str = "marts") -> list[Difference]:
    """Return the cells in which the warehouse differs from the oracle, in the marts that the warehouse has."""
    there = marts_in(connection, schema)
    return compare_marts(oracle, {mart: read_mart(connection, mart, schema) for mart in oracle if mart in there})
