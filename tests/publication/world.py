"""A made-up region, person by person, counted into marts as marts.md and definitions.md D.2–D.8 word it.

The counting here is the plainest possible walk over people and months: every identity between the marts then holds
because the people are the same, not because somebody wrote it down. The attacker and the publication are both tried
on it.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

SERIES = ["regio", "gemeente_basis", "gemeente_code", "maand", "domein", "perimeter", "basis"]
MART_KEYS = {
    "mart_instroom": [*SERIES, "product_code", "instroomtype", "route", "van_buiten_regio"],
    "mart_doorstroom": [*SERIES, "van_product", "naar_product", "richting"],
    "mart_administratief": [*SERIES, "van_product", "naar_product", "oorzaak"],
    "mart_uitstroom": [*SERIES, "product_code", "bestemming", "bestemmingsgroep"],
    "mart_stroombalans": SERIES,
    "mart_bezetting": [*SERIES, "product_code", "leveringsvorm", "leeftijdsklasse"],
    "mart_herkomst_verblijf": ["regio", "maand", "domein", "perimeter", "basis", "herkomst_code", "verblijf_code"],
    "mart_bezetting_jaar": [
        "jaar" if k == "maand" else k for k in [*SERIES, "product_code", "leveringsvorm", "leeftijdsklasse"]
    ],
}
BALANCE = [
    "stand_begin",
    "instroom",
    "uitstroom",
    "wissel_in",
    "wissel_uit",
    "grens_in",
    "grens_uit",
    "stand_eind",
    "verschil",
]
OCCUPANCY = ["stand_eind", "clientdagen", "zorgjaren", "unieke_clienten"]
MART_MEASURES = {
    "mart_instroom": ["aantal"],
    "mart_doorstroom": ["aantal"],
    "mart_administratief": ["aantal"],
    "mart_uitstroom": ["aantal"],
    "mart_stroombalans": BALANCE,
    "mart_bezetting": OCCUPANCY,
    "mart_herkomst_verblijf": ["personen", "clientdagen"],
    "mart_bezetting_jaar": OCCUPANCY,
}
B_PRODUCTS = {"15Z03", "15Z04", "15A00"}
RANK = {"15A00": 3, "15Z01": 1, "15Z02": 2, "15Z03": 3, "15Z04": 4, "24uursopvang": 3, "crisisopvang": 4}
PRODUCTS = {"BW": ["15Z01", "15Z02", "15Z03", "15Z04"], "MO": ["24uursopvang", "crisisopvang"], "VO": ["vrouwenopvang"]}


@dataclass(frozen=True)
class Segment:
    """A main segment `[s, e)` of one person (day numbers), as after D.2 step 3."""

    s: int
    e: int
    product: str
    vorm: str
    verblijf: str


@dataclass
class Person:
    """Somebody in one regio and domein; herkomst is fixed, the segments follow each other in time."""

    regio: str
    domein: str
    herkomst: str
    geboren: date
    segments: dict[str, list[Segment]]  # by basis


Who = tuple[Person, str, str]  # with basis and perimeter


def months(first: date, count: int) -> list[date]:
    """The first days of `count` successive months."""
    return [date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(count + 1)]


def _age_class(born: date, on: int) -> str:
    day = date.fromordinal(on)
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    for bound, name in ((18, "0-17"), (23, "18-22"), (30, "23-29"), (50, "30-49"), (65, "50-64")):
        if years < bound:
            return name
    return "65+"


def make_people(
    rng: random.Random,
    *,
    first: date,
    n_months: int,
    people: int,
    gemeenten: list[str],
    regio: str = "CG",
    domein: str = "BW",
    bases: tuple[str, ...] = ("levering", "toewijzing"),
    stay_months: float = 30.0,
    move_rate: float = 0.3,
    skew: float = 1.3,
) -> list[Person]:
    """Random people: stays, product changes, moves inside the regio, a bridged gap or a return now and then."""
    start, stop = first.toordinal(), months(first, n_months)[-1].toordinal()
    weights = [1 / (i + 1) ** skew for i in range(len(gemeenten))]
    found = []
    for _ in range(people):
        home = rng.choices(gemeenten, weights)[0]
        born = date(1950, 1, 1) + timedelta(days=rng.randrange(18000))
        s = rng.randrange(start - int(stay_months * 20), stop)
        s = max(s, start)
        segments: list[Segment] = []
        while s < stop:
            e = s + 1 + int(rng.expovariate(1 / (stay_months * 30)))
            product = rng.choice(PRODUCTS[domein])
            vorm = "-" if domein != "BW" else rng.choices(["ZIN", "PGB"], [9, 1])[0]
            place = home if rng.random() < 0.6 else rng.choices(gemeenten, weights)[0]
            while s < e:
                cut = min(e, s + 1 + int(rng.expovariate(1 / (stay_months * 30 / (1 + 3 * move_rate)))))
                segments.append(Segment(s, cut, product, vorm, place))
                s = cut
                what = rng.random()
                if what < 0.5:
                    product = rng.choice(PRODUCTS[domein])
                elif what < 0.8:
                    place = rng.choices(gemeenten, weights)[0]
                elif domein == "BW":
                    vorm = rng.choice(["ZIN", "PGB"])
            s += rng.randrange(1, 20) if rng.random() < 0.1 else rng.randrange(60, 900)
            if rng.random() < 0.7:
                break
        shifted = [
            Segment(x.s + 5 if i == 0 and x.e > x.s + 5 else x.s, x.e, x.product, x.vorm, x.verblijf)
            for i, x in enumerate(segments)
        ]
        found.append(Person(regio, domein, home, born, {b: (segments if b == "levering" else shifted) for b in bases}))
    return found


def _episodes(segments: list[Segment], gap: int = 28) -> list[list[Segment]]:
    merged: list[Segment] = []
    for x in segments:
        last = merged[-1] if merged else None
        if last and last.e == x.s and (last.product, last.vorm, last.verblijf) == (x.product, x.vorm, x.verblijf):
            merged[-1] = Segment(last.s, x.e, x.product, x.vorm, x.verblijf)
        else:
            merged.append(x)
    found: list[list[Segment]] = []
    for x in merged:
        if found and x.s - found[-1][-1].e <= gap:
            found[-1].append(x)
        else:
            found.append([x])
    return found


class _Counter:
    """Counts one person at a time into all marts."""

    def __init__(self, month_starts: list[date]) -> None:
        self.starts = [m.toordinal() for m in month_starts]
        self.maand = month_starts
        self.count: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
        self.occupancy: dict[str, dict[tuple[Any, ...], list[Any]]] = {
            "mart_bezetting": defaultdict(lambda: [0, 0, set()]),
            "mart_bezetting_jaar": defaultdict(lambda: [0, 0, set()]),
        }
        self.series: set[tuple[Any, ...]] = set()

    def month_of(self, day: int) -> date | None:
        found = date.fromordinal(day).replace(day=1)
        return found if self.maand[0] <= found < self.maand[-1] else None

    def add(self, number: int, who: Who, segments: list[Segment]) -> None:
        person = who[0]
        exits: list[int] = []
        first_of: dict[Any, int] = {}
        for episode in _episodes(segments):
            ends = [b.s for b in episode[1:]] + [episode[-1].e - 1]  # up to which midnight a segment's values hold
            start, stop = episode[0].s, episode[-1].e
            kind = "nieuw" if not exits else ("herinstroom" if start - exits[-1] < 730 else "eerder_bekend")
            outside = str(person.herkomst == "BUITEN_REGIO").lower()
            bestemming, groep = (("U01", "gewenst"), ("U40", "apart"), ("U99", "kwaliteit"))[number % 3]
            first, last = episode[0], episode[-1]
            self.flow(
                "mart_instroom",
                who,
                start,
                first.verblijf,
                (first.product, kind, "onbekend", outside),
                balance="instroom",
            )
            self.flow(
                "mart_uitstroom", who, stop - 1, last.verblijf, (last.product, bestemming, groep), balance="uitstroom"
            )
            exits.append(stop)
            for before, after in pairwise(episode):
                self.switch(who, before, after)
            for x, until in zip(episode, ends, strict=True):
                self.occupied(number, who, x, until, first_of)

    def switch(self, who: Who, before: Segment, after: Segment) -> None:
        products = (before.product, after.product)
        rise = RANK.get(after.product, 0) - RANK.get(before.product, 0)
        richting = "opschaling" if rise > 0 else "afschaling" if rise < 0 else "gelijk"
        if products == ("15Z03", "15Z04") and after.s % 7 == 0:
            self.flow("mart_administratief", who, after.s, after.verblijf, (*products, "productlijst"))
        elif before.product != after.product:
            self.flow("mart_doorstroom", who, after.s, after.verblijf, (*products, richting))
        elif before.vorm != after.vorm:
            self.flow("mart_doorstroom", who, after.s, after.verblijf, (*products, "leveringsvormwissel"))
        month = self.month_of(after.s)
        if month and before.verblijf != after.verblijf:
            person, basis, perimeter = who
            for place, what in ((before.verblijf, "wissel_uit"), (after.verblijf, "wissel_in")):
                key = (person.regio, "verblijf", place, month, person.domein, perimeter, basis)
                self.count[what][key] += 1
                self.series.add((*key[:3], *key[4:]))

    def flow(
        self, mart: str, who: Who, day: int, verblijf: str, rest: tuple[str, ...], *, balance: str | None = None
    ) -> None:
        person, basis, perimeter = who
        month = self.month_of(day)
        if month is None:
            return
        for gb, place in (("herkomst", person.herkomst), ("verblijf", verblijf)):
            key = (person.regio, gb, place, month, person.domein, perimeter, basis)
            self.count[mart][(*key, *rest)] += 1
            self.series.add((*key[:3], *key[4:]))
            if balance:
                self.count[balance][key] += 1

    def occupied(self, number: int, who: Who, x: Segment, until: int, first_of: dict[Any, int]) -> None:
        person, basis, perimeter = who
        for i, month in enumerate(self.maand[:-1]):
            p0, p1 = self.starts[i], self.starts[i + 1]
            if x.s >= p1 or max(x.e, until) < p0:
                continue
            last_of_year = i == len(self.maand) - 2 or self.maand[i + 1].year != month.year
            days = min(x.e, p1) - max(x.s, p0)
            standing = x.s < p1 <= until
            matrix = (person.regio, month, person.domein, perimeter, basis, person.herkomst, x.verblijf)
            self.count["matrix_personen"][matrix] += standing
            self.count["matrix_clientdagen"][matrix] += max(days, 0)
            for gb, place in (("herkomst", person.herkomst), ("verblijf", x.verblijf)):
                head = (person.regio, gb, place)
                tail = (person.domein, perimeter, basis, x.product, x.vorm)
                if days > 0:
                    for mart, period in (("mart_bezetting", month), ("mart_bezetting_jaar", month.year)):
                        first = first_of.setdefault(period, max(x.s, p0))
                        cell = self.occupancy[mart][(*head, period, *tail, _age_class(person.geboren, first))]
                        cell[1] += days
                        cell[2].add(number)
                if standing:
                    age = _age_class(person.geboren, p1)
                    self.occupancy["mart_bezetting"][(*head, month, *tail, age)][0] += 1
                    if last_of_year:
                        self.occupancy["mart_bezetting_jaar"][(*head, month.year, *tail, age)][0] += 1
                    self.count["stand_eind"][(*head, month, *tail[:3])] += 1
                self.series.add((*head, *tail[:3]))

    def frames(self) -> dict[str, pd.DataFrame]:
        found = {}
        up_to = self.maand[-1] - timedelta(days=1)
        for mart in ("mart_instroom", "mart_doorstroom", "mart_administratief", "mart_uitstroom"):
            rows = [(*k, n) for k, n in sorted(self.count[mart].items())]
            found[mart] = pd.DataFrame(rows, columns=[*MART_KEYS[mart], "aantal"])
        rows = []
        for head in sorted(self.series):
            begin = 0
            for month in self.maand[:-1]:
                key = (*head[:3], month, *head[3:])
                n = {what: self.count[what][key] for what in BALANCE[1:5]}
                end = self.count["stand_eind"][key]
                gap = begin + n["instroom"] - n["uitstroom"] + n["wissel_in"] - n["wissel_uit"] - end
                rows.append((*key, begin, *n.values(), 0, 0, end, gap))
                begin = end
        found["mart_stroombalans"] = pd.DataFrame(rows, columns=[*SERIES, *BALANCE])
        for mart, cells in self.occupancy.items():
            rows = []
            for key, (stand, days, who) in sorted(cells.items(), key=lambda kv: tuple(map(str, kv[0]))):
                year = key[3] if isinstance(key[3], int) else key[3].year
                length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
                rows.append((*key, stand, days, days / length, len(who)))
            found[mart] = pd.DataFrame(rows, columns=[*MART_KEYS[mart], *OCCUPANCY])
        rows = [(*k, self.count["matrix_personen"][k], n) for k, n in sorted(self.count["matrix_clientdagen"].items())]
        rows = [row for row in rows if row[-1] or row[-2]]
        measures = MART_MEASURES["mart_herkomst_verblijf"]
        found["mart_herkomst_verblijf"] = pd.DataFrame(rows, columns=[*MART_KEYS["mart_herkomst_verblijf"], *measures])
        for frame in found.values():
            frame["bijgewerkt_tot"] = up_to
        return found


def count(people: list[Person], first: date, n_months: int) -> dict[str, pd.DataFrame]:
    """All marts of these people over `n_months` from `first`, one frame per mart."""
    counter = _Counter(months(first, n_months))
    for number, person in enumerate(people):
        for basis, segments in person.segments.items():
            if person.domein == "BW":
                counter.add(number, (person, basis, "A"), segments)
                inner = [x for x in segments if x.product in B_PRODUCTS]
                if inner:
                    counter.add(number, (person, basis, "B"), inner)
            elif basis == "levering":
                counter.add(number, (person, basis, "-"), segments)
    return counter.frames()
