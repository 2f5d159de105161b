"""One warehouse in which three weeks have passed, for every test of the reports that only reads it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from doorstroom import warehouse as warehouse_module
from doorstroom.warehouse import EmbeddedServer
from reports import weekly
from tests.conftest import TEST_PSEUDONYM_KEY
from tests.reports import region
from tests.reports.story import MONDAYS, Story, draw, live


@pytest.fixture(scope="session")
def lived(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Three weeks, with the reports of each Monday made as if there is no mail server."""
    name = f"t_{secrets.token_hex(6)}"
    admin = server.url("postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    url = server.url(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOORSTROOM_WAREHOUSE", url)
        patch.setenv("DOORSTROOM_STATE", str(tmp_path_factory.mktemp("lived")))
        patch.setenv("DOORSTROOM_PSEUDONYM_KEY", TEST_PSEUDONYM_KEY)
        patch.delenv("DOORSTROOM_SMTP_URL", raising=False)
        story = draw(url)

        def report(night: object) -> None:
            if night in MONDAYS:
                story.sent[night] = weekly.send_all(night)

        live(story, report)
    yield story
    warehouse_module._prepared.discard(url)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def story(lived: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """The same warehouse for one test that does not write to it."""
    monkeypatch.setenv("DOORSTROOM_WAREHOUSE", lived.url)
    return lived


@pytest.fixture
def published(warehouse: str) -> str:
    """A warehouse with what the pages of the regions show."""
    with psycopg.connect(warehouse, autocommit=True) as connection:
        region.fill(connection)
    return warehouse
