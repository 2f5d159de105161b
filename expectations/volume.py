"""The volume guard: a snapshot that suddenly is much smaller or larger waits for a person (deliveries).

«Snapshot with 20% fewer (or 3× more) rows than the latest accepted one of an earlier leverdatum, from 25 rows up
(thresholds per feed).» Read here as: exactly 20% fewer and exactly three times as many are held too, and 25 rows is
what the earlier one must have. Thresholds per feed are custom properties of its contract. A workbook is held when any
of its sheets is out of line. Rows of people who were forgotten count in neither: forgetting somebody makes no snapshot
smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql

from expectations.suites import FOUT
from extracts import ledger
from extracts.contract import Contract

_HELD, _ADVICE = "Aangehouden:", "Tot iemand dit bestand vrijgeeft blijft de vorige levering gelden."

MINIMUM_ROWS, FEWER_PERCENT, MORE_FACTOR = 25, 20, 3


@dataclass(frozen=True)
class Thresholds:
    """When a snapshot is out of line with the one before."""

    minimum: int = MINIMUM_ROWS
    fewer_percent: int = FEWER_PERCENT
    more_factor: int = MORE_FACTOR

    @classmethod
    def of(cls, contract: Contract) -> Thresholds:
        """Return the contract's own thresholds (volumeMinimum, volumeMinderProcent, volumeMeerFactor) or ours."""
        return cls(
            int(contract.properties.get("volumeMinimum", MINIMUM_ROWS)),
            int(contract.properties.get("volumeMinderProcent", FEWER_PERCENT)),
            int(contract.properties.get("volumeMeerFactor", MORE_FACTOR)),
        )

    def verdict(self, rows: int, before: int) -> str | None:
        """Return what is odd about this number of rows after that number, in Dutch, or None."""
        if before < self.minimum:
            return None
        if rows * 100 <= before * (100 - self.fewer_percent):
            return f"{rows} rijen tegen {before}, minstens {self.fewer_percent}% minder"
        if rows >= before * self.more_factor:
            return f"{rows} rijen tegen {before}, minstens {self.more_factor} keer zo veel"
        return None


@dataclass(frozen=True)
class _Snapshot:
    levering_id: int
    leverancier: str
    leverdatum: date
    rows: int


def hold_suspects(connection: psycopg.Connection, contract: Contract) -> list[int]:
    """Hold the unjudged snapshots of a feed that are out of line, oldest leverdatum first; return their ids.

    A held file has status `aangehouden`, a reason and 0 rows loaded, and what it would have replaced stands again. When
    a snapshot comes in after ones of a later leverdatum, those are compared anew, each with the one that now is before
    it: in whatever order snapshots arrive, the same ones stand. What a person released stays released. Works within the
    caller's transaction.
    """
    if contract.delivery != "momentopname":
        return []
    waiting = sorted({*_unjudged(connection, contract), *_overtaken(connection, contract)}, key=_order, reverse=True)
    thresholds = Thresholds.of(contract)
    held: list[int] = []
    while waiting:
        snapshot = waiting.pop()
        oddities = _oddities(connection, contract, thresholds, snapshot)
        if not oddities:
            continue
        earlier, words = oddities
        _hold(connection, contract, snapshot, f"{_HELD} {words}, vergeleken met de levering van {earlier}.")
        held.append(snapshot.levering_id)
        again = ledger.reinstate(connection, snapshot.levering_id)
        # What stands again was perhaps never judged: it came in the same night.
        waiting += [other for other in _unjudged(connection, contract) if other.levering_id == again]
        waiting.sort(key=_order, reverse=True)
    if held:
        connection.execute(
            "insert into kwaliteit.validatie (nacht, tabel, regel_id, ernst, rijen, afwijkingen, geslaagd) "
            "values (coalesce((select datum from levering.nachten order by nacht_id desc limit 1), current_date), "
            "%s, %s, %s, %s, %s, false)",
            [contract.tables[0].name, f"{contract.name}.bestand.volume", FOUT, len(held), len(held)],
        )
    return held


def _unjudged(connection: psycopg.Connection, contract: Contract) -> list[_Snapshot]:
    rows = connection.execute(
        "select levering_id, leverancier, leverdatum, rijen_gelezen - rijen_vergeten from levering.bestanden "
        "where feed = %s and status = %s and beoordeeld_op is null order by leverdatum, levering_id",
        [contract.name, ledger.GEACCEPTEERD],
    )
    return [_Snapshot(*row) for row in rows]


