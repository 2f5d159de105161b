"""Scores per week and what findings do to the figures, from what stands in `kwaliteit.melding`.

A score is the share of rows without a finding in a dimension, in percents; the rows are those in force, the ones in
quarantine included. Findings about a file or a chain count in `bevindingen`; a record in a chain counts as a row, a
file does not. Accepted findings count too, accepting mends nothing, but they raise no alarm.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import psycopg

from expectations.drempel import alarm
from expectations.standing import exists, key_columns
from expectations.suites import DIMENSIES, rules_of
from extracts.contract import Contract, Table, load_contracts
from extracts.suppliers import DEFAULT_THRESHOLD, ContactsError, load_suppliers

log = logging.getLogger(__name__)

_ROWS = """
    select bestand.leverancier, {count}
    from levering.bestanden as bestand
    join raw.{table} as rij on rij.levering_id = bestand.levering_id
    where bestand.feed = %s and bestand.status = 'geaccepteerd' and bestand.beoordeeld_op is not null {latest}
    group by bestand.leverancier
"""
_LATEST = """
    and not exists (
        select from levering.bestanden as later
        where later.leverancier = bestand.leverancier and later.feed = bestand.feed
            and later.status = 'geaccepteerd' and later.beoordeeld_op is not null
            and (later.leverdatum, later.levering_id) > (bestand.leverdatum, bestand.levering_id)
    )
"""

_FINDINGS = """
    select
        melding.leverancier,
        melding.feed,
        regel.dimensie,
        melding.regel_id,
        regel.drempel,
        count(*),
        count(distinct (melding.levering_id, melding.tabel, melding.rij_nr, melding.record)) filter (
            where dossier.status <> 'geaccepteerd' and (melding.rij_nr is not null or melding.levering_id is null)
        )
    from kwaliteit.melding as melding
    join kwaliteit.regel as regel on regel.regel_id = melding.regel_id
    join kwaliteit.dossier as dossier on dossier.sleutel = melding.sleutel
    group by melding.leverancier, melding.feed, regel.dimensie, melding.regel_id, regel.drempel
"""

_BROKEN = """
    select
        melding.leverancier,
        melding.feed,
        regel.dimensie,
        count(distinct (melding.levering_id, melding.tabel, melding.rij_nr)) filter (where melding.rij_nr is not null)
        + count(distinct melding.record) filter (where melding.levering_id is null)
    from kwaliteit.melding as melding
    join kwaliteit.regel as regel on regel.regel_id = melding.regel_id
    group by melding.leverancier, melding.feed, regel.dimensie
"""

#: A rule touches the same marts wherever it is broken: persons are counted once per rule and supplier.
_EFFECT = """
    insert into kwaliteit.effect (nacht, regel_id, leverancier, mart, clienten, meldingen)
    select %(nacht)s::date, geteld.regel_id, geteld.leverancier, mart, geteld.clienten, geteld.meldingen
    from (
        select regel_id, leverancier, count(distinct persoon_sleutel) as clienten, count(*) as meldingen
        from kwaliteit.melding
        group by regel_id, leverancier
    ) as geteld
    join kwaliteit.regel as regel on regel.regel_id = geteld.regel_id
    cross join lateral regexp_split_to_table(regel.raakt, ' ') as mart
    where mart <> ''
