"""Forgetting people: on request (AVG, art. 17) and when the retention term has passed (Wmo 2015, art. 5.3.4).

Forgotten is: no row, finding, pseudonym or record number of the person anywhere, figures made without the person from
the next night on, and marks by which the intake keeps the person out when suppliers deliver everybody again. What was
published stays as it was: schema `vintage` holds figures, not people.

Who is meant is typed on standard input, never as an argument: arguments stand in the shell's history and in the list
of processes.
"""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from doorstroom import dbt_build, kennis
from doorstroom.settings import Settings
from doorstroom.warehouse import TIMEZONE, airflow_url, connect
from expectations import forget as findings
from expectations import schema
from extracts import identity, ledger, raw, tombstones
from extracts.contract import Table, load_contracts
from extracts.forget import Erasure, numbers_of, tables
from extracts.pseudonym import HOOG, Pseudonymiser, is_bsn
from extracts.tombstones import BEWAARTERMIJN, LINK, VERZOEK
from reports import forget as archive

HOW = (
    "Geef op één regel wie vergeten moet worden: een BSN van negen cijfers, of <leverancier>;<cliëntnummer>, of "
    "<leverancier>;<tabel>;<recordnummer>, zoals vggm;vggm_aanmeldingen;A-0012."
)

#: Made from `raw` every night: emptied, not searched.
_DERIVED = ("staging", "intermediate")


class VergetenError(Exception):
    """Nobody was forgotten; the message says why, and never repeats what was typed."""


