"""What the ledger makes of files: new, again, double, corrected, refused, too early (deliveries, «The drop»)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from delivered import AGB, BSNS, CORPORATION, Night, message, table_text, workbook_bytes, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstroom.warehouse import connect
from extracts import ledger, raw, take_in
from extracts.drop import DropError

Query = Callable[..., list[tuple[Any, ...]]]
FOLDER = f"zorgaanbieders/{AGB}"


def sdd(*numbers: int) -> str:
    return table_text("sdd_indicaties", [{"indicatie_nummer": str(n), "bsn": BSNS[n]} for n in numbers])


def vggm(*numbers: int) -> str:
    return table_text("vggm_aanmeldingen", [{"aanmeldnummer": str(n), "mutatiesoort": "N"} for n in numbers])


def fates(query: Query) -> list[tuple[str, str]]:
    return [
        (bestand.rpartition("/")[2], status)
        for bestand, status in query("select bestand, status from levering.bestanden order by levering_id")
    ]


def everything(query: Query) -> dict[str, list[tuple[Any, ...]]]:
    tables = query(
        "select table_schema, table_name from information_schema.tables where table_schema in ('raw', 'levering')"
    )
    return {f"{s}.{t}": query(f"select x::text from {s}.{t} x order by 1") for s, t in tables if t != "nachten"}


def test_a_second_run_takes_nothing(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.put("vggm/vggm_aanmeldingen_20180105.csv", vggm(1))
    night.put(f"{FOLDER}/WMO305_20180105_1.xml", message("wmo305"))
    night.put(f"{FOLDER}/WMO305_20180105_2.xml", message("wmo305"))
    night.put(f"{FOLDER}/WMO305_20180105_3.xml", "kapot")
    night.put(f"{FOLDER}/berichten_20180105_1.zip", zipped({"WMO307_20180105_1.xml": message("wmo307"), "x.txt": "y"}))
    night.put(f"{FOLDER}/berichten_20180105_2.zip", b"kapot")
    night.put(f"{FOLDER}/leesmij.txt", "?")
    night.put(f"corporaties/{CORPORATION}/woningen_20180101.xlsx", workbook_bytes())
    assert sum(result["geaccepteerd"] for result in night.run()) == 6
    before = everything(query)
    assert night.run() == []
    assert everything(query) == before
    assert sorted(fates(query)) == [
        ("WMO305_20180105_1.xml", "geaccepteerd"),
        ("WMO305_20180105_2.xml", "dubbel"),
        ("WMO305_20180105_3.xml", "geweigerd"),
        ("WMO307_20180105_1.xml", "geaccepteerd"),
        ("berichten_20180105_1.zip", "geaccepteerd"),
        ("berichten_20180105_2.zip", "geweigerd"),
        ("leesmij.txt", "geweigerd"),
        ("sdd_indicaties_20180105.csv", "geaccepteerd"),
        ("vggm_aanmeldingen_20180105.csv", "geaccepteerd"),
        ("woningen_20180101.xlsx", "geaccepteerd"),
        ("x.txt", "geweigerd"),
    ]


def test_files_of_later_nights_wait(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.put("sdd/sdd_indicaties_20180106.csv", sdd(1, 2))
    night.put("sdd/notitie_20180106.csv", "onbekende naam, ook van later")
    night.run("2018-01-05")
    assert fates(query) == [("sdd_indicaties_20180105.csv", "geaccepteerd")]
    night.run("2018-01-06")
    assert sorted(fates(query)) == [
        ("notitie_20180106.csv", "geweigerd"),
        ("sdd_indicaties_20180105.csv", "geaccepteerd"),
        ("sdd_indicaties_20180106.csv", "geaccepteerd"),
    ]


def test_an_unchanged_snapshot_under_a_new_date_counts_as_delivered(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.put("sdd/sdd_indicaties_20180106.csv", sdd(1))
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geaccepteerd"]
    assert query("select count(*) from raw.sdd_indicaties") == [(2,)]


@pytest.mark.parametrize(
    ("first", "second", "content"),
    [
        ("vggm/vggm_aanmeldingen_20180105.csv", "vggm/vggm_aanmeldingen_20180106.csv", vggm(1)),
        (f"{FOLDER}/WMO305_20180105_1.xml", f"{FOLDER}/WMO305_20180106_1.xml", message("wmo305")),
        (f"{FOLDER}/WMO305_20180105_1.xml", f"{FOLDER}/WMO305_20180105_2.xml", message("wmo305")),
    ],
)
def test_bytes_that_came_before_are_double(night: Night, query: Query, first: str, second: str, content: str) -> None:
    night.put(first, content)
    night.run("2018-01-05")
    night.put(second, content)
    night.run("2018-01-10")
    assert [status for _, status in fates(query)] == ["geaccepteerd", "dubbel"]
    assert query("select rijen_gelezen, rijen_geladen, reden is not null from levering.bestanden order by 1") == [
        (0, 0, True),
        (1, 1, False),
    ]
    assert night.run("2018-01-11") == []


def test_double_within_and_across_zips(night: Night, query: Query) -> None:
    archive = zipped(
        {"WMO305_20180105_1.xml": message("wmo305"), "WMO305_20180105_2.xml": message("wmo305", number="2")}
    )
    night.put(f"{FOLDER}/WMO305_20180104_1.xml", message("wmo305"))
    night.run("2018-01-04")
    night.put(f"{FOLDER}/berichten_20180105_1.zip", archive)
    night.run("2018-01-05")
    night.put(f"{FOLDER}/berichten_20180106_1.zip", archive)
    night.put(f"{FOLDER}/berichten_20180106_2.zip", zipped({"WMO305_20180106_7.xml": message("wmo305", number="2")}))
    night.run("2018-01-06")
    assert fates(query) == [
        ("WMO305_20180104_1.xml", "geaccepteerd"),
        ("WMO305_20180105_1.xml", "dubbel"),
        ("WMO305_20180105_2.xml", "geaccepteerd"),
        ("berichten_20180105_1.zip", "geaccepteerd"),
        ("berichten_20180106_1.zip", "dubbel"),
        ("WMO305_20180106_7.xml", "dubbel"),
        ("berichten_20180106_2.zip", "geaccepteerd"),
    ]
    assert query("select count(*) from raw.wmo305") == [(2,)]


def test_the_same_bytes_of_another_supplier_are_not_double(night: Night, query: Query) -> None:
    night.put(f"{FOLDER}/WMO305_20180105_1.xml", message("wmo305"))
    night.put("zorgaanbieders/42420002/WMO305_20180105_1.xml", message("wmo305"))
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geaccepteerd"]


def test_bytes_that_were_refused_are_not_double_but_refused_again(night: Night, query: Query) -> None:
    night.put(f"{FOLDER}/WMO305_20180105_1.xml", "kapot")
    night.put(f"{FOLDER}/WMO305_20180106_1.xml", "kapot")
    night.run()
    assert [status for _, status in fates(query)] == ["geweigerd", "geweigerd"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("sdd/sdd_indicaties_20180105.csv", sdd(1), sdd(1, 2)),
        ("vggm/vggm_aanmeldingen_20180105.csv", vggm(1), vggm(2)),
        (f"{FOLDER}/WMO305_20180105_1.xml", message("wmo305"), message("wmo305", number="2")),
    ],
)
def test_other_content_is_a_correction_and_both_stay(night: Night, query: Query, path: str, old: str, new: str) -> None:
    night.put(path, old)
    night.run("2018-01-05")
    night.put(path, new)
    night.run("2018-01-08")
    assert [status for _, status in fates(query)] == ["vervangen", "geaccepteerd"]
    assert query("select nacht from levering.bestanden order by levering_id")[0] == (date(2018, 1, 5),)
    # The old bytes once more are the same file again, and are not taken in (the one taken in last stands).
    night.put(path, old)
    night.run("2018-01-09")
    assert [status for _, status in fates(query)] == ["vervangen", "geaccepteerd"]


def test_a_correction_under_the_same_date_but_other_capitals(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run()
    night.put("sdd/SDD_Indicaties_20180105.CSV", sdd(1))
    assert [result for result in night.run() if result["geaccepteerd"]] == []
    night.put("sdd/SDD_Indicaties_20180105.CSV", sdd(1, 2))
    night.run()
    assert [status for _, status in fates(query)] == ["vervangen", "geaccepteerd"]


def test_a_refused_correction_replaces_nothing(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run()
    night.put("sdd/sdd_indicaties_20180105.csv", "kapot")
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geweigerd"]
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1, 2))
    night.run()
    assert [status for _, status in fates(query)] == ["vervangen", "geweigerd", "geaccepteerd"]


def test_messages_of_different_names_never_replace_each_other(night: Night, query: Query) -> None:
    for number in (1, 2, 3):
        night.put(f"{FOLDER}/WMO305_20180105_{number}.xml", message("wmo305", number=str(number)))
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd"] * 3


def test_a_corrected_zip_replaces_what_it_held(night: Night, query: Query) -> None:
    same, old = message("wmo305", number="1"), message("wmo305", number="2")
    path = f"{FOLDER}/berichten_20180105_1.zip"
    night.put(
        path,
        zipped(
            {
                "WMO305_20180105_1.xml": same,
                "WMO305_20180105_2.xml": old,
                "WMO305_20180105_3.xml": message("wmo305", number="3"),
            }
        ),
    )
    night.run()
    night.put(path, zipped({"WMO305_20180105_1.xml": same, "WMO305_20180105_2.xml": message("wmo305", number="22")}))
    night.run()
    assert fates(query) == [
        ("WMO305_20180105_1.xml", "geaccepteerd"),
        ("WMO305_20180105_2.xml", "vervangen"),
        ("WMO305_20180105_3.xml", "vervangen"),
        ("berichten_20180105_1.zip", "vervangen"),
        ("WMO305_20180105_2.xml", "geaccepteerd"),
        ("berichten_20180105_1.zip", "geaccepteerd"),
    ]
    assert night.run() == []


def test_members_that_are_no_messages(night: Night, query: Query) -> None:
    content = {
        "WMO305_20180105_1.xml": message("wmo305"),
        "../../../tmp/WMO305_20180105_2.xml": message("wmo305", number="2"),
        "diep.zip": zipped({"WMO305_20180105_3.xml": message("wmo305", number="3")}),
        "berichten_20180105_9.zip": zipped({"WMO305_20180105_4.xml": message("wmo305", number="4")}),
        "verblijven_20180105.csv": table_text("verblijven", []),
        "WMO315_20180105_1.xml": "<x/>",
        "WMO305_20201399_1.xml": message("wmo305", number="5"),
    }
    night.put(f"{FOLDER}/berichten_20180105_1.zip", zipped(content))
    night.run()
    stood = query("select split_part(bestand, '.zip/', 2), status, reden from levering.bestanden order by bestand")
    reasons = {name: (status, reden) for name, status, reden in stood}
    assert reasons["WMO305_20180105_1.xml"] == ("geaccepteerd", None)
    assert reasons["tmp/WMO305_20180105_2.xml"] == ("geaccepteerd", None)
    assert "zip binnen een zip" in reasons["berichten_20180105_9.zip"][1]
    assert "niet herkend" in reasons["diep.zip"][1]
    assert "alleen berichten" in reasons["verblijven_20180105.csv"][1]
    assert "niet herkend" in reasons["WMO315_20180105_1.xml"][1]
    assert "datum in de bestandsnaam bestaat niet" in reasons["WMO305_20201399_1.xml"][1]
    assert query("select count(*) from raw.wmo305") == [(2,)]
    assert night.run() == []


def test_unknown_names_and_folders_are_refused_with_what_was_expected(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180132.csv", sdd(1))
    night.put("sdd/indicaties.csv", sdd(1))
    night.put("zorgaanbieders/1234/verblijven_20180105.csv", table_text("verblijven", []))
    night.put("zorgaanbieders/los.txt", "x")
    night.put("corporaties/0123/woningen_20180105.xlsx", workbook_bytes())
    assert night.run() == []
    reasons = {
        row[0]: row[1:] for row in query("select bestand, status, feed, leverancier, reden from levering.bestanden")
    }
    assert reasons["sdd/sdd_indicaties_20180132.csv"][:3] == ("geweigerd", "onbekend", "sdd")
    assert "bestaat niet" in reasons["sdd/sdd_indicaties_20180132.csv"][3]
    assert "sdd_wachtlijst_JJJJMMDD.csv" in reasons["sdd/indicaties.csv"][3]
    assert "acht cijfers" in reasons["zorgaanbieders/1234/verblijven_20180105.csv"][3]
    assert "acht cijfers" in reasons["zorgaanbieders/los.txt"][3]
    assert "vier cijfers" in reasons["corporaties/0123/woningen_20180105.xlsx"][3]
    assert len(reasons) == 5
    night.run()
    assert query("select count(*) from levering.bestanden") == [(5,)]


def test_one_bad_file_never_stops_another(night: Night, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (5, 6, 7):
        night.put(f"sdd/sdd_indicaties_2018010{day}.csv", sdd(day))
    original = take_in.READERS["csv"]

    def reader(data: bytes, contract: Any) -> Any:
        if BSNS[6].encode() in data:
            raise RuntimeError(f"mislukt op {data[-400:]!r}")
        return original(data, contract)

    monkeypatch.setitem(take_in.READERS, "csv", reader)
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geweigerd", "geaccepteerd"]
    ((reason,),) = query("select reden from levering.bestanden where status = 'geweigerd'")
    assert reason == "Het bestand kon niet worden verwerkt (RuntimeError)."


def test_rows_postgres_will_not_have_cost_one_file(
    night: Night, query: Query, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever slips through the conversion is refused by PostgreSQL, and no value shows up in reason or log."""
    for day in (5, 6, 7):
        night.put(f"sdd/sdd_indicaties_2018010{day}.csv", sdd(day))
    original = take_in.Converter.rows

    def rows(self: Any, levering_id: int, block: Any) -> Any:
        for row in original(self, levering_id, block):
            yield (row[0], BSNS[6] + "9" * 9, *row[2:]) if BSNS[6] in self.profile.bsns else row

    monkeypatch.setattr(take_in.Converter, "rows", rows)
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geweigerd", "geaccepteerd"]
    assert query("select count(*) from raw.sdd_indicaties") == [(2,)]
    assert BSNS[6] not in caplog.text
    assert query("select count(*) from levering.bestanden where reden like %s", f"%{BSNS[6]}%") == [(0,)]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (psycopg.OperationalError, ConnectionError),  # Airflow tries again
        (psycopg.InterfaceError, ConnectionError),
        (AssertionError, take_in.IntakeError),
    ],
)
def test_errors_that_leave_the_module_hold_no_values(
    night: Night, monkeypatch: pytest.MonkeyPatch, kind: type[Exception], told: type[Exception]
) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))

    def broken(*_: object) -> None:
        raise kind(f"verbinding verbroken bij rij {BSNS[1]}")

    monkeypatch.setattr(raw, "copy_rows", broken)
    with pytest.raises(told) as error:
        night.run()
    assert BSNS[1] not in str(error.value)
    assert error.value.__suppress_context__
    assert error.value.__cause__ is None


