"""Two pseudonyms of one person (Q-24): an operator joins them, or takes them apart again, from a night on.

The list holds pseudonyms only. Who they are of is typed on standard input, never as an argument: arguments stand in the
shell's history and in the list of processes.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from doorstroom.settings import Settings
from doorstroom.warehouse import connect
from extracts import ledger
from extracts.contract import load_contracts
from extracts.pseudonym import Pseudonymiser, is_bsn

SAMENVOEGEN, SPLITSEN = "samenvoegen", "splitsen"

HOW = (
    "Geef twee regels: eerst wie opgaat in de ander, dan onder wie de persoon verder bekend is. Een regel is een BSN "
    "van negen cijfers, of <leverancier>;<cliëntnummer>, of <leverancier>;<tabel>;<recordnummer>, zoals "
    "vggm;vggm_aanmeldingen;A-0012."
)


class IdentiteitError(Exception):
    """What was typed does not name two known people. Never holds what was typed."""


def record(soort: str, lines: list[str]) -> int:
    """Add a pair to the dated list (append-only), from two lines as HOW says; returns its samenvoeging_id.

    It counts from the next night on: only then it has a known time. Raises IdentiteitError when a line does not name
    somebody in the warehouse, both name the same one, or there is nothing to take apart; SettingsError without a key.
    """
    named = [line.strip() for line in lines if line.strip()]
    if soort not in {SAMENVOEGEN, SPLITSEN}:
        raise KeyError(soort)
    if len(named) != 2:
        raise IdentiteitError(HOW)
    with connect() as connection:
        ledger.prepare(connection)
        pseudonymiser = pseudonymiser_of(connection)
        old, new = (_key(connection, pseudonymiser, line, place) for place, line in enumerate(named, start=1))
        if old == new:
            raise IdentiteitError("Beide regels noemen dezelfde persoon.")
        if soort == SPLITSEN and not _joined(connection, old, new):
            raise IdentiteitError("Deze twee zijn niet samengevoegd.")
        added = connection.execute(
            "insert into levering.persoon_samenvoeging (soort, oude_sleutel, nieuwe_sleutel) values (%s, %s, %s) "
            "returning samenvoeging_id",
            [soort, old, new],
        ).fetchone()
    assert added is not None  # noqa: S101 - an insert that returns always has a row
    return int(added[0])


def pseudonymiser_of(connection: psycopg.Connection) -> Pseudonymiser:
    """Return the pseudonymiser this warehouse was filled with; raises IdentiteitError when it has none or another."""
    row = connection.execute(
        "select drop_url, sleutel_kenmerk from levering.nachten order by nacht_id desc limit 1"
    ).fetchone()
    if row is None:
        raise IdentiteitError("In dit warehouse is nog geen nacht begonnen: er is nog niemand bekend.")
    pseudonymiser = Pseudonymiser(Settings.from_env().key_for(row[0]))
    if pseudonymiser.fingerprint() != row[1]:
        raise IdentiteitError("Dit warehouse is gevuld met een andere DOORSTROOM_PSEUDONYM_KEY.")
    return pseudonymiser


def _key(connection: psycopg.Connection, pseudonymiser: Pseudonymiser, line: str, place: int) -> str:
    """Return the pseudonym a line names; raises IdentiteitError, which tells the line's place and not its text."""
    parts = [part.strip() for part in line.split(";")]
    if len(parts) == 1 and is_bsn(parts[0]):
        key: str | None = pseudonymiser.person(parts[0])
    elif len(parts) == 2:
        key = pseudonymiser.client(*parts)
    elif len(parts) == 3:
        key = _of_record(connection, *parts)
    else:
        raise IdentiteitError(f"Regel {place} is niet te lezen. {HOW}")
    if key is None or not _known(connection, key):
        raise IdentiteitError(f"Regel {place}: deze persoon komt in geen levering voor.")
    return key


def _of_record(connection: psycopg.Connection, supplier: str, name: str, number: str) -> str | None:
    """Return the pseudonym under which a supplier last delivered a record of its own number."""
    table = next((t for c in load_contracts().values() for t in c.tables if t.name == name), None)
    if table is None or not table.identifies_person or len(table.key) != 1:
        return None
    row = connection.execute(
        sql.SQL(
            "select rij.persoon_sleutel from {} as rij join levering.bestanden as bestand using (levering_id) "
            "where bestand.leverancier = %s and rij.{} = %s and rij.persoon_sleutel is not null "
            "order by bestand.leverdatum desc, rij.levering_id desc, rij.rij_nr desc limit 1"
        ).format(sql.Identifier("raw", name), sql.Identifier(table.key[0])),
        [supplier, number],
    ).fetchone()
    return str(row[0]) if row else None


def _known(connection: psycopg.Connection, key: str) -> bool:
    """Whether any delivered row is of this person."""
    tables = [t.name for c in load_contracts().values() for t in c.tables if t.identifies_person]
    query = sql.SQL(" union all ").join(
        sql.SQL("select exists (select from {} where persoon_sleutel = %(key)s) as er").format(
            sql.Identifier("raw", name)
        )
        for name in tables
    )
    row = connection.execute(sql.SQL("select bool_or(er) from ({}) as tabel").format(query), {"key": key}).fetchone()
    return bool(row and row[0])


def _joined(connection: psycopg.Connection, old: str, new: str) -> bool:
    """Whether the latest entry of this pair joins it."""
    row = connection.execute(
        "select soort from levering.persoon_samenvoeging where (oude_sleutel, nieuwe_sleutel) in ((%(a)s, %(b)s), "
        "(%(b)s, %(a)s)) order by samenvoeging_id desc limit 1",
        {"a": old, "b": new},
    ).fetchone()
    return row is not None and row[0] == SAMENVOEGEN
