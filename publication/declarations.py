"""What the publication knows about each mart: its grain, its measures and how its cells hang together with others.

To publish a further mart: add a `Mart` to `MARTS` and, for every way in which its cells add up to cells of this or
another mart, a `Relation` to `RELATIONS`. A mart in schema `marts` without a declaration is not published at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Measure:
    """One column with figures.

    `persons` names the column that says on how many persons the figure rests; None when the figure itself is that
    number.
    """

    name: str
    persons: str | None = None


@dataclass(frozen=True)
class Mart:
    """A mart to publish.

    `keys` are its grain; every column that is neither key nor measure is in `free`, copied as it is. `whole_rows`: a
    row's measures are published together or not at all, for marts in which one measure gives away another (the days
    of a client who stayed the whole month give away that there was one). `together`: the same for groups of measures
    of a row, the others stand alone. `rests_on`: the figures are calculated from
    published cells of other marts; the model of that name in schema intermediate holds per row (the mart's keys) and
    measure (`maat`) the cells (`op_mart`, and `op_sleutel`: its keys joined by a bar), and a figure is left out when
    one of them is. What is then published follows from what is published already, so no relation is needed. `keep`: of
    the figures that could be left out to protect another, those with the lowest go first; totals of a regio have a
    high one, because they are what most readers come for. `apart`: totals for the page of a regio, published in a
    schema of their own and protected among themselves: beside the rows of the other marts, which are there even when
    their figure is not, they would give those away. Only the page reads them.
    """

    name: str
    keys: tuple[str, ...]
    measures: tuple[Measure, ...]
    free: tuple[str, ...] = ("bijgewerkt_tot",)
    whole_rows: bool = False
    together: tuple[tuple[str, ...], ...] = ()
    rests_on: str | None = None
    keep: int = 0
    apart: bool = False

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Measures of one row that are published together or not at all."""
        return (tuple(measure.name for measure in self.measures),) if self.whole_rows else self.together


Frame = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Term:
    """The cells of one measure that take part in a relation, with their sign.

    `where` keeps rows by exact key values, `having` by a condition on the mart's keys; `rename` gives the column of
    the mart for a key of the relation; `months_later` and `years_later` move the cells to the equation of a later month
    or year.
    """

    mart: str
    measure: str
    sign: int
    where: Mapping[str, str] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    months_later: int = 0
    years_later: int = 0
    having: Callable[[pd.DataFrame, Mapping[str, pd.DataFrame]], np.ndarray] | None = None


@dataclass(frozen=True)
class Relation:
    """For each combination of `per`: the signed sum of the cells of `terms` is 0; a cell that has no row counts as 0.

    An `exact` relation follows from the definitions, and every instance must hold. The others hold nearly always (a
    person with two episodes in one month breaks them); wherever one happens to hold it is taken as known to an
    attacker.
    """

    name: str
    per: tuple[str, ...]
    terms: tuple[Term, ...]
    exact: bool = True


SERIES = ("regio", "gemeente_basis", "gemeente_code", "domein", "perimeter", "basis")
CELL = ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "perimeter", "basis")
CELL_WITHOUT_BASIS = tuple(key for key in CELL if key != "gemeente_basis")
REGION = ("regio", "maand", "domein", "perimeter", "basis")
REGION_YEAR = ("regio", "jaar", "domein", "perimeter", "basis")


def _days(suffix: str, persons: str, *percentiles: int) -> tuple[Measure, ...]:
    """The number of spells or stays and the mean and percentiles of their days, which rest on it."""
    names = (f"dagen_gemiddeld{suffix}", *(f"dagen_p{p}{suffix}" for p in percentiles))
    return (Measure(persons), *(Measure(name, persons=persons) for name in names))


