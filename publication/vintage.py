"""Schema `vintage`: every publication, with the figures as they were published (Q-32, «Completeness of a period»).

One row per publication in `vintage.publicatie`. Of every mart, and of `dim_maand` with the status of each month, a
table of the same name holds its rows with the publications they stood in, `[van, tot)`: only what changed is stored
again.
`bijgewerkt_tot` moves every night while the figures do not; it is kept apart, in `vintage.actualiteit`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import psycopg
import yaml
from psycopg import sql

from doorstroom.settings import REPOSITORY

SCHEMA = "vintage"
SOURCE = "marts"
FRESHNESS = "bijgewerkt_tot"
#: Kept beside the marts: the status (voorlopig, definitief) of every month at that publication.
PERIODS = "dim_maand"
#: What `bijgewerkt_tot` may depend on; checked, not assumed.
_FRESH_BY = ("regio", "domein", "basis", "leverancier", "feed")

_PROJECT = REPOSITORY / "dbt_project"
#: Seeds that say where a gemeente belongs: a change of these is cause `indeling`, of the others `definitie`.
CLASSIFICATION = frozenset({"gemeente", "regio_lid"})
#: Of the variables those that choose a moment, not a meaning.
_MOMENT = frozenset({"kennis_op", "schema_achtervoegsel"})

_DDL = """
create schema if not exists vintage;
comment on schema vintage is 'Iedere publicatie zoals ze was, en waarom cijfers sindsdien zijn veranderd.';

create table if not exists vintage.publicatie (
    publicatie_id integer generated always as identity primary key,
    nacht_id bigint not null,
    datum date not null,
    bekend_op timestamptz not null,
    gepubliceerd_op timestamptz not null default now(),
    definitieversie text not null,
    indelingversie text not null
);
comment on table vintage.publicatie is 'Eén rij per publicatie.';
comment on column vintage.publicatie.publicatie_id is 'Volgnummer; van twee op één moment geldt het hoogste.';
comment on column vintage.publicatie.nacht_id is 'De nacht: levering.nachten.nacht_id.';
comment on column vintage.publicatie.datum is 'DATE van de nacht.';
comment on column vintage.publicatie.bekend_op is 'Het moment van de publicatie: wat toen bekend was telt mee.';
comment on column vintage.publicatie.gepubliceerd_op is 'Wanneer de computer het publiceerde.';
comment on column vintage.publicatie.definitieversie is 'Kenmerk van de definities: modellen, parameters, codelijsten.';
comment on column vintage.publicatie.indelingversie is 'Kenmerk van de gemeente- en regio-indeling.';

create table if not exists vintage.mart (
    publicatie_id integer not null,
    mart text not null,
    tabel text not null,
    kolommen text[] not null,
    primary key (publicatie_id, mart)
);
comment on table vintage.mart is 'Welke marts een publicatie had, en in welke tabel van dit schema hun rijen staan.';
comment on column vintage.mart.publicatie_id is 'De publicatie.';
comment on column vintage.mart.mart is 'Naam van de mart.';
comment on column vintage.mart.tabel is 'Tabel in dit schema; een mart met andere kolommen krijgt een nieuwe.';
comment on column vintage.mart.kolommen is 'De kolommen van de mart, in hun volgorde.';

create table if not exists vintage.actualiteit (
    publicatie_id integer not null,
    mart text not null,
    per jsonb not null,
    bijgewerkt_tot date
);
comment on table vintage.actualiteit is 'bijgewerkt_tot van de rijen van een mart, per publicatie.';
comment on column vintage.actualiteit.publicatie_id is 'De publicatie.';
comment on column vintage.actualiteit.mart is 'Naam van de mart.';
comment on column vintage.actualiteit.per is 'De kolommen waarvan het afhangt, met hun waarde.';
comment on column vintage.actualiteit.bijgewerkt_tot is 'Tot en met welke dag iedere bijdragende feed had geleverd.';
create index if not exists actualiteit_mart on vintage.actualiteit (publicatie_id, mart);

