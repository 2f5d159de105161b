"""What may be given as KENNIS_OP, and what the schema of a moment is called."""

from __future__ import annotations

import pytest

from doorstroom.kennis import parse_moment, rebuild, suffix
from doorstroom.settings import SettingsError


@pytest.mark.parametrize(
    ("text", "utc", "schema"),
    [
        ("2020-07-01T06:00", "2020-07-01T04:00:00+00:00", "_kennis_20200701t0600"),
        ("2020-12-31 23:59:30", "2020-12-31T22:59:30+00:00", "_kennis_20201231t235930"),
        ("2020-07-01T04:00:00Z", "2020-07-01T04:00:00+00:00", "_kennis_20200701t0600"),
    ],
)
def test_a_moment_is_dutch_time_unless_it_says_otherwise(text: str, utc: str, schema: str) -> None:
    from datetime import UTC  # noqa: PLC0415 - only here

    assert parse_moment(text).astimezone(UTC).isoformat() == utc
    assert suffix(parse_moment(text)) == schema


@pytest.mark.parametrize("text", ["gisteren", "2020-07-01", "2020-13-01T06:00", "06:00", "'; drop schema marts; --"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="2020-07-01T06:00"):
        parse_moment(text)


def test_before_anything_was_known_there_is_nothing_to_build(warehouse: str) -> None:
    assert warehouse
    with pytest.raises(SettingsError, match="nog niets bekend"):
        rebuild("2020-07-01T06:00")
