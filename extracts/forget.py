"""Erase people from `raw` and the ledger, and leave the marks that keep them out (AVG, art. 17).

Who a person is: all pseudonyms under which the deliveries know them (joined ones, Q-24; those of suppliers' clients),
the suppliers' own numbers of their records, and every row with one of these. All set by set in temporary tables of the
caller's transaction (`weg_…`), for one person as for thousands; `groep` is one person in them. What is not certain to
be of this person alone stays: the number of a client of whom another BSN is known too, a record that turned out to be
somebody else's.
"""

# ruff: noqa: S608 - the queries are made from our own contracts
from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import psycopg
from psycopg import sql

from extracts import tombstones
from extracts.contract import Table, load_contracts
from extracts.pseudonym import FORGOTTEN_TOKEN, HOOG, Pseudonymiser
from extracts.tombstones import LINK, PERSON_NUMBERS

_TEMPORARY = """
create temporary table weg_persoon (groep bigint, sleutel text, primary key (groep, sleutel)) on commit drop;
create temporary table weg_client (groep bigint, sleutel text, primary key (groep, sleutel)) on commit drop;
create temporary table weg_nummer (
    groep bigint, leverancier text, kolom text, nummer text, primary key (groep, leverancier, kolom, nummer)
) on commit drop;
create temporary table weg_rij (
    groep bigint, tabel text, levering_id bigint, rij_nr integer, persoon_sleutel text, leverancier text,
    kolom text, nummer text, primary key (tabel, levering_id, rij_nr)
) on commit drop;
create temporary table weg_samen on commit drop as
select beide.een, beide.ander from (
    select distinct on (least(oude_sleutel, nieuwe_sleutel), greatest(oude_sleutel, nieuwe_sleutel))
        soort, oude_sleutel, nieuwe_sleutel
    from levering.persoon_samenvoeging
    order by least(oude_sleutel, nieuwe_sleutel), greatest(oude_sleutel, nieuwe_sleutel), samenvoeging_id desc
) as paar
cross join lateral (
    values (paar.oude_sleutel, paar.nieuwe_sleutel), (paar.nieuwe_sleutel, paar.oude_sleutel)
) as beide (een, ander)
where paar.soort = 'samenvoegen'
"""

#: What adds pseudonyms to a person, until nothing is added any more.
_CLOSURE = (
    "insert into weg_persoon select weg.groep, samen.ander from weg_persoon as weg "
    "join weg_samen as samen on samen.een = weg.sleutel on conflict do nothing",
    "insert into weg_client select distinct weg.groep, paar.client_sleutel from weg_persoon as weg "
    "join weg_paar as paar on paar.persoon_sleutel = weg.sleutel where not exists ("
    "select from weg_paar as vreemd where vreemd.client_sleutel = paar.client_sleutel and vreemd.hoog and not exists ("
    "select from weg_persoon as eigen where eigen.groep = weg.groep and eigen.sleutel = vreemd.persoon_sleutel)) "
    "on conflict do nothing",
    "insert into weg_persoon select groep, sleutel from weg_client on conflict do nothing",
)


def tables() -> list[Table]:
    """Return the raw tables whose rows are about a person, by a pseudonym or by a number."""
    return [
        table
        for contract in load_contracts().values()
        for table in contract.tables
        if table.identifies_person or numbers_of(table)
    ]


def numbers_of(table: Table) -> list[str]:
    """Return the columns of a table with a supplier's own number of a record about a person."""
    return [column.name for column in table.columns if column.name in PERSON_NUMBERS]


