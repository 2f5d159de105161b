"""Each cause of a changed figure, in a warehouse of a few persons: who gets which cause, and that causes add up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest

from extracts import ledger
from publication import revisions, vintage
from publication.revisions import Project, Revision, _Model

KEYS = ("regio", "gemeente_code", "maand")
#: A count and a median: the one adds up over persons, the other does not.
QUERY = """
select 'DAV'::text as regio, plaatsing.herkomst_code as gemeente_code, maand.maand, count(*)::integer as aantal,
    (percentile_cont(0.5) within group (order by plaatsing.s - date '2020-01-01'))::numeric(10, 2) as mediaan,
    max(nacht.datum) as bijgewerkt_tot
from "w"."intermediate"."int_plaatsing" as plaatsing
join "w"."intermediate"."int_maand" as maand on plaatsing.s < (maand.maand + interval '1 month')::date
    and coalesce(plaatsing.geleverde_laatste_dag, date '9999-12-31') >= maand.maand
cross join "w"."staging"."stg_levering__nacht" as nacht
group by 1, 2, 3
"""

PLACEMENT = """
create table intermediate.int_plaatsing (persoon_sk text, domein text, basis text, leverancier text, aanbieder text,
    product_code text, leveringsvorm text, s date, geleverde_laatste_dag date, herkomst_code text, stop_code text,
    bestemming text, reden_dakloosheid text, toewijzingnummer text, verblijf_id text, locatiecode text,
    gemeente_verblijf text, sleutel_nummer text);
create table intermediate.int_uitstroom (persoon_sk text, regio text, domein text, basis text, perimeter text,
    datum date);
create table intermediate.int_hoofdsegment (persoon_sk text, regio text, domein text, basis text, perimeter text,
    s date, e date);
create table intermediate.int_maand as
    select dag::date as maand from generate_series(date '2020-01-01', '2020-06-01', '1 month') as dag;
create table staging.stg_sdd__indicaties (indicatie_nummer text, persoon_sk text, geboortedatum date, einddatum date,
    leverdatum date);
create table staging.stg_levering__nacht (nacht_id bigint, datum date, afkap date, bekend_tot timestamptz);
insert into staging.stg_levering__nacht values (1, '2020-07-02', '2020-07-01', '2020-07-02 04:00+00');
"""


class _Fixed(Project):
    """One mart, as dbt would tell of it."""

    def __init__(self) -> None:
        parents = (("intermediate", "int_plaatsing"), ("intermediate", "int_maand"), ("staging", "stg_levering__nacht"))
        self.marts = {"mart_proef": _Model("mart_proef", QUERY, parents, KEYS)}


class Region:
    """A few persons with a placement and an indicatie each, and the publications of their figures."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection, self.project = connection, _Fixed()
        ledger.prepare(connection)
        for schema in ("staging", "intermediate", "marts"):
            connection.execute(f"create schema {schema}")
        connection.execute(PLACEMENT)
        for number in range(1, 6):
            self.person(f"p{number}", f"2020-0{number}-10")

    def person(self, key: str, start: str, end: str | None = None) -> None:
        """Add somebody in care from a day on."""
        self.connection.execute(
            "insert into intermediate.int_plaatsing (persoon_sk, domein, basis, s, geleverde_laatste_dag, "
            "herkomst_code, sleutel_nummer) values (%s, 'BW', 'levering', %s, %s, 'GM0505', %s)",
            [key, start, end, f"nr-{key}-{start}"],
        )
        self.connection.execute(
            "insert into staging.stg_sdd__indicaties values (%s, %s, '1980-01-01', %s, '2020-07-01')",
            [f"nr-{key}-{start}", key, end],
        )
        last = "9999-12-31" if end is None else end
        self.connection.execute(
            "insert into intermediate.int_hoofdsegment values (%s, 'DAV', 'BW', 'levering', 'A', %s, "
            "least(%s::date, '9999-12-30') + 1)",
            [key, start, last],
        )

    def run(self, statement: str) -> None:
        """Change something."""
        self.connection.execute(statement.encode())

    def publish(self, base: str | None = None) -> dict[str, int]:
        """Build the mart and publish it; returns the revisions per cause."""
        with self.connection.transaction():
            self.connection.execute("drop table if exists marts.mart_proef")
            query = QUERY.replace('"w".', "")
            self.connection.execute(f"create table marts.mart_proef as {query}".encode())
            previous = vintage.latest(self.connection)
            publication = vintage.begin(self.connection)
            changed = {}
            if previous is not None:
                changed = Revision(self.connection, self.project, publication, previous, base).run()
            vintage.store(self.connection, publication)
            revisions.keep(self.connection, self.project)
        return changed

    def build_again(self) -> None:
        """Lay out what is now beside it, as the previous publication built again."""
        for schema in ("marts", "intermediate", "staging"):
            self.run(f"create schema {schema}_kennis_x")
        for name in ("int_plaatsing", "int_uitstroom", "int_hoofdsegment", "int_maand"):
            self.run(f"create table intermediate_kennis_x.{name} as table intermediate.{name}")
        self.run("create table staging_kennis_x.stg_sdd__indicaties as table staging.stg_sdd__indicaties")
        self.run(f"create table marts_kennis_x.mart_proef as {QUERY}".replace('"w".', ""))

    def chains(self, measure: str) -> list[tuple[str, list[tuple[str, Decimal | None, Decimal | None]]]]:
        """Per month of the last publication: cause, old and new, in their order."""
        found: dict[str, list[tuple[str, Decimal | None, Decimal | None]]] = {}
        for month, cause, old, new in self.connection.execute(
            "select maand::text, oorzaak, oud, nieuw from vintage.revisie where maat = %s "
            "and publicatie_id = (select max(publicatie_id) from vintage.publicatie) order by maand, volgorde",
            [measure],
        ).fetchall():
            found.setdefault(month, []).append((cause, old, new))
        return sorted(found.items())


