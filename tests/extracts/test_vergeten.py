"""Forgetting a person (AVG): every row goes, none comes back, and nobody else's does; counted to the last row."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from delivered import AGB, BSNS, Night, message, table_text, workbook_bytes

from doorstroom.__main__ import vergeten
from doorstroom.settings import Settings
from doorstroom.vergeten import VergetenError, forget, nightly, undo
from doorstroom.warehouse import EmbeddedServer, connect
from extracts.pseudonym import Pseudonymiser
from tests.tijd.sporen import traces, traces_in_files

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


UNCLEAR = {
    "": "Geef op één regel",
    f"{WHO}\n{OTHER}": "Geef op één regel",
    "niet te lezen": "Geef op één regel",
    BSNS[9]: "komt in geen levering voor",
    "vggm;vggm_verblijven;V-8": "komt in geen levering voor",
    "sdd;s9": "verschillende BSN's",
}


def test_nothing_of_the_person_is_left(  # noqa: PLR0917 - fixtures
    delivered: Night,
    query: Query,
    warehouse: str,
    server: EmbeddedServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert delivered
    for typed, why in UNCLEAR.items():
        with pytest.raises(VergetenError, match=why) as refusal:
            forget(typed.splitlines(), bevestigd=True)
        assert not any(line in str(refusal.value) for line in typed.splitlines())
    # However the person is named the same is counted, and nothing happens without confirmation.
    for named in (WHO, "vggm;v1", "vggm;vggm_verblijven;V-1", "sdd;sdd_indicaties;I-1"):
        counted = forget([named], bevestigd=False)
        assert not counted["gedaan"]
        rows = sum(rows for name, rows in counted["rijen"].items() if name.startswith("raw."))
        assert rows == OWN_ROWS + 1  # the mention in somebody else's row
    assert len(query(PEOPLE)) == 6
    assert query("select count(*) from levering.vergeten") == [(0,)]
    ((number,),) = query("select oid from pg_database where datname = current_database()")
    files = Path(server.data) / "base" / str(number)
    query("select pg_switch_wal()")
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("checkpoint")
    assert traces(warehouse, pseudonyms(), NUMBERS)
    assert traces_in_files(files, pseudonyms())

    # The command reads who it is from standard input, and tells nothing of it.
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{WHO}\n"))
    monkeypatch.setenv("DOORSTROOM_BEVESTIG", "1")
    monkeypatch.setenv("DOORSTROOM_AIRFLOW_DB", warehouse)  # no embedded server in the state folder
    assert vergeten(Settings.from_env()) == 0
    told = capsys.readouterr()
    assert "raw.vggm_verblijven" in told.err
    assert not any(word in told.err + told.out for word in {WHO, *pseudonyms(), *NUMBERS})
    assert not traces(warehouse, pseudonyms(), NUMBERS)
    assert not traces_in_files(files, pseudonyms())
    assert not traces_in_files(Settings.from_env().state, pseudonyms() | NUMBERS)
    assert query(ROWS) == [(OWN_ROWS,)]
    assert query(PEOPLE) == [("I-4",), ("I-5",), ("I-6",)]
    assert query("select reden_besluit from raw.sdd_indicaties where indicatie_nummer = 'I-4'") == [("zie [bsn]",)]
    assert query("select rij_nr from raw.wmo301") == [(2,)]  # a toewijzing of two people stays the other's
    assert forget(["sdd;sdd_indicaties;I-1"], bevestigd=True) == {"rijen": {}, "gedaan": True}


def test_delivered_again_stays_out_until_undone(delivered: Night, query: Query, warehouse: str) -> None:
    forget([WHO], bevestigd=True)
    deliver(delivered, "20180106")
    # A stay under a number not seen before comes in before the aanmelding says whose it is.
    delivered.put(
        "vggm/vggm_verblijven_20180107.csv", table_text("vggm_verblijven", [stay("V-9", "A-9"), stay("V-4", "A-4")])
    )
    delivered.run("2018-01-07")
    rows = [sign_up("A-9", WHO, "v1"), sign_up("A-4", OTHER, "v2")]
    delivered.put("vggm/vggm_aanmeldingen_20180108.csv", table_text("vggm_aanmeldingen", rows))
    delivered.run("2018-01-08")
    assert query("select distinct verblijfnummer from raw.vggm_verblijven order by 1") == [("V-2",), ("V-4",), ("V-9",)]
    assert nightly() == {"nagekomen": 1, "bewaartermijn": 0}
    assert nightly() == {"nagekomen": 0, "bewaartermijn": 0}
    assert not traces(warehouse, pseudonyms(), NUMBERS | {"A-9", "V-9"})
    assert query(PEOPLE) == [("I-4",), ("I-5",), ("I-6",)]
    # Mutations and messages with the same bytes are not read again; of the snapshots every row is accounted for.
    assert query(ROWS) == [(OWN_ROWS + 3 + 2 + 2,)]
    assert query("select count(*) from levering.bestanden where status = 'aangehouden'") == [(0,)]

    with pytest.raises(VergetenError, match="niet vergeten"):
        undo([OTHER])
    undo(["sdd;sdd_indicaties;I-2"])
    assert query("select count(*) from levering.vergeten") == [(0,)]
    deliver(delivered, "20180109")
    delivered.run("2018-01-09")
    assert len(query(PEOPLE)) == 6


def test_a_warehouse_filled_anew_knows_who_was_forgotten(delivered: Night, query: Query, warehouse: str) -> None:
    forget([WHO], bevestigd=True)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("drop schema raw, levering, vintage cascade")
    delivered.run("2018-01-05")
    assert not traces(warehouse, pseudonyms(), NUMBERS)
    assert query(ROWS) == [(OWN_ROWS,)]


def test_whose_term_has_passed_comes_back_with_new_facts_only(
    delivered: Night, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mark of the retention term keeps out what was known; a person who returns counts from then on."""

    def model(name: str) -> None:
        """What dbt makes, of the indications alone; the model itself has a unit test."""
        with connect() as connection:
            connection.execute("create schema intermediate")
            connection.execute("create schema staging")
            connection.execute(
                f"create table intermediate.{name} as select persoon_sleutel as persoon_sk, "
                "max(greatest(aanmelddatum, einddatum)) as laatste_dag from raw.sdd_indicaties "
                "where levering_id = (select max(levering_id) from raw.sdd_indicaties) group by 1"
            )
            connection.execute(
                "create table staging.stg_levering__samenvoeging (persoon_sleutel text, persoon_sk text)"
            )

    monkeypatch.setattr("doorstroom.dbt_build.build_model", model)
    old, recent = "1999-05-05", "2018-05-05"
    rows = [
        indication("I-1", WHO, "s1") | {"aanmelddatum": old, "einddatum": "2003-01-01"},
        indication("I-2", OTHER, "s2") | {"aanmelddatum": old, "einddatum": "2002-12-31"},
        indication("I-3", THIRD, "s3") | {"aanmelddatum": old},
        indication("I-4", THIRD, "s3") | {"aanmelddatum": recent},
    ]
    delivered.put("sdd/sdd_indicaties_20180601.csv", table_text("sdd_indicaties", rows))
    delivered.run("2018-06-01")
    # Of WHO something was true in 2003: fifteen years ago, and not before the turn of that year.
    assert nightly()["bewaartermijn"] == 1
    assert query("select grens::text, personen from levering.bewaartermijn") == [("2003-01-01", 1)]
    assert query("select distinct tot::text, peil::text from levering.vergeten") == [("2002-12-31", "2018-06-01")]
    assert query(PEOPLE) == [("I-1",), ("I-3",), ("I-4",)]
    assert nightly()["bewaartermijn"] == 0
    rows.append(indication("I-5", OTHER, "s2") | {"aanmelddatum": "2018-06-02"})
    delivered.put("sdd/sdd_indicaties_20180602.csv", table_text("sdd_indicaties", rows))
    delivered.run("2018-06-02")
    assert query(PEOPLE) == [("I-1",), ("I-3",), ("I-4",), ("I-5",)]
