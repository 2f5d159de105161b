"""The page of a region: what it shows of what is published, and that it shows nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.charts import round_top
from reports.pictures import Stream, chain, flows, gains, pairs, shares
from reports.regiopagina import write_region_pages


def test_the_page_shows_what_is_published_and_says_what_is_left_out(published: str, tmp_path: Path) -> None:
    assert published
    pages = {path.name: path.read_text(encoding="utf-8") for path in write_region_pages(tmp_path)}
    page = pages["CG.html"]
    assert "<h1>Doorstroom in Centraal Gelderland</h1>" in page
    for figure in ("1.014", "123", "97", "232", "56", "\N{MINUS SIGN}3.398"):
        assert figure in page
    assert page.count("weggelaten") > 5
    assert "Renkum &lt;1&gt;" in page
    assert "2 andere herkomsten: 11" in page
    assert "98.761" not in page  # the year the data begin
    assert "In Arnhem verblijven 640 van de 1.014 cliënten (63%); 232 van hen komen er ook vandaan." in page
    assert "Voor deze regio levert niemand een wachtlijst." in page


def test_every_picture_has_a_name_a_description_and_its_numbers_in_a_table(published: str, tmp_path: Path) -> None:
    assert published
    page = write_region_pages(tmp_path)[1].read_text(encoding="utf-8")
    drawings = re.findall(r'<svg [^>]*role="img" aria-labelledby="([^"]+)">(.*?)</svg>', page, flags=re.DOTALL)
    assert len(drawings) == 6
    for names, inside in drawings:
        assert [f'id="{name}"' in inside for name in names.split()] == [True, True]
    assert page.count("<figure") == page.count("<details>") == len(drawings)
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert not re.search(r'(src|href)="(https?:)?//', page)


@pytest.mark.usefixtures("warehouse")
def test_a_region_without_published_figures_says_so(tmp_path: Path) -> None:
    for path in write_region_pages(tmp_path):
        assert "Er zijn nog geen cijfers gepubliceerd" in path.read_text(encoding="utf-8")


def test_bands_are_as_wide_as_their_number_and_meet_in_the_block() -> None:
    drawing = flows("a", "titel", "midden", [Stream("een", 75), Stream("twee", 25)], [Stream("weg", None)])
    edges = [tuple(map(float, pair)) for pair in re.findall(r"L[\d.]+ ([\d.]+)C.*? ([\d.]+)Z", drawing)]
    tops = [float(y) for y in re.findall(r'class="band" d="M[\d.]+ ([\d.]+)C', drawing)]
    assert [round(left - top, 1) for (_, left), top in zip(edges, tops, strict=True)] == [112.5, 37.5]
    assert 'class="band weg"' in drawing
    assert "Uit midden: weg weggelaten." in drawing


def test_the_chain_has_a_band_per_flow_and_goes_on_straight_to_the_bottom() -> None:
    places = ("Opvang", "Wonen", "Thuis", "Straat")
    drawing = chain("a", "titel", places, {(0, 1): 50, (0, 2): 25, (0, 3): 25, (1, 2): None})
    assert len(re.findall('class="band"', drawing)) == 3
    assert len(re.findall('class="band weg"', drawing)) == 1
    assert drawing.count('class="knoop"') == 4
    assert re.search(r'd="M14\.0 116\.5C[^"]+H326\.0L326\.0', drawing)
    told = (
        "van Opvang naar Wonen 50; van Opvang naar Thuis 25; van Opvang naar Straat 25; van Wonen naar Thuis weggelaten"
    )
    assert told in drawing


def test_gains_go_right_and_losses_left() -> None:
    drawing = gains("a", "titel", [("Arnhem", -10.0), ("Renkum", 5.0), ("Duiven", None)])
    bars = re.findall(r'class="vlak (\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"', drawing)
    assert bars == [("verlies", "0.0", "170.0"), ("winst", "170.0", "85.0")]
    assert "Arnhem: \N{MINUS SIGN}10; Renkum: +5; Duiven: weggelaten" in drawing


def test_what_is_left_out_has_no_bar_and_is_called_so() -> None:
    drawing = pairs("a", "titel", ("hiervandaan", "hier"), [("Arnhem", 20, 10), ("Renkum", None, 0)])
    bars = re.findall(r'class="vlak (reeks-\d)" x="1" y="\d+" width="([\d.]+)"', drawing)
    assert bars == [("reeks-0", "270.0"), ("reeks-1", "135.0")]
    assert "Renkum: hiervandaan weggelaten, hier 0" in drawing
    drawing = shares("a", "titel", [("Arnhem", 20), ("Renkum", None)])
    assert len(re.findall('class="vlak"', drawing)) == 1
    assert "Arnhem: 20; Renkum: weggelaten" in drawing


def test_an_axis_ends_at_a_round_number_above_all_values() -> None:
    assert [round_top(values) for values in ([], [1], [7], [69], [1174], [1201])] == [2, 2, 8, 80, 1200, 1600]
