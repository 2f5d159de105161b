"""The gate on real files: hold, release, reject, quarantine and refuse, with nothing lost and every decision kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from doorstroom.__main__ import main
from expectations import judge as judge_module
from expectations.dossier import bijwerken
from expectations.judge import NietAangehoudenError, feeds_to_judge, judge, reject, release
from extracts.contract import load_contracts
from tests.expectations.deliveries import GOOD
from tests.expectations.test_dossier import without_great_expectations
from tests.extracts.delivered import AGB, BSNS, Night, message, table_text, workbook_bytes, zipped

FEED = "sdd_indicaties"
PATH = "sdd/sdd_indicaties_{}.csv"
Query = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def gate(tmp_path: Path, warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Night:
    """An empty drop and an empty warehouse, judged by the queries alone."""
    assert warehouse
    without_great_expectations(monkeypatch)
    (tmp_path / "drop").mkdir()
    monkeypatch.setenv("DOORSTROOM_DROP", str(tmp_path / "drop"))
    return Night(tmp_path / "drop")


@pytest.fixture
def query(warehouse: str) -> Query:
    def ask(text: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(warehouse) as connection:
            return connection.execute(text, values).fetchall()

    return ask


def run(gate: Night, datum: str) -> None:
    gate.run(datum)
    for feed in feeds_to_judge():
        judge(feed)
    bijwerken()


def snapshot(count: int, **changes: str) -> str:
    good = {name: "" if value is None else str(value) for name, value in GOOD[FEED].items()}
    rows = [{**good, "indicatie_nummer": str(n), "bsn": BSNS[n], **changes} for n in range(count)]
    return table_text(FEED, rows)


def fates(query: Query) -> list[tuple[Any, ...]]:
    return query(
        "select leverdatum, status, rijen_gelezen, rijen_geladen, rijen_quarantaine, rijen_geweigerd "
        "from levering.bestanden order by levering_id"
    )


@pytest.fixture
def held(gate: Night, query: Query) -> str:
    """A snapshot of 30 rows in force and one of 20, a third less, on hold; returns the path of the latter."""
    gate.put(PATH.format("20210201"), snapshot(30))
    run(gate, "2021-02-01")
    gate.put(PATH.format("20210202"), snapshot(20))
    run(gate, "2021-02-02")
    assert fates(query) == [
        (date(2021, 2, 1), "geaccepteerd", 30, 30, 0, 0),
        (date(2021, 2, 2), "aangehouden", 20, 0, 0, 20),
    ]
    return PATH.format("20210202")


def test_a_release_is_remembered_and_counts_from_the_next_night(gate: Night, held: str, query: Query) -> None:
    assert query("select regel_id, status from kwaliteit.dossier") == [(f"{FEED}.bestand.volume", "nieuw")]
    release(held, "an", "nagevraagd bij 999900006")
    assert fates(query)[-1] == (date(2021, 2, 2), "geaccepteerd", 20, 20, 0, 0)
    decision = "select besluit, bestand, leverancier, feed, reden, door, genomen_op is not null, nacht "
    told = ("vrijgeven", held, "sdd", FEED, "nagevraagd bij [bsn]", "an", True)
    assert query(f"{decision} from levering.besluiten") == [(*told, None)]
    run(gate, "2021-02-03")
    assert query(f"{decision} from levering.besluiten") == [(*told, date(2021, 2, 3))]
    assert query("select (bekend_op at time zone 'Europe/Amsterdam')::text from levering.besluiten") == [
        ("2021-02-03 06:00:00",)
    ]
    assert query("select status from kwaliteit.dossier") == [("opgelost",)]


def test_rejected_bytes_stay_rejected_under_another_date(gate: Night, held: str, query: Query) -> None:
    reject(held, " half bestand ", "an")
    assert fates(query)[-1] == (date(2021, 2, 2), "geweigerd", 20, 0, 0, 20)
    ((reason,),) = query("select reden from levering.bestanden where status = 'geweigerd'")
    assert reason.endswith("Afgewezen: half bestand")
    run(gate, "2021-02-02")
    assert len(fates(query)) == 2, "the same file is not taken in again"
    gate.put(PATH.format("20210203"), snapshot(20))
    run(gate, "2021-02-03")
    assert fates(query)[-1] == (date(2021, 2, 3), "geweigerd", 0, 0, 0, 0)
    assert query("select reden from levering.bestanden where leverdatum = '2021-02-03'")[0][0].startswith(
        "Dezelfde inhoud is eerder afgewezen"
    )
    volume = "select status from kwaliteit.dossier where regel_id = 'sdd_indicaties.bestand.volume'"
    assert query(volume) == [("open",)]
    # Another content is another file.
    gate.put(PATH.format("20210204"), snapshot(29))
    run(gate, "2021-02-04")
    assert fates(query)[-1] == (date(2021, 2, 4), "geaccepteerd", 29, 29, 0, 0)
    assert {status for (status,) in query("select status from kwaliteit.dossier")} == {"opgelost"}


def test_a_rejected_file_can_be_released_after_all(gate: Night, held: str, query: Query) -> None:
    reject(held, "half bestand", "an")
    release(held, "bea", "toch goed")
    assert fates(query)[-1] == (date(2021, 2, 2), "geaccepteerd", 20, 20, 0, 0)
    assert query("select besluit, door from levering.besluiten order by besluit_id") == [
        ("afwijzen", "an"),
        ("vrijgeven", "bea"),
    ]
    # And its bytes may come again.
    gate.put(PATH.format("20210203"), snapshot(20))
    run(gate, "2021-02-03")
    assert fates(query)[-1] == (date(2021, 2, 3), "geaccepteerd", 20, 20, 0, 0)


def test_what_cannot_be_decided_says_why(held: str, query: Query) -> None:
    with pytest.raises(NietAangehoudenError, match="reden"):
        reject(held, "  ", "an")
    in_force = PATH.format("20210201")
    for path in (in_force, "sdd/bestaat_niet.csv"):
        with pytest.raises(NietAangehoudenError, match="geen aangehouden bestand"):
            reject(path, "weg ermee", "an")
        with pytest.raises(NietAangehoudenError, match="geen aangehouden bestand"):
            release(path, "an")
    assert query("select count(*) from levering.besluiten") == [(0,)]


def test_a_decision_and_what_it_does_are_one(held: str, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off half-way nothing was decided, and the command can be given again."""

    def broken(*_: object) -> None:
        raise RuntimeError("stroom weg")

    with monkeypatch.context() as patch:
        patch.setattr(judge_module.ledger, "supersede", broken)
        with pytest.raises(judge_module.JudgeError):
            release(held, "an")
    assert query("select count(*) from levering.besluiten") == [(0,)]
    assert fates(query)[-1][1] == "aangehouden"
    release(held, "an")
    assert fates(query)[-1][1] == "geaccepteerd"


