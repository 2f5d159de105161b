"""Judge what was taken in: the volume guard, then the suites, then findings, quarantine and the ledger.

The judging happens in the database: Great Expectations runs on views of the rows to be judged and only says which
rules are broken (result format BOOLEAN_ONLY, so no value can be in a result); the rows that break them are found again
by an equivalent query that writes straight into `kwaliteit.bevinding`. Nothing of a row passes through Python.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from doorstroom.settings import Settings
from doorstroom.warehouse import connect, ensure_running, sqlalchemy_url
from expectations import schema, volume
from expectations.suites import SCOPES, Rule, file_rules_of, rules_of, suites_of
from extracts import ledger
from extracts.contract import Contract, load_contracts
from extracts.pseudonym import without_bsns

if TYPE_CHECKING:
    from great_expectations.datasource.fluent import PostgresDatasource

log = logging.getLogger(__name__)


class JudgeError(Exception):
    """A feed could not be judged. Names the feed, the rule and the kind of error; never holds a value."""


class NietAangehoudenError(Exception):
    """There is no held file of this name to release or reject, or no reason to reject it."""


@contextmanager
def _discreet(feed: str) -> Iterator[None]:
    """Let no error out that may hold a cell's value: PostgreSQL's messages quote them.

    A connection that fell away may come back: it is told as ConnectionError, after which Airflow tries again.
    """
    try:
        yield
    except (JudgeError, NietAangehoudenError):
        raise
    except Exception as error:
        state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
        kind = " ".join(part for part in (type(error).__name__, state) if part)
        message = f"De beoordeling van {feed} is mislukt: {kind}"
        lost = isinstance(error, psycopg.OperationalError | OperationalError)
        raise (ConnectionError if lost else JudgeError)(message) from None


def feeds_to_judge(soort: str | None = None) -> list[str]:
    """Return the feeds with accepted deliveries that were not judged yet, of one kind of supplier or of all."""
    with _discreet("de leveringen"), connect() as connection:
        if connection.execute("select to_regclass('levering.bestanden')").fetchone() == (None,):
            return []
        schema.prepare(connection)  # dbt reads it, also in a night that brought nothing
        rows = connection.execute(
            "select distinct feed from levering.bestanden where status = %s and beoordeeld_op is null",
            [ledger.GEACCEPTEERD],
        ).fetchall()
    waiting = {feed for (feed,) in rows}
    return [
        name
        for name, contract in load_contracts().items()
        if name in waiting and soort in (None, contract.supplier_kind)
    ]


def judge(feed: str) -> dict[str, Any]:
    """Judge all deliveries of a feed that were not judged yet; returns counts.

    `{"feed", "leveringen", "aangehouden", "rijen", "quarantaine", "blokkerend", "fout", "signaal"}`, the last three
    being findings. In this order: snapshots out of line are held (volume guard), the suites judge the rest, and rules,
    results, findings and ledger are written in one transaction; broken off anywhere, the next call starts over.
    Raises JudgeError, KeyError for a feed that does not exist.
    """
    contract = load_contracts()[feed]
    with _discreet(feed), connect() as connection:
        connection.autocommit = True
        schema.prepare(connection)
        connection.execute("select pg_advisory_lock(hashtext('beoordeling'), hashtext(%s))", [feed])
        with connection.transaction():
            held = volume.hold_suspects(connection, contract)
            if contract.form == "iwmo":
                # A zip has no rows of its own; its messages are judged under their own feeds.
                connection.execute(
                    "update levering.bestanden set beoordeeld_op = now() where feed = %s and beoordeeld_op is null",
                    [ledger.BERICHTEN],
                )
        rows = connection.execute(
            "select levering_id from levering.bestanden where feed = %s and status = %s and beoordeeld_op is null",
            [feed, ledger.GEACCEPTEERD],
        ).fetchall()
        result = _Judging(connection, contract, [levering_id for (levering_id,) in rows]).run()
    return {**result, "aangehouden": len(held)}


def release(bestand: str, door: str, reden: str | None = None) -> dict[str, Any]:
    """Release the held file of this path, by a person's decision: it is judged and counts from the next night on.

    A file that was rejected can be released after all. The decision is kept in `levering.besluiten`. Returns the
    counts of `judge`, with `bestand`. Raises NietAangehoudenError when no such file is held, JudgeError.
    """
    with _discreet(bestand), connect() as connection:
        connection.autocommit = True
        levering_id, feed, _ = _held(connection, bestand, rejected_too=True)
        schema.prepare(connection)
        connection.execute("select pg_advisory_lock(hashtext('beoordeling'), hashtext(%s))", [feed])
        judging = _Judging(connection, load_contracts()[feed], [levering_id])
        judging.release = (door, without_bsns(reden) if reden else None)
        return {**judging.run(), "bestand": bestand}


def reject(bestand: str, reden: str, door: str) -> dict[str, Any]:
    """Reject the held file of this path, by a person's decision: it stays out, and so do the same bytes from now on.

    The decision is kept in `levering.besluiten`. Returns `bestand` and `feed`. Raises NietAangehoudenError without a
    reason and when no such file is held.
    """
    reden = without_bsns(reden.strip())
    if not reden:
        raise NietAangehoudenError("Geef een reden; de leverancier leest die in zijn rapport.")
    with _discreet(bestand), connect() as connection:
        connection.autocommit = True
        levering_id, feed, leverancier = _held(connection, bestand)
        connection.execute("select pg_advisory_lock(hashtext('beoordeling'), hashtext(%s))", [feed])
        with connection.transaction():
            ledger.by_a_person(connection)
            ledger.decide(
                connection,
                ledger.AFWIJZEN,
                door,
                leverancier=leverancier,
                feed=feed,
                levering_id=levering_id,
                reden=reden,
            )
            connection.execute(
                "update levering.bestanden set status = %s, reden = concat_ws(' ', reden, %s::text) "
                "where levering_id = %s and status = %s",
                [ledger.GEWEIGERD, f"Afgewezen: {reden}", levering_id, ledger.AANGEHOUDEN],
            )
    return {"bestand": bestand, "feed": feed}


def _held(connection: psycopg.Connection, bestand: str, *, rejected_too: bool = False) -> tuple[int, str, str]:
    """Return levering_id, feed and leverancier of the held file of this path; the newest when there are more."""
    if connection.execute("select to_regclass('levering.besluiten')").fetchone() != (None,):
        row = connection.execute(
            "select levering_id, feed, leverancier from levering.bestanden where bestand = %s and (status = %s "
            "or %s and status = %s and exists (select from levering.besluiten "
            "where besluiten.levering_id = bestanden.levering_id and besluit = %s)) order by levering_id desc limit 1",
            [bestand, ledger.AANGEHOUDEN, rejected_too, ledger.GEWEIGERD, ledger.AFWIJZEN],
        ).fetchone()
        if row is not None:
            return row
    message = f"Er is geen aangehouden bestand {bestand}; welke er zijn staat in levering.bestanden en in het rapport."
    raise NietAangehoudenError(message)


@dataclass
class _Judging:
    """One judging of some deliveries of one feed."""

    connection: psycopg.Connection
    contract: Contract
    deliveries: list[int]
    release: tuple[str, str | None] | None = None
    """Who releases these deliveries, and why; None when nobody decides."""

    @property
    def views(self) -> list[tuple[str, str]]:
        """Table and scope of every batch that has rules."""
        return list(dict.fromkeys((rule.table, rule.scope) for rule in rules_of(self.contract.name)))

    def run(self) -> dict[str, Any]:
        feed = self.contract.name
        counts = {"feed": feed, "leveringen": len(self.deliveries), "rijen": 0, "quarantaine": 0}
        if not self.deliveries:
            return {**counts, "blokkerend": 0, "fout": 0, "signaal": 0}
        with self.connection.transaction():
            self._open()
        sizes = {view: self._size(*view) for view in self.views}
        broken = self._broken({view for view, rows in sizes.items() if rows})
        with self.connection.transaction():
            findings = self._write(sizes, broken)
            counts["rijen"], counts["quarantaine"] = self._settle()
            self._close()
        log.info("%s: %s leveringen, %s rijen, %s in quarantaine", *counts.values())
        return {**counts, **findings}

    # --- the batch -------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Lay the deliveries to be judged ready as views that Great Expectations can read."""
        self._close()
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "insert into kwaliteit.partij (levering_id, feed) values (%s, %s)",
                [(levering_id, self.contract.name) for levering_id in self.deliveries],
            )
        for table, scope in self.views:
            self.connection.execute(
                sql.SQL(
                    "create view {view} as select rij.* from {raw} as rij "
                    "join kwaliteit.partij as partij on partij.levering_id = rij.levering_id "
                    "where partij.feed = {feed} and {condition}"
                ).format(
                    view=_batch(table, scope),
                    raw=sql.Identifier("raw", table),
                    feed=sql.Literal(self.contract.name),
                    condition=sql.SQL(SCOPES[scope] if scope == "inhoud" or self._may_be_ragged else "true"),
                )
            )
            self.connection.execute(sql.SQL("analyze {}").format(sql.Identifier("raw", table)))
        self.connection.execute("analyze kwaliteit.partij")

    @property
    def _may_be_ragged(self) -> bool:
        return self.contract.form == "csv"

    def _close(self) -> None:
        for table, scope in self.views:
            self.connection.execute(sql.SQL("drop view if exists {}").format(_batch(table, scope)))
        self.connection.execute("delete from kwaliteit.partij where feed = %s", [self.contract.name])

    def _size(self, table: str, scope: str) -> int:
        query = sql.SQL("select count(*) from {}").format(_batch(table, scope))
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0

    # --- the judge -------------------------------------------------------------------------------------------------

    def _broken(self, batches: set[tuple[str, str]]) -> set[str]:
        """Return the ids of the rules that Great Expectations finds broken."""
        if not batches:
            return set()
        broken: set[str] = set()
        with _great_expectations() as datasource:
            for (table, scope), suite in suites_of(self.contract.name).items():
                if (table, scope) not in batches:
                    continue
                asset = datasource.add_table_asset(name=f"{table}.{scope}", table_name=_view(table, scope))
                batch = asset.add_batch_definition_whole_table("alles").get_batch()
                for result in batch.validate(suite, result_format="BOOLEAN_ONLY").results:
                    rule_id = str((result.expectation_config.meta or {})["regel_id"])  # type: ignore[union-attr]
                    if any(_exceptions(result.exception_info or {})):
                        message = f"Regel {rule_id} kon niet worden beoordeeld."
                        raise JudgeError(message)
                    if not result.success:
                        broken.add(rule_id)
        return broken

    # --- the results -----------------------------------------------------------------------------------------------

    def _write(self, sizes: dict[tuple[str, str], int], broken: set[str]) -> dict[str, int]:
        """Write findings and results; returns the number of findings by severity."""
        findings = {"blokkerend": 0, "fout": 0, "signaal": 0}
        self.connection.execute(
            "delete from kwaliteit.bevinding using kwaliteit.partij as partij "
            "where partij.feed = %s and bevinding.levering_id = partij.levering_id and bevinding.regel_id <> %s",
            [self.contract.name, f"{self.contract.name}.bestand.volume"],
        )
        row = self.connection.execute(
            "select coalesce((select datum from levering.nachten order by nacht_id desc limit 1), current_date)"
        ).fetchone()
        night = row[0] if row else None
        results: list[tuple[Any, ...]] = []
        for rule in rules_of(self.contract.name):
            count = self._find(rule) if rule.rule_id in broken else 0
            if rule.rule_id in broken and count == 0:
                message = f"Regel {rule.rule_id}: de verwachting is niet gehaald, maar geen rij breekt haar."
                raise JudgeError(message)
            findings[rule.severity] += count
            results.append((night, rule.table, rule.rule_id, rule.severity, sizes[rule.table, rule.scope], count))
        for rule in file_rules_of(self.contract.name):
            count = self._find_files(rule)
            findings[rule.severity] += count
            results.append((night, rule.table, rule.rule_id, rule.severity, len(self.deliveries), count))
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "insert into kwaliteit.validatie (nacht, tabel, regel_id, ernst, rijen, afwijkingen, geslaagd) "
                "values (%s, %s, %s, %s, %s, %s, %s)",
                [(*result, result[-1] == 0) for result in results],
            )
        return findings

    def _find(self, rule: Rule) -> int:
        """Write a finding for every row that breaks a rule."""
        return self.connection.execute(
            sql.SQL(
                "insert into kwaliteit.bevinding (levering_id, tabel, rij_nr, regel_id, ernst) "
                "select distinct rij.levering_id, {tabel}, rij.rij_nr, {regel}, {ernst} from ({query}) as rij"
            ).format(
                tabel=sql.Literal(rule.table),
                regel=sql.Literal(rule.rule_id),
                ernst=sql.Literal(rule.severity),
                query=rule.offenders(_batch(rule.table, rule.scope)),
            )
        ).rowcount

    def _find_files(self, rule: Rule) -> int:
        """Write a finding for every file of which the reader said so."""
        return self.connection.execute(
            "insert into kwaliteit.bevinding (levering_id, tabel, rij_nr, regel_id, ernst) "
            "select partij.levering_id, %s, null, %s, %s from kwaliteit.partij as partij "
            "join levering.bestanden as bestand on bestand.levering_id = partij.levering_id "
            "where partij.feed = %s and %s = any(string_to_array(bestand.signalen, ' '))",
            [
                rule.table,
                rule.rule_id,
                rule.severity,
                self.contract.name,
                rule.rule_id.removeprefix(f"{self.contract.name}.bestand."),
            ],
        ).rowcount

    def _settle(self) -> tuple[int, int]:
        """Bring the ledger up to date; returns rows read and rows in quarantine."""
        if self.release:
            self._remember(*self.release)
        released = sql.SQL(", status = {}, reden = concat_ws(' ', bestand.reden, {})").format(
            sql.Literal(ledger.GEACCEPTEERD), sql.Literal("Vrijgegeven.")
        )
        row = self.connection.execute(
            sql.SQL(
                "with stand as (select partij.levering_id, (select count(distinct (tabel, rij_nr)) "
                "from kwaliteit.bevinding where bevinding.levering_id = partij.levering_id "
                "and ernst = 'blokkerend' and rij_nr is not null) as quarantaine "
                "from kwaliteit.partij as partij where partij.feed = {feed}), "
                "bijgewerkt as (update levering.bestanden as bestand set rijen_quarantaine = stand.quarantaine, "
                "rijen_geladen = bestand.rijen_gelezen - bestand.rijen_vergeten - stand.quarantaine, "
                "rijen_geweigerd = 0, "
                "beoordeeld_op = now() {released} "
                "from stand where stand.levering_id = bestand.levering_id "
                "returning bestand.rijen_gelezen, bestand.rijen_quarantaine) "
                "select coalesce(sum(rijen_gelezen), 0), coalesce(sum(rijen_quarantaine), 0) from bijgewerkt"
            ).format(feed=sql.Literal(self.contract.name), released=released if self.release else sql.SQL(""))
        ).fetchone()
        if self.release:
            ledger.supersede(self.connection, self.deliveries)
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def _remember(self, door: str, reden: str | None) -> None:
        """Keep who releases what; from here on this transaction is that person's decision."""
        ledger.by_a_person(self.connection)
        for levering_id, leverancier in self.connection.execute(
            "select levering_id, leverancier from levering.bestanden where levering_id = any(%s)", [self.deliveries]
        ).fetchall():
            ledger.decide(
                self.connection,
                ledger.VRIJGEVEN,
                door,
                leverancier=leverancier,
                feed=self.contract.name,
                levering_id=levering_id,
                reden=reden,
            )


