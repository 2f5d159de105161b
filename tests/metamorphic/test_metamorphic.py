"""What does not count changes no figure: seven changes to a drop, through the real pipeline, every mart compared.

The oracle judges the planted variants, so that each relation is shown to notice something; that oracle and warehouse
agree on the base drop is part of the fixture. `python -m tests.metamorphic.planted` takes those through the pipeline.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstroom.warehouse import EmbeddedServer
from tests.metamorphic.relations import RELATIONS, Base, Marts, Relation
from tests.oracle import flows
from tests.oracle.compare import compare_marts
from tests.oracle.night import Scratch
from tests.oracle.oracle import compute_nights
from tests.oracle.readers import Night

by_name = pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.name)


def judged(*nights: Night) -> Marts:
    """The oracle's marts of flows, which the pipeline makes here too: no mean, no NULL, so cells can be added."""
    return {name: mart for name, mart in compute_nights(*nights).items() if name in flows.MARTS}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(tmp_path_factory.mktemp("drops"))


@pytest.fixture(scope="module")
def scratch(server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch(server, tmp_path_factory.mktemp("dbt"), marts=flows.MARTS)


@pytest.fixture(scope="module")
def expected(base: Base) -> Marts:
    """The marts of the base drop as the oracle makes them."""
    return judged(base.night)


@pytest.fixture(scope="module")
def marts(base: Base, expected: Marts, scratch: Scratch) -> Marts:
    """The marts of the base drop as the pipeline makes them; the oracle agrees."""
    made = scratch.run(base.night, checks=False)
    assert all(made.values())
    assert compare_marts(expected, made) == []
    return made


def told(relation: Relation, differences: list) -> str:
    return "\n".join([f"{relation.name}: {len(differences)} cells differ", *map(str, differences[:20])])


@pytest.mark.night
@by_name
def test_a_change_that_does_not_count_changes_no_figure(
    relation: Relation, base: Base, marts: Marts, scratch: Scratch, tmp_path: Path
) -> None:
    nights = relation.change(base, tmp_path / "changed", planted=False)
    differences = relation.differences(marts, scratch.run(*nights, checks=False))
    assert not differences, told(relation, differences)


@by_name
def test_a_change_that_counts_is_noticed(relation: Relation, base: Base, expected: Marts, tmp_path: Path) -> None:
    nights = relation.change(base, tmp_path / "planted", planted=True)
    assert relation.differences(expected, judged(*nights))
