"""Small lives full of awkwardness, written as the files suppliers really send.

`random_drop(seed, n_lives, folder)` writes a whole drop; `drops()` is the same as a hypothesis strategy, so that a
failing drop shrinks. Both count which awkward cases a drop holds (`Drop.cases`): the coverage of a comparison.

Left out on purpose, because the specification leaves them open: two rows of one key with the same mutatietijd, one
ToewijzingNummer for two clients, two 307s of one start that end on the same day with different codes, and one supplier
with the same locatiecode in two gemeenten on one day.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from openpyxl import Workbook

from tests.oracle.basics import add_months
from tests.oracle.readers import FEEDS, SIGN_UP, STAY, passes_eleven_test

DAY = timedelta(days=1)
Row = dict[str, Any]

BW_SUPPLIERS = {"DAV": ("41000001", "41000002"), "CG": ("42000001", "42000002")}
DAV_SHELTER = "44000001"
CG_WOMEN = "45000001"
CORPORATIONS = ("L0001", "L0002")
MEMBERS = {
    "DAV": ("0505", "0642", "0482", "0523", "0512", "0689", "1927", "1978", "0545", "0707", "1961"),
    "CG": ("0202", "0275", "0274", "0196", "0299", "1705"),
}
# locatiecode -> [(gemeente, valid from, valid to)]
LOCATIONS: dict[str, dict[str, list[tuple[str, str, str]]]] = {
    "41000001": {
        "D1": [("0505", "2000-01-01", "")],
        "D2": [("0642", "2000-01-01", "")],
        "D3": [("0689", "2010-01-01", "2018-12-31"), ("1978", "2019-01-01", "")],  # merged
        "D4": [("0505", "1990-01-01", "2019-03-14"), ("0610", "2019-03-15", "")],  # the house itself moved
        "D5": [("0202", "2000-01-01", "")],  # in the other regio
        "D6": [("0000", "2000-01-01", "")],
        "D7": [("0363", "2000-01-01", "")],  # in neither
    },
    "41000002": {
        "E1": [("0505", "1990-01-01", "")],
        "E2": [("0620", "2000-01-01", "2018-12-31"), ("1961", "2019-01-01", "")],  # Vianen
        "E3": [("0545", "2016-07-01", "2018-12-31"), ("1961", "2019-01-01", "2020-06-30")],  # days before and after
        "E4": [("0482", "2000-01-01", "")],
    },
    "42000001": {
        "A1": [("0202", "2000-01-01", "")],
        "A2": [("0275", "2000-01-01", "")],
        "A3": [("0196", "2000-01-01", "2017-12-31"), ("0299", "2018-01-01", "")],
        "A4": [("0268", "2000-01-01", "")],  # Nijmegen: in neither
    },
    "42000002": {
        "B1": [("0202", "2000-01-01", "")],
        "B2": [("1705", "2000-01-01", "")],
        "B3": [("9998", "1990-01-01", "")],
    },
    DAV_SHELTER: {"S1": [("0505", "2000-01-01", "")]},
    CG_WOMEN: {"V1": [("0202", "2000-01-01", "")]},
}
# locatiecode -> [(product, places)]; any other location has nine places for all products.
PLACES: dict[str, list[tuple[str, int | str]]] = {
    "D1": [("15D03", 2), ("15D01", 1)],
    "D2": [("", 3)],
    "E1": [("", 1)],
    "E2": [("15D02", 2), ("", 1)],
    "A1": [("15Z03", 2), ("15Z02", 1)],
    "B1": [("", 2)],
    "B2": [("", "")],
    "S1": [("nachtopvang", 2)],
    "V1": [("vrouwenopvang", 1)],
}
LEASE_HEADER = (
    *("contractnummer", "bsn", "geboortedatum", "gemeente", "contractsoort", "contingent", "uitstroom_uit"),
    *("aanbieder_agb", "ingangsdatum", "omklapdatum", "einddatum", "kale_huur", "zelfstandig"),
)
GAPS = (
    *(-400, -45, -20, -5, -2, -1, -1, -1, 0, 0, 0, 1, 5, 27, 28, 28, 29, 29),
    *(60, 90, 91, 91, 91, 92, 92, 92, 200, 400, 720, 760, 1500, 1900),
)
LENGTHS = (1, 1, 2, 3, 27, 28, 29, 31, 60, 120, 200, 365, 400, 700, 1900)
SPECIAL_DAYS = tuple(
    date.fromisoformat(text)
    for text in [
        "2014-10-15",
        "2015-01-01",
        "2015-03-31",
        "2016-02-29",
        "2016-12-31",
        "2017-01-01",
        "2017-12-31",
        "2018-01-01",
        "2018-02-28",
        "2018-04-30",
        "2018-05-01",
        "2018-12-31",
        "2019-01-01",
        "2019-01-31",
        "2020-01-01",
        "2020-02-29",
        "2020-12-31",
        "2021-01-01",
    ]
)
STOP_CODES = {
    "2": ("19", "20", "31", "32", "33", "34"),
    "3": ("19", "20", "21", "22", "23", "31", "36", "38", "39", "39", "39"),
}
DESTINATIONS = (
    "",
    "",
    "",
    "",
    "U01",
    "U02",
    "U04",
    "U06",
    "U10",
    "U11",
    "U12",
    "U20",
    "U22",
    "U30",
    "U31",
    "U50",
    "U99",
)
REASONS = ("huis_verlaten", "huisuitzetting", "ontslag_detentie", "onbekend", "")


WAIT_STATUSES = ("urgent", "actief", "actief", "voorkeur", "voorzorg", "urgent", "actief", "")
# Lists of so many days before the night; the two last ones are in the drop of every night.
LIST_DAYS = (1400, 1150, 920, 740, 590, 450, 330, 240, 160, 110, 75, 45, 31, 20, 1)


@dataclass
class Drop:
    """The rows of a drop, per file, before they are written."""

    datum: date
    indications: list[Row] = field(default_factory=list)
    withdrawn: list[Row] = field(default_factory=list)  # in an earlier snapshot only
    waiting: list[Wait] = field(default_factory=list)
    residences: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    sign_ups: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    aftercare: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    leases: list[Row] = field(default_factory=list)
    registrations: list[Row] = field(default_factory=list)
    contingents: list[Row] = field(default_factory=list)
    evictions: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    cases: Counter[str] = field(default_factory=Counter)


@dataclass
class Wait:
    """A row of the waiting list and how it looks in a list of another day."""

    row: Row
    statuses: list[tuple[date, str]]  # from which leverdatum on
    seen_from: date
    corrected: tuple[date, Row] | None = None  # from a day on the row says something else
    gone_from: date | None = None

    def on(self, day: date) -> Row | None:
        """Return the row of the list of a day, or None when it is not in it."""
        if day < self.seen_from or (self.gone_from and day >= self.gone_from):
            return None
        row = self.row | {"wachtstatus": [status for since, status in self.statuses if since <= day][-1]}
        if self.corrected and day >= self.corrected[0]:
            row |= self.corrected[1]
        if row["wachtend_tot"] and row["wachtend_tot"] > day:
            row |= {"wachtend_tot": None, "reden_uit": ""}
        return row


def bsn_of(number: int) -> str:
    """Return the n-th BSN of the official test range that passes the 11-proef."""
    found = -1
    for candidate in range(999900006, 999999991):
        if passes_eleven_test(str(candidate)):
            found += 1
            if found == number:
                return str(candidate)
    raise ValueError("the test range has no such BSN")


class Lives:
    """Invents lives with a Random, true or hypothesis's own."""

    def __init__(self, rnd: Random, datum: date, n_lives: int) -> None:
        self.rnd = rnd
        self.drop = Drop(datum)
        self.number = 9700  # numbers of four and of five digits: keys are compared as text
        self.bsns = iter([str(n) for n in range(999900006, 999999991) if passes_eleven_test(str(n))])
        for _ in range(n_lives):
            self.life()
        self.bad_rows()
        # What follows was added later: a chance of its own leaves the lives of a seed as they were.
        self.rnd = Random(self.number)
        self.waiting_list()
        self.tails_after_death()
        self.shelter_details()
        self.housing_details()
        self.application_details()
        self.aftercare_series()
        self.evictions()
        self.leases_without_bsn()

    # -- chance

    def chance(self, percent: int) -> bool:
        return self.rnd.randint(1, 100) <= percent

    def pick(self, values: Any) -> Any:
        return self.rnd.choice(list(values))

    def next_number(self) -> str:
        self.number += 1
        return str(self.number)

    def count(self, case: str) -> None:
        self.drop.cases[case] += 1

    def first_day(self) -> date:
        kind = self.rnd.randint(1, 10)
        if kind <= 3:
            return self.pick(SPECIAL_DAYS) + timedelta(days=self.pick((-1, 0, 0, 0, 1)))
        if kind == 4:
            month = self.drop.datum.replace(day=1)
            return month + timedelta(days=self.pick((-60, -33, -31, -2, -1, 0, 1)))
        return date(2015, 1, 1) + timedelta(days=self.rnd.randint(0, (self.drop.datum - date(2015, 1, 1)).days))

    # -- a life

    def life(self) -> None:
        person = Person(self)
        stories = {
            "bw_dav": lambda: self.bw_chain(person, "DAV"),
            "bw_cg": lambda: self.bw_chain(person, "CG"),
            "pgb": lambda: self.budget_chain(person),
            "mo_cg": lambda: self.shelter_chain(person, "vggm"),
            "mo_dav": lambda: self.shelter_chain(person, DAV_SHELTER),
            "vo": lambda: self.shelter_chain(person, self.pick((DAV_SHELTER, CG_WOMEN)), women=True),
        }
        names = [self.pick(("bw_dav", "bw_dav", "bw_cg", "bw_cg", "pgb", "mo_cg", "mo_dav", "vo"))]
        while self.chance(45) and len(names) < 4:
            names.append(self.pick(stories))
        for name in names:
            stories[name]()
        if {n for n in names if n.startswith(("bw", "pgb"))} and any(n.startswith("mo") for n in names):
            self.count("Q-05 BW and MO in one life")
        if "bw_dav" in names and "bw_cg" in names:
            self.count("U20 BW in both regions")
        if "pgb" in names and len({"bw_dav", "bw_cg"} & set(names)):
            self.count("D.13 ZIN and PGB in one life")
        self.around_exits(person)

    def chain(self, person: Person, n_most: int) -> list[tuple[date, date | None]]:
        """Return successive periods [first, last]; the gaps between them are the awkward ones."""
        if person.days and self.chance(50):
            # near something that happened before in this life: from one domain or regio to another
            start = self.pick(person.days) + timedelta(days=self.pick((-30, -1, 0, 1, 1, 2, 28, 29, 31, 32)))
            self.count("D.4 MO to BW or region to region, close in time")
        else:
            start = self.first_day()
        periods: list[tuple[date, date | None]] = []
        for _ in range(self.rnd.randint(1, n_most)):
            if self.chance(12):
                periods.append((start, None))
                self.count("Q-21 open end")
                gap = None
            else:
                last = start + timedelta(days=self.pick(LENGTHS) - 1)
                periods.append((start, last))
                gap = self.pick(GAPS)
            if gap is None:
                start += timedelta(days=self.pick((1, 30, 400)))
            else:
                self.count(_gap_case(gap))
                start = last + timedelta(days=1 + gap)
            if start > self.drop.datum + timedelta(days=40):
                break
        person.days += [day for period in periods for day in period if day]
        if any(b - a == 365 * DAY or (a.year != b.year) for a, b in periods if b):
            self.count("Q-18 over a year boundary")
        if any(a >= self.drop.datum.replace(day=1) or (b and b >= self.drop.datum.replace(day=1)) for a, b in periods):
            self.count("settled 13 fact after the last complete month")
        return periods

    # -- beschermd wonen in natura

    def product(self, region: str, day: date, before: str | None) -> str:
        if before and self.chance(45):
            return before
        if region == "CG" or self.chance(15):
            return self.pick(
                ("15A00", "15A00", "15A0S") if day < date(2018, 5, 1) else ("15Z01", "15Z02", "15Z03", "15Z04")
            )
        return self.pick(("15D01", "15D02", "15D03", "15D04"))

    def bw_chain(self, person: Person, region: str) -> None:
        supplier = self.pick(BW_SUPPLIERS[region])
        if person.bsn is None:  # iWmo knows no client without BSN: only verblijven and SDD do
            for first, last in self.chain(person, 3):
                product, number = self.product(region, first, None), self.next_number()
                if region == "DAV":
                    self.indication(person, number, supplier, product, first, end=last)
                self.residence_rows(person, supplier, number, product, first=first, last=last, form="ZIN")
            return
        current: str | None = None
        if self.chance(4):
            self.count("Q-14 years with the heaviest product")
            first = date(2014, 11, 1) + timedelta(days=self.rnd.randint(0, 600))
            last = self.pick((None, add_months(first, 60), add_months(first, 60) + DAY))
            self.natura_stay(person, region, supplier, "15D04" if region == "DAV" else "15Z04", first=first, last=last)
        if self.chance(12):
            self.conversion(person, self.pick(BW_SUPPLIERS["CG"]))
        periods = self.chain(person, 5)
        for place, (first, last) in enumerate(periods):
            if self.chance(25):
                supplier = self.pick(BW_SUPPLIERS[region])
            old, current = current, self.product(region, first, current)
            if old and old != current:
                self.count("D.4 change of product")
            following = periods[place + 1][0] if place + 1 < len(periods) else None
            code = ""
            if last and following and 60 <= (following - last).days <= 100 and self.chance(75):
                self.count("Q-06 temporary stop before a long gap")
                code = "20"
            self.natura_stay(person, region, supplier, current, first=first, last=last, code=code)
            if self.chance(6):
                self.count("D.2 same rank and start at two suppliers: lowest key")
                other = self.pick(BW_SUPPLIERS[region])
                until = last + timedelta(days=self.pick((0, 3))) if last else None
                if self.chance(40):
                    self.count("Q-04 fourteen or fifteen days at two suppliers")
                    until = first + timedelta(days=self.pick((13, 14)))
                self.natura_stay(person, region, other, current, first=first, last=until)

    def conversion(self, person: Person, supplier: str) -> None:
        """Add the product list replaced on 1 May 2018 (settled 9), with its awkward neighbours."""
        old = self.pick(("15A00", "15A00", "15A0S"))
        new = self.pick(("15Z01", "15Z02", "15Z03", "15Z04"))
        last = date(2018, 4, 30) + timedelta(days=self.pick((0, 0, 0, 1, -3)))
        start = date(2018, 5, 1) + timedelta(days=self.pick((0, 0, 0, 0, 1)))
        other = supplier if self.chance(75) else self.pick(BW_SUPPLIERS["CG"])
        self.count("Q-13 product list of 1 May 2018")
        begin = last - timedelta(days=self.pick((1, 100, 700)))
        self.natura_stay(person, "CG", supplier, old, first=begin, last=last)
        end = start + timedelta(days=self.pick((1, 200, 600)))
        self.natura_stay(person, "CG", other, new, first=start, last=end)
        person.days += [last, end]

    def natura_stay(
        self,
        person: Person,
        region: str,
        supplier: str,
        product: str,
        *,
        first: date,
        last: date | None,
        code: str = "",
    ) -> None:
        number = self.next_number()
        gemeente = self.pick(MEMBERS[region])
        trace = self.rnd.randint(1, 20)
        if trace > 2:
            self.allocation(person, region, supplier, number, gemeente, product=product, first=first, last=last)
        else:
            self.count("D.0 without a toewijzing")
        if trace == 20:
            self.count("Q-19 toewijzing without a start")
            return
        how = self.rnd.randint(1, 20)
        if how == 1:
            self.count("D.0 verblijven without any 305")
            number = number if self.chance(70) else ""
            self.residence_rows(person, supplier, number, product, first=first, last=last, form="ZIN")
            return
        coded = product
        if how == 2 and trace > 2:
            coded = ""
            self.count("305 without a product of its own")
        start = self.message("305", person, supplier, gemeente, number, coded, begin=first)
        if how == 3:
            self.count("OP033 305 sent twice")
            self.message("305", person, supplier, gemeente, number, coded, begin=first, after=start)
        if how == 4:
            self.count("status 3: 305 cancelled")
            wrong = first - timedelta(days=self.pick((3, 40)))
            sent = self.message("305", person, supplier, gemeente, number, coded, begin=wrong)
            self.message("305", person, supplier, gemeente, number, coded, begin=wrong, status="3", after=sent)
        if how == 5:
            self.count("status 3: 305 cancelled and sent again")
            gone = self.message(
                "305", person, supplier, gemeente, number, coded, begin=first, status="3", after=start, version=start
            )
            if self.chance(60):
                self.message("305", person, supplier, gemeente, number, coded, begin=first, after=gone, later=True)
        if how == 6:
            self.count("status 3 for a key never sent")
            self.message("305", person, supplier, gemeente, number, coded, begin=first + 9 * DAY, status="3")
        if last:
            self.stop(
                person, supplier, gemeente, number, coded=coded, product=product, first=first, last=last, forced=code
            )
        if self.chance(92):
            self.residence_rows(person, supplier, number, product, first=first, last=last, form="ZIN")
        else:
            self.count("verblijf unknown: no verblijven row")

    def stop(
        self,
        person: Person,
        supplier: str,
        gemeente: str,
        number: str,
        *,
        coded: str,
        product: str,
        first: date,
        last: date,
        forced: str = "",
    ) -> None:
        how = self.rnd.randint(1, 20) if not forced else 20
        version = self.version() if coded else "3.2"  # a stop code belongs to a version, and 2.x wants a product
        code = self.pick(STOP_CODES[version[0]])
        if self.chance(12) or forced:
            code = "20"
        if how == 1:
            self.count("Q-21 no 307")
            return
        if how == 2 and person.death is None and self.chance(70):
            person.death = last
            code = "02"
            self.count("Q-08 death, tails after it stay")
        self.count(f"stop code {code} in {version[0]}.x")
        if how == 3 and last > first:
            self.count("two standing 307s for one start")
            early = first + timedelta(days=self.rnd.randint(0, (last - first).days - 1))
            self.message("307", person, supplier, gemeente, number, coded, begin=first, end=early, reason="19")
        if how == 4:
            self.count("307 without a start")
            self.message(
                "307", person, supplier, gemeente, number, coded, begin=first + 3 * DAY, end=last + 5 * DAY, reason="19"
            )
        stop_code = product if how == 5 else coded
        sent = self.message(
            "307", person, supplier, gemeente, number, stop_code, begin=first, end=last, reason=code, version=version
        )
        if how == 6:
            self.count("status 3: 307 cancelled")
            self.message(
                "307",
                person,
                supplier,
                gemeente,
                number,
                stop_code,
                begin=first,
                end=last,
                reason=code,
                status="3",
                after=sent,
                version=version,
            )
            if self.chance(60):
                later = last + timedelta(days=self.pick((1, 10, 40)))
                self.message("307", person, supplier, gemeente, number, stop_code, begin=first, end=later, reason="19")

    def allocation(
        self,
        person: Person,
        region: str,
        supplier: str,
        number: str,
        gemeente: str,
        *,
        product: str,
        first: date,
        last: date | None,
    ) -> None:
        """Give a stay its toewijzing: SDD's indicatie in DAV, 301s in CG; dates need not agree with the stay."""
        begin = first + timedelta(days=self.pick((0, 0, 0, 0, 0, -1, -10, -40, 5, 31, 32)))
        end = None if last is None or self.chance(25) else last + timedelta(days=self.pick((0, 0, 0, 0, -3, 1, 20, 32)))
        if end and end < begin:
            end = begin
        if region == "DAV" and self.chance(92):
            if end and (end - begin).days > 3 and self.chance(25):
                self.count("Q-17 indicatie renumbered")
                middle = begin + timedelta(days=self.rnd.randint(1, (end - begin).days - 1))
                extra = product if self.chance(70) else "15D02"
                again = middle + timedelta(days=self.pick((1, 1, 1, 0, 15, 29)))
                if again <= end:
                    self.indication(person, self.next_number(), supplier, extra, again, end=end)
                end = middle
            self.indication(person, number, supplier, product, begin, end=end)
            return
        if region == "DAV":
            self.count("DAV stay known from a 301 only")
        self.message("301", person, supplier, gemeente, number, product, begin=begin, end=end)
        if self.chance(20):
            self.count("301 changed by a later 301 of that number")
            other = self.pick((product, product, "15Z03"))
            ended = end if self.chance(50) else begin + timedelta(days=self.pick((1, 90, 500)))
            self.message("301", person, supplier, gemeente, number, other, begin=begin, end=ended, granted=2)
        if self.chance(4):
            self.count("301 removed (13)")
            self.message(
                "301", person, supplier, gemeente, number, product, begin=begin, end=begin, reason="13", granted=3
            )

    def indication(
        self,
        person: Person,
        number: str,
        supplier: str,
        product: str,
        begin: date,
        *,
        end: date | None,
        form: str = "ZIN",
    ) -> None:
        decision = "toegekend" if self.chance(93) else self.pick(("afgewezen", "ingetrokken", ""))
        row = {
            "indicatie_nummer": number,
            "clientnummer": person.client,
            "bsn": person.bsn or "",
            "geboortedatum": person.birth_in("sdd"),
            "geslacht": "1",
            "aanmelddatum": begin - timedelta(days=30),
            "besluitdatum": begin - timedelta(days=10),
            "besluit": decision,
            "productcode": product,
            "leveringsvorm": form,
            "ingangsdatum": begin,
            "einddatum": end,
            "aanbieder_agb": supplier,
            "gemeente_aanvraag": "0505",
            "gemeente_herkomst": self.origin("DAV"),
            "herkomst_methode": "3",
            "grondslag": "onbekend",
            "inkomstenbron": "onbekend",
            "andere_hulp": "N",
            "uitstroomprofiel": self.pick(("K", "M", "L", "")),
        }
        if self.chance(4):
            self.count("E40 indicatie withdrawn from the snapshot")
            self.drop.withdrawn.append(row)
            return
        if self.chance(4) and decision == "toegekend":
            self.count("interpretation l: two rows of one indicatie")
            self.drop.indications.append(row | {"ingangsdatum": begin - timedelta(days=20), "einddatum": None})
        self.drop.indications.append(row)

    def origin(self, region: str) -> str:
        kind = self.rnd.randint(1, 12)
        if kind == 1:
            self.count("Q-25 herkomst 0000")
            return "0000"
        if kind == 2:
            return self.pick(("9999", "9998", "0344", "0620", ""))
        if kind == 3:
            return self.pick(MEMBERS["CG" if region == "DAV" else "DAV"])
        code = self.pick(MEMBERS[region])
        if code in ("0689", "1927", "0545", "0707", "0196"):
            self.count("Q-15 code of a merged gemeente")
        return code

    # -- where

    def residence_rows(
        self,
        person: Person,
        supplier: str,
        number: str,
        product: str,
        *,
        first: date,
        last: date | None,
        form: str,
    ) -> None:
        """Add one to three rows of verblijven in a row, at different locations."""
        begin = first if self.chance(90) else first + timedelta(days=self.pick((-5, 4)))
        stop = last
        if last and self.chance(10):
            self.count("iWmo and verblijven disagree on dates")
            stop = last + timedelta(days=self.pick((-4, 6)))
        if stop and stop < begin:
            stop = begin
        starts = [begin]
        while len(starts) < 3 and self.chance(35):
            following = starts[-1] + timedelta(days=self.pick((1, 20, 31, 150)))
            if following > (stop or self.drop.datum):
                break
            starts.append(following)
        for place, start in enumerate(starts):
            final = place == len(starts) - 1
            location = self.pick(LOCATIONS[supplier])
            if self.chance(5):
                location = self.pick(("", "ONBEKEND1"))
                self.count("location unknown")
            if place:
                self.count("Q-10 move of location within a placement")
            end = stop if final else starts[place + 1] - DAY + timedelta(days=self.pick((0, 0, 0, 0, 1, -1)))
            end = max(end, start) if end else None
            self.drop.residences[supplier].append(
                {
                    "verblijf_id": f"R{self.next_number()}",
                    "clientnummer": person.client,
                    "bsn": person.bsn or "",
                    "toewijzingnummer": number,
                    "locatiecode": location,
                    "productcode": product,
                    "leveringsvorm": form,
                    "eerste_dag": start,
                    "laatste_dag": end,
                    "bestemming": self.pick(DESTINATIONS) if end and final else "",
                }
            )

    def budget_chain(self, person: Person) -> None:
        region = self.pick(("DAV", "CG"))
        supplier = self.pick(BW_SUPPLIERS[region])
        product: str | None = None
        self.count("PGB")
        for first, last in self.chain(person, 3):
            product = self.product(region, first, product)
            if region == "DAV" and self.chance(85):
                begin = first + timedelta(days=self.pick((0, 0, -20, 3)))
                end = last + timedelta(days=self.pick((0, 10))) if last else None
                if end and end < begin:
                    end = begin
                self.indication(person, self.next_number(), supplier, product, begin, end=end, form="PGB")
            self.residence_rows(person, supplier, "", product, first=first, last=last, form="PGB")
            if last and self.chance(15):
                self.count("leveringsvorm PGB to ZIN")
                if person.bsn:
                    begin, end = last + DAY, last + 90 * DAY
                    self.natura_stay(person, region, supplier, product, first=begin, last=end)

    # -- opvang

    def shelter_chain(self, person: Person, supplier: str, *, women: bool = False) -> None:
        region = "CG" if supplier in ("vggm", CG_WOMEN) else "DAV"
        role = ""
        if supplier != "vggm":
            role = self.pick(("vrouw", "vrouw", "kind")) if women else self.pick(("man", "vrouw", "", "kind"))
            if role == "kind":
                self.count("Q-27 child")
        sign_up = self.sign_up(person, supplier, region, role, women=women)
        for first, last in self.chain(person, 4):
            if self.chance(20):
                sign_up = self.sign_up(person, supplier, region, role, women=women)
            facility = self.pick(("nachtopvang", "nachtopvang", "24uursopvang", "crisisopvang", "dagopvang"))
            if women and self.chance(90):
                facility = "vrouwenopvang"
            elif supplier != "vggm" and self.chance(5):
                facility = self.pick(("ambulant", "aware"))
                self.count("MO ambulant: no placement")
            if facility == "dagopvang":
                self.count("dagopvang never main")
            number = sign_up
            if self.chance(3):
                number = f"GEEN{self.next_number()}"
                self.count("stay without its aanmelding")
            place = self.pick(MEMBERS[region]) if self.chance(90) else self.pick(("0000", "0344", "0202", "0505"))
            self.stay(supplier, number, facility, place, first=first, last=last)
            if last and self.chance(25):
                self.count("MO two facilities at the same time: rank decides")
                other = self.pick(("nachtopvang", "crisisopvang", "24uursopvang"))
                again = last - timedelta(days=self.pick((0, 1, 5)))
                self.stay(supplier, number, other, place, first=again, last=last + 3 * DAY)

    def mutations(self, rows: list[Row], row: Row, changes: Row) -> None:
        """Append N, and now and then a W or V, with rising mutatietijd; the order of delivery is decided later."""
        moment = datetime.combine(date(2015, 2, 1), time(6)) + timedelta(
            days=self.rnd.randint(0, 30), seconds=len(rows)
        )
        rows.append(row | {"mutatiesoort": "N", "mutatietijd": moment})
        if self.chance(12):
            self.count("VGGM row changed (W)")
            rows[-1] = rows[-1] | changes
            rows.append(row | {"mutatiesoort": "W", "mutatietijd": moment + timedelta(days=3)})
        if self.chance(5):
            self.count("VGGM row removed (V)")
            key = next(iter(row))
            removed = row if self.chance(50) else {key: row[key]}
            rows.append(removed | {"mutatiesoort": "V", "mutatietijd": moment + timedelta(days=9)})

    def sign_up(self, person: Person, supplier: str, region: str, role: str, *, women: bool) -> str:
        number = f"M{self.next_number()}"
        row = {
            "aanmeldnummer": number,
            "clientnummer": person.client,
            "bsn": person.bsn or "",
            "geboortedatum": person.birth_in("vggm" if supplier == "vggm" else "opvang"),
            "geslacht": "2" if women else "1",
            "aanmelddatum": date(2015, 1, 5),
            "opvangsoort": "vrouwenopvang" if women else self.pick(("volwassenen", "crisis_volwassenen")),
            "gemeente_inschrijving": "9999",
            "gemeente_historisch": self.origin(region),
            "reden_dakloosheid": self.pick(REASONS),
            "besluit": "toegelaten",
            "besluitdatum": date(2015, 1, 6),
            "gezin_id": "",
            "rol": role,
        }
        self.mutations(self.drop.sign_ups[supplier], row, {"gemeente_historisch": self.origin(region)})
        return number

    def stay(self, supplier: str, sign_up: str, facility: str, place: str, *, first: date, last: date | None) -> None:
        row = {
            "verblijfnummer": f"O{self.next_number()}",
            "aanmeldnummer": sign_up,
            "locatiecode": self.pick(("S1", "S2", "")),
            "gemeente_verblijf": place,
            "voorziening": facility,
            "eerste_nacht": first,
            "laatste_nacht": last,
            "bestemming": self.pick((*DESTINATIONS, "U08")) if last else "",
        }
        self.mutations(self.drop.stays[supplier], row, {"eerste_nacht": first - 2 * DAY, "bestemming": "U31"})

    # -- around exits

    def around_exits(self, person: Person) -> None:
        """Leases and aftercare close to the days of this life, on both sides of every limit."""
        for day in person.days:
            if self.chance(12) and person.bsn:
                start = day + timedelta(days=self.pick((-32, -31, -5, 0, 5, 5, 31, 32)))
                if person.death is None or start <= person.death:
                    self.count("D.5 lease around an exit")
                    self.lease(person, start)
                    if self.chance(25):
                        self.count("two leases around one exit")
                        self.lease(person, day + (day - start))
            if self.chance(12):
                self.count("settled 11 nazorg row")
                for measure in self.pick(((6,), (6, 12), (24,))):
                    supplier = self.pick(("41000001", "42000001", DAV_SHELTER))
                    self.drop.aftercare[supplier].append(
                        {
                            "bsn": person.bsn or "",
                            "clientnummer": person.client,
                            "laatste_dag": day + timedelta(days=self.pick((0, 0, 0, 0, 1))),
                            "meting": str(measure),
                            "meetdatum": day + timedelta(days=30 * measure),
                            "woont_zelfstandig": "J",
                            "terugkeergarantie": self.pick(("J", "J", "N", "")),
                        }
                    )

    def lease(self, person: Person, start: date) -> None:
        kinds = ("regulier", "contingent", "omklap", "driepartijen", "tijdelijk_woonbegeleiding", "onderhuur")
        if person.death and start > person.death:
            return
        self.drop.leases.append(
            {
                "corporatie": self.pick(CORPORATIONS),
                "contractnummer": f"C{self.next_number()}",
                "bsn": int(str(person.bsn)) if self.chance(50) else person.bsn,
                "gemeente": "",
                "contractsoort": self.pick(kinds),
                "uitstroom_uit": self.pick(("BW", "MO", "VO")),
                "ingangsdatum": start.isoformat() if self.chance(30) else start,
                "kale_huur": 500,
                "zelfstandig": "J",
            }
        )

    # -- the waiting list

    def waiting_list(self) -> None:
        """Waits for more than half of the indicaties, some of them twice, and a few for no indicatie at all."""
        indications = [*self.drop.indications, *self.drop.withdrawn]
        for indication in indications:
            if not isinstance(indication.get("besluitdatum"), date) or not self.chance(60):
                continue
            self.wait(indication, indication["besluitdatum"] - timedelta(days=self.pick((0, 0, 30, 200))))
            if self.chance(10):
                self.count("D.6 a second wait for one indicatie")
                self.wait(indication, indication["besluitdatum"] + timedelta(days=self.pick((40, 300))))
            if self.chance(4):
                self.count("D.6 a wait without its indicatie")
                self.wait(indication | {"indicatie_nummer": self.next_number()}, indication["besluitdatum"])

    def wait(self, indication: Row, since: date) -> None:
        if self.chance(50):  # while lists were sent
            since = self.drop.datum - timedelta(days=self.rnd.randint(0, LIST_DAYS[0]))
        last: date | None = since + timedelta(days=self.pick((0, 1, 9, 30, 31, 60, 120, 365, 900)))
        reason = self.pick(("geplaatst", "geplaatst", "geplaatst", "afgezien", "elders", "overleden", "verlopen", ""))
        if self.chance(20):
            self.count("D.6 still waiting")
            last, reason = None, self.pick(("", "", "", "geplaatst"))
        person = {name: indication[name] for name in ("indicatie_nummer", "clientnummer", "bsn")}
        row = person | {"wachtend_sinds": since, "wachtend_tot": last, "reden_uit": reason, "overbruggingszorg": "N"}
        wait = Wait(row, [(date.min, self.pick(WAIT_STATUSES))], since)
        while self.chance(45):
            self.count("D.6 status change")
            day = max(since - 20 * DAY, self.drop.datum - self.pick(LIST_DAYS) * DAY)
            wait.statuses.append((day, self.pick(WAIT_STATUSES)))
        wait.statuses.sort()
        if self.chance(8):
            self.count("D.6 shown before its first day")
            wait.seen_from = since - timedelta(days=60)
        if self.chance(8):
            self.count("D.6 first day or last day corrected")
            moved = since + timedelta(days=self.pick((-15, 10)))
            changes: Row = {"wachtend_sinds": min(moved, last or moved)}
            if self.chance(50) and last:
                changes = {"wachtend_tot": last + timedelta(days=self.pick((5, 40)))}
            wait.corrected = (since + timedelta(days=self.pick((30, 300))), changes)
        if self.chance(6):
            self.count("E40 wait withdrawn from the list")
            wait.gone_from = since + timedelta(days=self.pick((10, 100, 400)))
        self.drop.waiting.append(wait)

    # -- after death

    def tails_after_death(self) -> None:
        """Let a stay with PGB run on in the administration of who died, or end on that day."""
        for stop in [row for row in self.drop.messages if row["kind"] == "307" and row["reason"] == "02"]:
            if self.chance(50):
                self.count("Q-08 a stay that runs on after death")
                supplier = self.pick((*BW_SUPPLIERS["DAV"], *BW_SUPPLIERS["CG"]))
                last = self.pick((None, stop["end"], stop["end"] + DAY, stop["end"] + 100 * DAY))
                self.drop.residences[supplier].append(
                    {
                        "verblijf_id": f"R{self.next_number()}",
                        "bsn": stop["bsn"],
                        "locatiecode": self.pick(LOCATIONS[supplier]),
                        "productcode": self.pick(("15D02", "15Z03")),
                        "leveringsvorm": "PGB",
                        "eerste_dag": stop["end"] - timedelta(days=self.pick((0, 3, 40))),
                        "laatste_dag": last,
                    }
                )

    # -- opvang: dates, families, reports

    def shelter_details(self) -> None:
        """Give every aanmelding its own date, kind and family; add reports and help without a bed."""
        for supplier, rows in list(self.drop.sign_ups.items()):
            first_nights: dict[str, date] = {}
            for stay in self.drop.stays[supplier]:
                night = stay.get("eerste_nacht")
                if isinstance(night, date):
                    number = stay["aanmeldnummer"]
                    first_nights[number] = min(night, first_nights.get(number, night))
            known: dict[str, Row] = {}
            families = [f"G{self.next_number()}" for _ in range(4)]
            for row in rows:
                if "aanmelddatum" not in row:
                    continue  # a removal without more than its key
                number = row["aanmeldnummer"]
                if number not in known or self.chance(20):
                    known[number] = self.sign_up_details(supplier, row, first_nights.get(number), families)
                row.update(known[number])
            for row in [row for row in rows if row.get("mutatiesoort") == "N"]:
                self.extra_help(supplier, row)

    def sign_up_details(self, supplier: str, row: Row, first_night: date | None, families: list[str]) -> Row:
        region = "CG" if supplier in ("vggm", CG_WOMEN) else "DAV"
        day = (first_night or self.first_day()) - timedelta(days=self.pick((0, 0, 0, 1, 5, 30, 60, 370)))
        kind = row["opvangsoort"]
        if kind != "vrouwenopvang":
            kind = self.pick(
                ("volwassenen", "volwassenen", "crisis_volwassenen", "crisis_gezinnen", "zwerfjongeren", "")
            )
            if first_night is None and supplier != "vggm":
                kind = self.pick(("volwassenen", "veldwerk", "veldwerk", "ambulant"))
                self.count("D.12 veldwerk or no stay")
        family = self.pick(families) if row.get("rol") and self.chance(60) else ""
        if family:
            self.count("D.12 family")
        return {
            "aanmelddatum": day,
            "besluitdatum": day + DAY,
            "besluit": self.pick(("toegelaten", "toegelaten", "afgewezen", "doorverwezen", "")),
            "opvangsoort": kind,
            "gemeente_inschrijving": self.origin(region) if self.chance(70) else "9999",
            "gezin_id": family,
        }

    def extra_help(self, supplier: str, row: Row) -> None:
        """Add an aanmelding nobody stayed on, or days of ambulant help or Aware."""
        if self.chance(15):
            self.count("Q-38 aanmelding without a stay")
            day = row["aanmelddatum"] + timedelta(days=self.pick((-400, -3, 0, 1, 90, 365)))
            kind = self.pick(("volwassenen", "veldwerk", "ambulant", "vrouwenopvang")) if supplier != "vggm" else ""
            other = {"aanmeldnummer": f"M{self.next_number()}", "aanmelddatum": day, "besluit": "afgewezen"}
            if kind:
                other["opvangsoort"] = kind
            self.drop.sign_ups[supplier].append(row | other)
        if self.chance(30):
            self.count("D.12 short stays about a week apart")
            first = row["aanmelddatum"] + timedelta(days=self.pick((0, 1, 700)))
            facility = "vrouwenopvang" if row["opvangsoort"] == "vrouwenopvang" else "nachtopvang"
            place = "0202" if supplier in ("vggm", CG_WOMEN) else "0505"
            for _ in range(2):
                last = first + timedelta(days=self.pick((0, 1)))
                self.stay(supplier, row["aanmeldnummer"], facility, place, first=first, last=last)
                first = last + timedelta(days=self.pick((7, 8, 8, 9)))
        if supplier != "vggm" and self.chance(30):
            facility = self.pick(("ambulant", "aware"))
            self.count(f"D.12 {facility}")
            first = row["aanmelddatum"] + timedelta(days=self.pick((0, 3, 200)))
            last = None if self.chance(15) else first + timedelta(days=self.pick((0, 6, 130, 133, 400)))
            place = "0202" if supplier == CG_WOMEN else "0505"
            self.stay(supplier, row["aanmeldnummer"], facility, place, first=first, last=last)

    # -- homes and potential

    def housing_details(self) -> None:
        """Give leases their gemeente and contingent, stays a day of readiness, indicaties an assessment."""
        origins = {row["number"]: row["gemeente"] for row in self.drop.messages if row["kind"] == "301"}
        origins |= {row["indicatie_nummer"]: row["gemeente_herkomst"] for row in self.drop.indications}
        origins |= {
            row["aanmeldnummer"]: row["gemeente_historisch"]
            for rows in self.drop.sign_ups.values()
            for row in rows
            if "gemeente_historisch" in row
        }
        for row in [row for rows in self.drop.residences.values() for row in rows]:
            last = row.get("laatste_dag")
            if isinstance(last, date) and passes_eleven_test(row.get("bsn") or "") and self.chance(15):
                self.count("D.7 lease of who left")
                self.drop.leases.append(
                    {
                        "corporatie": self.pick(CORPORATIONS),
                        "contractnummer": f"C{self.next_number()}",
                        "bsn": row["bsn"],
                        "gemeente": origins.get(row.get("toewijzingnummer")) if self.chance(60) else "",
                        "contractsoort": self.pick(("regulier", "contingent", "omklap", "driepartijen")),
                        "uitstroom_uit": "BW",
                        "ingangsdatum": last + timedelta(days=self.pick((-31, 0, 1, 1, 14, 31, 32))),
                        "kale_huur": 600,
                        "zelfstandig": "J",
                    }
                )
        for lease in self.drop.leases:
            start = lease["ingangsdatum"]
            start = date.fromisoformat(start) if isinstance(start, str) else start
            kind = lease["contractsoort"]
            lease["gemeente"] = lease["gemeente"] or self.pick((*MEMBERS["DAV"], *MEMBERS["CG"], "0344", ""))
            if self.chance(80 if kind == "contingent" else 8):
                lease["contingent"] = self.pick(("K1", "K2"))
                self.count("D.7 lease of a contingent")
            if kind in ("omklap", "driepartijen") and self.chance(60):
                lease["omklapdatum"] = start + timedelta(days=self.pick((0, 90, 365)))
            if self.chance(25):
                lease["einddatum"] = start + timedelta(days=self.pick((0, 30, 400)))
        for corporation in CORPORATIONS:
            for year in range(2015, self.drop.datum.year + 1):
                for gemeente in self.rnd.sample(("0505", "0642", "0202", "0275", "0689", "1978"), self.pick((0, 1, 3))):
                    for kind in self.pick((("absoluut",), ("pct_mutaties",), ("absoluut", "pct_mutaties"))):
                        self.count(f"D.7 contingent {kind}")
                        self.drop.contingents.append(
                            {
                                "corporatie": corporation,
                                "jaar": year,
                                "gemeente": gemeente,
                                "soort": kind,
                                "aantal": self.pick((1, 2, 3, 10, "") if kind == "absoluut" else (2, 2, 2, 5, "")),
                                "mutaties": self.pick((25, 75, 120, 149, 175, 310, "")) if kind != "absoluut" else "",
                            }
                        )
        for rows in self.drop.residences.values():
            for row in rows:
                first, last = row["eerste_dag"], row.get("laatste_dag")
                if isinstance(first, date) and "uitstroomgereed_op" not in row and self.chance(40):
                    self.count("E13 uitstroomgereed")
                    end = last if isinstance(last, date) else self.drop.datum
                    ready = end - timedelta(days=self.pick((0, 10, 90, 183, 184, 300)))
                    if self.chance(30):  # so many days before a midnight at the end of a month
                        ready = end.replace(day=1) - timedelta(days=self.pick((183, 184)))
                    row["uitstroomgereed_op"] = max(ready, first)
                if isinstance(last, date) and self.chance(50):
                    self.count("D.7 gemeente van uitstroom")
                    row["gemeente_uitstroom"] = self.pick(
                        (*MEMBERS["DAV"], *MEMBERS["CG"], "0344", "9999", "0000", "0000")
                    )
                    if self.chance(50):
                        row["gemeente_uitstroom"] = origins.get(row.get("toewijzingnummer"), row["gemeente_uitstroom"])
                if row.get("bsn") and isinstance(first, date) and self.chance(25):
                    self.count("E14 inschrijving")
                    day = first + timedelta(days=self.pick((-400, -1, 0, 28, 31, 32, 200)))
                    until = day + timedelta(days=self.pick((1, 100, 900))) if self.chance(40) else None
                    registration = {"bsn": row["bsn"], "inschrijfdatum": day, "uitschrijfdatum": until}
                    self.drop.registrations.append(registration | {"corporatie": self.pick(CORPORATIONS)})
        for rows in self.drop.stays.values():
            for row in rows:
                if row.get("bestemming") and self.chance(50):
                    row["gemeente_uitstroom"] = self.pick((*MEMBERS["DAV"], *MEMBERS["CG"], "0344", "9999"))
                    if self.chance(50):
                        row["gemeente_uitstroom"] = origins.get(row["aanmeldnummer"], row["gemeente_uitstroom"])
        for row in self.drop.indications:
            begin = row.get("ingangsdatum")
            if isinstance(begin, date) and self.chance(75):
                row["beoordeeld_op"] = begin + timedelta(days=self.pick((-1900, -30, 0, 100, 700, 730, 731, 1500)))
                if self.chance(40):
                    self.count("Q-31 another profile before")
                    before = row["beoordeeld_op"] - timedelta(days=self.pick((0, 90, 400)))
                    row["before"] = {"uitstroomprofiel": self.pick(("K", "M", "L", "")), "beoordeeld_op": before}

    # -- applications, aftercare, evictions

    def application_details(self) -> None:
        """Give indicaties dates, a ladder and traits of their own; add applications that never came to care."""
        indications = [row for row in self.drop.indications if isinstance(row.get("aanmelddatum"), date)]
        for row in indications:
            row["herkomst_methode"] = self.pick(("1", "2", "3", "3", "4", "5", "6", ""))
            row["grondslag"] = self.pick(("verslaving", "autisme", "meerdere", "onbekend", ""))
            row["inkomstenbron"] = self.pick(("wajong", "bijstand", "werk", "onbekend", ""))
            row["andere_hulp"] = self.pick(("J", "N", "N", ""))
            applied = row["aanmelddatum"] + timedelta(days=self.pick((0, 0, 5, 20, -1, -60, -400)))
            self.application_dates(row, applied)
        for source in [row for row in indications if self.chance(20)]:
            self.count("D.6 belangstellende without care")
            kept = {name: source[name] for name in ("clientnummer", "bsn", "geboortedatum", "gemeente_herkomst")}
            row = kept | {
                "indicatie_nummer": self.next_number(),
                "besluit": self.pick(("", "", "", "afgewezen", "ingetrokken", "doorverwezen", "uitgesteld")),
                "productcode": "15D01",
            }
            day = self.first_day() if self.chance(50) else self.drop.datum - timedelta(days=self.rnd.randint(0, 500))
            self.application_dates(row, day)
            self.drop.indications.append(row)

    def application_dates(self, row: Row, applied: date) -> None:
        """Date an aanmelding, its intake and its besluit; now and then one is missing or the order is odd."""
        row["aanmelddatum"] = applied if self.chance(94) else ""
        row["intake_datum"] = applied + timedelta(days=self.pick((0, 7, 30, 90))) if self.chance(60) else ""
        row["besluitdatum"] = applied + timedelta(days=self.pick((0, 1, 10, 31, 60, 200, -3)))
        if not self.chance(94):
            self.count("D.6 besluit without a date")
            row["besluitdatum"] = ""

    def aftercare_series(self) -> None:
        """Follow some of who left at 6, 12, 18 and 24 months, around both limits of each measurement."""
        applied = {
            (supplier, row["aanmeldnummer"]): row
            for supplier, rows in self.drop.sign_ups.items()
            for row in rows
            if "bsn" in row
        }
        ends = [
            (supplier, row, row.get("laatste_dag")) for supplier, rows in self.drop.residences.items() for row in rows
        ]
        ends += [
            (supplier, applied.get((supplier, row["aanmeldnummer"]), {}), row.get("laatste_nacht"))
            for supplier, rows in self.drop.stays.items()
            for row in rows
            if "aanmeldnummer" in row
        ]
        for supplier, row, last in ends:
            if supplier == "vggm" or not isinstance(last, date) or "bsn" not in row or not self.chance(25):
                continue
            if row["bsn"] and not passes_eleven_test(row["bsn"]):
                continue
            self.count("D.14 series of nazorg")
            guarantee = self.pick(("J", "J", "N", ""))
            for months in (6, 12, 18, 24):
                if self.chance(85):
                    on = add_months(last, months) + timedelta(days=self.pick((0, 0, 0, 31, -31, 10, 32, -32)))
                    self.drop.aftercare[supplier].append(
                        {
                            "bsn": row["bsn"],
                            "clientnummer": row.get("clientnummer"),
                            "laatste_dag": last,
                            "meting": str(months),
                            "meetdatum": on if self.chance(95) else "",
                            "woont_zelfstandig": "J",
                            "terugkeergarantie": guarantee,
                        }
                    )

    def evictions(self) -> None:
        """Evict clients, up to a year and a day from their care, people nobody knows, and some without a BSN."""
        stranger = next(self.bsns)
        for row in [row for rows in self.drop.residences.values() for row in rows]:
            days = [day for day in (row["eerste_dag"], row.get("laatste_dag")) if isinstance(day, date)]
            bsn = row.get("bsn") or ""
            if not days or not self.chance(25) or (bsn and not passes_eleven_test(bsn)):
                continue
            around = timedelta(days=self.pick((-367, -366, -365, -364, -10, 0, 10, 364, 365, 366, 367)))
            self.count("eviction")
            self.drop.evictions.append(
                {
                    "corporatie": self.pick(CORPORATIONS),
                    "datum": self.pick(days) + around,
                    "gemeente": self.pick((*MEMBERS["DAV"], *MEMBERS["CG"], "0344", "0000", "")),
                    "reden": self.pick(("huurachterstand", "overlast", "")),
                    "bsn": self.pick((bsn, bsn, bsn, "", stranger)),
                }
            )

    def leases_without_bsn(self) -> None:
        """Give leases a birth date and take the BSN of some; add those of who left the opvang without one (D.7)."""
        births: dict[str, date] = {}
        for row in (*self.drop.indications, *(row for rows in self.drop.sign_ups.values() for row in rows)):
            if row.get("bsn") and isinstance(row.get("geboortedatum"), date):
                births.setdefault(row["bsn"], row["geboortedatum"])
        for lease in self.drop.leases:
            lease["geboortedatum"] = births.get(str(lease["bsn"])) if self.chance(60) else None
            if lease["geboortedatum"] and self.chance(35):
                self.count("D.7 lease without a BSN")
                lease["bsn"] = None
        for supplier, stays in self.drop.stays.items():
            people = {row["aanmeldnummer"]: row for row in self.drop.sign_ups[supplier] if "geboortedatum" in row}
            for stay in stays:
                person, last = people.get(stay.get("aanmeldnummer") or ""), stay.get("laatste_nacht")
                if not person or not isinstance(last, date) or not person["geboortedatum"] or not self.chance(20):
                    continue
                self.count("D.7 lease by birth date of who left the opvang")
                for _ in range(self.pick((1, 1, 1, 2))):
                    self.drop.leases.append(
                        {
                            "corporatie": self.pick(CORPORATIONS),
                            "contractnummer": f"C{self.next_number()}",
                            "bsn": None,
                            "geboortedatum": person["geboortedatum"],
                            "gemeente": self.pick((stay.get("gemeente_uitstroom"), stay["gemeente_verblijf"])),
                            "contractsoort": self.pick(("regulier", "contingent", "tijdelijk_woonbegeleiding")),
                            "uitstroom_uit": "MO",
                            "ingangsdatum": last + timedelta(days=self.pick((-32, -31, 0, 1, 1, 10, 31, 32))),
                            "zelfstandig": "J",
                        }
                    )

    # -- messages

    def version(self) -> str:
        return self.pick(("2.1", "2.1", "2.1", "2.1", "3.2", "3.2", "3.2", "2.2", "2.4", "3.1"))

    def message(  # noqa: PLR0917
        self,
        kind: str,
        person: Person,
        supplier: str,
        gemeente: str,
        number: str,
        code: str,
        *,
        begin: date,
        end: date | None = None,
        reason: str = "",
        status: str = "1",
        granted: int = 1,
        after: Row | None = None,
        later: bool = False,
        version: Any = None,
    ) -> Row:
        """Queue one product record for delivery; `after` a record: on its day or later, `later`: strictly."""
        if isinstance(version, dict):
            version = version["version"]
        version = version or (after["version"] if after else self.version())
        if not code and version[0] == "2":
            version = "3.2"  # a 2.x message cannot be without a product
        delivered = _slot((end if kind == "307" and end else begin) + timedelta(days=self.pick((0, 0, 5, 40, 200))))
        if after:
            least = after["delivered"] + (40 * DAY if later else timedelta(0))
            delivered = _slot(least + timedelta(days=self.pick((0, 0, 45))))
        if delivered > self.drop.datum and not self.chance(5):
            delivered = self.drop.datum if not after else max(self.drop.datum, after["delivered"])
        row = {
            "kind": kind,
            "version": version,
            "supplier": supplier,
            "gemeente": gemeente,
            "delivered": delivered,
            "bsn": person.bsn,
            "birth": person.birth_in(kind),
            "number": number,
            "code": code,
            "begin": begin,
            "end": end,
            "reason": reason,
            "status": status,
            "granted": datetime.combine(begin - 10 * DAY, time(12)) + timedelta(days=granted),
        }
        if kind != "301" and version[0] == "2" and code and self.chance(2):
            row["category"] = "15"
        self.drop.messages.append(row)
        return row

    # -- rows that break a blocking rule

    def bad_rows(self) -> None:
        """Rows that would change every figure if they were loaded."""
        if not self.chance(70):
            return
        self.count("rows that break a blocking rule")
        person = Person(self, known=True)
        good = date(2018, 2, 1)
        changes: tuple[Row, ...]
        changes = (
            {"productcode": "99X99"},
            {"bsn": "999900007"},
            {"einddatum": date(2017, 1, 1)},
            {"einddatum": "30-02-2018"},
        )
        for index, change in enumerate(changes):
            row = {
                "indicatie_nummer": f"9{index}000",
                "clientnummer": person.client,
                "bsn": person.bsn,
                "besluit": "toegekend",
                "productcode": "15D01",
                "leveringsvorm": "ZIN",
                "ingangsdatum": good,
                "gemeente_herkomst": "0505",
            }
            self.drop.indications.append(row | change)
        self.drop.indications.append(row | {"indicatie_nummer": "", "einddatum": ""})
        self.drop.indications.append(row | {"bsn": "", "clientnummer": "", "einddatum": ""})
        row = {
            "clientnummer": person.client,
            "bsn": person.bsn,
            "locatiecode": "D1",
            "productcode": "15D01",
            "leveringsvorm": "PGB",
            "eerste_dag": good,
        }
        changes = (
            {"productcode": "16001"},
            {"bsn": "123"},
            {"laatste_dag": date(2018, 1, 1)},
            {"eerste_dag": "2018-13-01"},
            {"eerste_dag": ""},
            {"uitstroomgereed_op": "gisteren"},
        )
        for index, change in enumerate(changes):
            self.drop.residences["41000001"].append({"verblijf_id": f"X{index}"} | row | change)
        number = self.sign_up(person, "vggm", "CG", "", women=False)
        changes = ({"voorziening": "hotel"}, {"eerste_nacht": "2018-02-01"}, {"verblijfnummer": ""})
        for index, change in enumerate(changes):
            self.drop.stays["vggm"].append(
                {
                    "verblijfnummer": f"Y{index}",
                    "aanmeldnummer": number,
                    "gemeente_verblijf": "0202",
                    "voorziening": "nachtopvang",
                    "eerste_nacht": good,
                    "mutatiesoort": "N",
                    "mutatietijd": datetime(2018, 2, 2, 3, 4, index),  # noqa: DTZ001
                }
                | change
            )


