"""What is written from the contracts is in step with them."""

from extracts import dbt_sources, delivery_guide
from extracts.contract import load_contracts


def test_the_dbt_sources_are_those_of_the_contracts() -> None:
    written = dbt_sources.TARGET.read_text(encoding="utf-8")
    assert written == dbt_sources.render(), "run python -m extracts.dbt_sources"


def test_the_delivery_guide_is_that_of_the_contracts() -> None:
    written = delivery_guide.TARGET.read_text(encoding="utf-8")
    assert written == delivery_guide.render(), "run python -m extracts.delivery_guide"


def test_the_guide_names_every_feed_and_column() -> None:
    guide = delivery_guide.render()
    for contract in load_contracts().values():
        assert contract.title in guide
        for table in contract.tables:
            for column in table.columns:
                assert f"`{column.name}`" in guide
