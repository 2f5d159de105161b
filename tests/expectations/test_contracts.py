"""The contracts say what the interface with the suppliers says: file names, columns, codes, encodings.

The headers below are those of the agreed interface, in its order; the contracts are read by their own loader.
"""

from __future__ import annotations

import re
from datetime import date

import pytest
import yaml

from expectations import references
from expectations.suites import catalogue, rules_of, suites_of
from extracts.contract import CONTRACTS, POSTGRES_TYPES, load_contracts

HEADERS = {
    "sdd_indicaties": "indicatie_nummer; clientnummer; bsn; geboortedatum; geslacht; aanmelddatum; intake_datum; "
    "besluitdatum; besluit; reden_besluit; productcode; leveringsvorm; ingangsdatum; einddatum; aanbieder_agb; "
    "gemeente_aanvraag; gemeente_herkomst; herkomst_methode; grondslag; inkomstenbron; andere_hulp; "
    "uitstroomprofiel; beoordeeld_op",
    "sdd_wachtlijst": "indicatie_nummer; clientnummer; bsn; wachtend_sinds; wachtstatus; voorkeur_aanbieder_agb; "
    "overbruggingszorg; wachtend_tot; reden_uit",
    "vggm_aanmeldingen": "aanmeldnummer; clientnummer; bsn; geboortedatum; geslacht; aanmelddatum; opvangsoort; "
    "gemeente_inschrijving; gemeente_historisch; reden_dakloosheid; besluit; besluitdatum; mutatiesoort; mutatietijd",
    "vggm_verblijven": "verblijfnummer; aanmeldnummer; locatiecode; gemeente_verblijf; voorziening; eerste_nacht; "
    "laatste_nacht; bestemming; gemeente_uitstroom; mutatiesoort; mutatietijd",
    "verblijven": "verblijf_id; clientnummer; bsn; toewijzingnummer; locatiecode; productcode; leveringsvorm; "
    "eerste_dag; laatste_dag; bestemming; gemeente_uitstroom; uitstroomgereed_op",
    "locaties": "locatiecode; naam; gemeente; productcode; plaatsen; geldig_van; geldig_tot",
    "nazorg": "bsn; clientnummer; laatste_dag; meting; meetdatum; woont_zelfstandig; terugkeergarantie",
    "verhuringen": "contractnummer; bsn; geboortedatum; gemeente; contractsoort; contingent; uitstroom_uit; "
    "aanbieder_agb; ingangsdatum; omklapdatum; einddatum; kale_huur; zelfstandig",
    "inschrijvingen": "bsn; geboortedatum; inschrijfdatum; uitschrijfdatum",
    "contingenten": "jaar; gemeente; soort; aantal; mutaties",
    "ontruimingen": "datum; gemeente; reden; bsn",
}
HEADERS["opvang"] = HEADERS["vggm_verblijven"]
HEADERS["aanmeldingen"] = f"{HEADERS['vggm_aanmeldingen']}; gezin_id; rol"

FILES = {
    "sdd_indicaties_20210131.csv": "sdd_indicaties",
    "sdd_wachtlijst_20210131.csv": "sdd_wachtlijst",
    "vggm_aanmeldingen_20210131.csv": "vggm_aanmeldingen",
    "vggm_verblijven_20210131.csv": "vggm_verblijven",
    "WMO301_20210131_1.xml": "wmo301",
    "WMO305_20210131_0042.xml": "wmo305",
    "WMO307_20210131_7.xml": "wmo307",
    "verblijven_20210131.csv": "verblijven",
    "locaties_20210131.csv": "locaties",
    "aanmeldingen_20210131.csv": "aanmeldingen",
    "opvang_20210131.csv": "opvang",
    "nazorg_20210131.csv": "nazorg",
    "woningen_20210131.xlsx": "woningen",
}


def _tables() -> dict[str, list[str]]:
    return {t.name: [c.name for c in t.columns] for c in load_contracts().values() for t in c.tables}


@pytest.mark.parametrize("table", HEADERS)
def test_columns_are_those_of_the_interface(table: str) -> None:
    assert _tables()[table] == re.split(r";\s*", HEADERS[table])


