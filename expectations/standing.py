"""Which findings stand: those of rows and files that are in force tonight, and of rows kept out of force by them.

A snapshot: the findings in the snapshot in force. Mutations and messages: a finding goes when a later good row of the
same key came in, or when its file was corrected. A row in quarantine is out of force because of its finding, so that
stands too, until a later row of its key replaces it; where part of that key is what was wrong, the part that is known
must agree. A row that takes its key away (mutatiesoort V, status 3, RedenWijziging 13) has done its work and has no
findings itself, unless it is in quarantine and what it should take away still counts.

Identity: rule, supplier, feed and the contract's primary key, of which a person is known by a pseudonym only. A row
without any key is known by its content, in mutations and messages by its file as well. Nothing of a row leaves the
database.
"""

# ruff: noqa: S608 - the queries are made from our own contracts
from __future__ import annotations

from collections.abc import Iterator

import psycopg
from psycopg import sql

from extracts import ledger
from extracts.contract import IDENTIFYING, Contract, Table, load_contracts
from extracts.tombstones import PERSON_NUMBERS

#: A supplier's own numbers, by which it finds a record again; the first that is in the table's key is shown.
OWN_NUMBERS = (*PERSON_NUMBERS, "locatiecode")

#: A later 301 with the same ToewijzingNummer replaces the earlier one, whoever it names (deliveries, iWmo messages).
_REPLACED_BY = {"wmo301": ("toewijzingnummer",)}

#: How a row says that its key is taken away.
_REMOVED = {
    "mutatiesoort": "mutatiesoort = 'V'",
    "status_aanlevering": "status_aanlevering = '3'",
    "redenwijziging": "redenwijziging = '13'",
}

#: Which of two rows of one key is the later, as the staging models have it. Messages of one night have no order, and
#: a cancellation among them cancels.
_ORDER = {
    "mutaties": "(coalesce({a}.mutatietijd, {b}.mutatietijd, '-infinity'), {a}.levering_id, {a}.rij_nr)",
    "berichten": "({a}.bekend_op, {a}.weg, {a}.levering_id, {a}.rij_nr)",
    "wmo301": "(coalesce({a}.toewijzingsdatum, {b}.toewijzingsdatum, '-infinity'), coalesce({a}.toewijzingstijd, ''), "
    "{a}.bekend_op, {a}.levering_id, {a}.rij_nr)",
}

#: Columns of the queries below that are not of the row as delivered.
_OURS = "'levering_id', 'rij_nr', 'gebreken', 'leverancier', 'bestand', 'bekend_op', 'gevonden', 'q', 'weg'"

_SLEUTEL = "left(encode(sha256(convert_to(concat_ws('|', {parts}), 'UTF8')), 'hex'), 20)"


def sleutel(*parts: str) -> str:
    """Return the SQL expression that makes the identity of a finding from these expressions."""
    return _SLEUTEL.format(parts=", ".join(parts))


def key_columns(table: Table) -> tuple[str, ...]:
    """Return the columns of raw that tell a record of this table from others, after the contract's primary key."""
    names = _REPLACED_BY.get(table.name, table.key)
    return tuple(dict.fromkeys("persoon_sleutel" if name in IDENTIFYING else name for name in names))


def record_of(table: Table) -> str:
    """Return the SQL expression for the record number shown to people: the supplier's own, never a person's key."""
    keys = [name for name in key_columns(table) if name != "persoon_sleutel"]
    own = next((name for name in OWN_NUMBERS if name in keys), None)
    if own or not keys:
        return f"rij.{own}" if own else "null::text"
    return f"nullif(concat_ws(' / ', {', '.join(f'rij.{name}::text' for name in keys)}), '')"


