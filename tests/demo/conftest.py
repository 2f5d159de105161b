"""Drops the tests of the generator share: one of full size, one small."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.generate import DEFAULT_MISTAKES, generate


@pytest.fixture(scope="session")
def volle_drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default demo region without mistakes."""
    out = tmp_path_factory.mktemp("vol") / "drop"
    generate(out)
    return out


@pytest.fixture(scope="session")
def volle_drop_met_fouten(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default demo region as `make nightly` generates it."""
    out = tmp_path_factory.mktemp("fout") / "drop"
    generate(out, mistakes=DEFAULT_MISTAKES)
    return out


@pytest.fixture(scope="session")
def kleine_drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A twentieth of the region, without mistakes."""
    out = tmp_path_factory.mktemp("klein") / "drop"
    generate(out, size=0.05)
    return out
