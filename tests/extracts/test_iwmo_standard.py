"""The standard's own files, where they are at hand: our fixtures follow the XSDs, and the official sample is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from delivered import message
from lxml import etree

from extracts.contract import load_contracts
from extracts.readers import iwmo

STANDARD = Path(__file__).resolve().parents[3] / "shared" / "iwmo"

pytestmark = pytest.mark.skipif(not STANDARD.is_dir(), reason="de XSD's en voorbeelden van iWmo staan hier niet")


@pytest.mark.parametrize("version", [(2, 1), (3, 2)])
@pytest.mark.parametrize("feed", ["wmo305", "wmo307"])
def test_our_messages_are_valid(feed: str, version: tuple[int, int]) -> None:
    schema = etree.XMLSchema(etree.parse(STANDARD / f"{version[0]}_{version[1]}" / f"{feed.upper()}.xsd"))
    schema.assertValid(etree.fromstring(message(feed, version=version).encode()))


def test_the_official_sample() -> None:
    data = (STANDARD / "3_2" / "voorbeelden" / "WMO301.xml").read_bytes()
    reading = iwmo.read(data, load_contracts()["wmo301"])
    (block,) = reading.blocks()
    tree = etree.fromstring(data)
    assert reading.version == "3.2"
    assert reading.signals == []
    assert len(block) == len(tree.findall(".//{*}ToegewezenProduct")) > 0
    for column, element in {
        "bsn": "Client/{*}Bsn",
        "afzender": "Header/{*}Afzender",
        "aanbieder": "Header/{*}Ontvanger",
        "identificatie": "Header/{*}BerichtIdentificatie/{*}Identificatie",
    }.items():
        assert set(block.cells[column]) == {tree.findtext(f"{{*}}{element}")}
    for column, element in {
        "toewijzingnummer": "ToewijzingNummer",
        "ingangsdatum": "Ingangsdatum",
        "einddatum": "Einddatum",
        "toewijzingsdatum": "Toewijzingsdatum",
        "toewijzingstijd": "Toewijzingstijd",
        "redenwijziging": "RedenWijziging",
        "productcategorie": "Product/{*}Categorie",
        "productcode": "Product/{*}Code",
    }.items():
        expected = [product.findtext(f"{{*}}{element}") or "" for product in tree.findall(".//{*}ToegewezenProduct")]
        assert block.cells[column] == expected, column