def identity(contract: Contract, table: Table) -> str:
    """Return the SQL expression that identifies a row's record within supplier, feed and table."""
    content = f"md5((to_jsonb(rij.*) - array[{_OURS}])::text)"
    keys = key_columns(table)
    without = f"num_nonnulls({', '.join(f'rij.{name}' for name in keys)}) = 0" if keys else "true"
    # Only what has no key is worth the work of a hash of all its cells.
    same = f"case when {without} then {content} end"
    ordinal = f"row_number() over (partition by rij.levering_id, {same} order by rij.rij_nr)"
    file = "" if contract.delivery == "momentopname" else "rij.bestand, "
    keyless = f"concat_ws('|', '#', {file}{content}, {ordinal})"
    parts = ", ".join(f"coalesce(rij.{name}::text, '')" for name in keys)
    return f"case when {without} then {keyless} else concat_ws('|', {parts}) end" if keys else keyless


def rows_query(contract: Contract, table: Table) -> str:
    """Return a query for the rows of one raw table whose findings stand.

    Columns: `levering_id, rij_nr, leverancier, record, identiteit, persoon_sleutel`.
    """
    standing = _in_snapshot(contract, table) if contract.delivery == "momentopname" else _of_keys(contract, table)
    person = "rij.persoon_sleutel" if table.identifies_person else "null::text"
    return f"""
        with {standing}
        select rij.levering_id, rij.rij_nr, rij.leverancier, {record_of(table)} as record,
            {identity(contract, table)} as identiteit, {person} as persoon_sleutel
        from staand as rij
    """


def _in_snapshot(contract: Contract, table: Table) -> str:
    """Return `staand`: the rows with findings in the snapshot in force."""
    return f"""
        geldend as (
            select distinct on (leverancier) levering_id, leverancier from levering.bestanden
            where feed = '{contract.name}' and status = '{ledger.GEACCEPTEERD}' and beoordeeld_op is not null
            order by leverancier, leverdatum desc, levering_id desc
        ),
        staand as (
            select rij.*, geldend.leverancier
            from raw.{table.name} as rij
            join geldend on geldend.levering_id = rij.levering_id
            join (select distinct levering_id, rij_nr from kwaliteit.bevinding where tabel = '{table.name}') as oordeel
                on oordeel.levering_id = rij.levering_id and oordeel.rij_nr = rij.rij_nr
        )
    """


def _of_keys(contract: Contract, table: Table) -> str:
    """Return `staand`: the rows with findings that no later row of their key replaces or takes away."""
    columns = {column.name for column in table.columns}
    removed = next(condition for name, condition in _REMOVED.items() if name in columns)
    order = _ORDER.get(table.name, _ORDER[contract.delivery])
    replaced = (
        "later.leverancier = rij.leverancier "
        f"and {order.format(a='later', b='rij')} > {order.format(a='rij', b='later')} and (not later.q or rij.q)"
    )
    keys = key_columns(table)
    whole = " and ".join(f"rij.{name} is not null" for name in keys)
    same = " and ".join(f"later.{name} = rij.{name}" for name in keys)
    some = " or ".join(f"rij.{name} is not null" for name in keys if name == "persoon_sleutel" or name in OWN_NUMBERS)
    agrees = " and ".join(f"(rij.{name} is null or later.{name} = rij.{name})" for name in keys)
    return f"""
        oordeel as (
            select levering_id, rij_nr, bool_or(ernst = 'blokkerend') as q from kwaliteit.bevinding
            where tabel = '{table.name}' and rij_nr is not null group by levering_id, rij_nr
        ),
        alle as materialized (
            select rij.*, bestand.leverancier, bestand.bestand, bestand.bekend_op,
                oordeel.levering_id is not null as gevonden, coalesce(oordeel.q, false) as q,
                coalesce({removed}, false) as weg
            from raw.{table.name} as rij
            join levering.bestanden as bestand on bestand.levering_id = rij.levering_id
            left join oordeel on oordeel.levering_id = rij.levering_id and oordeel.rij_nr = rij.rij_nr
            where bestand.feed = '{contract.name}' and bestand.status = '{ledger.GEACCEPTEERD}'
                and bestand.beoordeeld_op is not null
        ),
        onvervangen as (
            select rij.* from alle as rij
            where rij.gevonden and {whole} and not exists (select from alle as later where {same} and {replaced})
            union all
            select rij.* from alle as rij
            where rij.gevonden and not ({whole})
                and not exists (select from alle as later where ({some}) and {agrees} and {replaced})
        ),
        staand as (
            select * from onvervangen as rij
            where not rij.weg or (rij.q and exists (
                select from alle as later
                where later.leverancier = rij.leverancier and {same} and not later.q and not later.weg
            ))
        )
    """


