"""The fictitious suppliers of the demo region and the facts of the specification they build to.

Gemeenten and products are those of the specification (iwmo.md 2.2, deliveries.md "Products"); every supplier,
location and AGB-code is invented. Nothing here is read by the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

HERINDELINGEN: dict[str, tuple[date, str]] = {
    # old code → first day of the successor, successor (RvIG tabel 33)
    "0196": (date(2018, 1, 1), "0299"),
    "0689": (date(2019, 1, 1), "1978"),
    "1927": (date(2019, 1, 1), "1978"),
    "0545": (date(2019, 1, 1), "1961"),
    "0707": (date(2019, 1, 1), "1961"),
    "0620": (date(2019, 1, 1), "1961"),
}

PRODUCTWISSEL = date(2018, 5, 1)
"""First day of the new product list in Centraal Gelderland (S-277)."""

OPVOLGERS: dict[str, tuple[tuple[str, int], ...]] = {
    "15A00": (("15Z03", 78), ("15Z04", 22)),
    "15A0S": (("15Z01", 70), ("15Z02", 30)),
}


def gemeente_op(plaats: str, dag: date) -> str:
    """Give the gemeentecode in which the place that once was gemeente `plaats` lies on `dag`."""
    wissel = HERINDELINGEN.get(plaats)
    return wissel[1] if wissel and dag >= wissel[0] else plaats


def indeling_2021(code: str) -> str:
    """Map a gemeentecode to the indeling of 1 January 2021 (D.0); 0620 Vianen is not mapped on."""
    return code if code == "0620" or code not in HERINDELINGEN else HERINDELINGEN[code][1]


def producten(regio: str, dag: date) -> tuple[tuple[str, int], ...]:
    """Give the products new placements get in `regio` on `dag`, with their weights."""
    if regio == "DAV":
        return (("15D01", 15), ("15D02", 40), ("15D03", 30), ("15D04", 15))
    if dag < PRODUCTWISSEL:
        return (("15A00", 80), ("15A0S", 20))
    return (("15Z01", 24), ("15Z02", 12), ("15Z03", 46), ("15Z04", 18))


@dataclass(frozen=True)
class Locatie:
    """A location of a provider; `plaats` is the gemeente it lay in on 1 January 2015."""

    code: str
    naam: str
    plaats: str
    agb: str
    regio: str


@dataclass(frozen=True)
class Aanbieder:
    """A provider of beschermd wonen or opvang."""

    agb: str
    naam: str
    regio: str
    versie_3_vanaf: date | None = None
    """From this day its messages are iWmo 3.2; None: it stays on 2.1."""
    zipt: bool = False
    """It packs the messages of one night in one zip."""
    locaties: tuple[Locatie, ...] = ()


@dataclass(frozen=True)
class Regio:
    """Everything the lives of one region choose from."""

    code: str
    centrum: str
    herkomst: tuple[tuple[str, int], ...]
    """Places clients come from within the region, with weights."""
    verblijf: tuple[tuple[str, int], ...]
    """Places of the locations of beschermd wonen, with weights out of 1,000."""
    aanbieders: tuple[Aanbieder, ...]
    corporaties: tuple[tuple[str, str], ...]
    opvang: dict[str, str] = field(default_factory=dict)
    """Locations of opvang: locatiecode → place."""


BUITEN_REGIO = ("0599", "0363", "0344", "0268", "0228", "0855", "0758")
"""Places outside both regions; all existed from 2015 to 2021."""

_DAV_NAMEN = (
    ("99010101", "Woonzorg De Merwe"),
    ("99010102", "Stichting Thuishaven"),
    ("99010103", "De Waard Begeleid Wonen"),
    ("99010104", "Zorghuis Noordendijk"),
    ("99010105", "Wonen bij de Lek"),
    ("99010106", "De Biesbosch Zorg"),
    ("99010107", "Stichting Anker & Ree"),
    ("99010108", "Huis Papenwaard"),
)
_CG_NAMEN = (
    ("99020201", "RIBW De Veluwezoom"),
    ("99020202", "Stichting Onder Dak Arnhem"),
    ("99020203", "Zorgerf De Liemers"),
    ("99020204", "Woonbegeleiding Rijnoever"),
    ("99020205", "De Posbank Wonen"),
    ("99020206", "Huize Sonsbeek"),
    ("99020207", "Betuwse Woonzorg"),
    ("99020208", "Stichting Kleine Thuizen"),
    ("99020209", "De Steeg Beschermd Wonen"),
    ("99020210", "Zorgcollectief Rijn en IJssel"),
    ("99020211", "Thuis in Wonen"),
    ("99020212", "Ambulant & Wonen Gelderland"),
    ("99010108", "Huis Papenwaard"),  # works in both regions
)
_VERSIE_3 = date(2018, 6, 1)
# Providers whose software moves on to 3.2; the others keep sending 2.1, so that one year holds both code lists.
_OP_VERSIE_3 = {"99010102", "99010107", "99020205", "99020208"}
_ZIPPERS = {"99010102", "99010104", "99020202", "99020206", "99020208", "99020210"}

_DAV_VERBLIJF = (
    ("0505", 420), ("0642", 130), ("0512", 110), ("0610", 70), ("0482", 60), ("0590", 60), ("0531", 50),
    ("0523", 25), ("0545", 30), ("1927", 20), ("0689", 15), ("0599", 10),
)  # fmt: skip
_CG_VERBLIJF = (
    ("0202", 460), ("0275", 160), ("0274", 115), ("1705", 82), ("1734", 42), ("0299", 38), ("0226", 34),
    ("0293", 26), ("0221", 20), ("0196", 14), ("0277", 4), ("0268", 5),
)  # fmt: skip
_STRATEN = ("Linde", "Wilg", "Esdoorn", "Meidoorn", "Populier", "Kastanje", "Berken", "Hazelaar", "Eiken", "Vlier")


def _locaties(regio: str, namen: tuple[tuple[str, str], ...], verblijf: tuple[tuple[str, int], ...]) -> list[Aanbieder]:
    """Spread locations over providers so that every gemeente of the list has at least one."""
    per_agb: dict[str, list[Locatie]] = {agb: [] for agb, _ in namen}
    beurt = 0
    for plaats, gewicht in verblijf:
        for nr in range(max(1, round(gewicht / 28))):
            agb = namen[beurt % len(namen)][0]
            beurt += 5  # coprime with 8 and 13: every provider gets its turn
            code = f"{agb[-3:]}-{plaats}-{nr + 1:02d}"
            naam = f"{_STRATEN[(beurt + nr) % len(_STRATEN)]}hof {nr + 1}"
            per_agb[agb].append(Locatie(code, naam, plaats, agb, regio))
    return [
        Aanbieder(agb, naam, regio, _VERSIE_3 if agb in _OP_VERSIE_3 else None, agb in _ZIPPERS, tuple(per_agb[agb]))
        for agb, naam in namen
    ]


DAV = Regio(
    code="DAV",
    centrum="0505",
    herkomst=(
        ("0505", 430), ("0642", 130), ("0512", 100), ("0590", 60), ("0610", 60), ("0482", 50), ("0531", 50),
        ("0523", 25), ("0545", 35), ("1927", 25), ("0689", 15), ("0707", 20),
    ),
    verblijf=_DAV_VERBLIJF,
    aanbieders=tuple(_locaties("DAV", _DAV_NAMEN, _DAV_VERBLIJF)),
    corporaties=(("L9001", "0505"), ("L9002", "0642"), ("L9003", "0512")),
    opvang={"NO-DOR-1": "0505", "NO-DOR-2": "0505", "NO-GOR-1": "0512"},
)  # fmt: skip

CG = Regio(
    code="CG",
    centrum="0202",
    herkomst=(
        ("0202", 520), ("0275", 110), ("1734", 80), ("1705", 70), ("0299", 55), ("0274", 55), ("0226", 40),
        ("0293", 30), ("0221", 20), ("0196", 15), ("0277", 5),
    ),
    verblijf=_CG_VERBLIJF,
    aanbieders=tuple(_locaties("CG", _CG_NAMEN, _CG_VERBLIJF)),
    corporaties=(("L9011", "0202"), ("L9012", "0275"), ("L9013", "0299")),
    opvang={"COËHOORN": "0202", "MO-ARN-2": "0202", "MO-ZEV-1": "0299", "MO-DOE-1": "0221"},
)  # fmt: skip

REGIOS = {"DAV": DAV, "CG": CG}

OPVANG_DAV = Aanbieder("99030301", "Nachtopvang De Brug", "DAV")
VROUWENOPVANG_DAV = Aanbieder("99030302", "Vrouwenopvang De Sleutel", "DAV")
VROUWENOPVANG_CG = Aanbieder("99030401", "Vrouwenopvang De Haven", "CG")
VO_LOCATIES = {"99030302": ("VO-DOR-1", "0505"), "99030401": ("VO-ARN-1", "0202")}
