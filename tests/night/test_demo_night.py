"""What `make nightly` promises on a clean clone: it ends well, closes, repeats, reproduces and leaks nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from doorstroom import warehouse
from doorstroom.settings import Settings
from reports.published_figures import Figure, query_for, read_figures

from .conftest import REPO, Huis

pytestmark = [pytest.mark.night, pytest.mark.timeout(2700)]

Nacht = tuple[Huis, "subprocess.CompletedProcess[str]"]

MARTS = "select table_name from information_schema.tables where table_schema = '{}' order by 1"


def _contents(huis: Huis, schema: str = "marts") -> dict[str, str]:
    """A fingerprint of every table of a schema: its rows as text, whatever their order."""
    tables = [row[0] for row in huis.sql(MARTS.format(schema))]
    assert tables
    query = " union all ".join(
        f"select '{t}', md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from {schema}.{t} as r"
        for t in tables
    )
    return dict(huis.sql(query))


def _bsns_of(drop: Path) -> set[bytes]:
    """Every BSN that stands in clear in a drop: nine digits from the test range, in text and zipped files alike."""
    from zipfile import ZipFile, is_zipfile  # noqa: PLC0415 - only here

    found: set[bytes] = set()
    for path in drop.rglob("*"):
        if not path.is_file():
            continue
        if is_zipfile(path):
            with ZipFile(path) as archive:
                contents = [archive.read(name) for name in archive.namelist()]
        else:
            contents = [path.read_bytes()]
        for content in contents:
            found.update(re.findall(rb"(?<!\d)9999\d{5}(?!\d)", content))
    return found


def _airflow(huis: Huis, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask Airflow's own administration."""
    settings = Settings(state=huis.state)
    with warehouse.running(settings), psycopg.connect(warehouse.airflow_url(settings)) as connection:
        return connection.execute(query, values).fetchall()


def _as_if_killed(huis: Huis) -> int:
    """Leave the last extraction running and its event waiting, as a SIGKILL does; returns the number of its run."""
    [(number,)] = _airflow(
        huis,
        "update dag_run set state = 'running', end_date = null "
        "where id = (select max(id) from dag_run where dag_id = 'extractie_sdd') returning id",
    )
    _airflow(
        huis,
        "insert into asset_dag_run_queue (asset_id, target_dag_id, created_at) "
        "select id, 'marts', now() from asset where name = 'raw_sdd' returning asset_id",
    )
    return int(number)


def test_the_night_ends_well_and_the_balance_closes(demo_nacht: Nacht) -> None:
    huis, done = demo_nacht
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert huis.sql("select sum(abs(verschil)) from marts.mart_stroombalans") == [["0"]]
    [[rows]] = huis.sql("select count(*) from marts.mart_stroombalans")
    assert int(rows) > 10_000


def test_the_summary_tells_both_regions_and_where_things_are(demo_nacht: Nacht) -> None:
    _, done = demo_nacht
    told = done.stdout + done.stderr
    for word in ("(DAV)", "(CG)", "SDD", "VGGM", "Database", "Rapporten", "Logboek", "Airflow"):
        assert word in told


def test_every_mart_of_this_kind_has_figures(demo_nacht: Nacht) -> None:
    huis, _ = demo_nacht
    for mart in ("instroom", "doorstroom", "uitstroom", "bezetting", "administratief", "bezetting_jaar"):
        cells = huis.sql(f"select distinct domein, basis, perimeter, gemeente_basis from marts.mart_{mart}")
        assert ["BW", "levering", "A", "herkomst"] in cells, mart
        assert ["BW", "toewijzing", "B", "verblijf"] in cells, mart


@pytest.mark.parametrize("figure", [f for f in read_figures() if query_for(f)], ids=lambda f: f"{f.bron_id} {f.figuur}")
def test_a_published_figure_is_reproduced(demo_nacht: Nacht, figure: Figure) -> None:
    huis, _ = demo_nacht
    [[counted]] = huis.sql(query_for(figure) or "")
    assert figure.allows(counted), f"{figure.bron}: {figure.waarde} {figure.eenheid}; the marts count {counted}"


def test_the_page_of_published_figures_is_what_the_warehouse_counts(demo_nacht: Nacht) -> None:
    huis, _ = demo_nacht
    checked = subprocess.run(
        [sys.executable, "-m", "reports.published_figures", "--check"],
        cwd=REPO,
        env=dict(os.environ) | {"DOORSTROOM_STATE": str(huis.state)},
        check=False,
    )
    assert checked.returncode == 0, "docs/published_figures.md is out of step: run python -m reports.published_figures"


def test_no_bsn_in_clear_in_the_state_the_logs_or_airflows_database(demo_nacht: Nacht) -> None:
    huis, done = demo_nacht
    bsns = _bsns_of(REPO / ".demo" / "drop")
    assert len(bsns) > 1000
    # A text dump of both databases: their files on disk may hold a value compressed.
    huis.sql("checkpoint")
    places = [path for path in huis.state.rglob("*") if path.is_file() and not path.is_socket()]
    assert any("airflow" in path.parts for path in places)
    for path in places:
        leaked = set(re.findall(rb"(?<!\d)9999\d{5}(?!\d)", path.read_bytes())) & bsns
        assert not leaked, f"{len(leaked)} BSNs in {path.relative_to(huis.state)}"
    told = (done.stdout + done.stderr).encode()
    assert not set(re.findall(rb"(?<!\d)9999\d{5}(?!\d)", told)) & bsns


def test_a_second_night_loads_nothing_and_leaves_every_mart_identical(demo_nacht: Nacht) -> None:
    huis, _ = demo_nacht
    before, published = _contents(huis), _contents(huis, "publicatie")
    [[files]] = huis.sql("select count(*) from levering.bestanden")
    broken = _as_if_killed(huis)
    again = huis.run("nightly")
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-3000:]
    assert huis.sql("select count(*) from levering.bestanden") == [[files]]
    assert _contents(huis) == before
    assert _contents(huis, "publicatie") == published
    # Airflow would go on with what a killed night left, beside the next one.
    assert _airflow(huis, "select state from dag_run where id = %s", broken) == [("failed",)]
    assert _airflow(huis, "select count(*) from asset_dag_run_queue") == [(0,)]