@pytest.fixture
def region(warehouse: str) -> Iterator[Region]:
    with psycopg.connect(warehouse, autocommit=True) as connection:
        made = Region(connection)
        assert made.publish() == {}
        yield made


def test_nothing_new_is_no_revision(region: Region) -> None:
    region.run("update staging.stg_levering__nacht set datum = '2020-07-03'")
    assert region.publish() == {}


def test_a_new_record_about_a_published_month_is_late(region: Region) -> None:
    region.person("p9", "2020-05-20")
    assert region.publish().keys() == {"late_levering"}
    assert region.chains("aantal") == [
        ("2020-05-01", [("late_levering", 5, 6)]),
        ("2020-06-01", [("late_levering", 5, 6)]),
    ]


def test_an_empty_field_filled_in_is_late_and_another_value_is_a_correction(region: Region) -> None:
    region.run("update intermediate.int_plaatsing set geleverde_laatste_dag = '2020-05-31' where persoon_sk = 'p1'")
    region.run("update staging.stg_sdd__indicaties set einddatum = '2020-05-31' where persoon_sk = 'p1'")
    region.run("update intermediate.int_plaatsing set s = '2020-03-10' where persoon_sk = 'p2'")
    region.publish()
    assert region.chains("aantal") == [
        ("2020-02-01", [("correctie_bron", 2, 1)]),
        ("2020-06-01", [("late_levering", 5, 4)]),
    ]


def test_a_figure_of_an_unknown_value_is_explained_too(region: Region) -> None:
    region.person("p9", "2020-05-20")
    region.run("update intermediate.int_plaatsing set herkomst_code = null where persoon_sk in ('p1', 'p9')")
    region.publish()
    region.run("update intermediate.int_plaatsing set s = '2020-06-02' where persoon_sk = 'p9'")
    assert region.publish().keys() == {"correctie_bron"}
    assert region.chains("aantal") == [("2020-05-01", [("correctie_bron", 2, 1)])]


def test_a_withdrawn_record_is_a_correction(region: Region) -> None:
    region.run("delete from intermediate.int_plaatsing where persoon_sk = 'p1'")
    region.run("delete from staging.stg_sdd__indicaties where persoon_sk = 'p1'")
    assert region.publish().keys() == {"correctie_bron"}
    assert region.chains("aantal")[0] == ("2020-01-01", [("correctie_bron", 1, 0)])


def test_the_same_record_of_another_person_is_identity(region: Region) -> None:
    region.run("update intermediate.int_plaatsing set persoon_sk = 'p9', s = '2020-02-20' where persoon_sk = 'p3'")
    region.run("update staging.stg_sdd__indicaties set persoon_sk = 'p9', geboortedatum = null where persoon_sk = 'p3'")
    assert region.publish().keys() == {"identiteit"}


def test_an_exit_bridged_by_a_later_start_is_overbrugging(region: Region) -> None:
    region.person("p7", "2020-01-15", "2020-04-30")
    region.run("insert into intermediate.int_uitstroom values ('p7', 'DAV', 'BW', 'levering', 'A', '2020-04-30')")
    region.publish()
    region.run("delete from intermediate.int_uitstroom")
    region.person("p7", "2020-05-15")
    assert region.publish().keys() == {"overbrugging"}
    assert region.chains("aantal")[0] == ("2020-05-01", [("overbrugging", 5, 6)])


