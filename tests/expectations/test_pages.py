"""The pages written from the contracts and rules: the rule book, and what a supplier receives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from doorstroom.settings import Settings
from expectations import rule_book
from expectations.specification import render, write_pages
from expectations.suites import KETEN, whole_catalogue
from extracts.contract import load_contracts
from extracts.delivery_guide import SUPPLIERS


def test_the_rule_book_is_what_the_contracts_say() -> None:
    written = rule_book.TARGET.read_text("utf-8")
    assert written == rule_book.render(), "run python -m expectations.rule_book"
    assert {line.split("`")[1] for line in written.splitlines() if line.startswith("| `")} == {
        rule.rule_id for rule in whole_catalogue()
    }


@pytest.mark.parametrize("kind", SUPPLIERS)
def test_a_supplier_reads_every_column_and_every_rule_on_its_deliveries(kind: str) -> None:
    page = html.fromstring(render(kind))
    words = {" ".join(code.text_content().split()) for code in page.iter("code")}
    mine = [contract for contract in load_contracts().values() if contract.supplier_kind == kind]
    for contract in mine:
        assert {column.name for table in contract.tables for column in table.columns} <= words
        assert page.get_element_by_id(contract.name).text == contract.title
    names = {contract.name for contract in mine}
    assert {rule.rule_id for rule in whole_catalogue() if rule.feed in names} <= words
    text = page.text_content()
    for rule in whole_catalogue():
        if rule.feed in names:
            assert rule.remedy in text
        elif rule.kind == KETEN:
            assert rule.rule_id not in words


@pytest.mark.parametrize("kind", SUPPLIERS)
def test_a_page_stands_by_itself(kind: str) -> None:
    """It can be mailed and printed: no script, no asset from elsewhere, one heading, a language, named tables."""
    page = html.fromstring(render(kind))
    assert page.get("lang") == "nl"
    assert len(page.findall(".//h1")) == 1
    assert not list(page.iter("script", "link", "img", "iframe"))
    assert not re.search(r"url\(|@import|https?://", render(kind))
    assert all(re.match(r"mailto:|#", link.get("href")) for link in page.iter("a"))
    assert all(table.findtext("caption") for table in page.iter("table"))
    assert all(cell.get("scope") == "col" for cell in page.iter("th"))


def test_the_pages_are_written_into_the_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOORSTROOM_STATE", str(tmp_path))
    written = write_pages(Settings.from_env())
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        f"leveringsspecificatie/{kind}.html" for kind in SUPPLIERS
    ]
