"""Builds the lives of the demo region to the figures printed in the source documents.

Numbers that must come out exactly (published_figures.csv) are stated here once, in `STROMEN_*`, `PGB_*`, `MO_2016`
and `VO_2016`; everything else is a plausible draw from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random

from demo.levens import (
    DAG,
    Aanmelding,
    Bouwer,
    Levens,
    Nachten,
    Periode,
    Persoon,
    Stapel,
    Toewijzing,
    Uitstroom,
    Wachtend,
    stroom,
    willekeurige_dag,
    zonder_startbericht,
)
from demo.regio import (
    BUITEN_REGIO,
    CG,
    DAV,
    OPVANG_DAV,
    REGIOS,
    VO_LOCATIES,
    VROUWENOPVANG_CG,
    VROUWENOPVANG_DAV,
    Regio,
)

Tijdvak = tuple[date, date, int, int]

# (from, to, starts, last days). S-191/S-192: 437 + 73 − 70 = 440 at the end of 2016.
DAV_BEGINSTAND = 434
STROMEN_DAV: tuple[Tijdvak, ...] = (
    (date(2015, 1, 1), date(2016, 1, 1), 72, 69),
    (date(2016, 1, 1), date(2017, 1, 1), 73, 70),
    (date(2017, 1, 1), date(2018, 1, 1), 76, 72),
    (date(2018, 1, 1), date(2019, 1, 1), 74, 71),
    (date(2019, 1, 1), date(2020, 1, 1), 78, 75),
    (date(2020, 1, 1), date(2021, 1, 1), 72, 80),
)
# S-285: 1,206 on 1 February 2015, 1,141 on 1 July 2018, counted in toewijzingen.
CG_BEGINSTAND = 1212
STROMEN_CG: tuple[Tijdvak, ...] = (
    (date(2015, 1, 1), date(2015, 2, 1), 14, 20),
    (date(2015, 2, 1), date(2016, 1, 1), 170, 200),
    (date(2016, 1, 1), date(2017, 1, 1), 190, 205),
    (date(2017, 1, 1), date(2018, 1, 1), 200, 210),
    (date(2018, 1, 1), date(2018, 7, 1), 100, 110),
    (date(2018, 7, 1), date(2019, 1, 1), 105, 100),
    (date(2019, 1, 1), date(2020, 1, 1), 205, 195),
    (date(2020, 1, 1), date(2021, 1, 1), 190, 215),
)
NA_2020 = {"DAV": (6, 9), "CG": (14, 38)}
"""Starts and last days per month after the tables: the Wlz opened on 1 January 2021 (Q-11)."""
LUWTE = {
    "DAV": [date(2016, 1, 1), date(2016, 12, 31), date(2017, 1, 1)],
    "CG": [date(2015, 2, 1), date(2018, 7, 1)],
}
PGB_2015, PGB_2018 = 316, 55
"""S-281 and S-280; nobody has both forms on those days, so that ZIN + PGB is the total (X-08, X-09)."""

MO_2016 = (124, 133, 36)
"""Short stay, trajectory, no stay: 293 (S-171 to S-173, X-10)."""
VELDWERK_2016 = 142
VO_2016 = (48, 57, 3)
"""Women, children, women from outside the region (S-184, S-185: 45 of 48 is 94%)."""
AMBULANT_2016 = (84, 124, 40)
"""Families, children, Aware connections (S-187, S-189)."""

_ACHTERNAMEN = (
    "Jansen", "De Vries", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Hendriks", "Dekker",
    "Brouwer", "Dijkstra", "Koster", "Prins", "Blom", "Huisman", "Peeters", "Kuiper", "Post", "Yılmaz", "Özdemir",
    "El Amrani", "Bouali", "Kowalski", "Nguyễn", "Pinas", "Martina", "Müller", "Curiël", "Veldhuis", "Scholten",
)  # fmt: skip

# (true bestemming, weight, why the care stopped)
_UITSTROOM: tuple[tuple[str, int, str], ...] = (
    ("U01", 9, "plan"), ("U02", 17, "plan"), ("U03", 10, "plan"), ("U04", 6, "client"), ("U05", 3, "plan"),
    ("U06", 11, "overeenstemming"), ("U07", 6, "sociaal"), ("U10", 3, "wlz"), ("U11", 1, "plan"), ("U12", 3, "zvw"),
    ("U21", 3, "overstap"), ("U22", 5, "verhuizing"), ("U31", 5, "client"), ("U32", 2, "aanbieder"),
    ("U33", 3, "aanbieder"), ("U40", 5, "overlijden"), ("U50", 2, "gemeente"), ("U99", 6, "plan"),
)  # fmt: skip
_CONTRACT = {
    "U01": ("regulier",),
    "U02": ("contingent",),
    "U03": ("omklap", "omklap", "driepartijen", "tijdelijk_woonbegeleiding", "onderhuur"),
}
_DAKLOOS = (
    ("huis_verlaten", 24), ("huisuitzetting", 16), ("uit_ouderlijk_huis", 18), ("ontslag_zorginstelling", 10),
    ("ontslag_detentie", 9), ("remigratie", 7), ("onbekend", 16),
)  # fmt: skip


class Levensloop:
    """Builds `Levens` for the chosen regions; every random draw comes from the seed, section by section."""

    def __init__(
        self,
        seed: int,
        size: float,
        *,
        regios: Sequence[str],
        first: date,
        last_night: date,
        bsn_start: int = 0,
        schoon: bool = False,
    ) -> None:
        self.seed, self.size, self.first, self.last_night = seed, size, first, last_night
        self.regios = [REGIOS[r] for r in regios]
        self.bsn_start, self.schoon = bsn_start, schoon
        self.levens = Levens()
        self._tellers: dict[str, int] = {}

    def bouw(self) -> Levens:
        """Build everything; the order of the steps is part of what a seed means."""
        for regio in self.regios:
            self.levens.perioden += self._perioden(regio)
        self._personen_bij_perioden()
        for regio in self.regios:
            if regio.code == "DAV":
                self._mo_dav()
                self._vrouwenopvang(VROUWENOPVANG_DAV.agb, regio)
            else:
                self._mo_cg()
                self._vrouwenopvang(VROUWENOPVANG_CG.agb, regio)
        self._ketens()
        self._personalia()
        self._uitstroom()
        for regio in self.regios:
            self._plaatsingen(regio)
        self._sdd()
        self._bsn_en_namen()
        return self.levens

    # --- helpers -------------------------------------------------------------------------------------------------

    def _rng(self, deel: str) -> Random:
        return Random(f"{self.seed}:{deel}")

    def _n(self, aantal: float, minimum: int = 0) -> int:
        return max(minimum, round(aantal * self.size))

    def _volgnr(self, soort: str) -> int:
        self._tellers[soort] = self._tellers.get(soort, 0) + 1
        return self._tellers[soort]

    def _persoon(self, plaats: str, *, heeft_bsn: bool = True) -> Persoon:
        p = Persoon(len(self.levens.personen), plaats, heeft_bsn or self.schoon)
        self.levens.personen.append(p)
        return p

    def _jaren(self) -> list[int]:
        return list(range(self.first.year, self.last_night.year + 1))

    # --- beschermd wonen: perioden -------------------------------------------------------------------------------

    def _perioden(self, regio: Regio) -> list[Periode]:
        rng = self._rng(f"perioden {regio.code}")
        stand, tabel = (DAV_BEGINSTAND, STROMEN_DAV) if regio.code == "DAV" else (CG_BEGINSTAND, STROMEN_CG)
        vakken: list[Tijdvak] = []
        for van, tot, n_in, n_uit in tabel:
            if tot <= self.first:
                stand += n_in - n_uit
                continue
            vakken += self._geknipt(van, tot, n_in, n_uit)
        maand = date(2021, 1, 1)
        while maand <= self.last_night:
            volgende = (maand + timedelta(days=32)).replace(day=1)
            vakken += self._geknipt(maand, volgende, *NA_2020[regio.code])
            maand = volgende
        perioden = stroom(
            rng, regio.code, beginstand=self._n(stand, 3), begin=self.first, tijdvakken=vakken, luwte=LUWTE[regio.code]
        )
        for per in perioden:
            per.vormen = [(per.eerste, "ZIN")]
        if regio.code == "CG":
            self._pgb(rng, perioden)
        else:
            for per in perioden:
                if rng.random() < 0.05:
                    per.vormen = [(per.eerste, "PGB")]
                    wissel = per.eerste + timedelta(days=rng.randint(150, 900))
                    if wissel < (per.laatste or self.last_night) - timedelta(days=100) and rng.random() < 0.5:
                        per.vormen.append((wissel, "ZIN"))
        return perioden

    def _geknipt(self, van: date, tot: date, n_in: int, n_uit: int) -> list[Tijdvak]:
        """Cut a tijdvak to [first, last_night] and scale its numbers to the days left and the size."""
        v, t = max(van, self.first), min(tot, self.last_night + DAG)
        if v >= t:
            return []
        deel = (t - v).days / (tot - van).days
        return [(v, t, self._n(n_in * deel), self._n(n_uit * deel))]

    def _pgb(self, rng: Random, perioden: list[Periode]) -> None:
        """Give CG its PGB clients: 316 on 1 February 2015 fall to 55 on 1 July 2018, mostly by a switch to ZIN."""
        b15, b18 = date(2015, 2, 1), date(2018, 7, 1)
        begin = [p for p in perioden if p.loopt_op(b15)]
        pgb = rng.sample(begin, min(self._n(PGB_2015), len(begin)))
        pgb += [p for p in perioden if not p.loopt_op(b15) and p.eerste < date(2018, 3, 1) and rng.random() < 0.06]
        for p in pgb:
            p.vormen = [(p.eerste, "PGB")]
        tot_2018 = [p for p in pgb if p.loopt_op(b18)]
        blijft = set(map(id, rng.sample(tot_2018, min(self._n(PGB_2018), len(tot_2018)))))
        tekort = self._n(PGB_2018) - len(blijft)
        for p in perioden:  # a different beginning of the region: let recent clients carry the number
            if tekort > 0 and p.loopt_op(b18) and p.vormen[0][1] == "ZIN" and not p.loopt_op(b15):
                p.vormen, tekort = [(p.eerste, "PGB")], tekort - 1
                blijft.add(id(p))
        for p in pgb:
            if id(p) in blijft:
                continue
            laatst = min(p.laatste or date.max, date(2018, 4, 10)) - timedelta(days=20)
            vroegst = max(p.eerste + timedelta(days=30), date(2015, 3, 15))
            moet = p.loopt_op(b18)
            if vroegst > laatst:
                if moet:
                    p.vormen = [(p.eerste, "ZIN")]
            elif moet or rng.random() < 0.45:
                # Most switches fall early: by 2017 most of the PGB clients of 2015 have care in kind.
                dag = vroegst + timedelta(days=int((laatst - vroegst).days * rng.random() ** 2.0))
                p.vormen.append((dag, "ZIN"))
        for p in perioden:  # after the last published figure
            na = max(p.eerste + timedelta(days=120), date(2018, 10, 1))
            tot = min(p.laatste or self.last_night, self.last_night) - timedelta(days=120)
            if na < tot and rng.random() < (0.25 if p.vormen[-1][1] == "PGB" else 0.012):
                p.vormen.append((willekeurige_dag(rng, na, tot), "ZIN" if p.vormen[-1][1] == "PGB" else "PGB"))

    # --- persons behind the perioden ------------------------------------------------------------------------------

    def _personen_bij_perioden(self) -> None:
        """Give every periode its person: a new one, one who returns, or one who moves between the regions."""
        rng = self._rng("personen")
        herkomst = {r.code: Stapel(rng, r.herkomst) for r in self.regios}
        klaar: list[Periode] = []
        for per in sorted(self.levens.perioden, key=lambda p: (p.eerste, p.regio)):
            eerder: Periode | None = None
            if per.eerste > self.first + timedelta(days=120):
                kans = rng.random()
                if kans < 0.05:
                    eerder = self._eerder(rng, klaar, per, andere_regio=True)
                elif kans < 0.22:
                    eerder = self._eerder(rng, klaar, per, andere_regio=False)
            if eerder is not None:
                persoon = eerder.persoon
                if eerder.regio != per.regio:
                    eerder.soort_uitstroom, per.gekoppeld = "U20", True
                eerder.persoon.perioden.append(per)
            else:
                plaats = herkomst[per.regio].trek()
                if per.regio == "DAV":  # only the SDD looks beyond the gemeente where one asks
                    plaats = rng.choices(
                        (plaats, "0000", "9999", "0620", rng.choice(BUITEN_REGIO)), (92, 1.5, 1.5, 1, 4)
                    )[0]
                persoon = self._persoon(plaats)
                persoon.perioden.append(per)
            per.persoon = persoon
            if per.laatste:
                klaar.append(per)

    @staticmethod
    def _eerder(rng: Random, klaar: list[Periode], per: Periode, *, andere_regio: bool) -> Periode | None:
        """Find an ended periode whose person can be the one who starts `per`."""
        keuze = []
        for e in klaar:
            gat = (per.eerste - e.laatste).days if e.laatste else 0
            if e.persoon.perioden[-1] is not e or (e.regio != per.regio) != andere_regio:
                continue
            if (1 <= gat <= 24) if andere_regio else (130 <= gat <= 1100):
                keuze.append(e)
        return rng.choice(keuze) if keuze else None

    # --- opvang ---------------------------------------------------------------------------------------------------

    def _plaats_mo(self, rng: Random, regio: Regio, stapel: Stapel) -> tuple[str, str]:
        """Give (inschrijving, historisch) of someone who asks for opvang, as places."""
        historisch = rng.choices(
            (stapel.trek(), "0000", "9999", rng.choice(BUITEN_REGIO), "0620" if regio.code == "DAV" else "0268"),
            (80, 4, 5, 10, 1),
        )[0]
        inschrijving = rng.choices((historisch, regio.centrum, "9999", "0000"), (62, 22, 12, 4))[0]
        return inschrijving, historisch

    def _aanmelding(
        self,
        bron: str,
        persoon: Persoon,
        dag: date,
        soort: str,
        plaatsen: tuple[str, str],
        *,
        gezin: str = "",
        rol: str = "",
    ) -> Aanmelding:
        nr = self._volgnr(f"aanmelding {bron}")
        a = Aanmelding(f"A{bron[-3:].upper()}-{nr:06d}", bron, persoon, dag, soort, *plaatsen, gezin=gezin, rol=rol)
        self.levens.aanmeldingen.append(a)
        persoon.aanmeldingen.append(a)
        return a

    def _nacht(
        self, a: Aanmelding, locatie: tuple[str, str], voorziening: str, eerste: date, laatste: date | None
    ) -> Nachten:
        nr = self._volgnr(f"nachten {a.bron}")
        n = Nachten(f"V{a.bron[-3:].upper()}-{nr:06d}", *locatie, voorziening, eerste, laatste)
        a.nachten.append(n)
        return n

    def _mo_dav(self) -> None:
        """Nachtopvang and veldwerk in DAV. The years 2015 and 2016 close: no stay runs over their ends."""
        rng = self._rng("mo dav")
        bekenden: list[Persoon] = []
        herkomst = Stapel(rng, DAV.herkomst)
        for jaar in self._jaren():
            van, tot = max(date(jaar, 1, 1), self.first), min(date(jaar, 12, 31), self.last_night)
            deel = ((tot - van).days + 1) / 365
            vast = jaar == 2016
            aantallen = MO_2016 if vast else tuple(int(n * deel * rng.uniform(0.9, 1.08)) for n in MO_2016)
            klassen = [k for k, n in zip("ktz", aantallen, strict=True) for _ in range(self._n(n, 1))]
            rng.shuffle(klassen)
            dit_jaar: set[int] = set()
            for klasse in klassen:
                dag = willekeurige_dag(rng, van + 3 * DAG, tot - timedelta(days=40 if tot - van > timedelta(90) else 8))
                keuze = [
                    p for p in bekenden
                    if p.nr not in dit_jaar and all(
                        (dag - (n.laatste or date.max)).days > 40 for a in p.aanmeldingen for n in a.nachten
                    )
                ] if rng.random() < 0.3 else []  # fmt: skip
                inschrijving, historisch = self._plaats_mo(rng, DAV, herkomst)
                p = rng.choice(keuze) if keuze else self._persoon(historisch, heeft_bsn=rng.random() < 0.82)
                dit_jaar.add(p.nr)
                if not keuze:
                    bekenden.append(p)
                self._mo_dav_persoon(
                    rng,
                    p,
                    klasse,
                    dag,
                    tot=min(tot, date(jaar, 12, 20)),
                    plaatsen=(inschrijving, historisch),
                    jaar=jaar,
                )
            for _ in range(self._n(VELDWERK_2016 if vast else VELDWERK_2016 * deel * rng.uniform(0.9, 1.1), 1)):
                inschrijving, historisch = self._plaats_mo(rng, DAV, herkomst)
                # Outreach meets people in the street: hardly a BSN, and the same person may be reported again.
                buiten = [a.persoon for a in self.levens.aanmeldingen[-300:] if a.opvangsoort == "veldwerk"]
                p = (
                    rng.choice(buiten)
                    if buiten and rng.random() < 0.3
                    else self._persoon(historisch, heeft_bsn=rng.random() < 0.1)
                )
                a = self._aanmelding(
                    OPVANG_DAV.agb, p, willekeurige_dag(rng, van, tot), "veldwerk", (inschrijving, historisch)
                )
                a.reden = "onbekend"

    def _mo_dav_persoon(
        self, rng: Random, p: Persoon, klasse: str, dag: date, *, tot: date, plaatsen: tuple[str, str], jaar: int
    ) -> None:
        agb = OPVANG_DAV.agb
        a = self._aanmelding(agb, p, dag, "volwassenen", plaatsen)
        a.reden = rng.choices(*zip(*_DAKLOOS, strict=True))[0]
        a.besluitdatum = dag + timedelta(days=rng.randint(0, 2))
        locs = list(DAV.opvang.items())
        loc = rng.choices(locs, (55, 30, 15))[0]
        if klasse == "z":
            a.besluit = rng.choices(("afgewezen", "doorverwezen", "ingetrokken", "toegelaten"), (40, 30, 20, 10))[0]
            return
        a.besluit = "toegelaten"
        nacht = dag + timedelta(days=rng.randint(0, 1))
        if klasse == "k":
            nachten = rng.choice((1, 1, 2, 2, 3, 3))
            vorm = rng.random()
            if vorm < 0.15 and nachten > 1:  # separate nights of one stay: gap of at most 7 days
                self._nacht(a, loc, "nachtopvang", nacht, nacht)
                terug = nacht + timedelta(days=rng.choice((2, 5, 8)))
                self._nacht(a, loc, "nachtopvang", terug, terug + timedelta(days=nachten - 2))
            else:
                self._nacht(a, loc, "nachtopvang", nacht, nacht + timedelta(days=nachten - 1))
            laatste = a.nachten[-1].laatste or nacht
            opnieuw = laatste + timedelta(days=rng.randint(9, 25))
            if vorm > 0.94 and opnieuw + timedelta(days=4) < tot:  # two short stays stay short (D.12: max over stays)
                b = self._aanmelding(agb, p, opnieuw, "volwassenen", plaatsen)
                b.reden, b.besluit, b.besluitdatum = a.reden, "toegelaten", opnieuw
                self._nacht(b, loc, "nachtopvang", opnieuw, opnieuw + timedelta(days=rng.randint(0, 2)))
            return
        ruimte = max(4, (tot - nacht).days)
        nachten = 4 if rng.random() < 0.06 else min(ruimte, 4 + int(rng.expovariate(1 / 38)))
        laatste = nacht + timedelta(days=nachten - 1)
        self._nacht(a, loc, "nachtopvang", nacht, laatste)
        if rng.random() < 0.25 and (tot - laatste).days > 30:
            eerste = laatste + DAG
            duur = min((tot - eerste).days, 20 + int(rng.expovariate(1 / 70)))
            self._nacht(a, locs[1], "24uursopvang", eerste, eerste + timedelta(days=duur))
        elif rng.random() < 0.2 and (tot - laatste).days > 20:
            terug = laatste + timedelta(days=rng.choice((3, 8, 15)))
            self._nacht(a, loc, "nachtopvang", terug, terug + timedelta(days=rng.randint(0, 10)))
        if jaar > 2016 and rng.random() < 0.1:
            self._nacht(a, loc, "dagopvang", nacht, laatste)
        if tot == self.last_night and rng.random() < 0.5:
            a.nachten[-1].laatste = None
        self._bestemming_mo(rng, a, DAV)

    def _bestemming_mo(self, rng: Random, a: Aanmelding, regio: Regio) -> None:
        n = max(a.nachten, key=lambda x: (x.laatste or date.max, x.eerste))
        if n.laatste is None:
            return
        n.bestemming = rng.choices(
            ("U01", "U02", "U04", "U05", "U06", "U12", "U22", "U30", "U31", "U32", "U33", "U99", ""),
            (6, 8, 8, 3, 16, 3, 6, 6, 18, 3, 4, 8, 11),
        )[0]
        if n.bestemming in ("U01", "U02", "U04", "U06"):
            n.plaats_uitstroom = rng.choices((regio.centrum, a.historisch), (60, 40))[0]

    def _mo_cg(self) -> None:
        """Opvang in CG through VGGM: several voorzieningen, stays over year ends, people without BSN."""
        rng = self._rng("mo cg")
        herkomst = Stapel(rng, CG.herkomst)
        bekenden: list[Persoon] = []
        locs = list(CG.opvang.items())
        for jaar in self._jaren():
            van, tot = max(date(jaar, 1, 1), self.first), min(date(jaar, 12, 31), self.last_night)
            for _ in range(self._n(285 * ((tot - van).days + 1) / 365 * rng.uniform(0.93, 1.07), 1)):
                dag = willekeurige_dag(rng, van, tot)
                inschrijving, historisch = self._plaats_mo(rng, CG, herkomst)
                keuze = [
                    p for p in bekenden
                    if all((dag - (n.laatste or date.max)).days > 5 for a in p.aanmeldingen for n in a.nachten)
                ] if rng.random() < 0.28 else []  # fmt: skip
                soort = rng.choices(
                    ("volwassenen", "crisis_volwassenen", "crisis_gezinnen", "zwerfjongeren"), (62, 16, 10, 12)
                )[0]
                if keuze:
                    p = rng.choice(keuze)
                    soort = p.aanmeldingen[-1].opvangsoort
                else:
                    p = self._persoon(historisch, heeft_bsn=rng.random() < 0.78)
                    bekenden.append(p)
                a = self._aanmelding("vggm", p, dag, soort, (inschrijving, historisch))
                a.reden = rng.choices(*zip(*_DAKLOOS, strict=True))[0]
                a.besluit = rng.choices(
                    ("toegelaten", "afgewezen", "doorverwezen", "ingetrokken", ""), (78, 9, 6, 5, 2)
                )[0]
                if a.besluit:
                    a.besluitdatum = dag + timedelta(days=rng.randint(0, 6))
                if a.besluit == "toegelaten" and rng.random() < 0.94:
                    self._mo_cg_verblijf(rng, a, locs)

    def _mo_cg_verblijf(self, rng: Random, a: Aanmelding, locs: list[tuple[str, str]]) -> None:
        eerste = (a.besluitdatum or a.datum) + timedelta(days=rng.randint(0, 3))
        soort = "crisisopvang" if a.opvangsoort.startswith("crisis") else rng.choice(("nachtopvang", "24uursopvang"))
        loc = rng.choices(locs, (50, 30, 12, 8))[0]
        kort = rng.random() < 0.35
        laatste = eerste + timedelta(days=rng.randint(0, 2) if kort else 3 + int(rng.expovariate(1 / 60)))
        self._nacht(a, loc, soort, eerste, laatste)
        if not kort and rng.random() < 0.35:
            gat = rng.choice((1, 1, 1, 4, 8, 20, 29))
            eerste = laatste + timedelta(days=gat)
            laatste = eerste + timedelta(days=5 + int(rng.expovariate(1 / 80)))
            self._nacht(a, rng.choice(locs), "24uursopvang", eerste, laatste)
        if rng.random() < 0.1:
            self._nacht(a, loc, "dagopvang", a.nachten[0].eerste, laatste)
        self._bestemming_mo(rng, a, CG)

    def _vrouwenopvang(self, agb: str, regio: Regio) -> None:
        """Women's shelter with children, ambulant help and Aware; in DAV 2016 to the published figures."""
        rng = self._rng(f"vo {regio.code}")
        herkomst = Stapel(rng, regio.herkomst)
        for jaar in self._jaren():
            van, tot = max(date(jaar, 1, 1), self.first), min(date(jaar, 12, 31), self.last_night)
            vast = jaar == 2016 and regio.code == "DAV"
            deel = 1.0 if vast else ((tot - van).days + 1) / 365 * rng.uniform(0.92, 1.1)
            if regio.code == "CG":
                deel *= 0.45
            vrouwen, kinderen, buiten = (self._n(n * deel) for n in VO_2016)
            if tot - van < timedelta(days=120):  # too little of a year to close stays within it
                continue
            weken = self._duren(rng, vrouwen, 36.4, (4, 110)) if vrouwen else []
            per_gezin = _verdeeld(rng, kinderen, vrouwen, weken, 36.4)
            for nr, (dagen, n_kind) in enumerate(zip(weken, per_gezin, strict=True)):
                eerste = willekeurige_dag(rng, van + 4 * DAG, tot - timedelta(days=dagen + 4))
                plaats = rng.choice(BUITEN_REGIO) if nr < buiten else herkomst.trek()
                leden = self._gezin(
                    rng,
                    agb,
                    eerste - timedelta(days=rng.randint(0, 3)),
                    "vrouwenopvang",
                    plaats=plaats,
                    kinderen=n_kind,
                )
                bestemming = rng.choices(("U01", "U02", "U06", "U30", "U99", ""), (12, 28, 30, 4, 8, 18))[0]
                for a in leden:
                    n = self._nacht(a, VO_LOCATIES[agb], "vrouwenopvang", eerste, eerste + timedelta(days=dagen - 1))
                    n.bestemming = bestemming
                    n.plaats_uitstroom = regio.centrum if bestemming in ("U01", "U02") else ""
            gezinnen, kinderen, aware = (self._n(n * deel) for n in AMBULANT_2016)
            if not gezinnen:
                continue
            duren = self._duren(rng, gezinnen, 133.0, (40, 225))
            per_gezin = _verdeeld(rng, kinderen, gezinnen, duren, 133.0)
            met_aware = set(_rond_gemiddelde(duren, min(aware, gezinnen), 133.0))
            for nr, (dagen, n_kind) in enumerate(zip(duren, per_gezin, strict=True)):
                eerste = willekeurige_dag(rng, van + 4 * DAG, tot - timedelta(days=dagen + 4))
                leden = self._gezin(
                    rng,
                    agb,
                    eerste - timedelta(days=rng.randint(0, 9)),
                    "ambulant",
                    plaats=herkomst.trek(),
                    kinderen=n_kind,
                )
                for a in leden:
                    self._nacht(a, VO_LOCATIES[agb], "ambulant", eerste, eerste + timedelta(days=dagen - 1))
                if nr in met_aware:
                    self._nacht(leden[0], VO_LOCATIES[agb], "aware", eerste, eerste + timedelta(days=dagen - 1))

    def _gezin(self, rng: Random, agb: str, dag: date, soort: str, *, plaats: str, kinderen: int) -> list[Aanmelding]:
        gezin = f"G{agb[-3:]}-{self._volgnr('gezin ' + agb):05d}"
        leden = []
        for nr in range(1 + kinderen):
            rol = "vrouw" if nr == 0 else "kind"
            p = self._persoon(plaats, heeft_bsn=rol == "vrouw" and rng.random() < 0.4)
            a = self._aanmelding(agb, p, dag, soort, (plaats, plaats), gezin=gezin, rol=rol)
            a.reden, a.besluit, a.besluitdatum = "huis_verlaten", "toegelaten", dag
            leden.append(a)
        return leden

    @staticmethod
    def _duren(rng: Random, aantal: int, gemiddeld: float, grenzen: tuple[int, int]) -> list[int]:
        """Give `aantal` whole days with exactly this mean (to a whole sum), within the limits."""
        laag, hoog = grenzen
        duren = [min(hoog, max(laag, int(rng.gauss(gemiddeld, gemiddeld * 0.4)))) for _ in range(aantal)]
        verschil = round(gemiddeld * aantal) - sum(duren)
        while verschil:
            nr = rng.randrange(aantal)
            stap = 1 if verschil > 0 else -1
            if laag <= duren[nr] + stap <= hoog:
                duren[nr] += stap
                verschil -= stap
        return duren

    # --- chains between opvang and beschermd wonen ---------------------------------------------------------------

    def _ketens(self) -> None:
        """Join stays in opvang to perioden of beschermd wonen, both ways (route MO, U08 and U30)."""
        rng = self._rng("ketens")
        los: dict[str, list[Aanmelding]] = {r.code: [] for r in self.regios}
        for a in self.levens.aanmeldingen:
            if len(a.persoon.aanmeldingen) == 1 and a.persoon.heeft_bsn and a.nachten and a.opvangsoort in (
                "volwassenen", "zwerfjongeren", "crisis_volwassenen"
            ):  # fmt: skip
                los["CG" if a.bron == "vggm" else "DAV"].append(a)
        for per in sorted(self.levens.perioden, key=lambda p: (p.eerste, p.regio)):
            p = per.persoon
            if p.perioden[0] is per and not p.aanmeldingen and per.eerste > self.first and rng.random() < 0.4:
                keuze = [
                    a for a in los[per.regio] if -10 <= (per.eerste - _eind(a)).days <= 26 and a.datum < per.eerste
                ]
                if keuze:
                    a = rng.choice(keuze)
                    los[per.regio].remove(a)
                    self._overnemen(a, p)
                    per.gekoppeld = True
                    laatste = max(a.nachten, key=lambda n: n.laatste or date.max)
                    laatste.bestemming = rng.choice(("U08", "U08", "U08" if self.schoon else ""))
                    continue
            if (
                per.laatste
                and p.perioden[-1] is per
                and not p.aanmeldingen
                and not per.soort_uitstroom
                and rng.random() < 0.1
            ):
                tot = per.laatste + timedelta(days=60)
                keuze = [a for a in los[per.regio] if per.laatste < a.datum <= tot]
                if keuze:
                    a = rng.choice(keuze)
                    los[per.regio].remove(a)
                    self._overnemen(a, p)
                    per.soort_uitstroom = "U30"

    @staticmethod
    def _overnemen(a: Aanmelding, p: Persoon) -> None:
        a.persoon.aanmeldingen.clear()
        a.persoon = p
        p.aanmeldingen.append(a)

    # --- who they are ---------------------------------------------------------------------------------------------

    def _levering_in(self, per: Periode, jaar: int) -> bool:
        return per.eerste < date(jaar + 1, 1, 1) and (per.laatste is None or per.laatste >= date(jaar, 1, 1))

    def _personalia(self) -> None:
        """Birth dates (S-287, S-288), sex and the shares of the DAV clients of 2016 (S-197 to S-200)."""
        rng = self._rng("personalia")
        levend = [p for p in self.levens.personen if p.perioden or p.aanmeldingen]
        for p in levend:
            soort = p.aanmeldingen[0].opvangsoort if p.aanmeldingen else ""
            rol = p.aanmeldingen[0].rol if p.aanmeldingen else ""
            eerste = min([per.eerste for per in p.perioden] + [a.datum for a in p.aanmeldingen])
            p.geslacht = "2" if rol == "vrouw" else rng.choices("120", (70, 29, 1))[0]
            if rol == "kind":
                p.geslacht = rng.choice("12")
                p.geboren = eerste - timedelta(days=rng.randint(60, 16 * 365))
            elif soort == "zwerfjongeren":
                p.geboren = eerste - timedelta(days=rng.randint(18 * 366, 22 * 365))
            else:
                jaren = rng.choices(((18, 20), (20, 30), (30, 50), (50, 78)), (8, 38, 26, 28))[0]
                p.geboren = eerste - timedelta(days=rng.randint(jaren[0] * 366 + 260, jaren[1] * 365 + 4))
            if rol == "vrouw":
                p.geboren = eerste - timedelta(days=rng.randint(19 * 366, 52 * 365))
        # CG 2017: two groups, because PGB clients have no birth date in any feed and fall out of the shares.
        groep_17 = [p for p in levend if any(per.regio == "CG" and self._levering_in(per, 2017) for per in p.perioden)]
        bekend = [p for p in groep_17 if any(v == "ZIN" for per in p.perioden for _, v in per.vormen) or p.aanmeldingen]
        self._leeftijden_2017(rng, bekend)
        bekend_nr = {p.nr for p in bekend}
        self._leeftijden_2017(rng, [p for p in groep_17 if p.nr not in bekend_nr])
        groep_16 = [p for p in levend if any(per.regio == "DAV" and self._levering_in(per, 2016) for per in p.perioden)]
        nieuwjaar = date(2017, 1, 1)
        blijvers = [p for p in groep_16 if any(per.regio == "DAV" and per.loopt_op(nieuwjaar) for per in p.perioden)]
        blijf_nr = {p.nr for p in blijvers}
        vertrokken = [p for p in groep_16 if p.nr not in blijf_nr]
        groep_nr = {p.nr for p in groep_16}
        for groep in (blijvers, vertrokken, [p for p in levend if p.nr not in groep_nr]):
            _quota(rng, groep, (("J", 0.27), ("N", 0.73)), lambda p, w: setattr(p, "andere_hulp", w))
            _quota(
                rng, groep,
                (("wajong", 0.20), ("werk", 0.04), ("bijstand", 0.42), ("wia", 0.15), ("aow", 0.05),
                 ("overig", 0.06), ("onbekend", 0.08)),
                lambda p, w: setattr(p, "inkomstenbron", w),
            )  # fmt: skip
            _quota(
                rng, groep,
                (("onbekend", 0.12), ("meerdere", 0.13), ("verslaving", 0.30), ("schizofrenie", 0.20),
                 ("autisme", 0.14), ("overig", 0.11)),
                lambda p, w: setattr(p, "grondslag", w),
            )  # fmt: skip

    @staticmethod
    def _leeftijden_2017(rng: Random, groep: list[Persoon]) -> None:
        """41% in their twenties, 32% of 50 and over, all through 2017: within 2 points with and without PGB clients."""
        klassen = {"twintig": (date(1988, 2, 1), date(1996, 12, 1)), "vijftig": (date(1938, 1, 1), date(1966, 12, 1))}

        def zet(p: Persoon, klasse: str) -> None:
            eerste = min([per.eerste for per in p.perioden] + [a.datum for a in p.aanmeldingen])
            jong = date(1998, 1, 2), date(1998, 12, 30)
            if klasse == "overig" and eerste >= date(2017, 1, 15) and rng.random() < 0.3:
                klassen["overig"] = jong[0], min(jong[1], date(eerste.year - 18, eerste.month, 1) - DAG)
                p.geboren = willekeurige_dag(rng, *klassen["overig"])
            elif klasse == "overig":
                p.geboren = willekeurige_dag(rng, date(1968, 2, 1), date(1986, 12, 1))
            else:
                p.geboren = willekeurige_dag(rng, *klassen[klasse])

        _quota(rng, groep, (("twintig", 0.413), ("vijftig", 0.318), ("overig", 0.269)), zet)

    # --- how perioden end -------------------------------------------------------------------------------------------

    def _uitstroom(self) -> None:
        rng = self._rng("uitstroom")
        namen = tuple((u, n) for u, n, _ in _UITSTROOM)
        stapel, stops = Stapel(rng, namen), {u: s for u, _, s in _UITSTROOM}
        stops |= {"U20": "verhuizing", "U30": "aanbieder"}
        for per in self.levens.perioden:
            p = per.persoon
            lengte = ((per.laatste or self.last_night) - per.eerste).days
            bekend = {"ZIN": per.vormen[0][1] == "ZIN", "einde": per.vormen[-1][1] == "ZIN"}
            per.levering_eerste, per.levering_laatste = per.eerste, per.laatste
            laatste_van_leven = p.perioden[-1] is per and all(
                per.laatste is not None and _eind(a) < per.laatste for a in p.aanmeldingen
            )
            if per.laatste:
                u = per.soort_uitstroom
                if not u and per.laatste >= date(2021, 1, 1) and rng.random() < 0.7:
                    u = "U10"
                u = u or stapel.trek()
                if (u == "U40" and not laatste_van_leven) or (u == "U99" and self.schoon):
                    u = "U06"
                per.uitstroom = self._einde(rng, per, u, stops[u])
                if u == "U40":
                    p.overleden = per.laatste
            if per.regio == "CG" and per.eerste > self.first and lengte > 120 and not per.gekoppeld:
                if bekend["ZIN"] and rng.random() < 0.4:
                    per.levering_eerste += timedelta(days=rng.randint(1, 21))
                    if len(per.vormen) > 1 and per.vormen[1][0] <= per.levering_eerste + timedelta(days=20):
                        per.levering_eerste = per.eerste
                if per.laatste and bekend["einde"] and per.uitstroom and rng.random() < 0.12:
                    staart = timedelta(days=rng.randint(1, 25))
                    veilig = per.uitstroom.bestemming not in ("U40", "U20", "U30") and per.uitstroom.huur_vanaf is None
                    if veilig and per.laatste - staart > per.vormen[-1][0] + timedelta(days=60):
                        per.levering_laatste = per.laatste - staart
            elif (
                per.regio == "CG" and per.eerste > date(2015, 2, 5) and lengte < 120 and per.laatste
                and not per.gekoppeld and per.vormen == [(per.eerste, "ZIN")] and not per.soort_uitstroom
                and (per.uitstroom is None or per.uitstroom.bestemming != "U40") and rng.random() < 0.5
                and not self.schoon
            ):  # fmt: skip
                per.geen_levering, per.uitstroom = True, None

    def _einde(self, rng: Random, per: Periode, u: str, stop: str) -> Uitstroom:
        laatste = per.laatste or self.last_night
        regio = REGIOS[per.regio]
        gemeld = u if rng.random() < 0.8 or self.schoon else ""
        soort, huur = "", None
        if u in _CONTRACT and (rng.random() < 0.8 or self.schoon):
            soort = rng.choice(_CONTRACT[u])
            huur = laatste + timedelta(days=rng.choice((-31, -14, -5, 0, 1, 1, 3, 12, 31)))
            if rng.random() < 0.35 and not self.schoon:
                gemeld = ""  # only the lease tells where the client went (D.10 d)
        if u == "U20" and rng.random() < 0.5 and not self.schoon:
            gemeld = ""
        plaats = ""
        if u in ("U01", "U02", "U03", "U04", "U05", "U06"):
            herkomst = per.persoon.plaats if per.persoon.plaats not in ("0000", "9999") else regio.centrum
            plaats = rng.choices((herkomst, regio.centrum, rng.choice(regio.herkomst)[0]), (55, 25, 20))[0]
        elif u in ("U20", "U22"):
            plaats = rng.choice(BUITEN_REGIO)
        gereed = None
        if u in ("U01", "U02", "U03", "U04", "U05", "U07") and rng.random() < 0.8:
            gereed = laatste - timedelta(days=rng.choice((20, 45, 80, 120, 190, 260, 340)))
            gereed = None if gereed <= per.eerste + timedelta(days=40) else gereed
        nazorg = u in ("U01", "U02", "U03", "U04", "U05", "U06", "U07") and rng.random() < 0.6
        return Uitstroom(u, stop, gemeld, plaats, soort, huur, gereed, nazorg, nazorg and rng.random() < 0.4)

    def _plaatsingen(self, regio: Regio) -> None:
        rng = self._rng(f"plaatsingen {regio.code}")
        basis = {"DAV": 100_000_000, "CG": 200_000_000}[regio.code] + self.bsn_start * 10
        bouwer = Bouwer(rng, regio, basis, self.last_night, LUWTE[regio.code], schoon=self.schoon)
        perioden = [p for p in self.levens.perioden if p.regio == regio.code]
        for per in perioden:
            bouwer.vul(per)
        zonder_startbericht(rng, perioden, 0.0 if self.schoon else 0.012)
        self._bouwer_dav = bouwer if regio.code == "DAV" else getattr(self, "_bouwer_dav", None)

    # --- Sociale Dienst Drechtsteden ----------------------------------------------------------------------------------

    def _sdd(self) -> None:
        """Requests, decisions and the waiting list of DAV."""
        if self._bouwer_dav is None:
            return
        rng, bouwer = self._rng("sdd"), self._bouwer_dav
        for per in self.levens.perioden:
            if per.regio != "DAV":
                continue
            vorige = max(
                (p.laatste for p in per.persoon.perioden if p.laatste and p.laatste < per.eerste), default=None
            )
            for t in per.toewijzingen:
                if not t.eerste_van_periode:
                    t.besluit = t.ingang - timedelta(days=rng.randint(3, 20))
                    t.aanmelding = t.besluit - timedelta(days=rng.randint(7, 40))
                    continue
                if t.ingang == self.first:
                    t.besluit = t.ingang - timedelta(days=rng.randint(10, 60))
                    t.aanmelding = t.besluit - timedelta(days=rng.randint(14, 90))
                    continue
                wacht = min(240, int(rng.expovariate(1 / 65)))
                if vorige:
                    wacht = min(wacht, (t.ingang - vorige).days - 40)
                if rng.random() < 0.02:  # care began before the decision
                    t.besluit = t.ingang + timedelta(days=rng.randint(3, 20))
                    t.aanmelding = t.besluit - timedelta(days=rng.randint(20, 60))
                    t.ingang = t.besluit
                    continue
                t.besluit = t.ingang - timedelta(days=wacht)
                t.aanmelding = t.besluit - timedelta(days=rng.randint(10, 110))
                if wacht > 10:
                    self._wacht(rng, t, t.besluit, per.eerste, "geplaatst")
                    t.ingang = max(t.besluit, self.first) if rng.random() < 0.6 else t.ingang
        dagen = (self.last_night - self.first).days
        herkomst = Stapel(rng, DAV.herkomst)
        for nr in range(self._n(dagen / 365 * 52, 3)):
            dag = willekeurige_dag(rng, self.first, self.last_night - timedelta(days=2))
            p = self._persoon(
                rng.choices((herkomst.trek(), "0000", "9999", rng.choice(BUITEN_REGIO)), (88, 3, 3, 6))[0]
            )
            p.geboren = dag - timedelta(days=rng.randint(19 * 366, 60 * 365))
            p.geslacht = rng.choices("120", (68, 31, 1))[0]
            besluit = rng.choices(("afgewezen", "ingetrokken", "doorverwezen", "toegekend", ""), (34, 16, 20, 26, 4))[0]
            if dag > self.last_night - timedelta(days=120):
                besluit = rng.choices(("", "toegekend", "afgewezen"), (4, 5, 1))[0]
            t = Toewijzing(bouwer.nummer(), p, "DAV", "", "", "ZIN", dag, aanmelding=dag, reden_einde=besluit)
            if besluit:
                t.besluit = min(dag + timedelta(days=rng.randint(14, 70)), self.last_night - DAG)
            if besluit == "toegekend" and t.besluit:
                t.ingang, t.agb, t.product = t.besluit, bouwer.locatie("ZIN").agb, bouwer.product(t.besluit)
                tot = t.besluit + timedelta(days=rng.randint(30, 300))
                reden = rng.choices(("afgezien", "elders", "overleden", "verlopen"), (45, 30, 5, 20))[0]
                self._wacht(rng, t, t.besluit, tot if tot < self.last_night else None, reden)
                t.einde = tot if tot < self.last_night else None
            if nr % 40 == 7:
                t.eerste_van_periode = True  # entered twice: the SDD withdraws this row later (E40)
            self.levens.aanvragen.append(t)

    def _wacht(self, rng: Random, t: Toewijzing, sinds: date, tot: date | None, reden: str) -> None:
        statussen = [(sinds, rng.choices(("actief", "voorkeur", "voorzorg", "urgent"), (55, 20, 15, 10))[0])]
        dag = sinds + timedelta(days=rng.randint(25, 120))
        while dag < (tot or self.last_night) and len(statussen) < 3:
            nieuw = rng.choice([s for s in ("actief", "urgent", "voorkeur") if s != statussen[-1][1]])
            statussen.append((dag, nieuw))
            dag += timedelta(days=rng.randint(25, 150))
        self.levens.wachtenden.append(
            Wachtend(t, sinds, statussen, tot, reden if tot else "", rng.choices("JN", (35, 65))[0])
        )

    # --- numbers and names ------------------------------------------------------------------------------------------

    def _bsn_en_namen(self) -> None:
        rng = self._rng("namen")
        personen = [p for p in self.levens.personen if p.perioden or p.aanmeldingen]
        personen += [t.persoon for t in self.levens.aanvragen]
        nummers = test_bsns()
        beurt = self.bsn_start
        for p in personen:
            p.achternaam = rng.choice(_ACHTERNAMEN)
            p.voorletters = rng.choice("ABCDEFGHJKLMNPRSTW")
            if p.heeft_bsn:
                if beurt >= len(nummers):
                    msg = "De reeks test-BSN's is op: kies een kleinere size of een lagere bsn_start."
                    raise ValueError(msg)
                p.bsn = nummers[beurt]
                beurt += 1


