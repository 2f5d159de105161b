"""The step from schema `marts` to schema `publicatie`: the same tables, without what can be traced to a few persons.

Everything happens in one transaction: whoever reads `publicatie` sees the previous publication or the new one, whole.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from psycopg import sql

from doorstroom.warehouse import connect
from publication.declarations import MARTS, RELATIONS, Mart
from publication.protect import Protection, protect
from publication.system import DeclarationError, System, build
from publication.unchanged import fingerprint, known_outcome, remember

SOURCE = "marts"
TARGET = "publicatie"
#: Totals of a region for its own page, protected among themselves; nobody but the page reads them (Mart.apart).
PAGES = "regiopagina"
READER = "bi_lezer"

#: Advisory lock, so that two publications never run at once ("publ" in ASCII).
_LOCK = 0x7075626C

_TABLE_SENTENCE = (
    "Gepubliceerde versie: cijfers die op 1 tot en met 4 personen rusten zijn leeg, en zoveel andere cellen als nodig "
    "om te voorkomen dat een leeg cijfer te berekenen is; die rijen hebben onderdrukt = true."
)
_MEASURE_SENTENCE = "Leeg waar onderdrukt (1 tot en met 4 personen, of nodig om zo'n cijfer te beschermen)."
_FLAG_COMMENT = "Waar als in deze rij een of meer cijfers zijn weggelaten om personen te beschermen."


class PublicationRefusedError(Exception):
    """The marts are not fit to publish; the previous publication stands. The message says what is wrong."""


def publish(connection: psycopg.Connection | None = None) -> dict[str, Any]:
    """Rebuild schema `publicatie` from schema `marts`, disclosure-safe, for role `bi_lezer` (marts.md, Q-33).

    Returns `marts` (per mart: `rijen`, `rijen_onderdrukt`, and of its cells `primair` and `secundair` onderdrukt),
    `dimensies` (rows per dimension), `niet_gepubliceerd` (marts without a declaration, which are left out) and
    `relaties_niet_sluitend` (per relation that should always hold, how often it does not). Raises
    PublicationRefusedError when a balance in the marts does not close and DeclarationError when a mart's columns are
    not as declared; nothing has changed then.
    """
    with connect() if connection is None else nullcontext(connection) as warehouse, _one_snapshot(warehouse):
        warehouse.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        tables = _tables(warehouse)
        declared = [mart for mart in MARTS if mart.name in tables]
        if not declared:
            message = f"Schema {SOURCE} bevat geen enkele mart: er is niets gepubliceerd (no marts to publish)."
            raise PublicationRefusedError(message)
        _check_columns(declared, tables)
        _check_balances(warehouse, tables)
        counts, broken = _publish_together(warehouse, [mart for mart in declared if not mart.apart], tables, TARGET)
        dimensions = {name: _write_dimension(warehouse, name) for name in sorted(tables) if name.startswith("dim_")}
        _drop_others(warehouse, {*counts, *dimensions}, TARGET)
        apart, broken_apart = _publish_together(warehouse, [mart for mart in declared if mart.apart], tables, PAGES)
        _drop_others(warehouse, set(apart), PAGES)
        counts, broken = counts | apart, broken | broken_apart
        _grant(warehouse)
    return {
        "marts": counts,
        "dimensies": dimensions,
        "niet_gepubliceerd": sorted(name for name in tables if name not in counts and name not in dimensions),
        "relaties_niet_sluitend": broken,
    }


def _publish_together(
    warehouse: psycopg.Connection, marts: list[Mart], tables: dict[str, list[str]], target: str
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Publish marts in one schema, where no figure gives another away; returns counts per mart and broken relations."""
    warehouse.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(target)))
    figures = fingerprint(warehouse, marts, SOURCE)
    known = known_outcome(warehouse, figures, marts, target)
    if known is not None:
        for mart in marts:
            _renew_mart(warehouse, mart, tables[mart.name], target)
        return known, {}
    judged = [mart for mart in marts if mart.rests_on is None]
    frames = {mart.name: _read(warehouse, mart) for mart in judged}
    system = build(frames, judged, RELATIONS)
    protection = protect(system)
    counts = {mart.name: _write_mart(warehouse, mart, tables[mart.name], system, protection, target) for mart in judged}
    for mart in marts:
        if mart.rests_on is not None:
            counts[mart.name] = _write_derived(warehouse, mart, tables[mart.name], judged, target)
    if not system.broken:
        remember(warehouse, figures, marts, target, counts)
    return counts, system.broken


