"""The judge: volume guard and release, the ledger, breaking off and starting again, and what it keeps silent."""

from __future__ import annotations

import io
import logging
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from expectations import judge as judge_module
from expectations.judge import JudgeError, NietAangehoudenError, _Judging, feeds_to_judge, judge, release
from expectations.suites import file_rules_of, rules_of, suites_of
from extracts.contract import load_contracts
from tests.expectations.deliveries import GOOD, NIGHT, deliver, person, prepare

JAN, FEB = date(2021, 1, 31), NIGHT


def _rows(feed: str, count: int) -> dict[str, list[dict[str, Any]]]:
    (table,) = load_contracts()[feed].tables
    key = next(name for name in table.key if name != "bsn")
    return {table.name: [{**GOOD[table.name], key: str(number)} for number in range(count)]}


def _locations(url: str, leverdatum: date, count: int, **kwargs: Any) -> int:
    return deliver(url, "locaties", leverdatum, _rows("locaties", count), **kwargs)


def _all(url: str, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query, values).fetchall()


def _status(url: str, levering_id: int) -> tuple[Any, ...]:
    (row,) = _all(
        url,
        "select status, rijen_gelezen, rijen_geladen, rijen_quarantaine, beoordeeld_op is not null "
        "from levering.bestanden where levering_id = %s",
        levering_id,
    )
    return row


# --- the volume guard -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "held"),
    [
        (25, 20, True),  # exactly 20% fewer
        (25, 21, False),
        (100, 80, True),
        (100, 81, False),
        (24, 1, False),  # too few to tell
        (24, 240, False),
        (25, 75, True),  # exactly three times
        (25, 74, False),
        (25, 0, True),
    ],
)
def test_a_snapshot_out_of_line_is_held(warehouse: str, before: int, now: int, held: bool) -> None:
    prepare(warehouse)
    first = _locations(warehouse, JAN, before)
    judge("locaties")
    second = _locations(warehouse, FEB, now)
    assert judge("locaties")["aangehouden"] == int(held)
    assert _status(warehouse, first) == ("geaccepteerd", before, before, 0, True)
    if not held:
        assert _status(warehouse, second) == ("geaccepteerd", now, now, 0, True)
        return
    assert _status(warehouse, second) == ("aangehouden", now, 0, 0, False)
    ((reason,),) = _all(warehouse, "select reden from levering.bestanden where levering_id = %s", second)
    assert f"{now} rijen tegen {before}" in reason
    assert "2021-01-31" in reason
    assert feeds_to_judge() == []
    assert _all(warehouse, "select regel_id, rij_nr, ernst from kwaliteit.bevinding") == [
        ("locaties.bestand.volume", None, "fout")
    ]
    assert _all(warehouse, "select nacht, afwijkingen from kwaliteit.validatie where not geslaagd") == [(NIGHT, 1)]
    assert _all(warehouse, "select count(*) from raw.locaties where levering_id = %s", second) == [(now,)]


def test_each_snapshot_is_compared_with_the_latest_accepted_of_an_earlier_date(warehouse: str) -> None:
    """In one night, in order of leverdatum whatever the order of arrival; a held one is not compared with."""
    prepare(warehouse)
    fourth = _locations(warehouse, date(2021, 1, 4), 33)
    third = _locations(warehouse, date(2021, 1, 3), 26)
    second = _locations(warehouse, date(2021, 1, 2), 32)
    first = _locations(warehouse, date(2021, 1, 1), 40)
    # 32 is 20% fewer than 40 and held; 26 is compared with 40 and held, though fewer by less than 20% than 32;
    # 33 is compared with 40 and counts.
    assert judge("locaties")["aangehouden"] == 2
    assert [_status(warehouse, i)[0] for i in (first, second, third, fourth)] == [
        "geaccepteerd",
        "aangehouden",
        "aangehouden",
        "geaccepteerd",
    ]


def test_suppliers_are_not_compared_with_one_another(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 100)
    _locations(warehouse, FEB, 30, leverancier="42424242")
    assert judge("locaties")["aangehouden"] == 0


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2)])
def test_the_same_snapshots_stand_in_whatever_order_and_night_they_arrive(
    warehouse: str, order: tuple[int, ...]
) -> None:
    """Of 40, 85, 60 and 130 rows the third falls too far, whatever came in first; the fourth follows on the second."""
    prepare(warehouse)
    rows, delivered = (40, 85, 60, 130), {}
    for which in order:
        delivered[which] = _locations(warehouse, date(2021, 1, which + 1), rows[which])
        judge("locaties")
    assert [_status(warehouse, delivered[which])[0] for which in range(4)] == [
        "geaccepteerd",
        "geaccepteerd",
        "aangehouden",
        "geaccepteerd",
    ]
    assert _status(warehouse, delivered[3]) == ("geaccepteerd", 130, 130, 0, True)
    assert _all(warehouse, "select levering_id from kwaliteit.bevinding") == [(delivered[2],)]


