"""The quality report against three weeks of planted mistakes: its counts are the truth, nothing personal is in it."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from openpyxl import load_workbook

from doorstroom.warehouse import connect
from reports import findings
from reports.findings import Moments, Scope
from reports.quality import Library, write_reports
from tests.expectations.deliveries import person
from tests.reports.story import BOTH, FORMULA, HOUSE, MONDAYS, NIGHTS, RECORDS, SDD, Story

SUPPLIERS = (SDD, HOUSE, BOTH)
COUNTS = ("nieuw", "opgelost", "teruggekeerd", "open")


def text_of(path: Path) -> str:
    """Return what a page says, without tags and style."""
    source = re.sub(r"<style>.*?</style>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", source))


@pytest.mark.parametrize("week", range(3))
@pytest.mark.parametrize("supplier", SUPPLIERS)
def test_new_solved_and_returned_are_what_was_planted(story: Story, supplier: str, week: int) -> None:
    """As each Monday's run said it, and as the same week is told afterwards."""
    monday, before = MONDAYS[week], MONDAYS[week - 1] if week else None
    truth = story.truth(supplier, monday, before)
    (sent,) = (row for row in story.sent[monday] if row["code"] == supplier)
    assert {key: sent[key] for key in COUNTS} == {key: truth[key] for key in COUNTS}
    with connect() as connection:
        told = findings.totals(connection, Scope.of([supplier]), Moments(monday, before))
        per_rule = findings.per_rule(connection, Scope.of([supplier]), Moments(monday, before))
    assert {key: told[key] for key in truth} == truth
    for row in per_rule:
        rule = story.truth(supplier, monday, before, row["regel_id"])
        assert {key: row[key] for key in rule} == rule
    assert sum(row["open"] for row in per_rule) == truth["open"]


def test_every_kind_of_change_occurs_in_the_story(story: Story) -> None:
    seen = dict.fromkeys((*COUNTS, "kort"), 0)
    for week in (1, 2):
        for supplier in SUPPLIERS:
            for key, count in story.truth(supplier, MONDAYS[week], MONDAYS[week - 1]).items():
                seen[key] += count
    assert all(seen.values()), seen


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("since", range(4))
def test_what_stood_plus_what_came_minus_what_went_is_what_stands(since: int) -> None:
    with connect() as connection:
        scope = Scope.of(SUPPLIERS)
        before = findings.totals(connection, scope, Moments(NIGHTS[since]))
        now = findings.totals(connection, scope, Moments(NIGHTS[-1], NIGHTS[since]))
    assert before["open"] + now["nieuw"] + now["teruggekeerd"] - now["opgelost"] == now["open"]


def test_the_pages_say_these_counts(story: Story, tmp_path: Path) -> None:
    write_reports(tmp_path)
    for supplier in SUPPLIERS:
        truth = story.truth(supplier, MONDAYS[2], MONDAYS[1])
        text = text_of(tmp_path / f"leverancier_{supplier}.html")
        tiles = re.search(r"nieuw (\d+).*? opgelost (\d+).*? teruggekeerd (\d+).*? nu open (\d+)", text)
        assert tiles, supplier
        assert [int(count) for count in tiles.groups()] == [truth[key] for key in COUNTS]
    total = {key: sum(story.truth(s, MONDAYS[2], MONDAYS[1])[key] for s in SUPPLIERS) for key in COUNTS}
    tiles = re.search(
        r"nieuw (\d+).*? opgelost (\d+).*? teruggekeerd (\d+).*? nu open (\d+)", text_of(tmp_path / "regio_DAV.html")
    )
    assert tiles
    assert [int(count) for count in tiles.groups()] == list(total.values())


@pytest.mark.usefixtures("story")
def test_what_changed_is_the_first_thing_on_the_page(tmp_path: Path) -> None:
    for path in write_reports(tmp_path)[1:]:
        titles = re.findall(r"<h2[^>]*>(.*?)</h2>", path.read_text(encoding="utf-8"))
        assert titles[0] == "Sinds vorige keer", path.name
        assert titles[1:3] == ["Leveringen", "Scores"], path.name


