"""The summary and the quality reports, from a ledger and findings with known counts."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from doorstroom.warehouse import connect
from expectations import schema
from extracts import ledger
from reports.quality import write_reports
from reports.regiopagina import write_region_pages
from reports.summary import number, print_summary

NIGHT = date(2021, 2, 1)


@pytest.fixture
def delivered(warehouse: str) -> str:
    """Three suppliers: one with a quarantined row, one with a refused file whose name tries to be HTML, one on hold."""
    with connect() as connection:
        ledger.prepare(connection)
        schema.prepare(connection)
        connection.execute(
            "insert into levering.nachten (datum, gestart_op, drop_url, leeg_grootboek, sleutel_kenmerk) "
            "values (%s, now() - interval '1 minute', '/drop', true, 'x')",
            [NIGHT],
        )
        files = [
            ("sdd/sdd_indicaties_20210201.csv", "sdd", "sdd", "sdd_indicaties", "geaccepteerd", 1200, 1, None),
            ("vggm/<b>vreemd</b>.csv", "vggm", "vggm", "vggm_verblijven", "geweigerd", 0, 0, "Kolom <x> ontbreekt."),
            (
                "zorgaanbieders/99010101/verblijven_20210201.csv",
                *("zorgaanbieders", "99010101", "verblijven", "aangehouden", 0, 0),
                "Veel minder rijen dan de vorige keer.",
            ),
        ]
        for path, kind, supplier, feed, status, rows, bad, reason in files:
            connection.execute(
                "insert into levering.bestanden (bestand, soort_leverancier, leverancier, feed, sha256, leverdatum, "
                "status, rijen_gelezen, rijen_geladen, rijen_quarantaine, reden, nacht, bekend_op) "
                "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())",
                [path, kind, supplier, feed, path, NIGHT, status, rows, rows - bad, bad, reason, NIGHT],
            )
        connection.execute(
            "insert into kwaliteit.bevinding (levering_id, tabel, rij_nr, regel_id, ernst) "
            "select bestand.levering_id, regel.tabel, 7, regel.regel_id, 'blokkerend' "
            "from levering.bestanden as bestand, "
            "(select * from kwaliteit.regel where feed = 'sdd_indicaties' order by regel_id limit 1) as regel "
            "where bestand.leverancier = 'sdd'"
        )
    return warehouse


class Page(HTMLParser):
    """Collects what a page refers to, its text, and whether its tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.text.append(data.strip())


@pytest.mark.usefixtures("delivered")
def test_every_regio_and_supplier_has_a_page(tmp_path: Path) -> None:
    paths = write_reports(tmp_path)
    assert [path.name for path in paths] == [
        "index.html",
        "regio_DAV.html",
        "regio_CG.html",
        "leverancier_sdd.html",
        "leverancier_vggm.html",
        "leverancier_99010101.html",
    ]
    assert all(path.is_file() for path in paths)


@pytest.mark.usefixtures("delivered")
def test_pages_are_whole_dutch_and_refer_to_nothing_outside(tmp_path: Path) -> None:
    write_reports(tmp_path)
    write_region_pages(tmp_path / "regio")
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("*.html")}
    assert {path.parent.relative_to(tmp_path).as_posix() for path in pages} == {".", "regio", "validatie"}
    places = {
        path: {attributes["id"] for _, attributes in page.tags if "id" in attributes} for path, page in pages.items()
    }
    for path, page in pages.items():
        name = path.relative_to(tmp_path).as_posix()
        assert page.open == [], name
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|//|url\(|@import|<script|<img|<link", source), name
        assert ("html", {"lang": "nl"}) in page.tags, name
        assert sum(tag == "h1" for tag, _ in page.tags) == 1, name
        heads = [attributes for tag, attributes in page.tags if tag == "th"]
        assert all(attributes.get("scope") in {"col", "row"} for attributes in heads), name
        links = {attributes["href"] or "" for tag, attributes in page.tags if tag == "a"}
        for link in links:
            if link.startswith("mailto:"):
                continue
            file, _, place = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.is_file(), (name, link)
            assert target.is_relative_to(tmp_path), (name, link)
            assert not place or place in places[target], (name, link)


