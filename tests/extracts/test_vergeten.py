"""Forgetting a person (AVG): every row goes, none comes back, and nobody else's does; counted to the last row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from delivered import AGB, BSNS, Night, message, table_text, workbook_bytes

from doorstroom.settings import Settings
from doorstroom.vergeten import VergetenError, _carry_out, _ready, forget, nightly, undo
from doorstroom.warehouse import EmbeddedServer, connect
from extracts.forget import Erasure
from extracts.pseudonym import Pseudonymiser
from extracts.tombstones import BEWAARTERMIJN, COPY
from tests.tijd.vergetelheid import traces, traces_in_files

Query = Callable[..., list[tuple[Any, ...]]]

WHO, OTHER, THIRD = BSNS[:3]
ROWS = "select coalesce(sum(rijen_vergeten), 0) from levering.bestanden"
PEOPLE = (
    "select indicatie_nummer from raw.sdd_indicaties as rij join levering.bestanden using (levering_id) "
    "where leverdatum = (select max(leverdatum) from levering.bestanden where feed = 'sdd_indicaties') order by 1"
)


def indication(number: str, bsn: str, client: str, **more: str) -> dict[str, str]:
    return {"indicatie_nummer": number, "bsn": bsn, "clientnummer": client, "aanmelddatum": "2017-01-05", **more}


def sign_up(number: str, bsn: str, client: str) -> dict[str, str]:
    return {
        "aanmeldnummer": number,
        "bsn": bsn,
        "clientnummer": client,
        "aanmelddatum": "05-01-2018",
        "mutatiesoort": "N",
        "mutatietijd": "05-01-2018 10:00:00",
    }


def stay(number: str, of: str) -> dict[str, str]:
    return {
        "verblijfnummer": number,
        "aanmeldnummer": of,
        "eerste_nacht": "06-01-2018",
        "mutatiesoort": "N",
        "mutatietijd": "06-01-2018 10:00:00",
    }


def deliver(night: Night, stamp: str = "20180105") -> None:
    """The person in every form: with and without BSN, by a number only, and as a BSN where none belongs."""
    night.put(
        f"sdd/sdd_indicaties_{stamp}.csv",
        table_text(
            "sdd_indicaties",
            [
                indication("I-1", WHO, "s1"),
                indication("I-2", "", "s1"),  # before the BSN was known
                indication("I-3", "999900008", "s1"),  # a BSN that is none: quarantined
                indication("I-4", OTHER, "s2", reden_besluit=f"zie {WHO}"),
                indication("I-5", THIRD, "s9"),
                indication("I-6", OTHER, "s9"),  # a client number of two people
            ],
        ),
    )
    rows = [sign_up("A-1", WHO, "v1"), sign_up("A-2", OTHER, "v2"), sign_up("A-3", "", "v1")]
    night.put(f"vggm/vggm_aanmeldingen_{stamp}.csv", table_text("vggm_aanmeldingen", rows))
    stays = [stay("V-1", "A-1"), stay("V-2", "A-2"), stay("V-3", "A-3")]
    night.put(f"vggm/vggm_verblijven_{stamp}.csv", table_text("vggm_verblijven", stays))
    night.put(f"zorgaanbieders/{AGB}/WMO301_{stamp}_1.xml", message("wmo301", bsns=[WHO, OTHER], number="T-1"))
    night.put(
        f"corporaties/L0123/woningen_{stamp}.xlsx",
        workbook_bytes(
            verhuringen=[["C-1", WHO, *[""] * 11], ["C-2", OTHER, *[""] * 11]], inschrijvingen=[[WHO, "", "", ""]]
        ),
    )


#: Rows of the person in one delivery of everything: 3 indications, 2 + 2 at VGGM, 1 message, 2 sheets.
OWN_ROWS = 3 + 4 + 1 + 2


@pytest.fixture
def delivered(night: Night) -> Night:
    deliver(night)
    night.run("2018-01-05")
    return night


def pseudonyms(key: str = "sleutel-van-de-tests-en-van-niets-anders") -> set[str]:
    made = Pseudonymiser(key)
    return {made.person(WHO), made.token(WHO).strip("[]"), made.client("sdd", "s1"), made.client("vggm", "v1")}


NUMBERS = {"I-1", "I-2", "I-3", "A-1", "A-3", "V-1", "V-3", "C-1"}


def test_a_dry_run_counts_and_changes_nothing(delivered: Night, query: Query) -> None:
    assert delivered
    done = forget([WHO], bevestigd=False)
    assert not done["gedaan"]
    assert sum(rows for name, rows in done["rijen"].items() if name.startswith("raw.")) == OWN_ROWS + 1  # the mention
    assert query(ROWS) == [(0,)]
    assert len(query(PEOPLE)) == 6
    assert query("select count(*) from levering.vergeten") == [(0,)]


@pytest.mark.parametrize("named", [WHO, "vggm;v1", "vggm;vggm_verblijven;V-1", "sdd;sdd_indicaties;I-1"])
def test_nothing_of_the_person_is_left_however_named(
    delivered: Night, query: Query, warehouse: str, named: str
) -> None:
    assert delivered
    assert traces(warehouse, pseudonyms(), NUMBERS)
    forget([named], bevestigd=True)
    assert not traces(warehouse, pseudonyms(), NUMBERS)
    assert query(ROWS) == [(OWN_ROWS,)]
    assert [number for (number,) in query(PEOPLE)] == ["I-4", "I-5", "I-6"]
    assert query("select reden_besluit from raw.sdd_indicaties where indicatie_nummer = 'I-4'") == [("zie [bsn]",)]
    assert query("select rij_nr, bsn_bekend from (select rij_nr, koppelzekerheid as bsn_bekend from raw.wmo301) a") == [
        (2, "hoog")
    ]
    assert forget([named], bevestigd=True) == {"rijen": {}, "gedaan": True}


def test_the_bytes_are_gone_from_the_database_files(
    delivered: Night, warehouse: str, server: EmbeddedServer, query: Query
) -> None:
    assert delivered
    ((number,),) = query("select oid from pg_database where datname = current_database()")
    files = Path(server.data) / "base" / str(number)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("checkpoint")
    assert traces_in_files(files, pseudonyms())
    forget([WHO], bevestigd=True)
    assert not traces_in_files(files, pseudonyms())


def test_delivered_again_stays_out_and_is_counted(delivered: Night, query: Query, warehouse: str) -> None:
    forget([WHO], bevestigd=True)
    deliver(delivered, "20180106")
    night_rows = [sign_up("A-9", WHO, "v1"), sign_up("A-4", OTHER, "v2")]
    # A stay under a number not seen before, delivered before the aanmelding says whose it is.
    delivered.put(
        "vggm/vggm_verblijven_20180107.csv", table_text("vggm_verblijven", [stay("V-9", "A-9"), stay("V-4", "A-4")])
    )
    delivered.run("2018-01-07")
    delivered.put("vggm/vggm_aanmeldingen_20180108.csv", table_text("vggm_aanmeldingen", night_rows))
    delivered.run("2018-01-08")
    assert {row[0] for row in query("select verblijfnummer from raw.vggm_verblijven")} == {"V-2", "V-4", "V-9"}
    assert nightly()["nagekomen"] == 1
    assert not traces(warehouse, pseudonyms(), NUMBERS | {"A-9", "V-9"})
    assert [number for (number,) in query(PEOPLE)] == ["I-4", "I-5", "I-6"]
    # Mutations and messages with the same bytes were not read again; of the snapshots every row is accounted for.
    assert query(ROWS) == [(OWN_ROWS + 3 + 2 + 2,)]
    assert query("select count(*) from levering.bestanden where status = 'aangehouden'") == [(0,)]


def test_a_warehouse_filled_anew_knows_who_was_forgotten(delivered: Night, query: Query, warehouse: str) -> None:
    forget([WHO], bevestigd=True)
    kept = Settings.from_env().state / COPY
    assert not traces_in_files(kept.parent, pseudonyms() | NUMBERS)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("drop schema raw, levering, vintage cascade")
    delivered.run("2018-01-05")
    assert not traces(warehouse, pseudonyms(), NUMBERS)
    assert query(ROWS) == [(OWN_ROWS,)]


def test_undone_the_person_comes_back_with_what_is_delivered(delivered: Night, query: Query) -> None:
    forget([WHO], bevestigd=True)
    with pytest.raises(VergetenError, match="niet vergeten"):
        undo([OTHER])
    undo(["sdd;sdd_indicaties;I-2"])
    assert query("select count(*) from levering.vergeten") == [(0,)]
    deliver(delivered, "20180106")
    delivered.run("2018-01-06")
    assert len(query(PEOPLE)) == 6


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "Geef op één regel"),
        ([WHO, OTHER], "Geef op één regel"),
        (["niet te lezen"], "Geef op één regel"),
        ([BSNS[9]], "komt in geen levering voor"),
        (["vggm;vggm_verblijven;V-8"], "komt in geen levering voor"),
        (["sdd;s9"], "verschillende BSN's"),
    ],
)
def test_who_is_not_clear_is_refused_without_repeating_it(
    delivered: Night, query: Query, lines: list[str], why: str
) -> None:
    assert delivered
    with pytest.raises(VergetenError, match=why) as refusal:
        forget(lines, bevestigd=True)
    assert not any(line in str(refusal.value) for line in lines)
    assert query(ROWS) == [(0,)]


def test_whose_term_has_passed_comes_back_with_new_facts_only(delivered: Night, query: Query) -> None:
    """A mark of the retention term keeps out what was known; a person who returns counts from then on."""
    with connect() as connection:
        made = _ready(connection)
        erasure = Erasure(connection, made)
        erasure.name([(1, made.person(OTHER)), (2, made.person(THIRD))])
        erasure.find()
        _carry_out(connection, Settings.from_env(), erasure, BEWAARTERMIJN, bevestigd=True)
    rows = [
        indication("I-4", OTHER, "s2"),
        indication("I-7", OTHER, "s2", besluitdatum="2019-01-06"),
        indication("I-5", THIRD, "s9"),
    ]
    delivered.put("sdd/sdd_indicaties_20180106.csv", table_text("sdd_indicaties", rows))
    delivered.run("2018-01-06")
    assert query(PEOPLE) == [("I-7",)]
