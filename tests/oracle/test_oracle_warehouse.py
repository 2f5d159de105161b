"""The warehouse against the oracle: a night on a drop of random small lives, compared cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dbt.cli.main import dbtRunner

from doorstroom.warehouse import dbt_environment
from expectations.judge import feeds_to_judge, judge
from extracts.take_in import begin_night, take_in, work_units
from tests.oracle.compare import compare
from tests.oracle.oracle import MARTS, Mart, compute
from tests.oracle.small_lives import random_drop

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


@pytest.fixture
def dbt_home(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Point dbt at this test's own warehouse, and its target folder too."""
    settings = dbt_environment(warehouse) | {
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "log"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return warehouse


def run_night(drop: Path, datum: str) -> None:
    """Take in, judge and build the marts the oracle knows; the database is that of DOORSTROOM_WAREHOUSE."""
    begin_night(datum, str(drop))
    for kind in ("sdd", "vggm", "zorgaanbieders", "corporaties"):
        for unit in work_units(kind):
            take_in(unit)
        for feed in feeds_to_judge(kind):
            judge(feed)
    select = [f"+{mart}" for mart in MARTS]
    result = dbtRunner().invoke(
        [
            "build",
            "--select",
            *select,
            "--exclude-resource-type",
            "unit_test",
            "--project-dir",
            str(DBT_PROJECT),
            "--quiet",
        ]
    )
    assert result.success, result.exception or [
        (r.node.name, r.message) for r in result.result if str(r.status) not in {"success", "pass", "no-op", "warn"}
    ]


@pytest.mark.night
@pytest.mark.parametrize(("seed", "n_lives"), [(101, 150), (102, 150)])
def test_warehouse_and_oracle_agree_cell_by_cell(dbt_home: str, tmp_path: Path, seed: int, n_lives: int) -> None:
    drop = random_drop(seed, n_lives, tmp_path / "drop")
    run_night(tmp_path / "drop", drop.datum.isoformat())
    expected: dict[str, Mart] = compute(tmp_path / "drop", drop.datum)
    assert all(expected[mart] for mart in MARTS if mart != "mart_administratief")
    with psycopg.connect(dbt_home) as connection:
        differences = compare(expected, connection)
    shown = "\n".join(map(str, differences[:40]))
    assert not differences, f"{len(differences)} differing cells on {drop.datum} (seed {seed}):\n{shown}"