"""


def update(connection: psycopg.Connection, night: date) -> None:
    """Write the scores of this night and the effects of what stands. In the caller's transaction.

    The same night again writes them anew. Of the effects every week keeps its last night.
    """
    week = night - timedelta(days=night.weekday())
    connection.execute("delete from kwaliteit.score_nacht where nacht = %s", [night])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into kwaliteit.score_nacht (nacht, leverancier, feed, dimensie, rijen, bevindingen, score, "
            "te_laat_dagen, alarm) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [(night, *row) for row in _scores(connection)],
        )
    connection.execute("delete from kwaliteit.effect where nacht between %s and %s", [week, week + timedelta(days=6)])
    connection.execute(_EFFECT, {"nacht": night})


def score(rows: int, broken: int) -> Decimal | None:
    """Return the percentage of rows without a finding; None without rows. Rounded down: 100 says not one is broken."""
    if rows == 0:
        return None
    return (100 * Decimal(rows - min(rows, broken)) / rows).quantize(Decimal("0.01"), ROUND_FLOOR)


def _scores(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Return `leverancier, feed, dimensie, rijen, bevindingen, score, te_laat_dagen, alarm`, one per dimension."""
    late = {
        (supplier, feed): days
        for supplier, feed, days in connection.execute("select leverancier, feed, te_laat_dagen from levering.te_laat")
    }
    sizes = _sizes(connection)
    chains = _chains(connection)
    broken = {(s, feed, dimension): rows for s, feed, dimension, rows in connection.execute(_BROKEN)}
    findings: dict[tuple[str, str, str], list[tuple[str, float | None, int, int]]] = defaultdict(list)
    for supplier, feed, dimension, *finding in connection.execute(_FINDINGS):
        findings[supplier, feed, dimension].append(tuple(finding))
    thresholds = _thresholds()
    judged = {feed: {rule.dimension for rule in rules_of(feed)} for feed in load_contracts()}
    result = []
    for supplier, feed in sorted({*late, *sizes, *(key[:2] for key in findings)}):
        for dimension, shown in DIMENSIES.items():
            here = findings[supplier, feed, dimension]
            applied = chains.get((supplier, feed, dimension), {})
            rows = sizes.get((supplier, feed), 0) if dimension in judged.get(feed, ()) else 0
            rows = rows or max(applied.values(), default=0)
            alarming = any(
                alarm(min(count, of), of, own or thresholds.get(supplier, DEFAULT_THRESHOLD))
                for rule, own, _, count in here
                for of in [applied.get(rule, rows)]
            )
            total = sum(count for _, _, count, _ in here)
            points = score(rows, broken.get((supplier, feed, dimension), 0))
            result.append((supplier, feed, shown, rows, total, points, late.get((supplier, feed)), alarming))
    return result


def _sizes(connection: psycopg.Connection) -> dict[tuple[str, str], int]:
    """Return the rows in force per supplier and feed; of mutations and messages the records, each once."""
    sizes: dict[tuple[str, str], int] = defaultdict(int)
    for contract in load_contracts().values():
        for table in contract.tables:
            for supplier, rows in connection.execute(_size_query(contract, table).encode(), [contract.name]):
                sizes[supplier, contract.name] += rows
    return sizes


def _size_query(contract: Contract, table: Table) -> str:
    if contract.delivery == "momentopname":
        return _ROWS.format(table=table.name, count="count(*)", latest=_LATEST)
    key = ", ".join(f"rij.{name}" for name in key_columns(table))
    return _ROWS.format(table=table.name, count=f"count(distinct ({key}))", latest="")


def _chains(connection: psycopg.Connection) -> dict[tuple[str, str, str], dict[str, int]]:
    """Return per supplier, feed and dimension how many records each chain rule was applied to."""
    if not exists(connection, "intermediate.int_keten__toepasselijk"):
        return {}
    applied: dict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for supplier, feed, dimension, rule, rows in connection.execute(
        "select keten.leverancier, keten.feed, regel.dimensie, keten.regel_id, keten.rijen "
        "from intermediate.int_keten__toepasselijk as keten "
        "join kwaliteit.regel as regel on regel.regel_id = keten.regel_id"
    ):
        applied[supplier, feed, dimension][rule] = rows
    return applied


def _thresholds() -> dict[str, float]:
    """Return the suppliers' own thresholds; a list of contacts that cannot be read costs nobody the night."""
    try:
        return {name: supplier.drempel for name, supplier in load_suppliers().items()}
    except ContactsError as error:
        log.warning("%s Overal geldt de gewone drempel.", error)
        return {}
