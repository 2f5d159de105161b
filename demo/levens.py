"""The people of the demo region and what happens to them, before any supplier writes it down.

A *periode* is a stretch of uninterrupted presence: of care (levering) in DAV, of a right to care (toewijzing) in CG,
because those are the bases the published figures use. Everything inside a periode (products, providers, locations,
short gaps, temporary stops, new numbers) leaves its begin and end alone, so figures set on perioden stay exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from demo.regio import OPVOLGERS, PRODUCTWISSEL, REGIOS, Aanbieder, Locatie, Regio, producten

DAG = timedelta(days=1)

STOP_2 = {
    "overlijden": "02", "plan": "19", "client": "19", "aanbieder": "19", "overeenstemming": "19", "gemeente": "19",
    "wijziging": "19", "overstap": "19", "tijdelijk": "20", "verhuizing": "31", "sociaal": "32", "zvw": "33",
    "wlz": "34",
}  # fmt: skip
STOP_3 = {
    "overlijden": "02", "plan": "19", "client": "21", "aanbieder": "22", "overeenstemming": "23", "gemeente": "36",
    "wijziging": "37", "overstap": "38", "tijdelijk": "20", "verhuizing": "31", "sociaal": "19", "zvw": "39",
    "wlz": "39",
}  # fmt: skip
"""RedenBeeindiging per version: the same code means something else in 2.x and 3.x (iwmo.md 1.9)."""


@dataclass(eq=False)
class Persoon:
    """One person. `plaats` is where they come from: a place (gemeente of 2015), 0000 or 9999."""

    nr: int
    plaats: str
    heeft_bsn: bool = True
    bsn: str | None = None
    geboren: date = date(1980, 1, 1)
    geslacht: str = "0"
    achternaam: str = ""
    voorletters: str = ""
    overleden: date | None = None
    grondslag: str = "overig"
    inkomstenbron: str = "bijstand"
    andere_hulp: str = "N"
    perioden: list[Periode] = field(default_factory=list)
    aanmeldingen: list[Aanmelding] = field(default_factory=list)


@dataclass(eq=False)
class Toewijzing:
    """A right to care: SDD indicatie and iWmo ToewijzingNummer are the same number. Last days inclusive."""

    nummer: int
    persoon: Persoon
    regio: str
    agb: str
    product: str
    vorm: str
    ingang: date
    einde: date | None = None
    reden_einde: str = "plan"
    besluit: date | None = None
    aanmelding: date | None = None
    zonder_start: bool = False
    """The provider never sent a 305 for it; only its verblijven tell."""
    eerste_van_periode: bool = False


@dataclass(eq=False)
class Verblijf:
    """Days at one location within a placement."""

    locatie: Locatie
    eerste: date
    laatste: date | None = None


@dataclass(eq=False)
class Plaatsing:
    """Care of one product by one provider, from one start message to one stop message."""

    persoon: Persoon
    regio: str
    agb: str
    product: str
    vorm: str
    eerste: date
    laatste: date | None = None
    toewijzing: Toewijzing | None = None
    stop: str = "plan"
    verblijven: list[Verblijf] = field(default_factory=list)
    uitstroom: Uitstroom | None = None


@dataclass(eq=False)
class Uitstroom:
    """How a periode ends: the true bestemming, and what the provider says of it."""

    bestemming: str
    stop: str
    gemeld: str
    """The bestemming in `verblijven`; empty when the provider does not tell."""
    plaats: str = ""
    contractsoort: str = ""
    """The lease at a corporation, if any."""
    huur_vanaf: date | None = None
    gereed: date | None = None
    nazorg: bool = False
    terugkeergarantie: bool = False


@dataclass(eq=False)
class Periode:
    """Uninterrupted presence in beschermd wonen of one region; see the module's docstring for its basis."""

    regio: str
    eerste: date
    laatste: date | None = None
    persoon: Persoon = field(default_factory=lambda: Persoon(-1, "0000"))
    vormen: list[tuple[date, str]] = field(default_factory=list)
    geen_levering: bool = False
    gekoppeld: bool = False
    """Follows closely on another stay: its care starts on its first day."""
    levering_eerste: date = date(2015, 1, 1)
    levering_laatste: date | None = None
    uitstroom: Uitstroom | None = None
    soort_uitstroom: str = ""
    plaatsingen: list[Plaatsing] = field(default_factory=list)
    toewijzingen: list[Toewijzing] = field(default_factory=list)

    def loopt_op(self, dag: date) -> bool:
        """Whether the person was present in the night before `dag` and is still (stand, D.8)."""
        return self.eerste < dag and (self.laatste is None or self.laatste >= dag)

    def vorm_op(self, dag: date) -> str:
        """Leveringsvorm on `dag`."""
        return [v for d, v in self.vormen if d <= dag][-1]


