"""The pages of what the suites said: every link leads somewhere, the query finds the rows, and no value is in them."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from expectations.dossier import bijwerken
from expectations.judge import judge
from extracts import ledger
from extracts.contract import load_contracts
from reports.quality import write_reports
from reports.summary import print_summary
from tests.expectations.deliveries import GOOD, deliver, prepare
from tests.expectations.test_dossier import without_great_expectations

DAY = date(2021, 2, 1)
RULE = "sdd_indicaties.besluit.onbekende_code"
VALUE = "Zeldzaam7"


@pytest.fixture
def judged(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two nights on which two rows break one rule, and a signal about a file; then three in which nothing comes."""
    without_great_expectations(monkeypatch)
    prepare(warehouse, DAY)
    good = GOOD["sdd_indicaties"]
    rows = [
        good,
        {**good, "indicatie_nummer": "2", "besluit": VALUE},
        {**good, "indicatie_nummer": "3", "besluit": "?"},
    ]
    for number in range(5):
        with psycopg.connect(warehouse) as connection:
            ledger.register_feeds(connection, load_contracts().values())
            if number:
                ledger.begin(connection, DAY + timedelta(days=number), "drop", "kenmerk")
        if number < 2:
            signal = "onbekende_kolom" if number else None
            deliver(
                warehouse, "sdd_indicaties", DAY + timedelta(days=number), {"sdd_indicaties": rows}, signalen=signal
            )
            judge("sdd_indicaties")
    bijwerken()
    return warehouse


def test_pages_per_night_and_feed_hang_together(judged: str, tmp_path: Path) -> None:
    write_reports(tmp_path)
    folder = tmp_path / "validatie"
    assert {path.name for path in folder.iterdir()} == {
        "index.html",
        "nacht_2021-02-01.html",
        "nacht_2021-02-02.html",
        "feed_sdd_indicaties.html",
    }
    assert 'href="validatie/index.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        assert VALUE not in text
        assert not re.search(r"https?:|url\(|@import|<script|<img|<link", text)
        for link in re.findall(r'href="([^"]+)"', text):
            name, _, place = link.partition("#")
            target = (folder / name).resolve() if name else path
            assert target.is_file(), link
            assert not place or f'id="{place}"' in target.read_text(encoding="utf-8"), link
    night = (folder / "nacht_2021-02-02.html").read_text(encoding="utf-8")
    assert re.search(rf"{RULE}</a>.*?fout.*?>3<.*?>2<.*?gebroken", night)
    # A page of a night or feed that is no more goes.
    (folder / "nacht_1999-01-01.html").write_text("oud", encoding="utf-8")
    write_reports(tmp_path)
    assert not (folder / "nacht_1999-01-01.html").exists()
    assert judged


def test_a_rule_names_its_rows_and_the_query_that_shows_them(judged: str, tmp_path: Path) -> None:
    write_reports(tmp_path)
    page = (tmp_path / "validatie" / "feed_sdd_indicaties.html").read_text(encoding="utf-8")
    section = page[page.index(f'id="{RULE}"') :]
    assert "sdd/sdd_indicaties_20210202_1, rij 3" in section
    queries = {
        name: html.unescape(query) for name, query in re.findall(r'Query voor (\S+)"><code>(.*?)</code>', page, re.S)
    }
    assert set(queries) == {RULE, "sdd_indicaties.bestand.onbekende_kolom"}
    with psycopg.connect(judged) as connection:
        found = connection.execute(queries[RULE].encode()).fetchall()
        assert [(row[0], row[1]) for row in found] == [
            (f"sdd/sdd_indicaties_{day}_1", number) for day in ("20210202", "20210201") for number in (3, 4)
        ]
        assert VALUE in found[0]
        (file,) = connection.execute(queries["sdd_indicaties.bestand.onbekende_kolom"].encode()).fetchall()
        assert file[0] == "sdd/sdd_indicaties_20210202_1"


@pytest.mark.usefixtures("warehouse")
def test_before_anything_was_judged_the_index_says_so(tmp_path: Path) -> None:
    write_reports(tmp_path)
    assert "nog niets beoordeeld" in (tmp_path / "validatie" / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("judged")
def test_the_summary_tells_who_is_too_late(capsys: pytest.CaptureFixture[str]) -> None:
    allowed = load_contracts()["sdd_indicaties"].late_after
    assert allowed is not None
    print_summary()
    told = capsys.readouterr().out
    late = 3 - allowed  # the last delivery is of the second of five nights
    words = "1 dag" if late == 1 else f"{late} dagen"
    assert re.search(rf"sdd +sdd_indicaties +{words} +laatste levering 2021-02-02", told)
