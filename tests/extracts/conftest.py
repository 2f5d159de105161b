"""A drop to fill, and a warehouse to look into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from delivered import Night


@pytest.fixture
def night(tmp_path: Path, warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Night:
    """An empty drop and an empty warehouse."""
    assert warehouse
    root = tmp_path / "drop"
    root.mkdir()
    monkeypatch.setenv("DOORSTROOM_DROP", str(root))
    return Night(root)


@pytest.fixture
def query(warehouse: str) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Run a query on the warehouse and return all rows."""
    with psycopg.connect(warehouse, autocommit=True) as connection:
        yield lambda statement, *values: connection.execute(statement, values).fetchall()
