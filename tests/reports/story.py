"""Three weeks in which suppliers mend some, break some and break some again, with what is true of them.

Every night each supplier delivers everything anew. Which record is wrong in which night is drawn from a seed; the
truth about new, solved and returned is worked out here from those draws alone, night by night, never from the database.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from expectations import schema
from expectations.dossier import bijwerken
from extracts import ledger
from extracts.contract import load_contracts
from tests.expectations.deliveries import GOOD, deliver, person, prepare

NIGHTS = (date(2021, 1, 18), date(2021, 1, 21), date(2021, 1, 25), date(2021, 1, 28), date(2021, 2, 1))
MONDAYS = NIGHTS[::2]
SEED = 20210201

SDD, HOUSE, BOTH = "sdd", "99010101", "99010108"
#: Supplier and feed: the columns that can be wrong, what stands in them then, and the rule that finds it.
MISTAKES = {
    (SDD, "sdd_indicaties"): {
        "geslacht": ("9", "sdd_indicaties.geslacht.onbekende_code"),
        "productcode": ("99X99", "sdd_indicaties.productcode.onbekend_product"),
    },
    (HOUSE, "verblijven"): {"leveringsvorm": ("XXX", "verblijven.leveringsvorm.onbekende_code")},
    (BOTH, "verblijven"): {"leveringsvorm": ("XXX", "verblijven.leveringsvorm.onbekende_code")},
}
KEYS = {"sdd_indicaties": "indicatie_nummer", "verblijven": "verblijf_id"}
#: Records of each supplier. One begins as a formula does; it is the supplier's own number all the same.
RECORDS = {SDD: 24, HOUSE: 3, BOTH: 8}
FORMULA = "=1+1"


@dataclass
class Story:
    """`wrong[(supplier, rule)][record]` says for each night whether it was wrong; `sent` what each week's run gave."""

    url: str
    wrong: dict[tuple[str, str], dict[str, list[bool]]]
    sent: dict[date, list[dict[str, Any]]] = field(default_factory=dict)

    def truth(self, supplier: str, night: date, before: date | None, rule: str | None = None) -> dict[str, int]:
        """Return how many findings of a supplier are nieuw, opgelost, teruggekeerd and open at `night`."""
        counts = dict.fromkeys(("nieuw", "opgelost", "teruggekeerd", "open", "kort"), 0)
        now = NIGHTS.index(night)
        then = NIGHTS.index(before) if before else -1
        for (name, one), records in self.wrong.items():
            if name != supplier or (rule and rule != one):
                continue
            for history in records.values():
                stood = then >= 0 and history[then]
                known = any(history[: then + 1])
                counts["open"] += history[now]
                counts["nieuw"] += history[now] and not known
                counts["teruggekeerd"] += history[now] and known and not stood
                counts["opgelost"] += stood and not history[now]
                counts["kort"] += not history[now] and not known and any(history[then + 1 : now])
        return counts

    def standing(self, supplier: str, night: date = NIGHTS[-1]) -> set[tuple[str, str]]:
        """Return rule and record of everything wrong at a supplier in a night."""
        at = NIGHTS.index(night)
        return {
            (rule, record)
            for (name, rule), records in self.wrong.items()
            if name == supplier
            for record, history in records.items()
            if history[at]
        }


def record_number(supplier: str, number: int) -> str:
    return FORMULA if (supplier, number) == (SDD, 0) else f"{supplier}-{number:03d}"


def draw(url: str, seed: int = SEED) -> Story:
    """Draw who is wrong when; every kind of history occurs at SDD."""
    chance = random.Random(seed)
    wrong = {}
    for (supplier, _), columns in MISTAKES.items():
        for _, rule in columns.values():
            wrong[supplier, rule] = {
                record_number(supplier, number): [chance.random() < 0.4 for _ in NIGHTS]
                for number in range(RECORDS[supplier])
            }
    histories = wrong[SDD, "sdd_indicaties.geslacht.onbekende_code"]
    histories[FORMULA] = [True] * 5
    fixed = [[True, False, False, False, True], [False, False, False, True, False], [True, True, True, False, True]]
    for number, history in enumerate(fixed, start=1):
        histories[record_number(SDD, number)] = history
    # Few clients in the other regio: to be counted out to their own supplier only.
    for number, history in enumerate(wrong[BOTH, "verblijven.leveringsvorm.onbekende_code"].values()):
        history[-1] = number < 3
    return Story(url, wrong)


def rows(story: Story, supplier: str, feed: str, night: int) -> list[dict[str, Any]]:
    """Return everything a supplier delivers in a night, with that night's mistakes."""
    made = []
    for number in range(RECORDS[supplier]):
        record = record_number(supplier, number)
        row = {**GOOD[feed], KEYS[feed]: record, "persoon_sleutel": person(f"{supplier}{number}")}
        for column, (bad, rule) in MISTAKES[supplier, feed].items():
            if story.wrong[supplier, rule][record][night]:
                row[column] = bad
        made.append(row)
    return made


def _judge(story: Story, night: int) -> None:
    """Leave what the suites find in this night's rows; that they find it is tested with the suites."""
    with psycopg.connect(story.url) as connection:
        schema.prepare(connection)
        for (supplier, feed), columns in MISTAKES.items():
            for _, rule in columns.values():
                wrong = [record for record, history in story.wrong[supplier, rule].items() if history[night]]
                connection.execute(
                    "insert into kwaliteit.bevinding (levering_id, tabel, rij_nr, regel_id, ernst) "
                    "select rij.levering_id, regel.tabel, rij.rij_nr, regel.regel_id, regel.ernst "
                    f"from raw.{feed} as rij join levering.bestanden as bestand using (levering_id) "
                    "join kwaliteit.regel as regel on regel.regel_id = %s "
                    f"where bestand.leverancier = %s and bestand.nacht = %s and rij.{KEYS[feed]} = any(%s)",
                    [rule, supplier, NIGHTS[night], wrong],
                )
        connection.execute("update levering.bestanden set beoordeeld_op = now() where beoordeeld_op is null")


def live(story: Story, after: Any = None) -> None:
    """Let the nights pass in the warehouse; `after(night)` is called when one is over."""
    prepare(story.url, NIGHTS[0])
    with psycopg.connect(story.url) as connection:
        ledger.register_feeds(connection, load_contracts().values())
    for number, night in enumerate(NIGHTS):
        if number:
            with psycopg.connect(story.url) as connection:
                ledger.begin(connection, night, "drop", "kenmerk")
        for supplier, feed in MISTAKES:
            (table,) = load_contracts()[feed].tables
            delivered = {table.name: rows(story, supplier, feed, number)}
            deliver(story.url, feed, night, delivered, leverancier=supplier, volgnr=1)
        _judge(story, number)
        bijwerken()
        if after:
            after(night)
