"""One whole night without a scheduler: what `make nightly` runs.

The DAGs of `dags/` run one after the other in this process with Airflow's own `dag.test()`: the same tasks, trigger
rules and assets as under `make up`, without the half minute it takes to start Airflow's services. Airflow's output
goes to a log in the state folder; the screen shows what a person wants to know.
"""

# ruff: noqa: PLC0415 - Airflow may be imported only after its configuration stands
from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import psycopg
from rich.console import Console
from rich.status import Status

from doorstroom import airflow_env, warehouse
from doorstroom.run import FAILURES, SOORTEN, Failure
from doorstroom.settings import DEMO_DROP, Settings, SettingsError

KEPT_LOGS = 30


def run_night(settings: Settings, datum: str | None) -> int:
    """Run the night of `datum` (YYYY-MM-DD; None: today, or the demo region's last); returns the exit status.

    0 when everything worked. Refused, held and missing deliveries are part of a night and no failure.
    """
    settings.key_for(settings.drop_url)  # before anything else: without a key nothing is done
    with airflow_env.alone(settings), warehouse.running(settings):
        airflow_env.apply(settings)
        with _screen(_log_file(settings)) as (console, log):
            night = _Night(settings, console, log)
            try:
                return night.run(datum)
            except Exception as error:  # told in one message; the whole story is in the log
                return night.broke(error)


def run_as_of(settings: Settings, kennis_op: str) -> int:
    """Build all marts as they were at a moment, beside the live ones; returns the exit status.

    Takes nothing in; what is live stays as it is. Raises SettingsError for a text that is no moment.
    """
    from doorstroom import kennis

    kennis.parse_moment(kennis_op)  # before anything is started
    with airflow_env.alone(settings), warehouse.running(settings):
        airflow_env.apply(settings)
        with _screen(_log_file(settings)) as (console, log):
            night = _Night(settings, console, log)
            try:
                with night.step(f"marts zoals op {kennis_op}"):
                    made = kennis.rebuild(kennis_op)
            except Exception as error:  # told in one message; the whole story is in the log
                return night.broke(error)
            console.print(f"{made['marts']} marts staan in schema {made['schema']}, naast de gewone.", highlight=False)
            query = f"select * from {made['schema']}.mart_stroombalans limit 10"  # noqa: S608 - for a person to type
            console.print(f'  Cijfers   make sql Q="{query}"', markup=False, highlight=False, soft_wrap=True)
    return 0


class _Night:
    """The night being run, and what it tells the person at the keyboard."""

    def __init__(self, settings: Settings, console: Console, log: Path) -> None:
        self.settings, self.console, self.log = settings, console, log
        self.begun = time.monotonic()

    def run(self, datum: str | None) -> int:
        from doorstroom import dbt_build, night

        with self.step("Airflow klaarzetten"):
            airflow_env.migrate()
            airflow_env.forget_broken_night()
        with self.step("dbt-project lezen"):
            dbt_build.ensure_manifest(self.settings)
        if self.settings.drop_url == str(DEMO_DROP):
            with self.step("demoregio klaarzetten"):
                night.ensure_demo_drop()
        with self.step("nacht openen"):
            opened = night.open_night(datum)
        self.console.print(f"Nacht van {opened['datum']} op {self._drop()}", style="bold")
        if self.settings.caution:
            self.console.print(self.settings.caution, style="yellow")
        dags = _load_dags()
        good = True
        for name in [f"extractie_{soort}" for soort in SOORTEN]:
            good &= self.run_dag(dags[name])
        # Marts are built from what there is; they are published only when they are whole.
        built = self.run_dag(dags["marts"])
        good &= built and self.run_dag(dags["publicatie"])
        airflow_env.forget_asset_events()
        self.conclude(published=built, good=good)
        return 0 if good else 1

    def _drop(self) -> str:
        if self.settings.drop_url == str(DEMO_DROP):
            return "de verzonnen demoregio"
        return warehouse.without_password(self.settings.drop_url)

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Status]:
        begun = time.monotonic()
        with self.console.status(title) as status:
            yield status
        self._line("[green]✓[/]", title, "", begun)

    def _line(self, sign: str, title: str, detail: str, begun: float) -> None:
        self.console.print(f"{sign} {title:<26}{detail:<34}{time.monotonic() - begun:6.1f} s", highlight=False)

    def run_dag(self, dag: Any) -> bool:
        """Run one DAG to its end; returns whether it succeeded."""
        FAILURES.clear()
        begun = time.monotonic()
        with self.console.status(dag.dag_id) as status, _watch(self.settings, dag.dag_id, status):
            run = dag.test()
        good = str(run.state) == "success"
        done = run.get_task_instances()
        detail = f"{sum(ti.state == 'success' for ti in done)} van {len(done)} taken"
        if skipped := sum(ti.state == "skipped" for ti in done):
            detail += f", {skipped} niet nodig"
        self._line("[green]✓[/]" if good else "[red]✗[/]", dag.dag_id, detail, begun)
        if not good:
            for failure in FAILURES:
                self._tell(failure)
        return good

    def _tell(self, failure: Failure) -> None:
        self.console.print(f"  [red]{failure.task}[/]: ", end="", highlight=False)
        self.console.print(failure.reason[:2000], markup=False, highlight=False)

    def conclude(self, *, published: bool, good: bool) -> None:
        from reports.summary import print_summary

        self.console.print()
        with _standard_output(self.console):
            print_summary()
        state = self.settings.state
        self.console.print()
        if not good:
            self.console.print("De nacht is niet helemaal gelukt; zie hierboven en het logboek.", style="bold red")
        elif published:
            self.console.print(f"De nacht is klaar in {time.monotonic() - self.begun:.0f} seconden.", style="bold")
        places = {
            "Cijfers": 'make sql Q="select * from publicatie.mart_stroombalans limit 10"',
            "Database": warehouse.without_password(self.settings.warehouse)
            if self.settings.warehouse
            else f"{state / 'warehouse'}; make warehouse laat hem draaien en toont de URL",
            "Rapporten": str(state / "rapporten"),
            "Regio's": str(state / "rapporten" / "regio"),
            "Logboek": str(self.log),
            "Airflow": f"make up toont alle nachten en taken; logboeken in {state / 'airflow' / 'logs'}",
        }
        for name, place in places.items():
            self.console.print(f"  {name:<10}{place}", markup=False, highlight=False, soft_wrap=True)

    def broke(self, error: Exception) -> int:
        import traceback

        traceback.print_exc()  # to the log
        kind = "" if isinstance(error, SettingsError | warehouse.WarehouseError) else f"{type(error).__name__}: "
        self.console.print("De nacht is afgebroken. ", style="bold red", end="")
        self.console.print(f"{kind}{error}", markup=False, highlight=False, soft_wrap=True)
        self.console.print(f"  Logboek   {self.log}", markup=False, highlight=False, soft_wrap=True)
        return 1


