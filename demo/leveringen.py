"""Writes the lives down as each supplier knows them on each night, in the formats of deliveries.md.

A fact is written from its `bekend` on: the day the supplier had it in its system. So a placement that still runs has
no last day, and a message appears in the first night after the event.
"""

from __future__ import annotations

import csv
import io
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from demo.iwmo import Regel, bericht
from demo.levens import (
    DAG,
    STOP_2,
    STOP_3,
    Aanmelding,
    Levens,
    Nachten,
    Periode,
    Persoon,
    Plaatsing,
    Toewijzing,
    Verblijf,
)
from demo.regio import (
    CG,
    DAV,
    HERINDELINGEN,
    PRODUCTWISSEL,
    REGIOS,
    Aanbieder,
    gemeente_op,
)

SDD_INDICATIES = (
    "indicatie_nummer;clientnummer;bsn;geboortedatum;geslacht;aanmelddatum;intake_datum;besluitdatum;besluit;"
    "reden_besluit;productcode;leveringsvorm;ingangsdatum;einddatum;aanbieder_agb;gemeente_aanvraag;gemeente_herkomst;"
    "herkomst_methode;grondslag;inkomstenbron;andere_hulp;uitstroomprofiel;beoordeeld_op"
)
SDD_WACHTLIJST = (
    "indicatie_nummer;clientnummer;bsn;wachtend_sinds;wachtstatus;voorkeur_aanbieder_agb;overbruggingszorg;"
    "wachtend_tot;reden_uit"
)
AANMELDINGEN = (
    "aanmeldnummer;clientnummer;bsn;geboortedatum;geslacht;aanmelddatum;opvangsoort;gemeente_inschrijving;"
    "gemeente_historisch;reden_dakloosheid;besluit;besluitdatum;mutatiesoort;mutatietijd"
)
OPVANG = (
    "verblijfnummer;aanmeldnummer;locatiecode;gemeente_verblijf;voorziening;eerste_nacht;laatste_nacht;bestemming;"
    "gemeente_uitstroom;mutatiesoort;mutatietijd"
)
VERBLIJVEN = (
    "verblijf_id;clientnummer;bsn;toewijzingnummer;locatiecode;productcode;leveringsvorm;eerste_dag;laatste_dag;"
    "bestemming;gemeente_uitstroom;uitstroomgereed_op"
)
LOCATIES = "locatiecode;naam;gemeente;productcode;plaatsen;geldig_van;geldig_tot"
NAZORG = "bsn;clientnummer;laatste_dag;meting;meetdatum;woont_zelfstandig;terugkeergarantie"
WONINGEN: dict[str, tuple[str, ...]] = {
    "Verhuringen": (
        "contractnummer", "bsn", "geboortedatum", "gemeente", "contractsoort", "contingent", "uitstroom_uit",
        "aanbieder_agb", "ingangsdatum", "omklapdatum", "einddatum", "kale_huur", "zelfstandig",
    ),
    "Inschrijvingen": ("bsn", "geboortedatum", "inschrijfdatum", "uitschrijfdatum"),
    "Contingenten": ("jaar", "gemeente", "soort", "aantal", "mutaties"),
    "Ontruimingen": ("datum", "gemeente", "reden", "bsn"),
}  # fmt: skip

_AFGELEVERD = datetime(2021, 1, 1)  # noqa: DTZ001  a fixed moment inside workbooks and zips: same seed, same bytes


@dataclass(frozen=True)
class Avonden:
    """The nights on which something is delivered."""

    momentopnamen: tuple[date, ...]
    """Snapshots and mutation files."""
    berichten: tuple[date, ...]
    maanden: tuple[date, ...]
    """The month and quarter ends among the snapshots: workbooks and nazorg."""


def avonden(first: date, last_night: date, nachten: int = 30) -> Avonden:
    """Choose the nights: the first week, quarter ends, month ends in the last two years, every night at the end.

    Messages come on the same nights, and weekly in the last months before the nightly ones.
    """
    nachtelijk = [last_night - timedelta(days=n) for n in range(nachten)]
    maandeinden, dag = [], first.replace(day=1)
    while dag <= last_night:
        volgende = (dag + timedelta(days=32)).replace(day=1)
        if first + timedelta(days=14) < volgende - DAG <= last_night:
            maandeinden.append(volgende - DAG)
        dag = volgende
    begin = min(first + timedelta(days=7), last_night)
    dicht = last_night.replace(year=last_night.year - 2, month=1, day=1)
    maanden = [d for d in maandeinden if d >= dicht or d.month % 3 == 0]
    weken = [last_night - timedelta(days=n) for n in range(nachten, 75, 7)]

    def op_rij(*lijsten: Iterable[date]) -> tuple[date, ...]:
        return tuple(sorted({d for lijst in lijsten for d in lijst if first <= d <= last_night}))

    return Avonden(
        op_rij([begin], maanden, nachtelijk),
        op_rij([begin], maanden, weken, nachtelijk),
        op_rij([begin], maanden),
    )


@dataclass(eq=False)
class Rij:
    """One row of a snapshot through time: from each day on, what the row says (None: not there any more)."""

    standen: list[tuple[date, tuple[Any, ...] | None]] = field(default_factory=list)

    def zet(self, bekend: date, rij: Sequence[Any] | None) -> None:
        """Add a state; states may be added in any order."""
        self.standen.append((bekend, tuple(rij) if rij is not None else None))


def maanden_later(dag: date, n: int) -> date:
    """PostgreSQL's date + interval 'n months'."""
    jaar, maand = divmod(dag.year * 12 + dag.month - 1 + n, 12)
    laatste = (date(jaar + (maand == 11), (maand + 1) % 12 + 1, 1) - DAG).day
    return date(jaar, maand + 1, min(dag.day, laatste))


def csv_tekst(kop: str, rijen: Iterable[Sequence[Any]]) -> str:
    """Give CSV with `;`, a header, RFC 4180 quoting; None is empty, dates in ISO form."""
    uit = io.StringIO()
    uit.write(kop + "\r\n")
    csv.writer(uit, delimiter=";").writerows(rijen)
    return uit.getvalue()


def nl(dag: date | None) -> str:
    """DD-MM-JJJJ."""
    return dag.strftime("%d-%m-%Y") if dag else ""


