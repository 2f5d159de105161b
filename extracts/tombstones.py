"""Who was forgotten (AVG, art. 17; Wmo 2015, art. 5.3.4): marks by which the intake knows the rows that must stay out.

A mark is a keyed one-way derivative of a pseudonym or of a supplier's own number, of another kind than the pseudonyms
themselves: without the key, which lies outside the warehouse, it joins with nothing. Suppliers deliver everybody again
every night, so without marks nobody would stay forgotten.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from extracts.contract import Table
from extracts.conversion import Converter
from extracts.pseudonym import FORGOTTEN_TOKEN, Pseudonymiser

VERZOEK, BEWAARTERMIJN = "verzoek", "bewaartermijn"

#: A supplier's own numbers of records about one person.
PERSON_NUMBERS = (
    "indicatie_nummer",
    "toewijzingnummer",
    "verblijf_id",
    "verblijfnummer",
    "aanmeldnummer",
    "contractnummer",
)
#: The number by which the stays of opvang, whose rows name nobody, are somebody's.
LINK = "aanmeldnummer"

#: A copy in the state folder, for a warehouse that is filled anew from the drop.
COPY = "vergeten.csv"
_COLUMNS = ("kenmerk", "vergeten_id", "oorzaak", "tot", "peil", "vergeten_op", "afgerond")

DDL = """
create sequence if not exists levering.vergeten_nummer;
create table if not exists levering.vergeten (
    kenmerk text primary key,
    vergeten_id bigint not null,
    oorzaak text not null check (oorzaak in ('verzoek', 'bewaartermijn')),
    tot date,
    peil date,
    vergeten_op timestamptz not null default now(),
    afgerond boolean not null default true,
    check ((oorzaak = 'verzoek') = (tot is null)),
    check ((tot is null) = (peil is null))
);
alter table levering.vergeten add column if not exists peil date;
comment on table levering.vergeten is
    'Wie vergeten is: kenmerken waaraan rijen worden herkend die niet meer worden ingelezen. Niet te herleiden.';
comment on column levering.vergeten.kenmerk is
    'Afgeleide van een pseudoniem of recordnummer, met de sleutel buiten het warehouse; komt nergens anders voor.';
comment on column levering.vergeten.vergeten_id is 'Kenmerken met hetzelfde nummer zijn van één persoon.';
comment on column levering.vergeten.oorzaak is 'verzoek (van de persoon zelf) of bewaartermijn.';
comment on column levering.vergeten.tot is
    'Bij bewaartermijn: alleen rijen zonder latere datum blijven weg; wie terugkeert, telt weer mee. Bij verzoek leeg.';
comment on column levering.vergeten.peil is
    'Bij bewaartermijn: DATE van de nacht; bestanden met een leverdatum tot en met die dag zijn van daarvoor.';
comment on column levering.vergeten.vergeten_op is 'Wanneer.';
comment on column levering.vergeten.afgerond is 'Of al is nagekeken of er eerder iets onder dit nummer was ingelezen.';
create index if not exists vergeten_id on levering.vergeten (vergeten_id);

create table if not exists levering.bewaartermijn (
    grens date primary key,
    jaren integer not null,
    personen integer not null,
    uitgevoerd_op timestamptz not null default now()
);
comment on table levering.bewaartermijn is
    'De keren dat is nagegaan van wie de bewaartermijn om was: van wie voor de grens voor het laatst iets waar was.';
