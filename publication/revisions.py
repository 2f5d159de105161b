"""Why a published figure changed: `mart_revisies` (Q-32, marts.md).

A figure is a cell of a mart (its keys and one measure) in a period that was complete at the previous publication.
Between two publications each person whose facts changed gets one cause, by precedence: `identiteit`, `overbrugging`,
`correctie_bron`, `late_levering`. Then the mart's own SQL is run on a hybrid of both: the persons of the first cause as
they are now and everybody else as before, then those of the first two, and so on, until everybody is as now. What a
step changes in a cell is what its cause did, so the causes of a cell add up to new − old by construction, whatever the
measure. A step that leaves no figure (a median of nobody) before a later one that does is told with that later one,
which made the figure. Before all that come the causes that are nobody's in particular. `definitie` or `indeling`, when
the definitions or the gemeenten are others than at the previous publication: then all marts are first built as of that
publication under the new ones. `identiteit`, when people were forgotten since, who are in no table any more: then the
marts are built as of that publication without them, in the same way. And what changed in facts about no person, such
as a location that was moved.

The previous publication's person-level tables are kept in schema `vorige`: internal, like `intermediate`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from doorstroom.airflow_env import dbt_target
from doorstroom.settings import Settings
from publication import vintage
from publication.vintage import Publication

KEPT = "vorige"
DEFINITIE, INDELING, IDENTITEIT = "definitie", "indeling", "identiteit"
OVERBRUGGING, CORRECTIE, LAAT = "overbrugging", "correctie_bron", "late_levering"
#: Of a person the first that applies.
PRECEDENCE = (IDENTITEIT, OVERBRUGGING, CORRECTIE, LAAT)

PERIODS = ("maand", "cohortmaand", "jaar")
#: Measures that are no integers and still are 0, not unknown, where a mart has no row.
ADDITIVE = frozenset({"zorgjaren"})
_NUMBERS = re.compile(r"^(smallint|integer|bigint|numeric.*|double precision|real)$")

#: Of a delivered row where and when it came in, not what it says.
_BOOKKEEPING = frozenset(
    {"levering_id", "rij_nr", "bekend_op", "leverdatum", "inhoud_leverdatum", "inhoud_bestand", "is_laatste"}
)
#: Who a row is about: the same record under another of these is the same fact of another person.
_IDENTITY = frozenset({"persoon_sk", "koppelzekerheid", "geboortedatum", "geslacht"})
#: Columns that name a record; without one two people may well have equal rows.
_RECORD = frozenset(
    {"indicatie_nummer", "aanmeldnummer", "verblijf_id", "toewijzingnummer", "contractnummer", "sleutel_nummer"}
)
#: Placements stand for the stays of opvang, which are of a person by their aanmelding only.
_PLACEMENTS = "int_plaatsing"
_PLACEMENT_FACTS = (
    "persoon_sk, domein, basis, leverancier, aanbieder, product_code, leveringsvorm, s, geleverde_laatste_dag, "
    "herkomst_code, stop_code, bestemming, reden_dakloosheid, toewijzingnummer, verblijf_id, locatiecode, "
    "gemeente_verblijf, sleutel_nummer"
)
_EXITS, _SEGMENTS = "int_uitstroom", "int_hoofdsegment"
#: Facts about no person that move every night or every month without changing a figure of a past period.
_MOVING = frozenset({"int_actualiteit", "int_maand", "stg_levering__nacht"})

#: One cause per person, the first of PRECEDENCE that applies.
_CAUSES = """
create temporary table oorzaak_persoon on commit drop as
with kandidaat (persoon_sk, oorzaak) as (
    -- the same record, of another person
    select unnest(array[weg.persoon_sk, erbij.persoon_sk]), 'identiteit'
    from feit as weg
    join feit as erbij on weg.relatie = erbij.relatie and not weg.erbij and erbij.erbij
        and weg.wie = erbij.wie and weg.persoon_sk <> erbij.persoon_sk
    union all
    -- an exit that is gone although care still ended on that day: a start not known before bridges it
    select uit.persoon_sk, 'overbrugging'
    from {exits} as uit
    where not exists (
            select from intermediate.int_uitstroom as nog
            where (nog.persoon_sk, nog.regio, nog.domein, nog.basis, nog.perimeter, nog.datum)
                = (uit.persoon_sk, uit.regio, uit.domein, uit.basis, uit.perimeter, uit.datum)
        )
        and exists (
            select from {now} as stop
            where (stop.persoon_sk, stop.regio, stop.domein, stop.basis, stop.perimeter, stop.e)
                = (uit.persoon_sk, uit.regio, uit.domein, uit.basis, uit.perimeter, uit.datum + 1)
        )
        and exists (
            select from {now} as later
            where (later.persoon_sk, later.regio, later.domein, later.basis, later.perimeter)
                = (uit.persoon_sk, uit.regio, uit.domein, uit.basis, uit.perimeter)
                and later.s > uit.datum
                and not exists (
                    select from {before} as al
                    where (al.persoon_sk, al.regio, al.domein, al.basis, al.perimeter, al.s)
                        = (later.persoon_sk, later.regio, later.domein, later.basis, later.perimeter, later.s)
                )
        )
    union all
    -- a row that changed or went; one that was only completed is late, not wrong
    select weg.persoon_sk, 'correctie_bron'
    from feit as weg
    where not weg.erbij
        and not exists (
            select from feit as erbij
            where erbij.relatie = weg.relatie and erbij.erbij and erbij.persoon_sk = weg.persoon_sk
                and erbij.inhoud @> jsonb_strip_nulls(weg.inhoud)
        )
    union all
    select persoon_sk, 'correctie_bron' from feit where erbij and inhoud ->> 'status_aanlevering' = '3'
    union all
    select persoon_sk, 'late_levering' from feit
)
select distinct on (persoon_sk) persoon_sk, oorzaak
from kandidaat
where persoon_sk is not null
order by persoon_sk, array_position(%s::text[], oorzaak)
"""

_RELATION = re.compile(r'"[^"]+"\."(?P<schema>[^"]+)"\."(?P<name>[^"]+)"')


@dataclass(frozen=True)
class _Model:
    """A mart as dbt built it."""

    name: str
    query: str
    parents: tuple[tuple[str, str], ...]
    """Schema and name of what it reads, other marts included."""
    keys: tuple[str, ...]


class Project:
    """What dbt's manifest of the last build says of the marts."""

    def __init__(self, target: Path | None = None) -> None:
        folder = target or Path(os.environ.get("DBT_TARGET_PATH") or dbt_target(Settings.from_env()))
        self._manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        self._folder = folder

    @cached_property
    def marts(self) -> dict[str, _Model]:
        """The marts, those that others read first; raises FileNotFoundError when dbt never compiled one."""
        nodes = self._manifest["nodes"]
        keys = {
            node["attached_node"]: tuple(node["test_metadata"]["kwargs"]["kolommen"])
            for node in nodes.values()
            if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "unieke_combinatie"
        }
        found: dict[str, _Model] = {}

        def visit(unique_id: str) -> None:
            node = nodes.get(unique_id)
            if node is None or node["resource_type"] != "model" or node["schema"] != vintage.SOURCE:
                return
            if node["alias"] in found or node["config"]["materialized"] == "view":
                return
            for parent in node["depends_on"]["nodes"]:
                visit(parent)
            known = [nodes[p] for p in node["depends_on"]["nodes"] if p in nodes]
            found[node["alias"]] = _Model(
                node["alias"],
                node.get("compiled_code") or self._compiled(node),
                tuple((parent["schema"], parent["alias"]) for parent in known),
                keys.get(unique_id, ()),
            )

        for unique_id in nodes:
            visit(unique_id)
        return found

    def _compiled(self, node: dict[str, Any]) -> str:
        path = self._folder / "compiled" / node["package_name"] / node["original_file_path"]
        return path.read_text(encoding="utf-8")

    @property
    def read_by_marts(self) -> set[tuple[str, str]]:
        """Schema and name of every relation below the marts that a mart reads."""
        return {parent for mart in self.marts.values() for parent in mart.parents if parent[0] != vintage.SOURCE}


