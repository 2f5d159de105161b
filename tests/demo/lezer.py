"""A small reader of drops, written from deliveries.md and definitions.md alone; it shares no code with the generator.

It keeps to the rules the published figures need: standing rows, same-day switches do not matter to a union of days,
episodes bridge gaps of 28 days (91 after a temporary stop). What the table "What bad input gets" refuses or
quarantines is left out here too.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lxml import etree

DAV = {"0482", "0505", "0531", "0590", "0610", "0642", "0512", "0523", "0689", "1927", "1978", "0545", "0707", "1961"}
CG = {"0202", "0221", "0226", "1705", "1734", "0274", "0275", "0277", "0293", "0299", "0196"}
OPEN = date(9999, 12, 31)
PRODUCTEN = {"15A00", "15A0S", "15Z01", "15Z02", "15Z03", "15Z04", "15D01", "15D02", "15D03", "15D04"}
RANG = {
    "15A00": 3,
    "15A0S": 1,
    "15Z01": 1,
    "15Z02": 2,
    "15Z03": 3,
    "15Z04": 4,
    "15D01": 1,
    "15D02": 2,
    "15D03": 3,
    "15D04": 4,
}
VERPLICHT = {
    "sdd_indicaties": "indicatie_nummer",
    "sdd_wachtlijst": "indicatie_nummer",
    "verblijven": "verblijf_id",
    "locaties": "locatiecode",
    "nazorg": "laatste_dag",
    "aanmeldingen": "aanmeldnummer",
    "opvang": "verblijfnummer",
    "vggm_aanmeldingen": "aanmeldnummer",
    "vggm_verblijven": "verblijfnummer",
}


def elfproef(bsn: str) -> bool:
    if not re.fullmatch(r"\d{9}", bsn):
        return False
    som = sum((9 - i) * int(c) for i, c in enumerate(bsn[:8])) - int(bsn[8])
    return som % 11 == 0


def regio(gemeente: str) -> str:
    return "DAV" if gemeente in DAV else "CG" if gemeente in CG else "-"


def dag(tekst: str) -> date | None:
    if not tekst:
        return None
    if re.fullmatch(r"\d\d-\d\d-\d{4}", tekst):
        return date(int(tekst[6:]), int(tekst[3:5]), int(tekst[:2]))
    return date.fromisoformat(tekst)


@dataclass
class Plaatsing:
    persoon: str
    regio: str
    vorm: str
    s: date
    e: date
    product: str
    stop: str = ""
    gemeente: str = ""


@dataclass
class Drop:
    root: Path
    geboren: dict[str, date] = field(default_factory=dict)
    overleden: dict[str, date] = field(default_factory=dict)

    def bestanden(self, feed: str) -> Iterator[tuple[str, str, str]]:
        """(supplier, leverdatum, text) of every readable file of a feed, by leverdatum."""
        for pad in sorted(self.root.rglob(f"{feed}_*.csv"), key=lambda p: (p.stem[-8:], str(p))):
            if pad.stem[:-9] != feed:
                continue
            try:
                tekst = pad.read_bytes().decode("cp1252" if pad.parent.name == "vggm" else "utf-8-sig")
            except UnicodeDecodeError:
                continue
            yield pad.parent.name, pad.stem[-8:], tekst

    def rijen(self, tekst: str, feed: str) -> list[dict[str, str]] | None:
        lezer = csv.DictReader(io.StringIO(tekst, newline=""), delimiter=";")
        if VERPLICHT[feed] not in (lezer.fieldnames or ()) or "�" in tekst:
            return None
        return [r for r in lezer if None not in r and None not in r.values()]

    def momentopname(self, feed: str) -> list[tuple[str, dict[str, str]]]:
        """The rows of the snapshot in force of each supplier; held snapshots left out."""
        in_kracht: dict[str, list[dict[str, str]]] = {}
        for wie, _, tekst in self.bestanden(feed):
            rijen = self.rijen(tekst, feed)
            eerder = in_kracht.get(wie, [])
            if rijen is None or (len(eerder) >= 25 and not 0.8 * len(eerder) <= len(rijen) <= 3 * len(eerder)):
                continue
            in_kracht[wie] = rijen
        return [(wie, r) for wie, rs in in_kracht.items() for r in rs if self.goed(r, feed)]

    def goed(self, r: dict[str, str], feed: str) -> bool:
        try:
            dagen = {k: dag(v) for k, v in r.items() if re.search(r"datum|dag$|nacht$|_tot$|_van$|sinds$", k)}
        except ValueError:
            return False
        if not r[VERPLICHT[feed]] or (r.get("bsn") and not elfproef(r["bsn"])):
            return False
        if r.get("productcode") and r["productcode"] not in PRODUCTEN:
            return False
        for van, tot in (
            ("ingangsdatum", "einddatum"),
            ("eerste_dag", "laatste_dag"),
            ("eerste_nacht", "laatste_nacht"),
        ):
            if van in r and feed != "sdd_indicaties" and dagen[van] is None:
                return False
            if van in r and dagen[van] and dagen[tot] and dagen[tot] < dagen[van]:  # type: ignore[operator]
                return False
        return True

    def mutaties(self, feed: str) -> list[tuple[str, dict[str, str]]]:
        """The standing rows of a mutation feed: the latest mutatietijd of each key, removed ones left out."""
        stand: dict[tuple[str, str], tuple[datetime, dict[str, str]]] = {}
        for wie, _, tekst in self.bestanden(feed):
            for r in self.rijen(tekst, feed) or []:
                if not self.goed(r, feed):
                    continue
                d, t = r["mutatietijd"].split()
                moment = datetime.combine(dag(d) or OPEN, datetime.strptime(t, "%H:%M:%S").time())  # noqa: DTZ007
                sleutel = (wie, r[VERPLICHT[feed]])
                if sleutel not in stand or stand[sleutel][0] < moment:
                    stand[sleutel] = (moment, r)
        return [(wie, r) for (wie, _), (_, r) in stand.items() if r["mutatiesoort"] != "V"]

    def berichten(self) -> Iterator[tuple[str, etree._Element]]:
        """(file name, root) of every readable message of a supported version, by leverdatum."""
        gelezen = [(p.stem.split("_")[1], str(p), p.read_bytes()) for p in self.root.rglob("WMO*.xml")]
        for pad in self.root.rglob("*.zip"):
            try:
                with zipfile.ZipFile(pad) as z:
                    if sum(i.file_size for i in z.infolist()) < 50_000_000:
                        gelezen += [(m.split("_")[1], f"{pad}/{m}", z.read(m)) for m in z.namelist()]
            except zipfile.BadZipFile:
                continue
        for _, naam, inhoud in sorted(gelezen):
            if b"<!DOCTYPE" in inhoud:
                continue
            try:
                wortel = etree.fromstring(inhoud, etree.XMLParser(resolve_entities=False, no_network=True))
            except etree.XMLSyntaxError:
                continue
            if re.search(r"/(2_1|3_2)/wmo30[157]/", etree.QName(wortel).namespace or ""):
                yield naam, wortel

    def producten(self) -> Iterator[dict[str, str]]:
        """Every product row of every message, flat."""
        for naam, wortel in self.berichten():
            kop = _plat(wortel[0])
            soort = {"414": "301", "418": "305", "420": "307"}[kop["BerichtCode"]]
            for client in wortel.iter("{*}Client"):
                basis = {"soort": soort, "versie": f"{kop['BerichtVersie']}.{kop['BerichtSubversie']}", "naam": naam}
                basis |= {k: kop[k] for k in ("Afzender", "Ontvanger")}
                basis |= {"Bsn": client.findtext("{*}Bsn"), "Geboren": client.findtext("{*}Geboortedatum/{*}Datum")}
                if not elfproef(basis["Bsn"]):
                    continue
                for p in client.iter("{*}ToegewezenProduct", "{*}StartProduct", "{*}StopProduct"):
                    rij = basis | _plat(p)
                    if rij.get("Code") and rij["Code"] not in PRODUCTEN:
                        continue
                    begin, einde = rij.get("Begindatum") or rij.get("Ingangsdatum"), rij.get("Einddatum")
                    try:
                        dag(begin or ""), dag(einde or "")
                    except ValueError:
                        continue
                    if not begin or (einde and einde < begin):
                        continue
                    self.geboren.setdefault(rij["Bsn"], date.fromisoformat(rij["Geboren"]))
                    yield rij


def _plat(element: etree._Element) -> dict[str, str]:
    return {
        etree.QName(x).localname: (x.text or "").strip()
        for x in element.iter()
        if len(x) == 0 and isinstance(x.tag, str)
    }


def bw(drop: Drop) -> tuple[list[Plaatsing], list[Plaatsing]]:
    """Placements of beschermd wonen: (basis levering of both regions, basis toewijzing of CG)."""
    starts: dict[tuple[str, ...], dict[str, str]] = {}
    stops: dict[tuple[str, ...], dict[str, str]] = {}
    toew: dict[str, list[dict[str, str]]] = defaultdict(list)
    ooit_305: set[str] = set()
    for r in drop.producten():
        if r["soort"] == "301":
            toew[r["ToewijzingNummer"]].append(r)
            continue
        sleutel = (r["Bsn"], r["ToewijzingNummer"], r.get("Code", ""), r["Begindatum"])
        doel = starts
        if r["soort"] == "307":
            sleutel, doel = (*sleutel, r["RedenBeeindiging"], r["Einddatum"]), stops
        else:
            ooit_305.add(r["ToewijzingNummer"])
        if r["StatusAanlevering"] == "3":
            doel.pop(sleutel, None)
        else:
            doel[sleutel] = r
    sdd = {r["indicatie_nummer"]: r for _, r in drop.momentopname("sdd_indicaties") if r["besluit"] == "toegekend"}
    for r in sdd.values():
        drop.geboren.setdefault(r["bsn"], date.fromisoformat(r["geboortedatum"]))
    plaats = {(wie, r["locatiecode"]): r["gemeente"] for wie, r in drop.momentopname("locaties")}
    verblijven = drop.momentopname("verblijven")
    per_nummer: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for wie, r in verblijven:
        per_nummer[r["toewijzingnummer"]].append((wie, r))
    laatste_stop: dict[tuple[str, ...], dict[str, str]] = {}
    for sleutel, r in stops.items():
        if sleutel[:4] not in laatste_stop or laatste_stop[sleutel[:4]]["Einddatum"] < r["Einddatum"]:
            laatste_stop[sleutel[:4]] = r
    for sleutel, r in laatste_stop.items():
        if r["RedenBeeindiging"] == "02" and sleutel in starts:
            drop.overleden[r["Bsn"]] = date.fromisoformat(r["Einddatum"])
    levering: list[Plaatsing] = []
    for sleutel, r in starts.items():
        stop = laatste_stop.get(sleutel, {})
        code = r.get("Code") or (sdd.get(sleutel[1], {}).get("productcode")) or toew[sleutel[1]][-1]["Code"]
        e = date.fromisoformat(stop["Einddatum"]) + timedelta(1) if stop else OPEN
        waar = [plaats.get((w, v["locatiecode"]), "") for w, v in per_nummer[sleutel[1]]]
        levering.append(
            Plaatsing(sleutel[0], regio(r["Ontvanger"]), "ZIN", date.fromisoformat(sleutel[3]), e, code,
                      stop.get("RedenBeeindiging", ""), waar[-1] if waar else "")
        )  # fmt: skip
    pgb: list[Plaatsing] = []
    for wie, r in verblijven:
        if r["leveringsvorm"] == "PGB" or (r["toewijzingnummer"] and r["toewijzingnummer"] not in ooit_305):
            laatste = dag(r["laatste_dag"])
            g = plaats[wie, r["locatiecode"]]
            pl = Plaatsing(r["bsn"], regio(g), r["leveringsvorm"], date.fromisoformat(r["eerste_dag"]),
                           laatste + timedelta(1) if laatste else OPEN, r["productcode"], "", g)  # fmt: skip
            levering.append(pl)
            if pl.vorm == "PGB" and pl.regio == "CG":
                pgb.append(pl)
    toewijzing = list(pgb)
    for rs in toew.values():
        if regio(rs[0]["Afzender"]) != "CG":
            continue
        r = max(rs, key=lambda x: (x["Toewijzingsdatum"], x["Toewijzingstijd"]))
        if r.get("RedenWijziging") != "13":
            e = date.fromisoformat(r["Einddatum"]) + timedelta(1) if r.get("Einddatum") else OPEN
            toewijzing.append(Plaatsing(r["Bsn"], "CG", "ZIN", date.fromisoformat(r["Ingangsdatum"]), e, r["Code"]))
    for lijst in (levering, toewijzing):
        for pl in lijst:
            pl.e = min(pl.e, drop.overleden.get(pl.persoon, OPEN - timedelta(1)) + timedelta(1))
        lijst[:] = [pl for pl in lijst if pl.s < pl.e]
    return levering, toewijzing


def episodes(plaatsingen: list[Plaatsing], *, stopt: bool = True) -> list[tuple[str, date, date, list[Plaatsing]]]:
    """(person, s, e, placements): unions that bridge 28 days, 91 after a temporary stop."""
    per_persoon: dict[tuple[str, str], list[Plaatsing]] = defaultdict(list)
    for pl in plaatsingen:
        per_persoon[pl.persoon, pl.regio].append(pl)
    uit: list[tuple[str, date, date, list[Plaatsing]]] = []
    for (wie, _), pls in per_persoon.items():
        pls.sort(key=lambda p: (p.s, p.e))
        s, e, leden = pls[0].s, pls[0].e, [pls[0]]
        for pl in pls[1:]:
            laatste = max((x for x in leden if x.e == e), key=lambda x: (RANG[x.product], x.s))
            ruimte = 91 if stopt and laatste.stop == "20" else 28
            if (pl.s - e).days > ruimte:
                uit.append((wie, s, e, leden))
                s, e, leden = pl.s, pl.e, []
            leden.append(pl)
            e = max(e, pl.e)
        uit.append((wie, s, e, leden))
    return uit


def opvang(drop: Drop) -> list[dict[str, Any]]:
    """Aanmeldingen of the providers of opvang in DAV, each with its standing stays under `nachten`."""
    verblijven: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    regios: dict[str, list[str]] = defaultdict(list)
    for wie, r in drop.mutaties("opvang"):
        verblijven[wie, r["aanmeldnummer"]].append(r)
        regios[wie].append(regio(r["gemeente_verblijf"]))
    uit: list[dict[str, Any]] = []
    for wie, r in drop.mutaties("aanmeldingen"):
        if max(set(regios[wie]), key=regios[wie].count) == "DAV":
            uit.append(
                {
                    **r,
                    "persoon": r["bsn"] or f"{wie}|{r['clientnummer']}",
                    "nachten": verblijven[wie, r["aanmeldnummer"]],
                }
            )
    return uit