def test_causes_of_one_figure_follow_each_other_and_add_up_also_for_a_median(region: Region) -> None:
    region.run("update intermediate.int_plaatsing set s = '2020-01-01' where persoon_sk = 'p2'")
    region.person("p8", "2020-01-05")
    region.publish()
    assert region.chains("aantal")[0] == ("2020-01-01", [("correctie_bron", 1, 2), ("late_levering", 2, 3)])
    month, chain = region.chains("mediaan")[0]
    assert (month, chain) == (
        "2020-01-01",
        [("correctie_bron", 9, Decimal("4.5")), ("late_levering", Decimal("4.5"), 4)],
    )
    assert sum((new or 0) - (old or 0) for _, old, new in chain) == 4 - 9


def test_a_figure_that_was_absent_on_the_way_is_told_without_a_gap(region: Region) -> None:
    # Without the withdrawn record January has no median; the late one gives it another.
    region.run("delete from intermediate.int_plaatsing where persoon_sk = 'p1'")
    region.run("delete from staging.stg_sdd__indicaties where persoon_sk = 'p1'")
    region.person("p8", "2020-01-05")
    region.publish()
    assert region.chains("mediaan")[0] == ("2020-01-01", [("late_levering", 9, 4)])


def test_a_figure_that_is_no_more_ends_in_nothing_by_what_took_it_away(region: Region) -> None:
    region.run("delete from intermediate.int_plaatsing where persoon_sk = 'p1'")
    region.run("delete from staging.stg_sdd__indicaties where persoon_sk = 'p1'")
    region.person("p8", "2020-02-05")
    region.publish()
    assert region.chains("mediaan")[0] == ("2020-01-01", [("correctie_bron", 9, None)])


@pytest.mark.parametrize(("column", "cause"), [("definitieversie", "definitie"), ("indelingversie", "indeling")])
def test_another_definition_is_taken_apart_from_what_was_delivered(region: Region, column: str, cause: str) -> None:
    # The publication before was made under other definitions; rebuilt under those of now it would have had one more.
    region.run(f"update vintage.publicatie set {column} = 'eerder'")
    region.build_again()
    region.run("update marts_kennis_x.mart_proef set aantal = aantal + 1 where maand = '2020-05-01'")
    region.person("p9", "2020-06-20")
    region.person("p6", "2020-05-20")
    region.publish(base="_kennis_x")
    # The hybrids run the definition of now, so its own effect ends where theirs begins.
    assert region.chains("aantal")[0][1][0] == (cause, 5, 6)
    assert {name for _, chain in region.chains("aantal") for name, _, _ in chain} == {cause, "late_levering"}


def test_who_was_forgotten_is_identity_and_what_was_delivered_since_is_not(region: Region) -> None:
    published = region.connection.execute("select * from vintage.mart_proef order by maand").fetchall()
    for name in ("intermediate.int_plaatsing", "intermediate.int_hoofdsegment", "staging.stg_sdd__indicaties"):
        region.run(f"delete from {name} where persoon_sk = 'p2'")
    region.run("drop schema vorige cascade")
    region.build_again()
    region.person("p8", "2020-05-20")
    region.person("p9", "2020-05-21")
    region.publish(base="_kennis_x")
    chains = dict(region.chains("aantal"))
    assert chains["2020-04-01"] == [("identiteit", 4, 3)]
    assert chains["2020-05-01"] == [("identiteit", 5, 4), ("late_levering", 4, 6)]
    assert "2020-01-01" not in chains
    # What was published stays as it was; only until when it stood is added.
    now = region.connection.execute("select * from vintage.mart_proef where van = 1 order by maand").fetchall()
    assert [row[:-1] for row in now] == [row[:-1] for row in published]


def test_periods_from_which_people_were_forgotten_by_their_term_are_not_revised(region: Region) -> None:
    region.run(
        "insert into levering.vergeten (kenmerk, vergeten_id, oorzaak, tot, peil) "
        "values ('x', 1, 'bewaartermijn', '2020-03-31', '2020-07-02')"
    )
    region.run("update intermediate.int_plaatsing set herkomst_code = 'GM0590' where persoon_sk = 'p1'")
    region.publish()
    assert [month for month, _ in region.chains("aantal")] == ["2020-04-01", "2020-05-01", "2020-06-01"]


def test_a_running_year_or_month_is_no_published_figure(region: Region) -> None:
    region.run("insert into intermediate.int_maand values ('2020-07-01')")
    region.publish()
    region.person("p9", "2020-07-02")
    assert region.publish() == {}