def test_a_crash_half_way_leaves_nothing_half(night: Night, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take_in, "BATCH_FILES", 2)
    for number in range(5):
        night.put(f"{FOLDER}/WMO305_20180105_{number}.xml", message("wmo305", number=str(number)))
    original, calls = raw.copy_rows, []

    def crashing(connection: psycopg.Connection, table: Any, rows: Any) -> None:
        original(connection, table, rows)
        calls.append(table)
        if len(calls) == 2:
            raise psycopg.OperationalError("stekker eruit")

    with monkeypatch.context() as patch:
        patch.setattr(raw, "copy_rows", crashing)
        with pytest.raises(ConnectionError):
            night.run("2018-02-01")
    assert len(fates(query)) == 2, "the first batch, and nothing of the second"
    assert query("select count(*) from raw.wmo305") == [(2,)]
    night.run("2018-02-01")
    assert query("select toewijzingnummer from raw.wmo305 order by 1") == [(str(n),) for n in range(5)]
    # The first night, begun again: still the first, so everything is known on its leverdatum.
    assert query("select distinct nacht from levering.bestanden") == [(date(2018, 1, 5),)]


def test_known_on_the_night_once_something_was_judged(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run("2018-01-10")
    query_update(query)
    night.put("sdd/sdd_indicaties_20180106.csv", sdd(1))
    night.run("2018-01-11")
    assert query(
        "select leverdatum, nacht, (bekend_op at time zone 'Europe/Amsterdam')::text from levering.bestanden order by 1"
    ) == [
        (date(2018, 1, 5), date(2018, 1, 5), "2018-01-05 06:00:00"),
        (date(2018, 1, 6), date(2018, 1, 11), "2018-01-11 06:00:00"),
    ]
    assert query("select leeg_grootboek from levering.nachten order by nacht_id") == [(True,), (False,)]


def query_update(query: Query) -> None:
    """As the judge does when a delivery is judged."""
    query("update levering.bestanden set beoordeeld_op = now() returning 1")


def test_large_files_are_streamed_and_otherwise_the_same(
    night: Night, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_in, "SMALL_FILE", 100)
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1, 2, 3))
    night.put("sdd/sdd_indicaties_20180106.csv", sdd(1) + '"open')
    night.run()
    assert [status for _, status in fates(query)] == ["geaccepteerd", "geweigerd"]
    assert query("select count(*), count(persoon_sleutel) from raw.sdd_indicaties") == [(3, 3)]


