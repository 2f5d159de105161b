"""Publishing on a real PostgreSQL: what a reader of `publicatie` sees, may, and never sees."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator
from datetime import date

import pandas as pd
import psycopg
import pytest
from psycopg import sql

from publication.publish import PublicationRefusedError, publish
from publication.system import DeclarationError
from tests.publication.attacker import Attacker
from tests.publication.world import MART_KEYS, MART_MEASURES, count, make_people

FIRST = date(2018, 1, 1)
TYPES = {
    "maand": "date",
    "jaar": "integer",
    "bijgewerkt_tot": "date",
    "van_buiten_regio": "boolean",
    "zorgjaren": "numeric",
}


def fill(connection: psycopg.Connection, marts: dict[str, pd.DataFrame]) -> None:
    """Make schema marts as dbt does: types, NOT NULL on counts, descriptions."""
    connection.execute("create schema marts")
    for mart, frame in marts.items():
        columns = []
        for column in frame.columns:
            kind = TYPES.get(column, "integer" if column in MART_MEASURES[mart] else "text")
            columns.append(sql.SQL("{} {} not null").format(sql.Identifier(column), sql.SQL(kind)))
        table = sql.Identifier("marts", mart)
        connection.execute(sql.SQL("create table {} ({})").format(table, sql.SQL(", ").join(columns)))
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False)
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("copy {} from stdin (format csv, header)").format(table)) as to,
        ):
            to.write(buffer.getvalue())
        connection.execute(sql.SQL("comment on table {} is {}").format(table, sql.Literal(f"Beschrijving van {mart}.")))
    connection.execute("comment on column marts.mart_uitstroom.aantal is 'Beëindigde episodes.'")
    connection.execute("create table marts.dim_gemeente (gemeente_code text, naam text)")
    connection.execute("insert into marts.dim_gemeente values ('GM0202', 'Arnhem'), ('GM0274', 'Renkum')")
    connection.execute("comment on table marts.dim_gemeente is 'Gemeenten.'")
    connection.execute("create schema raw")
    connection.execute("create table raw.iets as select 1 as persoon")


def region(seed: int = 1, people: int = 60) -> dict[str, pd.DataFrame]:
    gemeenten = ["GM0202", "GM0274", "GM0299", "ONBEKEND"]
    return count(
        make_people(random.Random(seed), first=FIRST, n_months=5, people=people, gemeenten=gemeenten), FIRST, 5
    )


def table(connection: psycopg.Connection, name: str) -> pd.DataFrame:
    cursor = connection.execute(sql.SQL("select * from {}").format(sql.Identifier(*name.split("."))))
    return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description or []])


@pytest.fixture
def filled(warehouse: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(warehouse, autocommit=True) as connection:
        fill(connection, region())
        yield connection


def test_reader_finds_every_mart_with_the_same_rows_and_cannot_calculate_back(filled: psycopg.Connection) -> None:
    result = publish(filled)
    assert json.loads(json.dumps(result)) == result
    assert result["relaties_niet_sluitend"] == {}
    assert result["niet_gepubliceerd"] == []
    assert result["dimensies"] == {"dim_gemeente": 2}
    exact, published = {}, {}
    for mart, keys in MART_KEYS.items():
        columns = [*keys, *MART_MEASURES[mart], "bijgewerkt_tot"]
        exact[mart] = table(filled, f"marts.{mart}").sort_values(keys, ignore_index=True)
        published[mart] = table(filled, f"publicatie.{mart}").sort_values(keys, ignore_index=True)
        assert list(exact[mart].columns) == columns
        assert list(published[mart].columns) == [*columns, "onderdrukt"]
        assert exact[mart][[*keys, "bijgewerkt_tot"]].equals(published[mart][[*keys, "bijgewerkt_tot"]])
        left_out = pd.DataFrame({m: published[mart][m].isna() for m in MART_MEASURES[mart]})
        assert (published[mart]["onderdrukt"] == left_out.any(axis=1)).all()
        counts = result["marts"][mart]
        assert counts["rijen"] == len(exact[mart])
        assert counts["rijen_onderdrukt"] == left_out.any(axis=1).sum()
        assert counts["primair"] + counts["secundair"] == left_out.to_numpy().sum()
        for measure in MART_MEASURES[mart]:
            shown = ~left_out[measure]
            assert (exact[mart].loc[shown, measure] == published[mart].loc[shown, measure]).all()
            if measure not in ("clientdagen", "zorgjaren"):
                assert not pd.to_numeric(published[mart][measure]).between(1, 4).any()
        exact[mart] = exact[mart].drop(columns="bijgewerkt_tot")
    truth, attacker = Attacker(exact, MART_KEYS), Attacker(published, MART_KEYS)
    equations = attacker.equations(truth)
    assert len(attacker.unknown) > 100
    assert attacker.by_elimination(equations) == {}
    assert attacker.by_bounds(equations, truth) == {}


def test_bi_lezer_sees_publicatie_and_nothing_else(filled: psycopg.Connection) -> None:
    filled.execute("grant usage on schema marts to public")
    filled.execute("grant select on all tables in schema marts to public")
    publish(filled)
    filled.execute("create schema staging")  # made after the publication, as dbt may
    filled.execute("create table staging.iets as select 1 as persoon")
    filled.execute("set role bi_lezer")
    try:
        assert filled.execute("select count(*) from publicatie.mart_stroombalans").fetchone() != (0,)
        assert filled.execute("select naam from publicatie.dim_gemeente order by 1").fetchall() == [
            ("Arnhem",),
            ("Renkum",),
        ]
        for name in ("marts.mart_stroombalans", "raw.iets", "staging.iets", "marts.dim_gemeente"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                filled.execute(f"select * from {name}")
        for statement in (
            "delete from publicatie.mart_instroom",
            "create table publicatie.x (a int)",
            "create table public.x (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                filled.execute(statement)
    finally:
        filled.execute("reset role")


def test_descriptions_come_along_with_a_sentence_on_what_is_left_out(filled: psycopg.Connection) -> None:
    publish(filled)
    described = filled.execute("select obj_description('publicatie.mart_uitstroom'::regclass, 'pg_class')").fetchone()
    assert described
    assert described[0].startswith("Beschrijving van mart_uitstroom. ")
    assert "1 tot en met 4 personen" in described[0]
    comments = dict(
        filled.execute(
            "select attname::text, col_description(attrelid, attnum) from pg_attribute "
            "where attrelid = 'publicatie.mart_uitstroom'::regclass and attnum > 0"
        ).fetchall()
    )
    assert comments["aantal"].startswith("Beëindigde episodes. Leeg waar onderdrukt")
    assert comments["onderdrukt"]
    plain = filled.execute("select obj_description('publicatie.dim_gemeente'::regclass, 'pg_class')").fetchone()
    assert plain == ("Gemeenten.",)


def test_a_balance_that_does_not_close_is_refused_and_the_old_publication_stands(filled: psycopg.Connection) -> None:
    publish(filled)
    before = table(filled, "publicatie.mart_stroombalans")
    filled.execute(
        "update marts.mart_stroombalans set verschil = 1 where ctid = (select min(ctid) from marts.mart_stroombalans)"
    )
    with pytest.raises(PublicationRefusedError, match="mart_stroombalans sluit niet in 1 rijen"):
        publish(filled)
    pd.testing.assert_frame_equal(before, table(filled, "publicatie.mart_stroombalans"))


def test_a_failure_halfway_leaves_the_old_publication(filled: psycopg.Connection) -> None:
    publish(filled)
    names = ("mart_instroom", "mart_stroombalans", "mart_bezetting_jaar")
    before = {name: table(filled, f"publicatie.{name}") for name in names}
    filled.execute("truncate marts.mart_instroom")
    filled.execute("drop table marts.dim_gemeente")
    filled.execute("create view marts.dim_gemeente as select 1 / (random() * 0)::integer as kapot")
    with pytest.raises(psycopg.errors.DivisionByZero):
        publish(filled)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, table(filled, f"publicatie.{name}"))


def test_a_reader_in_the_middle_sees_one_whole_publication(filled: psycopg.Connection, warehouse: str) -> None:
    publish(filled)
    with psycopg.connect(warehouse) as reader:
        reader.execute("set transaction isolation level repeatable read")
        before = reader.execute("select count(*) from publicatie.mart_instroom").fetchone()
        others = [m for m in MART_KEYS if m != "mart_instroom"]
        sizes = {m: len(table(filled, f"publicatie.{m}")) for m in others}
        filled.execute("delete from marts.mart_uitstroom where regio = 'CG'")
        filled.execute("set lock_timeout = '5s'")
        publish(filled)  # does not wait for the reader
        assert reader.execute("select count(*) from publicatie.mart_instroom").fetchone() == before
        assert {m: len(table(reader, f"publicatie.{m}")) for m in others} == sizes
    assert len(table(filled, "publicatie.mart_uitstroom")) == 0


def test_an_undeclared_column_is_refused(filled: psycopg.Connection) -> None:
    filled.execute("alter table marts.mart_instroom add column gezinnen integer")
    with pytest.raises(DeclarationError, match="gezinnen"):
        publish(filled)
    assert filled.execute("select to_regclass('publicatie.mart_instroom')").fetchone() == (None,)


def test_an_undeclared_mart_and_a_vanished_one_are_not_published(filled: psycopg.Connection) -> None:
    publish(filled)
    filled.execute("create table marts.mart_zonder_declaratie as select 1 as personen")
    filled.execute("drop table marts.mart_administratief")
    result = publish(filled)
    assert result["niet_gepubliceerd"] == ["mart_zonder_declaratie"]
    for gone in ("mart_zonder_declaratie", "mart_administratief"):
        assert filled.execute("select to_regclass(%s)", [f"publicatie.{gone}"]).fetchone() == (None,)


def test_a_new_column_in_a_dimension_is_followed(filled: psycopg.Connection) -> None:
    publish(filled)
    filled.execute("alter table marts.dim_gemeente add column opvolger text")
    publish(filled)
    assert list(table(filled, "publicatie.dim_gemeente").columns) == ["gemeente_code", "naam", "opvolger"]
    filled.execute("set role bi_lezer")
    assert filled.execute("select count(*) from publicatie.dim_gemeente").fetchone() == (2,)
    filled.execute("reset role")


def test_without_marts_nothing_is_published(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection, pytest.raises(PublicationRefusedError):
        publish(connection)


def test_without_a_connection_it_takes_the_warehouse_of_the_settings(filled: psycopg.Connection) -> None:
    result = publish()
    assert result["marts"]["mart_instroom"]["rijen"] > 0
    assert len(table(filled, "publicatie.mart_instroom")) == result["marts"]["mart_instroom"]["rijen"]


def test_publishing_twice_gives_the_same(filled: psycopg.Connection) -> None:
    first = publish(filled)
    before = {mart: table(filled, f"publicatie.{mart}") for mart in MART_KEYS}
    assert publish(filled) == first
    for mart, keys in MART_KEYS.items():
        pd.testing.assert_frame_equal(
            before[mart].sort_values(keys, ignore_index=True),
            table(filled, f"publicatie.{mart}").sort_values(keys, ignore_index=True),
        )


def _no_search(*_: object) -> None:
    message = "searched again"
    raise AssertionError(message)


def test_unchanged_figures_are_not_searched_again_and_only_the_rest_moves_on(
    filled: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(filled)
    before = {mart: table(filled, f"publicatie.{mart}") for mart in MART_KEYS}
    for mart in MART_KEYS:
        filled.execute(sql.SQL("update {} set bijgewerkt_tot = '2030-01-01'").format(sql.Identifier("marts", mart)))
    monkeypatch.setattr("publication.publish.protect", _no_search)
    assert publish(filled) == first
    for mart, old in before.items():
        new = table(filled, f"publicatie.{mart}")
        assert set(new["bijgewerkt_tot"]) == ({date(2030, 1, 1)} if len(old) else set()), mart
        same = [column for column in old.columns if column != "bijgewerkt_tot"]
        order = list(MART_KEYS[mart])
        pd.testing.assert_frame_equal(
            old[same].sort_values(order, ignore_index=True), new[same].sort_values(order, ignore_index=True)
        )


@pytest.mark.parametrize(
    "change",
    [
        "update marts.mart_instroom set aantal = aantal + 1 where ctid = (select min(ctid) from marts.mart_instroom)",
        "update publicatie.mart_instroom set aantal = 1 where ctid = (select min(ctid) from publicatie.mart_instroom "
        "where aantal is null)",
        "drop table publicatie.mart_instroom",
    ],
    ids=["a figure", "what was published", "a published table"],
)
def test_any_change_of_a_figure_is_searched_again(
    filled: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    publish(filled)
    filled.execute(change)
    monkeypatch.setattr("publication.publish.protect", _no_search)
    with pytest.raises(AssertionError, match="searched again"):
        publish(filled)


def test_a_figure_that_rests_on_a_hidden_cell_is_left_out(filled: psycopg.Connection) -> None:
    key = (
        "regio text, jaar integer, basis text, {}financieringsbron text, groep text, clienten integer, clientdagen int"
    )
    for mart, extra in (
        ("mart_verdeelmodel_grondslag", "gemeente_basis text, gemeente_code text, "),
        ("mart_verdeelmodel_regio", ""),
    ):
        filled.execute(f"create table marts.{mart} ({key.format(extra)}, bijgewerkt_tot date)")
    clients = {"GM0202": 60, "GM0274": 3, "GM0293": 9, "GM0299": 40}
    for code, number in clients.items():
        filled.execute(
            "insert into marts.mart_verdeelmodel_grondslag values "
            "('XX', 2020, 'levering', 'verblijf', %s, 'onbekend', 'alle', %s, %s)",
            [code, number, 300 * number],
        )
    filled.execute(
        "insert into marts.mart_verdeelmodel_regio values ('XX', 2020, 'levering', 'onbekend', 'alle', 112, 33600)"
    )
    filled.execute(
        """create table marts.mart_verdeelmodel (scenario text, jaar integer, gemeente_code text, regio text,
               aandeel_historisch numeric, aandeel_objectief numeric, alfa numeric, aandeel numeric, bedrag numeric,
               verschil_historisch numeric, verschil_eigen_kosten numeric, status text, alfa_bron text, inwoners int,
               bijgewerkt_tot date)"""
    )
    filled.execute("create schema intermediate")
    filled.execute(
        """create table intermediate.int_verdeelmodel__steunpunt (scenario text, jaar integer, gemeente_code text,
               maat text, op_mart text, op_sleutel text)"""
    )
    for code, number in clients.items():
        filled.execute(
            "insert into marts.mart_verdeelmodel values "
            "('s', 2021, %s, 'XX', %s, 0.25, 0, %s, 1, 0, 5, 'illustratief', 'lineair', 100)",
            [code, number / 112, number / 112],
        )
        for maat, mart, cell in (
            ("aandeel_historisch", "mart_verdeelmodel_grondslag", f"XX|2020|levering|verblijf|{code}|onbekend|alle"),
            ("aandeel", "mart_verdeelmodel_regio", "XX|2020|levering|onbekend|alle"),
            ("verschil_eigen_kosten", "mart_zonder_declaratie", "x"),
        ):
            filled.execute(
                "insert into intermediate.int_verdeelmodel__steunpunt values ('s', 2021, %s, %s, %s, %s)",
                [code, maat, mart, cell],
            )
    counts = publish(filled)["marts"]["mart_verdeelmodel"]
    published = table(filled, "publicatie.mart_verdeelmodel").set_index("gemeente_code")
    base = table(filled, "publicatie.mart_verdeelmodel_grondslag").set_index("gemeente_code")
    hidden = set(base.index[base["onderdrukt"]])
    assert hidden == {"GM0274", "GM0293"}  # the smallest, and another so that it cannot be calculated
    assert set(published.index[published["aandeel_historisch"].isna()]) == hidden
    assert not published["aandeel"].isna().any()
    assert published["verschil_eigen_kosten"].isna().all()  # nobody judged the cells it rests on
    assert published["onderdrukt"].all()
    assert (published["aandeel_objectief"] == 0.25).all()
    assert counts == {"rijen": 4, "rijen_onderdrukt": 4, "primair": 0, "secundair": 6}
