"""The catalogue of rules: every rule tells what is wrong, how to mend it and where it comes from, and has its cases."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import psycopg
import pytest
import yaml

from expectations import schema
from expectations.raakt import marts, marts_downstream
from expectations.suites import BESTAND, BLOKKEREND, DIMENSIONS, KETEN, RIJ, chain_rules, whole_catalogue
from extracts.contract import CONTRACTS, load_contracts
from tests.expectations.deliveries import prepare

REPO = Path(__file__).parents[2]
CHAIN = REPO / "dbt_project/models/intermediate/12_ketenregels"

#: Marts of the published interface; a contract may name one before dbt builds it.
PUBLISHED = {
    *("mart_administratief", "mart_bezetting", "mart_bezetting_jaar", "mart_capaciteit", "mart_doorstroom"),
    *("mart_herinstroom", "mart_herkomst_verblijf", "mart_instroom", "mart_keten", "mart_opvang", "mart_stroombalans"),
    *("mart_uitstroom", "mart_verblijfsduur", "mart_verdeelmodel", "mart_wachtlijst", "mart_woonopgave"),
}
SOURCE = re.compile(r"TR\d{3}|CS\d{3}|CD\d{3}|OP\d{3}|COD\d{3}|WMO\d{3}|D\.\d+|Q-\d\d|S-\d{3}|E\d\d|X-\d\d|LA")


def test_there_are_rules_of_every_kind() -> None:
    rules = whole_catalogue()
    assert len(rules) >= 80
    assert {rule.kind for rule in rules} == {RIJ, BESTAND, KETEN}
    assert {rule.dimension for rule in rules} == set(DIMENSIONS)
    numbers = [rule.rule_id for rule in rules]
    assert len(set(numbers)) == len(numbers)


def test_every_rule_says_how_to_mend_it_and_where_it_comes_from() -> None:
    for rule in whole_catalogue():
        assert re.fullmatch(r"[A-Z].{20,}[.]", rule.description), rule.rule_id
        assert re.fullmatch(r"[A-Z].{40,}[.]", rule.remedy), rule.rule_id
        assert "{" not in rule.remedy + rule.description, rule.rule_id
        assert "  " not in rule.remedy, rule.rule_id
        assert all(SOURCE.fullmatch(word) for word in rule.source.split()), (rule.rule_id, rule.source)
        if rule.column and rule.rule_id.endswith((".geen_datum", ".geen_getal", ".onbekende_gemeente")):
            assert rule.column in rule.remedy, rule.rule_id


def test_the_fix_of_a_list_or_date_names_what_is_allowed() -> None:
    texts = {rule.rule_id: rule.remedy for rule in whole_catalogue()}
    assert "toegekend, afgewezen, ingetrokken, doorverwezen" in texts["sdd_indicaties.besluit.onbekende_code"]
    assert "15D01" in texts["sdd_indicaties.productcode.onbekend_product"]
    assert "DD-MM-JJJJ" in texts["vggm_verblijven.eerste_nacht.geen_datum"]
    assert "JJJJ-MM-DD" in texts["verblijven.eerste_dag.geen_datum"]
    assert texts["wmo305.begindatum.ontbreekt"].endswith("met status 1.")
    assert texts["opvang.bestemming.ontbreekt"].endswith("een nieuwe mutatietijd.")


def test_what_a_finding_touches_follows_from_the_models() -> None:
    touched = {rule.rule_id: set(rule.touches) for rule in whole_catalogue()}
    assert touched["verblijven.bestemming.ontbreekt"] <= {"mart_uitstroom", "mart_herinstroom"}
    assert "mart_uitstroom" in touched["verblijven.bestemming.ontbreekt"]
    assert touched["sdd_indicaties.grondslag.onbekende_code"] == {"mart_kenmerk_jaar"}
    assert touched["wmo301.geslacht.onbekende_code"] == set()
    for rule in whole_catalogue():
        assert touched[rule.rule_id] <= marts()
        if rule.severity == BLOKKEREND and rule.kind == RIJ:
            assert touched[rule.rule_id] == set(marts_downstream(f"raw.{rule.table}")), rule.rule_id
    assert {"mart_stroombalans", "mart_bezetting", "mart_signalen"} <= set(marts_downstream("raw.wmo305"))
    assert marts_downstream("raw.geslachten") == ()


def test_contracts_and_chain_rules_name_marts_that_exist_or_are_published() -> None:
    named = {
        mart
        for contract in load_contracts().values()
        for table in contract.tables
        for column in table.columns
        for mart in column.touches or ()
    }
    for node in yaml.safe_load((REPO / "expectations/ketenregels.yaml").read_text("utf-8"))["regels"]:
        named |= set(node["raakt"])
    assert named <= PUBLISHED | marts()


def test_the_rules_across_suppliers_are_those_that_dbt_judges() -> None:
    judged = set()
    for path in CHAIN.glob("*.sql"):
        judged |= set(re.findall(r"'(keten\.[a-z_]+\.[a-z_]+)'", path.read_text("utf-8")))
    assert judged == {rule.rule_id for rule in chain_rules()}


def test_every_rule_across_suppliers_has_a_case_that_breaks_and_one_that_keeps_it() -> None:
    """In the unit tests of dbt, which run against the models themselves."""
    cases: dict[str, set[bool]] = defaultdict(set)
    for test in yaml.safe_load((CHAIN / "_keten__unit_tests.yml").read_text("utf-8"))["unit_tests"]:
        for row in test["expect"]["rows"]:
            cases[row["regel_id"]].add(row["afwijkend"])
    assert {rule for rule, seen in cases.items() if seen == {True, False}} >= {rule.rule_id for rule in chain_rules()}


def test_the_catalogue_in_the_warehouse_is_the_one_in_the_contracts(warehouse: str) -> None:
    prepare(warehouse)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        schema.prepare(connection)
        # As an earlier version left it.
        connection.execute("update kwaliteit.regel set herstel = 'oud', raakt = '', soort = 'rij', drempel = 0.5")
        connection.execute("delete from kwaliteit.opbouw")
        schema.prepare(connection)
        rows = connection.execute(
            "select regel_id, herstel, bron, soort, raakt, drempel from kwaliteit.regel"
        ).fetchall()
    assert sorted(rows) == sorted(
        (rule.rule_id, rule.remedy, rule.source, rule.kind, " ".join(rule.touches), rule.threshold)
        for rule in whole_catalogue()
    )


def _odcs() -> dict[str, Any]:
    pytest.importorskip("open_data_contract_standard", reason="the official schema of ODCS is not installed")
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    return dict(json.loads(text))


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.odcs.yaml")), ids=lambda path: path.name)
def test_a_contract_is_what_the_open_data_contract_standard_asks(path: Path) -> None:
    """Against the JSON schema that the standard itself publishes."""
    standard = _odcs()
    document = yaml.safe_load(path.read_text("utf-8"))
    errors = jsonschema.validators.validator_for(standard)(standard).iter_errors(document)
    assert [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*.odcs.yaml")), ids=lambda path: path.name)
def test_a_contract_has_an_owner_a_contact_and_its_rhythm(path: Path) -> None:
    document = yaml.safe_load(path.read_text("utf-8"))
    assert {"leverancier", "eigenaar"} == {member["role"] for member in document["team"]}
    assert all(channel["url"].startswith("mailto:") for channel in document["support"])
    contract = load_contracts()[document["id"]]
    rhythm = {"nacht": 1, "maand": 40, "wijziging": None, "doorlopend": None}
    assert contract.late_after == rhythm[contract.frequency]
    bounds = {"volumeMinimum", "volumeMinderProcent", "volumeMeerFactor"}
    assert (bounds <= contract.properties.keys()) == (contract.delivery == "momentopname")
