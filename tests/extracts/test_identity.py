"""Joining and splitting pseudonyms (Q-24): what an operator types, and that none of it stays behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from delivered import BSNS, Night, table_text

from extracts.identity import SAMENVOEGEN, SPLITSEN, IdentiteitError, record

Query = Callable[..., list[tuple[Any, ...]]]

PAIRS = "select soort, oude_sleutel, nieuwe_sleutel, nacht::text from levering.persoon_samenvoeging order by 1"


@pytest.fixture
def known(night: Night, query: Query) -> dict[str, str]:
    """Two people: one with a BSN at the SDD, one of VGGM without; their pseudonyms by aanmeldnummer."""
    night.put(
        "sdd/sdd_indicaties_20180105.csv", table_text("sdd_indicaties", [{"indicatie_nummer": "1", "bsn": BSNS[0]}])
    )
    rows = [{"aanmeldnummer": "A-1", "clientnummer": "77", "mutatiesoort": "N", "mutatietijd": "05-01-2018 10:00:00"}]
    night.put("vggm/vggm_aanmeldingen_20180105.csv", table_text("vggm_aanmeldingen", rows))
    night.run("2018-01-05")
    found = query(
        "select 'bsn', persoon_sleutel from raw.sdd_indicaties "
        "union select 'client', persoon_sleutel from raw.vggm_aanmeldingen"
    )
    return dict(found)


@pytest.mark.parametrize("old", ["vggm;77", "vggm;vggm_aanmeldingen;A-1"])
def test_a_pair_is_kept_as_pseudonyms_and_known_from_the_next_night(
    known: dict[str, str], night: Night, query: Query, old: str
) -> None:
    record(SAMENVOEGEN, [old, BSNS[0]])
    assert query(PAIRS) == [("samenvoegen", known["client"], known["bsn"], None)]
    night.run("2018-01-06")
    assert query(PAIRS) == [("samenvoegen", known["client"], known["bsn"], "2018-01-06")]
    night.run("2018-01-07")
    assert (
        query("select bekend_op at time zone 'Europe/Amsterdam' from levering.persoon_samenvoeging")[0][0].isoformat()
        == "2018-01-06T06:00:00"
    )


def test_only_what_was_joined_can_be_split(known: dict[str, str], query: Query) -> None:
    with pytest.raises(IdentiteitError, match="niet samengevoegd"):
        record(SPLITSEN, ["vggm;77", BSNS[0]])
    record(SAMENVOEGEN, ["vggm;77", BSNS[0]])
    record(SPLITSEN, ["vggm;77", BSNS[0]])
    assert [row[0] for row in query(PAIRS)] == ["samenvoegen", "splitsen"]
    assert known


@pytest.mark.parametrize(
    "lines",
    [[], [BSNS[0]], [BSNS[0], BSNS[0]], [BSNS[0], BSNS[1]], [BSNS[0], "999900007"], [BSNS[0], "vggm;onbekend;A-1"]],
)
def test_a_mistake_is_refused_without_repeating_what_was_typed(
    known: dict[str, str], query: Query, lines: list[str]
) -> None:
    with pytest.raises(IdentiteitError) as refusal:
        record(SAMENVOEGEN, lines)
    assert known
    assert not any(line in str(refusal.value) for line in lines)
    assert query(PAIRS) == []
