"""Bringing persons up to date one by one gives what making everything anew gives (macros/per_persoon.sql)."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest
from dbt.cli.main import dbtRunner
from psycopg import sql

from doorstroom.dbt_build import DBT_PROJECT, project_fingerprint
from doorstroom.warehouse import EmbeddedServer
from tests.oracle.night import Scratch
from tests.oracle.small_lives import random_drop

SEED = 4242
LIVES = 30


class PerPersoon(Scratch):
    """Nights after which only the models per person are built, in the way a night does or all anew."""

    def build(self, fingerprint: str) -> dict[str, Counter[tuple[Any, ...]]]:
        """Build the models per person and what they need; returns the rows of each."""
        os.environ["DOORSTROOM_BOUWKENMERK"] = fingerprint
        done = dbtRunner().invoke(
            [
                *(
                    "build",
                    "--select",
                    "+config.materialized:per_persoon",
                    "--exclude-resource-type",
                    "unit_test",
                    "test",
                ),
                *("--project-dir", str(DBT_PROJECT), "--quiet"),
            ]
        )
        assert done.success, done.exception
        names = [r.node.name for r in done.result if r.node.config.materialized == "per_persoon"]
        assert len(names) >= 14
        with psycopg.connect(self.url) as connection:
            return {
                name: Counter(connection.execute(sql.SQL("select * from intermediate.{}").format(sql.Identifier(name))))
                for name in names
            }

    def one(self, query: str) -> Any:
        """Return the only value of a query."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query).fetchone()
            assert row is not None
            return row[0]


#: The transactions that wrote the rows of persons whose facts did not change.
UNTOUCHED = (
    "select coalesce(string_agg(distinct xmin::text, ' ' order by xmin::text), '') from intermediate.int_episode "
    "where persoon_sk not in (select persoon_sk from intermediate.int_persoon__gewijzigd)"
)


@pytest.mark.night
def test_nights_per_person_give_what_making_everything_anew_gives(server: EmbeddedServer, tmp_path: Path) -> None:
    datum = random_drop(SEED, LIVES, tmp_path / "later").datum
    shutil.copytree(tmp_path / "later", tmp_path / "eerst")
    stops = sorted((tmp_path / "eerst").rglob("WMO307_*.xml"))
    for late in stops[::3]:
        late.unlink()
    scratch = PerPersoon(server, tmp_path / "dbt")
    fingerprint = project_fingerprint()
    with scratch._empty():
        scratch.took = dict.fromkeys(("take-in", "judge", "dbt"), 0.0)
        scratch._take_in(datum, tmp_path / "eerst")
        first = scratch.build(fingerprint)
        assert not scratch.one("select per_persoon from levering.opbouw")
        scratch._take_in(datum, tmp_path / "later")
        made = scratch.build(fingerprint)
        assert scratch.one("select per_persoon and klaar from levering.opbouw")
        assert made != first
        changed = scratch.one("select count(*) from intermediate.int_persoon__gewijzigd")
        assert 0 < changed < scratch.one("select count(*) from levering.persoon_kenmerk") / 2
        # The rows of the others were written by one transaction, that of the first night.
        assert len(scratch.one(UNTOUCHED).split()) == 1

        anew = scratch.build("")  # a dbt that does not say what it builds makes everything anew
        assert not scratch.one("select per_persoon from levering.opbouw")
        assert not [name for name in anew if made[name] != anew[name]]

        # A build that broke off, or one of other definitions, is followed by one of everything.
        with psycopg.connect(scratch.url) as connection:
            connection.execute("update levering.opbouw set klaar = false, kenmerk = %s", [fingerprint])
            connection.execute("delete from intermediate.int_stand")
        assert scratch.build(fingerprint) == anew
        assert not scratch.one("select per_persoon from levering.opbouw")
        assert scratch.one("select klaar from levering.opbouw")
