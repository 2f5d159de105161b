"""Every rule of every feed, on a real PostgreSQL: a row without a fault breaks none, a row with one breaks just that.

The expected findings are written out here, from the specification, not derived from the contracts. All rows of a feed
are judged together, as in a night; each must get exactly the findings it is listed with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import psycopg
import pytest

from expectations.judge import feeds_to_judge, judge
from expectations.suites import BLOKKEREND, FOUT, RIJ, SIGNAAL, catalogue, rules_of
from extracts.contract import Table, load_contracts
from tests.expectations.deliveries import GOOD, NIGHT, deliver, person, prepare

#: What an empty cell does, per table and column; a column that is not here may be empty without a word.
#: `!` blocks (the row is quarantined), `?` is a signal, otherwise a fault.
EMPTY: dict[str, dict[str, str]] = {
    "sdd_indicaties": {
        "indicatie_nummer": "!",
        "geboortedatum": "?",
        "aanmelddatum": "",
        "besluitdatum": "",
        "besluit": "",
        "productcode": "!",
        "leveringsvorm": "",
        "ingangsdatum": "!",
        "gemeente_herkomst": "?",
        "herkomst_methode": "?",
        "beoordeeld_op": "?",
    },
    "sdd_wachtlijst": {
        "indicatie_nummer": "!",
        "wachtend_sinds": "!",
        "wachtstatus": "",
        "voorkeur_aanbieder_agb": "?",
        "wachtend_tot": "",
        "reden_uit": "",
    },
    "vggm_aanmeldingen": {
        "aanmeldnummer": "!",
        "aanmelddatum": "!",
        "opvangsoort": "",
        "gemeente_inschrijving": "?",
        "gemeente_historisch": "?",
        "reden_dakloosheid": "?",
        "besluit": "",
        "besluitdatum": "",
        "mutatiesoort": "!",
        "mutatietijd": "!",
    },
    "vggm_verblijven": {
        "verblijfnummer": "!",
        "aanmeldnummer": "",
        "gemeente_verblijf": "",
        "voorziening": "!",
        "eerste_nacht": "!",
        "laatste_nacht": "bestemming.zonder_einde",
        "bestemming": "?",
        "mutatiesoort": "!",
        "mutatietijd": "!",
    },
    "wmo301": {
        "identificatie": "",
        "dagtekening": "",
        "versie": "",
        "afzender": "",
        "ontvanger": "",
        "toewijzingnummer": "!",
        "productcode": "",
        "toewijzingsdatum": "!",
        "toewijzingstijd": "",
        "ingangsdatum": "!",
    },
    "wmo305": {
        "identificatie": "",
        "dagtekening": "",
        "versie": "",
        "afzender": "afzender.ontbreekt afzender.andere_aanbieder",
        "ontvanger": "",
        "toewijzingnummer": "",
        "begindatum": "!",
        "status_aanlevering": "",
    },
    "verblijven": {
        "verblijf_id": "!",
        "toewijzingnummer": "",
        "locatiecode": "",
        "productcode": "",
        "leveringsvorm": "",
        "eerste_dag": "!",
        "laatste_dag": "bestemming.zonder_einde",
        "bestemming": "?",
    },
    "locaties": {"locatiecode": "!", "gemeente": "", "plaatsen": "", "geldig_van": "!"},
    "nazorg": {"laatste_dag": "!", "meting": "", "terugkeergarantie": "?"},
    "verhuringen": {"contractnummer": "!", "gemeente": "", "contractsoort": "", "contingent": "?", "ingangsdatum": "!"},
    "inschrijvingen": {"inschrijfdatum": "!"},
    "contingenten": {"jaar": "!", "gemeente": "!", "soort": "!", "aantal": ""},
    "ontruimingen": {"datum": "!", "gemeente": "", "reden": "?"},
}
EMPTY["aanmeldingen"] = {**EMPTY["vggm_aanmeldingen"], "rol": "?"}
EMPTY["opvang"] = EMPTY["vggm_verblijven"]
EMPTY["wmo307"] = {**EMPTY["wmo305"], "redenbeeindiging": "", "einddatum": "!"}
MARKS = {"!": BLOKKEREND, "?": SIGNAAL, "": FOUT}

#: Columns with a code list: an unknown code is a fault, unless said otherwise.
CODES: dict[str, dict[str, str]] = {
    "sdd_indicaties": dict.fromkeys(
        [
            "geslacht",
            "besluit",
            "leveringsvorm",
            "herkomst_methode",
            "grondslag",
            "inkomstenbron",
            "andere_hulp",
            "uitstroomprofiel",
        ],
        FOUT,
    ),
    "sdd_wachtlijst": dict.fromkeys(["wachtstatus", "overbruggingszorg", "reden_uit"], FOUT),
    "vggm_aanmeldingen": {
        **dict.fromkeys(["geslacht", "opvangsoort", "reden_dakloosheid", "besluit"], FOUT),
        "mutatiesoort": BLOKKEREND,
    },
    "vggm_verblijven": {"voorziening": BLOKKEREND, "bestemming": FOUT, "mutatiesoort": BLOKKEREND},
    "wmo301": {"geslacht": FOUT, "productcategorie": FOUT, "redenwijziging": FOUT},
    "wmo305": {"geslacht": FOUT, "productcategorie": FOUT, "status_aanlevering": SIGNAAL},
    "verblijven": {"leveringsvorm": FOUT, "bestemming": FOUT},
    "nazorg": {"meting": FOUT, "woont_zelfstandig": FOUT, "terugkeergarantie": FOUT},
    "verhuringen": {"contractsoort": FOUT, "uitstroom_uit": FOUT, "zelfstandig": FOUT},
    "contingenten": {"soort": FOUT},
}
CODES["aanmeldingen"] = {**CODES["vggm_aanmeldingen"], "rol": FOUT}
CODES["opvang"] = CODES["vggm_verblijven"]
CODES["wmo307"] = {**CODES["wmo305"], "redenbeeindiging": FOUT}

#: What else an unknown code stirs up.
CODE_EFFECTS = {
    ("wmo301", "productcategorie"): "productcode.past_niet_bij_categorie",
    ("wmo305", "productcategorie"): "productcode.past_niet_bij_categorie",
    ("wmo307", "productcategorie"): "productcode.past_niet_bij_categorie",
    # 7 months after the last day is not when the measurement was.
    ("nazorg", "meting"): "?meetdatum.buiten_venster",
}

GEMEENTEN = {
    "sdd_indicaties": ["gemeente_aanvraag", "gemeente_herkomst"],
    "vggm_aanmeldingen": ["gemeente_inschrijving", "gemeente_historisch"],
    "aanmeldingen": ["gemeente_inschrijving", "gemeente_historisch"],
    "vggm_verblijven": ["gemeente_verblijf", "gemeente_uitstroom"],
    "opvang": ["gemeente_verblijf", "gemeente_uitstroom"],
    "wmo301": ["afzender"],
    "wmo305": ["ontvanger"],
    "wmo307": ["ontvanger"],
    "verblijven": ["gemeente_uitstroom"],
    "locaties": ["gemeente"],
    "verhuringen": ["gemeente"],
    "contingenten": ["gemeente"],
    "ontruimingen": ["gemeente"],
}

D = date
_BIRTHS: list[tuple[str, dict[str, Any]]] = [
    ("geboortedatum.na_leverdatum", {"geboortedatum": D(2021, 2, 2)}),
    ("", {"geboortedatum": D(2021, 2, 1)}),
    ("?geboortedatum.ouder_dan_120", {"geboortedatum": D(1901, 1, 31)}),
    ("", {"geboortedatum": D(1901, 2, 1)}),
]
_REGISTRATIONS: list[tuple[str, dict[str, Any]]] = [
    ("?bsn.ontbreekt", {"koppelzekerheid": "laag", "persoon_sleutel": person("client an")}),
    ("besluitdatum.voor_aanmelddatum", {"besluitdatum": D(2021, 1, 3)}),
    ("", {"besluitdatum": D(2021, 1, 4)}),
    ("", {"besluit": None, "besluitdatum": None}),
    ("aanmelddatum.na_leverdatum", {"aanmelddatum": D(2021, 2, 2), "besluit": None, "besluitdatum": None}),
    ("", {"aanmelddatum": D(2021, 2, 1), "besluit": None, "besluitdatum": None}),
    ("mutatietijd.na_leverdatum", {"mutatietijd": datetime(2021, 2, 2, 0, 0, 0)}),  # noqa: DTZ001
    ("", {"mutatietijd": datetime(2021, 2, 1, 23, 59, 59)}),  # noqa: DTZ001
    ("?gemeente_inschrijving.buiten_geldigheid", {"gemeente_inschrijving": "0196"}),
    ("?gemeente_historisch.buiten_geldigheid", {"gemeente_historisch": "0196"}),
    ("", {"gemeente_historisch": "0000", "gemeente_inschrijving": "9999"}),
    *_BIRTHS,
]
_STAYS: list[tuple[str, dict[str, Any]]] = [
    ("!laatste_nacht.voor_eerste_nacht", {"laatste_nacht": D(2021, 1, 4)}),
    ("", {"laatste_nacht": D(2021, 1, 5)}),
    ("", {"laatste_nacht": None, "bestemming": None, "gemeente_uitstroom": None}),
    (
        "eerste_nacht.na_leverdatum",
        {"eerste_nacht": D(2021, 2, 2), "laatste_nacht": None, "bestemming": None, "gemeente_uitstroom": None},
    ),
    ("laatste_nacht.na_leverdatum", {"laatste_nacht": D(2021, 2, 2)}),
    ("mutatietijd.na_leverdatum", {"mutatietijd": datetime(2021, 2, 2, 0, 0, 0)}),  # noqa: DTZ001
    ("?gemeente_verblijf.buiten_geldigheid", {"gemeente_verblijf": "0196"}),
    ("?gemeente_uitstroom.buiten_geldigheid", {"gemeente_uitstroom": "0196"}),
]
_MESSAGES: list[tuple[str, dict[str, Any]]] = [
    ("geboortedatum.na_dagtekening geboortedatum.minderjarig", {"geboortedatum": D(2021, 1, 30)}),
    ("?geboortedatum.ouder_dan_120", {"geboortedatum": D(1901, 1, 28)}),
    ("", {"geboortedatum": D(1901, 1, 29)}),
    ("!bsn.ontbreekt", {"persoon_sleutel": None, "koppelzekerheid": None}),
    ("dagtekening.na_leverdatum", {"dagtekening": D(2021, 2, 2)}),
    ("", {"dagtekening": D(2021, 2, 1)}),
    ("productcode.buiten_geldigheid", {"productcode": "15A00"}),
    ("", {"productcode": "15D01"}),
    ("!productcode.onbekend_product", {"productcode": "15Z09"}),
    ("!productcode.onbekend_product", {"productcode": "ONBEKEND"}),
    ("productcode.past_niet_bij_categorie", {"productcategorie": "16"}),
]
_STARTS: list[tuple[str, dict[str, Any]]] = [
    *_MESSAGES,
    ("geboortedatum.minderjarig", {"geboortedatum": D(2003, 1, 13)}),
    ("", {"geboortedatum": D(2003, 1, 12)}),
    ("afzender.andere_aanbieder", {"afzender": "42424242"}),
    ("?begindatum.voor_toewijzing", {"toewijzingingangsdatum": D(2021, 2, 13)}),
    ("", {"toewijzingingangsdatum": D(2021, 2, 12)}),
    ("?ontvanger.buiten_geldigheid", {"ontvanger": "0196"}),
    ("?status_aanlevering.onbekende_code", {"status_aanlevering": "2"}),
    ("?status_aanlevering.onbekende_code", {"status_aanlevering": "9"}),
    ("", {"status_aanlevering": "3"}),
    ("", {"versie": "2.1", "productcode": None}),
]

#: Rows with something wrong, and the findings they must get; rows with "" are on the right side of a boundary.
ODD: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "sdd_indicaties": [
        ("!einddatum.voor_ingangsdatum", {"einddatum": D(2020, 12, 14)}),
        ("", {"einddatum": D(2020, 12, 15)}),
        ("!productcode.onbekend_product", {"productcode": "15Z09"}),
        ("!productcode.onbekend_product", {"productcode": "nachtopvang"}),
        ("!productcode.onbekend_product", {"productcode": "ONBEKEND"}),
        ("productcode.andere_regio", {"productcode": "15Z03"}),
        ("productcode.andere_regio productcode.buiten_geldigheid", {"productcode": "15A00"}),
        (
            "productcode.buiten_geldigheid ?gemeente_herkomst.buiten_geldigheid",
            {
                "productcode": "15D01",
                "ingangsdatum": D(2014, 12, 31),
                "gemeente_herkomst": "1961",
                "aanmelddatum": D(2014, 11, 1),
            },
        ),
        ("", {"ingangsdatum": D(2015, 1, 1), "aanmelddatum": D(2014, 11, 1), "productcode": "15D01"}),
        (
            "",
            {
                "besluit": "afgewezen",
                "productcode": None,
                "ingangsdatum": None,
                "leveringsvorm": None,
                "einddatum": None,
                "gemeente_herkomst": None,
                "herkomst_methode": None,
            },
        ),
        ("", {"besluit": None, "besluitdatum": None, "productcode": None, "ingangsdatum": None, "einddatum": None}),
        ("besluitdatum.voor_aanmelddatum", {"besluitdatum": D(2020, 11, 1)}),
        ("", {"besluitdatum": D(2020, 11, 2)}),
        ("?intake_datum.voor_aanmelddatum", {"intake_datum": D(2020, 11, 1)}),
        ("besluitdatum.na_leverdatum", {"besluitdatum": D(2021, 2, 2)}),
        (
            "aanmelddatum.na_leverdatum ?intake_datum.voor_aanmelddatum besluitdatum.voor_aanmelddatum",
            {"aanmelddatum": D(2021, 2, 2)},
        ),
        ("geboortedatum.minderjarig", {"geboortedatum": D(2002, 12, 16)}),
        ("", {"geboortedatum": D(2002, 12, 15)}),
        ("geboortedatum.na_leverdatum geboortedatum.minderjarig", {"geboortedatum": D(2021, 2, 2)}),
        ("?geboortedatum.ouder_dan_120", {"geboortedatum": D(1901, 1, 31)}),
        ("?gemeente_aanvraag.buiten_geldigheid", {"gemeente_aanvraag": "0689"}),
        ("?gemeente_herkomst.buiten_geldigheid", {"gemeente_herkomst": "0689"}),
        ("", {"gemeente_herkomst": "0689", "aanmelddatum": D(2018, 12, 31)}),
        ("?gemeente_herkomst.buiten_geldigheid", {"gemeente_herkomst": "0689", "aanmelddatum": D(2019, 1, 1)}),
        ("", {"gemeente_herkomst": "9999"}),
        ("aanbieder_agb.geen_agb", {"aanbieder_agb": "4141414"}),
        ("?bsn.ontbreekt", {"koppelzekerheid": "laag", "persoon_sleutel": person("client an")}),
    ],
    "sdd_wachtlijst": [
        ("!wachtend_tot.voor_wachtend_sinds", {"wachtend_tot": D(2020, 11, 30)}),
        ("", {"wachtend_tot": D(2020, 12, 1)}),
        ("", {"wachtend_tot": None, "reden_uit": None}),
        ("", {"wachtstatus": "actief", "voorkeur_aanbieder_agb": None}),
        ("wachtend_sinds.na_leverdatum", {"wachtend_sinds": D(2021, 2, 2), "wachtend_tot": None, "reden_uit": None}),
        ("voorkeur_aanbieder_agb.geen_agb", {"voorkeur_aanbieder_agb": "onbekend"}),
        ("?bsn.ontbreekt", {"koppelzekerheid": "laag", "persoon_sleutel": person("client an")}),
    ],
    "vggm_aanmeldingen": [
        *_REGISTRATIONS,
        ("opvangsoort.onbekende_code", {"opvangsoort": "vrouwenopvang"}),
    ],
    "aanmeldingen": [
        *_REGISTRATIONS,
        ("", {"opvangsoort": "vrouwenopvang"}),
        ("", {"gezin_id": None, "rol": None}),
    ],
    "vggm_verblijven": [*_STAYS, ("!voorziening.onbekende_code", {"voorziening": "vrouwenopvang"})],
    "opvang": [*_STAYS, ("", {"voorziening": "aware"}), ("", {"voorziening": "vrouwenopvang"})],
    "wmo301": [
        *_MESSAGES,
        ("!einddatum.voor_ingangsdatum", {"einddatum": D(2021, 1, 9)}),
        ("", {"einddatum": D(2021, 1, 10)}),
        ("", {"einddatum": None}),
        ("einddatum.verwijderd", {"redenwijziging": "13"}),
        ("einddatum.verwijderd", {"redenwijziging": "13", "einddatum": None}),
        ("", {"redenwijziging": "13", "einddatum": D(2021, 1, 10)}),
        ("", {"redenwijziging": None}),
        ("toewijzingstijd.geen_tijd", {"toewijzingstijd": "24:00:00"}),
        ("toewijzingnummer.geen_nummer", {"toewijzingnummer": "1234567890"}),
        ("toewijzingnummer.geen_nummer", {"toewijzingnummer": "TW-1"}),
        ("?toewijzingsdatum.na_dagtekening", {"toewijzingsdatum": D(2021, 1, 30)}),
        ("", {"toewijzingsdatum": D(2021, 1, 29)}),
        ("aanbieder.andere_aanbieder", {"aanbieder": "42424242"}),
        ("", {"aanbieder": None}),
        ("aanbieder.andere_aanbieder", {"aanbieder": None, "ontvanger": "42424242"}),
        ("?afzender.buiten_geldigheid", {"afzender": "0196"}),
        ("geboortedatum.minderjarig", {"geboortedatum": D(2003, 1, 11)}),
        ("", {"geboortedatum": D(2003, 1, 10)}),
        ("", {"productcategorie": None}),
    ],
    "wmo305": [
        *_STARTS,
        ("?begindatum.na_dagtekening", {"begindatum": D(2021, 1, 30)}),
        ("", {"begindatum": D(2021, 1, 29)}),
        ("?begindatum.laat_gemeld", {"begindatum": D(2020, 7, 29), "toewijzingingangsdatum": None}),
        ("", {"begindatum": D(2020, 7, 30), "toewijzingingangsdatum": None}),
        ("", {"begindatum": D(2020, 7, 29), "toewijzingingangsdatum": None, "status_aanlevering": "3"}),
    ],
    "wmo307": [
        *_STARTS,
        ("!einddatum.voor_begindatum", {"einddatum": D(2021, 1, 11)}),
        ("", {"einddatum": D(2021, 1, 12)}),
        ("?einddatum.na_dagtekening", {"einddatum": D(2021, 1, 30)}),
        (
            "?einddatum.laat_gemeld",
            {"begindatum": D(2020, 7, 1), "toewijzingingangsdatum": None, "einddatum": D(2020, 7, 29)},
        ),
        # Codes mean something per version: 34 (Wlz) is of 2.x, 39 (ander domein) of 3.x.
        ("redenbeeindiging.onbekende_code", {"redenbeeindiging": "34"}),
        ("", {"redenbeeindiging": "34", "versie": "2.1"}),
        ("", {"redenbeeindiging": "39"}),
        ("redenbeeindiging.onbekende_code", {"redenbeeindiging": "39", "versie": "2.4"}),
        ("", {"redenbeeindiging": "20", "versie": "2.3"}),
    ],
    "verblijven": [
        ("!laatste_dag.voor_eerste_dag ?uitstroomgereed_op.voor_eerste_dag", {"eerste_dag": D(2021, 1, 16)}),
        ("", {"laatste_dag": D(2020, 3, 2), "uitstroomgereed_op": None}),
        ("", {"laatste_dag": None, "bestemming": None, "gemeente_uitstroom": None}),
        ("!productcode.onbekend_product", {"productcode": "15B00"}),
        ("productcode.buiten_geldigheid", {"productcode": "15A0S"}),
        ("", {"productcode": "15A0S", "eerste_dag": D(2018, 4, 30)}),
        ("productcode.buiten_geldigheid", {"productcode": "15A0S", "eerste_dag": D(2018, 5, 1)}),
        ("", {"productcode": "15Z03", "eerste_dag": D(2018, 5, 1)}),
        ("productcode.buiten_geldigheid", {"productcode": "15Z03", "eerste_dag": D(2018, 4, 30)}),
        ("", {"leveringsvorm": "PGB", "toewijzingnummer": None}),
        ("?toewijzingnummer.bij_pgb", {"leveringsvorm": "PGB"}),
        ("?uitstroomgereed_op.voor_eerste_dag", {"uitstroomgereed_op": D(2020, 3, 1)}),
        (
            "?eerste_dag.na_leverdatum",
            {
                "eerste_dag": D(2021, 2, 2),
                "laatste_dag": None,
                "bestemming": None,
                "gemeente_uitstroom": None,
                "uitstroomgereed_op": None,
            },
        ),
        ("?productcode.groepswonen_te_lang", {"productcode": "15Z02", "eerste_dag": D(2019, 1, 14)}),
        ("", {"productcode": "15Z02", "eerste_dag": D(2019, 1, 15)}),
        ("?gemeente_uitstroom.buiten_geldigheid", {"gemeente_uitstroom": "0196"}),
        ("bestemming.onbekende_code", {"bestemming": "U10_of_U12"}),
        ("?bsn.ontbreekt", {"koppelzekerheid": "laag", "persoon_sleutel": person("client an")}),
    ],
    "locaties": [
        ("!geldig_tot.voor_geldig_van", {"geldig_tot": D(2018, 12, 31)}),
        ("", {"geldig_tot": None}),
        ("", {"productcode": None}),
        ("", {"productcode": "vrouwenopvang"}),
        ("!productcode.onbekend_product", {"productcode": "15X00"}),
        ("productcode.buiten_geldigheid", {"productcode": "15A00"}),
        ("plaatsen.negatief", {"plaatsen": -1}),
        ("", {"plaatsen": 0}),
        ("?gemeente.buiten_geldigheid", {"gemeente": "0196"}),
    ],
    "nazorg": [
        ("meetdatum.voor_laatste_dag ?meetdatum.buiten_venster", {"meetdatum": D(2020, 1, 30)}),
        ("", {"meetdatum": D(2021, 3, 3)}),
        ("?meetdatum.buiten_venster", {"meetdatum": D(2021, 3, 4)}),
        ("", {"meetdatum": D(2020, 12, 31)}),
        ("?meetdatum.buiten_venster", {"meetdatum": D(2020, 12, 30)}),
        ("", {"meetdatum": None}),
        ("?bsn.ontbreekt", {"koppelzekerheid": "laag", "persoon_sleutel": person("client an")}),
    ],
    "verhuringen": [
        ("!einddatum.voor_ingangsdatum", {"einddatum": D(2021, 1, 15)}),
        ("", {"einddatum": None, "omklapdatum": None}),
        ("omklapdatum.voor_ingangsdatum", {"omklapdatum": D(2021, 1, 15)}),
        ("", {"contractsoort": "regulier", "contingent": None}),
        ("kale_huur.negatief", {"kale_huur": -1}),
        ("?kale_huur.hoog_onzelfstandig", {"kale_huur": "300.01", "zelfstandig": "N"}),
        ("", {"kale_huur": 300, "zelfstandig": "N"}),
        ("aanbieder_agb.geen_agb", {"aanbieder_agb": "414141410"}),
        ("?gemeente.buiten_geldigheid", {"gemeente": "0196"}),
        ("?bsn.ontbreekt", {"persoon_sleutel": None, "koppelzekerheid": None}),
        ("bsn.voorloopnul", {"gebreken": "bsn:voorloopnul"}),
        *_BIRTHS,
    ],
    "inschrijvingen": [
        ("!uitschrijfdatum.voor_inschrijfdatum", {"uitschrijfdatum": D(2020, 5, 31)}),
        ("", {"uitschrijfdatum": None}),
        ("inschrijfdatum.na_leverdatum", {"inschrijfdatum": D(2021, 2, 2), "uitschrijfdatum": None}),
        ("?bsn.ontbreekt", {"persoon_sleutel": None, "koppelzekerheid": None}),
        ("bsn.voorloopnul", {"gebreken": "bsn:voorloopnul"}),
        *_BIRTHS,
    ],
    "contingenten": [
        ("mutaties.ontbreekt", {"soort": "pct_mutaties", "mutaties": None}),
        ("", {"mutaties": None}),
        ("", {"soort": "pct_mutaties", "aantal": None}),
        ("aantal.negatief", {"aantal": -1}),
        ("aantal.negatief", {"mutaties": -1}),
        ("jaar.onwaarschijnlijk", {"jaar": 2014}),
        ("", {"jaar": 2015}),
        ("", {"jaar": 2022}),
        ("jaar.onwaarschijnlijk", {"jaar": 2023}),
    ],
    "ontruimingen": [
        ("datum.na_leverdatum", {"datum": D(2021, 2, 2)}),
        ("?gemeente.buiten_geldigheid", {"gemeente": "0196"}),
        ("?bsn.ontbreekt", {"persoon_sleutel": None, "koppelzekerheid": None}),
        ("bsn.voorloopnul", {"gebreken": "bsn:voorloopnul"}),
    ],
}

Case = tuple[dict[str, Any], set[tuple[str, str]]]


def _expected(table: str, words: str) -> set[tuple[str, str]]:
    found = set()
    for word in words.split():
        mark = word[0] if word[0] in "!?" else ""
        found.add((f"{table}.{word.removeprefix(mark)}", MARKS[mark]))
    return found


def _when_empty(table: str, column: str) -> set[tuple[str, str]]:
    word = EMPTY[table].get(column)
    if word is None:
        return set()
    return _expected(table, word if "." in word else f"{word}{column}.ontbreekt")


def _cases(table: Table) -> Iterator[Case]:
    """Yield rows and their findings: a good one, every column empty or unreadable, every code unknown, and the odd."""
    name, good = table.name, GOOD[table.name]
    yield good, set()
    for column in table.stored_columns:
        empty = {**good, column.name: None}
        yield empty, _when_empty(name, column.name)
        defect = {
            "date": ("datum", "geen_datum", BLOKKEREND),
            "timestamp": ("tijd", "geen_tijdstip", BLOKKEREND),
            "integer": ("getal", "geen_getal", FOUT),
            "number": ("getal", "geen_getal", FOUT),
        }.get(column.logical_type)
        if defect:
            kind, rule, severity = defect
            unreadable = {**empty, "gebreken": f"formule:zomaar {kind}:{column.name} privacy:iets"}
            yield (
                unreadable,
                _when_empty(name, column.name)
                | {(f"{name}.{column.name}.{rule}", severity)}
                | _expected(name, "rij.formule rij.privacy"),
            )
    for column_name, severity in CODES.get(name, {}).items():
        value = 7 if isinstance(good[column_name], int) else "X"
        effects = CODE_EFFECTS.get((name, column_name), "")
        yield (
            {**good, column_name: value},
            {(f"{name}.{column_name}.onbekende_code", severity)} | _expected(name, effects),
        )
    for column_name in GEMEENTEN.get(name, []):
        for value in ("9998", "505", "GM0505"):
            yield {**good, column_name: value}, _expected(name, f"{column_name}.onbekende_gemeente")
    if table.identifies_person:
        wrong = {"persoon_sleutel": None, "koppelzekerheid": None, "gebreken": "bsn:elfproef"}
        yield {**good, **wrong}, _expected(name, "!bsn.elfproef")
        if "client_sleutel" in good:
            nobody = {"persoon_sleutel": None, "koppelzekerheid": None, "client_sleutel": None}
            yield {**good, **nobody}, _expected(name, "!persoon.ontbreekt")
    for words, change in ODD[name]:
        yield {**good, **change}, _expected(name, words)


def _own_key(row: dict[str, Any], table: Table, number: int) -> dict[str, Any]:
    """Give a row a key of its own, so that only the rows meant to be double are."""
    column = table.key[0] if table.key else None
    if column == "bsn":
        column = "persoon_sleutel"
    if column == "jaar":
        return row
    if column == "persoon_sleutel" and "toewijzingnummer" in row and str(row["toewijzingnummer"]).isdigit():
        column = "toewijzingnummer" if len(str(row["toewijzingnummer"])) < 10 else None
    if table.name in {"verblijven", "sdd_indicaties"} and row["persoon_sleutel"]:
        # each row is its client's only stay or indicatie
        row = {**row, "persoon_sleutel": person(f"{table.name} {number}")}
    if column and row.get(column):
        row = {**row, column: str(5000 + number) if column != "persoon_sleutel" else person(str(number))}
    return row


@pytest.mark.parametrize("feed", load_contracts())
def test_every_row_gets_exactly_the_findings_it_is_listed_with(warehouse: str, feed: str) -> None:
    prepare(warehouse)
    rows: dict[str, list[dict[str, Any]]] = {}
    expected: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for table in load_contracts()[feed].tables:
        cases = list(_cases(table))
        rows[table.name] = [_own_key(row, table, number) for number, (row, _) in enumerate(cases)]
        expected |= {(table.name, number): found for number, (_, found) in enumerate(cases, start=2)}
    levering_id = deliver(warehouse, feed, NIGHT, rows)

    result = judge(feed)

    found: dict[tuple[str, int], set[tuple[str, str]]] = defaultdict(set)
    with psycopg.connect(warehouse) as connection:
        for tabel, rij_nr, regel_id, ernst in connection.execute(
            "select tabel, rij_nr, regel_id, ernst from kwaliteit.bevinding where levering_id = %s", [levering_id]
        ):
            if regel_id != "contingenten.sleutel.dubbel":
                found[tabel, rij_nr].add((regel_id, ernst))
        read, loaded, quarantined, judged = connection.execute(
            "select rijen_gelezen, rijen_geladen, rijen_quarantaine, beoordeeld_op from levering.bestanden"
        ).fetchone() or (0, 0, 0, None)
    wrong = {
        key: (rows[key[0]][key[1] - 2], sorted(found[key] ^ expected[key]))
        for key in expected
        if found[key] != expected[key]
    }
    assert not wrong
    blocked = {key for key, findings in expected.items() if any(severity == BLOKKEREND for _, severity in findings)}
    assert quarantined == len(blocked) == result["quarantaine"]
    assert read == loaded + quarantined == len(expected)
    assert judged is not None

    broken = {rule for findings in found.values() for rule, _ in findings}
    untested = {rule.rule_id for rule in rules_of(feed)} - broken
    assert all(rule.endswith((".dubbel", ".velden", ".overlapt")) for rule in untested), untested


@pytest.mark.parametrize("feed", [c.name for c in load_contracts().values() if c.form == "csv"])
def test_of_a_ragged_row_nothing_else_is_said(warehouse: str, feed: str) -> None:
    contract = load_contracts()[feed]
    prepare(warehouse)
    (table,) = contract.tables
    deliver(warehouse, feed, NIGHT, {table.name: [GOOD[table.name], {"gebreken": "velden"}, {"gebreken": "velden"}]})
    assert judge(feed)["quarantaine"] == 2
    with psycopg.connect(warehouse) as connection:
        found = connection.execute("select rij_nr, regel_id from kwaliteit.bevinding order by rij_nr").fetchall()
    assert found == [(3, f"{table.name}.rij.velden"), (4, f"{table.name}.rij.velden")]


def _double(table: Table) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a row and one with another key."""
    good = GOOD[table.name]
    last = [column for column in table.key if column != "bsn"][-1]
    other = {str: "99", int: 2020, date: date(2021, 1, 13)}[type(good[last])]
    if last == "meting":
        other = 6
    return good, {**good, last: other}