def _order(snapshot: _Snapshot) -> tuple[date, int]:
    return snapshot.leverdatum, snapshot.levering_id


def _overtaken(connection: psycopg.Connection, contract: Contract) -> list[_Snapshot]:
    """Return the snapshots that an unjudged one of an earlier leverdatum came in after, the held ones let go again."""
    rows = connection.execute(
        "select levering_id, leverancier, leverdatum, rijen_gelezen - rijen_vergeten, status "
        "from levering.bestanden as later where feed = %(feed)s and status in (%(stands)s, %(held)s) and leverdatum > ("
        "select min(leverdatum) from levering.bestanden as nieuw where nieuw.feed = later.feed "
        "and nieuw.leverancier = later.leverancier and nieuw.status = %(stands)s and nieuw.beoordeeld_op is null) "
        "and not exists (select from levering.besluiten where besluiten.levering_id = later.levering_id "
        "and besluit = %(released)s)",
        {
            "feed": contract.name,
            "stands": ledger.GEACCEPTEERD,
            "held": ledger.AANGEHOUDEN,
            "released": ledger.VRIJGEVEN,
        },
    ).fetchall()
    held = [levering_id for levering_id, *_, status in rows if status == ledger.AANGEHOUDEN]
    connection.execute(
        "update levering.bestanden set status = %s, rijen_geladen = rijen_gelezen - rijen_vergeten, "
        "rijen_quarantaine = 0, rijen_geweigerd = 0, beoordeeld_op = null, "
        "reden = nullif(regexp_replace(reden, %s, ''), '') where levering_id = any(%s)",
        [ledger.GEACCEPTEERD, rf" ?{_HELD} .*{_ADVICE}", held],
    )
    connection.execute(
        "delete from kwaliteit.bevinding where levering_id = any(%s) and regel_id = %s",
        [held, f"{contract.name}.bestand.volume"],
    )
    ledger.supersede(connection, held)
    return [_Snapshot(*row[:4]) for row in rows]


def _oddities(
    connection: psycopg.Connection, contract: Contract, thresholds: Thresholds, snapshot: _Snapshot
) -> tuple[date, str] | None:
    """Compare with the latest accepted snapshot of an earlier leverdatum; None when there is nothing to say."""
    row = connection.execute(
        "select levering_id, leverancier, leverdatum, rijen_gelezen - rijen_vergeten from levering.bestanden "
        "where leverancier = %s and feed = %s and status = %s and leverdatum < %s "
        "order by leverdatum desc, levering_id desc limit 1",
        [snapshot.leverancier, contract.name, ledger.GEACCEPTEERD, snapshot.leverdatum],
    ).fetchone()
    if row is None:
        return None
    earlier = _Snapshot(*row)
    if len(contract.tables) == 1:
        verdict = thresholds.verdict(snapshot.rows, earlier.rows)
        return (earlier.leverdatum, verdict) if verdict else None
    words = []
    for table in contract.tables:
        now, before = (
            _count(connection, table.name, levering_id) for levering_id in (snapshot.levering_id, earlier.levering_id)
        )
        if verdict := thresholds.verdict(now, before):
            words.append(f"werkblad {table.sheet} {verdict}")
    return (earlier.leverdatum, "; ".join(words)) if words else None


def _count(connection: psycopg.Connection, table: str, levering_id: int) -> int:
    query = sql.SQL("select count(*) from {} where levering_id = %s").format(sql.Identifier("raw", table))
    row = connection.execute(query, [levering_id]).fetchone()
    return int(row[0]) if row else 0


def _hold(connection: psycopg.Connection, contract: Contract, snapshot: _Snapshot, reason: str) -> None:
    connection.execute(
        "update levering.bestanden set status = %s, rijen_geladen = 0, rijen_quarantaine = 0, "
        "rijen_geweigerd = rijen_gelezen - rijen_vergeten, "
        "reden = concat_ws(' ', reden, %s::text) where levering_id = %s",
        [ledger.AANGEHOUDEN, f"{reason} {_ADVICE}", snapshot.levering_id],
    )
    connection.execute(
        "insert into kwaliteit.bevinding (levering_id, tabel, rij_nr, regel_id, ernst) "
        "select %(id)s, %(tabel)s, null, %(regel)s, %(ernst)s where not exists "
        "(select from kwaliteit.bevinding where levering_id = %(id)s and regel_id = %(regel)s)",
        {
            "id": snapshot.levering_id,
            "tabel": contract.tables[0].name,
            "regel": f"{contract.name}.bestand.volume",
            "ernst": FOUT,
        },
    )
