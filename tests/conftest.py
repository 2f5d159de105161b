"""Fixtures every room shares: a real PostgreSQL, and a database of its own for each test."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from doorstroom import warehouse as warehouse_module
from doorstroom.settings import Settings
from doorstroom.warehouse import EmbeddedServer

TEST_PSEUDONYM_KEY = "sleutel-van-de-tests-en-van-niets-anders"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with whole nights first, the demo's before all: two workers then end at about the same time."""
    nights = {item.path for item in items if item.get_closest_marker("night")}
    items.sort(key=lambda item: (item.path.name != "test_demo_night.py", item.path not in nights))


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the settings, the `.env` or the state folder of whoever runs it."""
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    for name in ("DOORSTROOM_WAREHOUSE", "DOORSTROOM_DROP", "DOORSTROOM_AIRFLOW_DB", "DOORSTROOM_CONTACTEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOORSTROOM_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DOORSTROOM_PSEUDONYM_KEY", TEST_PSEUDONYM_KEY)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One embedded PostgreSQL for the whole test session, without fsync."""
    embedded = EmbeddedServer(tmp_path_factory.mktemp("server"), durable=False)
    embedded.start()
    yield embedded
    embedded.stop()


@pytest.fixture
def warehouse(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """URL of an empty warehouse of this test's own; `Settings.from_env()` and `connect()` use it too."""
    name = f"t_{secrets.token_hex(6)}"
    admin = server.url("postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = server.url(name)
    monkeypatch.setenv("DOORSTROOM_WAREHOUSE", url)
    yield url
    warehouse_module._prepared.discard(url)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