def _fill_rows(connection: psycopg.Connection, contract: Contract, table: Table) -> None:
    made = sleutel("bevinding.regel_id", "staand.leverancier", "%(feed)s::text", "staand.identiteit")
    connection.execute(
        f"insert into kwaliteit.melding (sleutel, regel_id, leverancier, feed, tabel, record, levering_id, rij_nr, "
        f"persoon_sleutel) select {made}, bevinding.regel_id, staand.leverancier, %(feed)s, bevinding.tabel, "
        f"staand.record, bevinding.levering_id, bevinding.rij_nr, staand.persoon_sleutel "
        f"from ({rows_query(contract, table)}) as staand join kwaliteit.bevinding as bevinding "
        "on bevinding.levering_id = staand.levering_id and bevinding.rij_nr = staand.rij_nr "
        "and bevinding.tabel = %(tabel)s".encode(),
        {"feed": contract.name, "tabel": table.name},
    )


def _registrations(contract: Contract, table: Table) -> Iterator[str]:
    """Yield the raw tables in which the person of a stay is found by its aanmeldnummer (the same kind of supplier)."""
    names = {column.name for column in table.columns}
    if table.identifies_person or "aanmeldnummer" not in names:
        return
    for other in load_contracts().values():
        if other.supplier_kind == contract.supplier_kind:
            yield from (t.name for t in other.tables if t.key == ("aanmeldnummer",) and t.identifies_person)


def _fill_persons(connection: psycopg.Connection, contract: Contract, table: Table) -> None:
    for name in _registrations(contract, table):
        connection.execute(
            sql.SQL(
                "update kwaliteit.melding set persoon_sleutel = aanmelding.persoon_sleutel "
                "from {} as verblijf join levering.bestanden as bestand on bestand.levering_id = verblijf.levering_id "
                "join (select distinct on (bron.leverancier, aanmeldnummer) bron.leverancier, aanmeldnummer, "
                "persoon_sleutel from {} as rij join levering.bestanden as bron on bron.levering_id = rij.levering_id "
                "where persoon_sleutel is not null and aanmeldnummer is not null and bron.status = {} "
                "order by bron.leverancier, aanmeldnummer, rij.levering_id desc, rij.rij_nr desc) as aanmelding "
                "on aanmelding.leverancier = bestand.leverancier "
                "and aanmelding.aanmeldnummer = verblijf.aanmeldnummer "
                "where melding.levering_id = verblijf.levering_id and melding.rij_nr = verblijf.rij_nr "
                "and melding.tabel = {}"
            ).format(
                sql.Identifier("raw", table.name),
                sql.Identifier("raw", name),
                sql.Literal(ledger.GEACCEPTEERD),
                sql.Literal(table.name),
            )
        )


#: Findings of the readers on files: of the last files of each supplier and feed. A feed of messages or mutations gets
#: several files on one leverdatum.
_FILES = f"""
    insert into kwaliteit.melding (sleutel, regel_id, leverancier, feed, tabel, levering_id)
    select {sleutel("bevinding.regel_id", "bestand.leverancier", "bestand.feed")},
        bevinding.regel_id, bestand.leverancier, bestand.feed, bevinding.tabel, bestand.levering_id
    from kwaliteit.bevinding as bevinding
    join levering.bestanden as bestand on bestand.levering_id = bevinding.levering_id
    join (
        select leverancier, feed, max(leverdatum) as leverdatum from levering.bestanden
        where status = 'geaccepteerd' and beoordeeld_op is not null group by leverancier, feed
    ) as laatste
        on laatste.leverancier = bestand.leverancier and laatste.feed = bestand.feed
        and laatste.leverdatum = bestand.leverdatum
    where bevinding.rij_nr is null and bestand.status = 'geaccepteerd'
        and bevinding.regel_id <> bestand.feed || '.bestand.volume'
"""