class Person:
    """Who a life is about: BSN or not, birth date as each feed has it, the days on which something happened."""

    def __init__(self, lives: Lives, *, known: bool = False) -> None:
        self.lives = lives
        self.bsn: str | None = next(lives.bsns)
        self.client = f"K{lives.next_number()}"
        self.days: list[date] = []
        self.death: date | None = None
        self.birth = date(1950, 1, 1) + timedelta(days=lives.rnd.randint(0, 18500))
        if lives.chance(8):
            self.birth = date(1996, 2, 29)
            lives.count("Q-22 born on 29 February")
        self.missing = lives.chance(15)
        self.differs = lives.pick(("", "", "", "sdd", "301", "305", "vggm"))
        if lives.chance(12) and not known:
            self.bsn = None
            lives.count("Q-23 no BSN")

    def birth_in(self, feed: str) -> date | str:
        """Return the birth date this feed gives; feeds differ for some, iWmo always has one."""
        if self.missing and feed in ("sdd", "vggm", "opvang"):
            return ""
        return self.birth - timedelta(days=700) if feed == self.differs else self.birth


def _gap_case(gap: int) -> str:
    if gap == -1:
        return "Q-01 same-day switch"
    return "Q-04 overlap" if gap < -1 else f"Q-02 gap {gap}"