create table if not exists vintage.revisie (
    publicatie_id integer not null,
    mart text not null,
    maat text not null,
    periode text not null,
    maand date not null,
    sleutel jsonb not null,
    volgorde integer not null,
    oorzaak text not null check (oorzaak in (
        'definitie', 'indeling', 'identiteit', 'overbrugging', 'correctie_bron', 'late_levering'
    )),
    oud numeric,
    nieuw numeric
);
comment on table vintage.revisie is
    'Waarom een gepubliceerd cijfer veranderde: per cijfer en oorzaak één rij, van oud naar nieuw aaneengeregen.';
comment on column vintage.revisie.publicatie_id is 'De publicatie die het cijfer veranderde.';
comment on column vintage.revisie.mart is 'Naam van de mart.';
comment on column vintage.revisie.maat is 'De maat.';
comment on column vintage.revisie.periode is 'maand of jaar: hoe lang de periode van het cijfer is.';
comment on column vintage.revisie.maand is 'Eerste dag van de periode.';
comment on column vintage.revisie.sleutel is 'Alle sleutelkolommen van de mart, met hun waarde.';
comment on column vintage.revisie.volgorde is 'Volgorde van de oorzaken binnen één cijfer.';
comment on column vintage.revisie.oorzaak is 'De oorzaak.';
comment on column vintage.revisie.oud is 'Het cijfer voor deze oorzaak; van de eerste oorzaak het gepubliceerde.';
comment on column vintage.revisie.nieuw is 'Het cijfer na deze oorzaak; van de laatste het nieuwe gepubliceerde.';
create index if not exists revisie_publicatie on vintage.revisie (publicatie_id);
"""


@dataclass(frozen=True)
class Publication:
    """One publication."""

    publicatie_id: int
    datum: date
    bekend_op: datetime
    definitieversie: str
    indelingversie: str


class GeenPublicatieError(Exception):
    """Nothing was published by that moment."""


def prepare(connection: psycopg.Connection) -> None:
    """Make schema `vintage` when it is not there."""
    connection.execute(_DDL)


# --- versions of the definitions -------------------------------------------------------------------------------------


def definition_version(project: Path = _PROJECT) -> str:
    """Return a fingerprint of what gives a figure its meaning: SQL without comments, variables and code lists."""
    digest = hashlib.sha256()
    for folder in ("models", "macros"):
        for path in sorted((project / folder).rglob("*.sql")):
            text = re.sub(r"\{#.*?#\}|--[^\n]*", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            digest.update(f"{path.stem}:{' '.join(text.split())}\n".encode())
    variables = yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    digest.update(repr(sorted((k, v) for k, v in variables.items() if k not in _MOMENT)).encode())
    _add_seeds(digest, project, classification=False)
    return digest.hexdigest()[:16]


def classification_version(project: Path = _PROJECT) -> str:
    """Return a fingerprint of the gemeenten and regions."""
    digest = hashlib.sha256()
    _add_seeds(digest, project, classification=True)
    return digest.hexdigest()[:16]


def _add_seeds(digest: hashlib._Hash, project: Path, *, classification: bool) -> None:
    for path in sorted((project / "seeds").rglob("*.csv")):
        if (path.stem in CLASSIFICATION) == classification:
            digest.update(path.stem.encode() + b"\n" + path.read_bytes())


# --- writing ---------------------------------------------------------------------------------------------------------


def latest(connection: psycopg.Connection) -> Publication | None:
    """Return the last publication that was made, or None."""
    row = connection.execute(
        "select publicatie_id, datum, bekend_op, definitieversie, indelingversie from vintage.publicatie "
        "order by publicatie_id desc limit 1"
    ).fetchone()
    return Publication(*row) if row else None


def begin(connection: psycopg.Connection) -> Publication:
    """Register a publication of the night being run, within the caller's transaction.

    The moment is that of the marts as they were built: `stg_levering__nacht`.
    """
    row = connection.execute(
        "insert into vintage.publicatie (nacht_id, datum, bekend_op, definitieversie, indelingversie) "
        "select nacht_id, datum, bekend_tot, %s, %s from staging.stg_levering__nacht "
        "returning publicatie_id, datum, bekend_op, definitieversie, indelingversie",
        [definition_version(), classification_version()],
    ).fetchone()
    if row is None:
        raise GeenPublicatieError("Er is geen nacht om te publiceren.")
    connection.execute(
        "update levering.nachten set gepubliceerd_op = clock_timestamp() "
        "where nacht_id = (select nacht_id from staging.stg_levering__nacht)"
    )
    return Publication(*row)


def kept(connection: psycopg.Connection, schema: str = SOURCE) -> dict[str, dict[str, str]]:
    """Return the marts of a schema that a publication keeps, with their columns and types in order."""
    rows = connection.execute(
        "select klasse.relname, kolom.attname::text, format_type(kolom.atttypid, kolom.atttypmod) "
        "from pg_class as klasse join pg_namespace as ruimte on klasse.relnamespace = ruimte.oid "
        "join pg_attribute as kolom on klasse.oid = kolom.attrelid and kolom.attnum > 0 and not kolom.attisdropped "
        # A view on this schema is no mart of figures: it would be stored in what it reads.
        "where ruimte.nspname = %s and klasse.relkind in ('r', 'p', 'm') "
        "and (klasse.relname ~ '^mart_' or klasse.relname = %s) order by klasse.relname, kolom.attnum",
        [schema, PERIODS],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for mart, column, kind in rows:
        found.setdefault(mart, {})[column] = kind
    return found


def store(connection: psycopg.Connection, publication: Publication) -> dict[str, int]:
    """Store every mart as published, within the caller's transaction; returns the rows stored anew per mart."""
    before: dict[str, str] = dict(
        connection.execute(
            "select mart, tabel from vintage.mart where publicatie_id = "
            "(select max(publicatie_id) from vintage.publicatie where publicatie_id < %s)",
            [publication.publicatie_id],
        ).fetchall()
    )
    marts = kept(connection)
    for mart in before.keys() - marts.keys():
        _close(connection, before[mart], publication)
    return {mart: _store(connection, publication, mart, columns, before.get(mart)) for mart, columns in marts.items()}


