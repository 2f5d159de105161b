"""The oracle's own checks: identities that hold for any drop, files as the XSDs want them, and the comparison."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from lxml import etree
from psycopg import sql

from tests.oracle.basics import Mart, gemeente_table
from tests.oracle.compare import compare, compare_marts
from tests.oracle.lives import GAP, world_of
from tests.oracle.oracle import MARTS, compute
from tests.oracle.small_lives import Drop, drops, message_xml, random_drop, write_drop

try:
    gemeente_table()
except FileNotFoundError:
    pytest.skip("no gemeente table: neither the project's seed nor the national table 33", allow_module_level=True)

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
#: About deliveries, their quality and what was published before.
NOT_OF_LIVES = {"mart_actualiteit", "mart_datakwaliteit", "mart_revisies"}
SCHEMAS = Path(__file__).resolve().parents[3] / "shared/iwmo"
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def check_identities(folder: Path, datum: date) -> None:
    """Settled 7 and D.8: flows close to the person, stand adds up over places, days are days with one placement."""
    marts = compute(folder, datum)
    for name in ("mart_stroombalans", "mart_wachtlijst"):
        assert all(row["verschil"] == 0 for row in marts[name].values())
    stand: Counter[tuple] = Counter()
    for key, row in marts["mart_bezetting"].items():
        stand[key[:7]] += row["stand_eind"]  # type: ignore[operator]
        assert 0 < row["unieke_clienten"] <= row["clientdagen"] or row["clientdagen"] == 0  # type: ignore[operator]
    balance = {key: row["stand_eind"] for key, row in marts["mart_stroombalans"].items() if row["stand_eind"]}
    assert {key: value for key, value in stand.items() if value} == balance
    for name, measures in (
        ("mart_instroom", ("aantal",)),
        ("mart_uitstroom", ("aantal",)),
        ("mart_bezetting", ("stand_eind", "clientdagen")),
        ("mart_stroombalans", ("instroom", "uitstroom", "stand_eind")),
    ):
        for measure in measures:
            # Both ways of looking at a gemeente count the same persons.
            totals: dict[str, Counter[tuple]] = {"herkomst": Counter(), "verblijf": Counter()}
            for key, row in marts[name].items():
                totals[key[1]][(key[0], *key[3:7])] += row[measure]  # type: ignore[operator]
            assert +totals["herkomst"] == +totals["verblijf"], (name, measure)
    _check_derived(marts)
    lives = world_of((datum, folder)).lives
    nights: Counter[tuple] = Counter()
    for life in lives:
        for (region, domain, basis), segments in life.segments.items():
            days = [s.first + timedelta(days=n) for s in segments for n in range((s.last - s.first).days + 1)]
            assert len(days) == len(set(days))  # one main placement a day
            nights[(region, domain, basis)] += sum(1 for day in days if day < life.horizon)
    counted: Counter[tuple] = Counter()
    for key, row in marts["mart_bezetting"].items():
        if key[1] == "verblijf" and key[5] in ("A", "-"):
            counted[(key[0], key[4], key[6])] += row["clientdagen"]  # type: ignore[operator]
    assert counted == nights


def _check_derived(marts: dict[str, Mart]) -> None:
    """Tests 7, 8 and 18 of the definitions, and the sensitivity at the norm is the balance."""
    shares: Counter[tuple] = Counter()
    changes: Counter[tuple] = Counter()
    for key, row in marts["mart_verdeelmodel"].items():
        shares[key[:2]] += row["aandeel"]  # type: ignore[operator]
        changes[key[:2]] += row["verschil_historisch"]  # type: ignore[operator]
    assert all(abs(share - 1) < Decimal("1e-9") for share in shares.values())
    assert not any(changes.values())
    stand: Counter[tuple] = Counter()
    flows: Counter[tuple] = Counter()
    for key, row in marts["mart_stroombalans"].items():
        if key[1] == "herkomst":
            stand[(key[0], *key[3:])] += row["stand_eind"]  # type: ignore[operator]
            for measure in ("instroom", "uitstroom", "stand_eind"):
                flows[(key[0], *key[3:], measure)] += row[measure]  # type: ignore[operator]
    matrix: Counter[tuple] = Counter()
    for key, row in marts["mart_herkomst_verblijf"].items():
        matrix[key[:5]] += row["personen"]  # type: ignore[operator]
    assert +matrix == +stand
    forms = marts["mart_leveringsvorm"]
    assert all(row["totaal"] == row["zin"] + row["pgb"] - row["beide"] + row["onbekend"] for row in forms.values())  # type: ignore[operator]
    assert {key: row["totaal"] for key, row in forms.items()} == {
        (region, month, perimeter, basis): persons
        for (region, month, domain, perimeter, basis), persons in (+stand).items()
        if domain == "BW"
    }
    norm = {
        (*key[1:], m): n for key, row in marts["mart_gevoeligheid"].items() if key[0] == GAP for m, n in row.items()
    }
    assert {key: n for key, n in norm.items() if n} == +flows


@given(made=drops())
@quick
def test_identities_hold_for_any_small_drop(made: tuple[Drop, Random]) -> None:
    with TemporaryDirectory() as folder:
        write_drop(made[0], Path(folder), made[1])
        check_identities(Path(folder), made[0].datum)


def test_identities_hold_for_a_hundred_lives(tmp_path: Path) -> None:
    drop = random_drop(20, 100, tmp_path)
    check_identities(tmp_path, drop.datum)


def test_the_same_seed_gives_the_same_drop(tmp_path: Path) -> None:
    for name in ("one", "two"):
        random_drop(5, 10, tmp_path / name)
    files = {
        name: {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.csv")}
        for name in ("one", "two")
    }
    assert files["one"] == files["two"]
    assert compute(tmp_path / "one", date(2019, 1, 1)) == compute(tmp_path / "two", date(2019, 1, 1))


def test_every_awkward_case_occurs_in_a_large_drop(tmp_path: Path) -> None:
    cases: Counter[str] = Counter()
    for seed in range(3):
        cases += random_drop(seed, 150, tmp_path / str(seed)).cases
    wanted = {f"Q-02 gap {gap}" for gap in (0, 1, 27, 28, 29, 91, 92)} | {
        "D.14 series of nazorg",
        "D.6 a wait without its indicatie",
        "D.6 belangstellende without care",
        "D.6 besluit without a date",
        "D.6 first day or last day corrected",
        "D.6 shown before its first day",
        "D.6 status change",
        "D.6 still waiting",
        "D.7 lease by birth date of who left the opvang",
        "D.7 lease without a BSN",
        "E40 wait withdrawn from the list",
        "Q-01 same-day switch",
        "Q-04 overlap",
        "Q-05 BW and MO in one life",
        "Q-08 a stay that runs on after death",
        "Q-08 death, tails after it stay",
        "Q-10 move of location within a placement",
        "Q-13 product list of 1 May 2018",
        "Q-14 years with the heaviest product",
        "Q-15 code of a merged gemeente",
        "Q-17 indicatie renumbered",
        "Q-18 over a year boundary",
        "Q-19 toewijzing without a start",
        "Q-21 no 307",
        "Q-21 open end",
        "Q-22 born on 29 February",
        "Q-23 no BSN",
        "Q-25 herkomst 0000",
        "Q-27 child",
        "PGB",
        "status 3: 305 cancelled",
        "status 3: 305 cancelled and sent again",
        "status 3: 307 cancelled",
        "snapshot held by the volume guard",
        "VGGM row removed (V)",
        "eviction",
        "rows that break a blocking rule",
    }
    assert wanted - set(cases) == set()


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the XSDs of the standard are not beside the project")
@pytest.mark.parametrize("version", ["2.1", "3.2"])
@pytest.mark.parametrize("kind", ["301", "305", "307"])
def test_messages_are_valid_against_the_standard(kind: str, version: str) -> None:
    record = {
        "supplier": "41000001",
        "gemeente": "0505",
        "delivered": "2018-01-01",
        "bsn": "999900006",
        "birth": "1980-01-01",
        "number": "77",
        "code": "15A00",
        "begin": "2018-01-01",
        "end": "2018-02-01",
        "reason": "19" if kind == "307" else "",
        "status": "1",
        "granted": datetime(2018, 1, 1, 12),  # noqa: DTZ001
    }
    schema = etree.XMLSchema(etree.parse(SCHEMAS / version.replace(".", "_") / f"WMO{kind}.xsd"))
    schema.assertValid(etree.fromstring(message_xml(kind, version, [record], "B1")))


#: Columns that are not text when key, nor numeric when measure.
TYPES = {"van_buiten_regio": "boolean"}
TYPES |= dict.fromkeys(("status", "tarief_status", "capaciteit_status", "alfa_bron", "regio"), "text")
TYPES |= dict.fromkeys(("maand", "cohortmaand", "cohort_peildatum", "tot_en_met"), "date")
TYPES |= dict.fromkeys(("jaar", "cohortjaar", "jaren", "leeftijd", "hiaat_dagen", "venster"), "integer")


def load(connection: psycopg.Connection, marts: dict[str, Mart]) -> None:
    """Put marts in a database, as the warehouse holds them."""
    connection.execute("create schema if not exists marts")
    for mart, rows in marts.items():
        keys, measures = MARTS[mart]
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(
                sql.Identifier(name), sql.SQL(TYPES.get(name, "text" if name in keys else "numeric"))
            )
            for name in (*keys, *measures)
        )
        connection.execute(sql.SQL("create table {} ({})").format(sql.Identifier("marts", mart), columns))
        marks = sql.SQL(", ").join([sql.Placeholder()] * (len(keys) + len(measures)))
        insert = sql.SQL("insert into {} values ({})").format(sql.Identifier("marts", mart), marks)
        with connection.cursor() as cursor:
            cursor.executemany(insert, [(*key, *(row[m] for m in measures)) for key, row in rows.items()])


def test_every_column_of_every_mart_of_lives_is_compared() -> None:
    declared = {
        model["name"]: {column["name"] for column in model["columns"]}
        for path in sorted((DBT_PROJECT / "models/marts").glob("*.yml"))
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        if model["name"].startswith("mart_")
    }
    compared = {mart: {*keys, *measures, "bijgewerkt_tot"} for mart, (keys, measures) in MARTS.items()}
    assert declared.keys() - compared.keys() == NOT_OF_LIVES
    assert {mart: columns for mart, columns in declared.items() if mart not in NOT_OF_LIVES} == compared


def test_compare_finds_each_differing_cell(tmp_path: Path, warehouse: str) -> None:
    drop = random_drop(2, 12, tmp_path)
    marts = compute(tmp_path, drop.datum)
    with psycopg.connect(warehouse) as connection:
        load(connection, marts)
        assert compare(marts, connection) == []
        for mart, rows in marts.items():
            filled = [key for key, row in rows.items() if any(row.values())]
            if not filled:
                continue
            keys, measures = MARTS[mart]
            where = sql.SQL(" and ").join(
                sql.SQL("{} is not distinct from {}").format(sql.Identifier(name), sql.Placeholder()) for name in keys
            )
            numbers = [name for name in measures if name not in TYPES]
            changed = numbers[-1] if mart != "mart_bezetting_jaar" else "zorgjaren"
            with connection.transaction() as planted:
                connection.execute(
                    sql.SQL("update {} set {c} = coalesce({c}, 0) + 1 where {w}").format(
                        sql.Identifier("marts", mart), c=sql.Identifier(changed), w=where
                    ),
                    filled[0],
                )
                found = compare({mart: rows}, connection)
                assert [(d.mart, d.key, d.measure) for d in found] == [(mart, filled[0], changed)]
                connection.execute(
                    sql.SQL("delete from {} where {}").format(sql.Identifier("marts", mart), where), filled[0]
                )
                assert {(d.mart, d.key) for d in compare({mart: rows}, connection)} == {(mart, filled[0])}
                raise psycopg.Rollback(planted)


def test_a_balance_of_zeros_is_as_good_as_no_row() -> None:
    key = ("DAV", "verblijf", "GM0505", date(2018, 1, 1), "BW", "A", "levering")
    zeros: dict[str, object] = dict.fromkeys(MARTS["mart_stroombalans"][1], 0)
    assert compare_marts({"mart_stroombalans": {key: zeros}}, {"mart_stroombalans": {}}) == []
    one = zeros | {"stand_eind": Decimal(1)}
    assert len(compare_marts({"mart_stroombalans": {key: one}}, {"mart_stroombalans": {}})) == 1
    assert len(compare_marts({"mart_stroombalans": {}}, {"mart_stroombalans": {key: one}})) == 1