@pytest.mark.parametrize(
    ("feed", "table"),
    [(c.name, t) for c in load_contracts().values() for t in c.tables if t.key],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_last_of_two_rows_with_one_key_counts(warehouse: str, feed: str, table: Table) -> None:
    prepare(warehouse)
    row, other = _double(table)
    deliver(warehouse, feed, NIGHT, {table.name: [row, other, row, row]})
    judge(feed)
    with psycopg.connect(warehouse) as connection:
        found = connection.execute(
            "select rij_nr, ernst from kwaliteit.bevinding where regel_id = %s order by rij_nr",
            [f"{table.name}.sleutel.dubbel"],
        ).fetchall()
    assert found == [(2, FOUT), (4, FOUT)]


def test_the_same_key_at_another_moment_is_a_mutation_not_a_double(warehouse: str) -> None:
    prepare(warehouse)
    row = GOOD["vggm_verblijven"]
    later = {**row, "mutatiesoort": "W", "mutatietijd": datetime(2021, 1, 31, 8, 0, 0)}  # noqa: DTZ001
    deliver(warehouse, "vggm_verblijven", NIGHT, {"vggm_verblijven": [row, later]})
    deliver(warehouse, "vggm_verblijven", date(2021, 1, 31), {"vggm_verblijven": [row]})
    assert judge("vggm_verblijven")["fout"] == 0


@pytest.mark.parametrize("feed", [c.name for c in load_contracts().values() if c.delivery == "mutaties"])
def test_a_removal_needs_no_more_than_key_kind_and_time(warehouse: str, feed: str) -> None:
    prepare(warehouse)
    (table,) = load_contracts()[feed].tables
    (key,) = table.key
    removal = {key: "X1", "mutatiesoort": "V", "mutatietijd": datetime(2021, 1, 30, 12, 0, 0)}  # noqa: DTZ001
    rows = [
        removal,
        {**removal, key: None},
        {**removal, key: "X3", "mutatietijd": None},
        {**removal, key: "X4", "mutatietijd": None, "gebreken": "tijd:mutatietijd"},
        {**removal, key: "X5", "gebreken": "datum:aanmelddatum datum:eerste_nacht bsn:elfproef"},
        {**removal, key: "X6", "mutatiesoort": "v"},
    ]
    deliver(warehouse, feed, NIGHT, {table.name: rows})
    judge(feed)
    with psycopg.connect(warehouse) as connection:
        blocked = connection.execute("select distinct rij_nr from kwaliteit.quarantaine order by 1").fetchall()
        on_good = connection.execute("select count(*) from kwaliteit.bevinding where rij_nr in (2, 6)").fetchone()
    assert blocked == [(3,), (4,), (5,), (7,)]
    assert on_good == (0,)


def test_the_signals_of_the_readers_become_findings_about_the_file(warehouse: str) -> None:
    prepare(warehouse)
    csv = deliver(warehouse, "nazorg", NIGHT, {"nazorg": [GOOD["nazorg"]]}, signalen="onbekende_kolom")
    xml = deliver(
        warehouse, "wmo305", NIGHT, {"wmo305": [GOOD["wmo305"]]}, signalen="versie_niet_geverifieerd", versie="3.0"
    )
    book = deliver(warehouse, "woningen", NIGHT, {}, signalen="onbekend_werkblad onbekende_kolom")
    for feed in ("nazorg", "wmo305", "woningen"):
        assert judge(feed)["quarantaine"] == 0
    with psycopg.connect(warehouse) as connection:
        found = connection.execute(
            "select levering_id, rij_nr, regel_id, ernst from kwaliteit.bevinding order by levering_id, regel_id"
        ).fetchall()
    assert found == [
        (csv, None, "nazorg.bestand.onbekende_kolom", SIGNAAL),
        (xml, None, "wmo305.bestand.versie_niet_geverifieerd", SIGNAAL),
        (book, None, "woningen.bestand.onbekend_werkblad", SIGNAAL),
        (book, None, "woningen.bestand.onbekende_kolom", SIGNAAL),
    ]
    assert feeds_to_judge() == []


def test_what_blocks_is_what_the_specification_names() -> None:
    """deliveries, «What bad input gets»: no key, no valid date, unknown product, end before start, the 11-proef."""
    blocking = [rule for rule in catalogue() if rule.severity == BLOKKEREND and rule.kind == RIJ]
    kinds = {rule.rule_id.rpartition(".")[2] for rule in blocking}
    before = {kind for kind in kinds if kind.startswith("voor_")}
    assert kinds - before == {
        "elfproef",
        "geen_datum",
        "geen_tijdstip",
        "onbekend_product",
        "onbekende_code",
        "ontbreekt",
        "velden",
    }
    unknown = {rule.rule_id for rule in blocking if "onbekende_code" in rule.rule_id}
    assert {rule.partition(".")[2] for rule in unknown} == {
        "voorziening.onbekende_code",
        "mutatiesoort.onbekende_code",
    }


def test_only_the_last_stay_of_a_client_needs_a_bestemming(warehouse: str) -> None:
    prepare(warehouse)
    good = GOOD["verblijven"] | {"bestemming": None, "gemeente_uitstroom": None, "uitstroomgereed_op": None}
    first = good | {"verblijf_id": "1", "eerste_dag": D(2020, 1, 1), "laatste_dag": D(2020, 2, 1)}
    last = good | {"verblijf_id": "2", "eerste_dag": D(2020, 2, 1), "laatste_dag": D(2020, 3, 1)}
    deliver(warehouse, "verblijven", NIGHT, {"verblijven": [first, last]})

    judge("verblijven")

    with psycopg.connect(warehouse) as connection:
        found = connection.execute(
            "select rij_nr from kwaliteit.bevinding where regel_id = 'verblijven.bestemming.ontbreekt'"
        ).fetchall()
    assert found == [(3,)]


_AN, _BO, _NOBODY = (
    {"persoon_sleutel": person("an")},
    {"persoon_sleutel": person("bo")},
    {"persoon_sleutel": None, "client_sleutel": None, "koppelzekerheid": None},
)
#: Rows of one delivery as (key, who or where, first day, last day), and which of them overlap an earlier one.
OVERLAPS: dict[str, tuple[tuple[str, str, str], list[tuple[dict[str, Any], date, date | None]], list[int]]] = {
    "verblijven": (
        ("verblijf_id", "eerste_dag", "laatste_dag"),
        [
            (_AN, D(2020, 1, 1), D(2020, 3, 1)),
            (_AN, D(2020, 3, 1), D(2020, 4, 1)),  # the day of a move belongs to both
            (_AN, D(2020, 3, 31), D(2020, 5, 1)),
            (_AN, D(2020, 4, 15), D(2020, 4, 20)),
            (_BO, D(2020, 1, 1), None),
            (_BO, D(2021, 1, 1), None),
            (_NOBODY, D(2020, 1, 1), None),
            (_NOBODY, D(2020, 1, 1), None),
        ],
        [4, 5, 7],
    ),
    "sdd_indicaties": (
        ("indicatie_nummer", "ingangsdatum", "einddatum"),
        [
            (_AN, D(2020, 1, 1), D(2020, 3, 1)),
            (_AN, D(2020, 3, 1), D(2020, 4, 1)),
            (_AN, D(2020, 3, 31), D(2020, 5, 1)),
            (_BO, D(2020, 1, 1), None),
            (_BO | {"besluit": "ingetrokken"}, D(2020, 6, 1), None),
        ],
        [4],
    ),
    "locaties": (
        ("naam", "geldig_van", "geldig_tot"),
        [
            ({}, D(2019, 1, 1), D(2019, 12, 31)),
            ({}, D(2020, 1, 1), D(2020, 6, 30)),
            ({}, D(2020, 6, 30), None),
            ({"productcode": "15Z01"}, D(2019, 1, 1), None),
            ({"locatiecode": "X"}, D(2019, 1, 1), None),
        ],
        [4],
    ),
}


@pytest.mark.parametrize("table", OVERLAPS)
def test_what_overlaps_an_earlier_row_of_the_same_is_found(warehouse: str, table: str) -> None:
    (key, first, last), cases, overlapping = OVERLAPS[table]
    prepare(warehouse)
    rows = [
        {**GOOD[table], **who, key: f"K{number}", first: van, last: tot} for number, (who, van, tot) in enumerate(cases)
    ]
    deliver(warehouse, table, NIGHT, {table: rows})
    judge(table)
    with psycopg.connect(warehouse) as connection:
        found = connection.execute(
            "select rij_nr from kwaliteit.bevinding where regel_id like %s order by rij_nr", [f"{table}.%.overlapt"]
        ).fetchall()
    assert [row for (row,) in found] == overlapping