def _store(
    connection: psycopg.Connection, publication: Publication, mart: str, columns: dict[str, str], table: str | None
) -> int:
    """Store one mart: close the rows that are no longer so, add the new ones; returns how many."""
    by = _freshness(connection, publication, mart, columns)
    stored = {name: kind for name, kind in columns.items() if by is None or name != FRESHNESS}
    if table is None or _shape(connection, table) != stored:
        if table is not None:
            _close(connection, table, publication)
        table = _new_table(connection, publication, mart, stored)
    connection.execute(
        "insert into vintage.mart (publicatie_id, mart, tabel, kolommen) values (%s, %s, %s, %s)",
        [publication.publicatie_id, mart, table, list(columns)],
    )
    target, columns_ = sql.Identifier(SCHEMA, table), names(stored)
    connection.execute(
        sql.SQL(
            "create temporary table nieuw on commit drop as "
            "select {names}, md5(row({names})::text)::uuid as vingerafdruk from {mart}"
        ).format(names=columns_, mart=sql.Identifier(SOURCE, mart))
    )
    connection.execute("analyze nieuw")
    connection.execute(
        sql.SQL(
            "update {target} as oud set tot = %s where tot is null "
            "and not exists (select from nieuw where nieuw.vingerafdruk = oud.vingerafdruk)"
        ).format(target=target),
        [publication.publicatie_id],
    )
    added = connection.execute(
        sql.SQL(
            "insert into {target} ({names}, vingerafdruk, van) select {names}, vingerafdruk, %s from nieuw "
            "where not exists (select from {target} as oud where oud.tot is null "
            "and oud.vingerafdruk = nieuw.vingerafdruk)"
        ).format(target=target, names=columns_),
        [publication.publicatie_id],
    ).rowcount
    connection.execute("drop table nieuw")
    return added


