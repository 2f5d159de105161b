"""The life cycle of findings: what stands, who it is from night to night, and what becomes of it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from expectations import judge as judge_module
from expectations.dossier import DossierError, accepteren, bijwerken
from expectations.judge import judge
from expectations.suites import rules_of
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
        with psycopg.connect(url) as connection:
            ledger.register_feeds(connection, load_contracts().values())

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


def without_great_expectations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the queries alone say which rules are broken: that Great Expectations says the same is test_judge.py's."""

    def broken(judging: judge_module._Judging, batches: set[tuple[str, str]]) -> set[str]:
        found = set()
        for rule in rules_of(judging.contract.name):
            if (rule.table, rule.scope) in batches:
                query = rule.offenders(judge_module._batch(rule.table, rule.scope))
                if judging.connection.execute(sql.SQL("select from ({}) as rijen limit 1").format(query)).rowcount:
                    found.add(rule.rule_id)
        return found

    monkeypatch.setattr(judge_module._Judging, "_broken", broken)


@pytest.fixture
def nights(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Nights:
    without_great_expectations(monkeypatch)
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


# --- what stands ----------------------------------------------------------------------------------------------------


def test_a_quarantined_row_re_enters_and_its_finding_is_fixed_when_a_correction_arrives(nights: Nights) -> None:
    first = nights.deliver("sdd_indicaties", indications(quarantined="b"))
    nights.end()
    counts = "select rijen_gelezen, rijen_geladen, rijen_quarantaine from levering.bestanden where levering_id = %s"
    assert nights.sql(counts, first) == [(4, 3, 1)]
    second = nights.deliver("sdd_indicaties", indications())
    nights.end()
    assert nights.sql(counts, second) == [(4, 4, 0)]
    assert nights.dossier(PRODUCT) == {"b": "opgelost"}


MINUTE = timedelta(minutes=1)


def mutation(number: str, minute: int | None, **changes: Any) -> dict[str, Any]:
    moment = None if minute is None else datetime(2021, 1, 30, 12, 0) + minute * MINUTE  # noqa: DTZ001 - as delivered
    gebreken = "tijd:mutatietijd" if minute is None else None
    return {
        **GOOD["vggm_verblijven"],
        "verblijfnummer": number,
        "mutatietijd": moment,
        "gebreken": gebreken,
        **changes,
    }


FAULT: dict[str, Any] = {"bestemming": "U98"}  # a code that is on no list: a finding, the row counts
BLOCKED: dict[str, Any] = {"eerste_nacht": date(2021, 1, 25), "laatste_nacht": date(2021, 1, 20)}
DESTINATION = "vggm_verblijven.bestemming.onbekende_code"
BACKWARDS = "vggm_verblijven.laatste_nacht.voor_eerste_nacht"


@pytest.mark.parametrize(
    ("rows", "faulty", "backwards"),
    [
        ([mutation("V", 1, **FAULT)], ["V"], []),
        ([mutation("V", 1, **FAULT), mutation("V", 2)], [], []),
        # The latest mutatietijd counts, in whatever order they come.
        ([mutation("V", 2), mutation("V", 1, **FAULT)], [], []),
        ([mutation("V", 2, **FAULT), mutation("V", 1)], ["V"], []),
        # A quarantined mutation does not count, so what it should change stands as well.
        ([mutation("V", 1, **FAULT), mutation("V", 2, **BLOCKED)], ["V"], ["V"]),
        ([mutation("V", 1, **BLOCKED), mutation("V", 2, **FAULT)], ["V"], []),
        # A later attempt that is quarantined for something else takes the place of the earlier attempt.
        ([mutation("V", 1, **BLOCKED), mutation("V", 2, **FAULT, gebreken="datum:eerste_nacht")], ["V"], []),
        # Removed: nothing of it stands, neither of the removal.
        ([mutation("V", 1, **FAULT), mutation("V", 2, mutatiesoort="V")], [], []),
        ([mutation("V", 1, **BLOCKED), mutation("V", 2, mutatiesoort="V")], [], []),
        # Removed without a time: quarantined, and what it should remove still counts.
        ([mutation("V", 1, **FAULT), mutation("V", None, mutatiesoort="V")], ["V"], []),
        # Other stays are other stays.
        ([mutation("V", 1, **FAULT), mutation("W", 2)], ["V"], []),
    ],
)
@pytest.mark.parametrize("apart", [False, True], ids=["one file", "a file each"])
def test_which_findings_of_mutations_stand(
    nights: Nights, rows: Rows, faulty: list[str], backwards: list[str], apart: bool
) -> None:
    for batch in ([row] for row in rows) if apart else [rows]:
        nights.deliver("vggm_verblijven", batch, leverdatum=nights.day)
        if apart:
            nights.end()
    nights.end()
    assert nights.standing(DESTINATION) == faulty
    assert nights.standing(BACKWARDS) == backwards


def test_a_row_without_a_valid_time_is_fixed_by_what_comes_later(nights: Nights) -> None:
    rule = "vggm_verblijven.mutatietijd.geen_tijdstip"
    nights.deliver("vggm_verblijven", [mutation("V", None)])
    nights.end()
    assert nights.dossier(rule) == {"V": "nieuw"}
    nights.deliver("vggm_verblijven", [mutation("V", 1)])
    nights.end()
    assert nights.dossier(rule) == {"V": "opgelost"}


def start(**changes: Any) -> dict[str, Any]:
    return {**GOOD["wmo305"], **changes}


def test_a_cancelled_message_has_no_findings_and_a_new_one_has_its_own(nights: Nights) -> None:
    rule = "wmo305.ontvanger.onbekende_gemeente"
    wrong = start(ontvanger="1")
    nights.deliver("wmo305", [wrong])
    nights.end()
    assert nights.dossier(rule) == {"1001": "nieuw"}
    nights.deliver("wmo305", [{**wrong, "status_aanlevering": "3"}])
    nights.end()
    assert nights.dossier(rule) == {"1001": "opgelost"}
    nights.deliver("wmo305", [wrong])
    nights.end()
    assert nights.dossier(rule) == {"1001": "teruggekeerd"}


def test_a_message_in_quarantine_is_fixed_by_one_that_fills_in_what_was_wrong(nights: Nights) -> None:
    """The key of a 305 holds its begindatum: without one the correction is known by what the rest of the key says."""
    rule = "wmo305.begindatum.ontbreekt"
    nights.deliver("wmo305", [start(begindatum=None), start(begindatum=None, toewijzingnummer="2002")])
    nights.end()
    assert nights.dossier(rule) == {"1001": "nieuw", "2002": "nieuw"}
    nights.deliver("wmo305", [start()])
    nights.end()
    assert nights.dossier(rule) == {"1001": "opgelost", "2002": "open"}


def test_a_message_in_quarantine_can_be_taken_back(nights: Nights) -> None:
    rule = "wmo305.productcode.onbekend_product"
    wrong = start(productcode="99X99")
    nights.deliver("wmo305", [wrong])
    nights.end()
    nights.deliver("wmo305", [{**wrong, "status_aanlevering": "3"}])
    nights.end()
    assert nights.dossier(rule) == {"1001": "opgelost"}


def test_a_later_301_replaces_the_earlier_with_its_findings(nights: Nights) -> None:
    rule = "wmo301.afzender.onbekende_gemeente"
    wrong = {**GOOD["wmo301"], "afzender": "1"}
    nights.deliver("wmo301", [wrong])
    nights.end()
    earlier = {**wrong, "toewijzingsdatum": date(2021, 1, 7)}
    nights.deliver("wmo301", [earlier])
    nights.end()
    assert nights.sql("select count(*) from kwaliteit.melding where regel_id = %s", rule) == [(1,)]
    right = {**GOOD["wmo301"], "toewijzingsdatum": date(2021, 1, 9), "persoon_sleutel": person("other")}
    nights.deliver("wmo301", [right])
    nights.end()
    assert nights.dossier(rule) == {"1001": "opgelost"}


def test_rows_without_a_key_are_known_by_their_content(nights: Nights) -> None:
    """A snapshot with rows nobody can name: three ragged ones, then two, then none; and an event without a key."""
    rule = "sdd_indicaties.rij.velden"
    ragged = {"gebreken": "velden"}
    for count in (3, 2, 0):
        nights.deliver("sdd_indicaties", [*indications(), *[ragged] * count])
        nights.end()
    statuses = nights.sql(
        "select count(*) filter (where opgelost_op = %s), count(*) filter (where opgelost_op = %s) "
        "from kwaliteit.dossier where regel_id = %s",
        DAY + timedelta(days=1),
        DAY + timedelta(days=2),
        rule,
    )
    assert statuses == [(1, 2)]
    assert nights.sql("select distinct record from kwaliteit.dossier") == [(None,)]


def test_no_finding_tells_a_person_and_the_dossier_not_even_a_pseudonym(nights: Nights) -> None:
    nights.deliver("nazorg", [{**GOOD["nazorg"], "woont_zelfstandig": "?"}])
    nights.deliver("wmo305", [start(ontvanger="1")])
    nights.end()
    assert nights.sql("select count(distinct persoon_sleutel) from kwaliteit.melding") == [(1,)]
    (text,) = nights.sql("select string_agg(d::text, ' ') from kwaliteit.dossier d")[0]
    for secret in (person("an"), person("client an")):
        assert secret not in text
        assert secret[:16] not in text


def test_the_person_of_a_stay_is_found_by_its_aanmeldnummer(nights: Nights) -> None:
    nights.deliver("vggm_aanmeldingen", [GOOD["vggm_aanmeldingen"]])
    nights.deliver("vggm_verblijven", [mutation("V", 1, **FAULT), mutation("W", 1, **FAULT, aanmeldnummer="A9")])
    nights.end()
    assert nights.sql("select record, persoon_sleutel from kwaliteit.melding order by 1") == [
        ("V", person("an")),
        ("W", None),
    ]


# --- files ----------------------------------------------------------------------------------------------------------


def refuse(nights: Nights, feed: str, leverdatum: date, bestand: str = "") -> None:
    contract = load_contracts().get(feed)
    kind = contract.supplier_kind if contract else {ledger.BERICHTEN: "zorgaanbieders"}.get(feed, "sdd")
    bestand = bestand or f"{feed}_{leverdatum:%Y%m%d}"
    entry = ledger.Entry(
        bestand,
        {"zorgaanbieders": "41414141"}.get(kind, kind),
        kind,
        feed,
        hashlib.sha256(bestand.encode()).hexdigest(),
        leverdatum if feed != ledger.ONBEKEND else None,
        ledger.GEWEIGERD,
        reden="kapot",
    )
    with psycopg.connect(nights.url) as connection:
        (levering_id,) = ledger.next_ids(connection, 1)
        ledger.write(connection, ledger.current(connection), [(levering_id, entry)])


@pytest.mark.parametrize("feed", ["sdd_indicaties", "wmo305", "berichten", "onbekend"])
def test_a_refused_file_is_fixed_when_a_later_one_is_accepted(nights: Nights, feed: str) -> None:
    rule = f"{feed}.bestand.geweigerd"
    good = {"berichten": "wmo305", "onbekend": "sdd_indicaties"}.get(feed, feed)
    rows = indications() if good == "sdd_indicaties" else [start()]
    if feed in {"wmo305", "berichten"}:
        nights.deliver(good, rows)  # another message of the same day says nothing about this one
    refuse(nights, feed, nights.day)
    nights.end()
    assert nights.sql("select regel_id, ernst, status from kwaliteit.dossier") == [(rule, "blokkerend", "nieuw")]
    nights.end()
    assert nights.sql("select status from kwaliteit.dossier") == [("open",)]
    nights.deliver(good, rows)
    nights.end()
    assert nights.sql("select status from kwaliteit.dossier") == [("opgelost",)]
    refuse(nights, feed, nights.day)
    nights.end()
    assert nights.sql("select status, keren from kwaliteit.dossier") == [("teruggekeerd", 1)]


def test_a_signal_about_a_file_goes_with_the_next_file_without_it(nights: Nights) -> None:
    rule = "sdd_indicaties.bestand.onbekende_kolom"
    nights.deliver("sdd_indicaties", indications(), signalen="onbekende_kolom")
    nights.end()
    nights.deliver("sdd_indicaties", indications(), signalen="onbekende_kolom")
    nights.end()
    assert nights.sql("select regel_id, status from kwaliteit.dossier") == [(rule, "open")]
    nights.deliver("sdd_indicaties", indications())
    nights.end()
    assert nights.sql("select status from kwaliteit.dossier") == [("opgelost",)]


# --- acceptance -----------------------------------------------------------------------------------------------------


def key_of(nights: Nights, record: str) -> str:
    return str(nights.sql("select sleutel from kwaliteit.dossier where record = %s", record)[0][0])


def test_accepted_until_a_date_and_open_again_after_it(nights: Nights) -> None:
    rows = indications(bad="ab")
    nights.deliver("sdd_indicaties", rows)
    nights.end()
    told = accepteren(key_of(nights, "a"), "  komt in maart, zie 999900006 ", DAY + timedelta(days=2), "an")
    assert (told["leverancier"], told["record"], told["tot"]) == ("sdd", "a", "2021-02-03")
    for expected in ("geaccepteerd", "geaccepteerd", "open", "open"):
        nights.deliver("sdd_indicaties", rows)
        nights.end()
        assert nights.dossier(CODE) == {"a": expected, "b": "open"}, nights.day
    assert nights.sql("select besluit, reden, tot, door, nacht from levering.besluiten") == [
        ("accepteren", "komt in maart, zie [bsn]", date(2021, 2, 3), "an", date(2021, 2, 3))
    ]
    steps = nights.sql(
        "select van, naar, door from kwaliteit.dossier_verloop join kwaliteit.dossier using (dossier_id) "
        "where record = 'a' order by op"
    )
    assert steps == [
        (None, "nieuw", None),
        ("nieuw", "geaccepteerd", "an"),
        ("geaccepteerd", "open", None),
    ]
    assert nights.sql("select geaccepteerd_tot, acceptatie_reden from kwaliteit.dossier where record = 'a'") == [
        (None, None)
    ]


def test_the_same_night_again_does_not_undo_an_acceptance(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="a"))
    nights.end()
    nights.begin(DAY)
    accepteren(key_of(nights, "a"), "bekend", DAY, "an")
    for _ in range(2):
        bijwerken()
        assert nights.dossier(CODE) == {"a": "geaccepteerd"}
    nights.begin(DAY + timedelta(days=1))
    nights.deliver("sdd_indicaties", indications())
    nights.end()
    assert nights.dossier(CODE) == {"a": "opgelost"}
    assert nights.sql("select naar from kwaliteit.dossier_verloop order by op, naar desc") == [
        ("nieuw",),
        ("geaccepteerd",),
        ("opgelost",),
    ]


