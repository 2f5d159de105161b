"""iWmo messages of the demo region, 2.1 and 3.2, valid against the XSDs of the standard (iwmo.md 1.3-1.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from demo.levens import Persoon

BERICHTCODE = {"301": "414", "305": "418", "307": "420"}
_NS = {
    "2.1": ("http://www.istandaarden.nl/iwmo/2_1/wmo{s}/schema/2_1", "http://www.istandaarden.nl/iwmo/2_1/basisschema/schema/2_1"),
    "3.2": ("http://www.istandaarden.nl/iwmo/3_2/wmo{s}/schema", "http://www.istandaarden.nl/iwmo/3_2/basisschema/schema"),
}  # fmt: skip


@dataclass(eq=False)
class Regel:
    """One product row of a message, as the sender wrote it on `bekend`."""

    bekend: date
    soort: str
    """301, 305 or 307."""
    agb: str
    gemeente: str
    persoon: Persoon
    nummer: int
    product: str
    ingang: date
    """Ingangsdatum of the toewijzing."""
    begin: date | None = None
    einde: date | None = None
    reden: str = ""
    """RedenWijziging in a 301; the reason the care stopped (a key of STOP_2) in a 307."""
    tijd: str = "09:00:00"
    status: str = "1"
    zonder_product: bool = False
    """Left out in 3.2, where Product is optional: its toewijzing tells (D.0)."""


def bericht(
    soort: str,
    versie: str,
    *,
    agb: str,
    gemeente: str,
    identificatie: str,
    dagtekening: date,
    regels: Iterable[Regel],
    redenen: dict[str, str],
) -> bytes:
    """Give one message. In 2.1 it may hold many clients; in 3.2 all `regels` must be of one person.

    `redenen` maps the reason a care stopped to the version's RedenBeeindiging.
    """
    ns, basis = _NS[versie][0].format(s=soort), _NS[versie][1]
    oud = versie == "2.1"
    afzender, ontvanger = (gemeente, agb) if soort == "301" else (agb, gemeente)
    uit = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<b:Bericht xmlns:b="{ns}" xmlns:i="{basis}">\n<b:Header><b:BerichtCode>{BERICHTCODE[soort]}</b:BerichtCode>'
        f"<b:BerichtVersie>{versie[0]}</b:BerichtVersie><b:BerichtSubversie>{versie[2]}</b:BerichtSubversie>"
        f"<b:Afzender>{afzender}</b:Afzender><b:Ontvanger>{ontvanger}</b:Ontvanger><b:BerichtIdentificatie>"
        f"<i:Identificatie>{identificatie}</i:Identificatie><i:Dagtekening>{dagtekening}</i:Dagtekening></b:BerichtIdentificatie>"
    ]
    if not oud:
        uit.append(
            "<b:XsdVersie><i:BasisschemaXsdVersie>1.0.0</i:BasisschemaXsdVersie>"
            "<i:BerichtXsdVersie>1.0.0</i:BerichtXsdVersie></b:XsdVersie>"
        )
    uit.append("</b:Header>\n")
    per_persoon: dict[int, list[Regel]] = {}
    for r in regels:
        per_persoon.setdefault(r.persoon.nr, []).append(r)
    if not oud and len(per_persoon) != 1:
        msg = "Een bericht van versie 3.2 heeft precies één cliënt."
        raise ValueError(msg)
    clienten = "\n".join(_client(soort, oud, rs, redenen) for rs in per_persoon.values())
    uit.append(f"<b:Clienten>\n{clienten}\n</b:Clienten>\n" if oud else clienten + "\n")
    uit.append("</b:Bericht>\n")
    return "".join(uit).encode()


def _client(soort: str, oud: bool, regels: list[Regel], redenen: dict[str, str]) -> str:
    p = regels[0].persoon
    naam = f"<i:{'Naam' if oud else 'Achternaam'}>{escape(p.achternaam)}</i:{'Naam' if oud else 'Achternaam'}>"
    naam = f"<i:Geslachtsnaam>{naam}</i:Geslachtsnaam><i:Voorletters>{p.voorletters}</i:Voorletters>"
    kop = (
        f"<b:Client><b:Bsn>{p.bsn}</b:Bsn><b:Geboortedatum><i:Datum>{p.geboren}</i:Datum></b:Geboortedatum>"
        f"<b:Geslacht>{p.geslacht}</b:Geslacht>"
    )
    if soort == "301":
        kop += f"<b:Naam>{naam}<i:NaamGebruik>1</i:NaamGebruik></b:Naam>"
        kop += "<b:Contactgegevens><b:Contact><b:Soort>01</b:Soort></b:Contact></b:Contactgegevens>"
        producten = "".join(_toegewezen(oud, r) for r in regels)
        blok = f"<b:ToegewezenProducten>{producten}</b:ToegewezenProducten>"
        if oud:
            r = regels[0]
            blok = (
                f"<b:Beschikking><b:BeschikkingNummer>{r.nummer}</b:BeschikkingNummer><b:Afgiftedatum>{r.bekend}</b:Afgiftedatum>"
                f"<b:Ingangsdatum>{r.ingang}</b:Ingangsdatum><b:BeschiktProducten><b:BeschiktProduct>{_product(r)}"
                f"<b:Ingangsdatum>{r.ingang}</b:Ingangsdatum></b:BeschiktProduct></b:BeschiktProducten>{blok}</b:Beschikking>"
            )
    else:
        kop += f"<b:Naam>{naam}</b:Naam>"
        if oud:
            kop += "<b:StatusAanlevering>9</b:StatusAanlevering>"
        wat = "Start" if soort == "305" else "Stop"
        producten = "".join(_geleverd(soort, oud, r, redenen) for r in regels)
        blok = f"<b:{wat}Producten>{producten}</b:{wat}Producten>"
    return f"{kop}{blok}</b:Client>"


def _product(r: Regel) -> str:
    return f"<b:Product><i:Categorie>15</i:Categorie><i:Code>{r.product}</i:Code></b:Product>"


def _toegewezen(oud: bool, r: Regel) -> str:
    return (
        f"<b:ToegewezenProduct><b:ToewijzingNummer>{r.nummer}</b:ToewijzingNummer>{_product(r)}"
        + (f"<b:Aanbieder>{r.agb}</b:Aanbieder>" if oud else "")
        + f"<b:Toewijzingsdatum>{r.bekend}</b:Toewijzingsdatum><b:Toewijzingstijd>{r.tijd}</b:Toewijzingstijd>"
        f"<b:Ingangsdatum>{r.ingang}</b:Ingangsdatum>"
        + (f"<b:Einddatum>{r.einde}</b:Einddatum>" if r.einde else "")
        + (f"<b:RedenWijziging>{r.reden}</b:RedenWijziging>" if r.reden else "")
        + "<b:Omvang><i:Volume>1</i:Volume><i:Eenheid>14</i:Eenheid><i:Frequentie>1</i:Frequentie></b:Omvang>"
        "</b:ToegewezenProduct>"
    )


def _geleverd(soort: str, oud: bool, r: Regel, redenen: dict[str, str]) -> str:
    wat = "StartProduct" if soort == "305" else "StopProduct"
    return (
        f"<b:{wat}><b:ToewijzingNummer>{r.nummer}</b:ToewijzingNummer>"
        + ("" if r.zonder_product and not oud else _product(r))
        + f"<b:ToewijzingIngangsdatum>{r.ingang}</b:ToewijzingIngangsdatum><b:Begindatum>{r.begin}</b:Begindatum>"
        + (f"<b:Aanbieder>{r.agb}</b:Aanbieder>" if oud else "")
        + (
            f"<b:RedenBeeindiging>{redenen[r.reden]}</b:RedenBeeindiging><b:Einddatum>{r.einde}</b:Einddatum>"
            if soort == "307"
            else ""
        )
        + f"<b:StatusAanlevering>{r.status}</b:StatusAanlevering></b:{wat}>"
    )