def _freshness(
    connection: psycopg.Connection, publication: Publication, mart: str, columns: dict[str, str]
) -> list[str] | None:
    """Keep `bijgewerkt_tot` of a mart apart; returns what it depends on, None when on more than we know of."""
    if FRESHNESS not in columns:
        return []
    by = [name for name in _FRESH_BY if name in columns]
    pairs = sql.SQL(
        "select to_jsonb(paar) - {key} as per, paar.{fresh} as tot from (select distinct {names} from {mart}) as paar"
    ).format(
        key=sql.Literal(FRESHNESS),
        fresh=sql.Identifier(FRESHNESS),
        names=names([*by, FRESHNESS]),
        mart=sql.Identifier(SOURCE, mart),
    )
    row = connection.execute(
        sql.SQL("select count(*) = count(distinct per) from ({}) as alle").format(pairs)
    ).fetchone()
    if not row or not row[0]:
        return None
    connection.execute(
        sql.SQL(
            "insert into vintage.actualiteit (publicatie_id, mart, per, bijgewerkt_tot) "
            "select %s, %s, per, tot from ({}) as alle"
        ).format(pairs),
        [publication.publicatie_id, mart],
    )
    return by


def _shape(connection: psycopg.Connection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select attname::text, format_type(atttypid, atttypmod) from pg_attribute "
        "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped "
        "and attname not in ('vingerafdruk', 'van', 'tot') order by attnum",
        [f'"{SCHEMA}"."{table}"'],
    ).fetchall()
    return dict(rows)


def _new_table(connection: psycopg.Connection, publication: Publication, mart: str, stored: dict[str, str]) -> str:
    """Make the table of a mart; one whose columns changed stands beside the earlier one."""
    taken = connection.execute("select to_regclass(%s)", [f'"{SCHEMA}"."{mart}"']).fetchone() != (None,)
    table = f"{mart}__{publication.publicatie_id}" if taken else mart
    name = sql.Identifier(SCHEMA, table)
    parts = sql.SQL(", ").join(sql.SQL(f"{{}} {kind}").format(sql.Identifier(c)) for c, kind in stored.items())
    connection.execute(
        sql.SQL("create table {} ({}, vingerafdruk uuid not null, van integer not null, tot integer)").format(
            name, parts
        )
    )
    connection.execute(
        sql.SQL("create index on {} (vingerafdruk) where tot is null").format(name),
    )
    text = f"De rijen van {mart} zoals gepubliceerd, met de publicaties waarin ze stonden: van, en tot (niet meer)."
    connection.execute(sql.SQL("comment on table {} is {}").format(name, sql.Literal(text)))
    return table


def _close(connection: psycopg.Connection, table: str, publication: Publication) -> None:
    connection.execute(
        sql.SQL("update {} set tot = %s where tot is null").format(sql.Identifier(SCHEMA, table)),
        [publication.publicatie_id],
    )