@dataclass(eq=False)
class Nachten:
    """A stay in one voorziening of opvang; last night inclusive."""

    nummer: str
    locatie: str
    plaats: str
    voorziening: str
    eerste: date
    laatste: date | None
    bestemming: str = ""
    plaats_uitstroom: str = ""


@dataclass(eq=False)
class Aanmelding:
    """A request for opvang with the stays it led to. `bron` is `vggm` or the AGB-code of the provider."""

    nummer: str
    bron: str
    persoon: Persoon
    datum: date
    opvangsoort: str
    inschrijving: str
    historisch: str
    reden: str = ""
    besluit: str = ""
    besluitdatum: date | None = None
    gezin: str = ""
    rol: str = ""
    nachten: list[Nachten] = field(default_factory=list)


@dataclass(eq=False)
class Wachtend:
    """A granted indicatie waiting for a place."""

    toewijzing: Toewijzing
    sinds: date
    statussen: list[tuple[date, str]]
    tot: date | None
    reden: str
    overbrugging: str


@dataclass
class Levens:
    """Everything that happened in the region."""

    personen: list[Persoon] = field(default_factory=list)
    perioden: list[Periode] = field(default_factory=list)
    aanmeldingen: list[Aanmelding] = field(default_factory=list)
    aanvragen: list[Toewijzing] = field(default_factory=list)
    """SDD requests that never led to care; `reden_einde` holds the besluit."""
    wachtenden: list[Wachtend] = field(default_factory=list)


class Stapel:
    """A weighted choice without replacement from a shuffled stack, so that even small samples keep the weights."""

    def __init__(self, rng: Random, gewichten: tuple[tuple[str, int], ...]) -> None:
        self._rng, self._gewichten, self._stapel = rng, gewichten, list[str]()

    def trek(self) -> str:
        """Draw one."""
        if not self._stapel:
            self._stapel = [w for w, n in self._gewichten for _ in range(n)]
            self._rng.shuffle(self._stapel)
        return self._stapel.pop()


def willekeurige_dag(rng: Random, van: date, tot: date) -> date:
    """Give a random day in [van, tot] (van itself when the interval is empty)."""
    return van + timedelta(days=rng.randint(0, max(0, (tot - van).days)))


def stroom(
    rng: Random,
    regio: str,
    *,
    beginstand: int,
    begin: date,
    tijdvakken: list[tuple[date, date, int, int]],
    luwte: list[date],
) -> list[Periode]:
    """Make perioden with exactly these numbers of starts and last days per tijdvak [van, tot).

    Those of the begin stock start on `begin`. No start and no last day falls within two days of a day in `luwte`
    (Dutch: lull), so that figures on that day do not hang on which midnight is meant.
    """
    stil = {d + timedelta(days=n) for d in luwte for n in range(-2, 3)}

    def dag(van: date, tot: date) -> date | None:
        for _ in range(60):
            d = willekeurige_dag(rng, van, tot)
            if d not in stil:
                return d
        return None

    perioden = [Periode(regio, begin) for _ in range(beginstand)]
    lopend = list(perioden)
    for van, tot, n_in, n_uit in tijdvakken:
        nieuw = [Periode(regio, dag(max(van, begin + 3 * DAG), tot - DAG) or van) for _ in range(n_in)]
        nieuw.sort(key=lambda p: p.eerste)
        perioden += nieuw
        lopend += nieuw
        # Newcomers leave sooner than those who have stayed for years.
        volgorde = sorted(lopend, key=lambda p: rng.random() ** (1 / (2.2 if (tot - p.eerste).days < 800 else 1.0)))
        weg: list[Periode] = []
        while volgorde and len(weg) < n_uit:
            p = volgorde.pop()
            vroegst = max(van, p.eerste + timedelta(days=21))
            d = dag(vroegst, tot - DAG) if vroegst <= tot - DAG else None
            if d is not None:
                p.laatste = d
                weg.append(p)
        lopend = [p for p in lopend if p.laatste is None]
    return perioden