def test_bsns() -> list[str]:
    """Give all BSNs of the official test range, 999900006–999999990 and passing the 11-proef (iwmo.md 3)."""
    gewichten = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return [
        str(n)
        for n in range(999_900_006, 999_999_991)
        if sum(g * int(c) for g, c in zip(gewichten, str(n), strict=True)) % 11 == 0
    ]


def _eind(a: Aanmelding) -> date:
    """Last known night of an aanmelding; far away when someone is still there."""
    return max((n.laatste or date.max for n in a.nachten), default=a.datum)


def _quota(
    rng: Random, groep: list[Persoon], delen: tuple[tuple[str, float], ...], zet: Callable[[Persoon, str], None]
) -> None:
    """Hand out values in these shares, exact to the rounding, in random order."""
    waarden: list[str] = []
    som = 0.0
    for waarde, deel in delen:
        som += deel
        waarden += [waarde] * (round(som * len(groep)) - len(waarden))
    waarden += [delen[-1][0]] * (len(groep) - len(waarden))
    rng.shuffle(waarden)
    for p, w in zip(groep, waarden, strict=True):
        zet(p, w)


def _verdeeld(rng: Random, kinderen: int, gezinnen: int, duren: list[int], gemiddeld: float) -> list[int]:
    """Spread children over families so that the mean stay over all persons stays that of the women."""
    per_gezin = [0] * gezinnen
    for _ in range(kinderen if gezinnen else 0):
        som, n = sum(d * k for d, k in zip(duren, per_gezin, strict=True)), sum(per_gezin)
        te_lang = n > 0 and som / n > gemiddeld
        keuze = [i for i, d in enumerate(duren) if (d <= gemiddeld) == te_lang and per_gezin[i] < 4]
        per_gezin[rng.choice(keuze or range(gezinnen))] += 1
    return per_gezin


def _rond_gemiddelde(duren: list[int], aantal: int, gemiddeld: float) -> list[int]:
    """Choose `aantal` positions whose mean lies near `gemiddeld`: the ones nearest to it."""
    return sorted(sorted(range(len(duren)), key=lambda i: (abs(duren[i] - gemiddeld), i))[:aantal])