def names(columns: Iterable[str]) -> sql.Composed:
    """Return the columns as a list in SQL."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))


# --- reading ---------------------------------------------------------------------------------------------------------


def published_at(connection: psycopg.Connection, moment: datetime) -> Publication:
    """Return the publication that stood at a moment; raises GeenPublicatieError when there was none yet."""
    row = None
    if connection.execute("select to_regclass('vintage.publicatie')").fetchone() != (None,):
        row = connection.execute(
            "select publicatie_id, datum, bekend_op, definitieversie, indelingversie from vintage.publicatie "
            "where bekend_op <= %s order by bekend_op desc, publicatie_id desc limit 1",
            [moment],
        ).fetchone()
    if row is None:
        raise GeenPublicatieError(
            f"Op {moment:%Y-%m-%dT%H:%M} was nog niets gepubliceerd (nothing was published yet at that moment)."
        )
    return Publication(*row)


def marts_of(connection: psycopg.Connection, publication: Publication) -> dict[str, list[str]]:
    """Return the marts of a publication, with their columns in order."""
    rows = connection.execute(
        "select mart, kolommen from vintage.mart where publicatie_id = %s order by mart", [publication.publicatie_id]
    ).fetchall()
    return dict(rows)


def as_published(connection: psycopg.Connection, publication: Publication, mart: str) -> sql.Composed:
    """Return the query that gives a mart exactly as published, all its columns in order.

    Raises KeyError for a mart that publication did not have.
    """
    row = connection.execute(
        "select tabel, kolommen from vintage.mart where publicatie_id = %s and mart = %s",
        [publication.publicatie_id, mart],
    ).fetchone()
    if row is None:
        raise KeyError(mart)
    table, columns = row
    number, stored = sql.Literal(publication.publicatie_id), _shape(connection, table)
    rows = sql.SQL("from {} as rij where rij.van <= {} and (rij.tot is null or rij.tot > {})").format(
        sql.Identifier(SCHEMA, table), number, number
    )
    if FRESHNESS not in columns or FRESHNESS in stored:
        return sql.SQL("select {} {}").format(names(columns), rows)
    by = [name for name in _FRESH_BY if name in stored]
    per = sql.SQL("jsonb_build_object({})").format(
        sql.SQL(", ").join(sql.SQL("{}, rij.{}").format(sql.Literal(n), sql.Identifier(n)) for n in by)
    )
    fresh = sql.SQL(
        "(select actueel.bijgewerkt_tot from vintage.actualiteit as actueel where actueel.publicatie_id = {} "
        "and actueel.mart = {} and actueel.per = {}) as {}"
    ).format(number, sql.Literal(mart), per, sql.Identifier(FRESHNESS))
    chosen = sql.SQL(", ").join(
        fresh if name == FRESHNESS else sql.SQL("rij.{}").format(sql.Identifier(name)) for name in columns
    )
    return sql.SQL("select {} {}").format(chosen, rows)


def lay_out(connection: psycopg.Connection, moment: datetime, suffix: str) -> dict[str, object]:
    """Make a schema of views with every mart as it stood published at a moment; returns its name and the publication's.

    `schema`, `bekend_op` and `marts`. Raises GeenPublicatieError.
    """
    publication = published_at(connection, moment)
    schema = f"{SOURCE}_gepubliceerd{suffix}"
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    text = f"De marts zoals gepubliceerd op {publication.bekend_op.isoformat()}."
    connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(schema), sql.Literal(text)))
    marts = marts_of(connection, publication)
    for mart in marts:
        connection.execute(
            sql.SQL("create view {} as {}").format(
                sql.Identifier(schema, mart), as_published(connection, publication, mart)
            )
        )
    return {"schema": schema, "bekend_op": publication.bekend_op.isoformat(), "marts": len(marts)}


def differing_rows(connection: psycopg.Connection, publication: Publication, schema: str) -> dict[str, int]:
    """Compare a publication with the marts in a schema; returns per mart how many rows stand in one of both only.

    Marts with another set of columns, and marts only one of them has, count as one.
    """
    published, present = marts_of(connection, publication), kept(connection, schema)
    different = dict.fromkeys(published.keys() ^ present.keys(), 1)
    for mart in published.keys() & present.keys():
        if published[mart] != list(present[mart]):
            different[mart] = 1
            continue
        query = sql.SQL(
            "select (select count(*) from (({a}) except all ({b})) as eerst) "
            "+ (select count(*) from (({b}) except all ({a})) as dan)"
        ).format(
            a=as_published(connection, publication, mart),
            b=sql.SQL("select {} from {}").format(names(published[mart]), sql.Identifier(schema, mart)),
        )
        row = connection.execute(query).fetchone()
        different[mart] = int(row[0]) if row else 0
    return different