@pytest.mark.usefixtures("story")
def test_headings_are_in_order_and_tables_have_captions(tmp_path: Path) -> None:
    for path in write_reports(tmp_path):
        source = path.read_text(encoding="utf-8")
        levels = [int(level) for level in re.findall(r"<h(\d)", source)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name
        assert source.count("<table") == source.count("<caption")
        ids = re.findall(r' id="([^"]+)"', source)
        assert len(ids) == len(set(ids)), path.name


def test_every_open_finding_says_how_to_mend_it(story: Story, tmp_path: Path) -> None:
    write_reports(tmp_path)
    with connect() as connection:
        fixes = connection.execute("select regel_id, herstel, omschrijving from kwaliteit.regel").fetchall()
    known = {rule: (fix, wrong) for rule, fix, wrong in fixes}
    text = text_of(tmp_path / f"leverancier_{SDD}.html")
    for rule in {rule for rule, _ in story.standing(SDD)}:
        fix, wrong = known[rule]
        assert fix
        assert fix in text
        assert wrong in text


def test_the_workbook_lists_each_finding_by_the_suppliers_own_number(story: Story, tmp_path: Path) -> None:
    write_reports(tmp_path)
    book = load_workbook(tmp_path / f"bevindingen_{SDD}.xlsx")
    sheet = book["Bevindingen"]
    header, *lines = sheet.iter_rows(values_only=True)
    titles = "Regel, Ernst, Wat is er mis, Herstel, Feed, Bestand, Rij, Record, Status, Eerst gezien, Kenmerk"
    assert ", ".join(map(str, header)) == titles
    assert sorted((line[0], line[7]) for line in lines) == sorted(story.standing(SDD))
    for line in lines:
        assert line[1] in {"blokkerend", "fout", "signaal"}
        assert line[2]
        assert line[3]
        assert line[4] == "sdd_indicaties"
        assert line[5] == "sdd/sdd_indicaties_20210201_1"
        assert line[8] in {"nieuw", "open", "teruggekeerd"}
        # the file's row holds that record: row 2 is the first under the header
        number = 0 if line[7] == FORMULA else int(line[7].rsplit("-", 1)[1])
        assert line[6] == number + 2
    statuses = [line[8] for line in lines]
    truth = story.truth(SDD, MONDAYS[2], MONDAYS[1])
    assert (statuses.count("nieuw"), statuses.count("teruggekeerd")) == (truth["nieuw"], truth["teruggekeerd"])
    solved = list(book["Opgelost"].iter_rows(min_row=2, values_only=True))
    assert len(solved) == truth["opgelost"]


@pytest.mark.usefixtures("story")
def test_a_record_number_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    write_reports(tmp_path)
    sheet = load_workbook(tmp_path / f"bevindingen_{SDD}.xlsx")["Bevindingen"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:K{sheet.max_row}"
    assert all(sheet.column_dimensions[letter].width >= 8 for letter in "ABCDEFGHIJ")


def elfproef(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0


@pytest.mark.usefixtures("story")
def test_nothing_personal_is_in_what_is_sent(tmp_path: Path) -> None:
    """No pseudonym, no birth date and nothing that could be a BSN, in pages and workbooks alike."""
    write_reports(tmp_path)
    people = {person(f"{supplier}{number}") for supplier in SUPPLIERS for number in range(RECORDS[supplier])}
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        if path.suffix == ".xlsx":
            book = load_workbook(path)
            told = " ".join(
                str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
            )
        else:
            told = path.read_text(encoding="utf-8")
        assert not any(key in told for key in people), path.name
        assert "1985" not in told, path.name
        assert not [run for run in re.findall(r"(?<![\d.])\d{9}(?![\d.])", told) if elfproef(run)], path.name


@pytest.mark.usefixtures("story")
def test_few_clients_are_not_counted_out_to_others(tmp_path: Path) -> None:
    """BOTH has three findings of three clients: its own page counts them, the page of its second regio does not."""
    write_reports(tmp_path)
    own = text_of(tmp_path / f"leverancier_{BOTH}.html").split("Gevolgen voor de cijfers")[-1]
    assert re.search(r" 3 3 ", own)
    others = text_of(tmp_path / "regio_CG.html").split("Gevolgen voor de cijfers")[-1]
    assert re.search(r" minder dan 5 minder dan 5 ", others)
    assert not re.search(r" [1-4] ", others)


def test_a_client_counts_once_per_mart_whatever_is_wrong_with_it(story: Story) -> None:
    with connect() as connection:
        effect = {mart["mart"]: mart for mart in findings.effect(connection, Scope.of([SDD]), Moments(NIGHTS[-1]))}
        rules = dict(connection.execute("select regel_id, raakt from kwaliteit.regel").fetchall())
    assert effect
    for mart, row in effect.items():
        touching = {(rule, record) for rule, record in story.standing(SDD) if mart in rules[rule].split()}
        assert row["meldingen"] == len(touching)
        assert row["clienten"] == len({record for _, record in touching})
        assert not row["minstens"]


def test_a_supplier_in_two_regios_is_in_both_reports(story: Story) -> None:
    with connect() as connection:
        library = Library(connection)
        assert BOTH in {supplier.code for supplier in library.of_region("DAV")}
        assert BOTH in {supplier.code for supplier in library.of_region("CG")}
        assert SDD not in {supplier.code for supplier in library.of_region("CG")}
        dav = findings.totals(connection, library.scope("DAV"), Moments(NIGHTS[-1]))["open"]
        cg = findings.totals(connection, library.scope("CG"), Moments(NIGHTS[-1]))["open"]
    assert dav == sum(len(story.standing(supplier)) for supplier in SUPPLIERS)
    assert cg == len(story.standing(BOTH))


@pytest.mark.usefixtures("story")
def test_scores_have_a_trend_of_twelve_weeks_and_say_what_does_not_apply(tmp_path: Path) -> None:
    with connect() as connection:
        scores = findings.scores(connection, Scope.of([SDD]), Moments(NIGHTS[-1]))
        stored = connection.execute(
            "select week, dimensie, score from kwaliteit.score where leverancier = %s and feed = 'sdd_indicaties'",
            [SDD],
        ).fetchall()
    assert stored
    for week, dimension, score in stored:
        told = scores[dimension].get(week)
        assert told == (None if score is None else pytest.approx(float(score), abs=0.1))
    write_reports(tmp_path)
    source = (tmp_path / f"leverancier_{SDD}.html").read_text(encoding="utf-8")
    assert source.count('<svg viewBox="') == 5
    assert source.count('role="img"') == 5
    geldig = re.search(r"Cijfers van geldig</summary>(.*?)</details>", source, re.DOTALL)
    assert geldig
    assert geldig[1].count('<tr role="row"><th role="rowheader"') == 12
    assert geldig[1].count("n.v.t.") == 9, "three of the twelve weeks have a night"


def test_a_held_file_says_what_to_do(story: Story, tmp_path: Path) -> None:
    with psycopg.connect(story.url) as connection:
        connection.execute(
            "insert into levering.bestanden "
            "(bestand, soort_leverancier, leverancier, feed, sha256, leverdatum, status, "
            "rijen_gelezen, rijen_geweigerd, reden, nacht, bekend_op) values ('sdd/groot.csv', 'sdd', 'sdd', "
            "'sdd_wachtlijst', 'x', '2021-02-01', 'aangehouden', 10, 10, 'Veel minder rijen.', '2021-02-01', now())"
        )
    try:
        write_reports(tmp_path)
    finally:
        with psycopg.connect(story.url) as connection:
            connection.execute("delete from levering.bestanden where bestand = 'sdd/groot.csv'")
    coordinator, supplier = text_of(tmp_path / "regio_DAV.html"), text_of(tmp_path / "leverancier_sdd.html")
    assert "make vrijgeven BESTAND=sdd/groot.csv" in coordinator
    assert "make vrijgeven" not in supplier
    assert "Laat uw coördinator weten of het aangehouden bestand klopt." in supplier
    assert "1 bestand aangehouden" in coordinator
    assert "sdd/groot.csv" not in text_of(tmp_path / "regio_CG.html")


def test_a_report_before_any_night_was_finished_says_so(warehouse: str, tmp_path: Path) -> None:
    from tests.expectations.deliveries import prepare  # noqa: PLC0415 - an own warehouse

    prepare(warehouse, date(2021, 2, 1))
    with psycopg.connect(warehouse) as connection:
        connection.execute(
            "insert into levering.bestanden "
            "(bestand, soort_leverancier, leverancier, feed, sha256, leverdatum, status, "
            "nacht, bekend_op) values ('sdd/a.csv', 'sdd', 'sdd', 'sdd_indicaties', 'x', '2021-02-01', 'geweigerd', "
            "'2021-02-01', now())"
        )
    write_reports(tmp_path)
    assert "Nog niet beoordeeld." in text_of(tmp_path / "leverancier_sdd.html")
