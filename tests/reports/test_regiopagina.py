"""The page of a region: what it shows of what is published, and that it shows nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import psycopg
import pytest

from reports.pictures import Stream, flows, gains
from reports.regiopagina import APART, write_region_pages

SCENARIO = "scenario text, regio text, omschrijving text, laatste_jaar integer"
TABLES = {
    "dim_gemeente": "gemeente_code text, naam text",
    "dim_scenario": SCENARIO,
    "mart_regio_jaar": "regio text, jaar integer, domein text, perimeter text, basis text, stand_begin integer, "
    "instroom integer, uitstroom integer, stand_eind integer, unieke_clienten integer, tot_en_met date, "
    "bijgewerkt_tot date",
    "mart_stroom_jaar": "regio text, jaar integer, domein text, perimeter text, basis text, richting text, soort text, "
    "aantal integer",
    "mart_wachtlijst_jaar": "regio text, jaar integer, wachtend_begin integer, instroom integer, geplaatst integer, "
    "uitgevallen integer, wachtend_eind integer, tot_en_met date",
    "mart_herkomst_verblijf": "regio text, maand date, domein text, perimeter text, basis text, herkomst_code text, "
    "verblijf_code text, personen integer",
    "mart_import_export": "regio text, gemeente_code text, maand date, domein text, perimeter text, basis text, "
    "stand_herkomst integer, stand_verblijf integer, eigen integer, export integer, import integer",
    "mart_verdeelmodel": "scenario text, jaar integer, gemeente_code text, regio text, bedrag numeric, "
    "verschil_historisch numeric, verschil_eigen_kosten numeric, inwoners integer",
}


def schema_of(table: str) -> str:
    """The totals of a regio stand apart."""
    return "regiopagina" if table in APART else "publicatie"


@pytest.fixture
def published(warehouse: str) -> str:
    """A warehouse with a schema `publicatie` in which some figures are left out."""
    december, januari = date(2020, 12, 1), date(2021, 1, 1)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("create schema publicatie; create schema regiopagina")
        for name, columns in TABLES.items():
            connection.execute(f"create table {schema_of(name)}.{name} ({columns})".encode())

        def put(table: str, *rows: tuple[object, ...]) -> None:
            for row in rows:
                connection.execute(
                    f"insert into {schema_of(table)}.{table} values ({', '.join(['%s'] * len(row))})".encode(), row
                )

        put("dim_gemeente", ("GM0202", "Arnhem"), ("GM0274", "Renkum <1>"))
        put("dim_scenario", ("cg_verblijf_10", "CG", "Naar verblijf", 2031))
        put(
            "mart_regio_jaar",
            ("CG", 2019, "BW", "A", "levering", 900, 98761, 110, 1013, 1100, date(2019, 12, 1), januari),
            ("CG", 2020, "BW", "A", "levering", 1013, 123, None, 1014, 1101, december, januari),
        )
        put(
            "mart_stroom_jaar",
            ("CG", 2020, "BW", "A", "levering", "in", "nieuw", 97),
            ("CG", 2020, "BW", "A", "levering", "uit", "gewenst", None),
        )
        put(
            "mart_herkomst_verblijf",
            ("CG", december, "BW", "A", "levering", "GM0202", "GM0202", 252),
            ("CG", december, "BW", "A", "levering", "GM0202", "GM0274", None),
        )
        put("mart_import_export", ("CG", "GM0202", december, "BW", "A", "levering", 261, 252, 252, None, 0))
        put(
            "mart_verdeelmodel",
            ("cg_verblijf_10", 2031, "GM0202", "CG", 9_000_000, -3_398_000, None, 162420),
            ("cg_verblijf_10", 2031, "GM0274", "CG", None, None, None, 31420),
        )
    return warehouse


def test_the_page_shows_what_is_published_and_says_what_is_left_out(published: str, tmp_path: Path) -> None:
    assert published
    pages = {path.name: path.read_text(encoding="utf-8") for path in write_region_pages(tmp_path)}
    page = pages["CG.html"]
    assert "<h1>Doorstroom in Centraal Gelderland</h1>" in page
    for figure in ("1.014", "123", "97", "252", "\N{MINUS SIGN}3.398"):
        assert figure in page
    assert page.count("weggelaten") > 5
    assert "Renkum &lt;1&gt;" in page
    assert "98.761" not in page  # the year the data begin
    assert "Voor deze regio levert niemand een wachtlijst." in page
    assert "Er zijn nog geen cijfers gepubliceerd" in pages["DAV.html"]


def test_every_picture_has_a_name_a_description_and_its_numbers_in_a_table(published: str, tmp_path: Path) -> None:
    assert published
    page = write_region_pages(tmp_path)[1].read_text(encoding="utf-8")
    drawings = re.findall(r'<svg [^>]*role="img" aria-labelledby="([^"]+)">(.*?)</svg>', page, flags=re.DOTALL)
    assert len(drawings) == 4
    for names, inside in drawings:
        assert [f'id="{name}"' in inside for name in names.split()] == [True, True]
    assert page.count("<figure") == page.count("<details>") == len(drawings)
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_bands_are_as_wide_as_their_number_and_meet_in_the_block() -> None:
    drawing = flows("a", "titel", "midden", [Stream("een", 75), Stream("twee", 25)], [Stream("weg", None)])
    edges = [tuple(map(float, pair)) for pair in re.findall(r"L[\d.]+ ([\d.]+)C.*? ([\d.]+)Z", drawing)]
    tops = [float(y) for y in re.findall(r'class="band" d="M[\d.]+ ([\d.]+)C', drawing)]
    assert [round(left - top, 1) for (_, left), top in zip(edges, tops, strict=True)] == [112.5, 37.5]
    assert 'class="band weg"' in drawing
    assert "Uit midden: weg weggelaten." in drawing


def test_gains_go_right_and_losses_left() -> None:
    drawing = gains("a", "titel", [("Arnhem", -10.0), ("Renkum", 5.0), ("Duiven", None)])
    bars = re.findall(r'class="vlak (\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"', drawing)
    assert bars == [("verlies", "0.0", "170.0"), ("winst", "170.0", "85.0")]
    assert "Arnhem: \N{MINUS SIGN}10; Renkum: +5; Duiven: weggelaten" in drawing
