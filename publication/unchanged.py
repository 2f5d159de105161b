"""Whether the figures are those of the last publication: then what stays out is known, and need not be searched again.

Which cells stay out follows from the keys and measures of the marts and from the code of this room, and from nothing
else. On most nights neither changes; only `bijgewerkt_tot` moves on.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from publication.declarations import Mart

_DDL = """
create schema if not exists levering;
create table if not exists levering.publicatie_kenmerk (
    doel text primary key,
    bron text not null,
    gepubliceerd text not null,
    uitkomst jsonb not null,
    vastgesteld_op timestamptz not null default now()
);
comment on table levering.publicatie_kenmerk is
    'Kenmerk van wat het laatst is gepubliceerd; zolang dat gelijk blijft, blijven dezelfde cellen onderdrukt.';
comment on column levering.publicatie_kenmerk.doel is 'Schema waarin is gepubliceerd.';
comment on column levering.publicatie_kenmerk.bron is 'Kenmerk van sleutels en cijfers van de marts en van de regels.';
comment on column levering.publicatie_kenmerk.gepubliceerd is 'Kenmerk van wat er daarna in publicatie stond.';
comment on column levering.publicatie_kenmerk.uitkomst is 'Per mart: rijen en onderdrukte cellen.';
comment on column levering.publicatie_kenmerk.vastgesteld_op is 'Wanneer het laatst is uitgezocht wat wegblijft.';
"""

#: Two sums of 64-bit hashes of rows: rows in another order are the same rows, one other figure is not.
_SUMS = sql.SQL(
    "select count(*), sum(hashtextextended(rij::text, 0)::numeric), sum(hashtextextended(rij::text, 1)::numeric) "
    "from {} as rij"
)


def known_outcome(
    connection: psycopg.Connection, figures: str, marts: list[Mart], target: str
) -> dict[str, dict[str, int]] | None:
    """Return the counts per mart of the last publication when every figure in both schemas is as it was then.

    `figures` is the fingerprint of what is to be published. None when anything differs: a figure, a key, a mart, the
    code of this room, or what stands in the target schema.
    """
    connection.execute(_DDL)
    row = connection.execute(
        "select bron, gepubliceerd, uitkomst from levering.publicatie_kenmerk where doel = %s", [target]
    ).fetchone()
    if row is None or row[0] != figures:
        return None
    present = connection.execute("select tablename from pg_tables where schemaname = %s", [target]).fetchall()
    if not {mart.name for mart in marts} <= {name for (name,) in present}:
        return None
    outcome: dict[str, dict[str, int]] = row[2]
    return outcome if row[1] == fingerprint(connection, marts, target) else None


def remember(
    connection: psycopg.Connection, figures: str, marts: list[Mart], target: str, outcome: dict[str, Any]
) -> None:
    """Note what was published of these figures, within the caller's transaction."""
    connection.execute(_DDL)
    connection.execute(
        "insert into levering.publicatie_kenmerk (doel, bron, gepubliceerd, uitkomst) values (%s, %s, %s, %s) "
        "on conflict (doel) do update set bron = excluded.bron, gepubliceerd = excluded.gepubliceerd, "
        "uitkomst = excluded.uitkomst, vastgesteld_op = now()",
        [target, figures, fingerprint(connection, marts, target), json.dumps(outcome)],
    )


def fingerprint(connection: psycopg.Connection, marts: list[Mart], schema: str) -> str:
    """Return a fingerprint of all keys and measures, whatever the order of the rows, and of the code of this room."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for mart in marts:
        # What a derived figure rests on can change while the figure does not.
        if mart.rests_on:
            rests = connection.execute(_SUMS.format(sql.Identifier("intermediate", mart.rests_on))).fetchone()
            digest.update(f"{mart.rests_on} {rests}".encode())
        columns = [*mart.keys, *(measure.name for measure in mart.measures)]
        figures = sql.SQL("(select {} from {})").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, mart.name)
        )
        digest.update(f"{mart.name} {columns} {connection.execute(_SUMS.format(figures)).fetchone()}".encode())
    return digest.hexdigest()