def _view(table: str, scope: str) -> str:
    return f"partij_{table}_{scope}"


def _batch(table: str, scope: str) -> sql.Identifier:
    return sql.Identifier("kwaliteit", _view(table, scope))


def _exceptions(info: dict[str, Any]) -> Iterator[bool]:
    """Tell for each metric whether it failed; GX gives one such dict, or one per metric."""
    if "raised_exception" in info:
        yield bool(info["raised_exception"])
        return
    for part in info.values():
        yield bool(part.get("raised_exception"))


@contextmanager
def _great_expectations() -> Iterator[PostgresDatasource]:
    """Give a datasource on the warehouse in a context that lives in memory only, without telemetry or bars."""
    import great_expectations as gx  # noqa: PLC0415 - takes seconds to import
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    # GX quotes SQL at lower levels, and under Airflow every line of it would be kept.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        ),
    )
    url = make_url(sqlalchemy_url(ensure_running(Settings.from_env()), "psycopg"))
    url = url.update_query_dict({"options": f"{url.query.get('options', '')} -csearch_path=kwaliteit".strip()})
    datasource = context.data_sources.add_postgres(
        name="warehouse", connection_string=url.render_as_string(hide_password=False)
    )
    try:
        yield datasource
    finally:
        datasource.get_engine().dispose()