def _names(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    return tuple(measure.name for measure in measures)


_DECISIONS = ("toegekend", "afgewezen", "ingetrokken", "doorverwezen", "overleden", "overig")
_REALISED = _days("_gerealiseerd", "n_gerealiseerd", 25, 50, 75, 90)
_WAITING = _days("_wachtend", "n_wachtend", 25, 50, 75, 90)
_RETURNS = (Measure("n_uitgestroomd"), Measure("n_terug"), Measure("percentage", persons="n_uitgestroomd"))
_RETURN_KEYS = ("regio", "gemeente_basis", "gemeente_code", "domein", "perimeter", "basis", "bestemmingsgroep")

_OCCUPANCY = (
    Measure("stand_eind"),
    Measure("clientdagen", persons="unieke_clienten"),
    Measure("zorgjaren", persons="unieke_clienten"),
    Measure("unieke_clienten"),
)

_BASE_OF_SHARES = ("regio", "jaar", "basis", "financieringsbron", "groep")

MARTS: tuple[Mart, ...] = (
    Mart("mart_instroom", (*CELL, "product_code", "instroomtype", "route", "van_buiten_regio"), (Measure("aantal"),)),
    Mart("mart_doorstroom", (*CELL, "van_product", "naar_product", "richting"), (Measure("aantal"),)),
    Mart("mart_administratief", (*CELL, "van_product", "naar_product", "oorzaak"), (Measure("aantal"),)),
    Mart("mart_uitstroom", (*CELL, "product_code", "bestemming", "bestemmingsgroep"), (Measure("aantal"),)),
    Mart(
        "mart_stroombalans",
        CELL,
        tuple(
            Measure(name)
            for name in (
                "stand_begin",
                "instroom",
                "uitstroom",
                "wissel_in",
                "wissel_uit",
                "grens_in",
                "grens_uit",
                "stand_eind",
            )
        ),
        free=("verschil", "bijgewerkt_tot"),
    ),
    Mart("mart_bezetting", (*CELL, "product_code", "leveringsvorm", "leeftijdsklasse"), _OCCUPANCY, whole_rows=True),
    Mart(
        "mart_bezetting_jaar",
        (*("jaar" if key == "maand" else key for key in CELL), "product_code", "leveringsvorm", "leeftijdsklasse"),
        _OCCUPANCY,
        whole_rows=True,
    ),
    Mart(
        "mart_herkomst_verblijf",
        (*REGION, "herkomst_code", "verblijf_code"),
        # The days rest on at least the people who are there at the end; where nobody is, on nobody knows how few.
        (Measure("personen"), Measure("clientdagen", persons="personen")),
        whole_rows=True,
    ),
    # Deliveries, no persons.
    Mart(
        "mart_actualiteit",
        ("regio", "domein", "maand", "leverancier", "feed"),
        (),
        ("frequentie", "geleverd_tot", "volledig", "bijgewerkt_tot"),
    ),
    Mart(
        "mart_leveringsvorm",
        tuple(key for key in REGION if key != "domein"),
        tuple(Measure(name) for name in ("totaal", "zin", "pgb", "beide", "onbekend")),
        keep=1,
    ),
    Mart(
        "mart_gevoeligheid",
        ("hiaat_dagen", *REGION),
        tuple(Measure(name) for name in ("instroom", "uitstroom", "stand_eind")),
        keep=1,
    ),
    Mart(
        "mart_leeftijd_jaar",
        ("regio", "jaar", "domein", "perimeter", "basis", "leeftijd"),
        (Measure("unieke_clienten"),),
    ),
    Mart(
        "mart_kenmerk_jaar",
        ("regio", "jaar", "perimeter", "basis", "kenmerk", "waarde"),
        (Measure("unieke_clienten"),),
    ),
    Mart(
        "mart_regio_jaar",
        REGION_YEAR,
        tuple(Measure(name) for name in ("stand_begin", "instroom", "uitstroom", "stand_eind", "unieke_clienten")),
        free=("tot_en_met", "bijgewerkt_tot"),
        keep=2,
        apart=True,
    ),
    Mart("mart_stroom_jaar", (*REGION_YEAR, "richting", "soort"), (Measure("aantal"),), apart=True),
    Mart(
        "mart_gemeente_jaar",
        (*REGION_YEAR, "gemeente_basis", "gemeente_code"),
        (Measure("instroom"), Measure("stand_eind")),
        free=("tot_en_met", "bijgewerkt_tot"),
        keep=1,
        apart=True,
    ),
    Mart(
        "mart_herkomst_verblijf_jaar",
        (*REGION_YEAR, "herkomst_code", "verblijf_code"),
        (Measure("personen"),),
        free=("tot_en_met", "bijgewerkt_tot"),
        apart=True,
    ),
    Mart("mart_herkomst_methode", (*REGION, "herkomst_methode"), (Measure("personen"),)),
    Mart("mart_herkomst_opvang", (*REGION, "herkomstmaat", "herkomst_code"), (Measure("personen"),)),
    Mart(
        "mart_import_export",
        ("regio", "gemeente_code", "maand", "domein", "perimeter", "basis"),
        tuple(Measure(name) for name in ("stand_herkomst", "stand_verblijf", "eigen", "export", "import")),
    ),
    Mart(
        "mart_uitstroomgemeente",
        (*REGION, "bestemmingsgroep", "herkomst_code", "uitstroom_code"),
        (Measure("aantal"),),
    ),
    Mart(
        "mart_vrouwenopvang",
        ("regio", "jaar", "opvangsoort"),
        (
            *(Measure(name) for name in ("vrouwen", "kinderen", "anderen")),
            Measure("gezinnen"),
            Measure("vrouwen_uit_regio"),
            Measure("meldingen", persons="vrouwen"),
            Measure("nachten_vrouwen", persons="vrouwen"),
            Measure("weken_gemiddeld", persons="vrouwen"),
            Measure("uit_regio_percentage", persons="vrouwen_uit_regio"),
        ),
        whole_rows=True,
    ),
    Mart(
        "mart_wachtlijst_jaar",
        ("regio", "jaar"),
        tuple(Measure(name) for name in ("wachtend_begin", "instroom", "geplaatst", "uitgevallen", "wachtend_eind")),
        free=("tot_en_met", "bijgewerkt_tot"),
        apart=True,
    ),
    Mart(
        "mart_verdeelmodel_grondslag",
        (*_BASE_OF_SHARES[:3], "gemeente_basis", "gemeente_code", *_BASE_OF_SHARES[3:]),
        (Measure("clienten"), Measure("clientdagen", persons="clienten")),
        whole_rows=True,
        keep=1,
    ),
    Mart(
        "mart_verdeelmodel_regio",
        _BASE_OF_SHARES,
        (Measure("clienten"), Measure("clientdagen", persons="clienten")),
        whole_rows=True,
        keep=3,
    ),
    Mart(
        "mart_verdeelmodel_kosten",
        (*_BASE_OF_SHARES[:3], "gemeente_code", "product_code", *_BASE_OF_SHARES[3:]),
        (Measure("clienten"), Measure("clientdagen", persons="clienten"), Measure("kosten", persons="clienten")),
        free=("tarief_per_dag", "tarief_status", "bijgewerkt_tot"),
        whole_rows=True,
    ),
    Mart(
        "mart_verdeelmodel_overleving",
        ("regio", "basis", "cohort_peildatum", "jaren", "jaren_volgende"),
        (Measure("personen_vorig"), Measure("vertrokken"), Measure("personen")),
    ),
    Mart(
        "mart_verdeelmodel",
        ("scenario", "jaar", "gemeente_code"),
        tuple(
            Measure(name)
            for name in (
                "aandeel_historisch",
                "alfa",
                "aandeel",
                "bedrag",
                "verschil_historisch",
                "verschil_eigen_kosten",
            )
        ),
        free=("regio", "aandeel_objectief", "status", "alfa_bron", "inwoners", "bijgewerkt_tot"),
        rests_on="int_verdeelmodel__steunpunt",
    ),
    Mart("mart_signalen", ("regio", "maand", "domein", "basis", "signaal"), (Measure("aantal"),)),
    Mart(
        "mart_opvang",
        ("regio", "jaar", "opvangsoort", "verblijfsklasse", "rol", "inschrijving", "herkomst"),
        (
            Measure("personen"),
            *(Measure(name, persons="personen") for name in ("gezinnen", "meldingen", "nachten", "weken_gemiddeld")),
        ),
        whole_rows=True,
    ),
    # Counts rows and findings of whole deliveries, not persons: nothing is left out.
    Mart(
        "mart_datakwaliteit",
        ("leverancier", "feed", "week", "dimensie"),
        (),
        free=("rijen", "bevindingen", "score", "trend", "te_laat_dagen", "alarm", "bijgewerkt_tot"),
    ),
    Mart(
        "mart_wachtlijst",
        ("regio", "gemeente_code", "maand", "wachtstatus"),
        (
            *(
                Measure(name)
                for name in (
                    "wachtend_begin",
                    "instroom",
                    "geplaatst",
                    "uitgevallen",
                    "wissel_in",
                    "wissel_uit",
                    "wachtend_eind",
                )
            ),
            *_REALISED,
            *_WAITING,
        ),
        free=("verschil", "bijgewerkt_tot"),
        together=(_names(_REALISED), _names(_WAITING)),
    ),
    Mart(
        "mart_belangstellenden",
        ("regio", "gemeente_code", "maand"),
        tuple(
            Measure(name)
            for name in (
                "belangstellend_begin",
                "aangemeld",
                *_DECISIONS,
                "belangstellend_eind",
                "intake_afgerond_eind",
                "al_in_zorg_eind",
            )
        ),
        free=("verschil", "bijgewerkt_tot"),
    ),
    Mart(
        "mart_wachttijd",
        ("regio", "gemeente_code", "maand", "tijd", "weergave"),
        _days("", "n", 25, 50, 75, 90),
        whole_rows=True,
    ),
    Mart("mart_herinstroom", (*_RETURN_KEYS, "cohortmaand", "venster", "variant"), _RETURNS, whole_rows=True),
    Mart("mart_herinstroom_jaar", (*_RETURN_KEYS, "cohortjaar", "venster", "variant"), _RETURNS, whole_rows=True),
    Mart(
        "mart_verblijfsduur",
        (*CELL, "product_code", "soort"),
        _days("", "n", 10, 25, 50, 75, 90),
        whole_rows=True,
    ),
    Mart(
        "mart_keten",
        ("regio", "maand", "van_domein", "naar_domein", "route"),
        (
            Measure("aantal"),
            Measure("n_met_duur"),
            *(Measure(f"dagen_p{p}", persons="n_met_duur") for p in (50, 90)),
        ),
        together=(("n_met_duur", "dagen_p50", "dagen_p90"),),
    ),
    Mart(
        "mart_woonopgave",
        ("regio", "gemeente_code", "jaar", "corporatie"),
        (
            Measure("toegewezen"),
            Measure("benut_percentage", persons="toegewezen"),
            Measure("n_wachttijd"),
            Measure("wachttijd_woning_p50", persons="n_wachttijd"),
            Measure("potentieel_k"),
            Measure("potentieel_m"),
            Measure("stagnatie"),
            Measure("n_landing"),
            Measure("n_landing_herkomst"),
            Measure("landing_herkomst_percentage", persons="n_landing_herkomst"),
        ),
        free=("contingent_aantal", "bijgewerkt_tot"),  # an agreement about dwellings, no persons
        together=(
            ("toegewezen", "benut_percentage"),
            ("n_wachttijd", "wachttijd_woning_p50"),
            ("n_landing", "n_landing_herkomst", "landing_herkomst_percentage"),
        ),
    ),
    Mart(
        "mart_huurcontract",
        ("regio", "gemeente_code", "jaar", "contractsoort"),
        (
            Measure("aantal"),
            Measure("omgeklapt"),
            Measure("omklapduur_p50", persons="omgeklapt"),
            Measure("n_wachttijd"),
            Measure("wachttijd_woning_p50", persons="n_wachttijd"),
            Measure("boven_norm"),
        ),
        together=(("omgeklapt", "omklapduur_p50"), ("n_wachttijd", "wachttijd_woning_p50", "boven_norm")),
    ),
    Mart(
        "mart_uitstroomwoning",
        ("regio", "gemeente_code", "jaar", "domein", "contractsoort", "zekerheid"),
        (Measure("aantal"),),
    ),
    Mart(
        "mart_woningzoekende",
        ("regio", "gemeente_code", "jaar"),
        (
            *(Measure(name) for name in ("instroom", "binnen_norm", "later", "niet")),
            Measure("dagen_p50", persons="instroom"),
        ),
        whole_rows=True,
    ),
    Mart(
        "mart_stagnatie",
        ("regio", "gemeente_basis", "gemeente_code", "maand", "domein", "kenmerk", "norm"),
        (Measure("aantal"),),
    ),
    Mart(
        "mart_dannenberg",
        ("regio", "gemeente_code", "maand", "scenario"),
        (Measure("stand_b"), Measure("potentieel", persons="stand_b")),
        free=("factor", "bijgewerkt_tot"),
        whole_rows=True,
    ),
    Mart(
        "mart_nazorg",
        ("regio", "gemeente_code", "jaar", "domein", "onderdeel"),
        (Measure("n"), Measure("n_ja"), Measure("percentage", persons="n_ja")),
        whole_rows=True,
    ),
    Mart("mart_ontruiming", ("regio", "gemeente_code", "jaar", "reden", "in_zorg"), (Measure("aantal"),)),
    Mart(
        "mart_capaciteit",
        ("regio", "gemeente_code", "maand", "aanbieder", "locatie", "product_code"),
        (
            Measure("clienten"),
            *(
                Measure(name, persons="clienten")
                for name in ("bezette_dagen", "bezettingsgraad", "dagen_boven_capaciteit", "dagen_gesloten")
            ),
        ),
        free=("capaciteit_status", "plaatsen", "capaciteitsdagen", "bijgewerkt_tot"),  # of houses, not of persons
        whole_rows=True,
    ),
)


def _products_of_b(marts: Mapping[str, pd.DataFrame]) -> set[str]:
    """Products counted in perimeter B (D.2), as the marts themselves show them."""
    found: set[str] = set()
    for name in ("mart_bezetting", "mart_instroom", "mart_uitstroom"):
        if name in marts:
            frame = marts[name]
            found |= set(frame.loc[frame["perimeter"] == "B", "product_code"].unique())
    return found


def _enters_b(frame: pd.DataFrame, marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (~frame["van_product"].isin(_products_of_b(marts))).to_numpy()


def _leaves_b(frame: pd.DataFrame, marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (~frame["naar_product"].isin(_products_of_b(marts))).to_numpy()


#: Who left so is no index exit for herinstroom (D.14).
_NO_INDEX_EXIT = ("U40", "U10", "U11", "U20", "U21", "U22")
_HOMES = ("U01", "U02", "U03", "U04", "U05")


def _is_index_exit(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (~frame["bestemming"].isin(_NO_INDEX_EXIT)).to_numpy()


def _is_home(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return frame["bestemming"].isin(_HOMES).to_numpy()


def _needs_a_home(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """What Q-11 leaves in the need for homes (`geen_woningbehoefte`)."""
    return (~frame["bestemming"].isin(("U10", "U10_of_U12", "U11", "U40"))).to_numpy()


def _lives_on(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (frame["bestemming"] != "U40").to_numpy()


def _last_month_of_year(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (frame["maand"] == frame.groupby("jaar")["maand"].transform("max")).to_numpy()


def _in_shelter(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return frame["domein"].isin(("MO", "VO")).to_numpy()


def _on_diagonal(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return (frame["herkomst_code"] == frame["verblijf_code"]).to_numpy()


def _womens_shelter(frame: pd.DataFrame, _marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return frame["opvangsoort"].isin(("vrouwenopvang", "ambulant", "aware")).to_numpy()


def _neither_woman_nor_child(frame: pd.DataFrame, marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return _womens_shelter(frame, marts) & (~frame["rol"].isin(("vrouw", "kind"))).to_numpy()


def _from_region(frame: pd.DataFrame, marts: Mapping[str, pd.DataFrame]) -> np.ndarray:
    return _womens_shelter(frame, marts) & frame["herkomst"].str.startswith("GM").to_numpy()


def _flows_of(product: str) -> tuple[Term, ...]:
    """In- and uitstroom of one product and the switches into and out of it (D.4, margins), as they change the stand."""
    renamed = {"product_code": product}
    return (
        Term("mart_instroom", "aantal", 1),
        Term("mart_uitstroom", "aantal", -1),
        *(Term(mart, "aantal", 1, rename={"product_code": "naar_product"}) for mart in _SWITCHES),
        *(Term(mart, "aantal", -1, rename=renamed) for mart in _SWITCHES),
    )


#: The scenarios of seed `dannenberg`: each shows the same stand.
DANNENBERG = ("een_derde", "twee_derde")

_SWITCHES = ("mart_doorstroom", "mart_administratief")
_BALANCE = "mart_stroombalans"


def _same_totals(name: str, mart: str, measure: str, detail: tuple[str, ...], *, exact: bool = True) -> Relation:
    """Everyone has one herkomst and one verblijf: over all gemeenten of a regio both give the same total."""
    period = tuple("jaar" if key == "maand" and mart.endswith("_jaar") else key for key in REGION)
    return Relation(
        f"{name}: herkomst = verblijf",
        (*period, *detail),
        (
            Term(mart, measure, 1, where={"gemeente_basis": "herkomst"}),
            Term(mart, measure, -1, where={"gemeente_basis": "verblijf"}),
        ),
        exact=exact,
    )


def _closes(name: str, mart: str, per: tuple[str, ...], plus: tuple[str, ...], minus: tuple[str, ...]) -> Relation:
    """Measures of one mart that add up to as much as others of it."""
    signed = [(measure, 1) for measure in plus] + [(measure, -1) for measure in minus]
    return Relation(name, per, tuple(Term(mart, measure, sign) for measure, sign in signed))


def _goes_on(name: str, mart: str, per: tuple[str, ...], stand: str) -> Relation:
    """A period ends as the next begins: `<stand>_eind` is the `<stand>_begin` of the next month or year."""
    later = Term(
        mart, f"{stand}_eind", 1, years_later=1 if "jaar" in per else 0, months_later=1 if "maand" in per else 0
    )
    begin = Term(mart, f"{stand}_begin", -1)
    return Relation(name, per, (later, begin), exact=False)  # the first has none before it, the last none after it


def _equal(name: str, mart: str, measure: str, dropped: str, *, values: tuple[str, str], **where: str) -> Relation:
    """The same cell under two values of one key, such as perimeter A and B of a product that lies in both."""
    one, other = values
    keys = next(m.keys for m in MARTS if m.name == mart)
    return Relation(
        name,
        tuple(key for key in keys if key != dropped),
        (
            Term(mart, measure, 1, where={dropped: one, **where}),
            Term(mart, measure, -1, where={dropped: other, **where}),
        ),
        exact=False,
    )


_OCCUPANCY_DETAIL = ("product_code", "leveringsvorm", "leeftijdsklasse")
_OCCUPANCY_MARTS = ("mart_bezetting", "mart_bezetting_jaar")
_WAITING_CELL = ("regio", "gemeente_code", "maand", "wachtstatus")
_FLOW_MARTS = ("mart_instroom", "mart_uitstroom", "mart_doorstroom", "mart_administratief")

RELATIONS: tuple[Relation, ...] = (
    # The balance (D.8) and its chain: midnight of a month is the midnight the next begins with.
    _closes(
        "stand begin + in − uit = stand eind",
        _BALANCE,
        CELL,
        ("stand_begin", "instroom", "wissel_in", "grens_in"),
        ("uitstroom", "wissel_uit", "grens_uit", "stand_eind"),
    ),
    _goes_on("stand eind = stand begin van de volgende maand", _BALANCE, CELL, "stand"),
    # The balance is the sum of the detailed marts.
    *(
        Relation(f"som {mart} = balans", CELL, (Term(mart, measure, 1), Term(_BALANCE, total, -1)))
        for mart, measure, total in (
            ("mart_instroom", "aantal", "instroom"),
            ("mart_uitstroom", "aantal", "uitstroom"),
            ("mart_bezetting", "stand_eind", "stand_eind"),
        )
    ),
    # Herkomst and verblijf.
    _same_totals("instroom", "mart_instroom", "aantal", ("product_code", "instroomtype", "route", "van_buiten_regio")),
    _same_totals("uitstroom", "mart_uitstroom", "aantal", ("product_code", "bestemming", "bestemmingsgroep")),
    _same_totals("doorstroom", "mart_doorstroom", "aantal", ("van_product", "naar_product", "richting")),
    # A merged gemeente is booked on the basis whose code ended: herkomst and verblijf need not agree.
    _same_totals(
        "administratief", "mart_administratief", "aantal", ("van_product", "naar_product", "oorzaak"), exact=False
    ),
    *(
        _same_totals(f"{measure} ({mart})", mart, measure, _OCCUPANCY_DETAIL, exact=measure != "unieke_clienten")
        for mart in _OCCUPANCY_MARTS
        for measure in ("stand_eind", "clientdagen", "unieke_clienten")
    ),
    # Implied by the details, but said aloud: an equation of a few large cells is solved better than the sum of many
    # small.
    *(
        _same_totals(f"{measure} (balans)", _BALANCE, measure, ())
        for measure in ("stand_begin", "instroom", "uitstroom", "stand_eind")
    ),
    _closes("wissel in = wissel uit", _BALANCE, REGION, ("wissel_in",), ("wissel_uit",)),
    # Per product (D.4). Under verblijf the moves between gemeenten per product are in no mart: there it holds only
    # where nobody of that product moved.
    Relation(
        "stand per product",
        (*CELL, "product_code"),
        (
            Term("mart_bezetting", "stand_eind", 1, months_later=1),
            *_flows_of("van_product"),
            Term("mart_bezetting", "stand_eind", -1),
        ),
        exact=False,
    ),
    # Month and year. Age is that of the first day in the period, so only totals over the classes add up.
    Relation(
        "clientdagen: som maanden = jaar",
        (*SERIES, "jaar", "product_code", "leveringsvorm"),
        (Term("mart_bezetting", "clientdagen", 1), Term("mart_bezetting_jaar", "clientdagen", -1)),
    ),
    Relation(
        "stand: laatste maand = jaar",
        (*SERIES, "jaar", *_OCCUPANCY_DETAIL),
        (
            Term("mart_bezetting", "stand_eind", 1, having=_last_month_of_year),
            Term("mart_bezetting_jaar", "stand_eind", -1),
        ),
        exact=False,
    ),
    # Perimeter B takes the B segments of perimeter A: for those products they are mostly the same people and days.
    *(
        _equal(f"{measure}: perimeter A = B ({mart})", mart, measure, "perimeter", values=("A", "B"))
        for mart in _OCCUPANCY_MARTS
        for measure in ("stand_eind", "clientdagen", "unieke_clienten")
    ),
    *(
        _equal(f"aantal: perimeter A = B ({mart})", mart, "aantal", "perimeter", values=("A", "B"))
        for mart in _FLOW_MARTS
    ),
    Relation(
        "instroom van B = instroom van A + doorstroom uit de rest van A",
        (*(key for key in CELL if key != "perimeter"), "product_code"),
        (
            Term("mart_instroom", "aantal", 1, where={"perimeter": "A"}),
            *(
                Term(mart, "aantal", 1, {"perimeter": "A"}, {"product_code": "naar_product"}, having=_enters_b)
                for mart in _SWITCHES
            ),
            Term("mart_instroom", "aantal", -1, where={"perimeter": "B"}),
        ),
        exact=False,
    ),
    Relation(
        "uitstroom van B = uitstroom van A + doorstroom naar de rest van A",
        (*(key for key in CELL if key != "perimeter"), "product_code"),
        (
            Term("mart_uitstroom", "aantal", 1, where={"perimeter": "A"}),
            *(
                Term(mart, "aantal", 1, {"perimeter": "A"}, {"product_code": "van_product"}, having=_leaves_b)
                for mart in _SWITCHES
            ),
            Term("mart_uitstroom", "aantal", -1, where={"perimeter": "B"}),
        ),
        exact=False,
    ),
    # A PGB stay is one and the same under both bases (D.0).
    *(
        _equal(
            f"{measure}: PGB levering = toewijzing ({mart})",
            mart,
            measure,
            "basis",
            values=("levering", "toewijzing"),
            leveringsvorm="PGB",
        )
        for mart in _OCCUPANCY_MARTS
        for measure in ("stand_eind", "clientdagen", "unieke_clienten")
    ),
    # The matrix of herkomst and verblijf (D.11): its margins are the stand and the days of each gemeente.
    *(
        relation
        for side in ("herkomst", "verblijf")
        for relation in (
            Relation(
                f"matrix: rand {side} = stand in de balans",
                CELL_WITHOUT_BASIS,
                (
                    Term("mart_herkomst_verblijf", "personen", 1, rename={"gemeente_code": f"{side}_code"}),
                    Term(_BALANCE, "stand_eind", -1, where={"gemeente_basis": side}),
                ),
            ),
            Relation(
                f"matrix: rand {side} = clientdagen",
                CELL_WITHOUT_BASIS,
                (
                    Term("mart_herkomst_verblijf", "clientdagen", 1, rename={"gemeente_code": f"{side}_code"}),
                    Term("mart_bezetting", "clientdagen", -1, where={"gemeente_basis": side}),
                ),
            ),
        )
    ),
    *(
        _equal(
            f"{measure}: perimeter A = B (matrix)", "mart_herkomst_verblijf", measure, "perimeter", values=("A", "B")
        )
        for measure in ("personen", "clientdagen")
    ),
    # ZIN and PGB (D.13).
    _closes(
        "totaal = zin + pgb − beide + onbekend",
        "mart_leveringsvorm",
        ("regio", "maand", "perimeter", "basis"),
        ("totaal", "beide"),
        ("zin", "pgb", "onbekend"),
    ),
    Relation(
        "totaal leveringsvormen = stand in de balans",
        ("regio", "maand", "perimeter", "basis"),
        (
            Term("mart_leveringsvorm", "totaal", 1),
            Term(_BALANCE, "stand_eind", -1, where={"gemeente_basis": "herkomst", "domein": "BW"}),
        ),
    ),
    *(
        Relation(
            f"{vorm} = {vorm} in de bezetting",
            ("regio", "maand", "perimeter", "basis"),
            (
                Term("mart_leveringsvorm", vorm.lower(), 1),
                Term(
                    "mart_bezetting",
                    "stand_eind",
                    -1,
                    where={"gemeente_basis": "herkomst", "domein": "BW", "leveringsvorm": vorm},
                ),
            ),
            exact=False,  # somebody with both counts under one of them in the bezetting
        )
        for vorm in ("ZIN", "PGB")
    ),
    # Sensitivity to the gap: 28 days is the balance, every gap has a balance of its own, many gaps agree.
    *(
        Relation(
            f"gevoeligheid: {measure} bij 28 dagen = balans",
            REGION,
            (
                Term("mart_gevoeligheid", measure, 1, where={"hiaat_dagen": "28"}),
                Term(_BALANCE, measure, -1, where={"gemeente_basis": "herkomst"}),
            ),
            exact=False,  # the default gap is a parameter
        )
        for measure in ("instroom", "uitstroom", "stand_eind")
    ),
    Relation(
        "gevoeligheid: stand begin + in − uit = stand eind",
        ("hiaat_dagen", *REGION),
        (
            Term("mart_gevoeligheid", "stand_eind", 1, months_later=1),
            Term("mart_gevoeligheid", "instroom", 1),
            Term("mart_gevoeligheid", "uitstroom", -1),
            Term("mart_gevoeligheid", "stand_eind", -1),
        ),
        exact=False,  # the last month has no month after it
    ),
    *(
        _equal(
            f"gevoeligheid: {measure} bij {one} = {other} dagen",
            "mart_gevoeligheid",
            measure,
            "hiaat_dagen",
            values=(one, other),
        )
        for measure in ("instroom", "uitstroom", "stand_eind")
        for one, other in (("0", "7"), ("7", "28"), ("28", "91"))
    ),
    # The page of a region, protected among itself (Mart.apart): the year closes and the next begins where it ended; its
    # flows are those of every kind and of every gemeente, and the gemeenten are the margins of the matrix.
    _closes(
        "jaar: stand begin + in − uit = stand eind",
        "mart_regio_jaar",
        REGION_YEAR,
        ("stand_begin", "instroom"),
        ("uitstroom", "stand_eind"),
    ),
    _closes(
        "wachtlijst: jaar sluit",
        "mart_wachtlijst_jaar",
        ("regio", "jaar"),
        ("wachtend_begin", "instroom"),
        ("geplaatst", "uitgevallen", "wachtend_eind"),
    ),
    _goes_on("jaar: stand eind = stand begin van het volgende jaar", "mart_regio_jaar", REGION_YEAR, "stand"),
    _goes_on("wachtlijst: jaar na jaar", "mart_wachtlijst_jaar", ("regio", "jaar"), "wachtend"),
    Relation(
        "jaar: clienten = stand begin + instroom",
        REGION_YEAR,
        tuple(
            Term("mart_regio_jaar", measure, sign)
            for measure, sign in (("stand_begin", 1), ("instroom", 1), ("unieke_clienten", -1))
        ),
        exact=False,  # who comes twice in a year is one client
    ),
    *(
        Relation(
            f"jaar: {flow} naar soort",
            REGION_YEAR,
            (Term("mart_regio_jaar", flow, 1), Term("mart_stroom_jaar", "aantal", -1, where={"richting": direction})),
        )
        for flow, direction in (("instroom", "in"), ("uitstroom", "uit"))
    ),
    Relation(
        "jaar: van opvang naar beschermd wonen",
        ("regio", "jaar", "basis"),
        (
            Term("mart_stroom_jaar", "aantal", 1, where={"domein": "MO", "richting": "uit", "soort": "BW"}),
            Term(
                "mart_stroom_jaar",
                "aantal",
                -1,
                where={"domein": "BW", "perimeter": "A", "richting": "in", "soort": "MO"},
            ),
        ),
        exact=False,  # over the turn of the year, or into another regio
    ),
    *(
        Relation(
            f"jaar: {measure} naar gemeente van {side}",
            REGION_YEAR,
            (
                Term("mart_regio_jaar", measure, 1),
                Term("mart_gemeente_jaar", measure, -1, where={"gemeente_basis": side}),
            ),
        )
        for side in ("herkomst", "verblijf")
        for measure in ("instroom", "stand_eind")
    ),
    *(
        Relation(
            f"jaar: rand {side} van de matrix",
            (*REGION_YEAR, "gemeente_code"),
            (
                Term("mart_gemeente_jaar", "stand_eind", 1, where={"gemeente_basis": side}),
                Term("mart_herkomst_verblijf_jaar", "personen", -1, rename={"gemeente_code": f"{side}_code"}),
            ),
        )
        for side in ("herkomst", "verblijf")
    ),
    # Herkomst (D.11): every way to split it is the same stand; import and export are the matrix with and without its
    # diagonal.
    Relation(
        "herkomst naar methode = stand",
        REGION,
        (
            Term("mart_herkomst_methode", "personen", 1),
            Term(_BALANCE, "stand_eind", -1, where={"gemeente_basis": "herkomst"}),
        ),
    ),
    Relation(
        "opvang naar historische verblijfplaats = stand",
        CELL_WITHOUT_BASIS,
        (
            Term(
                "mart_herkomst_opvang",
                "personen",
                1,
                where={"herkomstmaat": "historische_verblijfplaats"},
                rename={"gemeente_code": "herkomst_code"},
            ),
            Term(_BALANCE, "stand_eind", -1, where={"gemeente_basis": "herkomst"}, having=_in_shelter),
        ),
    ),
    Relation(
        "opvang naar inschrijving = opvang naar historische verblijfplaats",
        REGION,
        (
            Term("mart_herkomst_opvang", "personen", 1, where={"herkomstmaat": "inschrijving_bij_aanmelding"}),
            Term("mart_herkomst_opvang", "personen", -1, where={"herkomstmaat": "historische_verblijfplaats"}),
        ),
    ),
    _equal(
        "opvang: inschrijving = historische verblijfplaats per gemeente",
        "mart_herkomst_opvang",
        "personen",
        "herkomstmaat",
        values=("inschrijving_bij_aanmelding", "historische_verblijfplaats"),
    ),
    *(
        relation
        for side, flow in (("herkomst", "export"), ("verblijf", "import"))
        for relation in (
            Relation(
                f"eigen + {flow} = stand naar {side}",
                CELL_WITHOUT_BASIS,
                (
                    Term("mart_import_export", f"stand_{side}", 1),
                    Term("mart_import_export", "eigen", -1),
                    Term("mart_import_export", flow, -1),
                ),
            ),
            Relation(
                f"stand naar {side} (import en export) = stand in de balans",
                CELL_WITHOUT_BASIS,
                (
                    Term("mart_import_export", f"stand_{side}", 1),
                    Term(_BALANCE, "stand_eind", -1, where={"gemeente_basis": side}),
                ),
            ),
        )
    ),
    Relation(
        "eigen (import en export) = diagonaal van de matrix",
        CELL_WITHOUT_BASIS,
        (
            Term("mart_import_export", "eigen", 1),
            Term(
                "mart_herkomst_verblijf", "personen", -1, rename={"gemeente_code": "herkomst_code"}, having=_on_diagonal
            ),
        ),
    ),
    _closes("import = export in de regio", "mart_import_export", REGION, ("import",), ("export",)),
    Relation(
        "uitstroom naar uitstroomgemeente = uitstroom naar bestemming",
        (*CELL_WITHOUT_BASIS, "bestemmingsgroep"),
        (
            Term("mart_uitstroomgemeente", "aantal", 1, rename={"gemeente_code": "herkomst_code"}),
            Term("mart_uitstroom", "aantal", -1, where={"gemeente_basis": "herkomst"}),
        ),
    ),
    _equal("uitstroomgemeente: perimeter A = B", "mart_uitstroomgemeente", "aantal", "perimeter", values=("A", "B")),
    # Vrouwenopvang per unit against the same people by class, role and origin.
    *(
        Relation(
            f"vrouwenopvang: {unit} = opvang, rol {role}",
            ("regio", "jaar", "opvangsoort"),
            (
                Term("mart_vrouwenopvang", unit, 1),
                Term("mart_opvang", "personen", -1, where={"rol": role}, having=_womens_shelter),
            ),
        )
        for unit, role in (("vrouwen", "vrouw"), ("kinderen", "kind"))
    ),
    Relation(
        "vrouwenopvang: anderen = opvang, andere rollen",
        ("regio", "jaar", "opvangsoort"),
        (
            Term("mart_vrouwenopvang", "anderen", 1),
            Term("mart_opvang", "personen", -1, having=_neither_woman_nor_child),
        ),
    ),
    Relation(
        "vrouwenopvang: uit de regio = opvang met een gemeente van de regio",
        ("regio", "jaar", "opvangsoort"),
        (
            Term("mart_vrouwenopvang", "vrouwen_uit_regio", 1),
            Term("mart_opvang", "personen", -1, where={"rol": "vrouw"}, having=_from_region),
        ),
    ),
    Relation(
        "vrouwenopvang: meldingen = opvang",
        ("regio", "jaar", "opvangsoort"),
        (
            Term("mart_vrouwenopvang", "meldingen", 1),
            Term("mart_opvang", "meldingen", -1, having=_womens_shelter),
        ),
    ),
    Relation(
        "vrouwenopvang: nachten = opvang, rol vrouw",
        ("regio", "jaar", "opvangsoort"),
        (
            Term("mart_vrouwenopvang", "nachten_vrouwen", 1),
            Term("mart_opvang", "nachten", -1, where={"rol": "vrouw"}, having=_womens_shelter),
        ),
    ),
    # The base of the verdeelmodel: the gemeenten add up to the regio, the products to the gemeente, and all of it to
    # the occupancy of the year. Who may go over to the Wlz may be everyone.
    *(
        Relation(
            f"grondslag: som {side} = regio ({measure})",
            _BASE_OF_SHARES,
            (
                Term("mart_verdeelmodel_grondslag", measure, 1, where={"gemeente_basis": side}),
                Term("mart_verdeelmodel_regio", measure, -1),
            ),
            exact=measure == "clientdagen",  # who moves within the regio is a client of two gemeenten
        )
        for side in ("herkomst", "verblijf")
        for measure in ("clientdagen", "clienten")
    ),
    *(
        Relation(
            f"grondslag: som producten = gemeente ({measure})",
            (*_BASE_OF_SHARES, "gemeente_code"),
            (
                Term("mart_verdeelmodel_kosten", measure, 1),
                Term("mart_verdeelmodel_grondslag", measure, -1, where={"gemeente_basis": "herkomst"}),
            ),
            exact=measure == "clientdagen",
        )
        for measure in ("clientdagen", "clienten")
    ),
    *(
        Relation(
            f"grondslag = bezetting van het jaar ({measure}, {side})",
            ("regio", "jaar", "basis", "gemeente_code"),
            (
                Term("mart_verdeelmodel_grondslag", measure, 1, where={"gemeente_basis": side, "groep": "alle"}),
                Term(
                    "mart_bezetting_jaar",
                    measure if measure == "clientdagen" else "unieke_clienten",
                    -1,
                    where={"gemeente_basis": side, "perimeter": "A"},
                ),
            ),
            exact=False,  # of the base years only, and a change of product within the year counts twice
        )
        for side in ("herkomst", "verblijf")
        for measure in ("clientdagen", "clienten")
    ),
    *(
        Relation(
            f"kosten = bezetting van het jaar ({measure})",
            ("regio", "jaar", "basis", "gemeente_code", "product_code"),
            (
                Term("mart_verdeelmodel_kosten", measure, 1, where={"groep": "alle"}),
                Term(
                    "mart_bezetting_jaar",
                    measure if measure == "clientdagen" else "unieke_clienten",
                    -1,
                    where={"gemeente_basis": "herkomst", "perimeter": "A"},
                ),
            ),
            exact=False,  # of the base years only
        )
        for measure in ("clientdagen", "clienten")
    ),
    *(
        _equal(f"{measure}: alle = wlz_proxy ({mart})", mart, measure, "groep", values=("alle", "wlz_proxy"))
        for mart in ("mart_verdeelmodel_grondslag", "mart_verdeelmodel_regio", "mart_verdeelmodel_kosten")
        for measure in ("clienten", "clientdagen")
    ),
    _closes(
        "overleving: vorig jaar − vertrokken = over",
        "mart_verdeelmodel_overleving",
        ("regio", "basis", "cohort_peildatum", "jaren"),
        ("personen_vorig",),
        ("vertrokken", "personen"),
    ),
    Relation(
        "overleving: over = vorig jaar van de volgende rij",
        ("regio", "basis", "cohort_peildatum", "jaren"),
        (
            Term("mart_verdeelmodel_overleving", "personen", 1, rename={"jaren": "jaren_volgende"}),
            Term("mart_verdeelmodel_overleving", "personen_vorig", -1),
        ),
        exact=False,  # the first row has no year before it, the last none after it
    ),
    # Persons of a year: every characteristic splits the same people, and so does age.
    *(
        Relation(
            f"{kenmerk} telt alle clienten van het jaar",
            ("regio", "jaar", "perimeter", "basis"),
            (
                Term("mart_kenmerk_jaar", "unieke_clienten", 1, where={"kenmerk": kenmerk}),
                Term("mart_leeftijd_jaar", "unieke_clienten", -1, where={"domein": "BW"}),
            ),
            exact=False,  # only DAV delivers characteristics
        )
        for kenmerk in ("grondslag", "inkomstenbron", "andere_hulp")
    ),
    *(
        Relation(
            f"leeftijden = leeftijdsklassen van het jaar ({side})",
            ("regio", "jaar", "domein", "perimeter", "basis", "leeftijdsklasse"),
            (
                Term("mart_leeftijd_jaar", "unieke_clienten", 1),
                Term("mart_bezetting_jaar", "unieke_clienten", -1, where={"gemeente_basis": side}),
            ),
            exact=False,  # who changes product or gemeente counts twice in the bezetting
        )
        for side in ("herkomst", "verblijf")
    ),
    # The waiting list (D.6): its own balance, its chain of months, changes of status, and the two views on it.
    _closes(
        "wachtlijst: begin + in − geplaatst − uitgevallen + wissel in − wissel uit = eind",
        "mart_wachtlijst",
        _WAITING_CELL,
        ("wachtend_begin", "instroom", "wissel_in"),
        ("geplaatst", "uitgevallen", "wissel_uit", "wachtend_eind"),
    ),
    _goes_on("wachtlijst: eind = begin van de volgende maand", "mart_wachtlijst", _WAITING_CELL, "wachtend"),
    _closes(
        "wachtlijst: wissel in = wissel uit",
        "mart_wachtlijst",
        ("regio", "gemeente_code", "maand"),
        ("wissel_in",),
        ("wissel_uit",),
    ),
    *(
        _closes(f"wachtlijst: {number} = {flow}", "mart_wachtlijst", _WAITING_CELL, (number,), (flow,))
        for number, flow in (("n_gerealiseerd", "geplaatst"), ("n_wachtend", "wachtend_eind"))
    ),
    # The times from aanmelding to plaats rest on the same spells and decisions, as far as their dates are known.
    *(
        Relation(
            f"wachttijd {time} ({view}) = {flow} van de wachtlijst",
            ("regio", "gemeente_code", "maand"),
            (
                Term("mart_wachttijd", "n", 1, where={"tijd": time, "weergave": view}),
                Term("mart_wachtlijst", flow, -1),
            ),
            exact=False,
        )
        for time in ("plaatsing", "totaal")
        for view, flow in (("gerealiseerd", "geplaatst"), ("wachtend", "wachtend_eind"))
    ),
    Relation(
        "wachttijd besluit (gerealiseerd) = besluiten",
        ("regio", "gemeente_code", "maand"),
        (
            Term("mart_wachttijd", "n", 1, where={"tijd": "besluit", "weergave": "gerealiseerd"}),
            *(Term("mart_belangstellenden", decision, -1) for decision in _DECISIONS),
        ),
        exact=False,
    ),
    Relation(
        "wachttijd besluit (wachtend) = belangstellenden",
        ("regio", "gemeente_code", "maand"),
        (
            Term("mart_wachttijd", "n", 1, where={"tijd": "besluit", "weergave": "wachtend"}),
            Term("mart_belangstellenden", "belangstellend_eind", -1),
        ),
        exact=False,
    ),
    _closes(
        "belangstellenden: begin + aangemeld − besluiten = eind",
        "mart_belangstellenden",
        ("regio", "gemeente_code", "maand"),
        ("belangstellend_begin", "aangemeld"),
        (*_DECISIONS, "belangstellend_eind"),
    ),
    _goes_on(
        "belangstellenden: eind = begin van de volgende maand",
        "mart_belangstellenden",
        ("regio", "gemeente_code", "maand"),
        "belangstellend",
    ),
    *(
        Relation(
            f"belangstellenden: {part} = eind",
            ("regio", "gemeente_code", "maand"),
            (Term("mart_belangstellenden", part, 1), Term("mart_belangstellenden", "belangstellend_eind", -1)),
            exact=False,  # where all have had their intake, or are in care
        )
        for part in ("intake_afgerond_eind", "al_in_zorg_eind")
    ),
    # Returns (D.14): every venster and variant follows the same people, those who left.
    Relation(
        "herinstroom: n_uitgestroomd = uitstroom",
        (*CELL, "bestemmingsgroep"),
        (
            Term("mart_uitstroom", "aantal", 1, having=_is_index_exit),
            Term(
                "mart_herinstroom",
                "n_uitgestroomd",
                -1,
                where={"venster": "12", "variant": "zelfde_domein"},
                rename={"maand": "cohortmaand"},
            ),
        ),
    ),
    *(
        _equal(f"{mart}: {measure} bij {key} {one} = {other}", mart, measure, key, values=(one, other))
        for mart in ("mart_herinstroom", "mart_herinstroom_jaar")
        for measure in ("n_uitgestroomd", "n_terug")
        for key, one, other in (
            ("venster", "6", "12"),
            ("venster", "12", "24"),
            ("variant", "zelfde_domein", "BW_of_MO"),
            ("variant", "zelfde_domein", "MO"),
            ("variant", "BW_of_MO", "MO"),
            ("perimeter", "A", "B"),
        )
    ),
    *(
        Relation(
            f"{mart}: terug in BW of MO = terug in BW + terug in MO",
            (*(key for key in _RETURN_KEYS if key != "domein"), cohort, "venster"),
            tuple(
                Term(mart, "n_terug", sign, where={"domein": "BW", "variant": variant})
                for variant, sign in (("zelfde_domein", 1), ("MO", 1), ("BW_of_MO", -1))
            ),
            exact=False,  # who comes back in both counts once in the wider variant
        )
        for mart, cohort in (("mart_herinstroom", "cohortmaand"), ("mart_herinstroom_jaar", "cohortjaar"))
    ),
    *(
        Relation(
            f"{mart}: {measure}: herkomst = verblijf",
            (*(k for k in _RETURN_KEYS if k not in ("gemeente_basis", "gemeente_code")), cohort, "venster", "variant"),
            (
                Term(mart, measure, 1, where={"gemeente_basis": "herkomst"}),
                Term(mart, measure, -1, where={"gemeente_basis": "verblijf"}),
            ),
        )
        for mart, cohort in (("mart_herinstroom", "cohortmaand"), ("mart_herinstroom_jaar", "cohortjaar"))
        for measure in ("n_uitgestroomd", "n_terug")
    ),
    *(
        Relation(
            f"herinstroom: {measure}: som maanden = personen van het jaar",
            (*_RETURN_KEYS, "cohortjaar", "venster", "variant"),
            (Term("mart_herinstroom", measure, 1), Term("mart_herinstroom_jaar", measure, -1)),
            exact=False,  # who leaves twice in a year counts once in the year
        )
        for measure in ("n_uitgestroomd", "n_terug")
    ),
    # Lengths of stay (D.9): everyone who left and everyone in stand, by kind.
    Relation(
        "verblijfsduur: afgerond + lopend + afgekapt = uitstroom + stand",
        (*CELL, "product_code"),
        (
            Term("mart_verblijfsduur", "n", 1),
            Term("mart_uitstroom", "aantal", -1),
            Term("mart_bezetting", "stand_eind", -1),
        ),
    ),
    *(
        Relation(
            f"verblijfsduur: {kind} = {mart}",
            (*CELL, "product_code"),
            (Term("mart_verblijfsduur", "n", 1, where={"soort": kind}), Term(mart, measure, -1)),
            exact=False,  # who was there before the data began is in neither kind
        )
        for kind, mart, measure in (
            ("afgerond", "mart_uitstroom", "aantal"),
            ("lopend", "mart_bezetting", "stand_eind"),
            ("afgekapt", "mart_bezetting", "stand_eind"),
        )
    ),
    _same_totals("verblijfsduur", "mart_verblijfsduur", "n", ("product_code", "soort")),
    _equal("verblijfsduur: perimeter A = B", "mart_verblijfsduur", "n", "perimeter", values=("A", "B")),
    # The chain: its steps to a home are the exits with such a bestemming, when no start contradicts it.
    Relation(
        "keten: stappen naar een woning = uitstroom naar een woning",
        ("regio", "maand", "domein"),
        (
            Term("mart_keten", "aantal", 1, where={"naar_domein": "woning"}, rename={"domein": "van_domein"}),
            *(
                Term(
                    "mart_uitstroom",
                    "aantal",
                    -1,
                    where={"gemeente_basis": "herkomst", "basis": "levering", "perimeter": perimeter},
                    having=_is_home,
                )
                for perimeter in ("A", "-")
            ),
        ),
        exact=False,
    ),
    Relation(
        "keten: tijd van alle stappen bekend",
        ("regio", "maand", "van_domein", "naar_domein", "route"),
        (Term("mart_keten", "n_met_duur", 1), Term("mart_keten", "aantal", -1)),
        exact=False,  # not of who was there before the data began
    ),
    # The housing task: potential splits the stand of perimeter B; its stagnation is that at the end of the year.
    Relation(
        "potentieel: k + m + l + o = stand in perimeter B",
        ("regio", "gemeente_basis", "gemeente_code", "maand"),
        (
            *(
                Term("mart_stagnatie", "aantal", 1, where={"domein": "BW", "kenmerk": f"potentieel_{klasse}"})
                for klasse in ("k", "m", "l", "o")
            ),
            Term(_BALANCE, "stand_eind", -1, where={"domein": "BW", "basis": "levering", "perimeter": "B"}),
        ),
        exact=False,  # the perimeter is a parameter
    ),
    Relation(
        "stagnatie: herkomst = verblijf",
        ("regio", "maand", "domein", "kenmerk", "norm"),
        (
            Term("mart_stagnatie", "aantal", 1, where={"gemeente_basis": "herkomst"}),
            Term("mart_stagnatie", "aantal", -1, where={"gemeente_basis": "verblijf"}),
        ),
    ),
    *(
        _equal(f"stagnatie: {one} = {other}", "mart_stagnatie", "aantal", "kenmerk", values=(one, other))
        for one, other in (
            ("wacht_op_woning", "wacht_op_woning_lang"),
            ("potentieel_k", "stagnatie_k"),
            ("potentieel_m", "stagnatie_m"),
        )
    ),
    *(
        Relation(
            f"woonopgave: {measure} = eind van het jaar",
            ("regio", "gemeente_code", "jaar"),
            (
                Term("mart_woonopgave", measure, 1),
                *(
                    Term(
                        "mart_stagnatie",
                        "aantal",
                        -1,
                        where={"gemeente_basis": "herkomst", "kenmerk": kenmerk},
                        having=_last_month_of_year,
                    )
                    for kenmerk in kenmerken
                ),
            ),
            exact=False,  # somebody over two norms counts once; a kenmerk may be absent in the last month of a year
        )
        for measure, kenmerken in (
            ("potentieel_k", ("potentieel_k",)),
            ("potentieel_m", ("potentieel_m",)),
            ("stagnatie", ("stagnatie_k", "stagnatie_m", "stagnatie_product")),
        )
    ),
    *(
        Relation(
            f"dannenberg: stand van {scenario} = stand in de balans",
            ("regio", "gemeente_code", "maand"),
            (
                Term("mart_dannenberg", "stand_b", 1, where={"scenario": scenario}),
                Term(
                    _BALANCE,
                    "stand_eind",
                    -1,
                    where={"gemeente_basis": "herkomst", "domein": "BW", "basis": "levering", "perimeter": "B"},
                ),
            ),
        )
        for scenario in DANNENBERG
    ),
    # Leases and leavers.
    Relation(
        "woonopgave: toegewezen = contracten uit het contingent",
        ("regio", "gemeente_code", "jaar"),
        (
            Term("mart_woonopgave", "toegewezen", 1),
            Term("mart_huurcontract", "aantal", -1, where={"contractsoort": "contingent"}),
        ),
        exact=False,  # a contract out of a contingent may fail to name it
    ),
    Relation(
        "woonopgave: n_wachttijd over corporaties = over contractsoorten",
        ("regio", "gemeente_code", "jaar"),
        (Term("mart_woonopgave", "n_wachttijd", 1), Term("mart_huurcontract", "n_wachttijd", -1)),
    ),
    Relation(
        "woonopgave: landing = uitstroom naar een woning",
        ("regio", "gemeente_code", "jaar"),
        (
            Term("mart_woonopgave", "n_landing", 1),
            *(
                Term(
                    "mart_uitstroom",
                    "aantal",
                    -1,
                    where={"gemeente_basis": "herkomst", "basis": "levering", "perimeter": perimeter},
                    having=_is_home,
                )
                for perimeter in ("B", "-")
            ),
        ),
        exact=False,  # the perimeter is a parameter
    ),
    *(
        Relation(
            f"uitstroomwoning = uitstroom met woningbehoefte (perimeter {perimeter})",
            ("regio", "gemeente_code", "jaar", "domein"),
            (
                Term("mart_uitstroomwoning", "aantal", 1),
                Term(
                    "mart_uitstroom",
                    "aantal",
                    -1,
                    where={"gemeente_basis": "herkomst", "basis": "levering", "perimeter": perimeter},
                    having=_needs_a_home,
                ),
            ),
            exact=False,  # B for BW, `-` for MO and VO; what needs no home is a parameter
        )
        for perimeter in ("B", "-")
    ),
    Relation(
        "uitstroomwoning: zeker gekoppeld = contracten van die soort",
        ("regio", "jaar", "contractsoort"),
        (
            Term("mart_uitstroomwoning", "aantal", 1, where={"zekerheid": "hoog"}),
            Term("mart_huurcontract", "aantal", -1),
        ),
        exact=False,
    ),
    _closes(
        "woningzoekende: instroom = binnen de norm + later + niet",
        "mart_woningzoekende",
        ("regio", "gemeente_code", "jaar"),
        ("instroom",),
        ("binnen_norm", "later", "niet"),
    ),
    Relation(
        "woningzoekende: instroom van het jaar",
        ("regio", "gemeente_code", "jaar"),
        (
            Term("mart_woningzoekende", "instroom", 1),
            Term(
                "mart_instroom",
                "aantal",
                -1,
                where={"gemeente_basis": "herkomst", "domein": "BW", "basis": "levering", "perimeter": "A"},
            ),
        ),
        exact=False,  # the last month of the data cannot be judged yet
    ),
    # Aftercare.
    *(
        Relation(
            f"nazorg: alle uitstroom behalve overlijden (perimeter {perimeter})",
            ("regio", "gemeente_code", "jaar", "domein"),
            (
                Term("mart_nazorg", "n", 1, where={"onderdeel": "nazorg"}),
                Term(
                    "mart_uitstroom",
                    "aantal",
                    -1,
                    where={"gemeente_basis": "herkomst", "basis": "levering", "perimeter": perimeter},
                    having=_lives_on,
                ),
            ),
            exact=False,  # the last months cannot be judged yet
        )
        for perimeter in ("A", "-")
    ),
    Relation(
        "nazorg: wie nazorg heeft wordt gemeten",
        ("regio", "gemeente_code", "jaar", "domein"),
        (
            Term("mart_nazorg", "n_ja", 1, where={"onderdeel": "nazorg"}),
            Term("mart_nazorg", "n", -1, where={"onderdeel": "meting_6"}),
        ),
    ),
    *(
        _equal(f"nazorg: n van {one} = {other}", "mart_nazorg", "n", "onderdeel", values=(one, other))
        for one, other in (
            ("meting_6", "meting_12"),
            ("meting_12", "meting_18"),
            ("meting_18", "meting_24"),
            ("meting_24", "compleet"),
        )
    ),
    # Capacity: the days of all locations in a gemeente are the client-days there.
    *(
        Relation(
            f"capaciteit: {measure} = {other} in de bezetting ({' en '.join(detail) or 'totaal'})",
            ("regio", "gemeente_code", "maand", *detail),
            (
                Term("mart_capaciteit", measure, 1),
                *(
                    Term(
                        "mart_bezetting",
                        other,
                        -1,
                        where={"gemeente_basis": "verblijf", "basis": "levering", "perimeter": perimeter},
                    )
                    for perimeter in ("A", "-")
                ),
            ),
            exact=False,  # a location counts in its own regio, and under the product of its places
        )
        for measure, other in (("bezette_dagen", "clientdagen"), ("clienten", "unieke_clienten"))
        for detail in ((), ("product_code",))
    ),
)