def test_every_feed_has_a_file_name_and_no_two_the_same() -> None:
    assert sorted(FILES.values()) == sorted(load_contracts())
    for file, feed in FILES.items():
        claimed = {name: contract.leverdatum(file) for name, contract in load_contracts().items()}
        assert {name: day for name, day in claimed.items() if day} == {feed: date(2021, 1, 31)}


def test_vggm_is_the_only_one_with_its_own_encoding_and_dates() -> None:
    own = {c.name for c in load_contracts().values() if (c.encoding, c.date_format) == ("cp1252", "nl")}
    assert own == {"vggm_aanmeldingen", "vggm_verblijven"}
    assert {(c.encoding, c.date_format) for c in load_contracts().values() if c.name not in own} == {("utf-8", "iso")}


def test_what_a_delivery_is() -> None:
    kinds: dict[str, set[str]] = {}
    for contract in load_contracts().values():
        kinds.setdefault(contract.delivery, set()).add(contract.name)
    assert kinds == {
        "mutaties": {"vggm_aanmeldingen", "vggm_verblijven", "aanmeldingen", "opvang"},
        "berichten": {"wmo301", "wmo305", "wmo307"},
        "momentopname": {"sdd_indicaties", "sdd_wachtlijst", "verblijven", "locaties", "nazorg", "woningen"},
    }
    sheets = [table.sheet for table in load_contracts()["woningen"].tables]
    assert sheets == ["Verhuringen", "Inschrijvingen", "Contingenten", "Ontruimingen"]


def test_only_the_family_columns_may_be_absent() -> None:
    absent = {
        column.name
        for c in load_contracts().values()
        for t in c.tables
        for column in t.columns
        if column.optional_header
    }
    assert absent == {"gezin_id", "rol"}


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.odcs.yaml")), ids=lambda path: path.name)
def test_a_contract_is_complete(path: object) -> None:
    """What Open Data Contract Standard 3.1 asks of a contract, and a description and known type for every column."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert document["apiVersion"] == "v3.1.0"
    assert document["kind"] == "DataContract"
    assert {"id", "version", "status", "description", "schema"} <= document.keys()
    for table in document["schema"]:
        assert table["physicalName"] == f"raw.{table['name']}"
        for column in table["properties"]:
            assert column["logicalType"] in POSTGRES_TYPES
            assert len(column["description"]) > 5
            assert (column.get("classification") == "persoonsgegeven") == (column["name"] in {"bsn", "clientnummer"})


def test_rules_have_lasting_numbers_and_dutch_words() -> None:
    for rule in catalogue():
        assert re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+\.[a-z0-9_]+", rule.rule_id)
        assert rule.description.endswith(".")
    numbers = [rule.rule_id for rule in catalogue()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("feed", load_contracts())
def test_every_rule_is_an_expectation_of_the_same_severity(feed: str) -> None:
    suites = suites_of(feed)
    expectations = {
        expectation.meta["regel_id"]: expectation for suite in suites.values() for expectation in suite.expectations
    }
    assert expectations.keys() == {rule.rule_id for rule in rules_of(feed)}
    words = {"blokkerend": "critical", "fout": "warning", "signaal": "info"}
    for rule in rules_of(feed):
        assert expectations[rule.rule_id].severity == words[rule.severity]


def test_the_product_list_is_the_region_s() -> None:
    assert references.codes("product") == (
        *("15A00", "15A0S", "15Z01", "15Z02", "15Z03", "15Z04"),
        *("15D01", "15D02", "15D03", "15D04"),
    )
    assert {"0000", "9999", "0505", "0620", "1961"} <= set(references.codes("gemeente"))
    with pytest.raises(KeyError):
        references.codes("bestaat_niet")


def test_reference_lists_name_a_code_once() -> None:
    """Rules join these lists: a code that stands there twice would count a row twice."""
    for name, column in {"product.csv": "product_code", "gemeente.csv": "gemeente_code"}.items():
        codes = [row[column] for row in references._rows(name)]
        assert len(codes) == len(set(codes)) > 5
