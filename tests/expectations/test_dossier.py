"""The life cycle of findings: what stands, who it is from night to night, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from expectations.dossier import bijwerken
from expectations.judge import judge
from extracts import ledger
from extracts.contract import load_contracts
from tests.expectations.deliveries import GOOD, deliver, person, prepare

DAY = date(2021, 2, 1)
Rows = list[dict[str, Any]]


class Nights:
    """Nights on one warehouse: deliver, judge, follow up; and questions about what is known then."""

    def __init__(self, url: str) -> None:
        self.url, self.day, self.number = url, DAY, 0
        prepare(url, DAY)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def deliver(self, feed: str, rows: Rows, **kwargs: Any) -> int:
        self.number += 1
        (table,) = load_contracts()[feed].tables
        leverdatum = kwargs.pop("leverdatum", self.day)
        return deliver(self.url, feed, leverdatum, {table.name: rows}, volgnr=self.number, **kwargs)

    def end(self) -> dict[str, Any]:
        """Judge what came in and follow up; the next night begins."""
        for feed in [row[0] for row in self.sql("select distinct feed from levering.bestanden")]:
            if feed in load_contracts():
                judge(feed)
        result = bijwerken()
        self.begin(self.day + timedelta(days=1))
        return result

    def begin(self, day: date) -> None:
        self.day = day
        with psycopg.connect(self.url) as connection:
            ledger.begin(connection, day, "drop", "kenmerk")

    def dossier(self, rule: str = "%") -> dict[str, str]:
        """Status by record number."""
        return dict(self.sql("select record, status from kwaliteit.dossier where regel_id like %s", rule))

    def standing(self, rule: str = "%") -> list[str]:
        rows = self.sql("select record from kwaliteit.melding where regel_id like %s order by record", rule)
        return [record for (record,) in rows]


@pytest.fixture
def nights(warehouse: str) -> Nights:
    return Nights(warehouse)


def indications(*, bad: str = "", quarantined: str = "", numbers: str = "abcd") -> Rows:
    """One indicatie per letter; of the bad ones geslacht is unknown, the quarantined ones have an unknown product."""
    return [
        {
            **GOOD["sdd_indicaties"],
            "indicatie_nummer": letter,
            "persoon_sleutel": person(letter),
            **({"geslacht": "9"} if letter in bad else {}),
            **({"productcode": "99X99"} if letter in quarantined else {}),
        }
        for letter in numbers
    ]


CODE, PRODUCT = "sdd_indicaties.geslacht.onbekende_code", "sdd_indicaties.productcode.onbekend_product"


def test_new_open_fixed_returned_although_everything_is_delivered_again(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="ab"))
    nights.end()
    assert nights.dossier(CODE) == {"a": "nieuw", "b": "nieuw"}
    nights.deliver("sdd_indicaties", indications(bad="abc")[::-1])  # other rows in the file, the same records
    nights.end()
    assert nights.dossier(CODE) == {"a": "open", "b": "open", "c": "nieuw"}
    nights.deliver("sdd_indicaties", indications(bad="b"))
    nights.end()
    assert nights.dossier(CODE) == {"a": "opgelost", "b": "open", "c": "opgelost"}
    nights.deliver("sdd_indicaties", indications(bad="bc"))
    nights.end()
    assert nights.dossier(CODE) == {"a": "opgelost", "b": "open", "c": "teruggekeerd"}
    assert nights.sql(
        "select record, eerst_gezien - %(day)s, laatst_gezien - %(day)s, opgelost_op - %(day)s, "
        "teruggekeerd_op - %(day)s, keren from kwaliteit.dossier order by record".replace("%(day)s", f"date '{DAY}'")
    ) == [("a", 0, 1, 2, None, 0), ("b", 0, 3, None, None, 0), ("c", 1, 3, None, 3, 1)]
    nights.deliver("sdd_indicaties", indications(bad="bc"))
    nights.end()
    assert nights.dossier(CODE) == {"a": "opgelost", "b": "open", "c": "open"}
    steps = nights.sql(
        f"select nacht - date '{DAY}', van, naar from kwaliteit.dossier_verloop join kwaliteit.dossier "
        "using (dossier_id) where record = 'c' order by nacht"
    )
    assert steps == [
        (1, None, "nieuw"),
        (2, "nieuw", "opgelost"),
        (3, "opgelost", "teruggekeerd"),
        (4, "teruggekeerd", "open"),
    ]


def test_a_supplier_that_delivers_nothing_has_fixed_nothing(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="a", quarantined="b"))
    nights.end()
    for _ in range(3):
        nights.end()
    assert nights.dossier(CODE) == {"a": "open"}
    assert nights.dossier(PRODUCT) == {"b": "open"}
    assert nights.sql("select count(*) from kwaliteit.dossier_verloop where naar = 'opgelost'") == [(0,)]


def test_a_night_run_twice_ends_the_same(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="ab"))
    nights.end()
    nights.deliver("sdd_indicaties", indications(bad="bc"))
    nights.end()
    nights.begin(nights.day - timedelta(days=1))
    everything = (
        "select to_jsonb(d) from kwaliteit.dossier d order by dossier_id",
        "select dossier_id, nacht, van, naar from kwaliteit.dossier_verloop order by 1, 2",
        "select to_jsonb(s) from kwaliteit.score s order by 1",
    )
    before = [nights.sql(query) for query in everything]
    bijwerken()
    assert [nights.sql(query) for query in everything] == before


def test_a_correction_the_same_night_leaves_no_trace_of_what_was_never_so(nights: Nights) -> None:
    """The night runs, the supplier delivers the day's file again, the night runs again."""
    nights.deliver("sdd_indicaties", indications(bad="ab"))
    nights.end()
    wrong, right = indications(bad="acd"), indications(bad="abc")
    nights.deliver("sdd_indicaties", wrong)
    nights.end()
    assert nights.dossier(CODE) == {"a": "open", "b": "opgelost", "c": "nieuw", "d": "nieuw"}
    nights.begin(nights.day - timedelta(days=1))
    nights.deliver("sdd_indicaties", right)
    nights.end()
    assert nights.dossier(CODE) == {"a": "open", "b": "open", "c": "nieuw"}
    assert (
        nights.sql(
            "select record, opgelost_op, keren from kwaliteit.dossier where opgelost_op is not null or keren > 0"
        )
        == []
    )
    assert nights.sql("select count(*) from kwaliteit.dossier_verloop where naar in ('opgelost', 'teruggekeerd')") == [
        (0,)
    ]