def test_a_released_snapshot_stays_released_when_an_earlier_one_comes_late(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, date(2021, 1, 1), 40)
    judge("locaties")
    odd = _locations(warehouse, FEB, 4)
    judge("locaties")
    ((bestand,),) = _all(warehouse, "select bestand from levering.bestanden where levering_id = %s", odd)
    release(bestand, "an")
    _locations(warehouse, date(2021, 1, 2), 41)
    judge("locaties")
    assert _status(warehouse, odd) == ("geaccepteerd", 4, 4, 0, True)


def test_a_first_snapshot_and_a_mutation_file_are_never_held(warehouse: str) -> None:
    prepare(warehouse)
    deliver(warehouse, "vggm_verblijven", JAN, _rows("vggm_verblijven", 60))
    deliver(warehouse, "vggm_verblijven", FEB, _rows("vggm_verblijven", 1))
    assert judge("vggm_verblijven")["aangehouden"] == 0


def test_a_workbook_is_held_when_one_of_its_sheets_is_out_of_line(warehouse: str) -> None:
    prepare(warehouse)

    def book(verhuringen: int, inschrijvingen: int) -> dict[str, list[dict[str, Any]]]:
        return {
            "verhuringen": [{**GOOD["verhuringen"], "contractnummer": str(n)} for n in range(verhuringen)],
            "inschrijvingen": [
                {**GOOD["inschrijvingen"], "persoon_sleutel": person(str(n))} for n in range(inschrijvingen)
            ],
        }

    deliver(warehouse, "woningen", date(2020, 12, 1), book(200, 30))
    deliver(warehouse, "woningen", date(2021, 1, 1), book(200, 25))
    odd = deliver(warehouse, "woningen", date(2021, 2, 1), book(210, 20))
    assert judge("woningen")["aangehouden"] == 1
    ((reason,),) = _all(warehouse, "select reden from levering.bestanden where levering_id = %s", odd)
    assert "werkblad Inschrijvingen 20 rijen tegen 25" in reason
    assert "Verhuringen" not in reason


def test_a_held_correction_leaves_what_it_would_replace_in_force(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 40)
    judge("locaties")
    standing = _locations(warehouse, FEB, 41)
    judge("locaties")
    correction = _locations(warehouse, FEB, 4, volgnr=2)
    assert _status(warehouse, standing)[0] == "vervangen"
    judge("locaties")
    assert _status(warehouse, standing) == ("geaccepteerd", 41, 41, 0, True)
    assert _status(warehouse, correction)[0] == "aangehouden"

    ((bestand,),) = _all(warehouse, "select bestand from levering.bestanden where levering_id = %s", correction)
    assert release(bestand, "an")["rijen"] == 4
    assert _status(warehouse, correction) == ("geaccepteerd", 4, 4, 0, True)
    assert _status(warehouse, standing)[0] == "vervangen"


def test_what_stands_again_in_the_same_night_is_judged_too(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 40)
    never_judged = _locations(warehouse, FEB, 39)
    _locations(warehouse, FEB, 4, volgnr=2)
    result = judge("locaties")
    assert (result["aangehouden"], result["leveringen"]) == (1, 2)
    assert _status(warehouse, never_judged) == ("geaccepteerd", 39, 39, 0, True)


