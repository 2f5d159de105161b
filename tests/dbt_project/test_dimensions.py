"""Every column of a mart that a dimension explains is tested against it, also that of a mart built tomorrow."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

DBT = Path(__file__).resolve().parents[2] / "dbt_project"
#: The names by which marts refer to a dimension.
REFERENCES = {
    "gemeente": {"gemeente_code", "herkomst_code", "verblijf_code", "uitstroom_code", "inschrijving", "herkomst"},
    "product": {"product_code", "van_product", "naar_product"},
    "maand": {"maand", "cohortmaand"},
    "bestemming": {"bestemming"},
    "leeftijdsklasse": {"leeftijdsklasse"},
    "aanbieder": {"aanbieder"},
    "locatie": {"locatie"},
    "corporatie": {"corporatie"},
    "scenario": {"scenario"},
}
#: The scenarios of Dannenberg (X-04) are factors of their own, not scenarios of the verdeelmodel; a revised figure of a
#: year bears its January, of which no other figure need speak.
OTHER = {("mart_dannenberg", "scenario"), ("mart_revisies", "maand")}


def used() -> set[tuple[str, str]]:
    """Every column of every mart, as the models are declared."""
    return {
        (model["name"], column["name"])
        for path in (DBT / "models" / "marts").glob("_*__models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
        if model["name"].startswith("mart_")
        for column in model["columns"]
    }


@pytest.mark.parametrize("dimension", REFERENCES)
def test_every_use_of_a_dimension_is_tested_against_it(dimension: str) -> None:
    test = DBT / "tests" / f"assert_dim_{dimension}_kent_wat_de_marts_gebruiken.sql"
    text = test.read_text(encoding="utf-8")
    wanted = {(mart, column) for mart, column in used() - OTHER if column in REFERENCES[dimension]}
    assert wanted
    assert sorted(pair for pair in wanted if f"('{pair[0]}', '{pair[1]}')" not in text) == []