class Schrijver:
    """Writes one drop."""

    def __init__(
        self,
        levens: Levens,
        out: Path,
        seed: int,
        *,
        regios: Sequence[str],
        first: date,
        nachten: Avonden,
        schoon: bool = False,
    ) -> None:
        self.levens, self.out, self.seed, self.first, self.schoon = levens, out, seed, first, schoon
        self.regios = [REGIOS[r] for r in regios]
        self.nachten = nachten
        self.last_night = nachten.momentopnamen[-1]
        self._bericht_nr = 0
        self._laatste_verblijf: dict[Plaatsing, str] = {}
        self.huren: list[tuple[str, str, str, str]] = []
        """Per lease: corporatie, contractnummer, and the supplier (AGB, `vggm`) and its number of the stay it ends."""
        self._plaatsingen = [pl for per in levens.perioden for pl in per.plaatsingen]
        self._per_persoon: dict[int, list[Plaatsing]] = {}
        for pl in sorted(self._plaatsingen, key=lambda p: p.eerste):
            self._per_persoon.setdefault(pl.persoon.nr, []).append(pl)
        self._aanbieders: dict[str, Aanbieder] = {}
        for a in [a for r in self.regios for a in r.aanbieders]:  # one of them works in both regions
            eerder = self._aanbieders.get(a.agb)
            self._aanbieders[a.agb] = replace(eerder, locaties=eerder.locaties + a.locaties) if eerder else a

    def schrijf(self) -> None:
        """Write everything."""
        codes = [r.code for r in self.regios]
        self._verblijven()
        self._locaties()
        self._nazorg()
        self._berichten()
        if "DAV" in codes:
            self._sdd()
        self._opvang()
        self._corporaties()

    def _rng(self, deel: str) -> Random:
        return Random(f"{self.seed}:levering {deel}")

    def _kans(self, rng: Random, kans: float) -> bool:
        """Whether something odd happens; never in a clean drop."""
        return rng.random() < kans and not self.schoon

    def _bestand(self, pad: str, inhoud: bytes) -> None:
        doel = self.out / pad
        doel.parent.mkdir(parents=True, exist_ok=True)
        doel.write_bytes(inhoud)

    def _momentopnamen(
        self,
        naam: Callable[[date], str],
        kop: str,
        rijen: list[Rij],
        nachten: Iterable[date],
        *,
        bom: bool = False,
        leeg: bool = True,
    ) -> None:
        """Write the full state of `rijen` on every night."""
        for r in rijen:
            r.standen.sort(key=lambda s: s[0])
        rijen = sorted((r for r in rijen if r.standen), key=lambda r: r.standen[0][0])
        wijzers = [-1] * len(rijen)
        for nacht in nachten:
            tekst = []
            for nr, r in enumerate(rijen):
                w, standen = wijzers[nr], r.standen
                while w + 1 < len(standen) and standen[w + 1][0] <= nacht:
                    w += 1
                wijzers[nr] = w
                if w >= 0:
                    stand = standen[w][1]
                    if stand is not None:
                        tekst.append(stand)
                elif standen[0][0] > nacht:
                    break  # sorted by first day known: nothing further on is known yet
            if tekst or leeg:
                self._bestand(naam(nacht), csv_tekst(kop, tekst).encode("utf-8-sig" if bom else "utf-8"))

    # --- zorgaanbieders: verblijven, locaties, nazorg ------------------------------------------------------------

    def _verblijven(self) -> None:
        rng = self._rng("verblijven")
        per_agb: dict[str, list[Rij]] = {agb: [] for agb in self._aanbieders}
        self.bezetting: dict[str, list[tuple[date, int]]] = {}
        for nr, pl in enumerate(sorted(self._plaatsingen, key=lambda p: p.eerste)):
            overslaan = (
                pl.toewijzing is not None
                and not pl.toewijzing.zonder_start
                and pl.vorm == "ZIN"
                and self._kans(rng, 0.008)
            )
            for v_nr, v in enumerate(pl.verblijven):
                if v.eerste > self.last_night:
                    continue
                teller = self.bezetting.setdefault(v.locatie.code, [])
                teller += [(v.eerste, 1), ((v.laatste or self.last_night) + DAG, -1)]
                if not overslaan:
                    self._laatste_verblijf[pl] = f"VB{nr:06d}-{v_nr + 1}"
                    per_agb[pl.agb].append(self._verblijf(rng, self._laatste_verblijf[pl], pl, v))
        for agb, rijen in per_agb.items():
            if rijen:
                self._momentopnamen(
                    lambda n, agb=agb: f"zorgaanbieders/{agb}/verblijven_{n:%Y%m%d}.csv",  # type: ignore[misc]
                    VERBLIJVEN, rijen, self.nachten.momentopnamen,
                )  # fmt: skip

    def _verblijf(self, rng: Random, nummer: str, pl: Plaatsing, v: Verblijf) -> Rij:
        t = pl.toewijzing
        eerste, laatste = v.eerste, v.laatste
        if pl.vorm == "ZIN" and t and not t.zonder_start and eerste != PRODUCTWISSEL and self._kans(rng, 0.03):
            # iWmo and the provider's own registration disagree; iWmo decides (D.0)
            if rng.random() < 0.5:
                eerste += timedelta(days=rng.choice((-2, -1, 1, 2)))
            elif laatste:
                laatste += timedelta(days=rng.choice((-2, -1, 1, 2)))
            eerste = max(eerste, self.first)
            laatste = max(laatste, eerste) if laatste else None
        slot = v is pl.verblijven[-1]
        u = pl.uitstroom if slot else None
        gereed = u.gereed if u else None
        if slot and pl.laatste is None and rng.random() < 0.08:
            gereed = self.last_night - timedelta(days=rng.randint(10, 400))
        if gereed and gereed < eerste:
            gereed = None
        vast = (
            nummer, f"C{pl.agb[-3:]}{pl.persoon.nr:05d}", pl.persoon.bsn,
            t.nummer if t and pl.vorm == "ZIN" else None, v.locatie.code, pl.product, pl.vorm, eerste,
        )  # fmt: skip
        rij = Rij()
        begin = max(eerste, v.eerste) + timedelta(days=1 if self.schoon else rng.choice((1, 1, 2, 4)))
        rij.zet(begin, (*vast, None, None, None, None))
        if gereed:
            rij.zet(max(begin, gereed + DAG), (*vast, None, None, None, gereed))
        if laatste:
            weg = max(begin, laatste, v.laatste or laatste) + timedelta(days=rng.choice((1, 1, 2, 3, 6)))
            if self.schoon and not u:
                # a clean registration writes a departure and the arrival it leads to on the same day
                verder = next((p for p in self._per_persoon[pl.persoon.nr] if p.eerste >= laatste and p is not pl), pl)
                weg = max(laatste + DAG, (laatste + DAG if not slot else verder.eerste) + DAG)
                rij.zet(weg, (*vast, laatste, "U21" if slot and verder.agb != pl.agb else None, None, gereed))
            elif u:
                bestemming = (u.gemeld or None, gemeente_op(u.plaats, laatste) if u.plaats and u.gemeld else None)
                if u.gemeld and self._kans(rng, 0.1):  # the bestemming follows weeks later
                    rij.zet(weg, (*vast, laatste, None, None, gereed))
                    weg += timedelta(days=rng.randint(20, 60))
                rij.zet(weg, (*vast, laatste, *bestemming, gereed))
            else:
                rij.zet(weg, (*vast, laatste, None, None, gereed))
        return rij

    def _locaties(self) -> None:
        rng = self._rng("locaties")
        for aanbieder in self._aanbieders.values():
            rijen: list[Rij] = []
            for loc in aanbieder.locaties:
                piek = stand = 0
                for _, stap in sorted(self.bezetting.get(loc.code, [])):
                    stand += stap
                    piek = max(piek, stand)
                plaatsen = max(2, round(piek * rng.choice((0.9, 1.0, 1.0, 1.05, 1.2))))
                plaatsen = piek + 2 if self.schoon else plaatsen
                rijen += self._locatie_rijen(rng, (loc.code, loc.naam), loc.plaats, plaatsen)
            veranderd = {d for r in rijen for d, _ in r.standen}
            nachten = sorted({self._avond(d, self.nachten.momentopnamen) for d in veranderd} - {None})  # type: ignore[type-var]
            self._momentopnamen(
                lambda n, agb=aanbieder.agb: f"zorgaanbieders/{agb}/locaties_{n:%Y%m%d}.csv",  # type: ignore[misc]
                LOCATIES, rijen, [n for n in nachten if n],
            )  # fmt: skip

    def _locatie_rijen(self, rng: Random, wie: tuple[str, str], plaats: str, plaatsen: int) -> list[Rij]:
        """Rows of one location: a new row when its gemeente, its products or its size change."""
        delen: list[tuple[date, date | None, str, int]] = [(self.first, None, "", plaatsen)]
        soort = rng.random()
        if plaats in {p for p, _ in CG.verblijf} and soort < 0.06 and self.first < PRODUCTWISSEL:
            delen = [
                (self.first, PRODUCTWISSEL - DAG, "15A00", plaatsen),
                (PRODUCTWISSEL, None, "15Z03", max(1, round(plaatsen * 0.7))),
                (PRODUCTWISSEL, None, "15Z04", max(1, round(plaatsen * 0.3))),
            ]
        elif soort > 0.85:
            groei = date(2019, 7, 1)
            if self.first < groei < self.last_night:
                delen = [(self.first, groei - DAG, "", max(2, round(plaatsen * 0.9))), (groei, None, "", plaatsen)]
        wissel = HERINDELINGEN[plaats][0] if plaats in HERINDELINGEN else None
        if wissel and self.first < wissel <= self.last_night:
            geknipt = []
            for van, tot, product, n in delen:
                if van < wissel and (tot is None or tot >= wissel):
                    geknipt += [(van, wissel - DAG, product, n), (wissel, tot, product, n)]
                else:
                    geknipt.append((van, tot, product, n))
            delen = geknipt
        rijen = []
        for van, tot, product, n in delen:
            if van > self.last_night:
                continue
            rij, vast = Rij(), (*wie, gemeente_op(plaats, van), product or None, n, van)
            rij.zet(van, (*vast, None))
            if tot:
                rij.zet(tot + DAG, (*vast, tot))
            rijen.append(rij)
        return rijen

    def _nazorg(self) -> None:
        rng = self._rng("nazorg")
        per_agb: dict[str, list[Rij]] = {}
        for per in self.levens.perioden:
            u, laatste = per.uitstroom, per.levering_laatste
            if not (u and u.nazorg and laatste and per.plaatsingen):
                continue
            terug = min((p.eerste for p in per.persoon.perioden if p.eerste > laatste), default=date.max)
            agb = per.plaatsingen[-1].agb
            gemeten = False
            for meting in (6, 12, 18, 24):
                meetdatum = maanden_later(laatste, meting) + timedelta(
                    days=rng.choice(
                        (-31, -20, -10, -3, -1, 0, 0, 2, 4, 8, 12, 15, 21, 28, 30, 31 if self.schoon else 40)
                    )
                )
                if (
                    rng.random() < 0.85
                    and meetdatum < terug
                    and not (per.persoon.overleden and meetdatum > per.persoon.overleden)
                ):
                    gemeten, rij = True, Rij()
                    rij.zet(meetdatum + 2 * DAG, (
                        per.persoon.bsn, f"C{agb[-3:]}{per.persoon.nr:05d}", laatste, meting, meetdatum,
                        rng.choices("JN", (85, 15))[0], "J" if u.terugkeergarantie else "N",
                    ))  # fmt: skip
                    per_agb.setdefault(agb, []).append(rij)
            if u.terugkeergarantie and not gemeten and terug < maanden_later(laatste, 24) and not self.schoon:
                rij = Rij()  # who returns on the guarantee is on the list, even without a measurement
                meting = next(m for m in (6, 12, 18, 24) if terug < maanden_later(laatste, m))
                rij.zet(terug + 3 * DAG, (
                    per.persoon.bsn, f"C{agb[-3:]}{per.persoon.nr:05d}", laatste, meting, terug, "N", "J",
                ))  # fmt: skip
                per_agb.setdefault(agb, []).append(rij)
        for agb, rijen in sorted(per_agb.items()):
            self._momentopnamen(
                lambda n, agb=agb: f"zorgaanbieders/{agb}/nazorg_{n:%Y%m%d}.csv",  # type: ignore[misc]
                NAZORG, rijen, self.nachten.maanden, leeg=False,
            )  # fmt: skip

    # --- zorgaanbieders: iWmo --------------------------------------------------------------------------------------

    def _avond(self, bekend: date, nachten: Sequence[date]) -> date | None:
        """First night on or after `bekend`; None when it lies after the last night."""
        i = bisect_left(nachten, bekend)
        return nachten[i] if i < len(nachten) else None

    def _later(self, bekend: date, dagen: int) -> date:
        """A day `dagen` later, or as much later as it takes to be delivered on a later night than `bekend`.

        What a status-3 row cancels must be known before it (D.0: "later-known"), and sent again after it.
        """
        nacht = self._avond(bekend + DAG, self.nachten.berichten)
        return max(bekend + timedelta(days=dagen), nacht or bekend)

    def _versie_bij(self, aanbieder: Aanbieder, bekend: date) -> str:
        return self._versie(aanbieder, self._avond(bekend + DAG, self.nachten.berichten) or self.last_night)

    def _versie(self, aanbieder: Aanbieder, nacht: date) -> str:
        return "3.2" if aanbieder.versie_3_vanaf and nacht >= aanbieder.versie_3_vanaf else "2.1"

    def _berichten(self) -> None:
        aanbieders = self._aanbieders
        regels: list[Regel] = []
        rng = self._rng("berichten")
        for per in self.levens.perioden:
            for t in per.toewijzingen:
                if t.vorm == "ZIN":
                    regels += self._toewijzing_regels(rng, per, t, aanbieders[t.agb])
        regels += self._verwijderd(rng)
        groepen: dict[tuple[date, str, str, str, int, int], list[Regel]] = {}
        geweest: Counter[tuple[date, int]] = Counter()
        for r in regels:
            nacht = self._avond(r.bekend + DAG, self.nachten.berichten)
            if nacht is None:
                continue
            versie = self._versie(aanbieders[r.agb], nacht)
            wie = r.persoon.nr if versie == "3.2" else -1
            # A second version of a toewijzing goes in a next message: a key stands once in a message (TR101).
            eerder = geweest[nacht, r.nummer] if r.soort == "301" else 0
            geweest[nacht, r.nummer] += r.soort == "301"
            groepen.setdefault((nacht, r.agb, r.soort, r.gemeente, eerder, wie), []).append(r)
        volgnrs: dict[tuple[date, str, str], int] = {}
        zips: dict[tuple[str, date], list[tuple[str, bytes]]] = {}
        for sleutel in sorted(groepen):
            nacht, agb, soort, gemeente, *_ = sleutel
            versie = self._versie(aanbieders[agb], nacht)
            volgnr = volgnrs[nacht, agb, soort] = volgnrs.get((nacht, agb, soort), 0) + 1
            self._bericht_nr += 1
            rijen = groepen[sleutel]
            inhoud = bericht(
                soort,
                versie,
                agb=agb,
                gemeente=gemeente,
                identificatie=f"{self._bericht_nr:010d}",
                dagtekening=max(r.bekend for r in rijen),
                regels=rijen,
                redenen=STOP_2 if versie == "2.1" else STOP_3,
            )
            naam = f"WMO{soort}_{nacht:%Y%m%d}_{volgnr:03d}.xml"
            if aanbieders[agb].zipt:
                zips.setdefault((agb, nacht), []).append((naam, inhoud))
            else:
                self._bestand(f"zorgaanbieders/{agb}/{naam}", inhoud)
        for (agb, nacht), leden in zips.items():
            self._bestand(f"zorgaanbieders/{agb}/berichten_{nacht:%Y%m%d}_001.zip", zip_bytes(leden))

    def _verwijderd(self, rng: Random) -> list[Regel]:
        """Toewijzingen granted by mistake and removed again with RedenWijziging 13 (3.2): as if never sent."""
        uit = []
        perioden = [
            p for p in self.levens.perioden
            if p.toewijzingen and p.eerste > date(2018, 9, 1) and self._aanbieders[p.toewijzingen[0].agb].versie_3_vanaf
            and p.toewijzingen[0].vorm == "ZIN" and p.eerste < self.last_night - timedelta(days=80)
        ]  # fmt: skip
        for per in perioden[::12]:
            t = per.toewijzingen[0]
            nummer = t.nummer + 50_000_000
            dag = per.eerste + timedelta(days=rng.randint(1, 20))
            basis = (t.agb, gemeente_op(self._afzender(t), dag), t.persoon, nummer, t.product, dag)
            uit.append(Regel(dag, "301", *basis))
            uit.append(
                Regel(
                    dag + timedelta(days=rng.randint(5, 40)),
                    "301",
                    *basis,
                    einde=dag,
                    reden="13",
                    tijd="15:30:00",
                )
            )
        return uit

    def _afzender(self, t: Toewijzing) -> str:
        """Place of the gemeente that grants: in CG the local toegang, in the Drechtsteden Dordrecht."""
        plaats = t.persoon.plaats
        if t.regio == "CG":
            return plaats if plaats in {p for p, _ in CG.herkomst} else CG.centrum
        return plaats if plaats in {"0512", "0545", "0689", "1927", "0707"} else DAV.centrum

    def _toewijzing_regels(self, rng: Random, per: Periode, t: Toewijzing, aanbieder: Aanbieder) -> list[Regel]:
        plaats = self._afzender(t)

        def regel(bekend: date, soort: str, **rest: Any) -> Regel:
            return Regel(
                bekend, soort, t.agb, gemeente_op(plaats, bekend), t.persoon, t.nummer, t.product, t.ingang, **rest
            )

        regels = self._regels_301(rng, per, t, aanbieder, regel)
        if t.zonder_start:
            if t.einde and rng.random() < 0.3:  # a stop without a start: a finding, no placement
                pl = next(p for p in per.plaatsingen if p.toewijzing is t)
                regels.append(regel(t.einde + 3 * DAG, "307", begin=pl.eerste, einde=pl.laatste, reden=pl.stop))
            return regels
        zonder_product = (
            aanbieder.versie_3_vanaf is not None
            and t.ingang > aanbieder.versie_3_vanaf + timedelta(days=60)
            and rng.random() < 0.03
        )
        for pl in [p for p in per.plaatsingen if p.toewijzing is t]:
            regels += self._start_stop(rng, aanbieder, pl, regel, zonder_product=zonder_product)
        if per.geen_levering and t.einde and rng.random() < 0.4:  # announced, then cancelled: never came
            bekend = t.ingang + 2 * DAG
            regels.append(regel(bekend, "305", begin=t.ingang))
            regels.append(regel(self._later(bekend, rng.randint(20, 50)), "305", begin=t.ingang, status="3"))
        return regels

    def _regels_301(
        self, rng: Random, per: Periode, t: Toewijzing, aanbieder: Aanbieder, regel: Callable[..., Regel]
    ) -> list[Regel]:
        """All versions of one toewijzing: each replaces the one before it (same number, later date)."""
        bekend = t.besluit or t.ingang - timedelta(days=rng.randint(2, 25))
        bekend = min(bekend, t.ingang + timedelta(days=20))
        laatst_bekend = t.einde or self.last_night
        gepland: date | None = None
        kans = rng.random()
        if t.einde and kans < 0.25:
            gepland = t.einde
        elif kans < 0.75:
            gepland = t.ingang + timedelta(days=rng.choice((365, 548, 730, 1095)) - 1)
        nr = 0
        uit = [regel(bekend, "301", einde=gepland)]

        def volgende(dag: date, einde: date | None, reden: str) -> None:
            nonlocal nr
            nr += 1
            dag = max(dag, uit[-1].bekend)
            uit.append(
                regel(
                    dag,
                    "301",
                    einde=einde,
                    reden=reden,
                    tijd=f"{9 + nr:02d}:{rng.randrange(60):02d}:00",
                )
            )

        while gepland and gepland < laatst_bekend:
            laat = rng.random() < 0.06  # extended only after it had run out
            dag = gepland + timedelta(days=rng.randint(3, 25)) if laat else gepland - timedelta(days=rng.randint(5, 40))
            gepland += timedelta(days=rng.choice((365, 730)))
            if t.einde and gepland >= t.einde and rng.random() < 0.3:
                gepland = t.einde
            volgende(dag, gepland, "04")
        wissel = HERINDELINGEN.get(self._afzender(t))
        if wissel and uit[-1].bekend < wissel[0] and t.ingang < wissel[0] <= laatst_bekend:
            reden = "11" if self._versie(aanbieder, wissel[0]) == "3.2" else "01"
            volgende(wissel[0] + timedelta(days=rng.randint(1, 10)), gepland, reden)
        if t.einde and gepland != t.einde:
            reden = {
                "overlijden": "02", "wlz": "06", "zvw": "06", "sociaal": "06", "verhuizing": "07", "overstap": "09",
                "gemeente": "03", "wijziging": "05",
            }.get(t.reden_einde, "05")  # fmt: skip
            volgend = next((p for p in per.plaatsingen if p.eerste >= t.einde), None)
            if volgend and volgend.vorm == "PGB" and t.reden_einde == "wijziging":
                reden = "08"
            if t.reden_einde != "overlijden" or rng.random() < 0.7:  # some toewijzingen outlive their client
                volgende(t.einde + timedelta(days=rng.randint(-8, 6)), t.einde, reden)
        return uit

    def _start_stop(
        self, rng: Random, aanbieder: Aanbieder, pl: Plaatsing, regel: Callable[..., Regel], *, zonder_product: bool
    ) -> list[Regel]:
        uit: list[Regel] = []
        rest = {"zonder_product": zonder_product}
        bekend = pl.eerste + timedelta(days=rng.choice((0, 1, 1, 2, 5)))
        if self._kans(rng, 0.01):  # a wrong first day, cancelled and sent again
            fout = pl.eerste + timedelta(days=rng.choice((-6, -1, 3, 7)))
            hersteld = self._later(bekend, rng.randint(20, 120))
            ander_product = min(fout, pl.eerste) < PRODUCTWISSEL <= max(fout, pl.eerste)
            if fout > self.first and not ander_product and (pl.laatste is None or pl.laatste > hersteld):
                uit += [
                    regel(bekend, "305", begin=fout, **rest),
                    regel(hersteld, "305", begin=fout, status="3", **rest),
                ]
                bekend = hersteld
        uit.append(regel(bekend, "305", begin=pl.eerste, **rest))
        if pl.laatste is None:
            return uit
        bekend = max(bekend, pl.laatste + timedelta(days=rng.choice((1, 1, 2, 4, 8))))
        kans = 1.0 if self.schoon else rng.random()
        stop: dict[str, Any] = {"begin": pl.eerste, "einde": pl.laatste, "reden": pl.stop, **rest}
        if kans < 0.012 and (pl.laatste - pl.eerste).days > 60:
            te_vroeg = {**stop, "einde": pl.laatste - timedelta(days=rng.choice((10, 31)))}
            hersteld = self._later(bekend, rng.randint(25, 110))
            if self._versie_bij(aanbieder, bekend) == self._versie_bij(aanbieder, hersteld):
                if kans < 0.008:  # a late correction: cancelled with status 3, the right one months later
                    uit += [regel(bekend, "307", **te_vroeg), regel(hersteld, "307", status="3", **te_vroeg)]
                else:  # two standing stops: the one with the latest Einddatum counts
                    uit.append(regel(bekend, "307", **te_vroeg))
                bekend = hersteld
        elif 0.012 <= kans < 0.016:  # cancelled by mistake and sent again with the same key
            weg = self._later(bekend, 40)
            terug = self._later(weg, 70)
            if self._versie_bij(aanbieder, bekend) == self._versie_bij(aanbieder, terug):
                uit += [regel(bekend, "307", **stop), regel(weg, "307", status="3", **stop)]
                bekend = terug
        uit.append(regel(bekend, "307", **stop))
        return uit

    # --- Sociale Dienst Drechtsteden -----------------------------------------------------------------------------

    def _sdd(self) -> None:
        rng = self._rng("sdd")
        rijen: list[Rij] = []
        for per in self.levens.perioden:
            if per.regio == "DAV":
                rijen += [self._indicatie(rng, t) for t in per.toewijzingen]
        rijen += [self._aanvraag(rng, t) for t in self.levens.aanvragen]
        self._momentopnamen(
            lambda n: f"sdd/sdd_indicaties_{n:%Y%m%d}.csv", SDD_INDICATIES, rijen, self.nachten.momentopnamen,
            bom=True,
        )  # fmt: skip
        wacht: list[Rij] = []
        for w in self.levens.wachtenden:
            t, rij = w.toewijzing, Rij()
            voorkeur = t.agb if rng.random() < 0.6 or self.schoon else None
            basis = (t.nummer, f"S{t.persoon.nr:06d}", t.persoon.bsn, w.sinds)
            for dag, status in w.statussen:
                rij.zet(dag + DAG, (*basis, status, voorkeur, w.overbrugging, None, None))
            if w.tot:
                rij.zet(w.tot + 2 * DAG, (*basis, w.statussen[-1][1], voorkeur, w.overbrugging, w.tot, w.reden))
            wacht.append(rij)
        self._momentopnamen(
            lambda n: f"sdd/sdd_wachtlijst_{n:%Y%m%d}.csv", SDD_WACHTLIJST, wacht, self.nachten.momentopnamen
        )

    def _indicatie(self, rng: Random, t: Toewijzing) -> Rij:
        p = t.persoon
        aanmelding, besluit = t.aanmelding or t.ingang, t.besluit or t.ingang
        plaats, methode = p.plaats, rng.choices((1, 2, 3, 4, 5), (62, 15, 12, 7, 4))[0]
        if plaats in ("0000", "9999"):
            methode = 6
        herkomst = gemeente_op(plaats, aanmelding)
        if aanmelding > date(2019, 1, 1) and plaats in ("0689", "1927", "0545") and self._kans(rng, 0.1):
            herkomst = plaats  # a code used after its gemeente had gone: mapped all the same, with a finding
        aanvraag = herkomst if plaats in {g for g, _ in DAV.herkomst} else DAV.centrum
        intake = aanmelding + timedelta(days=max(0, min(20, (besluit - aanmelding).days - 3)))
        wie = (t.nummer, f"S{p.nr:06d}", p.bsn, p.geboren, p.geslacht, aanmelding)
        soort = (aanvraag, herkomst, methode, p.grondslag, p.inkomstenbron, p.andere_hulp)
        rij = Rij()
        rij.zet(aanmelding + DAG, (*wie, None, None, None, None, None, None, None, None, None, *soort, None, None))
        rij.zet(intake + DAG, (*wie, intake, None, None, None, None, None, None, None, None, *soort, None, None))
        gepland = t.ingang + timedelta(days=rng.choice((365, 730, 1095)) - 1) if rng.random() < 0.7 else None
        einden: list[tuple[date, date | None]] = [(besluit + DAG, gepland)]
        while gepland and gepland < (t.einde or self.last_night):
            dag = gepland - timedelta(days=rng.randint(5, 40))
            gepland += timedelta(days=730)
            einden.append((dag, gepland))
        if t.einde:
            bekend = t.einde + timedelta(days=-40 if self.schoon else rng.randint(-10, 8))
            einden.append((max(bekend, einden[-1][0] + DAG), t.einde))
        profielen: list[tuple[date, str | None]] = [(besluit, rng.choice(("K", "K", "M", "M", "L", None)))]
        dag = besluit + timedelta(days=rng.randint(300, 600))
        while dag < (t.einde or self.last_night):
            profielen.append((dag, rng.choice(("K", "M", "M", "L"))))
            dag += timedelta(days=rng.randint(300, 700))
        laat = rng.random() < 0.01  # herkomst found out later: a correction
        for bekend in sorted({d for d, _ in einden} | {d + DAG for d, _ in profielen}):
            bekend = max(bekend, besluit + DAG)  # noqa: PLW2901
            einde = [e for d, e in einden if d <= bekend][-1]
            beoordeeld, profiel = [x for x in profielen if x[0] + DAG <= bekend][-1]
            rij.zet(bekend, (
                *wie, intake, besluit, "toegekend", "voldoet aan de criteria", t.product, t.vorm, t.ingang, einde,
                t.agb,
                *((aanvraag, "0000", 6, *soort[3:]) if laat and bekend < besluit + timedelta(days=200) else soort),
                profiel, beoordeeld if profiel else None,
            ))  # fmt: skip
        return rij

    def _aanvraag(self, rng: Random, t: Toewijzing) -> Rij:
        """A request that led to no care; `reden_einde` holds its besluit."""
        p, besluit = t.persoon, t.reden_einde
        aanmelding = t.aanmelding or t.ingang
        herkomst = gemeente_op(p.plaats, aanmelding)
        wie = (t.nummer, f"S{p.nr:06d}", p.bsn, p.geboren, p.geslacht, aanmelding)
        soort = (
            DAV.centrum,
            herkomst,
            6 if p.plaats in ("0000", "9999") else 1,
            p.grondslag,
            p.inkomstenbron,
            p.andere_hulp,
        )
        rij = Rij()
        rij.zet(aanmelding + DAG, (*wie, None, None, None, None, None, None, None, None, None, *soort, None, None))
        if besluit and t.besluit:
            reden = {
                "afgewezen": "cliënt heeft voldoende aan begeleiding thuis", "ingetrokken": "op verzoek van de cliënt",
                "doorverwezen": "valt onder de Wlz", "toegekend": "voldoet aan de criteria",
            }[besluit]  # fmt: skip
            toegekend = (t.product, t.vorm, t.ingang) if besluit == "toegekend" else (None, None, None)
            agb = t.agb or None
            rij.zet(t.besluit + DAG, (*wie, None, t.besluit, besluit, reden, *toegekend, None, agb, *soort, None, None))
            if t.einde:
                rij.zet(
                    t.einde + DAG, (*wie, None, t.besluit, besluit, reden, *toegekend, t.einde, agb, *soort, None, None)
                )
        if t.eerste_van_periode and besluit != "toegekend":
            rij.zet(rij.standen[-1][0] + timedelta(days=rng.randint(95, 300)), None)
        return rij

    # --- opvang: VGGM and providers -------------------------------------------------------------------------------

    def _opvang(self) -> None:
        bronnen: dict[str, list[Aanmelding]] = {}
        for a in self.levens.aanmeldingen:
            bronnen.setdefault(a.bron, []).append(a)
        for bron, aanmeldingen in bronnen.items():
            rng = self._rng(f"opvang {bron}")
            vggm = bron == "vggm"
            meldingen: list[tuple[date, str, list[Any]]] = []
            verblijven: list[tuple[date, str, list[Any]]] = []
            for a in aanmeldingen:
                meldingen += self._gestempeld(rng, self._aanmelding_mutaties(rng, a))
                for n in a.nachten:
                    verblijven += self._gestempeld(rng, self._nacht_mutaties(rng, a, n))
            kop = AANMELDINGEN if vggm else AANMELDINGEN.replace(";mutatiesoort", ";gezin_id;rol;mutatiesoort")
            map_ = "vggm/vggm_" if vggm else f"zorgaanbieders/{bron}/"
            self._mutatiebestanden(f"{map_}aanmeldingen", kop, meldingen, vggm=vggm)
            self._mutatiebestanden(f"{map_}{'verblijven' if vggm else 'opvang'}", OPVANG, verblijven, vggm=vggm)

    def _gestempeld(
        self, rng: Random, mutaties: list[tuple[date, str, list[Any]]]
    ) -> list[tuple[date, str, list[Any]]]:
        """Add mutatietijd (rising per key) and let some mutations arrive files later than they should."""
        uit = []
        for nr, (dag, soort, rij) in enumerate(mutaties):
            tijd = f"{8 + nr:02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
            bezorgd = dag + timedelta(days=rng.choice((1, 9, 33))) if self._kans(rng, 0.03) else dag
            uit.append((bezorgd, tijd, [*rij, soort, dag]))
        return uit

    def _aanmelding_mutaties(self, rng: Random, a: Aanmelding) -> list[tuple[date, str, list[Any]]]:
        p, dag = a.persoon, a.datum

        def rij(bsn: str | None, historisch: str, besluit: str, besluitdatum: date | None) -> list[Any]:
            r: list[Any] = [
                a.nummer, f"{'V' if a.bron == 'vggm' else 'O'}{p.nr:06d}", bsn, p.geboren, p.geslacht, dag,
                a.opvangsoort,
                gemeente_op(a.inschrijving, dag), historisch, a.reden, besluit, besluitdatum,
            ]  # fmt: skip
            return r if a.bron == "vggm" else [*r, a.gezin or None, a.rol or None]

        historisch = gemeente_op(a.historisch, dag)
        bsn = p.bsn
        eerst_bsn = None if a.bron == "vggm" and bsn and self._kans(rng, 0.04) else bsn
        bekend = dag + timedelta(days=rng.choice((0, 0, 1)))
        direct = a.besluitdatum == dag
        eerst_historisch = "0000" if a.rol == "" and rng.random() < 0.02 else historisch
        uit = [
            (
                bekend,
                "N",
                rij(eerst_bsn, eerst_historisch, a.besluit if direct else "", a.besluitdatum if direct else None),
            )
        ]
        if a.besluitdatum and not direct:
            uit.append((max(bekend, a.besluitdatum), "W", rij(eerst_bsn, eerst_historisch, a.besluit, a.besluitdatum)))
        if eerst_bsn != bsn or eerst_historisch != historisch:  # found out later
            uit.append(
                (uit[-1][0] + timedelta(days=rng.randint(3, 60)), "W", rij(bsn, historisch, a.besluit, a.besluitdatum))
            )
        if a.opvangsoort == "volwassenen" and rng.random() < 0.012:  # entered twice; the second is removed again
            dubbel = [f"{a.nummer}D", *uit[0][2][1:]]
            uit += [(bekend, "N", dubbel), (bekend + timedelta(days=rng.randint(1, 45)), "V", dubbel)]
        return uit

    def _nacht_mutaties(self, rng: Random, a: Aanmelding, n: Nachten) -> list[tuple[date, str, list[Any]]]:
        def rij(laatste: date | None, bestemming: str) -> list[Any]:
            plaats = gemeente_op(n.plaats_uitstroom, laatste) if laatste and n.plaats_uitstroom and bestemming else None
            return [
                n.nummer, a.nummer, n.locatie, gemeente_op(n.plaats, n.eerste), n.voorziening, n.eerste, laatste,
                bestemming or None, plaats,
            ]  # fmt: skip

        begin = n.eerste + DAG
        uit = [(begin, "N", rij(None, ""))]
        if n.laatste:
            weg = n.laatste + timedelta(days=rng.choice((1, 1, 2)))
            if n.bestemming and self._kans(rng, 0.05):
                uit.append((weg, "W", rij(n.laatste, "")))
                weg += timedelta(days=rng.randint(10, 80))
            verder = any(ander.eerste > n.eerste for ander in a.nachten)
            bestemming = n.bestemming or (("U30" if verder else "U99") if self.schoon else "")
            uit.append((weg, "W", rij(n.laatste, bestemming)))
        return uit

    def _mutatiebestanden(self, pad: str, kop: str, mutaties: list[tuple[date, str, list[Any]]], *, vggm: bool) -> None:
        nachten = self.nachten.momentopnamen
        per_nacht: dict[date, list[tuple[str, list[Any]]]] = {n: [] for n in nachten}
        klaar: dict[str, tuple[date, list[Any]]] = {}  # key → when its last mutation was there, and that mutation
        for bezorgd, tijd, rij in sorted(mutaties, key=lambda m: (m[0], m[1])):
            nacht = self._avond(bezorgd, nachten)
            if nacht is not None:
                per_nacht[nacht].append((tijd, rij))
            eerder = klaar.get(rij[0])
            laatste = rij if eerder is None or rij[-1] >= eerder[1][-1] else eerder[1]
            klaar[rij[0]] = (max(bezorgd, rij[-1]), laatste)
        op_volgorde = sorted((k for k in klaar.items() if k[1][1][-2] != "V"), key=lambda k: (k[1][0], k[0]))
        dagen = [k[1][0] for k in op_volgorde]
        for nacht, lijst in per_nacht.items():
            if not lijst and (i := bisect_left(dagen, nacht)):
                # Nothing happened: the oldest habit of a registration, one row saved again as it was.
                lijst.append(("23:30:00", [*op_volgorde[i - 1][1][1][:-2], "W", nacht]))
        bestanden = {
            nacht: [
                [nl(w) if vggm and isinstance(w, date) else w for w in rij[:-1]]
                + [f"{nl(rij[-1]) if vggm else rij[-1]} {tijd}"]
                for tijd, rij in lijst
            ]
            for nacht, lijst in per_nacht.items()
        }
        for nacht, rijen in bestanden.items():
            self._bestand(f"{pad}_{nacht:%Y%m%d}.csv", csv_tekst(kop, rijen).encode("cp1252" if vggm else "utf-8"))

    # --- corporaties ------------------------------------------------------------------------------------------------

    def _corporaties(self) -> None:
        for regio in self.regios:
            rng = self._rng(f"corporaties {regio.code}")
            bladen: dict[str, dict[str, list[Rij]]] = {
                code: {blad: [] for blad in WONINGEN} for code, _ in regio.corporaties
            }
            codes = [c for c, _ in regio.corporaties]
            for per in self.levens.perioden:
                if per.regio == regio.code:
                    self._huurder(rng, bladen, rng.choices(codes, (55, 25, 20))[0], per.persoon, per)
            for a in self.levens.aanmeldingen:
                if REGIOS[regio.code] is regio and (a.bron == "vggm") == (regio.code == "CG") and a.nachten:
                    self._huurder_opvang(rng, bladen, rng.choices(codes, (55, 25, 20))[0], a)
            for nr, (code, plaats) in enumerate(regio.corporaties):
                self._contingenten(rng, bladen[code], plaats, pct=nr == 2)
                for nacht in self.nachten.maanden:
                    self._werkmap(f"corporaties/{code}/woningen_{nacht:%Y%m%d}.xlsx", bladen[code], nacht, nr)

    def _contract(
        self, rng: Random, p: Persoon, soort: str, *, uit: str, agb: str | None, plaats: str, ingang: date, nr: str
    ) -> Rij:
        gemeente = gemeente_op(plaats, ingang)
        contingent = f"{ingang.year}-{gemeente}" if soort == "contingent" else None
        zelfstandig = "N" if rng.random() < 0.12 else "J"
        huur = round(rng.uniform(240, 299 if self.schoon else 330) if zelfstandig == "N" else rng.uniform(430, 715), 2)
        vast = (nr, p.bsn, p.geboren, gemeente, soort, contingent, uit, agb, ingang)
        rij = Rij()
        rij.zet(ingang + 2 * DAG, (*vast, None, None, huur, zelfstandig))
        omklap = ingang + timedelta(days=rng.randint(180, 720)) if soort == "omklap" and rng.random() < 0.7 else None
        if omklap:
            rij.zet(omklap + 2 * DAG, (*vast, omklap, None, huur, zelfstandig))
        if rng.random() < 0.12:
            einde = (omklap or ingang) + timedelta(days=rng.randint(200, 1200))
            rij.zet(einde + 2 * DAG, (*vast, omklap, einde, huur, zelfstandig))
        return rij

    def _huurder(
        self, rng: Random, per_corporatie: dict[str, dict[str, list[Rij]]], code: str, p: Persoon, per: Periode
    ) -> None:
        u, bladen = per.uitstroom, per_corporatie[code]
        if u and u.huur_vanaf and u.contractsoort and per.plaatsingen:
            agb = per.plaatsingen[-1].agb
            nr = f"H{p.nr:05d}-{p.perioden.index(per) + 1}"
            rij = self._contract(
                rng, p, u.contractsoort, uit="BW", agb=agb, plaats=u.plaats, ingang=u.huur_vanaf, nr=nr
            )
            bladen["Verhuringen"].append(rij)
            if (laatste := per.plaatsingen[-1]) in self._laatste_verblijf:
                self.huren.append((code, nr, laatste.agb, self._laatste_verblijf[laatste]))
        if rng.random() < 0.5 and per is p.perioden[0]:
            ingeschreven = per.eerste + timedelta(days=rng.choice((7, 14, 21, 30, 31, 45, 90)))
            if per.laatste is None or ingeschreven < per.laatste:
                rij = Rij()
                rij.zet(ingeschreven + DAG, (p.bsn, p.geboren, ingeschreven, None))
                weg = u.huur_vanaf if u else None
                if weg and weg > ingeschreven:
                    rij.zet(weg + DAG, (p.bsn, p.geboren, ingeschreven, weg))
                bladen["Inschrijvingen"].append(rij)
        if u and u.bestemming == "U33" and per.laatste:
            rij = Rij()
            dag = per.laatste + DAG
            bsn = p.bsn if rng.random() < 0.6 or self.schoon else None
            rij.zet(
                dag + DAG,
                (
                    dag,
                    gemeente_op(REGIOS[per.regio].centrum, dag),
                    rng.choice(("overlast", "huurachterstand", "onderhuur")),
                    bsn,
                ),
            )
            bladen["Ontruimingen"].append(rij)

    def _huurder_opvang(
        self, rng: Random, per_corporatie: dict[str, dict[str, list[Rij]]], code: str, a: Aanmelding
    ) -> None:
        n = max(a.nachten, key=lambda x: x.eerste)
        if n.laatste is None or n.bestemming not in ("U01", "U02") or a.persoon.bsn is None or a.rol == "kind":
            return
        if rng.random() < 0.5:
            vrouwen = n.voorziening == "vrouwenopvang"
            ingang = n.laatste + timedelta(days=rng.randint(-5, 25))
            soort = "regulier" if n.bestemming == "U01" else "contingent"
            plaats = n.plaats_uitstroom if n.plaats_uitstroom not in ("", "0000", "9999") else n.plaats
            rij = self._contract(
                rng,
                a.persoon,
                soort,
                uit="VO" if vrouwen else "MO",
                agb=None,
                plaats=plaats,
                ingang=ingang,
                nr=f"H-{a.nummer}",
            )
            per_corporatie[code]["Verhuringen"].append(rij)
            self.huren.append((code, f"H-{a.nummer}", a.bron, n.nummer))

    def _contingenten(self, rng: Random, bladen: dict[str, list[Rij]], plaats: str, *, pct: bool) -> None:
        for jaar in range(self.first.year, self.last_night.year + 1):
            dag = date(jaar, 1, 1)
            rij = Rij()
            mutaties = rng.randint(380, 620)
            soort = ("pct_mutaties", 2, mutaties) if pct else ("absoluut", rng.choice((10, 12, 15, 20)), mutaties)
            rij.zet(max(dag, self.first), (jaar, gemeente_op(plaats, dag), *soort))
            bladen["Contingenten"].append(rij)

    def _werkmap(self, pad: str, bladen: dict[str, list[Rij]], nacht: date, nr: int) -> None:
        """Write one workbook; corporations differ in how they write dates and BSNs."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "dd-mm-yyyy"}) as wb:
            wb.set_properties({"created": _AFGELEVERD, "author": "Corporatie (demo)"})
            for blad, kolommen in WONINGEN.items():
                ws = wb.add_worksheet(blad)
                ws.write_row(0, 0, kolommen)
                bsn_kolom = kolommen.index("bsn") if "bsn" in kolommen else -1
                regel = 0
                for rij in bladen[blad]:
                    stand = [s for d, s in sorted(rij.standen, key=lambda s: s[0]) if d <= nacht]
                    if not stand or stand[-1] is None:
                        continue
                    regel += 1
                    for k, waarde in enumerate(stand[-1]):
                        if waarde is None:
                            continue
                        if isinstance(waarde, date):
                            if nr == 1:
                                ws.write_string(regel, k, waarde.isoformat())
                            else:
                                ws.write_datetime(regel, k, waarde)
                        elif isinstance(waarde, int | float):
                            ws.write_number(regel, k, waarde)
                        elif k == bsn_kolom and nr == 2:
                            ws.write_number(regel, k, int(waarde))  # Excel made a number of it
                        else:
                            ws.write_string(regel, k, waarde)
        self._bestand(pad, buffer.getvalue())


def zip_bytes(leden: Iterable[tuple[str, bytes]]) -> bytes:
    """Give a zip of these members, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
        for naam, inhoud in leden:
            z.writestr(zipfile.ZipInfo(naam, (2021, 1, 1, 0, 0, 0)), inhoud, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