@dataclass
class _Named:
    """Who a line names, in what the warehouse may know of them."""

    keys: list[str] = field(default_factory=list)
    records: list[tuple[str, str, str]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def forget(lines: list[str], *, bevestigd: bool) -> dict[str, Any]:
    """Forget the person that one line names; returns `rijen` (per table how many) and `gedaan`.

    Without `bevestigd` nothing changes, and the counts are what would be erased. Of somebody forgotten before `rijen`
    is empty. Raises VergetenError when the line names nobody in the warehouse, or more than one.
    """
    named = [line.strip() for line in lines if line.strip()]
    if len(named) != 1:
        raise VergetenError(HOW)
    settings = Settings.from_env()
    with connect() as connection:
        pseudonymiser = _ready(connection)
        found = _who(connection, pseudonymiser, named[0])
        erasure = Erasure(connection, pseudonymiser)
        erasure.name((1, key) for key in found.keys)
        erasure.name_records((1, *record) for record in found.records)
        if not erasure.find():
            if not _marked(connection, found.marks):
                raise VergetenError("Deze persoon komt in geen levering voor.")
            return {"rijen": {}, "gedaan": True}
        erasure.mark(VERZOEK)
        return _carry_out(connection, settings, erasure, bevestigd=bevestigd, tokens=True)


def undo(lines: list[str]) -> int:
    """Take away the marks of the person that one line names; returns how many.

    What was erased comes back only as suppliers deliver it again: a snapshot the next night, of mutations and messages
    what they send anew. Raises VergetenError when that person was not forgotten.
    """
    named = [line.strip() for line in lines if line.strip()]
    if len(named) != 1:
        raise VergetenError(HOW)
    with connect() as connection:
        pseudonymiser = _ready(connection)
        marks = _who(connection, pseudonymiser, named[0]).marks
        removed = connection.execute(
            "delete from levering.vergeten where vergeten_id in "
            "(select vergeten_id from levering.vergeten where kenmerk = any(%s))",
            [marks],
        ).rowcount
        tombstones.copy_out(connection, Settings.from_env().state)
    if not removed:
        raise VergetenError("Deze persoon is niet vergeten; er is niets ongedaan te maken.")
    return removed


def nightly() -> dict[str, int]:
    """Forget what the night brought in of people forgotten before, and whose term has passed; before the marts.

    Returns `nagekomen` (of how many people stays were found that had been taken in before it was known whose they are)
    and `bewaartermijn` (of how many people the term had passed).
    """
    settings = Settings.from_env()
    with connect() as connection:
        late = _arrived_before_their_sign_up(connection, settings, _ready(connection))
    return {"nagekomen": late, "bewaartermijn": _whose_term_has_passed(settings)}


def _whose_term_has_passed(settings: Settings) -> int:
    """Forget, once a year, of whom nothing has been true since the turn of a year so many years ago; returns how many.

    By whole years, so that the figures of a year go together. A night of a later DATE than today's counts as today: a
    slip in a date must not erase anybody.
    """
    with connect() as connection:
        night = min(ledger.current(connection).datum, datetime.now(ZoneInfo(TIMEZONE)).date())
        limit = date(night.year - settings.bewaartermijn, 1, 1)
        if connection.execute(
            "select exists (select from levering.bewaartermijn where grens >= %s)", [limit]
        ).fetchone() == (True,):
            return 0
        old = _anything_old(connection, limit)
    if old:
        dbt_build.build_model("int_persoon__laatste_dag")
    with connect() as connection:
        erasure = Erasure(connection, _ready(connection))
        people = 0
        if old:
            _name_the_old(connection, erasure, limit)
            people = erasure.find(unless=_still(limit)) and erasure.mark(
                BEWAARTERMIJN, limit - timedelta(days=1), night
            )
        connection.execute(
            "insert into levering.bewaartermijn (grens, jaren, personen) values (%s, %s, %s)",
            [limit, settings.bewaartermijn, people],
        )
        if people:
            _carry_out(connection, settings, erasure)
    return people


def _dates_of(table: Table) -> list[str]:
    """Return the columns of a table that say when something was so."""
    return [
        c.name for c in table.stored_columns if c.logical_type in {"date", "timestamp"} and c.name != "geboortedatum"
    ]


def _anything_old(connection: psycopg.Connection, limit: date) -> bool:
    """Whether any delivered row says nothing of a day since `limit`: without one nobody's term can have passed."""
    return any(
        connection.execute(
            sql.SQL("select exists (select from {} where greatest({}) < {})").format(
                sql.Identifier("raw", table.name),
                sql.SQL(", ").join(sql.SQL("{}::date").format(sql.Identifier(name)) for name in _dates_of(table)),
                sql.Literal(limit),
            )
        ).fetchone()
        == (True,)
        for table in tables()
    )


def _still(limit: date) -> str:
    """Return the query for the pseudonyms of people of whom something was true since `limit`."""
    return (
        "select persoon_sk from intermediate.int_persoon__laatste_dag "  # noqa: S608 - a date
        f"where laatste_dag >= date '{limit}' union select samen.persoon_sleutel "
        "from staging.stg_levering__samenvoeging as samen join intermediate.int_persoon__laatste_dag as persoon "
        f"on persoon.persoon_sk = samen.persoon_sk where persoon.laatste_dag >= date '{limit}'"
    )


def _name_the_old(connection: psycopg.Connection, erasure: Erasure, limit: date) -> None:
    """Name everybody of whom nothing was true since `limit`.

    Also whoever is in no row that stands (withdrawn, replaced) and in no file since; and the stays of opvang whose
    aanmelding is missing, each somebody of its own (Q-23).
    """
    delivered = sql.SQL(" union all ").join(
        sql.SQL("select persoon_sleutel, max(levering_id) as levering_id from {} group by persoon_sleutel").format(
            sql.Identifier("raw", table.name)
        )
        for table in tables()
        if table.identifies_person
    )
    rows = connection.execute(
        sql.SQL(
            "select persoon_sk from intermediate.int_persoon__laatste_dag where laatste_dag < {limit} union "
            "select persoon_sleutel from ({delivered}) as geleverd "
            "join levering.bestanden as bestand on bestand.levering_id = geleverd.levering_id "
            "left join staging.stg_levering__samenvoeging as samen using (persoon_sleutel) "
            "left join intermediate.int_persoon__laatste_dag as persoon "
            "on persoon.persoon_sk = coalesce(samen.persoon_sk, geleverd.persoon_sleutel) "
            "where persoon_sleutel is not null group by persoon_sleutel "
            "having max(bestand.leverdatum) < {limit} and count(persoon.persoon_sk) = 0"
        ).format(limit=sql.Literal(limit), delivered=delivered)
    ).fetchall()
    erasure.name((group, str(key)) for group, (key,) in enumerate(rows, start=1))
    stays = sql.SQL(" union ").join(
        sql.SQL(
            "select bestand.leverancier, rij.aanmeldnummer, rij.verblijfnummer from {} as rij "
            "join levering.bestanden as bestand using (levering_id)"
        ).format(sql.Identifier("raw", table.name))
        for table in tables()
        if not table.identifies_person
    )
    alone = connection.execute(
        sql.SQL(
            "select leverancier, aanmeldnummer, verblijfnummer from ({}) as verblijf "
            "join intermediate.int_persoon__laatste_dag as persoon on laatste_dag < {} and persoon_sk = "
            "encode(sha256(convert_to('zonder aanmelding|' || leverancier || '|' "
            "|| coalesce(aanmeldnummer, verblijfnummer), 'UTF8')), 'hex')"
        ).format(stays, sql.Literal(limit))
    ).fetchall()
    erasure.name_records(
        (len(rows) + group, supplier, column, number)
        for group, (supplier, sign_up, stay) in enumerate(alone, start=1)
        for column, number in ((LINK, sign_up), ("verblijfnummer", stay))
        if number
    )


def _arrived_before_their_sign_up(
    connection: psycopg.Connection, settings: Settings, pseudonymiser: Pseudonymiser
) -> int:
    """Erase stays of opvang that came in before the aanmelding they name turned out to be of somebody forgotten."""
    wanted: dict[str, int] = dict(
        connection.execute("select kenmerk, vergeten_id from levering.vergeten where not afgerond").fetchall()
    )
    if not wanted:
        return 0
    delivered = sql.SQL(" union ").join(
        sql.SQL(
            "select bestand.leverancier, rij.{} from {} as rij join levering.bestanden as bestand using (levering_id) "
            "where rij.{} is not null"
        ).format(sql.Identifier(LINK), sql.Identifier("raw", table.name), sql.Identifier(LINK))
        for table in tables()
        if not table.identifies_person
    )
    named = [
        (wanted[mark], supplier, LINK, number)
        for supplier, number in connection.execute(delivered).fetchall()
        if (mark := pseudonymiser.mark("record", supplier, LINK, number, "")) in wanted
    ]
    erasure = Erasure(connection, pseudonymiser)
    erasure.name_records(named)
    connection.execute("update levering.vergeten set afgerond = true where not afgerond")
    people = erasure.find() and erasure.mark(None)
    if people:
        _carry_out(connection, settings, erasure)
    connection.commit()
    return people


def _ready(connection: psycopg.Connection) -> Pseudonymiser:
    """Bring the schemas up to date; returns the pseudonymiser of this warehouse. Raises VergetenError."""
    ledger.prepare(connection)
    raw.prepare(connection, load_contracts().values())
    schema.prepare(connection)
    if connection.execute(
        "select exists (select from pg_stat_activity where application_name = 'dbt' and datname = current_database())"
    ).fetchone() == (True,):
        raise VergetenError("De marts worden op dit moment opgebouwd; vergeet iemand als die nacht klaar is.")
    try:
        return identity.pseudonymiser_of(connection)
    except identity.IdentiteitError as error:
        raise VergetenError(str(error)) from None


# --- who -------------------------------------------------------------------------------------------------------------


def _who(connection: psycopg.Connection, pseudonymiser: Pseudonymiser, line: str) -> _Named:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) == 1 and is_bsn(parts[0]):
        key = pseudonymiser.person(parts[0])
        return _Named([key], [], [pseudonymiser.mark("persoon", key)])
    if len(parts) == 2:
        return _client(connection, pseudonymiser, pseudonymiser.client(*parts))
    if len(parts) == 3:
        return _record(connection, pseudonymiser, *parts)
    raise VergetenError(HOW)