#: Files kept out, until a later one of that feed is accepted: a snapshot or mutation file that was taken in later, a
#: message of a later leverdatum (the others of the same day say nothing about this one). A file of no feed: until a
#: later night brings anything good of that supplier.
_KEPT_OUT = f"""
    insert into kwaliteit.melding (sleutel, regel_id, leverancier, feed, tabel, levering_id)
    select {sleutel("buiten.regel_id", "buiten.leverancier", "buiten.feed")},
        buiten.regel_id, buiten.leverancier, buiten.feed, buiten.tabel, buiten.levering_id
    from (
        select bestand.*, volume.tabel, coalesce(volume.regel_id, bestand.feed || '.bestand.geweigerd') as regel_id
        from levering.bestanden as bestand
        left join kwaliteit.bevinding as volume
            on volume.levering_id = bestand.levering_id and volume.rij_nr is null
            and volume.regel_id = bestand.feed || '.bestand.volume'
        where bestand.status in ('geweigerd', 'aangehouden')
    ) as buiten
    where not exists (
        select from levering.bestanden as later
        where later.leverancier = buiten.leverancier and later.status = 'geaccepteerd'
            and case
                when buiten.feed = 'onbekend' then later.nacht > buiten.nacht
                when buiten.feed in ('wmo301', 'wmo305', 'wmo307', 'berichten')
                    then later.feed in ('wmo301', 'wmo305', 'wmo307', 'berichten')
                    and (later.bestand = buiten.bestand or later.leverdatum > buiten.leverdatum)
                else later.feed = buiten.feed
                    and (later.leverdatum, later.levering_id) > (buiten.leverdatum, buiten.levering_id)
            end
    )
"""

_CHAIN = f"""
    insert into kwaliteit.melding (sleutel, regel_id, leverancier, feed, record, regio, persoon_sleutel)
    select {sleutel("keten.regel_id", "keten.leverancier", "keten.feed", "coalesce(keten.record, keten.persoon_sk)")},
        keten.regel_id, keten.leverancier, keten.feed, keten.record, keten.regio, keten.persoon_sk
    from intermediate.int_keten as keten
"""

#: A supplier's regio where the finding itself names none: SDD and VGGM have one (deliveries), a provider's is where
#: most of its clients are.
_REGIO = """
    update kwaliteit.melding set regio = bekend.regio
    from (select 'sdd' as leverancier, 'DAV' as regio union all select 'vggm', 'CG' {providers}) as bekend
    where melding.regio is null and melding.leverancier = bekend.leverancier
"""
_PROVIDERS = "union all select leverancier, regio from intermediate.int_leverancier__regio"


def exists(connection: psycopg.Connection, relation: str) -> bool:
    """Whether a relation (schema.name) is there: what dbt makes is not, before its first build."""
    row = connection.execute("select to_regclass(%s) is not null", [relation]).fetchone()
    return row is not None and bool(row[0])


def fill(connection: psycopg.Connection) -> int:
    """Fill `kwaliteit.melding` anew with every finding that stands; returns how many. In the caller's transaction."""
    connection.execute("truncate kwaliteit.melding")
    # Written moments ago: without a count of them the planner compares every finding with every other.
    connection.execute("analyze kwaliteit.bevinding")
    connection.execute("analyze levering.bestanden")
    for contract in load_contracts().values():
        for table in contract.tables:
            _fill_rows(connection, contract, table)
            _fill_persons(connection, contract, table)
    connection.execute(_FILES)
    connection.execute(_KEPT_OUT)
    if exists(connection, "intermediate.int_keten"):
        connection.execute(_CHAIN)
    known = exists(connection, "intermediate.int_leverancier__regio")
    connection.execute(_REGIO.format(providers=_PROVIDERS if known else "").encode())
    connection.execute("analyze kwaliteit.melding")
    row = connection.execute("select count(*) from kwaliteit.melding").fetchone()
    return int(row[0]) if row else 0