@pytest.mark.parametrize(
    ("command", "environment", "told"),
    [
        ("vrijgeven", {"DOORSTROOM_FILE": "{held}"}, "is vrijgegeven en telt mee"),
        ("afwijzen", {"DOORSTROOM_FILE": "{held}", "DOORSTROOM_REASON": "half"}, "is afgewezen"),
        ("afwijzen", {"DOORSTROOM_FILE": "{held}"}, "Gebruik: make afwijzen"),
        ("vrijgeven", {}, "Gebruik: make vrijgeven"),
        ("vrijgeven", {"DOORSTROOM_FILE": "niets"}, "geen aangehouden bestand"),
        (
            "accepteren",
            {"DOORSTROOM_FINDING": "{sleutel}", "DOORSTROOM_REASON": "bekend", "DOORSTROOM_UNTIL": "2021-03-01"},
            "is geaccepteerd tot en met 2021-03-01",
        ),
        ("accepteren", {"DOORSTROOM_FINDING": "{sleutel}", "DOORSTROOM_REASON": "bekend"}, "Gebruik: make accepteren"),
        (
            "accepteren",
            {"DOORSTROOM_FINDING": "x", "DOORSTROOM_REASON": "bekend", "DOORSTROOM_UNTIL": "2021-03-01"},
            "geen bevinding met sleutel x",
        ),
    ],
)
def test_the_commands(  # noqa: PLR0917 - pytest gives them by name
    held: str,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    environment: dict[str, str],
    told: str,
) -> None:
    """Values come in by the environment, as make passes them."""
    ((sleutel,),) = query("select sleutel from kwaliteit.dossier")
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(held=held, sleutel=sleutel))
    monkeypatch.setattr("sys.argv", ["doorstroom", command])
    status = main()
    assert told in capsys.readouterr().err
    assert (status == 0) == told.startswith("is ")


# --- nothing is ever lost -------------------------------------------------------------------------------------------


