"""Forty more kinds of mistakes: rows that contradict themselves, and deliveries that contradict one another.

Unlike those of `demo.fouten` they may change figures, because a row that is only odd counts: they are for drops that
show what the rules find, not for the demo region. Every mistake is about people of its own, names the rules that must
find it, and leaves everything else about those people in order, so that nothing else is found.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from demo.fouten import SOORTEN, Fout, Fouten
from demo.iwmo import Regel, bericht
from demo.levens import DAG, STOP_3, Persoon

#: kind → what is wrong, in Dutch, for the list in docs/fouten.md.
MEER: dict[str, str] = {
    "velden": "een rij met een cel te veel",
    "persoon_ontbreekt": "een verblijf zonder BSN en zonder cliëntnummer",
    "bsn_ontbreekt": "een indicatie zonder BSN",
    "dubbele_sleutel": "twee rijen met hetzelfde indicatienummer",
    "privacy": "een BSN in een tekstveld",
    "geboren_in_toekomst": "een geboortedatum na de levering",
    "ouder_dan_120": "een cliënt van 121 jaar",
    "besluit_voor_aanmelding": "een besluit van voor de aanmelding",
    "besluit_zonder_datum": "een besluit zonder datum",
    "agb_te_kort": "een AGB-code die haar voorloopnul kwijt is",
    "oude_gemeente": "de code van een gemeente die niet meer bestaat",
    "aanmelding_in_toekomst": "een aanmelding van morgen",
    "mutatietijd_ontbreekt": "een mutatie zonder tijdstip",
    "opvang_zonder_bestemming": "een verblijf in de opvang dat eindigt zonder bestemming",
    "bestemming_zonder_einde": "een bestemming terwijl de cliënt er nog is",
    "pgb_met_toewijzing": "een PGB met een toewijzingnummer",
    "verblijf_overlapt": "twee verblijven van een cliënt op dezelfde dagen",
    "huur_negatief": "een negatieve huur",
    "contingent_onbekend": "een contingentwoning zonder contingent",
    "minderjarig": "een start van iemand van zestien",
    "laat_gemeld": "een start die een jaar later is gemeld",
    "stopcode_onbekend": "een reden van beëindiging die niet bestaat",
    "verwijderd_met_einde": "een verwijderde toewijzing met een andere einddatum",
    "andere_afzender": "een startbericht van een andere aanbieder",
    "start_zonder_indicatie": "een start op een nummer dat niemand kent",
    "start_voor_indicatie": "een start van een half jaar voor de toewijzing",
    "ander_product": "een start op een ander product dan toegewezen",
    "andere_aanbieder": "een start bij een andere aanbieder dan de SDD kent",
    "indicatie_zonder_start": "een indicatie van vijf maanden zonder zorg",
    "toewijzing_zonder_start": "een toewijzing van vijf maanden zonder zorg",
    "verblijf_zonder_start": "een verblijf in natura zonder startbericht",
    "start_dubbel": "hetzelfde startbericht twee keer",
    "start_loopt_al": "een tweede start terwijl de eerste loopt",
    "intrekking_zonder_start": "een intrekking van een start die nooit is gestuurd",
    "intrekking_zonder_stop": "een intrekking van een stop die nooit is gestuurd",
    "intrekking_na_stop": "een start die is ingetrokken terwijl de stop nog staat",
    "stop_zonder_start": "een stop zonder start",
    "stop_dubbel": "twee stops voor een start",
    "nummer_niet_uniek": "een toewijzingnummer van twee personen",
    "identificatie_dubbel": "twee berichten met dezelfde identificatie",
    "wachtend_en_geplaatst": "op de wachtlijst en al geplaatst",
    "stop_zonder_bestemming": "een stop waarvan niemand weet waarheen",
    "woning_zonder_contract": "vertrek naar een corporatiewoning zonder huurcontract",
    "huur_zonder_stop": "een huurcontract terwijl de zorg doorloopt",
    "locatie_onbekend": "een verblijf op een locatie die niet op de lijst staat",
    "locatie_gesloten": "een verblijf op een gesloten locatie",
    "locatie_vol": "meer cliënten dan plaatsen",
    "aantal_wijkt_af": "meer indicaties bij de SDD dan cliënten bij de aanbieder",
    "einde_ontbreekt": "zorg die doorloopt, lang na het einde van de toewijzing",
    "na_overlijden": "zorg die doorloopt na overlijden",
    "overlap_aanbieders": "twee aanbieders tegelijk",
    "andere_datums": "een verblijf dat twee dagen later begint dan het bericht",
    "opvang_zonder_aanmelding": "een verblijf in de opvang zonder aanmelding",
    "opvang_naast_wonen": "in de opvang en in beschermd wonen tegelijk",
}  # fmt: skip

ALLE_SOORTEN = (*SOORTEN, *MEER)
BEGIN = date(2020, 7, 1)
"""First day of the care that goes wrong: long enough ago for every rule, recent enough to be in force."""
EINDE = date(2020, 9, 30)


class MeerFouten(Fouten):
    """Plants these mistakes too, one of a kind at a time."""

    soorten = ALLE_SOORTEN

    # --- people and places ---------------------------------------------------------------------------------------

    def _mens(self, geboren: date = date(1985, 5, 5)) -> Persoon:
        self._nr += 1
        return Persoon(900_000 + self._nr, "0202", True, self._bsn(), geboren, "1", "Demo", "D")

    def _huis(self, regio: str = "CG") -> Path:
        """Give a provider of the regio that delivered last night and that no mistake in whole files is about."""
        begin = {"DAV": "990101", "CG": "990202"}[regio]
        nacht = f"verblijven_{self.last_night:%Y%m%d}.csv"
        return self.rng.choice(
            [
                map_
                for map_ in sorted((self.out / "zorgaanbieders").glob(f"{begin}*"))
                if map_.name != "99010108" and map_ not in self._bezet and (map_ / nacht).exists()
            ]
        )

    def _locatie(self, map_: Path, code: str = "", plaatsen: int = 99, tot: str = "") -> str:
        """Add a location to the newest list of a provider; return its code."""
        self._nr += 1
        code = code or f"F-{self._nr:04d}"
        gemeente = "0505" if map_.name.startswith("990101") else "0202"
        rij = {"locatiecode": code, "naam": "Foutenhof", "gemeente": gemeente, "plaatsen": str(plaatsen)}
        self._schrijf(sorted(map_.glob("locaties_*.csv"))[-1], rij | {"geldig_van": "2015-01-01", "geldig_tot": tot})
        return code

    def _schrijf(self, pad: Path, rij: dict[str, str]) -> tuple[Path, int]:
        """Append a row; return the file and the row's number."""
        self._voeg_toe("", pad, rij, "", "")
        weg = self.geplant.pop()
        return pad, weg.rij or 0

    def _nachtbestand(self, map_: Path, feed: str) -> Path:
        return map_ / f"{feed}_{self.last_night:%Y%m%d}.csv"

    def _bericht(
        self,
        map_: Path,
        soort: str,
        mens: Persoon,
        nummer: int,
        *,
        begin: date = BEGIN,
        einde: date | None = None,
        **anders: Any,
    ) -> Path:
        """Write a message, delivered two days after what it tells; the file is returned."""
        self._nr += 1
        gemeld = anders.pop("gemeld", (einde if soort == "307" and einde else begin) + 2 * DAG)
        ident = str(anders.pop("identificatie", f"M{self._nr:09d}"))
        agb = str(anders.pop("agb", map_.name))
        cg = map_.name.startswith("990202")
        gegevens: dict[str, Any] = {
            "bekend": begin,
            "soort": soort,
            "agb": agb,
            "gemeente": "0202" if cg else "0505",
            "persoon": mens,
            "nummer": nummer,
            "product": "15Z03" if cg else "15D02",
            "ingang": begin,
            "begin": begin,
            "einde": einde,
            "reden": "plan" if soort == "307" else "",
        }
        regel = Regel(**gegevens | anders)
        pad = map_ / f"WMO{soort}_{gemeld:%Y%m%d}_{900 + self._nr}.xml"
        pad.write_bytes(
            bericht(
                soort, "3.2", agb=agb, gemeente=regel.gemeente, identificatie=ident, dagtekening=gemeld,
                regels=[regel], redenen=STOP_3 | {"onbekend": "88"},
            )
        )  # fmt: skip
        return pad

    def _nummer(self) -> int:
        self._nr += 1
        return 398_000_000 + self._nr

    def _plek(
        self, map_: Path, mens: Persoon, *, nummer: int | None = None, tot: date | None = None, **anders: str
    ) -> tuple[Path, int, str]:
        """Add a stay to last night's list; return the file, the row and its verblijf_id."""
        rij = self._verblijf(
            bsn=mens.bsn or "",
            clientnummer=f"CF{mens.nr}",
            toewijzingnummer=str(nummer or ""),
            leveringsvorm="ZIN" if nummer else "PGB",
            locatiecode=anders.pop("locatiecode", "") or self._locatie(map_),
            productcode="15Z03" if map_.name.startswith("990202") else "15D02",
            eerste_dag=str(BEGIN),
            laatste_dag=str(tot or ""),
            bestemming="U06" if tot else "",
        )
        rij |= anders
        return *self._schrijf(self._nachtbestand(map_, "verblijven"), rij), rij["verblijf_id"]

    def _zorg(self, map_: Path, mens: Persoon, nummer: int, *, tot: date | None = None, **anders: Any) -> None:
        """Give someone care in which nothing is wrong: toewijzing, start, stay, and a stop when it ended."""
        self._bericht(map_, "301", mens, nummer)
        self._bericht(map_, "305", mens, nummer, **anders)
        self._plek(map_, mens, nummer=nummer, tot=tot)
        if tot:
            self._bericht(map_, "307", mens, nummer, einde=tot)

    def _rijfout(self, soort: str, plek: tuple[Path, int], *regels: str, verwacht: str = "bevinding") -> None:
        self._noteer(soort, plek[0], verwacht, MEER[soort], plek[1], regels=regels)

    def _keten(self, soort: str, pad: Path, record: str | int, *regels: str) -> None:
        bestand = str(pad.relative_to(self.out))
        self.geplant.append(Fout(soort, bestand, None, "keten", MEER[soort], regels, str(record)))

    # --- rows ------------------------------------------------------------------------------------------------------

    def _sdd(self, soort: str, *regels: str, verwacht: str = "bevinding", **anders: str) -> None:
        pad = self._nachtbestand(self.out / "sdd", "sdd_indicaties")
        namen = tuple(f"sdd_indicaties.{regel}" for regel in regels)
        self._rijfout(soort, self._schrijf(pad, self._indicatie(**anders)), *namen, verwacht=verwacht)

    def _vggm(self, soort: str, feed: str, rij: dict[str, str], *regels: str, verwacht: str = "bevinding") -> None:
        pad = self._nachtbestand(self.out / "vggm", feed)
        self._rijfout(soort, self._schrijf(pad, rij), *(f"{feed}.{regel}" for regel in regels), verwacht=verwacht)

    def _velden(self) -> None:
        pad = self._nachtbestand(self._huis(), "verblijven")
        inhoud = pad.read_bytes()
        pad.write_bytes(inhoud + b"VF;1;2;3;4;5;6;7;8;9;10;11;12;13\r\n")
        self._rijfout("velden", (pad, inhoud.count(b"\n") + 1), "verblijven.rij.velden", verwacht="quarantaine")

    def _persoon_ontbreekt(self) -> None:
        map_, mens = self._huis(), self._mens()
        pad, rij, _ = self._plek(map_, mens, tot=EINDE, bsn="", clientnummer="")
        self._rijfout("persoon_ontbreekt", (pad, rij), "verblijven.persoon.ontbreekt", verwacht="quarantaine")

    def _bsn_ontbreekt(self) -> None:
        self._sdd("bsn_ontbreekt", "bsn.ontbreekt", bsn="")

    def _dubbele_sleutel(self) -> None:
        pad = self._nachtbestand(self.out / "sdd", "sdd_indicaties")
        rij = self._indicatie()
        self._rijfout("dubbele_sleutel", self._schrijf(pad, rij), "sdd_indicaties.sleutel.dubbel")
        self._schrijf(pad, rij)

    def _privacy(self) -> None:
        self._sdd("privacy", "rij.privacy", reden_besluit=f"zie dossier {self._bsn()}")

    def _geboren_in_toekomst(self) -> None:
        self._sdd(
            "geboren_in_toekomst", "geboortedatum.na_leverdatum", geboortedatum=str(self.last_night + timedelta(9))
        )

    def _ouder_dan_120(self) -> None:
        self._sdd("ouder_dan_120", "geboortedatum.ouder_dan_120", geboortedatum="1900-05-05")

    def _besluit_voor_aanmelding(self) -> None:
        self._sdd("besluit_voor_aanmelding", "besluitdatum.voor_aanmelddatum", besluitdatum="2020-01-06")

    def _besluit_zonder_datum(self) -> None:
        self._sdd("besluit_zonder_datum", "besluitdatum.ontbreekt", besluitdatum="")

    def _agb_te_kort(self) -> None:
        self._sdd("agb_te_kort", "aanbieder_agb.geen_agb", aanbieder_agb="9010101")

    def _oude_gemeente(self) -> None:
        self._sdd("oude_gemeente", "gemeente_herkomst.buiten_geldigheid", gemeente_herkomst="0689")

    def _aanmelding_in_toekomst(self) -> None:
        morgen = f"{self.last_night + DAG:%d-%m-%Y}"
        rij = self._aanmelding(aanmelddatum=morgen, besluit="", besluitdatum="")
        self._vggm("aanmelding_in_toekomst", "vggm_aanmeldingen", rij, "aanmelddatum.na_leverdatum")

    def _mutatietijd_ontbreekt(self) -> None:
        rij = self._aanmelding(mutatietijd="")
        self._vggm("mutatietijd_ontbreekt", "vggm_aanmeldingen", rij, "mutatietijd.ontbreekt", verwacht="quarantaine")

    def _opvang_zonder_bestemming(self) -> None:
        aanmelding = self._opname()
        rij = self._nacht(aanmeldnummer=aanmelding["aanmeldnummer"], bestemming="")
        self._vggm("opvang_zonder_bestemming", "vggm_verblijven", rij, "bestemming.ontbreekt")

    def _opname(self, **anders: str) -> dict[str, str]:
        """Add an aanmelding at VGGM that is in order."""
        rij = self._aanmelding(besluit="toegelaten", **anders)
        self._schrijf(self._nachtbestand(self.out / "vggm", "vggm_aanmeldingen"), rij)
        return rij

    def _bestemming_zonder_einde(self) -> None:
        pad, rij, _ = self._plek(self._huis(), self._mens(), bestemming="U06")
        self._rijfout("bestemming_zonder_einde", (pad, rij), "verblijven.bestemming.zonder_einde")

    def _pgb_met_toewijzing(self) -> None:
        pad, rij, _ = self._plek(self._huis(), self._mens(), tot=EINDE, toewijzingnummer=str(self._nummer()))
        self._rijfout("pgb_met_toewijzing", (pad, rij), "verblijven.toewijzingnummer.bij_pgb")

    def _verblijf_overlapt(self) -> None:
        map_, mens = self._huis(), self._mens()
        self._plek(map_, mens, tot=EINDE)
        pad, rij, _ = self._plek(map_, mens, tot=date(2020, 10, 31), eerste_dag="2020-09-01")
        self._rijfout("verblijf_overlapt", (pad, rij), "verblijven.eerste_dag.overlapt")

    def _huurcontract(self, **anders: object) -> tuple[Path, int]:
        """Append a lease to the newest workbook of a corporation of DAV."""
        pad = sorted(self.out.glob("corporaties/L9001/woningen_*.xlsx"))[-1]
        werkmap = openpyxl.load_workbook(pad)
        blad = werkmap["Verhuringen"]
        self._nr += 1
        rij: dict[str, object] = {
            "contractnummer": f"HF{self._nr:05d}", "bsn": self._bsn(), "geboortedatum": date(1985, 5, 5),
            "gemeente": "0505", "contractsoort": "regulier", "uitstroom_uit": "BW", "ingangsdatum": date(2020, 10, 1),
            "kale_huur": 512.5, "zelfstandig": "J",
        } | anders  # fmt: skip
        blad.append([rij.get(str(cel.value)) for cel in blad[1]])
        werkmap.save(pad)
        return pad, blad.max_row

    def _huur_negatief(self) -> None:
        self._rijfout("huur_negatief", self._huurcontract(kale_huur=-1), "verhuringen.kale_huur.negatief")

    def _contingent_onbekend(self) -> None:
        plek = self._huurcontract(contractsoort="contingent")
        self._rijfout("contingent_onbekend", plek, "verhuringen.contingent.ontbreekt")

    # --- messages --------------------------------------------------------------------------------------------------

    def _minderjarig(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(date(2004, 5, 5)), self._nummer()
        self._rijfout("minderjarig", (self._bericht(map_, "301", mens, nummer), 1), "wmo301.geboortedatum.minderjarig")
        self._rijfout("minderjarig", (self._bericht(map_, "305", mens, nummer), 1), "wmo305.geboortedatum.minderjarig")
        self._plek(map_, mens, nummer=nummer)

    def _laat_gemeld(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._plek(map_, mens, nummer=nummer)
        pad = self._bericht(map_, "305", mens, nummer, gemeld=BEGIN + timedelta(190))
        self._rijfout("laat_gemeld", (pad, 1), "wmo305.begindatum.laat_gemeld")

    def _stopcode_onbekend(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        map_plek = self._nachtbestand(map_, "verblijven")
        self._sluit_laatste(map_plek)
        pad = self._bericht(map_, "307", mens, nummer, einde=EINDE, reden="onbekend")
        self._rijfout("stopcode_onbekend", (pad, 1), "wmo307.redenbeeindiging.onbekende_code")

    def _sluit_laatste(self, pad: Path) -> None:
        """Give the stay that was added last its last day."""
        regels = pad.read_text("utf-8").splitlines()
        cellen = regels[-1].split(";")
        kop = regels[0].lstrip("\ufeff").split(";")
        cellen[kop.index("laatste_dag")], cellen[kop.index("bestemming")] = str(EINDE), "U06"
        pad.write_bytes(("\r\n".join([*regels[:-1], ";".join(cellen)]) + "\r\n").encode())

    def _verwijderd_met_einde(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        pad = self._bericht(map_, "301", mens, nummer, einde=EINDE, reden="13")
        self._rijfout("verwijderd_met_einde", (pad, 1), "wmo301.einddatum.verwijderd")

    def _andere_afzender(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._plek(map_, mens, nummer=nummer)
        pad = self._bericht(map_, "305", mens, nummer, agb="42424242")
        self._rijfout("andere_afzender", (pad, 1), "wmo305.afzender.andere_aanbieder")

    # --- the chain -------------------------------------------------------------------------------------------------

    def _start_zonder_indicatie(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._plek(map_, mens, nummer=nummer)
        pad = self._bericht(map_, "305", mens, nummer)
        self._keten("start_zonder_indicatie", pad, nummer, "keten.start.zonder_indicatie")

    def _start_voor_indicatie(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer, begin=BEGIN + timedelta(184))
        self._plek(map_, mens, nummer=nummer)
        self._keten(
            "start_voor_indicatie", self._bericht(map_, "305", mens, nummer), nummer, "keten.start.voor_indicatie"
        )

    def _ander_product(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._plek(map_, mens, nummer=nummer)
        pad = self._bericht(map_, "305", mens, nummer, product="15Z04")
        self._keten("ander_product", pad, nummer, "keten.start.ander_product")

    def _toegekend(self, mens: Persoon, nummer: int, agb: str, ingang: date = BEGIN, vorm: str = "ZIN") -> Path:
        """Add an indicatie at the SDD that is in order."""
        pad = self._nachtbestand(self.out / "sdd", "sdd_indicaties")
        rij = self._indicatie(
            indicatie_nummer=str(nummer), bsn=mens.bsn or "", clientnummer=f"SF{mens.nr}", besluit="toegekend",
            aanmelddatum=str(ingang - timedelta(40)), besluitdatum=str(ingang - timedelta(10)), productcode="15D02",
            leveringsvorm=vorm, ingangsdatum=str(ingang), aanbieder_agb=agb,
        )  # fmt: skip
        return self._schrijf(pad, rij)[0]

    def _andere_aanbieder(self) -> None:
        map_, mens, nummer = self._huis("DAV"), self._mens(), self._nummer()
        ander = self._anders("DAV", map_)
        pad = self._toegekend(mens, nummer, ander.name)
        self._zorg(map_, mens, nummer)
        self._keten("andere_aanbieder", pad, nummer, "keten.indicatie.andere_aanbieder")

    def _anders(self, regio: str, map_: Path) -> Path:
        while (ander := self._huis(regio)) == map_:
            pass
        return ander

    def _indicatie_zonder_start(self) -> None:
        mens, nummer = self._mens(), self._nummer()
        pad = self._toegekend(mens, nummer, self._huis("DAV").name)
        self._keten("indicatie_zonder_start", pad, nummer, "keten.indicatie.zonder_start")

    def _toewijzing_zonder_start(self) -> None:
        map_, nummer = self._huis(), self._nummer()
        pad = self._bericht(map_, "301", self._mens(), nummer)
        self._keten("toewijzing_zonder_start", pad, nummer, "keten.toewijzing.zonder_start")

    def _verblijf_zonder_start(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        pad, _, record = self._plek(map_, mens, nummer=nummer)
        self._keten("verblijf_zonder_start", pad, record, "keten.verblijf.zonder_start")

    def _start_dubbel(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        pad = self._bericht(map_, "305", mens, nummer, gemeld=BEGIN + timedelta(9))
        self._keten("start_dubbel", pad, nummer, "keten.start.dubbel")

    def _start_loopt_al(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        pad = self._bericht(map_, "305", mens, nummer, begin=BEGIN + timedelta(30))
        self._keten("start_loopt_al", pad, nummer, "keten.start.loopt_al")

    def _intrekking_zonder_start(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        pad = self._bericht(map_, "305", mens, nummer, begin=BEGIN + DAG, status="3")
        self._keten("intrekking_zonder_start", pad, nummer, "keten.intrekking.zonder_start")

    def _intrekking_zonder_stop(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        pad = self._bericht(map_, "307", mens, nummer, einde=EINDE, status="3")
        self._keten("intrekking_zonder_stop", pad, nummer, "keten.intrekking.zonder_stop")

    def _intrekking_na_stop(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        begin = date(2020, 12, 1)  # a toewijzing that may wait for its start
        self._bericht(map_, "301", mens, nummer, begin=begin)
        self._bericht(map_, "305", mens, nummer, begin=begin)
        stop = self._bericht(map_, "307", mens, nummer, begin=begin, einde=begin + timedelta(20))
        pad = self._bericht(map_, "305", mens, nummer, begin=begin, status="3", gemeld=begin + timedelta(40))
        self._keten("intrekking_na_stop", pad, nummer, "keten.intrekking.na_stop")
        self._keten("intrekking_na_stop", stop, nummer, "keten.stop.zonder_start")

    def _stop_zonder_start(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        begin = date(2020, 12, 1)
        self._bericht(map_, "301", mens, nummer, begin=begin)
        pad = self._bericht(map_, "307", mens, nummer, begin=begin, einde=begin + timedelta(20))
        self._keten("stop_zonder_start", pad, nummer, "keten.stop.zonder_start")

    def _stop_dubbel(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer, tot=EINDE)
        pad = self._bericht(map_, "307", mens, nummer, einde=EINDE - timedelta(9))
        self._keten("stop_dubbel", pad, nummer, "keten.stop.dubbel")

    def _nummer_niet_uniek(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._zorg(map_, mens, nummer)
        pad = self._bericht(map_, "301", self._mens(), nummer, bekend=BEGIN - timedelta(9))
        self._keten("nummer_niet_uniek", pad, nummer, "keten.toewijzing.nummer_niet_uniek")

    def _identificatie_dubbel(self) -> None:
        map_, ident = self._huis(), f"X{self._nr:09d}"
        for dag in (1, 2):
            mens, nummer = self._mens(), self._nummer()
            self._bericht(map_, "301", mens, nummer)
            self._plek(map_, mens, nummer=nummer)
            pad = self._bericht(map_, "305", mens, nummer, identificatie=ident, gemeld=BEGIN + timedelta(dag))
        self._keten("identificatie_dubbel", pad, f"{map_.name} {ident}", "keten.bericht.identificatie_dubbel")

    def _wachtend_en_geplaatst(self) -> None:
        map_, mens, nummer = self._huis("DAV"), self._mens(), self._nummer()
        self._toegekend(mens, nummer, map_.name)
        self._zorg(map_, mens, nummer)
        pad = self._nachtbestand(self.out / "sdd", "sdd_wachtlijst")
        self._schrijf(
            pad,
            {
                "indicatie_nummer": str(nummer), "clientnummer": f"SF{mens.nr}", "bsn": mens.bsn or "",
                "wachtend_sinds": str(BEGIN - timedelta(10)), "wachtstatus": "actief", "overbruggingszorg": "N",
            },
        )  # fmt: skip
        self._keten("wachtend_en_geplaatst", pad, nummer, "keten.wachtlijst.al_geplaatst")

    def _stop_zonder_bestemming(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._bericht(map_, "305", mens, nummer)
        pad, rij, _ = self._plek(map_, mens, nummer=nummer, tot=EINDE, bestemming="")
        stop = self._bericht(map_, "307", mens, nummer, einde=EINDE)
        self._rijfout("stop_zonder_bestemming", (pad, rij), "verblijven.bestemming.ontbreekt")
        self._keten("stop_zonder_bestemming", stop, nummer, "keten.stop.zonder_bestemming")

    def _woning_zonder_contract(self) -> None:
        pad, _, record = self._plek(self._huis("DAV"), self._mens(), tot=EINDE, bestemming="U01")
        self._keten("woning_zonder_contract", pad, record, "keten.naar_woning.zonder_huurcontract")

    def _huur_zonder_stop(self) -> None:
        map_, mens, nummer = self._huis("DAV"), self._mens(), self._nummer()
        self._toegekend(mens, nummer, map_.name)
        self._zorg(map_, mens, nummer)
        self._huurcontract(bsn=mens.bsn, aanbieder_agb=map_.name)
        pad = self._nachtbestand(map_, "verblijven")
        self._keten("huur_zonder_stop", pad, nummer, "keten.huurcontract.zonder_stop")

    def _locatie_onbekend(self) -> None:
        pad, _, record = self._plek(self._huis("DAV"), self._mens(), tot=EINDE, locatiecode="NERGENS")
        self._keten("locatie_onbekend", pad, record, "keten.verblijf.onbekende_locatie")

    def _locatie_gesloten(self) -> None:
        map_ = self._huis()
        dicht = self._locatie(map_, tot="2019-12-31")
        pad, _, record = self._plek(map_, self._mens(), tot=EINDE, locatiecode=dicht)
        self._keten("locatie_gesloten", pad, record, "keten.verblijf.locatie_gesloten")

    def _locatie_vol(self) -> None:
        map_ = self._huis()
        vol = self._locatie(map_, plaatsen=1)
        for _ in range(2):
            pad, _, _ = self._plek(map_, self._mens(), locatiecode=vol)
        self._keten("locatie_vol", pad, vol, "keten.locatie.vol")

    def _aantal_wijkt_af(self) -> None:
        """Ten more indicaties, so new that they need no start yet, for a provider that has hardly as many clients."""
        map_ = min(
            (m for m in (self.out / "zorgaanbieders").glob("990101*") if m.name != "99010108" and m not in self._bezet),
            key=lambda m: (self._nachtbestand(m, "verblijven").read_bytes().count(b"\n"), m),
        )
        for _ in range(10):
            self._toegekend(self._mens(), self._nummer(), map_.name, date(2020, 12, 15))
        pad = self._nachtbestand(map_, "verblijven")
        self._keten("aantal_wijkt_af", pad, map_.name, "keten.aantal.wijkt_af")

    def _einde_ontbreekt(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer, einde=EINDE)
        self._plek(map_, mens, nummer=nummer)
        pad = self._bericht(map_, "305", mens, nummer)
        self._keten("einde_ontbreekt", pad, nummer, "keten.levering.einddatum_ontbreekt")

    def _na_overlijden(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        ander, tweede = self._anders("CG", map_), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._bericht(map_, "305", mens, nummer)
        self._plek(map_, mens, nummer=nummer, tot=EINDE, bestemming="U40")
        self._bericht(map_, "307", mens, nummer, einde=EINDE, reden="overlijden")
        later = EINDE - timedelta(7)
        self._bericht(ander, "301", mens, tweede, begin=later)
        self._plek(ander, mens, nummer=tweede, eerste_dag=str(later))
        pad = self._bericht(ander, "305", mens, tweede, begin=later)
        self._keten("na_overlijden", pad, tweede, "keten.levering.na_overlijden")

    def _overlap_aanbieders(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        ander, tweede = self._anders("CG", map_), self._nummer()
        for huis, eigen in ((map_, nummer), (ander, tweede)):
            self._zorg(huis, mens, eigen)
            pad = self._nachtbestand(huis, "verblijven")
            self._keten("overlap_aanbieders", pad, eigen, "keten.levering.overlap_aanbieders")

    def _andere_datums(self) -> None:
        map_, mens, nummer = self._huis(), self._mens(), self._nummer()
        self._bericht(map_, "301", mens, nummer)
        self._bericht(map_, "305", mens, nummer)
        pad, _, record = self._plek(map_, mens, nummer=nummer, eerste_dag=str(BEGIN + 2 * DAG))
        self._keten("andere_datums", pad, record, "keten.verblijf.andere_datums")

    def _opvang_zonder_aanmelding(self) -> None:
        pad = self._nachtbestand(self.out / "vggm", "vggm_verblijven")
        dag = self.last_night - timedelta(30)
        rij = self._nacht(
            aanmeldnummer="AF-NOOIT", eerste_nacht=f"{dag:%d-%m-%Y}", laatste_nacht=f"{dag + 2 * DAG:%d-%m-%Y}"
        )
        self._schrijf(pad, rij)
        self._keten("opvang_zonder_aanmelding", pad, rij["verblijfnummer"], "keten.opvang.zonder_aanmelding")

    def _opvang_naast_wonen(self) -> None:
        mens = self._mens()
        self._plek(self._huis(), mens)
        aanmelding = self._opname(bsn=mens.bsn or "")
        rij = self._nacht(
            aanmeldnummer=aanmelding["aanmeldnummer"], eerste_nacht="01-10-2020", laatste_nacht="20-11-2020"
        )
        pad, _ = self._schrijf(self._nachtbestand(self.out / "vggm", "vggm_verblijven"), rij)
        self._keten("opvang_naast_wonen", pad, rij["verblijfnummer"], "keten.opvang.naast_wonen")


def makers() -> dict[str, Callable[[MeerFouten], None]]:
    """Return what plants each of these kinds."""
    return {soort: getattr(MeerFouten, f"_{soort}") for soort in MEER}