def test_what_cannot_be_accepted_says_why(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="ab"))
    nights.end()
    nights.deliver("sdd_indicaties", indications(bad="a"))
    nights.end()
    key, fixed = key_of(nights, "a"), key_of(nights, "b")
    cases: list[tuple[str, str, Any, str]] = [
        (key, " ", "2021-03-01", "reden"),
        (key, "bekend", "1 maart", "geen datum"),
        (key, "bekend", "2021-02-01", "ligt voor de laatste nacht"),
        ("bestaat-niet", "bekend", "2021-03-01", "geen bevinding"),
        (fixed, "bekend", "2021-03-01", "al opgelost"),
    ]
    for sleutel, reden, tot, message in cases:
        with pytest.raises(DossierError, match=message):
            accepteren(sleutel, reden, tot, "an")
    assert nights.sql("select count(*) from levering.besluiten") == [(0,)]


# --- scores and effects ---------------------------------------------------------------------------------------------


def test_scores_count_rows_and_tell_what_does_not_apply(nights: Nights) -> None:
    rows = indications(bad="ab", quarantined="b", numbers="abcdefgh")
    nights.deliver("sdd_indicaties", rows)
    nights.end()
    scores = {
        dimension: values
        for dimension, *values in nights.sql(
            "select dimensie, rijen, bevindingen, score::float, te_laat_dagen from kwaliteit.score"
        )
    }
    # b breaks two rules of one dimension: one row of eight.
    assert scores["geldig"] == [8, 3, 75.0, 0]
    assert scores["volledig"] == [8, 0, 100.0, 0]
    assert set(scores) == {"volledig", "geldig", "uniek", "consistent", "tijdig"}


