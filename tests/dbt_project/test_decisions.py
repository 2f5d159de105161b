"""docs/decisions.md names a test for every decision Q-01…Q-38, and what it names is there and about that decision."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = [f"Q-{number:02}" for number in range(1, 39)]
#: Decisions about marts that do not exist yet; whoever builds one takes it out of this list.
NOT_YET: set[str] = set()
#: PostgreSQL cuts names at 63 characters, and dbt puts up to 8 behind that of a unit test.
LONGEST_NAME = 55


def rows() -> dict[str, tuple[str, str]]:
    """Models and tests per decision, as the table says; raises AssertionError when a decision stands twice."""
    found: dict[str, tuple[str, str]] = {}
    table = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").split("## ")[0]
    for line in table.splitlines():
        if line.startswith("| Q-"):
            number, _decision, models, tests = (cell.strip() for cell in line.strip("|").split("|"))
            assert number not in found
            found[number] = (models, tests)
    return found


@functools.cache
def unit_tests() -> dict[str, tuple[str, str]]:
    """Model and description of every dbt unit test, by name; raises AssertionError when a name is used twice."""
    found: dict[str, tuple[str, str]] = {}
    for path in (ROOT / "dbt_project" / "models").rglob("_*__unit_tests.yml"):
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]:
            assert test["name"] not in found
            found[test["name"]] = (test["model"], test["description"])
    return found


def test_every_decision_has_its_row() -> None:
    assert list(rows()) == DECISIONS


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_tests_of_a_decision_exist_and_are_about_it(decision: str) -> None:
    models, cell = rows()[decision]
    if decision in NOT_YET:
        assert cell.startswith("none yet: ")
        return
    known = unit_tests()
    listed = re.findall(r"`([^`]+)`", cell)
    assert listed
    for name in listed:
        if "::" in name:
            assert function_exists(name), name
        else:
            model, description = known[name]
            assert name.startswith(f"q{decision[2:]}_")
            assert decision in description, name
            assert f"`{model}`" in models, f"{name} tests {model}"
    assert {name for name in known if name.startswith(f"q{decision[2:]}_")} <= set(listed)


def function_exists(address: str) -> bool:
    """Whether the pytest test `<file>::<function>` is there."""
    path, _, function = address.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == function for node in ast.walk(tree))


def test_names_fit_postgres_and_say_what_they_test() -> None:
    for name in unit_tests():
        assert len(name) <= LONGEST_NAME, name
        assert re.match(r"(q(0[1-9]|[12]\d|3[0-8])|punt\d{1,2}|d\d{1,2}|vm|tr\d{3}|keten)_[a-z0-9_]+$", name), name


def test_only_the_listed_decisions_have_no_test() -> None:
    assert {decision for decision, (_, cell) in rows().items() if "`" not in cell} == NOT_YET
