"""Plants the mistakes of the table "What bad input gets" (deliveries.md) in a finished drop.

Every mistake is made where it cannot change a figure: in a nightly snapshot that the next night replaces, in an extra
file, or in rows about surplus persons that lead to no care. What was planted is returned, without any BSN.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from math import ceil
from pathlib import Path
from random import Random

from demo.levensloop import test_bsns
from demo.leveringen import csv_tekst, zip_bytes

DEFAULT_MISTAKES: dict[str, float] = {
    "codering": 1, "kolom_ontbreekt": 1, "afgekapte_zip": 1, "kapotte_xml": 1, "verkeerde_versie": 1,
    "kapotte_werkmap": 1, "niet_geverifieerd": 1, "entiteiten": 1, "zipbom": 1, "te_klein": 1, "extra_kolom": 1,
    "dubbel": 2, "te_laat": 1, "sleutel_ontbreekt": 2, "onmogelijke_datum": 3, "onbekend_product": 2,
    "einde_voor_begin": 2, "bsn_elfproef": 3, "codelijst": 4, "formule": 1,
}  # fmt: skip
"""What `make nightly` plants in the demo: a few of every kind, so that the report has something to show."""

SOORTEN = tuple(DEFAULT_MISTAKES)

_RIJ_SOORTEN = (
    "sleutel_ontbreekt",
    "onmogelijke_datum",
    "onbekend_product",
    "einde_voor_begin",
    "bsn_elfproef",
    "codelijst",
)
_XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n{doctype}<b:Bericht xmlns:b="http://www.istandaarden.nl/iwmo/{ns}" '
    'xmlns:i="http://www.istandaarden.nl/iwmo/{basis}">\n<b:Header><b:BerichtCode>420</b:BerichtCode>'
    "<b:BerichtVersie>{v}</b:BerichtVersie><b:BerichtSubversie>{s}</b:BerichtSubversie><b:Afzender>{agb}</b:Afzender>"
    "<b:Ontvanger>{gemeente}</b:Ontvanger><b:BerichtIdentificatie><i:Identificatie>{id}</i:Identificatie>"
    "<i:Dagtekening>{dag}</i:Dagtekening></b:BerichtIdentificatie></b:Header>\n<b:Client><b:Bsn>{bsn}</b:Bsn>"
    "<b:Geboortedatum><i:Datum>1980-01-01</i:Datum></b:Geboortedatum><b:Geslacht>1</b:Geslacht><b:Naam><i:Geslachtsnaam>"
    "<i:Achternaam>{naam}</i:Achternaam></i:Geslachtsnaam></b:Naam><b:StopProducten><b:StopProduct>"
    "<b:ToewijzingNummer>{nummer}</b:ToewijzingNummer><b:Product><i:Categorie>15</i:Categorie><i:Code>15Z03</i:Code></b:Product>"
    "<b:Begindatum>2020-06-01</b:Begindatum><b:RedenBeeindiging>19</b:RedenBeeindiging><b:Einddatum>2020-06-30</b:Einddatum>"
    "<b:StatusAanlevering>1</b:StatusAanlevering></b:StopProduct></b:StopProducten></b:Client>\n</b:Bericht>\n"
)


@dataclass(frozen=True)
class Fout:
    """One planted mistake. `rij` is the row as a spreadsheet numbers it (first row under the header is 2)."""

    soort: str
    bestand: str
    rij: int | None
    verwacht: str
    """geweigerd, aangehouden, quarantaine, bevinding, dubbel, te_laat or keten."""
    uitleg: str
    regels: tuple[str, ...] = ()
    """The rules that must find it, all of them and no others; none where the ledger alone tells (dubbel, te laat)."""
    record: str = ""
    """The supplier's own number, for a mistake that only other deliveries show (keten)."""


