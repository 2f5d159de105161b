"""Deliveries for the tests of the rules, put straight into `levering` and `raw` as the readers would leave them.

Tests of the whole way, file included, are elsewhere: here each row must break exactly the rule it is meant for.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql

from extracts import ledger, raw
from extracts.contract import load_contracts
from extracts.conversion import Converter

NIGHT = date(2021, 2, 1)
SUPPLIERS = {"sdd": "sdd", "vggm": "vggm", "zorgaanbieders": "41414141", "corporaties": "L0123"}


def person(name: str) -> str:
    """Return a made-up pseudonym."""
    return hashlib.sha256(name.encode()).hexdigest()


_PERSON: dict[str, Any] = {"persoon_sleutel": person("an"), "koppelzekerheid": "hoog"}
_CLIENT = {**_PERSON, "client_sleutel": person("client an")}
_BIRTH = {"geboortedatum": date(1985, 5, 17), "geslacht": "2"}
_MUTATION = {"mutatiesoort": "N", "mutatietijd": datetime(2021, 1, 30, 12, 0, 0)}  # noqa: DTZ001 - as delivered
_REGISTRATION = {
    "aanmeldnummer": "A1",
    **_CLIENT,
    **_BIRTH,
    "aanmelddatum": date(2021, 1, 4),
    "opvangsoort": "volwassenen",
    "gemeente_inschrijving": "0202",
    "gemeente_historisch": "0202",
    "reden_dakloosheid": "huisuitzetting",
    "besluit": "toegelaten",
    "besluitdatum": date(2021, 1, 5),
    **_MUTATION,
}
_STAY = {
    "verblijfnummer": "V1",
    "aanmeldnummer": "A1",
    "locatiecode": "LOC1",
    "gemeente_verblijf": "0202",
    "voorziening": "nachtopvang",
    "eerste_nacht": date(2021, 1, 5),
    "laatste_nacht": date(2021, 1, 20),
    "bestemming": "U06",
    "gemeente_uitstroom": "0202",
    **_MUTATION,
}
_HEADER = {"identificatie": "B1", "dagtekening": date(2021, 1, 29), "versie": "3.2", **_PERSON, **_BIRTH}
_START = {
    **_HEADER,
    "afzender": "41414141",
    "ontvanger": "0202",
    "toewijzingnummer": "1001",
    "productcategorie": "15",
    "productcode": "15Z03",
    "toewijzingingangsdatum": date(2021, 1, 10),
    "begindatum": date(2021, 1, 12),
    "status_aanlevering": "1",
}

#: A row without a fault for every raw table.
GOOD: dict[str, dict[str, Any]] = {
    "sdd_indicaties": {
        "indicatie_nummer": "1001",
        **_CLIENT,
        **_BIRTH,
        "aanmelddatum": date(2020, 11, 2),
        "intake_datum": date(2020, 11, 9),
        "besluitdatum": date(2020, 12, 1),
        "besluit": "toegekend",
        "reden_besluit": None,
        "productcode": "15D02",
        "leveringsvorm": "ZIN",
        "ingangsdatum": date(2020, 12, 15),
        "einddatum": date(2022, 12, 14),
        "aanbieder_agb": "41414141",
        "gemeente_aanvraag": "0505",
        "gemeente_herkomst": "0505",
        "herkomst_methode": 1,
        "grondslag": "autisme",
        "inkomstenbron": "wajong",
        "andere_hulp": "N",
        "uitstroomprofiel": "M",
        "beoordeeld_op": date(2020, 12, 1),
    },
    "sdd_wachtlijst": {
        "indicatie_nummer": "1001",
        **_CLIENT,
        "wachtend_sinds": date(2020, 12, 1),
        "wachtstatus": "voorkeur",
        "voorkeur_aanbieder_agb": "41414141",
        "overbruggingszorg": "J",
        "wachtend_tot": date(2021, 1, 11),
        "reden_uit": "geplaatst",
    },
    "vggm_aanmeldingen": _REGISTRATION,
    "vggm_verblijven": _STAY,
    "aanmeldingen": {**_REGISTRATION, "gezin_id": "G1", "rol": "vrouw"},
    "opvang": _STAY,
    "wmo301": {
        **_HEADER,
        "afzender": "0202",
        "ontvanger": "41414141",
        "toewijzingnummer": "1001",
        "productcategorie": "15",
        "productcode": "15Z03",
        "aanbieder": "41414141",
        "toewijzingsdatum": date(2021, 1, 8),
        "toewijzingstijd": "10:15:00",
        "ingangsdatum": date(2021, 1, 10),
        "einddatum": date(2022, 1, 9),
        "redenwijziging": "04",
    },
    "wmo305": _START,
    "wmo307": {**_START, "redenbeeindiging": "19", "einddatum": date(2021, 1, 28)},
    "verblijven": {
        "verblijf_id": "1",
        **_CLIENT,
        "toewijzingnummer": "1001",
        "locatiecode": "LOC1",
        "productcode": "15Z03",
        "leveringsvorm": "ZIN",
        "eerste_dag": date(2020, 3, 2),
        "laatste_dag": date(2021, 1, 15),
        "bestemming": "U01",
        "gemeente_uitstroom": "0202",
        "uitstroomgereed_op": date(2020, 12, 1),
    },
    "locaties": {
        "locatiecode": "LOC1",
        "naam": "De Hoek",
        "gemeente": "0202",
        "productcode": "15Z03",
        "plaatsen": 12,
        "geldig_van": date(2019, 1, 1),
        "geldig_tot": date(2025, 12, 31),
    },
    "nazorg": {
        **_CLIENT,
        "laatste_dag": date(2020, 1, 31),
        "meting": 12,
        "meetdatum": date(2021, 1, 31),
        "woont_zelfstandig": "J",
        "terugkeergarantie": "J",
    },
    "verhuringen": {
        "contractnummer": "C1",
        **_PERSON,
        "geboortedatum": date(1985, 5, 17),
        "gemeente": "0202",
        "contractsoort": "contingent",
        "contingent": "2021",
        "uitstroom_uit": "BW",
        "aanbieder_agb": "41414141",
        "ingangsdatum": date(2021, 1, 16),
        "omklapdatum": date(2022, 1, 16),
        "einddatum": date(2022, 6, 30),
        "kale_huur": 650,
        "zelfstandig": "J",
    },
    "inschrijvingen": {
        **_PERSON,
        "geboortedatum": date(1985, 5, 17),
        "inschrijfdatum": date(2020, 6, 1),
        "uitschrijfdatum": date(2021, 1, 16),
    },
    "contingenten": {"jaar": 2021, "gemeente": "0202", "soort": "absoluut", "aantal": 35, "mutaties": 900},
    "ontruimingen": {"datum": date(2021, 1, 4), "gemeente": "0202", "reden": "huurschuld", **_PERSON},
}


def prepare(url: str, night: date = NIGHT) -> None:
    """Make `levering` and `raw`, and begin a night."""
    with psycopg.connect(url) as connection:
        ledger.prepare(connection)
        raw.prepare(connection, load_contracts().values())
        ledger.begin(connection, night, "drop", "kenmerk")


def deliver(
    url: str,
    feed: str,
    leverdatum: date,
    rows: dict[str, list[dict[str, Any]]],
    *,
    leverancier: str | None = None,
    volgnr: int = 1,
    signalen: str | None = None,
    versie: str | None = None,
) -> int:
    """Put one accepted file in the ledger and its rows in raw; returns its levering_id. Rows count from 2."""
    contract = load_contracts()[feed]
    supplier = leverancier or SUPPLIERS[contract.supplier_kind]
    bestand = f"{supplier}/{feed}_{leverdatum:%Y%m%d}_{volgnr}"
    entry = ledger.Entry(
        bestand,
        supplier,
        contract.supplier_kind,
        feed,
        hashlib.sha256(bestand.encode()).hexdigest(),
        leverdatum,
        rijen=sum(map(len, rows.values())),
        signalen=signalen,
        versie=versie,
    )
    with psycopg.connect(url) as connection:
        (levering_id,) = ledger.next_ids(connection, 1)
        ledger.write(connection, ledger.current(connection), [(levering_id, entry)])
        for table in contract.tables:
            columns = Converter.columns(table)
            unknown = {name for row in rows.get(table.name, []) for name in row} - set(columns)
            assert not unknown, unknown
            statement = sql.SQL("copy {} ({}) from stdin").format(
                sql.Identifier("raw", table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                for number, row in enumerate(rows.get(table.name, []), start=2):
                    own = {"levering_id": levering_id, "rij_nr": number}
                    copy.write_row([own.get(column, row.get(column)) for column in columns])
    return levering_id