class Erasure:
    """The people to erase, in one transaction of the caller's: name them, `find`, then `mark` and `erase`."""

    def __init__(self, connection: psycopg.Connection, pseudonymiser: Pseudonymiser) -> None:
        self.connection, self.pseudonymiser = connection, pseudonymiser
        # Whoever stores rows meanwhile waits until the marks are there.
        self._do("select pg_advisory_xact_lock(hashtext('vergeten'), 0)")
        self._do(_TEMPORARY)

    def _do(self, query: str, parameters: dict[str, object] | None = None) -> int:
        return self.connection.execute(query.encode(), parameters).rowcount

    def name(self, people: Iterable[tuple[int, str]]) -> None:
        """Name people by a pseudonym: (groep, sleutel)."""
        with self.connection.cursor() as cursor:
            cursor.executemany("insert into weg_persoon values (%s, %s) on conflict do nothing", list(people))

    def name_records(self, records: Iterable[tuple[int, str, str, str]]) -> None:
        """Name people by the numbers of records that name nobody: (groep, leverancier, kolom, nummer)."""
        with self.connection.cursor() as cursor:
            cursor.executemany("insert into weg_nummer values (%s, %s, %s, %s) on conflict do nothing", list(records))

    # --- who, and what of them ---

    def find(self, unless: str | None = None) -> int:
        """Find every pseudonym, number and row of the people named; returns how many rows.

        Let go of whoever turns out to have a pseudonym that the query `unless` gives.
        """
        self._find_people()
        if unless:
            self._do(
                "delete from weg_persoon where groep in (select groep from weg_persoon as weg "
                f"join ({unless}) as niet (sleutel) on niet.sleutel = weg.sleutel)"
            )
            self._do("delete from weg_client where groep not in (select groep from weg_persoon)")
        self._find_numbers()
        for table in tables():
            self._find_rows(table)
        self._do("analyze weg_rij")
        row = self.connection.execute("select count(*) from weg_rij").fetchone()
        return int(row[0]) if row else 0

    def _find_people(self) -> None:
        pairs = [
            f"select persoon_sleutel, client_sleutel, koppelzekerheid = '{HOOG}' as hoog "
            f"from raw.{table.name} where persoon_sleutel is not null and client_sleutel is not null"
            for table in tables()
            if any(column.name == "clientnummer" for column in table.columns)
        ]
        self._do(f"create temporary table weg_paar on commit drop as {' union '.join(pairs)}")
        self._do("create index on weg_paar (persoon_sleutel)")
        self._do("create index on weg_paar (client_sleutel)")
        while sum(self._do(step) for step in _CLOSURE):
            pass
        self._do("analyze weg_persoon")

    def _find_numbers(self) -> None:
        for table in tables():
            for column in numbers_of(table) if table.identifies_person else ():
                self._do(
                    f"insert into weg_nummer select distinct weg.groep, bestand.leverancier, '{column}', rij.{column} "
                    f"from raw.{table.name} as rij join weg_persoon as weg on weg.sleutel = rij.persoon_sleutel "
                    "join levering.bestanden as bestand on bestand.levering_id = rij.levering_id "
                    f"where rij.{column} is not null on conflict do nothing"
                )
        for column in PERSON_NUMBERS:
            self._keep_own(column, "persoon_sleutel", "select from weg_persoon as eigen where eigen.groep = weg.groep")
        # Stays of opvang, by the number of their aanmelding.
        for table in tables():
            for column in numbers_of(table) if not table.identifies_person else ():
                self._do(
                    f"insert into weg_nummer select distinct weg.groep, weg.leverancier, '{column}', rij.{column} "
                    f"from raw.{table.name} as rij "
                    "join levering.bestanden as bestand on bestand.levering_id = rij.levering_id "
                    f"join weg_nummer as weg on weg.kolom = '{LINK}' and weg.nummer = rij.{LINK} "
                    f"and weg.leverancier = bestand.leverancier where rij.{column} is not null on conflict do nothing"
                )
        own = "select from weg_nummer as eigen where eigen.groep = weg.groep and eigen.leverancier = weg.leverancier"
        self._keep_own("verblijfnummer", LINK, f"{own} and eigen.kolom = '{LINK}'")
        self._do("analyze weg_nummer")

    def _keep_own(self, column: str, whose: str, own: str) -> None:
        """Let go of the numbers whose last delivered row is of somebody else."""
        name = "sleutel" if whose == "persoon_sleutel" else "nummer"
        rows = [
            f"select bestand.leverancier, bestand.leverdatum, rij.levering_id, rij.rij_nr, rij.{column} as nummer, "
            f"rij.{whose} as van from raw.{table.name} as rij join levering.bestanden as bestand "
            f"on bestand.levering_id = rij.levering_id where rij.{whose} is not null "
            f"and exists (select from weg_nummer as weg where weg.kolom = '{column}' and weg.nummer = rij.{column} "
            "and weg.leverancier = bestand.leverancier)"
            for table in tables()
            if column in numbers_of(table) and table.identifies_person == (whose == "persoon_sleutel")
        ]
        if rows:
            self._do(
                "delete from weg_nummer as weg using (select distinct on (leverancier, nummer) leverancier, nummer, "
                f"van from ({' union all '.join(rows)}) as alle order by leverancier, nummer, leverdatum desc, "
                f"levering_id desc, rij_nr desc) as laatste where weg.kolom = '{column}' "
                "and weg.leverancier = laatste.leverancier and weg.nummer = laatste.nummer "
                f"and not exists ({own} and eigen.{name} = laatste.van)"
            )

    def _find_rows(self, table: Table) -> None:
        person = "rij.persoon_sleutel" if table.identifies_person else "null::text"
        # Where a number is the whole key of a record, a row of it that names another is an earlier mistake.
        key = next((name for name in numbers_of(table) if table.key == (name,)), None)
        found = []
        if table.identifies_person:
            found.append("join weg_persoon as weg on weg.sleutel = rij.persoon_sleutel")
            found.append("join weg_client as weg on weg.sleutel = rij.client_sleutel and rij.persoon_sleutel is null")
        for column in numbers_of(table):
            anyone = "" if column == key or not table.identifies_person else "and rij.persoon_sleutel is null"
            found.append(
                f"join weg_nummer as weg on weg.kolom = '{column}' and weg.nummer = rij.{column} "
                f"and weg.leverancier = bestand.leverancier {anyone}"
            )
            nobody = "and rij.persoon_sleutel is null" if table.identifies_person else ""
            # A supplier that uses the BSN as its own number.
            found.append(
                "join weg_persoon as weg on "
                f"rij.{column} like '[bsn-%%' and rij.{column} = '[bsn-' || left(weg.sleutel, 16) || ']' {nobody}"
            )
        for how in found:
            self._do(
                f"insert into weg_rij select distinct on (rij.levering_id, rij.rij_nr) weg.groep, '{table.name}', "
                f"rij.levering_id, rij.rij_nr, {person}, bestand.leverancier, '{key or ''}', "
                f"{f'rij.{key}' if key else 'null::text'} from raw.{table.name} as rij "
                f"join levering.bestanden as bestand on bestand.levering_id = rij.levering_id {how} "
                "on conflict do nothing",
                {},
            )

    # --- keep them out ---

    def mark(self, oorzaak: str | None, tot: date | None = None, peil: date | None = None) -> int:
        """Leave the marks of the people found; returns how many people. Those of whom nothing was found get none.

        `tot` and `peil` as in `levering.vergeten`. Without a cause `groep` is the number of somebody forgotten before,
        of whom more was found.
        """
        rows = self.connection.execute(
            "select groep, nextval('levering.vergeten_nummer'), %s::text, %s::date, %s::date "
            "from (select distinct groep from weg_rij) as gevonden"
            if oorzaak
            else "select distinct vergeten_id, vergeten_id, oorzaak, tot, peil from levering.vergeten "
            "where vergeten_id in (select groep from weg_rij)",
            [oorzaak, tot, peil] if oorzaak else None,
        ).fetchall()
        found = {groep: rest for groep, *rest in rows}
        make = self.pseudonymiser.mark
        marks: list[tuple[int, str]] = []
        for kind in ("persoon", "client"):
            keys = sql.SQL("select groep, sleutel from {}").format(sql.Identifier(f"weg_{kind}"))
            marks += [(groep, make(kind, key)) for groep, key in self.connection.execute(keys)]
        records = self.connection.execute(
            "select groep, leverancier, kolom, nummer, '' from weg_nummer union "
            "select groep, leverancier, kolom, nummer, persoon_sleutel from weg_rij as rij where kolom <> '' "
            "and nummer is not null and persoon_sleutel is not null and not exists (select from weg_persoon as eigen "
            "where eigen.groep = rij.groep and eigen.sleutel = rij.persoon_sleutel)"
        )
        marks += [(groep, make("record", *parts)) for groep, *parts in records]
        tombstones.add(self.connection, ((mark, *found[groep]) for groep, mark in marks if groep in found))
        return len(found)

    # --- erase ---

    def erase(self) -> dict[str, int]:
        """Erase the rows found, and count them in the ledger; returns how many per table."""
        self._do(
            "update levering.bestanden as bestand set rijen_vergeten = rijen_vergeten + weg.rijen, "
            "rijen_geweigerd = rijen_geweigerd - case when rijen_geweigerd > 0 then weg.rijen else 0 end, "
            "rijen_quarantaine = rijen_quarantaine - weg.quarantaine, "
            "rijen_geladen = rijen_geladen - case when rijen_geweigerd > 0 then 0 else weg.rijen - weg.quarantaine end "
            "from (select rij.levering_id, count(*) as rijen, "
            "count(*) filter (where bestand.rijen_quarantaine > 0 and exists (select from kwaliteit.bevinding "
            "where bevinding.levering_id = rij.levering_id and bevinding.tabel = rij.tabel "
            "and bevinding.rij_nr = rij.rij_nr and bevinding.ernst = 'blokkerend')) as quarantaine "
            "from weg_rij as rij join levering.bestanden as bestand on bestand.levering_id = rij.levering_id "
            "group by rij.levering_id) as weg where weg.levering_id = bestand.levering_id"
        )
        erased = {
            "kwaliteit.bevinding": self._do(
                "delete from kwaliteit.bevinding using weg_rij as weg where bevinding.levering_id = weg.levering_id "
                "and bevinding.tabel = weg.tabel and bevinding.rij_nr = weg.rij_nr"
            ),
            "levering.persoon_samenvoeging": self._do(
                "delete from levering.persoon_samenvoeging where oude_sleutel in (select sleutel from weg_persoon) "
                "or nieuwe_sleutel in (select sleutel from weg_persoon)"
            ),
        }
        for table in tables():
            erased[f"raw.{table.name}"] = self._do(
                f"delete from raw.{table.name} as rij using weg_rij as weg where weg.tabel = '{table.name}' "
                "and weg.levering_id = rij.levering_id and weg.rij_nr = rij.rij_nr"
            )
        return {name: rows for name, rows in erased.items() if rows}

    def erase_tokens(self) -> dict[str, int]:
        """Replace what stands for these people's BSNs in texts, by what tells nobody apart; returns rows per table."""
        tokens = "|".join(
            str(key)[:16] for (key,) in self.connection.execute("select distinct sleutel from weg_persoon").fetchall()
        )
        if not tokens:
            return {}
        pattern = sql.Literal(rf"\[bsn-({tokens})\]")
        texts = self.connection.execute(
            "select kolom.table_schema, kolom.table_name, array_agg(kolom.column_name::text) "
            "from information_schema.columns as kolom join information_schema.tables as tabel "
            "using (table_schema, table_name) where kolom.table_schema in ('raw', 'levering', 'kwaliteit') "
            "and tabel.table_type = 'BASE TABLE' and kolom.data_type = 'text' group by 1, 2"
        ).fetchall()
        changed = {}
        for schema, table, columns in texts:
            names = [sql.Identifier(column) for column in columns]
            changed[f"{schema}.{table}"] = self.connection.execute(
                sql.SQL("update {} set {} where concat_ws(' ', {}) ~ {}").format(
                    sql.Identifier(schema, table),
                    sql.SQL(", ").join(
                        sql.SQL("{0} = regexp_replace({0}, {1}, {2}, 'g')").format(
                            name, pattern, sql.Literal(FORGOTTEN_TOKEN)
                        )
                        for name in names
                    ),
                    sql.SQL(", ").join(names),
                    pattern,
                )
            ).rowcount
        return {name: rows for name, rows in changed.items() if rows}
