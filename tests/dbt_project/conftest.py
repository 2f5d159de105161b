"""An empty warehouse with every relation of the dbt project, and a copy of the project to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from doorstroom.warehouse import EmbeddedServer
from tests.dbt_project.mutations import copy_project, prepare


@pytest.fixture(scope="session")
def relations(server: EmbeddedServer) -> Iterator[str]:
    """URL of an empty warehouse in which every relation of the project exists."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("create database dbt_unit_tests")
    url = server.url("dbt_unit_tests")
    prepare(url)
    yield url
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("drop database dbt_unit_tests with (force)")


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the dbt project that a test may change."""
    return copy_project(tmp_path_factory.mktemp("project"))