def _slot(day: date) -> date:
    """Messages travel in monthly batches, so that a drop of hundreds of lives is not thousands of files."""
    return day.replace(day=15)


# ------------------------------------------------------------------------------------------------ writing


def csv_bytes(columns: tuple[str, ...], rows: list[Row], *, dutch: bool = False) -> bytes:
    """Return a CSV file as deliveries.md wants it; `dutch` as VGGM writes it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column), dutch=dutch) for column in columns])
    return out.getvalue().encode("cp1252" if dutch else "utf-8")


def _cell(value: Any, *, dutch: bool) -> str:
    if isinstance(value, datetime):
        return value.strftime("%d-%m-%Y %H:%M:%S" if dutch else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y") if dutch else value.isoformat()
    return "" if value is None else str(value)


def _tag(name: str, value: Any) -> str:
    return "" if value in (None, "") else f"<{name}>{escape(str(value))}</{name}>"


def message_xml(kind: str, version: str, records: list[Row], identification: str) -> bytes:
    """Return one iWmo message; 3.x holds one client, 2.x any number. Structure: iwmo.md 1.3 to 1.7."""
    first = records[0]
    major, minor = version.split(".")
    base = f"http://www.istandaarden.nl/iwmo/{major}_{minor}"
    suffix = f"/{major}_{minor}" if major == "2" else ""
    parties = (first["gemeente"], first["supplier"]) if kind == "301" else (first["supplier"], first["gemeente"])
    header = (
        _tag("m:BerichtCode", {"301": "414", "305": "418", "307": "420"}[kind])
        + _tag("m:BerichtVersie", major)
        + _tag("m:BerichtSubversie", minor)
        + _tag("m:Afzender", parties[0])
        + _tag("m:Ontvanger", parties[1])
        + f"<m:BerichtIdentificatie>{_tag('b:Identificatie', identification)}"
        + f"{_tag('b:Dagtekening', first['delivered'])}</m:BerichtIdentificatie>"
    )
    if major == "3":
        header += "<m:XsdVersie><b:BasisschemaXsdVersie>1.0.0</b:BasisschemaXsdVersie>"
        header += "<b:BerichtXsdVersie>1.0.0</b:BerichtXsdVersie></m:XsdVersie>"
    by_client: dict[str, list[Row]] = defaultdict(list)
    for record in records:
        by_client[record["bsn"]].append(record)
    clients = "".join(_client_xml(kind, major, mine) for mine in by_client.values())
    if major == "2":
        clients = f"<m:Clienten>{clients}</m:Clienten>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<m:Bericht xmlns:m="{base}/wmo{kind}/schema{suffix}" '
        f'xmlns:b="{base}/basisschema/schema{suffix}"><m:Header>{header}</m:Header>{clients}</m:Bericht>\n'
    ).encode()


def _client_xml(kind: str, major: str, records: list[Row]) -> str:
    first = records[0]
    surname = "b:Naam" if major == "2" else "b:Achternaam"
    name = f"<b:Geslachtsnaam><{surname}>Test</{surname}></b:Geslachtsnaam>"
    out = _tag("m:Bsn", first["bsn"])
    out += f"<m:Geboortedatum>{_tag('b:Datum', first['birth'])}</m:Geboortedatum><m:Geslacht>0</m:Geslacht>"
    if kind == "301":
        out += f"<m:Naam>{name}<b:NaamGebruik>1</b:NaamGebruik></m:Naam>"
        out += "<m:Contactgegevens><m:Contact><m:Soort>01</m:Soort></m:Contact></m:Contactgegevens>"
        products = "".join(_allocated_xml(major, record) for record in records)
        products = f"<m:ToegewezenProducten>{products}</m:ToegewezenProducten>"
        if major == "2":
            products = (
                f"<m:Beschikking><m:BeschikkingNummer>1</m:BeschikkingNummer>{_tag('m:Afgiftedatum', first['begin'])}"
                f"{_tag('m:Ingangsdatum', first['begin'])}<m:BeschiktProducten><m:BeschiktProduct>"
                f"{_product_xml(first)}{_tag('m:Ingangsdatum', first['begin'])}</m:BeschiktProduct>"
                f"</m:BeschiktProducten>{products}</m:Beschikking>"
            )
        return f"<m:Client>{out}{products}</m:Client>"
    out += f"<m:Naam>{name}</m:Naam>"
    if major == "2":
        out += "<m:StatusAanlevering>1</m:StatusAanlevering>"
    part = "StartProduct" if kind == "305" else "StopProduct"
    products = "".join(_delivered_xml(kind, major, part, record) for record in records)
    return f"<m:Client>{out}<m:{part}en>{products}</m:{part}en></m:Client>"


def _product_xml(record: Row) -> str:
    if not record["code"]:
        return ""
    return f"<m:Product><b:Categorie>15</b:Categorie>{_tag('b:Code', record['code'])}</m:Product>"


def _allocated_xml(major: str, record: Row) -> str:
    return (
        f"<m:ToegewezenProduct>{_tag('m:ToewijzingNummer', record['number'])}{_product_xml(record)}"
        + (_tag("m:Aanbieder", record["supplier"]) if major == "2" else "")
        + _tag("m:Toewijzingsdatum", record["granted"].date())
        + _tag("m:Toewijzingstijd", record["granted"].time())
        + _tag("m:Ingangsdatum", record["begin"])
        + _tag("m:Einddatum", record["end"])
        + _tag("m:RedenWijziging", record["reason"])
        + "</m:ToegewezenProduct>"
    )


def _delivered_xml(kind: str, major: str, part: str, record: Row) -> str:
    out = _tag("m:ToewijzingNummer", record["number"]) + _product_xml(record) + _tag("m:Begindatum", record["begin"])
    if major == "2":
        out += _tag("m:Aanbieder", record["supplier"])
    if kind == "307":
        out += _tag("m:RedenBeeindiging", record["reason"]) + _tag("m:Einddatum", record["end"])
    return f"<m:{part}>{out}{_tag('m:StatusAanlevering', record['status'])}</m:{part}>"


def write_drop(drop: Drop, folder: Path, rnd: Random) -> None:
    """Write the files of a drop; everything that is not in a delivery of its day was in an earlier one."""
    stamp = _Stamps(drop.datum)
    sdd = folder / "sdd"
    columns = FEEDS["sdd_indicaties"].columns
    early = [row | row.get("before", {}) for row in drop.indications if rnd.randint(1, 100) <= 85] + drop.withdrawn
    _snapshots(sdd, "sdd_indicaties", columns, early, drop.indications, stamp=stamp, drop=drop)
    _write_waiting_lists(sdd, drop, stamp)
    suppliers = sorted({*drop.residences, *drop.sign_ups, *drop.stays, *drop.aftercare, *LOCATIONS} - {"vggm"})
    for supplier in suppliers:
        home = folder / "zorgaanbieders" / supplier
        residences = drop.residences[supplier]
        early = [row for row in residences if rnd.randint(1, 100) <= 85]
        _snapshots(home, "verblijven", FEEDS["verblijven"].columns, early, residences, stamp=stamp, drop=drop)
        locations = [
            {
                "locatiecode": code,
                "naam": code,
                "gemeente": gemeente,
                "productcode": product,
                "plaatsen": places,
                "geldig_van": start,
                "geldig_tot": end,
            }
            for code, validity in LOCATIONS.get(supplier, {}).items()
            for gemeente, start, end in validity
            for product, places in PLACES.get(code, [("", 9)])
        ]
        write_file(home, f"locaties_{stamp.early}.csv", csv_bytes(FEEDS["locaties"].columns, locations[:1]))
        write_file(home, f"locaties_{stamp.late}.csv", csv_bytes(FEEDS["locaties"].columns, locations))
        aftercare = drop.aftercare[supplier]
        write_file(home, f"nazorg_{stamp.late}.csv", csv_bytes(FEEDS["nazorg"].columns, aftercare))
    for supplier in (*suppliers, "vggm"):
        central = supplier == "vggm"
        home = folder / "vggm" if central else folder / "zorgaanbieders" / supplier
        names = ("vggm_aanmeldingen", "vggm_verblijven") if central else ("aanmeldingen", "opvang")
        extra = () if central else ("gezin_id", "rol")
        for name, wanted, rows in (
            (names[0], (*SIGN_UP, *extra), list(drop.sign_ups[supplier])),
            (names[1], STAY, list(drop.stays[supplier])),
        ):
            rnd.shuffle(rows)  # a later file may hold an earlier mutatietijd
            half = len(rows) // 2
            for day, part in ((stamp.early, rows[:half]), (stamp.late, rows[half:])):
                write_file(home, f"{name}_{day}.csv", csv_bytes(wanted, part, dutch=central))
    for corporation in CORPORATIONS:
        _write_housing(folder / "corporaties" / corporation, drop, corporation, stamp)
    _write_messages(folder, drop, rnd)


class _Stamps:
    """The days of delivery of a drop: an early one, the night itself, and one that is still to come."""

    def __init__(self, datum: date) -> None:
        self.early = (datum - 20 * DAY).strftime("%Y%m%d")
        self.late = (datum - 1 * DAY).strftime("%Y%m%d")
        self.held = datum.strftime("%Y%m%d")
        self.future = (datum + 5 * DAY).strftime("%Y%m%d")


def write_file(folder: Path, name: str, content: bytes) -> None:
    """Write a file, making its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def _snapshots(
    folder: Path, name: str, columns: tuple[str, ...], early: list[Row], late: list[Row], *, stamp: _Stamps, drop: Drop
) -> None:
    """Write an early and a late snapshot, one that comes after DATE, and if it is big enough one to be held."""
    if len(late) > 0.82 * len(early):
        write_file(folder, f"{name}_{stamp.early}.csv", csv_bytes(columns, early))
    write_file(folder, f"{name}_{stamp.late}.csv", csv_bytes(columns, late))
    write_file(folder, f"{name}_{stamp.future}.csv", csv_bytes(columns, late[: len(late) // 3]))
    drop.cases["snapshot of after DATE"] += 1
    if len(late) >= 30:
        write_file(folder, f"{name}_{stamp.held}.csv", csv_bytes(columns, late[: len(late) // 2]))
        drop.cases["snapshot held by the volume guard"] += 1


def _write_waiting_lists(folder: Path, drop: Drop, stamp: _Stamps) -> None:
    """Write the list of every day on which it is long enough to pass the volume guard, and one that does not."""
    columns = FEEDS["sdd_wachtlijst"].columns
    before = 0
    for days in LIST_DAYS:
        day = drop.datum - days * DAY
        rows = [row for wait in drop.waiting if (row := wait.on(day))]
        if len(rows) >= before or len(rows) > 0.9 * before:
            write_file(folder, f"sdd_wachtlijst_{day:%Y%m%d}.csv", csv_bytes(columns, rows))
            before = len(rows)
    if len(rows) >= 30:
        write_file(folder, f"sdd_wachtlijst_{stamp.held}.csv", csv_bytes(columns, rows[: len(rows) // 2]))
    write_file(folder, f"sdd_wachtlijst_{stamp.future}.csv", csv_bytes(columns, rows[: len(rows) // 3]))


def _write_housing(folder: Path, drop: Drop, corporation: str, stamp: _Stamps) -> None:
    """Write the workbook of a corporation, with everything it knows."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, header, found in (
        ("Verhuringen", LEASE_HEADER, drop.leases),
        ("Inschrijvingen", ("bsn", "geboortedatum", "inschrijfdatum", "uitschrijfdatum"), drop.registrations),
        ("Contingenten", ("jaar", "gemeente", "soort", "aantal", "mutaties"), drop.contingents),
        ("Ontruimingen", ("datum", "gemeente", "reden", "bsn"), drop.evictions),
    ):
        sheet = book.create_sheet(title)
        sheet.append(header)
        for row in found:
            if row["corporatie"] == corporation:
                sheet.append([row.get(column) for column in header])
    folder.mkdir(parents=True, exist_ok=True)
    book.save(folder / f"woningen_{stamp.late}.xlsx")


def _write_messages(folder: Path, drop: Drop, rnd: Random) -> None:
    """Write the queued records: 2.x in batches, 3.x one client a message; some files zipped, some delivered twice."""
    batches: dict[tuple, list[Row]] = defaultdict(list)
    for row in drop.messages:
        client = row["bsn"] if row["version"][0] == "3" else ""
        batches[
            (row["supplier"], row["delivered"], row["kind"], row["version"], row["gemeente"], client, row["status"])
        ].append(row)
    zipped: dict[tuple, list[tuple[str, bytes]]] = defaultdict(list)
    for number, (batch, rows) in enumerate(batches.items(), start=1):
        supplier, delivered, kind, version = batch[:4]
        content = message_xml(kind, version, rows, f"B{number}")
        name = f"WMO{kind}_{delivered:%Y%m%d}_{number}.xml"
        home = folder / "zorgaanbieders" / supplier
        if version[0] == "3" or rnd.randint(1, 100) <= 20:
            zipped[(home, delivered)].append((name, content))
        else:
            write_file(home, name, content)
            if rnd.randint(1, 100) <= 5:
                again = min(delivered + 60 * DAY, drop.datum)
                write_file(home, f"WMO{kind}_{again:%Y%m%d}_{number + 50000}.xml", content)
                drop.cases["dubbel: the same bytes under another name"] += 1
    for (home, delivered), members in zipped.items():
        home.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(home / f"berichten_{delivered:%Y%m%d}_1.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)


# ------------------------------------------------------------------------------------------------ entrances


def random_datum(rnd: Random) -> date:
    """Return a night to run: any day from the summer of 2018 on, often the first or last of a month."""
    day = date(2018, 6, 1) + timedelta(days=rnd.randint(0, 1500))
    return rnd.choice([day, day.replace(day=1), day.replace(day=1) - DAY])


def random_drop(seed: int, n_lives: int, folder: Path, datum: date | None = None) -> Drop:
    """Write a drop of `n_lives` random small lives to `folder`; the same seed gives the same drop."""
    rnd = Random(seed)
    drop = Lives(rnd, datum or random_datum(rnd), n_lives).drop
    write_drop(drop, folder, rnd)
    return drop


def random_nights(seed: int, n_lives: int, folder: Path) -> tuple[Drop, list[tuple[date, Path]]]:
    """Write a drop that comes in over four nights; returns it with (DATE, the drop as it is that night), in order.

    Messages arrive late, under their own date. Many a file is delivered wrong first and corrected under its own name a
    night later. A message whose bytes also come under another name is left alone: which of the two is `dubbel`, and
    whether what stands in its place counts, is not decided.
    """
    drop = random_drop(seed, n_lives, folder / "all")
    rnd = Random(-seed)
    dates = [drop.datum - timedelta(days=before) for before in (rnd.randint(150, 900), rnd.randint(21, 140), 1, 0)]
    nights = [(datum, folder / f"night{number}") for number, datum in enumerate(dates)]
    paths = sorted((folder / "all").rglob("*.*"))
    times = Counter(path.read_bytes() for path in paths if path.suffix == ".xml")
    for path in paths:
        found = re.search(r"_(\d{4})(\d\d)(\d\d)[_.]", path.name)
        assert found, path.name
        leverdatum = date(*map(int, found.groups()))
        arrives = min((n for n, datum in enumerate(dates) if datum >= leverdatum), default=len(dates) - 1)
        message = path.name.startswith(("WMO", "berichten"))
        if message and rnd.randint(1, 100) <= 15 and arrives < len(dates) - 1:
            drop.cases["a message arrives late"] += 1
            arrives = rnd.randint(arrives + 1, len(dates) - 1)
        content = path.read_bytes()
        wrong = content
        if path.suffix == ".csv" and rnd.randint(1, 100) <= 60:
            wrong = _wrong_csv(content, rnd)
        elif path.suffix == ".xml" and times[content] == 1 and rnd.randint(1, 100) <= 25:
            wrong = _wrong_message(content)
        elif path.suffix == ".zip" and rnd.randint(1, 100) <= 50:
            wrong = _wrong_zip(content)
        if wrong != content and arrives < len(dates) - 1:
            drop.cases[f"a file is corrected under its own name ({path.suffix})"] += 1
        for night in range(arrives, len(dates)):
            home = nights[night][1] / path.parent.relative_to(folder / "all")
            write_file(home, path.name, wrong if night == arrives < len(dates) - 1 else content)
    return drop, nights


def _wrong_csv(content: bytes, rnd: Random) -> bytes:
    """Return a CSV file without one of its rows, and with another year or gemeente in another row."""
    header, *lines = content.split(b"\r\n")[:-1]
    if len(lines) > 1:
        lines.pop(rnd.randrange(len(lines)))
        which = rnd.randrange(len(lines))
        lines[which] = lines[which].replace(b"2018", b"2017").replace(b"0505", b"0642").replace(b"0202", b"0275")
    return b"\r\n".join([header, *lines, b""])


def _wrong_message(content: bytes) -> bytes:
    """Return a message whose products begin in another year."""
    return re.sub(rb"(Begindatum|Ingangsdatum)>20(\d\d)-", rb"\1>2014-", content)


def _wrong_zip(content: bytes) -> bytes:
    """Return a zip of which every other message is wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as right, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as wrong:
        for number, name in enumerate(right.namelist()):
            message = right.read(name)
            wrong.writestr(name, _wrong_message(message) if number % 2 else message)
    return out.getvalue()


@st.composite
def drops(draw: st.DrawFn, most: int = 4) -> tuple[Drop, Random]:
    """Strategy: a drop of one to `most` small lives and the Random to write it with (`write_drop(*drop)`)."""
    rnd = draw(st.randoms(use_true_random=False))
    n_lives = draw(st.integers(1, most))
    return Lives(rnd, random_datum(rnd), n_lives).drop, rnd