@contextmanager
def _one_snapshot(connection: psycopg.Connection) -> Iterator[None]:
    """A transaction that sees the marts as they are at one moment."""
    idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with connection.transaction():
        if idle:
            connection.execute("set transaction isolation level repeatable read")
        yield


def _tables(connection: psycopg.Connection) -> dict[str, list[str]]:
    """Columns of every mart and dimension in the source schema."""
    rows = connection.execute(
        """
        select klasse.relname, array_agg(kolom.attname::text order by kolom.attnum)
        from pg_class as klasse
        inner join pg_namespace as ruimte on klasse.relnamespace = ruimte.oid
        inner join pg_attribute as kolom on klasse.oid = kolom.attrelid and kolom.attnum > 0 and not kolom.attisdropped
        where ruimte.nspname = %s and klasse.relkind in ('r', 'p', 'v', 'm') and klasse.relname ~ '^(mart|dim)_'
        group by klasse.relname
        """,
        [SOURCE],
    ).fetchall()
    return {name: list(columns) for name, columns in rows}


def _check_columns(declared: list[Mart], tables: dict[str, list[str]]) -> None:
    """Every column of a mart is a key, a measure or declared free: nothing slips through undeclared."""
    for mart in declared:
        expected = {*mart.keys, *(measure.name for measure in mart.measures), *mart.free}
        different = sorted(expected.symmetric_difference(tables[mart.name]))
        if different:
            message = (
                f"{mart.name}: de kolommen {', '.join(different)} staan niet zowel in de mart als in de declaratie "
                "van de publicatie; er is niets gepubliceerd (columns differ from publication/declarations.py)."
            )
            raise DeclarationError(message)


def _check_balances(connection: psycopg.Connection, tables: dict[str, list[str]]) -> None:
    """Flows close, or nothing is published (definitions.md, the second thing that may not go wrong)."""
    for name, columns in sorted(tables.items()):
        if "verschil" not in columns or not name.startswith("mart_"):
            continue
        query = sql.SQL("select count(*) from {} where verschil is distinct from 0")
        row = connection.execute(query.format(sql.Identifier(SOURCE, name))).fetchone()
        if row and row[0]:
            message = (
                f"{name} sluit niet in {row[0]} rijen (verschil is niet 0): er is niets gepubliceerd, de vorige "
                "publicatie blijft staan (the balance does not close; nothing was published)."
            )
            raise PublicationRefusedError(message)


def _read(connection: psycopg.Connection, mart: Mart) -> pd.DataFrame:
    """A mart's keys and measures, after numbering its rows in a temporary table that later serves to write from."""
    numbered = _number(connection, mart)
    columns = [*mart.keys, *(measure.name for measure in mart.measures)]
    query = sql.SQL("copy (select {} from {} order by rij_nr) to stdout (format csv, header)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), numbered
    )
    buffer = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        for block in copy:
            buffer.write(block)
    buffer.seek(0)
    kinds = {measure.name: "float64" for measure in mart.measures}
    kinds |= {key: "int64" if key in ("jaar", "cohortjaar") else "str" for key in mart.keys}
    return pd.read_csv(
        buffer, dtype=kinds, keep_default_na=False, na_values={name: [""] for name in kinds if kinds[name] == "float64"}
    )


def _number(connection: psycopg.Connection, mart: Mart) -> sql.Identifier:
    """Number a mart's rows in a temporary table; returns its name."""
    numbered = sql.Identifier(f"genummerd_{mart.name}")
    connection.execute(
        sql.SQL(
            "create temporary table {} on commit drop as select row_number() over () as rij_nr, mart.* from {} as mart"
        ).format(numbered, sql.Identifier(SOURCE, mart.name))
    )
    return numbered


def _write_mart(  # noqa: PLR0917 - all of what a mart is written from
    connection: psycopg.Connection, mart: Mart, columns: list[str], system: System, protection: Protection, target: str
) -> dict[str, int]:
    """Write one mart with NULL in its hidden cells; returns its counts."""
    rows = system.rows[mart.name]
    mask = np.zeros(rows, dtype=np.int64)
    counts = {"rijen": rows, "rijen_onderdrukt": 0, "primair": 0, "secundair": 0}
    for bit, measure in enumerate(mart.measures):
        cells = system.cells(mart, measure.name)
        mask |= protection.hidden[cells].astype(np.int64) << bit
        counts["primair"] += int(protection.primary[cells].sum())
        counts["secundair"] += int(protection.secondary[cells].sum())
    hidden = np.flatnonzero(mask)
    counts["rijen_onderdrukt"] = len(hidden)
    marks = sql.Identifier(f"onderdrukt_{mart.name}")
    connection.execute(sql.SQL("create temporary table {} (rij_nr bigint, masker bigint) on commit drop").format(marks))
    with connection.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin").format(marks)) as copy:
        copy.write("".join(f"{row + 1}\t{mask[row]}\n" for row in hidden))
    _fill(connection, mart, columns, target)
    return counts


