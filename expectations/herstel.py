"""How a supplier mends, at the source, what a derived rule found: Dutch texts, per kind of rule.

Rules written out in a contract carry their own text there. The words are for who keeps the registration of a supplier:
they name the column and what to put in it, and end with how the mended row gets here.
"""

from __future__ import annotations

from expectations import references
from extracts.contract import Column, Contract, Table

#: How a mended row reaches us, per kind of delivery.
AGAIN = {
    "momentopname": "De volgende volledige levering neemt de verbetering mee.",
    "mutaties": "Lever de rij daarna opnieuw, met mutatiesoort W en een nieuwe mutatietijd.",
    "wmo301": "Vraag de gemeente om een nieuwe WMO301 met hetzelfde ToewijzingNummer en lever die.",
    "wmo305": "Trek het startbericht in met status 3 en stuur het daarna verbeterd, met status 1.",
    "wmo307": "Trek het stopbericht in met status 3 en stuur het daarna verbeterd, met status 1.",
}

TEXTS = {
    "velden": (
        "De rij heeft een ander aantal puntkomma's dan de kop. Zet tekst waarin een puntkomma, aanhalingsteken of "
        "regeleinde voorkomt tussen dubbele aanhalingstekens (RFC 4180); laat de export dat doen."
    ),
    "formule": (
        "Laat geen tekst beginnen met =, +, - of @: een spreadsheet ziet dat als formule. Haal het teken weg in "
        "uw registratie."
    ),
    "privacy": "Haal het nummer van negen cijfers uit het tekstveld: een BSN hoort alleen in de kolom bsn.",
    "elfproef": (
        "Zoek het BSN op in de BRP of op het identiteitsbewijs; er is een cijfer verkeerd of verwisseld. Is het "
        "BSN niet bekend, laat de cel dan leeg."
    ),
    "elfproef_iwmo": "Zoek het BSN op in de BRP of op het identiteitsbewijs; er is een cijfer verkeerd of verwisseld.",
    "voorloopnul": "Maak de kolom bsn in Excel op als tekst, zodat voorloopnullen blijven staan.",
    "niemand": "Vul bsn in, of anders clientnummer: zonder een van beide hoort de rij bij niemand.",
    "bsn": (
        "Vraag het BSN op bij de cliënt of in de BRP en vul het in. Zonder BSN is deze persoon bij andere "
        "leveranciers niet te herkennen en kan hij of zij dubbel tellen."
    ),
    "bsn_verplicht": "Vul het BSN in; zonder BSN mag een bericht niet worden verstuurd.",
    "sleutel": "Vul {column} in ({description}). Zonder dit gegeven is de rij niet te herkennen.",
    "verplicht": "Vul {column} in ({description}).",
    "datum": "Schrijf {column} als {date}, een bestaande dag; 31 februari of 00 bestaat niet. Zoek de juiste datum op.",
    "tijdstip": "Schrijf {column} als {date} UU:MM:SS, een bestaand tijdstip.",
    "getal": "Schrijf {column} als getal, zonder tekst of eenheid erachter.",
    "code": (
        "Kies voor {column} een waarde van de lijst: {codes}. Pas de vertaling in uw export aan als het vaker voorkomt."
    ),
    "gemeente": (
        "Vul voor {column} de gemeentecode van vier cijfers in zoals het CBS die kent, met voorloopnul en zonder "
        "GM; 0000 als de gemeente onbekend is, 9999 voor buitenland of niet ingeschreven."
    ),
    "product": "Kies voor {column} een code uit de productlijst van de regio: {codes}.",
    "dubbel": "Geef iedere combinatie van {key} één rij. Verwijder de dubbele, of geef de tweede een eigen nummer.",
    "onbekende_kolom": "Haal de extra kolom uit de export, of vraag de regio om haar in het contract op te nemen.",
    "geweigerd": ("Lees de reden in het rapport, herstel de export en lever het bestand opnieuw, met dezelfde naam."),
    "onbekend_werkblad": "Haal het extra werkblad uit de werkmap; noem de bladen precies zoals afgesproken.",
    "versie_niet_geverifieerd": (
        "Stap over op iWmo 3.2. Tot dan worden de berichten gelezen, maar controleer of wat wij tellen klopt met "
        "uw eigen administratie."
    ),
    "volume": (
        "Controleer of de export compleet was. Klopt het bestand, laat de regio het dan vrijgeven; klopt het "
        "niet, lever het dan opnieuw onder dezelfde naam."
    ),
}


def again(contract: Contract) -> str:
    """Return how a mended row of this feed reaches us."""
    return AGAIN.get(contract.name) or AGAIN[contract.delivery]


def remedy(kind: str, contract: Contract, table: Table, column: Column | None = None) -> str:
    """Return the text for a kind of derived rule, about a column where it has one. Raises KeyError."""
    text = TEXTS[kind]
    if column is not None:
        lists = column.codes or (references.codes(column.lookup) if kind == "product" and column.lookup else ())
        text = text.format(
            column=column.name,
            description=column.description.split(";")[0].rstrip("."),
            date="DD-MM-JJJJ" if contract.date_format == "nl" else "JJJJ-MM-DD",
            codes=", ".join(lists),
        )
    return text.replace("{key}", " en ".join(table.key))