def test_an_unreadable_file_is_refused_and_read_once_it_can_be(night: Night, query: Query) -> None:
    path = night.root / "sdd" / "sdd_indicaties_20180105.csv"
    night.put("sdd/sdd_indicaties_20180106.csv", sdd(2))
    path.symlink_to(night.root / "nog-niet-er")
    night.run()
    assert fates(query) == [
        ("sdd_indicaties_20180105.csv", "geweigerd"),
        ("sdd_indicaties_20180106.csv", "geaccepteerd"),
    ]
    assert night.run() == []
    path.unlink()
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run()
    assert fates(query)[2:] == [("sdd_indicaties_20180105.csv", "geaccepteerd")]


def test_another_key_is_refused(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run()
    monkeypatch.setenv("DOORSTROOM_PSEUDONYM_KEY", "een-heel-andere-sleutel-van-minstens-32-tekens")
    with pytest.raises(ledger.SleutelGewijzigdError, match="DOORSTROOM_STATE"):
        night.run()


def test_a_missing_drop_says_what_to_do(night: Night, tmp_path: Path) -> None:
    with pytest.raises(DropError, match="DOORSTROOM_DROP"):
        take_in.begin_night("2018-01-01", str(tmp_path / "weg"))
    with pytest.raises(DropError, match="ftp://"):
        take_in.begin_night("2018-01-01", "ftp://host/drop")
    assert night.root.exists()


def test_the_ledger_keeps_no_password(night: Night, query: Query, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "sftp://naam:geheim@127.0.0.1:1/drop"
    with pytest.raises(DropError, match="DOORSTROOM_DROP"):
        take_in.begin_night("2018-01-01", url)
    monkeypatch.setenv("DOORSTROOM_DROP", url)
    with pytest.raises(DropError) as error:
        take_in.begin_night("2018-01-01", url)
    assert "geheim" not in str(error.value)
    assert night.run() == []
    assert query("select drop_url from levering.nachten") == [(str(night.root),)]


def test_holding_a_correction_lets_the_earlier_stand_again(night: Night, query: Query) -> None:
    for content in (sdd(1), sdd(1, 2), sdd(1, 2, 3)):
        night.put("sdd/sdd_indicaties_20180105.csv", content)
        night.run()
    with connect() as connection:
        connection.execute(
            "update levering.bestanden set status = 'aangehouden', rijen_geladen = 0, "
            "rijen_geweigerd = rijen_gelezen where levering_id = 3"
        )
        assert ledger.reinstate(connection, 3) == 2
    assert [status for _, status in fates(query)] == ["vervangen", "geaccepteerd", "aangehouden"]
    with connect() as connection:
        connection.execute(
            "update levering.bestanden set status = 'geaccepteerd', rijen_geladen = 3, rijen_geweigerd = 0 "
            "where levering_id = 3"
        )
        ledger.supersede(connection, [3])
    assert [status for _, status in fates(query)] == ["vervangen", "vervangen", "geaccepteerd"]


def test_a_new_column_in_a_contract_is_added_to_the_table(night: Night, query: Query) -> None:
    night.put("sdd/sdd_indicaties_20180105.csv", sdd(1))
    night.run()
    with connect() as connection:
        connection.execute("alter table raw.sdd_indicaties drop column grondslag")
    night.put(
        "sdd/sdd_indicaties_20180106.csv",
        table_text("sdd_indicaties", [{"indicatie_nummer": "1", "grondslag": "autisme"}]),
    )
    night.run()
    assert query("select grondslag from raw.sdd_indicaties order by levering_id") == [(None,), ("autisme",)]
    with connect() as connection:
        connection.execute("alter table raw.sdd_indicaties alter column herkomst_methode type text")
    with pytest.raises(raw.RawTableError, match="herkomst_methode"):
        night.run()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deliveries=st.lists(
        st.tuples(st.sampled_from(["sdd", "vggm", "xml", "zip"]), st.integers(1, 4), st.integers(1, 3)), max_size=8
    )
)
def test_running_twice_changes_nothing(night: Night, query: Query, deliveries: list[tuple[str, int, int]]) -> None:
    """Whatever is delivered over whatever was there: a second night the same day changes no row anywhere."""
    for kind, day, number in deliveries:
        stamp = f"2018010{day}"
        path, content = {
            "sdd": (f"sdd/sdd_indicaties_{stamp}.csv", sdd(number).encode()),
            "vggm": (f"vggm/vggm_aanmeldingen_{stamp}.csv", vggm(number).encode()),
            "xml": (f"{FOLDER}/WMO305_{stamp}_1.xml", message("wmo305", number=str(number)).encode()),
            "zip": (
                f"{FOLDER}/berichten_{stamp}_1.zip",
                zipped({f"WMO305_20180101_{n}.xml": message("wmo305", number=str(n)) for n in range(number)}),
            ),
        }[kind]
        night.put(path, content)
    night.run("2018-01-09")
    before = everything(query)
    assert night.run("2018-01-09") == []
    assert everything(query) == before
    standing = query(
        "select leverancier, feed, leverdatum, case when feed like 'wmo%%' or feed = 'berichten' then bestand end "
        "from levering.bestanden where status = 'geaccepteerd'"
    )
    assert len(standing) == len(set(standing)), "of each file one version stands"
    assert query(
        "select count(*) from levering.bestanden b where status in ('geaccepteerd', 'vervangen') and feed = 'wmo305' "
        "and rijen_gelezen <> (select count(*) from raw.wmo305 r where r.levering_id = b.levering_id)"
    ) == [(0,)]
