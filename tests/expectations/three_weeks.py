"""Three weeks of nights in which suppliers break and mend, as files in a drop, and what is true of them.

Truth is kept beside the files and knows nothing of the pipeline: which fault of which record a supplier's latest
delivery holds, night after night.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from extracts.contract import load_contracts
from tests.expectations.deliveries import GOOD
from tests.extracts.delivered import AGB, BSNS, message, table_text

#: A finding as its supplier knows it: rule and its own record number.
Finding = tuple[str, str, str]
RECORDS = 15

#: Faults a row can have, by feed: the rule each breaks and the value that breaks it.
FAULTS: dict[str, dict[str, tuple[str, Any]]] = {
    "sdd_indicaties": {
        "sdd_indicaties.geslacht.onbekende_code": ("geslacht", "9"),
        "sdd_indicaties.productcode.onbekend_product": ("productcode", "99X99"),
        "sdd_indicaties.inkomstenbron.onbekende_code": ("inkomstenbron", "loterij"),
    },
    "verblijven": {
        "verblijven.bestemming.onbekende_code": ("bestemming", "U98"),
        "verblijven.productcode.onbekend_product": ("productcode", "99X99"),
    },
    "vggm_verblijven": {
        "vggm_verblijven.bestemming.onbekende_code": ("bestemming", "U98"),
        "vggm_verblijven.voorziening.onbekende_code": ("voorziening", "hotel"),
    },
    "wmo305": {"wmo305.ontvanger.onbekende_gemeente": ("ontvanger", "1")},
}
#: A mutation with this fault is put in quarantine, and what it would have changed stays as it was.
BLOCKING = "vggm_verblijven.voorziening.onbekende_code"
KEYS = {"sdd_indicaties": "indicatie_nummer", "verblijven": "verblijf_id", "vggm_verblijven": "verblijfnummer"}
SUPPLIERS = {"sdd_indicaties": "sdd", "verblijven": AGB, "vggm_verblijven": "vggm", "wmo305": AGB}


@dataclass
class History:
    """What suppliers deliver and what is then true."""

    drop: Path
    chance: random.Random
    now: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {feed: set() for feed in FAULTS})
    """What the latest delivery of each feed holds."""
    counting: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    """Of a stay of which the latest mutation is in quarantine: the faults of the mutation that counts instead."""
    nights: dict[date, set[Finding]] = field(default_factory=dict)

    def night(self, day: date, *, first: bool = False) -> None:
        """Let every supplier deliver, or not, and note what is then true."""
        for feed, deliver in self.feeds.items():
            if first or self.chance.random() < 0.8:
                before = set(self.now[feed])
                for rule in FAULTS[feed]:
                    for number in range(RECORDS):
                        fault = (rule, f"{feed[0].upper()}{number:03}")
                        odds = 0.25 if fault in before else 0.1 if first else 0.07
                        if self.chance.random() < odds:
                            self.now[feed] ^= {fault}
                deliver(day, before, first)
        standing = {**self.now, "vggm_verblijven": self.now["vggm_verblijven"].union(*self.counting.values())}
        self.nights[day] = {
            (rule, SUPPLIERS[feed], record) for feed, faults in standing.items() for rule, record in faults
        }

    @property
    def feeds(self) -> dict[str, Callable[[date, set[tuple[str, str]], bool], None]]:
        """How each feed is delivered."""
        return {
            "sdd_indicaties": lambda day, *_: self.snapshot("sdd_indicaties", "sdd", day),
            "verblijven": lambda day, *_: self.snapshot("verblijven", f"zorgaanbieders/{AGB}", day),
            "vggm_verblijven": self.mutations,
            "wmo305": self.messages,
        }

    def row(self, feed: str, number: int) -> dict[str, str]:
        """Return a record as delivered today, with its faults."""
        record = f"{feed[0].upper()}{number:03}"
        values = {**GOOD[feed], KEYS[feed]: record, "bsn": BSNS[number], "clientnummer": f"c{number}"}
        dutch = load_contracts()[feed].date_format == "nl"
        text = {name: _text(value, dutch=dutch) for name, value in values.items()}
        for rule, broken in self.now[feed]:
            if broken == record:
                column, value = FAULTS[feed][rule]
                text[column] = value
        return text

    def snapshot(self, feed: str, folder: str, day: date) -> None:
        """Deliver everything, in another order every night."""
        rows = [self.row(feed, number) for number in range(RECORDS)]
        self.chance.shuffle(rows)
        self.put(f"{folder}/{feed}_{day:%Y%m%d}.csv", table_text(feed, rows))

    def mutations(self, day: date, before: set[tuple[str, str]], first: bool) -> None:
        """Deliver what changed, and now and then a record that did not."""
        feed = "vggm_verblijven"
        changed = {record for _, record in before ^ self.now[feed]}
        rows = []
        for number in range(RECORDS):
            if first or f"V{number:03}" in changed or self.chance.random() < 0.1:
                moment = datetime.combine(day, time(self.chance.randrange(24)))
                rows.append({**self.row(feed, number), "mutatietijd": f"{moment:%d-%m-%Y %H:%M:%S}"})
                record = f"V{number:03}"
                faults = {fault for fault in self.now[feed] if fault[1] == record}
                if not any(rule == BLOCKING for rule, _ in faults):
                    self.counting[record] = faults
        self.put(f"vggm/{feed}_{day:%Y%m%d}.csv", table_text(feed, rows))

    def messages(self, day: date, before: set[tuple[str, str]], first: bool) -> None:
        """Send what changed again, each start in a message of its own; some are mended by taking them back."""
        for number in range(RECORDS):
            record = f"W{number:03}"
            wrong = any(broken == record for _, broken in self.now["wmo305"])
            if not first and wrong == any(broken == record for _, broken in before):
                continue
            receiver = "1" if wrong else "0202"
            text = message("wmo305", number=record, bsns=[BSNS[number]], afzender=receiver)
            text = text.replace("4711", f"{day:%y%m%d}{number}").replace("2018-02-0", "2019-02-0")
            if not wrong and not first and number % 2:
                text = text.replace("StatusAanlevering>1<", "StatusAanlevering>3<")
            self.put(f"zorgaanbieders/{AGB}/WMO305_{day:%Y%m%d}_{number}.xml", text)

    def put(self, path: str, text: str) -> None:
        """Write one file of the drop."""
        target = self.drop / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="cp1252" if path.startswith("vggm/") else "utf-8", newline="")

    # --- truth ---

    def changes(self, day: date) -> dict[str, set[Finding]]:
        """Return what is new, fixed and returned in a night."""
        earlier = [findings for night, findings in self.nights.items() if night < day]
        ever, last, now = set().union(*earlier), earlier[-1] if earlier else set(), self.nights[day]
        return {"nieuw": now - ever, "opgelost": last - now, "teruggekeerd": (now & ever) - last}

    def between(self, day: date, before: date | None) -> dict[str, int]:
        """Count what a report on one night tells that was compared with another."""
        now, then = self.nights[day], self.nights[before] if before else set()
        ever = set().union(*(f for night, f in self.nights.items() if before and night <= before))
        between = set().union(*(f for night, f in self.nights.items() if night <= day)) - ever
        return {
            "nieuw": len(now - ever),
            "opgelost": len(then - now),
            "teruggekeerd": len((now & ever) - then),
            "open": len(now),
            "kort": len(between - now),
        }


def _text(value: Any, *, dutch: bool) -> str:
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y %H:%M:%S}" if dutch else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}" if dutch else value.isoformat()
    return "" if value is None else str(value)


def days(start: date, count: int) -> list[date]:
    """Return so many days in a row."""
    return [start + timedelta(days=number) for number in range(count)]
