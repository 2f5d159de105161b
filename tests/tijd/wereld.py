"""A warehouse of its own with whole nights: take-in, judging, dbt, and the publication kept in schema `vintage`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from doorstroom import dbt_build, kennis, vergeten
from doorstroom.settings import REPOSITORY
from doorstroom.warehouse import connect
from expectations.judge import feeds_to_judge, judge
from extracts.take_in import begin_night, take_in, work_units
from publication import vintage
from publication.night import publish_night
from tests.oracle.night import KINDS, Scratch

#: How a night in a process of its own says which step it begins.
BEGINS = "begins: "

#: Rows as text, with how often each stands there.
Marts = dict[str, Counter[str]]


#: What a night consists of, in order.
STEPS = ("take in", "judge", "build", "publish")


def run_night(
    datum: str,
    drop: str,
    *,
    build: bool = True,
    publish: bool = True,
    readers: bool = False,
    begin: Callable[[str], None] = lambda _: None,
) -> None:
    """Run one night as the DAGs do; `begin` is told which of STEPS begins.

    After a complete build only persons whose facts changed are worked out anew, as in any night.
    """
    begin("take in")
    begin_night(datum, drop)
    for kind in KINDS:
        for unit in work_units(kind):
            take_in(unit)
    begin("judge")
    for kind in KINDS:
        for feed in feeds_to_judge(kind):
            judge(feed)
    if build:
        begin("build")
        vergeten.nightly()
        dbt_build.check_all(dbt_build.build(checks=False))
    if build and publish:
        begin("publish")
        publish_night(readers=readers)


class Wereld(Scratch):
    """One empty warehouse at a time; inside `open()` the settings point at it."""

    @contextlib.contextmanager
    def open(self) -> Iterator[Wereld]:
        """Give an empty warehouse."""
        with self._empty():
            os.environ["DBT_QUIET"] = "true"
            yield self

    @staticmethod
    def night(datum: date, drop: Path, **parts: bool) -> dict[str, float]:
        """Run one night, or the parts of it that `run_night` is told, here; returns how many seconds each step took."""
        moments: list[tuple[str, float]] = []
        run_night(datum.isoformat(), str(drop), **parts, begin=lambda step: moments.append((step, time.monotonic())))
        ends = [moment for _, moment in moments[1:]] + [time.monotonic()]
        return {step: end - begun for (step, begun), end in zip(moments, ends, strict=True)}

    @staticmethod
    def stand(schema: str = "marts") -> Marts:
        """Every mart as it stands; not what tells of earlier publications."""
        with connect() as connection:
            names = vintage.kept(connection, schema)
            return {
                name: Counter(
                    row[0]
                    for row in connection.execute(
                        sql.SQL("select rij::text from (select {} from {}) as rij").format(
                            vintage.names(sorted(columns)), sql.Identifier(schema, name)
                        )
                    )
                )
                for name, columns in names.items()
            }

    @staticmethod
    def as_known_differs_from_published(moment: str) -> dict[str, int]:
        """Rebuild the marts of a moment; returns, per mart that differs from what was published then, how many rows."""
        made = kennis.rebuild(moment)
        with connect() as connection:
            publication = vintage.published_at(connection, kennis.parse_moment(moment))
            different = vintage.differing_rows(connection, publication, str(made["schema"]))
            # No publication keeps a mart that is a view, and of a moment it is a table like any other.
            views = {
                str(name)
                for (name,) in connection.execute(
                    "select viewname from pg_views where schemaname = %s", [vintage.SOURCE]
                ).fetchall()
            }
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(str(made["schema"]))))
        assert different
        return {mart: rows for mart, rows in different.items() if rows and mart not in views}

    def killed_night(self, datum: date, drop: Path, rnd: Random, took: dict[str, float]) -> str:
        """Run a night in a process of its own and kill it in a random step, at a random moment; returns when.

        `took` are the seconds each step takes: as often in the short ones as in the long ones.
        """
        step = rnd.choice(STEPS)
        moment = rnd.uniform(0.0, 1.0) * took[step]
        command = [sys.executable, "-m", "tests.tijd.nacht", datum.isoformat(), str(drop)]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
        with tempfile.NamedTemporaryFile() as told:
            process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=told, stderr=told)
            while process.poll() is None and f"{BEGINS}{step}\n" not in Path(told.name).read_text(encoding="utf-8"):
                time.sleep(0.05)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            process.send_signal(signal.SIGKILL)
            if process.wait() not in {0, -signal.SIGKILL}:
                raise AssertionError(Path(told.name).read_text(encoding="utf-8")[-3000:])
        # What the dead process still had running in the database ends before anybody looks.
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        return f"{step}, after {moment:.1f} of {took[step]:.1f} s"


def published() -> tuple[dict[str, str], int]:
    """Return a fingerprint of every table readers see, and how many publications there were."""
    with connect() as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'publicatie'").fetchall()
        seen = {
            str(name): str(
                connection.execute(
                    sql.SQL("select md5(string_agg(rij::text, '|' order by rij::text)) from {} as rij").format(
                        sql.Identifier("publicatie", name)
                    )
                ).fetchone()
            )
            for (name,) in tables
        }
        count = connection.execute("select count(*) from vintage.publicatie").fetchone()
    assert seen
    return seen, int(count[0]) if count else 0


def differences(one: Marts, other: Marts) -> dict[str, list[str]]:
    """Per mart the rows that stand in one of both only."""
    return {
        mart: [
            *(f"< {row}" for row in (one.get(mart, Counter()) - other.get(mart, Counter())).elements()),
            *(f"> {row}" for row in (other.get(mart, Counter()) - one.get(mart, Counter())).elements()),
        ]
        for mart in sorted(one.keys() | other.keys())
        if one.get(mart) != other.get(mart)
    }


def unexplained() -> tuple[int, list[str]]:
    """Check every revised figure of the warehouse against its causes; returns how many there are and which fail.

    A figure fails when its causes do not run from what was published before to what was published after, or do not add
    up to the difference, or when the published values of two publications differ without any revision.
    """
    with connect() as connection:
        publications = [
            vintage.Publication(*row)
            for row in connection.execute(
                "select publicatie_id, datum, bekend_op, definitieversie, indelingversie from vintage.publicatie "
                "order by publicatie_id"
            ).fetchall()
        ]
        seen, failed = 0, []
        for before, after in pairwise(publications):
            told = dict(
                connection.execute(
                    "select mart || sleutel::text || maat, array[(array_agg(oud order by volgorde))[1], "
                    "(array_agg(nieuw order by volgorde desc))[1], sum(nieuw - oud)] from vintage.revisie "
                    "where publicatie_id = %s group by mart, sleutel, maat",
                    [after.publicatie_id],
                ).fetchall()
            )
            real = _changes(connection, before, after)
            seen += len(real)
            for figure, (old, new) in real.items():
                first, last, total = told.pop(figure, [None, None, None])
                if (first, last) != (old, new) or (new is not None and total != new - old):
                    failed.append(f"{figure}: {old} became {new}, told: {first} to {last}, together {total}")
            failed += [f"{figure}: did not change, told: {chain}" for figure, chain in told.items()]
    return seen, failed


def _changes(
    connection: psycopg.Connection, before: vintage.Publication, after: vintage.Publication
) -> dict[str, tuple[Any, Any]]:
    """Figures of periods complete at `before` that `after` published otherwise, straight from the two vintages."""
    from publication.revisions import PERIODS, Project, Revision  # noqa: PLC0415 - needs dbt's manifest

    found: dict[str, tuple[Any, Any]] = {}
    first = before.datum.replace(day=1)
    marts = Project().marts
    was, now = (vintage.marts_of(connection, publication) for publication in (before, after))
    kinds = vintage.kept(connection)
    for mart in was.keys() & now.keys() & marts.keys():
        keys = marts[mart].keys
        period = next((name for name in PERIODS if name in keys), None)
        if period is None:
            continue
        limit = first.year if period == "jaar" else first
        measures = [n for n in was[mart] if n not in keys and _numeric(kinds[mart].get(n, ""))]
        if not measures:
            continue
        values: list[dict[str, dict[str, Any]]] = []
        for publication in (before, after):
            query = sql.SQL("select jsonb_build_object({}), {} from ({}) as rij where {} < %s").format(
                sql.SQL(", ").join(sql.SQL("{}, {}").format(sql.Literal(k), sql.Identifier(k)) for k in keys),
                sql.SQL(", ").join(sql.SQL("{}::numeric").format(sql.Identifier(m)) for m in measures),
                vintage.as_published(connection, publication, mart),
                sql.Identifier(period),
            )
            rows = connection.execute(
                sql.SQL("select sleutel::text, {m} from ({q}) as cijfers (sleutel, {m})").format(
                    m=vintage.names(measures), q=query
                ),
                [limit],
            ).fetchall()
            values.append({row[0]: dict(zip(measures, row[1:], strict=True)) for row in rows})
        for key in values[0].keys() | values[1].keys():
            for measure in measures:
                nothing = 0 if Revision._is_count(measure, kinds[mart][measure]) else None
                old, new = (value[key][measure] if key in value else nothing for value in values)
                if old is not None and old != new:
                    found[f"{mart}{key}{measure}"] = (old, new)
    return found


def _numeric(kind: str) -> bool:
    return kind.startswith(("integer", "bigint", "smallint", "numeric", "double", "real"))