def _load_dags() -> dict[str, Any]:
    """Return the DAGs, as Airflow reads them; raises RuntimeError when one cannot be read."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(airflow_env.DAGS))
    if bag.import_errors:
        message = "DAG's zijn niet te lezen:\n" + "\n".join(bag.import_errors.values())
        raise RuntimeError(message)
    return dict(bag.dags)


def _log_file(settings: Settings) -> Path:
    folder = settings.state / "airflow" / "logs" / "nachten"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[: -KEPT_LOGS + 1]:
        old.unlink()
    return folder / f"{datetime.now(ZoneInfo(warehouse.TIMEZONE)):%Y-%m-%d_%H%M%S}.log"


@contextlib.contextmanager
def _screen(log: Path) -> Iterator[tuple[Console, Path]]:
    """Send everything that is written to the log, except what goes through the console this yields."""
    sys.stdout.flush()
    sys.stderr.flush()
    screen, errors = os.dup(1), os.dup(2)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.dup2(target, 1)
        os.dup2(target, 2)
        with os.fdopen(os.dup(screen), "w", encoding="utf-8", buffering=1) as stream:
            yield _console(stream), log
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(screen, 1)
        os.dup2(errors, 2)
        for descriptor in (screen, errors, target):
            os.close(descriptor)


def _console(stream: TextIO) -> Console:
    return Console(file=stream) if stream.isatty() else Console(file=stream, width=120)


@contextlib.contextmanager
def _standard_output(console: Console) -> Iterator[None]:
    """Let the summary print to the screen while everything else goes to the log."""
    with contextlib.redirect_stdout(console.file):
        yield


@contextlib.contextmanager
def _watch(settings: Settings, dag_id: str, status: Status) -> Iterator[None]:
    """Show how many tasks of the running DAG are done, in the spinner's text."""
    if not status.console.is_terminal:
        yield
        return
    stop = threading.Event()

    def look() -> None:
        with contextlib.suppress(psycopg.Error), psycopg.connect(warehouse.airflow_url(settings)) as connection:
            connection.autocommit = True
            while not stop.wait(0.5):
                row = connection.execute(
                    "select count(*) filter (where end_date is not null), count(*) from task_instance "
                    "where run_id = (select run_id from dag_run where dag_id = %s order by id desc limit 1) "
                    "and dag_id = %s",
                    [dag_id, dag_id],
                ).fetchone()
                if row and row[1]:
                    status.update(f"{dag_id}: {row[0]} van {row[1]} taken")

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