def _write_derived(
    connection: psycopg.Connection, mart: Mart, columns: list[str], judged: list[Mart], target: str
) -> dict[str, int]:
    """Write a mart whose figures rest on cells of other marts, without those that rest on a hidden cell; its counts.

    A figure resting on a mart that is not published is hidden too: nobody judged its cells.
    """
    numbered = _number(connection, mart)
    marks = sql.Identifier(f"onderdrukt_{mart.name}")
    hidden_cells = sql.SQL(" union all ").join(
        sql.SQL("select {}, concat_ws('|', {}) from {} as mart inner join {} using (rij_nr)").format(
            sql.Literal(base.name),
            sql.SQL(", ").join(sql.SQL("mart.{}").format(sql.Identifier(key)) for key in base.keys),
            sql.Identifier(f"genummerd_{base.name}"),
            sql.Identifier(f"onderdrukt_{base.name}"),
        )
        for base in judged
    )
    bits = sql.SQL(", ").join(
        sql.SQL("({}, {})").format(sql.Literal(measure.name), sql.Literal(1 << bit))
        for bit, measure in enumerate(mart.measures)
    )
    query = sql.SQL(
        """
        create temporary table {marks} on commit drop as
        with onderdrukt (op_mart, op_sleutel) as ({hidden_cells}), maten (maat, bit) as (values {bits})
        select mart.rij_nr, bit_or(maten.bit)::bigint as masker
        from {numbered} as mart
        inner join {rests_on} as steun using ({keys})
        inner join maten using (maat)
        left join onderdrukt using (op_mart, op_sleutel)
        where onderdrukt.op_mart is not null or steun.op_mart <> all (%s)
        group by mart.rij_nr
        """
    ).format(
        marks=marks,
        hidden_cells=hidden_cells,
        bits=bits,
        numbered=numbered,
        rests_on=sql.Identifier("intermediate", mart.rests_on or ""),
        keys=sql.SQL(", ").join(map(sql.Identifier, mart.keys)),
    )
    connection.execute(sql.SQL("{}").format(query), [[base.name for base in judged]])
    _fill(connection, mart, columns, target)
    row = connection.execute(
        sql.SQL(
            "select count(*), count(masker), coalesce(sum(bit_count(masker::bit(62))), 0) from {} "
            "left join {} using (rij_nr)"
        ).format(numbered, marks)
    ).fetchone()
    rows, rows_hidden, cells = row or (0, 0, 0)
    return {"rijen": rows, "rijen_onderdrukt": rows_hidden, "primair": 0, "secundair": int(cells)}


def _fill(connection: psycopg.Connection, mart: Mart, columns: list[str], target: str) -> None:
    """Write the numbered rows of a mart to the target schema, with NULL where its mask says so."""
    marks = sql.Identifier(f"onderdrukt_{mart.name}")
    connection.execute(sql.SQL("analyze {}").format(marks))
    bits = {measure.name: 1 << bit for bit, measure in enumerate(mart.measures)}
    chosen = [
        sql.SQL("case when coalesce(teken.masker, 0) & {} = 0 then mart.{} end as {}").format(
            sql.Literal(bits[name]), sql.Identifier(name), sql.Identifier(name)
        )
        if name in bits
        else sql.SQL("mart.{}").format(sql.Identifier(name))
        for name in columns
    ]
    query = sql.SQL(
        "select {}, teken.masker is not null as onderdrukt from {} as mart left join {} as teken using (rij_nr) "
        "order by mart.rij_nr"
    ).format(sql.SQL(", ").join(chosen), sql.Identifier(f"genummerd_{mart.name}"), marks)
    _replace(connection, mart.name, query, target)
    _copy_comments(connection, mart.name, set(bits), target)


def _renew_mart(connection: psycopg.Connection, mart: Mart, columns: list[str], target: str) -> None:
    """Publish a mart whose figures are those of last time: the same cells stay out, the other columns are today's."""
    kept = {*mart.keys, *(measure.name for measure in mart.measures)}
    query = sql.SQL(
        "select {}, oud.onderdrukt from {} as nieuw inner join {} as oud on row({})::text = row({})::text"
    ).format(
        sql.SQL(", ").join(sql.Identifier("oud" if name in kept else "nieuw", name) for name in columns),
        sql.Identifier(SOURCE, mart.name),
        sql.Identifier(target, mart.name),
        sql.SQL(", ").join(sql.Identifier("nieuw", key) for key in mart.keys),
        sql.SQL(", ").join(sql.Identifier("oud", key) for key in mart.keys),
    )
    _replace(connection, mart.name, query, target)
    _copy_comments(connection, mart.name, {measure.name for measure in mart.measures}, target)


