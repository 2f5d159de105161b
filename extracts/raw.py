"""Schema `raw`: one table per contract table, made and extended from the contracts, filled by COPY."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

from extracts.contract import Contract, Table
from extracts.conversion import Converter

SCHEMA = "raw"

#: Columns that do not come from a contract, with their type and description.
_OWN = {
    "levering_id": ("bigint not null", "De levering waaruit de rij komt: levering.bestanden.levering_id."),
    "rij_nr": (
        "integer not null",
        "Rijnummer zoals een rekenblad het telt (de eerste rij onder de kop is 2); in een bericht het volgnummer van "
        "het record.",
    ),
    "persoon_sleutel": ("text", "Pseudoniem van de persoon: HMAC-SHA-256 met een sleutel buiten het warehouse."),
    "koppelzekerheid": (
        "text",
        "hoog: pseudoniem van het BSN; laag: van leverancier en cliëntnummer, niet te koppelen tussen leveranciers.",
    ),
    "client_sleutel": ("text", "Pseudoniem van leverancier en cliëntnummer, waar de levering een cliëntnummer heeft."),
    "gebreken": (
        "text",
        "Wat alleen bij het lezen te zien was, gescheiden door spaties: datum:, tijd:, getal:, formule: of privacy: "
        "met de kolom, bsn:elfproef, bsn:voorloopnul, velden. Leeg als er niets was.",
    ),
}


class RawTableError(Exception):
    """A raw table does not fit its contract any more; the message says which column."""


def _wanted(table: Table) -> dict[str, tuple[str, str]]:
    declared = {column.name: (column.postgres_type, column.description) for column in table.stored_columns}
    return {name: declared.get(name) or _OWN[name] for name in Converter.columns(table)}


def prepare(connection: psycopg.Connection, contracts: Iterable[Contract]) -> None:
    """Make the raw tables of these contracts and add the columns they lack; keeps all rows.

    Raises RawTableError when a column has another type than its contract says: that is for a person to decide.
    """
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(SCHEMA)))
    for contract in contracts:
        for table in contract.tables:
            _prepare(connection, table)


def _prepare(connection: psycopg.Connection, table: Table) -> None:
    wanted, name = _wanted(table), sql.Identifier(SCHEMA, table.name)
    found: dict[str, str] = dict(
        connection.execute(
            "select attname, format_type(atttypid, null) from pg_attribute "
            "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
            [f"{SCHEMA}.{table.name}"],
        ).fetchall()
    )
    if not found:
        definition = sql.SQL(", ").join(
            sql.SQL(f"{{}} {kind}").format(sql.Identifier(c)) for c, (kind, _) in wanted.items()
        )
        connection.execute(sql.SQL("create table {} ({}, primary key (levering_id, rij_nr))").format(name, definition))
    for column, (kind, description) in wanted.items():
        plain = kind.removesuffix(" not null")
        present = found.get(column)
        if found and present is None:
            connection.execute(
                sql.SQL(f"alter table {{}} add column {{}} {plain}").format(name, sql.Identifier(column))
            )
        elif present is not None and present.replace(" without time zone", "") != plain:
            message = (
                f"{SCHEMA}.{table.name}.{column} is {present}, het contract zegt {plain}; pas de tabel met de hand aan."
            )
            raise RawTableError(message)
        if present is None:
            comment = sql.SQL("comment on column {} is {}")
            connection.execute(comment.format(sql.Identifier(SCHEMA, table.name, column), sql.Literal(description)))
    if not found:
        connection.execute(sql.SQL("comment on table {} is {}").format(name, sql.Literal(table.description)))


def known_persons(connection: psycopg.Connection, table: Table, keys: list[str]) -> list[str]:
    """Return which of these person keys occur in a table whose rows have a bsn."""
    rows = connection.execute(
        sql.SQL(
            "select distinct persoon_sleutel from {} where persoon_sleutel = any(%s) and koppelzekerheid = 'hoog'"
        ).format(sql.Identifier(SCHEMA, table.name)),
        [keys],
    )
    return [str(row[0]) for row in rows]


def copy_rows(connection: psycopg.Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Add rows, in the order of `Converter.columns(table)`, within the caller's transaction."""
    names = sql.SQL(", ").join(map(sql.Identifier, Converter.columns(table)))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(SCHEMA, table.name), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
