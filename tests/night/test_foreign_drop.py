"""`make nightly DATE=… DROP=…` on files our generator did not write, with files that must be refused among them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest

from doorstroom.warehouse import EmbeddedServer
from tests.oracle.compare import compare
from tests.oracle.oracle import compute
from tests.oracle.small_lives import random_drop

from .conftest import Huis

pytestmark = pytest.mark.night

KEY = "sleutel-van-een-vreemde-regio-0123456789"
DATUM = date(2020, 3, 15)
REFUSED = {
    "sdd/sdd_wachtlijst_20200310.csv": b"indicatie_nummer;clientnummer\n1;2\n",
    "vggm/vggm_aanmeldingen_20200310.csv": "aanmeldnummer;clientnummer\n1;é".encode("utf-16"),
    "zorgaanbieders/99999999/WMO305_20200310_1.xml": b"<Bericht><Header></Bericht>",
    "zorgaanbieders/99999999/berichten_20200310_1.zip": b"PK\x03\x04 cut off",
    "zorgaanbieders/99999999/WMO307_20200310_1.xml": (
        b'<!DOCTYPE b [<!ENTITY a "b">]><w:Bericht xmlns:w="http://www.istandaarden.nl/iwmo/3_2/wmo307/schema">&a;</w:Bericht>'
    ),
    "corporaties/L0001/woningen_20200310.xlsx": b"not a workbook",
}


@pytest.fixture(scope="module")
def nacht(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Huis, Path, object]]:
    root = tmp_path_factory.mktemp("vreemd")
    drop = root / "drop"
    random_drop(20200315, 25, drop, DATUM)
    for name, content in REFUSED.items():
        path = drop / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    huis = Huis(root / "state", {"DOORSTROOM_DROP": str(drop), "DOORSTROOM_DATE": DATUM.isoformat()})
    yield huis, drop, huis.run("nightly", DOORSTROOM_PSEUDONYM_KEY=KEY)
    huis.run("stop")


def test_the_night_goes_on_past_the_bad_files(nacht: tuple[Huis, Path, object]) -> None:
    _, _, done = nacht
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_each_refused_file_names_its_reason(nacht: tuple[Huis, Path, object]) -> None:
    huis, _, _ = nacht
    rows = huis.sql("select bestand, status, reden, rijen_geladen from levering.bestanden where status = 'geweigerd'")
    reasons = {bestand: reden for bestand, _, reden, _ in rows}
    for name in REFUSED:
        assert len(reasons.get(name, "")) > 20, name
    assert {geladen for *_, geladen in rows} == {"0"}


def test_the_marts_are_what_paper_and_pencil_count(nacht: tuple[Huis, Path, object]) -> None:
    huis, drop, _ = nacht
    clean = drop.with_name("zonder-geweigerde")
    shutil.copytree(drop, clean)
    for name in REFUSED:
        (clean / name).unlink()
    server = EmbeddedServer(huis.state / "warehouse")
    server.start()
    try:
        with psycopg.connect(server.url()) as connection:
            assert compare(compute(clean, DATUM), connection) == []
    finally:
        server.stop()


def test_without_a_key_nothing_is_read(tmp_path: Path) -> None:
    huis = Huis(tmp_path / "state", {"DOORSTROOM_DROP": str(tmp_path), "DOORSTROOM_DATE": DATUM.isoformat()})
    done = huis.run("nightly")
    assert done.returncode != 0
    assert "DOORSTROOM_PSEUDONYM_KEY" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_drop_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    huis = Huis(tmp_path / "state", {"DOORSTROOM_DROP": str(tmp_path / "nergens"), "DOORSTROOM_DATE": "2020-03-15"})
    done = huis.run("nightly", DOORSTROOM_PSEUDONYM_KEY=KEY)
    assert done.returncode != 0
    assert "nergens" in done.stdout + done.stderr
    huis.run("stop")