def test_no_score_where_nothing_could_be_judged(nights: Nights) -> None:
    refuse(nights, "sdd_indicaties", DAY)
    nights.end()
    found = nights.sql("select distinct rijen, score from kwaliteit.score")
    assert found == [(0, None)]


def test_one_row_of_a_score_per_week_the_last_night_of_it(nights: Nights) -> None:
    monday = DAY  # 1 February 2021 is a Monday
    for day in range(9):
        nights.deliver("sdd_indicaties", indications(bad="a" if day < 3 else ""))
        nights.end()
    assert nights.sql("select week, nacht, score from kwaliteit.score where dimensie = 'geldig' order by week") == [
        (monday, monday + timedelta(days=6), 100),
        (monday + timedelta(days=7), monday + timedelta(days=8), 100),
    ]


def test_days_too_late_follow_from_the_contract(nights: Nights) -> None:
    allowed = load_contracts()["sdd_indicaties"].late_after
    assert allowed is not None
    nights.deliver("sdd_indicaties", indications())
    nights.deliver("nazorg", [GOOD["nazorg"]])
    nights.end()
    late = "select te_laat_dagen from levering.te_laat where feed = %s"
    for days in range(1, 6):
        nights.begin(DAY + timedelta(days=days))
        refuse(nights, "sdd_indicaties", nights.day)  # refused is not delivered
        assert nights.sql(late, "sdd_indicaties") == [(max(0, days - allowed),)]
    assert nights.sql(late, "nazorg") == [(None,)], "on change: no rhythm, never too late"
    nights.deliver("sdd_indicaties", indications())
    assert nights.sql(late, "sdd_indicaties") == [(0,)]


