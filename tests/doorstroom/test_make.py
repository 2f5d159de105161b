"""The commands as people type them: through make, on a warehouse of the test's own."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from doorstroom.settings import REPOSITORY, Settings
from doorstroom.warehouse import embedded

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"
    embedded(Settings(state=tmp_path / "state")).stop()


def make(state: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOORSTROOM_", "MAKE"))}
    environment |= {"DOORSTROOM_STATE": str(state), "HOME": "", **extra}
    return subprocess.run(
        ["make", *arguments], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_csv_has_a_header_and_nothing_else(state: Path) -> None:
    done = make(state, "sql", "Q=select 1 as een, null as leeg, 'a' as letter", "FORMAT=csv")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "een,leeg,letter\n1,,a\n"


@pytest.mark.parametrize(
    "value",
    [
        "it's",
        'een "aanhaling"',
        "$HOME en $$ en $(shell id) en ${PATH}",
        "puntkomma; -- geen commentaar",
        "# hekje, komma",
        "twee\nregels",
        "back\\slash en %s en `x`",
        "één ë €",
    ],
)
def test_every_character_of_a_query_survives(state: Path, value: str) -> None:
    literal = "'" + value.replace("'", "''") + "'"
    done = make(state, "sql", f"Q=select {literal} as waarde", "FORMAT=csv")
    assert done.returncode == 0, done.stderr
    assert list(csv.reader(io.StringIO(done.stdout))) == [["waarde"], [value]]


def test_dollar_quoting_survives(state: Path) -> None:
    done = make(state, "sql", "Q=select $tekst$it's$tekst$ as a, $$b$$ as b", "FORMAT=csv")
    assert done.stdout == "a,b\nit's,b\n"


def test_a_table_is_aligned(state: Path) -> None:
    done = make(state, "sql", "Q=select 1 as n, 'lange tekst' as omschrijving")
    header, line, row, *_ = done.stdout.splitlines()
    assert header.index("|") == line.index("+") == row.index("|")


def test_a_wrong_query_fails_with_what_postgres_says(state: Path) -> None:
    done = make(state, "sql", "Q=select bestaat_niet", "FORMAT=csv")
    assert done.returncode != 0
    assert done.stdout == ""
    assert 'column "bestaat_niet" does not exist' in done.stderr


def test_without_a_query_it_says_how(state: Path) -> None:
    done = make(state, "sql")
    assert done.returncode != 0
    assert 'make sql Q="select' in done.stderr


def test_sql_works_on_an_own_warehouse_too(state: Path, warehouse: str) -> None:
    done = make(state, "sql", "Q=select current_database() as naam", "FORMAT=csv", DOORSTROOM_WAREHOUSE=warehouse)
    assert done.stdout.splitlines()[1] in warehouse


def test_warehouse_keeps_serving_until_stop(state: Path) -> None:
    started = make(state, "warehouse")
    assert started.returncode == 0, started.stderr
    url = started.stdout.strip()
    assert url.startswith("postgresql://")
    assert "\n" not in url
    assert make(state, "sql", "Q=select 1").returncode == 0
    with psycopg.connect(url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert make(state, "stop").returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_drop_without_a_key_is_refused_before_anything_is_done(state: Path, tmp_path: Path) -> None:
    done = make(state, "nightly", f"DROP={tmp_path}")
    assert done.returncode != 0
    assert "DOORSTROOM_PSEUDONYM_KEY ontbreekt" in done.stderr
    assert "Traceback" not in done.stderr
    assert not state.exists()


def test_variables_of_the_environment_are_not_mistaken_for_arguments(state: Path) -> None:
    done = make(state, "sql", "Q=select 1 as n", FORMAT="iets van een ander programma", DATE="gisteren")
    assert done.returncode == 0, done.stderr


def test_help_names_every_command_of_the_interface(state: Path) -> None:
    shown = make(state).stdout
    for command in (
        *("nightly", "test", "warehouse", "sql", "up", "stop", "clean", "lint", "demo"),
        *("vrijgeven", "afwijzen", "accepteren"),
    ):
        assert f"make {command} " in shown
