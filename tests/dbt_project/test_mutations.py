"""The unit tests of the definitions pass, and fail as soon as a definition is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt_project.mutations import DBT_PROJECT, MUTATIONS, Mutation, failing, invoke, rounds

DOC = Path(__file__).resolve().parents[2] / "docs" / "mutations.md"


def test_every_unit_test_passes(relations: str, project: Path) -> None:
    status = invoke(project, relations, "test", "--select", "test_type:unit")
    assert len(status) > 70
    assert [name for name, state in status.items() if state != "pass"] == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_rule_to_break_still_stands_once(mutation: Mutation) -> None:
    assert mutation.old != mutation.new
    assert (DBT_PROJECT / mutation.file).read_text(encoding="utf-8").count(mutation.old) == 1


@pytest.mark.night
@pytest.mark.parametrize("group", rounds(MUTATIONS), ids=lambda group: f"{group[0].name}_{len(group)}")
def test_a_unit_test_catches_each_mutation(group: list[Mutation], relations: str, project: Path) -> None:
    documented = _documented()
    caught = failing(group, project, relations)
    assert all(caught.values())
    assert caught == {mutation.name: documented[mutation.name] for mutation in group}


def test_every_mutation_is_documented() -> None:
    assert list(_documented()) == [mutation.name for mutation in MUTATIONS]


def test_a_mutation_that_is_not_there_is_an_error(project: Path) -> None:
    nowhere = Mutation("nergens", "geen", MUTATIONS[0].file, "this text stands nowhere", "")
    with pytest.raises(ValueError, match="stands 0 times"):
        nowhere.apply(project)


def _documented() -> dict[str, list[str]]:
    """The tests that docs/mutations.md names per mutation."""
    rows = [line.split("|") for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {row[1].strip(" `"): [name.strip(" `") for name in row[4].split(",")] for row in rows}