# --- what the next publication will be compared with -----------------------------------------------------------------


def can_compare(connection: psycopg.Connection) -> bool:
    """Whether the previous publication's person-level tables are there."""
    return connection.execute("select to_regclass(%s)", [f"{KEPT}.{_PLACEMENTS}"]).fetchone() != (None,)


def keep(connection: psycopg.Connection, project: Project) -> None:
    """Copy what this publication was made from, within the caller's transaction."""
    connection.execute("drop schema if exists vorige cascade")
    connection.execute("create schema vorige")
    connection.execute(
        "comment on schema vorige is 'Waaruit de vorige publicatie is gemaakt, om verschillen te verklaren. Intern.'"
    )
    wanted = project.read_by_marts | _facts(connection)
    wanted |= {("intermediate", name) for name in (_PLACEMENTS, _EXITS, _SEGMENTS)}
    for schema, name in sorted(wanted):
        if schema in {"staging", "intermediate"} and name not in _MOVING:
            connection.execute(
                sql.SQL("create table {} as table {}").format(sql.Identifier(KEPT, name), sql.Identifier(schema, name))
            )


def _facts(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """Staging tables whose rows are about a person."""
    rows = connection.execute(
        "select table_name from information_schema.columns where table_schema = 'staging' "
        "and column_name = 'persoon_sk' and table_name not like 'stg_levering%%'"
    ).fetchall()
    return {("staging", str(name)) for (name,) in rows}


# --- the comparison --------------------------------------------------------------------------------------------------


class Revision:
    """The comparison of one publication, not stored yet, with the one before; all in one transaction.

    `base` is the suffix of schemas in which the previous publication was built again under the definitions of now; None
    when those are the same.
    """

    def __init__(
        self,
        connection: psycopg.Connection,
        project: Project,
        publication: Publication,
        previous: Publication,
        base: str | None,
    ) -> None:
        self.connection, self.project = connection, project
        self.publication, self.previous, self.base = publication, previous, base
        self.steps = 0

    def run(self) -> dict[str, int]:
        """Write the revisions into `vintage.revisie`; returns how many rows per cause."""
        self.connection.execute(
            "create temporary table stap (mart text, sleutel jsonb, maat text, volgorde integer, oorzaak text, "
            "waarde numeric) on commit drop"
        )
        self.connection.execute(
            "create temporary table cel (mart text, sleutel jsonb, maand date, periode text) on commit drop"
        )
        revised = [mart for mart in self.project.marts if self._find_cells(mart)]
        if revised:
            self._walk(revised)
            for _, name in self.project.read_by_marts:
                # A temporary view would outlive the transaction; the marts on it go with it.
                self.connection.execute(sql.SQL("drop view {} cascade").format(sql.Identifier("pg_temp", f"h_{name}")))
        self._write()
        rows = self.connection.execute(
            "select oorzaak, count(*) from vintage.revisie where publicatie_id = %s group by oorzaak",
            [self.publication.publicatie_id],
        ).fetchall()
        return dict(rows)

    # --- which figures changed ---

    @cached_property
    def forgotten(self) -> date:
        """The last day of the periods that are no longer made: people of then were forgotten, their term had passed.

        Such a figure is not revised; it stands as it was published.
        """
        if self.connection.execute("select to_regclass('levering.vergeten')").fetchone() == (None,):
            return date.min
        row = self.connection.execute(
            "select max(tot) from levering.vergeten where oorzaak = 'bewaartermijn'"
        ).fetchone()
        return (row and row[0]) or date.min

    def _measures(self, mart: str) -> dict[str, str]:
        model, columns = self.project.marts[mart], vintage.kept(self.connection)[mart]
        before = set(vintage.marts_of(self.connection, self.previous).get(mart, ()))
        return {
            name: kind
            for name, kind in columns.items()
            if name not in model.keys and name in before and _NUMBERS.match(kind)
        }

    def _find_cells(self, mart: str) -> bool:
        """Note the cells of complete periods that differ from the previous publication; whether there are any."""
        model = self.project.marts[mart]
        before = vintage.marts_of(self.connection, self.previous)
        period = next((name for name in PERIODS if name in model.keys), None)
        if mart not in before or period is None or not set(model.keys) <= set(before[mart]):
            return False
        measures = self._measures(mart)
        if not measures:
            return False
        names = vintage.names([*model.keys, *measures])
        first = self.previous.datum.replace(day=1)
        complete = sql.SQL("{} < {} and {} > {}").format(
            sql.Identifier(period),
            sql.Literal(first.year if period == "jaar" else first),
            sql.Identifier(period),
            sql.Literal(self.forgotten.year if period == "jaar" else self.forgotten),
        )
        parts = {
            "was": sql.SQL("select {} from ({}) as was where {}").format(
                names, vintage.as_published(self.connection, self.previous, mart), complete
            ),
            "nu": sql.SQL("select {} from {} where {}").format(names, sql.Identifier(vintage.SOURCE, mart), complete),
        }
        for name, query in parts.items():
            self.connection.execute(sql.SQL("create temporary table {} as {}").format(sql.Identifier(name), query))
        cells = sql.Identifier(f"cel_{mart}")
        self.connection.execute(
            sql.SQL(
                "create temporary table {cells} on commit drop as select distinct {keys} from ("
                "(table was except table nu) union all (table nu except table was)) as anders"
            ).format(cells=cells, keys=vintage.names(list(model.keys)))
        )
        start = sql.SQL("make_date({}, 1, 1)" if period == "jaar" else "{}").format(sql.Identifier(period))
        found = self.connection.execute(
            sql.SQL("insert into cel select {}, {}, {}, {} from {}").format(
                sql.Literal(mart), self._key(model), start, sql.Literal("jaar" if period == "jaar" else "maand"), cells
            )
        ).rowcount
        if found:
            self.connection.execute(sql.SQL("analyze {}").format(cells))
            self._measure(mart, sql.SQL("was"), "oud")
            self._measure(mart, sql.SQL("nu"), "nieuw", last=True)
        self.connection.execute("drop table was, nu")
        return bool(found)

    def _key(self, model: _Model) -> sql.Composed:
        pairs = (sql.SQL("{}, {}").format(sql.Literal(key), sql.Identifier(key)) for key in model.keys)
        return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))

    def _measure(self, mart: str, source: sql.Composable, cause: str, *, last: bool = False) -> None:
        """Note the value of every revised cell of a mart in one state."""
        model, number = self.project.marts[mart], 1_000_000 if last else self.steps
        joined = sql.SQL(" and ").join(
            # An unknown value is a key too (an age, say); compared so that the join can still be hashed.
            sql.SQL("coalesce(cel.{k}::text, '') = coalesce(stand.{k}::text, '')").format(k=sql.Identifier(key))
            for key in model.keys
        )
        values = sql.SQL(", ").join(
            sql.SQL("({}, {})").format(
                sql.Literal(name),
                # By way of the column's own type: a mart's contract rounds what its SQL gives.
                sql.SQL(
                    # No row is a count of 0; a row that does not know it is not.
                    f"case when stand is null then 0 else stand.{{}}::{kind} end::numeric"
                    if self._is_count(name, kind)
                    else f"stand.{{}}::{kind}::numeric"
                ).format(sql.Identifier(name)),
            )
            for name, kind in self._measures(mart).items()
        )
        keys = sql.SQL(", ").join(
            sql.SQL("{}, cel.{}").format(sql.Literal(key), sql.Identifier(key)) for key in model.keys
        )
        self.connection.execute(
            sql.SQL(
                "insert into stap select {mart}, jsonb_build_object({keys}), maat.naam, {number}, {cause}, maat.waarde "
                "from {cells} as cel left join {source} as stand on {joined} "
                "cross join lateral (values {values}) as maat (naam, waarde)"
            ).format(
                mart=sql.Literal(mart),
                keys=keys,
                number=sql.Literal(number),
                cause=sql.Literal(cause),
                cells=sql.Identifier(f"cel_{mart}"),
                source=source,
                joined=joined,
                values=values,
            )
        )

    @staticmethod
    def _is_count(name: str, kind: str) -> bool:
        return name in ADDITIVE or kind in {"smallint", "integer", "bigint"}

    # --- from the previous state to this one, cause by cause ---

    def _walk(self, revised: list[str]) -> None:
        if self.base is not None:
            self.steps += 1
            for mart in revised:
                self._measure(mart, sql.Identifier(f"{vintage.SOURCE}{self.base}", mart), self._of_nobody())
        self._persons()
        self._hybrids()
        general = self._general()
        groups = [
            row[0]
            for row in self.connection.execute(
                "select oorzaak from oorzaak_persoon group by oorzaak order by array_position(%s::text[], oorzaak)",
                [list(PRECEDENCE)],
            ).fetchall()
        ]
        if general:
            self._state(revised, general)
        for cause in groups:
            self.connection.execute(
                "insert into toegepast select persoon_sk from oorzaak_persoon where oorzaak = %s", [cause]
            )
            self.connection.execute("analyze toegepast")
            self._state(revised, cause)

    def _of_nobody(self) -> str:
        """Return what made the previous publication, built again from what is known of it, another than it was.

        Of the same definitions and gemeenten: people who were forgotten since (doorstroom/vergeten.py) are not in it.
        """
        if self.previous.definitieversie != self.publication.definitieversie:
            return DEFINITIE
        return INDELING if self.previous.indelingversie != self.publication.indelingversie else IDENTITEIT

    def _state(self, revised: list[str], cause: str) -> None:
        self.steps += 1
        for mart in revised:
            self._measure(mart, sql.Identifier(f"h_{mart}"), cause)

    def _old(self, schema: str, name: str) -> sql.Identifier:
        return sql.Identifier(KEPT, name) if self.base is None else sql.Identifier(f"{schema}{self.base}", name)

    def _exists(self, schema: str, name: str) -> bool:
        where = f'"{KEPT}"."{name}"' if self.base is None else f'"{schema}{self.base}"."{name}"'
        return self.connection.execute("select to_regclass(%s)", [where]).fetchone() != (None,)

    def _columns(self, schema: str, name: str) -> list[str]:
        rows = self.connection.execute(
            "select column_name from information_schema.columns where table_schema = %s and table_name = %s "
            "order by ordinal_position",
            [schema, name],
        ).fetchall()
        return [str(column) for (column,) in rows]

    def _persons(self) -> None:
        """Give every person whose facts changed a cause."""
        self.connection.execute(
            "create temporary table feit (relatie text, persoon_sk text, erbij boolean, inhoud jsonb, wie jsonb) "
            "on commit drop"
        )
        for schema, name in sorted(_facts(self.connection)):
            columns = [c for c in self._columns(schema, name) if c not in _BOOKKEEPING]
            if self._exists(schema, name):
                self._facts_of(schema, name, vintage.names(columns), records=bool(_RECORD.intersection(columns)))
        self._facts_of("intermediate", _PLACEMENTS, sql.SQL(_PLACEMENT_FACTS), records=True)  # type: ignore[arg-type]
        self.connection.execute("create index on feit (relatie, persoon_sk)")
        self.connection.execute("analyze feit")
        self.connection.execute(
            sql.SQL(_CAUSES).format(
                exits=self._old("intermediate", _EXITS),
                before=self._old("intermediate", _SEGMENTS),
                now=sql.Identifier("intermediate", _SEGMENTS),
            ),
            [list(PRECEDENCE)],
        )
        self.connection.execute("create temporary table toegepast (persoon_sk text primary key) on commit drop")

    def _facts_of(self, schema: str, name: str, columns: sql.Composed, *, records: bool) -> None:
        """Note which rows of a table went and came, with what they say and what they say of nobody in particular."""
        new, old = sql.Identifier(schema, name), self._old(schema, name)
        nobody = sql.SQL("inhoud - {}::text[]").format(sql.Literal(sorted(_IDENTITY))) if records else sql.SQL("null")
        for came, one, other in ((False, old, new), (True, new, old)):
            self.connection.execute(
                sql.SQL(
                    "insert into feit select {name}, persoon_sk, {came}, inhoud, {nobody} from (select persoon_sk, "
                    "to_jsonb(rij) as inhoud from ("
                    "select {columns} from {one} except all select {columns} from {other}) as rij) as anders"
                ).format(
                    name=sql.Literal(name), came=sql.Literal(came), nobody=nobody, columns=columns, one=one, other=other
                )
            )

    def _hybrids(self) -> None:
        """Make the marts as temporary views on persons of before and of now, which `toegepast` tells apart."""
        for schema, name in sorted(self.project.read_by_marts):
            columns = self._columns(schema, name)
            if schema not in {"staging", "intermediate"} or name in _MOVING or not self._exists(schema, name):
                query = sql.SQL("select * from {}").format(sql.Identifier(schema, name))
            elif "persoon_sk" in columns:
                query = sql.SQL(
                    "select {c} from {old} as rij where not exists "
                    "(select from toegepast where toegepast.persoon_sk = rij.persoon_sk) "
                    "union all select {c} from {new} as rij where exists "
                    "(select from toegepast where toegepast.persoon_sk = rij.persoon_sk)"
                ).format(c=vintage.names(columns), old=self._old(schema, name), new=sql.Identifier(schema, name))
            else:
                # Of nobody in particular: as now from the first step on.
                query = sql.SQL("select {} from {}").format(vintage.names(columns), sql.Identifier(schema, name))
            self.connection.execute(
                sql.SQL("create temporary view {} as {}").format(sql.Identifier(f"h_{name}"), query)
            )
        known = {name for _, name in self.project.read_by_marts} | self.project.marts.keys()
        for mart, model in self.project.marts.items():
            text = _RELATION.sub(
                lambda match: f'"h_{match["name"]}"' if match["name"] in known else match[0], model.query
            )
            view = (
                sql.SQL("create temporary view {} as ").format(sql.Identifier(f"h_{mart}")).as_string(self.connection)
            )
            self.connection.execute((view + text).encode())

    def _general(self) -> str | None:
        """Return the cause of what changed in facts about nobody in particular; None when nothing did."""
        cause = None
        for schema, name in sorted(self.project.read_by_marts):
            columns = self._columns(schema, name)
            if schema not in {"staging", "intermediate"} or name in _MOVING or not self._exists(schema, name):
                continue
            if "persoon_sk" in columns:
                continue
            names = vintage.names([c for c in columns if c not in _BOOKKEEPING])
            old, new = self._old(schema, name), sql.Identifier(schema, name)
            for one, other, meaning in ((old, new, CORRECTIE), (new, old, LAAT)):
                row = self.connection.execute(
                    sql.SQL("select exists (select {c} from {one} except select {c} from {other})").format(
                        c=names, one=one, other=other
                    )
                ).fetchone()
                if row and row[0] and cause != CORRECTIE:
                    cause = meaning
        return cause

    def _write(self) -> None:
        """Write, per revised cell and measure, the steps that changed it, each from its value before to that after."""
        self.connection.execute(
            "insert into vintage.revisie "
            "(publicatie_id, mart, maat, periode, maand, sleutel, volgorde, oorzaak, oud, nieuw) "
            "select %s, keten.mart, keten.maat, cel.periode, cel.maand, keten.sleutel, "
            "row_number() over (partition by keten.mart, keten.sleutel, keten.maat order by keten.volgorde), "
            "case keten.oorzaak when 'nieuw' then %s else keten.oorzaak end, keten.vorige, keten.waarde "
            "from (select staat.*, lag(waarde) over cellen as vorige, lag(volgorde) over cellen as eerder from ("
            "select stap.*, first_value(waarde) over heel as gepubliceerd, last_value(waarde) over heel as nu, "
            "max(case when waarde is not null then volgorde end) over heel as laatste from stap "
            "window heel as (partition by mart, sleutel, maat order by volgorde "
            "rows between unbounded preceding and unbounded following)) as staat "
            # Without a figure on the way, such as a median of nobody, there is no step to tell of: with the next one.
            "where waarde is not null or volgorde > coalesce(laatste, 0) "
            "window cellen as (partition by mart, sleutel, maat order by volgorde)) as keten "
            "join cel on cel.mart = keten.mart and cel.sleutel = keten.sleutel "
            # What was no figure yet, such as a return rate whose follow-up was not complete, is not revised.
            "where keten.eerder is not null and keten.gepubliceerd is not null "
            "and keten.gepubliceerd is distinct from keten.nu and keten.vorige is distinct from keten.waarde",
            # What no changed fact explains: facts of a later month that reach back, now that that month is complete.
            [self.publication.publicatie_id, LAAT],
        )