def _client(connection: psycopg.Connection, pseudonymiser: Pseudonymiser, key: str) -> _Named:
    """Return the client of a supplier; with the BSN it was delivered with, when it was only one."""
    known = sql.SQL(" union ").join(
        sql.SQL("select persoon_sleutel from {} where client_sleutel = %(key)s and koppelzekerheid = %(hoog)s").format(
            sql.Identifier("raw", table.name)
        )
        for table in tables()
        if any(column.name == "clientnummer" for column in table.columns)
    )
    bsns = [str(row[0]) for row in connection.execute(known, {"key": key, "hoog": HOOG}).fetchall()]
    if len(bsns) > 1:
        raise VergetenError("Onder dit cliëntnummer zijn verschillende BSN's geleverd; noem de persoon met het BSN.")
    return _Named([key, *bsns], [], [pseudonymiser.mark("client", key), pseudonymiser.mark("persoon", key)])


def _record(
    connection: psycopg.Connection, pseudonymiser: Pseudonymiser, supplier: str, name: str, number: str
) -> _Named:
    """Return the person of a supplier's own record: as last delivered, or nobody known but by that number."""
    table = next((table for table in tables() if table.name == name), None)
    column = next(iter(numbers_of(table)), None) if table else None
    if table is None or column is None:
        raise VergetenError(HOW)
    found = _Named([], [(supplier, column, number)], [pseudonymiser.mark("record", supplier, column, number, "")])
    if not table.identifies_person and (linked := _last(connection, name, LINK, found.records[0])):
        found.records.append((supplier, LINK, linked))
    for record in found.records:
        for other in tables():
            if other.identifies_person and record[1] in numbers_of(other):
                key = _last(connection, other.name, "persoon_sleutel", record)
                found.keys += [key] if key else []
    return found


def _last(connection: psycopg.Connection, table: str, wanted: str, record: tuple[str, str, str]) -> str | None:
    """Return what a column last said in the rows of a record."""
    supplier, column, number = record
    row = connection.execute(
        sql.SQL(
            "select rij.{} from {} as rij join levering.bestanden as bestand using (levering_id) "
            "where bestand.leverancier = %s and rij.{} = %s and rij.{} is not null "
            "order by bestand.leverdatum desc, rij.levering_id desc, rij.rij_nr desc limit 1"
        ).format(sql.Identifier(wanted), sql.Identifier("raw", table), sql.Identifier(column), sql.Identifier(wanted)),
        [supplier, number],
    ).fetchone()
    return str(row[0]) if row else None