@pytest.mark.usefixtures("delivered")
def test_a_supplier_sees_its_counts_its_findings_and_its_refusals(tmp_path: Path) -> None:
    write_reports(tmp_path)
    sdd = Page((tmp_path / "leverancier_sdd.html").read_text(encoding="utf-8")).text
    assert "1.200" in sdd
    assert "1.199" in sdd
    assert "blokkerend" in sdd
    vggm = (tmp_path / "leverancier_vggm.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;vreemd&lt;/b&gt;" in vggm
    assert "Kolom &lt;x&gt; ontbreekt." in vggm
    assert "verblijven_20210201" not in vggm, "another supplier's file"


@pytest.mark.usefixtures("delivered")
def test_a_region_shows_its_own_suppliers(tmp_path: Path) -> None:
    write_reports(tmp_path)
    dav = Page((tmp_path / "regio_DAV.html").read_text(encoding="utf-8")).text
    cg = Page((tmp_path / "regio_CG.html").read_text(encoding="utf-8")).text
    assert "Sociale Dienst Drechtsteden" in dav
    assert "Sociale Dienst Drechtsteden" not in cg
    assert "Woonzorg De Merwe" in dav
    assert "Woonzorg De Merwe" not in cg


@pytest.mark.usefixtures("delivered")
def test_a_page_of_a_supplier_that_is_gone_is_gone(tmp_path: Path) -> None:
    (tmp_path / "leverancier_oud.html").write_text("oud")
    write_reports(tmp_path)
    assert not (tmp_path / "leverancier_oud.html").exists()


@pytest.mark.usefixtures("warehouse")
def test_before_the_first_night_there_is_an_index_that_says_so(tmp_path: Path) -> None:
    (index,) = write_reports(tmp_path)
    assert "nog geen nacht" in index.read_text(encoding="utf-8")


@pytest.mark.usefixtures("delivered")
def test_the_summary_counts_and_names_what_was_turned_away(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary()
    shown = capsys.readouterr().out
    assert re.search(r"SDD\W+1\W+1\W+0\W+0\W+0\W+1\.199\W+1\W", shown)
    assert re.search(r"totaal\W+3\W+1\W+1\W+1\W+0\W+1\.199\W+1\W", shown)
    assert "Kolom <x> ontbreekt." in shown
    assert "verblijven_20210201.csv" in shown


@pytest.mark.usefixtures("delivered")
def test_the_summary_leaves_out_earlier_nights(capsys: pytest.CaptureFixture[str]) -> None:
    with connect() as connection:
        connection.execute("update levering.bestanden set verwerkt_op = now() - interval '1 day'")
    print_summary()
    assert "0 nieuwe bestanden" in capsys.readouterr().out


@pytest.mark.usefixtures("delivered")
def test_the_summary_adds_up_months_to_years(capsys: pytest.CaptureFixture[str]) -> None:
    with connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.mart_stroombalans (regio text, gemeente_basis text, gemeente_code text, maand date, "
            "domein text, perimeter text, basis text, stand_begin int, instroom int, uitstroom int, wissel_in int, "
            "wissel_uit int, grens_in int, grens_uit int, stand_eind int, verschil int)"
        )
        rows = [
            ("DAV", "herkomst", "GM0505", "2020-01-01", "BW", "A", "levering", 100, 7, 3, 1, 0, 0, 0, 105, 0),
            ("DAV", "herkomst", "GM0505", "2020-12-01", "BW", "A", "levering", 105, 2, 4, 0, 0, 0, 1, 102, 0),
            ("DAV", "herkomst", "GM0482", "2020-12-01", "BW", "A", "levering", 10, 0, 0, 0, 0, 0, 0, 10, 0),
            ("DAV", "verblijf", "GM0505", "2020-12-01", "BW", "A", "levering", 999, 9, 9, 9, 9, 9, 9, 999, 0),
            ("DAV", "herkomst", "GM0505", "2020-12-01", "BW", "B", "levering", 999, 9, 9, 9, 9, 9, 9, 999, 0),
            ("DAV", "herkomst", "GM0505", "2021-01-01", "MO", "-", "levering", 5, 0, 1, 0, 0, 0, 0, 4, 0),
        ]
        for row in rows:
            connection.execute(f"insert into marts.mart_stroombalans values ({', '.join(['%s'] * len(row))})", row)
    print_summary()
    shown = capsys.readouterr().out
    assert re.search(r"BW\W+levering\W+2020\W+100\W+9\W+7\W+0\W+112\W", shown)
    assert re.search(r"MO\W+levering\W+2021\*\W+5\W+0\W+1\W+0\W+4\W", shown)
    assert "999" not in shown


def test_numbers_are_written_the_dutch_way() -> None:
    assert [number(value) for value in (0, 999, 1000, 1234567, None)] == ["0", "999", "1.000", "1.234.567", ""]