def put_a_messy_night(gate: Night) -> None:
    """Every fate a file can have, next to rows that break rules."""
    ragged = snapshot(30).splitlines()
    ragged[3] += ";te;veel"
    ragged[5] = "kort;te;weinig"
    gate.put(PATH.format("20210202"), "\r\n".join(ragged) + "\r\n")
    gate.put(PATH.format("20210203"), snapshot(31, productcode="99X99"))  # accepted, every row in quarantine
    gate.put(PATH.format("20210204"), snapshot(3))  # on hold
    gate.put(PATH.format("20210205"), "indicatie_nummer;clientnummer\r\n1;2\r\n")  # refused
    gate.put("sdd/zomaar.csv", "iets")
    folder = f"zorgaanbieders/{AGB}"
    start = message("wmo305", bsns=BSNS[:3])
    gate.put(f"{folder}/WMO305_20210202_1.xml", start)
    gate.put(f"{folder}/WMO305_20210203_1.xml", start)  # dubbel
    gate.put(f"{folder}/WMO305_20210203_2.xml", start.replace("15Z03", "99X99").replace(BSNS[0], "123456789"))
    gate.put(f"{folder}/WMO307_20210203_1.xml", "<Bericht>")
    gate.put(
        f"{folder}/berichten_20210203_1.zip",
        zipped({"WMO301_20210203_1.xml": message("wmo301"), "leesmij.txt": "x", "WMO305_20210203_9.xml": start}),
    )
    gate.put(f"{folder}/berichten_20210203_2.zip", b"PK\x03\x04")
    row = ["C1", BSNS[0], date(1980, 1, 1), "0202", "regulier", "", "BW", AGB, date(2020, 1, 1), None, None, 600, "J"]
    gate.put(
        "corporaties/L0123/woningen_20210201.xlsx", workbook_bytes(verhuringen=[row, [*row[:8], "nooit", *row[9:]]])
    )


def test_rows_read_are_loaded_quarantined_or_refused_per_file_over_messy_nights(gate: Night, query: Query) -> None:
    put_a_messy_night(gate)
    run(gate, "2021-02-05")
    # The next night corrects one file, holds another correction and lets what that replaced stand again.
    gate.put(PATH.format("20210202"), snapshot(28))
    gate.put(PATH.format("20210203"), snapshot(1))
    run(gate, "2021-02-06")
    rows = query(
        "select levering_id, feed, status, rijen_gelezen, rijen_geladen, rijen_quarantaine, rijen_geweigerd, "
        "coalesce(vorige_status, status) from levering.bestanden"
    )
    assert {status for _, _, status, *_ in rows} == {
        *("geaccepteerd", "geweigerd", "aangehouden", "dubbel", "vervangen"),
    }
    assert sum(row[5] for row in rows) > 30
    for levering_id, feed, status, read, loaded, quarantined, refused, was in rows:
        assert read == loaded + quarantined + refused
        kept = 0
        for table in load_contracts()[feed].tables if feed in load_contracts() else ():
            ((count,),) = query(f"select count(*) from raw.{table.name} where levering_id = %s", levering_id)
            kept += count
        # What was read lies in raw, whatever its fate; of what was refused at the door nothing was read.
        assert kept == read, (feed, status)
        ((blocked,),) = query(
            "select count(distinct (tabel, rij_nr)) from kwaliteit.bevinding "
            "where levering_id = %s and ernst = 'blokkerend' and rij_nr is not null",
            levering_id,
        )
        assert quarantined == blocked, (feed, status)
        if was == "aangehouden":
            assert (loaded, refused) == (0, read)
    held = query("select bestand from levering.bestanden where status = 'aangehouden' order by levering_id")
    for (bestand,) in held:
        release(bestand, "an")
    assert query("select count(*) from levering.bestanden where rijen_geweigerd > 0 and status = 'geaccepteerd'") == [
        (0,)
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "rijen_geladen = rijen_geladen - 1",
        "rijen_quarantaine = rijen_quarantaine + 1",
        "rijen_geweigerd = rijen_geweigerd + 1",
        "rijen_gelezen = rijen_gelezen + 1",
        "status = 'geweigerd'",
    ],
)
@pytest.mark.usefixtures("held")
def test_the_ledger_takes_no_row_that_does_not_add_up(warehouse: str, broken: str) -> None:
    with psycopg.connect(warehouse) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(f"update levering.bestanden set {broken} where status = 'geaccepteerd'")


def test_a_held_snapshot_without_rows_that_is_replaced_and_stands_again_is_still_held(
    gate: Night, query: Query
) -> None:
    gate.put(PATH.format("20210201"), snapshot(30))
    run(gate, "2021-02-01")
    for count in (0, 1):  # the second replaces the first, is held as well and lets it stand again
        gate.put(PATH.format("20210202"), snapshot(count))
        run(gate, "2021-02-02")
    assert [status for _, status, *_ in fates(query)] == ["geaccepteerd", "aangehouden", "aangehouden"]


@pytest.mark.usefixtures("held")
def test_a_ledger_of_an_earlier_version_is_brought_up_to_date(gate: Night, query: Query, warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        connection.execute("alter table levering.bestanden drop constraint niets_kwijt")
        connection.execute("drop view levering.te_laat cascade")
        connection.execute("alter table levering.bestanden drop column rijen_geweigerd, drop column vorige_status")
    run(gate, "2021-02-03")
    assert fates(query)[-1] == (date(2021, 2, 2), "aangehouden", 20, 0, 0, 20)