def test_alarms_know_small_numbers_and_leave_out_what_is_accepted(nights: Nights) -> None:
    nights.deliver("sdd_indicaties", indications(bad="a", numbers="abc"))
    nights.end()
    alarms = "select alarm from kwaliteit.score where dimensie = 'geldig' order by week desc limit 1"
    assert nights.sql(alarms) == [(False,)], "one of three is a mistake"
    letters = "abcdefghijklmnopqrst"
    nights.deliver("sdd_indicaties", indications(bad="abcdefgh", numbers=letters))
    nights.end()
    assert nights.sql(alarms) == [(True,)]
    for letter in "abcdefg":
        accepteren(key_of(nights, letter), "bekend", "2021-12-31", "an")
    nights.deliver("sdd_indicaties", indications(bad="abcdefgh", numbers=letters))
    nights.end()
    assert nights.sql(alarms) == [(False,)]
    assert nights.sql(
        "select bevindingen, score from kwaliteit.score where dimensie = 'geldig' order by week desc limit 1"
    ) == [(8, 60)], "accepting mends nothing"


def test_effects_count_persons_once_per_mart(nights: Nights) -> None:
    rows = indications(bad="abc")
    rows[1]["persoon_sleutel"] = rows[0]["persoon_sleutel"]
    nights.deliver("sdd_indicaties", rows)
    nights.end()
    touched = set(nights.sql("select raakt from kwaliteit.regel where regel_id = %s", PRODUCT)[0][0].split())
    nights.deliver("sdd_indicaties", indications(bad="a", quarantined="bc"))
    nights.end()
    effect = nights.sql("select mart, clienten, meldingen from kwaliteit.effect where regel_id = %s", PRODUCT)
    assert touched
    assert {mart: (clients, findings) for mart, clients, findings in effect} == dict.fromkeys(touched, (2, 2))
    assert nights.sql("select distinct nacht from kwaliteit.effect") == [(DAY + timedelta(days=1),)], "one of a week"