class Fouten:
    """Plants mistakes in the drop at `out`."""

    soorten: tuple[str, ...] = SOORTEN

    def __init__(self, out: Path, seed: int, last_night: date) -> None:
        self.out, self.last_night = out, last_night
        self.rng = Random(f"{seed}:fouten")
        self._bezet: set[Path] = set()
        self._bsns = test_bsns()
        self._bsn_nr = len(self._bsns)
        self._nr = 0
        self.geplant: list[Fout] = []

    def plant(self, aantallen: Mapping[str, int]) -> list[dict[str, object]]:
        """Plant this many of each kind; give what was planted."""
        onbekend = set(aantallen) - set(self.soorten)
        if onbekend:
            msg = f"Onbekende soort fout: {', '.join(sorted(onbekend))}. Kies uit: {', '.join(self.soorten)}."
            raise ValueError(msg)
        for soort in self.soorten:
            maker: Callable[[], None] = getattr(self, f"_{soort}", None) or partial(self._slechte_rij, soort)
            for _ in range(aantallen.get(soort, 0)):
                maker()
        return [asdict(f) for f in sorted(self.geplant, key=lambda f: (f.bestand, f.rij or 0, f.soort))]

    # --- finding files to spoil ----------------------------------------------------------------------------------

    def _noteer(
        self, soort: str, pad: Path, verwacht: str, uitleg: str, rij: int | None = None, *, regels: tuple[str, ...] = ()
    ) -> None:
        if verwacht == "geweigerd":
            feed = "berichten" if pad.suffix == ".zip" else re.sub(r"_\d{8}.*", "", pad.stem).lower()
            regels = (f"{feed}.bestand.geweigerd",)
        self.geplant.append(Fout(soort, str(pad.relative_to(self.out)), rij, verwacht, uitleg, regels))

    def _vrij(self, patroon: str, *, laatste: bool = False, minstens: int = 0) -> Path | None:
        """Give an unspoilt file: of the last night, or a nightly one that the next night replaces."""
        paden = [p for p in sorted(self.out.glob(patroon)) if p not in self._bezet]
        if laatste:
            paden = [p for p in paden if p.stem.endswith(f"{self.last_night:%Y%m%d}")]
        else:
            grens = f"{self.last_night - timedelta(days=20):%Y%m%d}"
            paden = [p for p in paden if grens <= p.stem[-8:] < f"{self.last_night:%Y%m%d}"]
        if minstens:
            paden = [p for p in paden if p.read_bytes().count(b"\n") > minstens]
        if not paden:
            return None
        pad = self.rng.choice(paden)
        self._bezet.add(pad)
        return pad

    def _aanbieder(self) -> Path:
        """Give the folder of a provider of beschermd wonen that works."""
        mappen = sorted({p.parent for p in self.out.glob("zorgaanbieders/*/verblijven_*.csv")} - self._bezet)
        return self.rng.choice(mappen)

    def _bericht_naam(self, soort: str = "WMO307") -> str:
        self._nr += 1
        dag = self.last_night - timedelta(days=self.rng.randint(7, 20))
        return f"{soort}_{dag:%Y%m%d}_{900 + self._nr}.xml"

    def _bsn(self) -> str:
        """Give a surplus BSN, from the end of the test range."""
        self._bsn_nr -= 1
        return self._bsns[self._bsn_nr]

    def _xml(self, pad: Path, versie: str, doctype: str = "", naam: str = "Demo") -> bytes:
        v, s = versie.split(".")
        oud = int(v) < 3
        ns = f"{v}_{s}/wmo307/schema" + (f"/{v}_{s}" if oud else "")
        basis = f"{v}_{s}/basisschema/schema" + (f"/{v}_{s}" if oud else "")
        dag = pad.stem.split("_")[1]
        return _XML.format(
            doctype=doctype, ns=ns, basis=basis, v=v, s=s, agb=pad.parent.name,
            gemeente="0505" if pad.parent.name.startswith("990101") else "0202", id=f"F{self._nr:09d}",
            dag=f"{dag[:4]}-{dag[4:6]}-{dag[6:]}", bsn=self._bsn(), naam=naam, nummer=399_000_000 + self._nr,
        ).encode()  # fmt: skip

    # --- whole files ----------------------------------------------------------------------------------------------

    def _codering(self) -> None:
        pad = self._vrij("sdd/sdd_indicaties_*.csv") or self._vrij("zorgaanbieders/*/locaties_*.csv")
        if pad:
            tekst = pad.read_bytes().decode("utf-8-sig")
            if "ë" not in tekst:  # a small drop may hold no letter that tells the two encodings apart
                tekst = tekst.replace("voldoet aan de criteria", "voldoet aan de criteria, cliënt akkoord")
            pad.write_bytes(tekst.encode("cp1252"))
            self._noteer("codering", pad, "geweigerd", "Windows-1252 in plaats van UTF-8")

    def _kolom_ontbreekt(self) -> None:
        pad = self._vrij("zorgaanbieders/*/verblijven_*.csv")
        if pad:
            rijen = list(csv.reader(io.StringIO(pad.read_text("utf-8"), newline=""), delimiter=";"))
            nr = rijen[0].index("eerste_dag")
            rijen = [[c for i, c in enumerate(r) if i != nr] for r in rijen]
            pad.write_bytes(csv_tekst(";".join(rijen[0]), rijen[1:]).encode())
            self._noteer("kolom_ontbreekt", pad, "geweigerd", "de verplichte kolom eerste_dag ontbreekt")

    def _te_klein(self) -> None:
        pad = (
            self._vrij("sdd/sdd_wachtlijst_*.csv", minstens=40)
            or self._vrij("zorgaanbieders/*/verblijven_*.csv", minstens=40)
            or self._vrij("sdd/sdd_indicaties_*.csv", minstens=30)
        )
        if pad:
            regels = pad.read_bytes().splitlines(keepends=True)
            pad.write_bytes(b"".join(regels[: max(2, len(regels) * 6 // 10)]))
            self._noteer(
                "te_klein",
                pad,
                "aangehouden",
                "40% minder rijen dan de vorige momentopname",
                regels=(f"{pad.stem[:-9]}.bestand.volume",),
            )

    def _extra_kolom(self) -> None:
        pad = self._vrij("sdd/sdd_wachtlijst_*.csv") or self._vrij("zorgaanbieders/*/verblijven_*.csv")
        if pad:
            kop, *regels = pad.read_bytes().decode("utf-8-sig").splitlines()
            nieuw = [f"{kop};opmerking", *(f"{r};" for r in regels)]
            pad.write_bytes(("\r\n".join(nieuw) + "\r\n").encode())
            self._noteer(
                "extra_kolom",
                pad,
                "bevinding",
                "onbekende extra kolom opmerking",
                regels=(f"{pad.stem[:-9]}.bestand.onbekende_kolom",),
            )

    def _afgekapte_zip(self) -> None:
        map_ = self._aanbieder()
        naam = self._bericht_naam()
        pad = map_ / f"berichten_{naam.split('_')[1]}_{900 + self._nr}.zip"
        inhoud = zip_bytes([(naam, self._xml(map_ / naam, "3.2"))])
        pad.write_bytes(inhoud[: len(inhoud) * 2 // 3])
        self._noteer("afgekapte_zip", pad, "geweigerd", "het zipbestand is afgekapt")

    def _kapotte_xml(self) -> None:
        pad = self._aanbieder() / self._bericht_naam()
        pad.write_bytes(self._xml(pad, "3.2").replace(b"</b:Client>", b""))
        self._noteer("kapotte_xml", pad, "geweigerd", "geen welgevormde XML")

    def _verkeerde_versie(self) -> None:
        pad = self._aanbieder() / self._bericht_naam()
        pad.write_bytes(self._xml(pad, "2.0"))
        self._noteer("verkeerde_versie", pad, "geweigerd", "iWmo 2.0 wordt niet gelezen")

    def _niet_geverifieerd(self) -> None:
        pad = self._aanbieder() / self._bericht_naam()
        pad.write_bytes(self._xml(pad, "3.1"))
        self._noteer(
            "niet_geverifieerd",
            pad,
            "bevinding",
            "iWmo 3.1 is niet geverifieerd; een stop zonder start",
            regels=("wmo307.bestand.versie_niet_geverifieerd",),
        )
        nummer = re.search(rb"ToewijzingNummer>(\d+)", pad.read_bytes())
        self.geplant.append(
            Fout(
                "niet_geverifieerd",
                str(pad.relative_to(self.out)),
                1,
                "keten",
                "de stop daarin heeft geen start, en komt meer dan 183 dagen na dato",
                ("keten.stop.zonder_start", "wmo307.einddatum.laat_gemeld"),
                nummer[1].decode() if nummer else "",
            )
        )

    def _entiteiten(self) -> None:
        pad = self._aanbieder() / self._bericht_naam()
        lol = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
        pad.write_bytes(self._xml(pad, "3.2", f'<!DOCTYPE Bericht [<!ENTITY a0 "ha">{lol}]>\n', "&a8;"))
        self._noteer("entiteiten", pad, "geweigerd", "entiteiten die zich vermenigvuldigen")

    def _zipbom(self) -> None:
        map_ = self._aanbieder()
        naam = self._bericht_naam()
        pad = map_ / f"berichten_{naam.split('_')[1]}_{900 + self._nr}.zip"
        pad.write_bytes(zip_bytes([(naam, b" " * 200_000_000)]))
        self._noteer("zipbom", pad, "geweigerd", "uitgepakt duizend keer zo groot")

    def _kapotte_werkmap(self) -> None:
        paden = sorted(self.out.glob("corporaties/*/woningen_*.xlsx"))
        if paden:
            bron = self.rng.choice(paden)
            pad = bron.with_name(f"woningen_{self.last_night - timedelta(days=self.rng.randint(5, 20)):%Y%m%d}.xlsx")
            if not pad.exists():
                inhoud = bron.read_bytes()
                pad.write_bytes(inhoud[: len(inhoud) // 2])
                self._noteer("kapotte_werkmap", pad, "geweigerd", "de werkmap is niet te openen")

    def _dubbel(self) -> None:
        paden = [
            p
            for p in sorted(self.out.glob("zorgaanbieders/*/WMO30?_*.xml"))
            if p not in self._bezet and p.stem[-3] != "9"
        ]
        if paden:
            bron = self.rng.choice(paden)
            self._bezet.add(bron)
            pad = bron.with_name(self._bericht_naam(bron.name[:6]))
            pad.write_bytes(bron.read_bytes())
            self._noteer("dubbel", pad, "dubbel", f"dezelfde bytes als {bron.name}")

    def _te_laat(self) -> None:
        geraakt = {(self.out / f.bestand).parent for f in self.geplant} | self._bezet
        mappen = sorted({p.parent for p in self.out.glob("zorgaanbieders/*/verblijven_*.csv")} - geraakt)
        if len(mappen) > 1:
            map_ = min(mappen, key=lambda m: ((m / f"verblijven_{self.last_night:%Y%m%d}.csv").stat().st_size, m))
            self._bezet.add(map_)
            vanaf = self.last_night - timedelta(days=9)
            for pad in sorted(map_.iterdir()):
                if f"{vanaf:%Y%m%d}" <= pad.stem.split("_")[1]:
                    pad.unlink()
            self._noteer("te_laat", map_, "te_laat", f"niets meer ontvangen vanaf {vanaf:%d-%m-%Y}")

    def _formule(self) -> None:
        pad = self._vrij("sdd/sdd_indicaties_*.csv", laatste=True)
        if pad:
            rij = self._indicatie(reden_besluit='=HYPERLINK("http://voorbeeld.invalid";"klik hier")')
            self._voeg_toe(
                "formule", pad, rij, "bevinding", "een formule in een tekstcel", regels=("sdd_indicaties.rij.formule",)
            )
            self._bezet.discard(pad)

    # --- rows ------------------------------------------------------------------------------------------------------

    def _voeg_toe(
        self,
        soort: str,
        pad: Path,
        rij: dict[str, str],
        verwacht: str,
        uitleg: str,
        *,
        regels: tuple[str, ...] = (),
    ) -> None:
        """Append a row to a CSV file, in the encoding and the column order of that file."""
        codering = "cp1252" if pad.parent.name == "vggm" else "utf-8"
        inhoud = pad.read_bytes()
        kop = inhoud.decode(codering).lstrip("\ufeff").splitlines()[0].split(";")
        uit = io.StringIO()
        csv.writer(uit, delimiter=";").writerow([rij.get(k, "") for k in kop])
        pad.write_bytes(inhoud + uit.getvalue().encode(codering))
        self._noteer(soort, pad, verwacht, uitleg, inhoud.count(b"\n") + 1, regels=regels)

    def _indicatie(self, **anders: str) -> dict[str, str]:
        self._nr += 1
        dag = self.last_night - timedelta(days=60)
        return {
            "indicatie_nummer": str(199_000_000 + self._nr), "clientnummer": f"SF{self._nr:05d}", "bsn": self._bsn(),
            "geboortedatum": "1985-05-05", "geslacht": "1", "aanmelddatum": str(dag), "besluit": "afgewezen",
            "besluitdatum": str(dag + timedelta(days=20)), "reden_besluit": "voldoende begeleiding",
            "gemeente_aanvraag": "0505", "gemeente_herkomst": "0505", "herkomst_methode": "3", "grondslag": "overig",
            "inkomstenbron": "bijstand", "andere_hulp": "N",
        } | anders  # fmt: skip

    def _verblijf(self, **anders: str) -> dict[str, str]:
        self._nr += 1
        return {
            "verblijf_id": f"VF{self._nr:06d}", "clientnummer": f"CF{self._nr:05d}", "bsn": self._bsn(),
            "locatiecode": "ONBEKEND", "productcode": "15Z03", "leveringsvorm": "PGB", "eerste_dag": "2020-03-01",
            "laatste_dag": "2020-09-30", "bestemming": "U06",
        } | anders  # fmt: skip

    def _aanmelding(self, **anders: str) -> dict[str, str]:
        self._nr += 1
        dag = self.last_night - timedelta(days=8)
        return {
            "aanmeldnummer": f"AF-{self._nr:06d}", "clientnummer": f"VF{self._nr:05d}", "bsn": self._bsn(),
            "geboortedatum": "05-05-1985", "geslacht": "1", "aanmelddatum": f"{dag:%d-%m-%Y}",
            "opvangsoort": "volwassenen",
            "gemeente_inschrijving": "0202", "gemeente_historisch": "0202", "reden_dakloosheid": "onbekend",
            "besluit": "afgewezen", "besluitdatum": f"{dag:%d-%m-%Y}", "mutatiesoort": "N",
            "mutatietijd": f"{dag:%d-%m-%Y} 11:{self._nr % 60:02d}:00",
        } | anders  # fmt: skip

    def _nacht(self, **anders: str) -> dict[str, str]:
        self._nr += 1
        dag = self.last_night - timedelta(days=8)
        return {
            "verblijfnummer": f"NF-{self._nr:06d}", "aanmeldnummer": "AF-000000", "locatiecode": "MO-ARN-2",
            "gemeente_verblijf": "0202", "voorziening": "nachtopvang", "eerste_nacht": f"{dag:%d-%m-%Y}",
            "laatste_nacht": f"{dag:%d-%m-%Y}", "bestemming": "U31", "mutatiesoort": "N",
            "mutatietijd": f"{dag:%d-%m-%Y} 12:{self._nr % 60:02d}:00",
        } | anders  # fmt: skip

    def _slechte_rij(self, soort: str) -> None:
        """One bad row in a file of the last night. Rows that load (codelijst) are about a refused request."""
        fout_bsn = str(int(self._bsn()) + 1)  # the next number never passes the 11-proef
        keuzes: dict[str, list[tuple[str, dict[str, str], str, str]]] = {
            "sleutel_ontbreekt": [
                ("verblijven", self._verblijf(verblijf_id=""), "verblijf_id is leeg", "verblijf_id.ontbreekt"),
                (
                    "sdd_indicaties",
                    self._indicatie(indicatie_nummer=""),
                    "indicatie_nummer is leeg",
                    "indicatie_nummer.ontbreekt",
                ),
                (
                    "vggm_aanmeldingen",
                    self._aanmelding(aanmeldnummer=""),
                    "aanmeldnummer is leeg",
                    "aanmeldnummer.ontbreekt",
                ),
            ],
            "onmogelijke_datum": [
                (
                    "verblijven",
                    self._verblijf(eerste_dag="2020-02-31"),
                    "eerste_dag 31 februari",
                    "eerste_dag.geen_datum eerste_dag.ontbreekt",
                ),
                (
                    "vggm_verblijven",
                    self._nacht(eerste_nacht="31-02-2020"),
                    "eerste_nacht 31 februari",
                    "eerste_nacht.geen_datum eerste_nacht.ontbreekt",
                ),
            ],
            "onbekend_product": [
                (
                    "verblijven",
                    self._verblijf(productcode="15X99"),
                    "product 15X99 staat in geen lijst",
                    "productcode.onbekend_product",
                ),
                (
                    "sdd_indicaties",
                    self._indicatie(
                        besluit="toegekend", productcode="15X99", leveringsvorm="ZIN", ingangsdatum="2020-12-20"
                    ),
                    "product 15X99 staat in geen lijst",
                    "productcode.onbekend_product",
                ),
            ],
            "einde_voor_begin": [
                (
                    "verblijven",
                    self._verblijf(laatste_dag="2020-02-01"),
                    "laatste_dag ligt voor eerste_dag",
                    "laatste_dag.voor_eerste_dag",
                ),
                (
                    "vggm_verblijven",
                    self._nacht(laatste_nacht="01-01-2021"),
                    "laatste_nacht ligt voor eerste_nacht",
                    "laatste_nacht.voor_eerste_nacht",
                ),
            ],
            "bsn_elfproef": [
                ("verblijven", self._verblijf(bsn=fout_bsn), "BSN doorstaat de 11-proef niet", "bsn.elfproef"),
                ("sdd_indicaties", self._indicatie(bsn=fout_bsn), "BSN doorstaat de 11-proef niet", "bsn.elfproef"),
                ("vggm_aanmeldingen", self._aanmelding(bsn=fout_bsn), "BSN doorstaat de 11-proef niet", "bsn.elfproef"),
            ],
            "codelijst": [
                ("sdd_indicaties", self._indicatie(geslacht="9"), "geslacht 9 bestaat niet", "geslacht.onbekende_code"),
                (
                    "sdd_indicaties",
                    self._indicatie(grondslag="somatisch"),
                    "grondslag somatisch bestaat niet",
                    "grondslag.onbekende_code",
                ),
                (
                    "vggm_aanmeldingen",
                    self._aanmelding(reden_dakloosheid="brand"),
                    "reden brand bestaat niet",
                    "reden_dakloosheid.onbekende_code",
                ),
                (
                    "sdd_indicaties",
                    self._indicatie(gemeente_herkomst="8888"),
                    "gemeentecode 8888 heeft nooit bestaan",
                    "gemeente_herkomst.onbekende_gemeente",
                ),
            ],
        }
        map_ = {
            "verblijven": "zorgaanbieders/*/",
            "sdd_indicaties": "sdd/",
            "vggm_aanmeldingen": "vggm/",
            "vggm_verblijven": "vggm/",
        }
        eerder = sum(f.soort == soort for f in self.geplant)
        lijst = keuzes[soort]
        for feed, rij, uitleg, regels in lijst[eerder % len(lijst) :] + lijst[: eerder % len(lijst)]:
            pad = self._vrij(f"{map_[feed]}{feed}_*.csv", laatste=True)
            if pad:
                verwacht = "bevinding" if soort == "codelijst" else "quarantaine"
                self._voeg_toe(
                    soort, pad, rij, verwacht, uitleg, regels=tuple(f"{feed}.{regel}" for regel in regels.split())
                )
                self._bezet.discard(pad)  # several bad rows in one file are fine
                return


def aantallen(mistakes: float | Mapping[str, float], rijen: int) -> dict[str, int]:
    """Turn the `mistakes` argument of `generate` into a number per kind.

    A number in [0, 1) is a share: of the rows of a night for mistakes in rows, of ten files for mistakes in files; at
    least one of each when above 0. In a mapping, a value of 1 or more is the number itself.
    """
    per_soort = dict.fromkeys(SOORTEN, mistakes) if isinstance(mistakes, int | float) else dict(mistakes)
    return {
        soort: int(waarde) if waarde >= 1 else ceil(waarde * (rijen if soort in _RIJ_SOORTEN else 10))
        for soort, waarde in per_soort.items()
        if waarde > 0
    }