def _marked(connection: psycopg.Connection, marks: list[str]) -> bool:
    row = connection.execute(
        "select exists (select from levering.vergeten where kenmerk = any(%s))", [marks]
    ).fetchone()
    return bool(row and row[0])


# --- erasing ---------------------------------------------------------------------------------------------------------


def _carry_out(
    connection: psycopg.Connection,
    settings: Settings,
    erasure: Erasure,
    *,
    bevestigd: bool = True,
    tokens: bool = False,
) -> dict[str, Any]:
    """Erase what was found everywhere, or only count it; ends the transaction.

    With `tokens` also what stands in texts instead of the BSN; of whom may return these stay, or a supplier that uses
    the BSN as its own number could not be followed any more.
    """
    erased = findings.erase(connection)
    accepted = _keys(connection, "where exists (select from levering.besluiten where sleutel = weg_sleutel.sleutel)")
    keys = _keys(connection)
    erased |= erasure.erase()
    if tokens:
        for name, rows in erasure.erase_tokens().items():
            erased[name] = erased.get(name, 0) + rows
    reports = settings.state / "rapporten"
    if not bevestigd:
        connection.rollback()
        if listed := archive.find(reports, keys):
            erased["rapporten (werkmappen)"] = listed
        return {"rijen": erased, "gedaan": False}
    _drop_derived(connection)
    connection.commit()
    tombstones.copy_out(connection, settings.state)
    connection.commit()
    if listed := sum(archive.erase(reports, keys).values()):
        erased["rapporten (werkmappen)"] = listed
    if accepted:
        _forget_decisions(settings, accepted)
    _sweep_up(connection, [name for name in erased if "." in name])
    return {"rijen": erased, "gedaan": True}


def _keys(connection: psycopg.Connection, which: str = "") -> set[str]:
    """Return the keys of the findings that are erased."""
    if connection.execute("select to_regclass('weg_sleutel')").fetchone() == (None,):
        return set()
    rows = connection.execute(f"select distinct sleutel from weg_sleutel {which}".encode())  # noqa: S608 - our own
    return {str(key) for (key,) in rows.fetchall()}


def _drop_derived(connection: psycopg.Connection) -> None:
    """Take away what is made of people every night, and what the last publication was made from.

    The next night makes everything anew; until then nothing can be published. Without the tables of the publication
    before, the next one is compared with that one as it would have been without the people who were forgotten.
    """
    rows = connection.execute(
        "select schemaname, tablename from pg_tables where schemaname = any(%s)", [list(_DERIVED)]
    ).fetchall()
    if rows:
        names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table in rows)
        connection.execute(sql.SQL("drop table {}").format(names))
    connection.execute("drop schema if exists vorige cascade")
    # Left by a rebuild as of a moment that was broken off.
    left = connection.execute(
        "select nspname from pg_namespace where nspname ~ %s", [rf"^({'|'.join(kennis.HELPERS)})_kennis_"]
    ).fetchall()
    for (name,) in left:
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
    if connection.execute("select to_regclass('levering.opbouw')").fetchone() != (None,):
        connection.execute("update levering.opbouw set klaar = false")
        connection.execute("truncate levering.persoon_kenmerk")


def _sweep_up(connection: psycopg.Connection, names: list[str]) -> None:
    """Write the tables that were erased from again, so that nothing of what was in them is left in their files."""
    connection.autocommit = True
    for name in [*names, "pg_catalog.pg_statistic"]:
        connection.execute(sql.SQL("vacuum (full, analyze) {}").format(sql.Identifier(*name.split("."))))
    connection.execute("checkpoint")


def _forget_decisions(settings: Settings, keys: set[str]) -> None:
    """Take away the runs of DAG `accepteren` about these findings: their form and result name the record."""
    with psycopg.connect(airflow_url(settings), autocommit=True) as connection:
        if connection.execute("select to_regclass('dag_run')").fetchone() == (None,):
            return
        runs = [
            str(run_id)
            for (run_id,) in connection.execute(
                "delete from dag_run where dag_id = 'accepteren' and conf::jsonb ->> 'sleutel' = any(%s) "
                "returning run_id",
                [list(keys)],
            ).fetchall()
        ]
        connection.execute("delete from log where dag_id = 'accepteren' and extra ~ %s", ["|".join(sorted(keys))])
        if runs:  # what hangs on a run went with it
            for name in ("dag_run", "task_instance", "xcom", "rendered_task_instance_fields", "log"):
                connection.execute(sql.SQL("vacuum (full) {}").format(sql.Identifier(name)))
    logs: Path = settings.state / "airflow" / "logs" / "dag_id=accepteren"
    for run_id in runs:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(logs / f"run_id={run_id}")