def _write_dimension(connection: psycopg.Connection, name: str) -> int:
    """Copy a dimension as it is: it holds no persons. Returns its number of rows."""
    _replace(connection, name, sql.SQL("select * from {}").format(sql.Identifier(SOURCE, name)), TARGET)
    _copy_comments(connection, name, None, TARGET)
    row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(TARGET, name))).fetchone()
    return int(row[0]) if row else 0


def _replace(connection: psycopg.Connection, name: str, query: sql.Composed, schema: str) -> None:
    """Give a published table new contents.

    A table with the same columns is emptied and filled, so that even a reader with an old snapshot sees a whole
    publication and views on it stay; only a table whose columns changed is made anew.
    """
    draft, target = sql.Identifier(f"nieuw_{name}"), sql.Identifier(schema, name)
    connection.execute(sql.SQL("create temporary table {} on commit drop as {}").format(draft, query))
    shape = (
        "select attname, atttypid, atttypmod from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum"
    )
    old = connection.execute(shape, [f'"{schema}"."{name}"']).fetchall()
    new = connection.execute(shape, [f'pg_temp."nieuw_{name}"']).fetchall()
    if old == new:
        connection.execute(sql.SQL("delete from {}").format(target))
        connection.execute(sql.SQL("insert into {} select * from {}").format(target, draft))
    else:
        connection.execute(sql.SQL("drop table if exists {}").format(target))
        connection.execute(sql.SQL("create table {} as select * from {}").format(target, draft))
    connection.execute(sql.SQL("analyze {}").format(target))


def _copy_comments(connection: psycopg.Connection, name: str, measures: set[str] | None, schema: str) -> None:
    """Copy the Dutch descriptions; for a mart with measures of persons with a sentence on what was left out."""
    source, target = f'"{SOURCE}"."{name}"', sql.Identifier(schema, name)
    row = connection.execute("select obj_description(%s::regclass, 'pg_class')", [source]).fetchone()
    described = (row[0] if row else None) or ""
    text = f"{described} {_TABLE_SENTENCE}".strip() if measures else described
    connection.execute(sql.SQL("comment on table {} is {}").format(target, sql.Literal(text or None)))
    columns = connection.execute(
        "select attname::text, col_description(attrelid, attnum) from pg_attribute "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
        [source],
    ).fetchall()
    comments = {column: comment or "" for column, comment in columns}
    if measures is not None:
        comments = {c: f"{t} {_MEASURE_SENTENCE}".strip() if c in measures else t for c, t in comments.items()}
        comments["onderdrukt"] = _FLAG_COMMENT
    for column, comment in comments.items():
        where = sql.Identifier(schema, name, column)
        connection.execute(sql.SQL("comment on column {} is {}").format(where, sql.Literal(comment or None)))


def _drop_others(connection: psycopg.Connection, kept: set[str], schema: str) -> None:
    """Take away published tables that are no longer made: old figures beside new ones could give a hidden one away."""
    rows = connection.execute(
        "select tablename from pg_tables where schemaname = %s and tablename ~ '^(mart|dim)_'", [schema]
    ).fetchall()
    for (name,) in rows:
        if name not in kept:
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, name)))


def _grant(connection: psycopg.Connection) -> None:
    """Let `bi_lezer` read schema `publicatie` and nothing else; nobody else gets rights by being PUBLIC."""
    if connection.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone() is None:
        connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(READER)))
    reader, target = sql.Identifier(READER), sql.Identifier(TARGET)
    others = connection.execute(
        "select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', %s)",
        [TARGET],
    ).fetchall()
    for (name,) in others:
        for what in ("schema {}", "all tables in schema {}", "all sequences in schema {}", "all routines in schema {}"):
            statement = sql.SQL(f"revoke all on {what} from public, {{}}").format(sql.Identifier(name), reader)
            connection.execute(statement)
    connection.execute(sql.SQL("revoke all on schema {} from public, {}").format(target, reader))
    connection.execute(sql.SQL("revoke all on all tables in schema {} from public, {}").format(target, reader))
    connection.execute(sql.SQL("grant usage on schema {} to {}").format(target, reader))
    connection.execute(sql.SQL("grant select on all tables in schema {} to {}").format(target, reader))
