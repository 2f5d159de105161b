"""Nights of the real pipeline on a scratch warehouse: take-in, judging and dbt, then the marts as dictionaries."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import psycopg
from dbt.cli.main import dbtRunner
from psycopg import sql

from doorstroom import warehouse as warehouse_module
from doorstroom.settings import Settings
from doorstroom.warehouse import EmbeddedServer, dbt_environment
from expectations.judge import feeds_to_judge, judge
from extracts.take_in import begin_night, take_in, work_units
from tests.oracle.basics import Mart
from tests.oracle.compare import marts_in, read_mart
from tests.oracle.oracle import MARTS
from tests.oracle.readers import Night

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
KEY = "sleutel-van-de-tests-en-van-niets-anders"
DATABASE = "proef"
KINDS = ("sdd", "vggm", "zorgaanbieders", "corporaties")


class Scratch:
    """A warehouse that every run finds empty.

    It is one database with one name, and dbt works in one target folder per server, so that it parses its project once
    for all runs of a process; `folder` holds that of the first, and its log. Two cannot be open at the same time.
    Nothing outside `run` sees the settings it works with.
    """

    _targets: ClassVar[dict[str, Path]] = {}

    def __init__(self, server: EmbeddedServer, folder: Path, *, marts: Iterable[str] = MARTS) -> None:
        self.marts = tuple(marts)
        self.admin = server.url("postgres")
        self.url = server.url(DATABASE)
        self.name = sql.Identifier(DATABASE)
        self.folder = folder
        self.target = self._targets.setdefault(self.url, folder / "target")
        self.took: dict[str, float] = {}  # seconds of the last run, per step

    def run(self, *nights: Night, checks: bool = True) -> dict[str, Mart]:
        """Run these nights one after the other from an empty ledger; returns the marts of after the last one.

        Of `self.marts` it returns those that the project has.

        With `checks` dbt also runs its data tests. Raises AssertionError when dbt fails.
        """
        with self._empty():
            self.took = dict.fromkeys(("take-in", "judge", "dbt"), 0.0)
            for datum, drop in nights:
                self._take_in(datum, drop)
            self._build(checks=checks)
            with psycopg.connect(self.url) as connection:
                there = marts_in(connection)
                return {mart: read_mart(connection, mart) for mart in self.marts if mart in there}

    @contextmanager
    def _empty(self) -> Iterator[None]:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(self.name))
            connection.execute(sql.SQL("create database {}").format(self.name))
        warehouse_module._prepared.discard(self.url)
        settings = dbt_environment(self.url) | {
            "DOORSTROOM_WAREHOUSE": self.url,
            "DOORSTROOM_STATE": str(self.folder / "state"),
            "DOORSTROOM_PSEUDONYM_KEY": KEY,
            "DBT_PROFILES_DIR": str(DBT_PROJECT),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "log"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
        }
        with mock.patch.dict(os.environ, settings), mock.patch.dict(Settings.model_config, {"env_file": None}):
            os.environ.pop("DOORSTROOM_DROP", None)
            yield

    def _take_in(self, datum: date, drop: Path) -> None:
        begun = time.monotonic()
        begin_night(datum.isoformat(), str(drop))
        for kind in KINDS:
            for unit in work_units(kind):
                take_in(unit)
        between = time.monotonic()
        for kind in KINDS:
            for feed in feeds_to_judge(kind):
                judge(feed)
        self.took["take-in"] += between - begun
        self.took["judge"] += time.monotonic() - between

    def _build(self, *, checks: bool) -> None:
        begun = time.monotonic()
        select = [f"+{mart}" for mart in self.marts]
        leave_out = ["unit_test"] if checks else ["unit_test", "test"]
        arguments = ["--indirect-selection", "buildable", "--exclude-resource-type", *leave_out]
        result: Any = dbtRunner().invoke(
            ["build", "--select", *select, *arguments, "--project-dir", str(DBT_PROJECT), "--quiet"]
        )
        assert result.success, result.exception or [
            (r.node.name, r.message) for r in result.result if str(r.status) not in {"success", "pass", "no-op", "warn"}
        ]
        self.took["dbt"] += time.monotonic() - begun
