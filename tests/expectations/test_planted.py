"""Every kind of mistake that can be planted is found by its rule, nothing else is found, and a clean drop is silent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from demo.generate import generate, waarheid_map
from demo.list_of_mistakes import TARGET, render
from demo.meer_fouten import ALLE_SOORTEN
from doorstroom.warehouse import EmbeddedServer
from expectations.suites import chain_rules, whole_catalogue
from tests.expectations.planted import Spot, found, planted
from tests.oracle.night import Scratch

NIGHT = date(2021, 2, 1)
REGION: dict[str, Any] = {"size": 0.05, "first": date(2020, 1, 1), "last_night": NIGHT, "nights": 4, "schoon": True}


class Drops:
    """What the rules found in a clean drop, and in the same drop with one mistake of every kind."""

    def __init__(self, server: EmbeddedServer, folder: Path) -> None:
        scratch = Scratch(server, folder, marts=("int_keten", "int_keten__toepasselijk"))
        generate(folder / "schoon", **REGION)
        scratch.run((NIGHT, folder / "schoon"), checks=False)
        self.in_clean = found(scratch.url)
        with psycopg.connect(scratch.url) as connection:
            rows = connection.execute(
                "select regel_id, sum(rijen) from intermediate.int_keten__toepasselijk group by 1"
            )
            self.applied = dict(rows.fetchall())
            (self.clean_rows,) = connection.execute("select sum(rijen_gelezen) from levering.bestanden").fetchone() or (
                0,
            )
        generate(folder / "fout", **REGION, mistakes=dict.fromkeys(ALLE_SOORTEN, 1))
        self.mistakes = json.loads((waarheid_map(folder / "fout") / "mistakes.json").read_text("utf-8"))
        scratch.run((NIGHT, folder / "fout"), checks=False)
        self.found = found(scratch.url)
        with psycopg.connect(scratch.url) as connection:
            ledger = connection.execute(
                "select bestand, status, leverancier, leverdatum, rijen_gelezen from levering.bestanden"
            )
            self.ledger = ledger.fetchall()


@pytest.fixture(scope="module")
def drops(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drops]:
    return Drops(server, tmp_path_factory.mktemp("drops"))


def test_a_clean_drop_gives_no_finding_of_any_rule(drops: Drops) -> None:
    assert drops.in_clean == set()
    rows = sum(row[4] or 0 for row in drops.ledger)
    assert drops.clean_rows == pytest.approx(rows, rel=0.1)
    assert drops.clean_rows > 3000


def test_rules_across_suppliers_were_applied_to_the_clean_drop(drops: Drops) -> None:
    """Silence says something: all but a few rules had records to judge."""
    unasked = {rule.rule_id for rule in chain_rules()} - drops.applied.keys()
    assert unasked <= {
        "keten.indicatie.zonder_start",  # in a clean region every provider holds its 301
        "keten.intrekking.na_stop",
        "keten.intrekking.zonder_start",
        "keten.intrekking.zonder_stop",
        "keten.levering.na_overlijden",
        "keten.wachtlijst.al_geplaatst",
    }


def test_every_kind_of_mistake_was_planted(drops: Drops) -> None:
    kinds = {mistake["soort"] for mistake in drops.mistakes}
    assert kinds == set(ALLE_SOORTEN)
    assert len(kinds) >= 40


def test_every_planted_mistake_is_found_by_its_rules_and_nothing_else_is_found(drops: Drops) -> None:
    expected: set[Spot] = planted(drops.mistakes)
    assert expected - drops.found == set(), "missed"
    assert drops.found - expected == set(), "found without being planted"


def test_what_only_the_ledger_can_tell_stands_there(drops: Drops) -> None:
    """A file that came twice, a file held back, and a supplier that fell silent."""
    status = {row[0]: row[1] for row in drops.ledger}
    for mistake in drops.mistakes:
        bestand = mistake["bestand"]
        if mistake["verwacht"] in {"dubbel", "geweigerd", "aangehouden"}:
            assert status[bestand] == mistake["verwacht"], mistake["soort"]
        elif mistake["verwacht"] == "te_laat":
            agb = bestand.split("/")[-1]
            assert max(row[3] for row in drops.ledger if row[2] == agb) < date(2021, 1, 24)
        else:
            assert mistake["regels"], mistake["soort"]


def test_every_rule_named_for_a_mistake_exists() -> None:
    named = {rule for line in render().splitlines() for rule in line.split("`")[1::2] if rule.count(".") == 2}
    assert named <= {rule.rule_id for rule in whole_catalogue()} | {"berichten.bestand.geweigerd"}


def test_the_list_of_mistakes_is_the_one_that_is_planted() -> None:
    assert TARGET.read_text("utf-8") == render(), "run python -m demo.list_of_mistakes"


def test_every_rule_across_suppliers_is_planted(drops: Drops) -> None:
    assert {rule.rule_id for rule in chain_rules()} == {
        rule for mistake in drops.mistakes for rule in mistake["regels"] if rule.startswith("keten.")
    }
