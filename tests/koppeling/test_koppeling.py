"""The linkage of leavers to leases holds a floor on a small demo; docs/koppeling.md measures it on the whole."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest

from demo.generate import generate, waarheid_map
from doorstroom.warehouse import EmbeddedServer
from publication.declarations import DANNENBERG
from tests.koppeling.meten import PAGE, WITHOUT_BSN, Linkage, Measured
from tests.oracle.night import DBT_PROJECT

LAST_NIGHT = date(2016, 3, 1)


@pytest.fixture(scope="module")
def found(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """What the linkage finds on fourteen months of most of one region, in every way of measuring."""
    folder = tmp_path_factory.mktemp("koppeling")
    generate(folder / "drop", size=0.8, regios=("DAV",), last_night=LAST_NIGHT, nights=1)
    truth = (waarheid_map(folder / "drop") / "huren.csv").read_text(encoding="utf-8")
    assert not re.search(r"\b\d{9}\b", truth), "nothing in the truth looks like a BSN"
    return Linkage(server, folder / "dbt").measure(LAST_NIGHT, folder / "drop")


@pytest.mark.night
def test_by_bsn_nearly_everybody_is_linked_rightly(found: dict[str, Measured]) -> None:
    measured = found["met BSN"]
    assert measured.true >= 20
    assert measured.precision >= 0.95
    assert measured.recall >= 0.95


@pytest.mark.night
def test_without_bsn_links_stay_right_but_fewer_are_found(found: dict[str, Measured]) -> None:
    measured = found["zonder BSN"]
    assert "hoog" not in measured.linked
    assert measured.precision >= 0.9
    assert 0.5 <= measured.recall < found["met BSN"].recall
    assert found["de helft zonder BSN"].linked.keys() >= {"hoog", "middel"}


def test_the_page_measures_every_way() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| {way} |" in text for way in WITHOUT_BSN)


def test_every_scenario_of_dannenberg_is_in_the_relations() -> None:
    with (DBT_PROJECT / "seeds" / "referentie" / "dannenberg.csv").open(encoding="utf-8", newline="") as file:
        assert tuple(row["scenario"] for row in csv.DictReader(file)) == DANNENBERG