def test_thresholds_are_the_contract_s_own(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(warehouse)
    properties = load_contracts()["locaties"].properties
    for name, value in {"volumeMinimum": 10, "volumeMinderProcent": 50, "volumeMeerFactor": 2}.items():
        monkeypatch.setitem(properties, name, value)
    _locations(warehouse, date(2021, 1, 1), 10)
    halved = _locations(warehouse, date(2021, 1, 2), 5)
    fine = _locations(warehouse, date(2021, 1, 3), 6)
    of_nine = _locations(warehouse, date(2021, 1, 4), 10)
    doubled = _locations(warehouse, date(2021, 1, 5), 20)
    judge("locaties")
    assert [_status(warehouse, i)[0] for i in (halved, fine, of_nine, doubled)] == [
        "aangehouden",
        "geaccepteerd",
        "geaccepteerd",
        "aangehouden",
    ]


# --- release --------------------------------------------------------------------------------------------------------


def test_a_released_file_is_judged_and_counts(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 40)
    rows = _rows("locaties", 5)
    rows["locaties"][0]["geldig_van"] = None
    held = deliver(warehouse, "locaties", FEB, rows)
    judge("locaties")
    ((bestand,),) = _all(warehouse, "select bestand from levering.bestanden where levering_id = %s", held)

    result = release(bestand, "an")

    assert (result["bestand"], result["rijen"], result["quarantaine"]) == (bestand, 5, 1)
    assert _status(warehouse, held) == ("geaccepteerd", 5, 4, 1, True)
    ((reason,),) = _all(warehouse, "select reden from levering.bestanden where levering_id = %s", held)
    assert reason.endswith("Vrijgegeven.")
    # From now on it is what the next one is compared with.
    _locations(warehouse, date(2021, 2, 2), 5)
    assert judge("locaties")["aangehouden"] == 0


def test_only_a_held_file_can_be_released(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 3)
    judge("locaties")
    with pytest.raises(NietAangehoudenError, match="geen aangehouden bestand"):
        release("41414141/locaties_20210131_1", "an")


# --- the ledger and starting again ----------------------------------------------------------------------------------


def test_rows_read_are_rows_loaded_and_rows_in_quarantine_per_file(warehouse: str) -> None:
    prepare(warehouse)
    good, bad = GOOD["wmo305"], {**GOOD["wmo305"], "begindatum": None, "productcode": "99999"}
    ids = [
        deliver(warehouse, "wmo305", NIGHT, {"wmo305": rows}, volgnr=number)
        for number, rows in enumerate([[good], [bad], [good, bad, bad], []])
    ]
    result = judge("wmo305")
    assert (result["leveringen"], result["rijen"], result["quarantaine"]) == (4, 5, 3)
    assert [_status(warehouse, i)[1:4] for i in ids] == [(1, 1, 0), (1, 0, 1), (3, 1, 2), (0, 0, 0)]
    # Two rules broken by one row: two findings, one row in quarantine, named with its file.
    found = _all(warehouse, "select bestand, leverancier, feed, rij_nr, regel_id from kwaliteit.quarantaine")
    assert len(found) == 6
    assert ("41414141/wmo305_20210201_2", "41414141", "wmo305", 3, "wmo305.begindatum.ontbreekt") in found


def test_the_night_s_overview_adds_up(warehouse: str) -> None:
    prepare(warehouse)
    deliver(
        warehouse,
        "wmo305",
        NIGHT,
        {"wmo305": [GOOD["wmo305"], {**GOOD["wmo305"], "toewijzingnummer": "2", "ontvanger": "1"}]},
    )
    deliver(warehouse, "wmo305", NIGHT, {"wmo305": [{**GOOD["wmo305"], "begindatum": None}]}, volgnr=2)
    judge("wmo305")
    rows = _all(
        warehouse,
        "select leverancier, feed, geaccepteerd, rijen_gelezen, rijen_geladen, rijen_quarantaine, blokkerend, fout, "
        "signaal from kwaliteit.overzicht",
    )
    assert rows == [("41414141", "wmo305", 2, 3, 2, 1, 1, 1, 0)]


def test_judged_deliveries_are_not_judged_again(warehouse: str) -> None:
    prepare(warehouse)
    _locations(warehouse, JAN, 3)
    assert feeds_to_judge() == ["locaties"]
    assert feeds_to_judge("zorgaanbieders") == ["locaties"]
    assert feeds_to_judge("sdd") == []
    judge("locaties")
    before = _all(warehouse, "select * from levering.bestanden")
    assert judge("locaties")["leveringen"] == 0
    assert _all(warehouse, "select * from levering.bestanden") == before
    assert feeds_to_judge() == []


def test_broken_off_before_the_end_it_starts_over_with_the_same_outcome(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(warehouse)
    rows = _rows("locaties", 4)
    rows["locaties"][1]["geldig_van"] = None
    levering_id = deliver(warehouse, "locaties", JAN, rows)

    def break_off(_: _Judging) -> tuple[int, int]:
        raise RuntimeError("stroom weg")

    with monkeypatch.context() as patched:
        patched.setattr(_Judging, "_settle", break_off)
        with pytest.raises(JudgeError, match="RuntimeError"):
            judge("locaties")
    assert _status(warehouse, levering_id) == ("geaccepteerd", 4, 4, 0, False)
    assert _all(warehouse, "select * from kwaliteit.bevinding") == []
    assert _all(warehouse, "select * from kwaliteit.validatie") == []

    for _ in range(2):
        judge("locaties")
        assert _status(warehouse, levering_id) == ("geaccepteerd", 4, 3, 1, True)
        assert _all(warehouse, "select levering_id, rij_nr, regel_id from kwaliteit.bevinding") == [
            (levering_id, 3, "locaties.geldig_van.ontbreekt")
        ]
        # One result per rule, also after the second, idle call.
        judged = {rule.rule_id for rule in (*rules_of("locaties"), *file_rules_of("locaties"))}
        results = _all(warehouse, "select regel_id, count(*) from kwaliteit.validatie group by regel_id")
        assert dict(results) == dict.fromkeys(judged, 1)
    assert _all(warehouse, "select * from kwaliteit.partij") == []
    assert _all(
        warehouse, "select table_name from information_schema.views where table_schema = 'kwaliteit' order by 1"
    ) == [("overzicht",), ("quarantaine",), ("score",)]


def test_a_rule_that_cannot_be_judged_stops_the_feed_without_a_value(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(warehouse)
    rows = _rows("locaties", 1)
    rows["locaties"][0]["naam"] = "Geheime Gang"
    deliver(warehouse, "locaties", JAN, rows)
    broken = "select levering_id, rij_nr from {batch} where naam::int > 1"
    (rule,) = [rule for rule in rules_of("locaties") if rule.rule_id == "locaties.plaatsen.negatief"]
    monkeypatch.setitem(rule.kwargs, "unexpected_rows_query", broken)
    with pytest.raises(JudgeError) as caught:
        judge("locaties")
    assert "Geheime" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


# --- Great Expectations and the queries say the same ----------------------------------------------------------------


@pytest.mark.parametrize("feed", load_contracts())
def test_the_rows_found_are_the_rows_great_expectations_counts(warehouse: str, feed: str) -> None:
    """With values empty, wrong and odd in many places, both count the same for every native expectation."""
    prepare(warehouse)
    rows: dict[str, list[dict[str, Any]]] = {}
    for table in load_contracts()[feed].tables:
        good = GOOD[table.name]
        odd = {
            column: {str: "?", int: -5, date: date(1899, 1, 1)}.get(type(value), value)
            for column, value in good.items()
        }
        defects = " ".join(
            f"{kind}:{column.name}" for column in table.stored_columns for kind in ("datum", "getal", "tijd")
        )
        rows[table.name] = [
            good,
            {"gebreken": f"{defects} bsn:elfproef bsn:voorloopnul formule:x privacy:y"},
            *({**good, column: None} for column in good),
            *({**good, column: odd[column]} for column in good),
        ]
    levering_id = deliver(warehouse, feed, NIGHT, rows)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        judge_module.schema.prepare(connection)
        judging = _Judging(connection, load_contracts()[feed], [levering_id])
        judging._open()
        counted: dict[str, int] = {}
        with judge_module._great_expectations() as datasource:
            for (table_name, scope), suite in suites_of(feed).items():
                asset = datasource.add_table_asset(name=scope + table_name, table_name=f"partij_{table_name}_{scope}")
                batch = asset.add_batch_definition_whole_table("alles").get_batch()
                for result in batch.validate(suite, result_format="SUMMARY").results:
                    assert result.exception_info["raised_exception"] is False
                    counted[result.expectation_config.meta["regel_id"]] = result.result.get("unexpected_count")
        for rule in rules_of(feed):
            query = rule.offenders(sql.Identifier("kwaliteit", f"partij_{rule.table}_{rule.scope}"))
            found = connection.execute(sql.SQL("select count(*) from ({}) as rijen").format(query)).fetchone()
            if rule.expectation != "unexpected_rows_expectation":
                assert found == (counted[rule.rule_id],), rule.rule_id
        judging._close()


# --- silence --------------------------------------------------------------------------------------------------------


def test_no_value_of_a_row_is_kept_or_logged(warehouse: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Recognisable values in rows that break many rules: none in schema kwaliteit, the log, the output or results."""
    prepare(warehouse)
    planted = "Zeldzaam7"
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    results = []
    try:
        for feed, contract in load_contracts().items():
            rows = {}
            for table in contract.tables:
                marked = {
                    column.name: f"{planted}{column.name}"
                    for column in table.stored_columns
                    if column.logical_type == "string"
                }
                dates = {
                    column.name: date(1913, 3, 13) for column in table.stored_columns if column.logical_type == "date"
                }
                rows[table.name] = [{**GOOD[table.name], **marked}, {**GOOD[table.name], **marked, **dates}]
            deliver(warehouse, feed, NIGHT, rows)
            results.append(judge(feed))
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    assert sum(result["blokkerend"] + result["fout"] for result in results) > 100
    output = capfd.readouterr()
    heard = stream.getvalue() + output.out + output.err + repr(results)
    with psycopg.connect(warehouse) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('kwaliteit', 'levering')"
        ).fetchall()
        assert len(tables) >= 8
        for schema, name in tables:
            query = sql.SQL("select coalesce(string_agg(t::text, ' '), '') from {} as t")
            (text,) = connection.execute(query.format(sql.Identifier(schema, name))).fetchone() or ("",)
            assert planted not in text
            assert "1913-03-13" not in text
    for value in (planted, "1913", person("an")):
        assert value not in heard