comment on column levering.bewaartermijn.grens is 'Eerste dag van het jaar, zoveel jaren voor dat van de nacht.';
comment on column levering.bewaartermijn.jaren is 'De bewaartermijn.';
comment on column levering.bewaartermijn.personen is 'Hoeveel personen toen zijn vergeten.';
comment on column levering.bewaartermijn.uitgevoerd_op is 'Wanneer.';
"""


@dataclass(frozen=True)
class Mark:
    """What is known of somebody forgotten."""

    vergeten_id: int
    oorzaak: str
    tot: date | None
    peil: date | None

    def covers(self, last: str, leverdatum: date | None) -> bool:
        """Whether a row whose latest date is `last` (ISO, '' without any) stays out, from a file of that leverdatum."""
        if self.tot is None or self.peil is None:
            return True
        return last <= self.tot.isoformat() or (leverdatum is not None and leverdatum <= self.peil)


class Tombstones:
    """The marks of a warehouse, as read within one transaction."""

    def __init__(self, pseudonymiser: Pseudonymiser, marks: dict[str, Mark]) -> None:
        self._pseudonymiser, self._marks = pseudonymiser, marks
        self._numbers: dict[str, Mark] = {}

    @classmethod
    def of(cls, connection: psycopg.Connection, pseudonymiser: Pseudonymiser) -> Tombstones:
        """Read the marks; until the transaction ends nobody is forgotten, so that what is stored meanwhile is known."""
        connection.execute("select pg_advisory_xact_lock_shared(hashtext('vergeten'), 0)")
        rows = connection.execute("select kenmerk, vergeten_id, oorzaak, tot, peil from levering.vergeten")
        return cls(pseudonymiser, {kenmerk: Mark(*rest) for kenmerk, *rest in rows})

    def __len__(self) -> int:
        return len(self._marks)

    @property
    def requested(self) -> frozenset[str]:
        """The marks of whoever asked to be forgotten."""
        return frozenset(kenmerk for kenmerk, mark in self._marks.items() if mark.oorzaak == VERZOEK)

    def person(self, key: str) -> Mark | None:
        """Return the mark of a pseudonym."""
        return self._marks.get(self._pseudonymiser.mark("persoon", key))

    def client(self, key: str) -> Mark | None:
        """Return the mark of the pseudonym of a supplier's client."""
        return self._marks.get(self._pseudonymiser.mark("client", key))

    def record(self, supplier: str, column: str, number: str, person: str = "") -> Mark | None:
        """Return the mark of a supplier's own number, in rows that name nobody or, wrongly, this person."""
        return self._marks.get(self._pseudonymiser.mark("record", supplier, column, number, person))

    def sieve(
        self, supplier: str, table: Table, leverdatum: date | None
    ) -> Callable[[tuple[object, ...]], bool] | None:
        """Return what tells whether a row for COPY must stay out; None when nobody was forgotten.

        The numbers of rows that stay out are remembered: `keep_new` marks those that were not known.
        """
        if not self._marks:
            return None
        columns = Converter.columns(table)
        place = {name: columns.index(name) for name in columns}
        numbers = [(name, place[name]) for name in PERSON_NUMBERS if name in place]
        dates = [
            place[c.name]
            for c in table.stored_columns
            if c.logical_type in {"date", "timestamp"} and c.name != "geboortedatum"
        ]
        known: dict[tuple[str, ...], Mark | None] = {}

        def look_up(kind: str, *what: str) -> Mark | None:
            key = (kind, *what)
            if key not in known:
                known[key] = self._marks.get(self._pseudonymiser.mark(*key))
            return known[key]

        def is_out(row: tuple[object, ...]) -> bool:
            last = max((str(row[index])[:10] for index in dates if row[index]), default="")
            person = str(row[place["persoon_sleutel"]] or "") if table.identifies_person else ""
            client = str(row[place["client_sleutel"]] or "") if table.identifies_person else ""
            own = [(name, str(row[index])) for name, index in numbers if row[index]]
            found = [look_up("persoon", person) if person else None, look_up("client", client) if client else None]
            mark = next((m for m in found if m and m.covers(last, leverdatum)), None)
            if mark:
                for name, number in own:
                    if not look_up("record", supplier, name, number, ""):
                        key = self._pseudonymiser.mark("record", supplier, name, number, "")
                        known["record", supplier, name, number, ""] = self._numbers[key] = mark
                        self._linked |= name == LINK
                return True
            return any(
                (number == FORGOTTEN_TOKEN and not person)
                or ((m := look_up("record", supplier, name, number, person)) and m.covers(last, leverdatum))
                for name, number in own
            )

        return is_out

    _linked = False

    def keep_new(self, connection: psycopg.Connection) -> None:
        """Mark the numbers of rows that stayed out, within the caller's transaction."""
        add(
            connection,
            ((key, mark.vergeten_id, mark.oorzaak, mark.tot, mark.peil) for key, mark in self._numbers.items()),
            finished=not self._linked,
        )


def add(
    connection: psycopg.Connection,
    marks: Iterable[tuple[str, int, str, date | None, date | None]],
    *,
    finished: bool = True,
) -> None:
    """Add marks: kenmerk, vergeten_id, oorzaak, tot, peil. Of one that is there a request or a later `tot` holds."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into levering.vergeten as oud (kenmerk, vergeten_id, oorzaak, tot, peil, afgerond) "
            "values (%s, %s, %s, %s, %s, %s) on conflict (kenmerk) do update set vergeten_id = excluded.vergeten_id, "
            "oorzaak = excluded.oorzaak, tot = excluded.tot, peil = excluded.peil, "
            "vergeten_op = excluded.vergeten_op "
            "where oud.oorzaak = 'bewaartermijn' and (excluded.tot is null or excluded.tot > oud.tot)",
            [(*mark, finished) for mark in marks],
        )


def copy_out(connection: psycopg.Connection, state: Path) -> None:
    """Write the marks to the state folder, where a warehouse that is filled anew finds them."""
    state.mkdir(parents=True, exist_ok=True)
    draft = state / f"{COPY}.{os.getpid()}"
    rows = connection.execute(
        f"select {', '.join(_COLUMNS)} from levering.vergeten order by vergeten_id, kenmerk"  # noqa: S608 - names
    ).fetchall()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as handle:
        csv.writer(handle).writerows([_COLUMNS, *rows])
    draft.replace(state / COPY)


def copy_in(connection: psycopg.Connection, state: Path) -> None:
    """Take over the marks in the state folder, in a warehouse in which nothing was ever taken in."""
    path = state / COPY
    row = connection.execute(
        "select exists (select from levering.bestanden) or exists (select from levering.vergeten)"
    ).fetchone()
    if not path.exists() or (row and row[0]):
        return
    with path.open(encoding="ascii", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into levering.vergeten ({', '.join(_COLUMNS)}) "  # noqa: S608 - names
            "values (%s, %s, %s, nullif(%s, '')::date, nullif(%s, '')::date, %s, %s::boolean)",
            rows,
        )
    connection.execute(
        "select setval('levering.vergeten_nummer', max(vergeten_id)) from levering.vergeten having count(*) > 0"
    )