class Bouwer:
    """Fills perioden with placements; keeps the counters of one region."""

    def __init__(
        self,
        rng: Random,
        regio: Regio,
        eerste_nummer: int,
        laatste_nacht: date,
        luwte: list[date],
        *,
        schoon: bool = False,
    ) -> None:
        self.rng, self.regio, self.laatste_nacht, self.schoon = rng, regio, laatste_nacht, schoon
        self._nummer = eerste_nummer
        self._luwte = luwte
        self._stil = {d + timedelta(days=n) for d in luwte for n in range(-45, 46)}
        self._plaatsen = Stapel(rng, regio.verblijf)
        self._producten: dict[tuple[tuple[str, int], ...], Stapel] = {}
        self._per_plaats: dict[str, list[Locatie]] = {}
        self._aanbieders: dict[str, Aanbieder] = {a.agb: a for a in regio.aanbieders}
        for a in regio.aanbieders:
            for loc in a.locaties:
                self._per_plaats.setdefault(loc.plaats, []).append(loc)
        self._binnen = {p for p, _ in regio.herkomst}

    def nummer(self) -> int:
        """Give the next toewijzing number."""
        self._nummer += 1
        return self._nummer

    def locatie(self, vorm: str, niet: str = "") -> Locatie:
        """Give a location; PGB only inside the region, whose location decides the region of the placement (D.0)."""
        while True:
            loc = self.rng.choice(self._per_plaats[self._plaatsen.trek()])
            if loc.agb != niet and (vorm == "ZIN" or loc.plaats in self._binnen):
                return loc

    def product(self, dag: date, niet: str = "") -> str:
        """Give a product valid on `dag`."""
        lijst = producten(self.regio.code, dag)
        while True:
            p = self._zonder_termijn(self._producten.setdefault(lijst, Stapel(self.rng, lijst)).trek())
            if p != niet:
                return p

    def _zonder_termijn(self, product: str) -> str:
        """Give the product, in a clean drop not groepswonen: that lasts too long sooner or later (S-343)."""
        return "15Z01" if self.schoon and product == "15Z02" else product

    def vul(self, per: Periode) -> None:
        """Write the placements and toewijzingen of one periode."""
        if per.geen_levering:
            self._niet_verzilverd(per)
            return
        s = per.levering_eerste
        einde = per.levering_laatste
        grens = min(einde or date.max, self.laatste_nacht)
        vorm = per.vorm_op(s)
        loc = self.locatie(vorm)
        pl = self._plaatsing(per, s, loc, self.product(s), vorm=vorm, toew=None, eerste=True)
        for dag, soort in self._gebeurtenissen(per, s, grens):
            pl = self._volgende(per, pl, dag, soort, grens)
        pl.laatste = pl.verblijven[-1].laatste = einde
        if pl.toewijzing:
            pl.toewijzing.einde = per.laatste if self.regio.code == "CG" else einde
        if einde and per.uitstroom:
            pl.uitstroom, pl.stop = per.uitstroom, per.uitstroom.stop
            if pl.toewijzing:
                pl.toewijzing.reden_einde = per.uitstroom.stop

    def _niet_verzilverd(self, per: Periode) -> None:
        """A toewijzing that never led to care (Q-19)."""
        t = Toewijzing(
            self.nummer(), per.persoon, self.regio.code, self.locatie("ZIN").agb, self.product(per.eerste), "ZIN",
            per.eerste, per.laatste, eerste_van_periode=True,
        )  # fmt: skip
        per.toewijzingen.append(t)

    def _gebeurtenissen(self, per: Periode, s: date, grens: date) -> list[tuple[date, str]]:
        """Give the days on which something changes, at least 100 days apart and away from begin, end and luwte."""
        rng = self.rng
        vast = [(d, "vorm") for d, _ in per.vormen if s < d <= grens]
        if self.regio.code == "CG" and s < PRODUCTWISSEL <= grens:
            vast.append((PRODUCTWISSEL, "productlijst"))
        soorten = ("product", "hernummer", "locatie", "aanbieder", "tijdelijk", "gat", "overlap")
        dag, los = s, []
        while True:
            dag += timedelta(days=101 + int(rng.expovariate(1 / 650)))
            if dag > grens - timedelta(days=100):
                break
            if dag not in self._stil and all(abs((dag - d).days) > 100 for d, _ in vast):
                gewichten = (22, 26, 16, 9, 0, 0, 0) if self.schoon else (22, 26, 16, 9, 8, 5, 3)
                los.append((dag, rng.choices(soorten, gewichten)[0]))
        return sorted(vast + los)

    def _volgende(self, per: Periode, pl: Plaatsing, dag: date, soort: str, grens: date) -> Plaatsing:
        """Let `soort` happen on `dag` to the running placement; give the placement that runs after it."""
        rng = self.rng
        huidig = pl.verblijven[-1].locatie
        if soort == "locatie":
            keuze = [x for x in self._aanbieders[pl.agb].locaties if x is not huidig]
            keuze = [x for x in keuze if pl.vorm == "ZIN" or x.plaats in self._binnen]
            if keuze:
                pl.verblijven[-1].laatste = dag - DAG
                pl.verblijven.append(Verblijf(rng.choice(keuze), dag))
            return pl
        if soort in ("tijdelijk", "gat"):
            tijdelijk = soort == "tijdelijk" and pl.toewijzing is not None and pl.vorm == "ZIN"
            pauze = rng.choice((12, 20, 29, 35, 49, 63, 77, 91)) if tijdelijk else rng.choice((1, 2, 5, 9, 14, 21, 28))
            hervat = dag + timedelta(days=pauze + 1)
            if hervat > grens - timedelta(days=20) or any(dag <= d <= hervat + DAG for d in self._luwte):
                return pl
            self._sluit(pl, dag, "tijdelijk" if tijdelijk else "plan")
            zelfde = pl.toewijzing if tijdelijk or rng.random() < 0.5 else None
            if not zelfde and pl.toewijzing:
                pl.toewijzing.einde = dag
            return self._plaatsing(per, hervat, huidig, pl.product, vorm=pl.vorm, toew=zelfde)
        product, vorm, loc, stop = pl.product, pl.vorm, huidig, "wijziging"
        if soort == "productlijst":
            product = self._zonder_termijn(rng.choices(*zip(*OPVOLGERS[pl.product], strict=True))[0])
            stop = "gemeente"
        elif soort == "product":
            product = self.product(dag, niet=pl.product)
        elif soort == "vorm":
            vorm = per.vorm_op(dag)
            if vorm == "PGB" and loc.plaats not in self._binnen:
                loc = self.locatie(vorm)
        elif soort in ("aanbieder", "overlap"):
            loc = self.locatie(vorm, niet=pl.agb)
            stop = "overstap"
        else:
            stop = "plan"
        laatste = dag - DAG
        if soort in ("product", "aanbieder") and rng.random() < 0.2:
            laatste = dag  # same-day switch: the day belongs to the receiver (D.2.3)
        elif soort == "vorm" and rng.random() < 0.1 and dag not in self._stil and not self.schoon:
            laatste = dag + timedelta(days=rng.choice((9, 16, 25)))  # ZIN and PGB at the same time (D.13)
        elif soort == "overlap":
            laatste = min(dag + timedelta(days=rng.choice((4, 13, 14, 20, 40))), grens - timedelta(days=30))
        self._sluit(pl, laatste, stop)
        if pl.toewijzing:
            pl.toewijzing.einde = laatste
        if soort == "product" and rng.random() < 0.03:  # granted and replaced on the same day: left with no day
            kort = self._plaatsing(per, dag, loc, self.product(dag, niet=product), vorm=vorm, toew=None)
            self._sluit(kort, dag, "wijziging")
            if kort.toewijzing:
                kort.toewijzing.einde = dag
        return self._plaatsing(per, dag, loc, product, vorm=vorm, toew=None)

    def _sluit(self, pl: Plaatsing, laatste: date, stop: str) -> None:
        pl.laatste = pl.verblijven[-1].laatste = laatste
        pl.stop = stop
        if pl.toewijzing:
            pl.toewijzing.reden_einde = stop

    def _plaatsing(
        self,
        per: Periode,
        dag: date,
        loc: Locatie,
        product: str,
        *,
        vorm: str,
        toew: Toewijzing | None,
        eerste: bool = False,
    ) -> Plaatsing:
        code = self.regio.code
        if toew is None and (vorm == "ZIN" or code == "DAV"):
            ingang = per.eerste if eerste and code == "CG" else dag
            toew = Toewijzing(
                self.nummer(), per.persoon, code, loc.agb, product, vorm, ingang, eerste_van_periode=eerste
            )
            per.toewijzingen.append(toew)
        pl = Plaatsing(per.persoon, code, loc.agb, product, vorm, dag, None, toew, "plan", [Verblijf(loc, dag)])
        per.plaatsingen.append(pl)
        return pl


def zonder_startbericht(rng: Random, perioden: list[Periode], aandeel: float) -> None:
    """Let some toewijzingen go without 305 and 307: only `verblijven` tells of the care (D.0, second row).

    Only where the location lies in the region (it decides the region) and nothing hangs on the stop code.
    """
    for per in perioden:
        binnen = {p for p, _ in REGIOS[per.regio].herkomst}
        for t in per.toewijzingen:
            pls = [p for p in per.plaatsingen if p.toewijzing is t]
            if (
                t.vorm == "ZIN"
                and len(pls) == 1
                and pls[0].stop in ("plan", "wijziging", "client")
                and all(v.locatie.plaats in binnen for v in pls[0].verblijven)
                and rng.random() < aandeel
            ):
                t.zonder_start = True
