"""An SDD file with 30% of its rows missing: yesterday's figures stay, everybody is told, one command releases it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from doorstroom.warehouse import EmbeddedServer
from expectations.dossier import bijwerken
from reports.quality import write_reports
from tests.oracle.night import Scratch
from tests.oracle.small_lives import random_drop

from .conftest import REPO

pytestmark = pytest.mark.night

FIRST = date(2020, 3, 10)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
HELD = f"sdd/sdd_indicaties_{SECOND:%Y%m%d}.csv"
DATED = re.compile(r"(?P<feed>sdd_\w+|vggm_\w+|\w+)_(?P<day>\d{8})\.(csv|xlsx)")
FIGURES = """
    select md5(string_agg(rij, '|' order by rij)), count(*)
    from (select (to_jsonb(mart) - 'bijgewerkt_tot')::text as rij from marts.mart_stroombalans as mart) as rijen
"""


def deliver_again(drop: Path, day: date) -> None:
    """Let every supplier deliver its latest files once more under another date."""
    latest: dict[tuple[Path, str], Path] = {}
    for path in sorted(drop.rglob("*")):
        if (match := DATED.fullmatch(path.name)) and match["day"] < f"{day:%Y%m%d}":
            latest[path.parent, match["feed"]] = path
    for (folder, feed), path in latest.items():
        shutil.copy(path, folder / f"{feed}_{day:%Y%m%d}{path.suffix}")


def cut(path: Path) -> tuple[int, int]:
    """Leave out 30% of the rows; returns how many there were and are."""
    header, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    kept = [row for number, row in enumerate(rows) if number % 10 >= 3]
    path.write_text("\r\n".join([header, *kept]) + "\r\n", encoding="utf-8")
    return len(rows), len(kept)


class Nights:
    """Nights on one drop, each followed by what a night ends with: the life cycle of findings and the report."""

    def __init__(self, scratch: Scratch, drop: Path, reports: Path) -> None:
        self.scratch, self.drop, self.reports = scratch, drop, reports

    def run(self, day: date) -> None:
        self.scratch._take_in(day, self.drop)
        self.scratch._build(checks=False)
        bijwerken()
        write_reports(self.reports)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.scratch.url) as connection:
            return connection.execute(query).fetchall()

    def figures(self) -> tuple[Any, ...]:
        """Return a fingerprint of the balance, whatever it is up to date to."""
        return self.sql(FIGURES)[0]

    def up_to_date(self) -> date:
        """Return up to where what SDD decides is up to date: the placements of Drechtsteden."""
        query = "select distinct bijgewerkt_tot from marts.mart_stroombalans where regio = 'DAV' and domein = 'BW'"
        ((day,),) = self.sql(f"{query} and basis = 'toewijzing'")
        return day

    def page(self) -> str:
        return (self.reports / "regio_DAV.html").read_text(encoding="utf-8")


@pytest.fixture
def nights(server: EmbeddedServer, tmp_path: Path) -> Iterator[Nights]:
    drop = tmp_path / "drop"
    random_drop(20200310, 60, drop, FIRST)
    scratch = Scratch(server, tmp_path / "dbt", marts=["mart_stroombalans"])
    scratch.took = dict.fromkeys(("take-in", "judge", "dbt"), 0.0)
    with scratch._empty():
        yield Nights(scratch, drop, tmp_path / "rapporten")


def test_a_short_snapshot_changes_nothing_until_somebody_releases_it(nights: Nights) -> None:
    deliver_again(nights.drop, FIRST)
    nights.run(FIRST)
    before = nights.figures()
    assert before[1] > 100
    assert nights.up_to_date() == FIRST
    assert "Aangehouden" not in nights.page()

    deliver_again(nights.drop, SECOND)
    rows, kept = cut(nights.drop / HELD)
    assert rows >= 25
    nights.run(SECOND)
    # Yesterday's figures stand; the ledger, the report and the date of the figures say so.
    assert nights.figures() == before
    ((status, loaded, refused, reason),) = nights.sql(
        f"select status, rijen_geladen, rijen_geweigerd, reden from levering.bestanden where bestand = '{HELD}'"
    )
    assert (status, loaded, refused) == ("aangehouden", 0, kept)
    assert f"{kept} rijen tegen {rows}" in reason
    assert "Tot iemand dit bestand vrijgeeft blijft de vorige levering gelden." in reason
    assert nights.up_to_date() == FIRST
    assert "Aangehouden" in nights.page()
    assert HELD in nights.page()
    volume = "select status from kwaliteit.dossier where regel_id = 'sdd_indicaties.bestand.volume'"
    assert nights.sql(volume) == [("nieuw",)]

    done = subprocess.run(
        ["make", "-n", "vrijgeven", f"BESTAND={HELD}"], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith("-m doorstroom vrijgeven")
    done = subprocess.run(
        [sys.executable, "-m", "doorstroom", "vrijgeven"],
        cwd=REPO,
        env={**os.environ, "DOORSTROOM_FILE": HELD},  # the settings of the scratch warehouse among it
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert f"{HELD} is vrijgegeven en telt mee vanaf de volgende nacht" in done.stderr

    nights.run(THIRD)
    assert nights.figures() != before, "the rows that are no longer in the snapshot are withdrawn (E40)"
    assert nights.up_to_date() == SECOND
    fate = f"select status, rijen_gelezen, rijen_geweigerd from levering.bestanden where bestand = '{HELD}'"
    assert nights.sql(fate) == [("geaccepteerd", kept, 0)]
    assert "Aangehouden" not in nights.page()
    assert nights.sql(volume) == [("opgelost",)]
    assert nights.sql("select besluit, nacht from levering.besluiten") == [("vrijgeven", THIRD)]
