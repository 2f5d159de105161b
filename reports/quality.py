"""The quality reports: one page per regio for its coordinator and one per supplier for its contact, in Dutch.

In the order a coordinator works on Monday morning: what changed since last time, who to ring, deliveries, scores, what
is wrong and how to mend it, what it does to the figures. Plain HTML in one file each, without anything from outside: it
opens from a mail or a closed network, and no page tells anyone that it was read. They hold counts of files, rows and
findings; nothing about a person. `reports/weekly.py` sends the same pages.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from doorstroom.settings import Settings
from doorstroom.warehouse import connect
from extracts.suppliers import ContactsError, Coordinator, SupplierContact, load_coordinators, load_suppliers
from reports import charts, figures, findings, validation, workbook
from reports.charts import Series
from reports.findings import DIMENSIONS, WEEKS, Moments, Scope
from reports.page import (
    CAREFUL,
    GOOD,
    GRAVE,
    SEVERITY_TONES,
    Badge,
    Column,
    Figure,
    Link,
    Table,
    number,
    plural,
    render,
    short_date,
    write,
)

log = logging.getLogger(__name__)

#: A page lists at most so many refused or held files, and so many rules in full; the rest is counted or listed.
SHOWN_FILES, SHOWN_RULES = 50, 10
#: Fewer clients than this are not counted out in a report that others than their own supplier read.
FEW = 5

EXPLAINED = {
    "volledig": "Zijn alle gegevens die nodig zijn ingevuld, en is niets weggebleven?",
    "geldig": "Bestaat de waarde: een echte datum, een bekende code, een bestaand product?",
    "uniek": "Staat ieder record er één keer in?",
    "consistent": "Spreken gegevens elkaar niet tegen, ook niet die van andere leveranciers?",
    "tijdig": "Komen leveringen en berichten op tijd?",
}


@dataclass(frozen=True)
class Supplier:
    """One supplier as a report knows it; `contact` is None when nobody is named for it."""

    code: str
    kind: str
    name: str
    regios: frozenset[str]
    contact: SupplierContact | None

    @property
    def stem(self) -> str:
        """Its name in names of files."""
        return re.sub(r"[^A-Za-z0-9_-]", "_", self.code)

    @property
    def page(self) -> str:
        """File name of its report."""
        return f"leverancier_{self.stem}.html"

    @property
    def sheet(self) -> str:
        """File name of its list of findings."""
        return f"bevindingen_{self.stem}.xlsx"


class Library:
    """Everything known about who delivers and who reads, and the reports on it as one night left them."""

    def __init__(self, connection: psycopg.Connection, *, strict: bool = False) -> None:
        """`strict`: raise ContactsError for a list of contacts that cannot be read, instead of doing without it."""
        self.connection, self.strict = connection, strict

    @cached_property
    def contacts(self) -> tuple[dict[str, SupplierContact], dict[str, Coordinator]]:
        """The contacts of suppliers and the coordinators of regions."""
        try:
            return load_suppliers(), load_coordinators()
        except ContactsError as error:
            if self.strict:
                raise
            log.warning("%s De rapporten gaan zonder namen en adressen.", error)
            return {}, {}

    @cached_property
    def coordinators(self) -> dict[str, Coordinator]:
        """The coordinator of each regio that has one."""
        return self.contacts[1]

    @cached_property
    def suppliers(self) -> dict[str, Supplier]:
        """Every supplier in the ledger, in the order of the kinds and then by name."""
        contacts = self.contacts[0]
        placed = figures.regions_of_suppliers(self.connection)
        found = []
        for row in figures.intake(self.connection):
            code, kind = row["leverancier"], row["soort"]
            contact = contacts.get(code)
            regio = figures.REGION_OF_KIND.get(kind) or placed.get(code)
            regios = contact.regios if contact else (regio,) if regio else ()
            name = contact.naam if contact else supplier_name(kind, code)
            found.append(Supplier(code, kind, name, frozenset(regios), contact))
        order = list(figures.KINDS)
        found.sort(key=lambda s: (order.index(s.kind) if s.kind in order else len(order), s.name))
        return {supplier.code: supplier for supplier in found}

    @cached_property
    def silent(self) -> list[SupplierContact]:
        """Suppliers on the region's own list of contacts of whom nothing ever came."""
        if Settings.from_env().contacten is None:
            return []
        return [contact for code, contact in self.contacts[0].items() if code not in self.suppliers]

    def of_region(self, regio: str) -> list[Supplier]:
        """Return the suppliers of a regio; one of no known regio is shown to both rather than to nobody."""
        return [supplier for supplier in self.suppliers.values() if not supplier.regios or regio in supplier.regios]

    def scope(self, regio: str) -> Scope:
        """Return whose findings the coordinator of a regio reads."""
        suppliers = self.of_region(regio)
        return Scope(
            frozenset(s.code for s in suppliers if s.regios == {regio}),
            frozenset(s.code for s in suppliers if s.regios != {regio}),
            regio,
        )

    def supplier_report(self, code: str, moments: Moments, *, link: bool = True) -> dict[str, Any]:
        """Return what fills `leverancier.html.j2`. Its own counts are shown as they are: it delivered them itself.

        `link`: whether the list of findings lies beside the page, so that the page can refer to it.
        """
        supplier = self.suppliers[code]
        scope = Scope.of([code])
        common = self._common(scope, moments)
        regios = sorted(supplier.regios)
        return {
            **common,
            "titel": f"Kwaliteit van de leveringen: {supplier.name}",
            "leverancier": supplier,
            "link": link,
            "coordinatoren": [self.coordinators[regio] for regio in regios if regio in self.coordinators],
            "leveringen": _delivery_table(common["leveringen_ruw"]),
            "te_doen": _to_do(common),
            "effect": _effect_table(common["effect_ruw"], whole=True),
        }

    def region_report(self, regio: str, moments: Moments, *, link: bool = True) -> dict[str, Any]:
        """Return what fills `regio.html.j2`; clients are not counted out below five.

        `link`: whether the index and the pages of the suppliers lie beside this one.
        """
        scope = self.scope(regio)
        common = self._common(scope, moments)
        suppliers = self.of_region(regio)
        changes = findings.per_supplier(self.connection, scope, moments)
        weekly = findings.supplier_scores(self.connection, scope, moments)
        return {
            **common,
            "titel": f"Kwaliteit van de leveringen: {figures.REGIONS[regio]}",
            "regio": regio,
            "coordinator": self.coordinators.get(regio),
            "bellen": _to_ring(suppliers, common, changes, weekly),
            "per_leverancier": _supplier_table(suppliers, changes, whole=False, link=link),
            "overzicht": _supplier_table(suppliers, changes, whole=True, link=link),
            "link": link,
            "leveringen": _region_deliveries(suppliers, common["leveringen_ruw"]) if suppliers else None,
            "zwijgers": [contact for contact in self.silent if regio in contact.regios],
            "scores_per_leverancier": _score_table(suppliers, weekly),
            "effect": _effect_table(common["effect_ruw"], whole=False),
        }

    def _common(self, scope: Scope, moments: Moments) -> dict[str, Any]:
        connection = self.connection
        rules = findings.per_rule(connection, scope, moments)
        standing = [rule for rule in rules if rule["open"]]
        away = findings.turned_away(connection, scope, moments)
        names = {code: supplier.name for code, supplier in self.suppliers.items()}
        for rule in rules:
            rule["namen"] = sorted(names.get(code, code) for code in rule["leveranciers"])
        for file in away:
            file["naam"] = names.get(file["leverancier"], file["leverancier"])
        return {
            "datum": moments.peil,
            "moment": moments,
            "dossier": findings.has_dossier(connection),
            "verouderd": False,
            "totaal": findings.totals(connection, scope, moments),
            "wijzigingen": _change_table(rules, first=moments.voor is None),
            "bedankt": sorted((r for r in _by_text(rules) if r["opgelost"]), key=lambda r: -r["opgelost"])[:5],
            "leveringen_ruw": findings.deliveries(connection, scope, moments),
            # A held file that a later one has overtaken asks nothing of anybody any more.
            "aangehouden": [f for f in away if f["status"] == "aangehouden" and not f["daarna"]],
            "geweigerd": [file for file in away if file["status"] == "geweigerd"][:SHOWN_FILES],
            "meer_geweigerd": max(0, sum(file["status"] == "geweigerd" for file in away) - SHOWN_FILES),
            "scores": _score_figures(findings.scores(connection, scope, moments), moments),
            "uitleg": EXPLAINED,
            "regels": standing[:SHOWN_RULES],
            "meer_regels": _rule_table(standing[SHOWN_RULES:]) if len(standing) > SHOWN_RULES else None,
            "geaccepteerd": findings.accepted(connection, scope, moments),
            "namen": names,
            "effect_ruw": findings.effect(connection, scope, moments),
        }


def write_reports(folder: Path | None = None) -> list[Path]:
    """Write the reports on everything delivered so far, and return their paths; the first is the index.

    They replace those of an earlier night. Default folder: `rapporten` in the state folder. What changed is told since
    the last report that was sent, or else since the last night of the week before.
    """
    from reports.weekly import moments_for  # noqa: PLC0415 - it sends what is made here

    folder = folder or Settings.from_env().state / "rapporten"
    folder.mkdir(parents=True, exist_ok=True)
    with connect() as connection:
        night = figures.last_night(connection)
        library = Library(connection)
        regions: list[dict[str, Any]] = []
        pages: list[tuple[str, str, dict[str, Any]]] = []
        written: list[Path] = []
        if night:
            for code, name in figures.REGIONS.items():
                moments = moments_for(connection, "coordinator", code, night.datum)
                report = library.region_report(code, moments)
                regions.append({"naam": name, "pagina": f"regio_{code}.html", "rapport": report})
                pages.append((f"regio_{code}.html", "regio.html.j2", report))
            for supplier in library.suppliers.values():
                moments = moments_for(connection, "leverancier", supplier.code, night.datum)
                report = library.supplier_report(supplier.code, moments)
                pages.append((supplier.page, "leverancier.html.j2", report))
                workbook.write_findings(folder / supplier.sheet, connection, supplier.code, supplier.name, moments)
        index = {"titel": "Kwaliteit van de leveringen", "datum": night.datum if night else None, "regios": regions}
        written = [write(folder / name, render(template, values)) for name, template, values in pages]
        written.insert(0, write(folder / "index.html", render("index.html.j2", index)))
        sheets = {supplier.sheet for supplier in library.suppliers.values()} if night else set()
        validation.write_pages(folder / "validatie", connection)
    for old in [*folder.glob("*.html"), *folder.glob("bevindingen_*.xlsx")]:
        if old not in written and old.name not in sheets:
            old.unlink()
    return written


def supplier_name(kind: str, code: str) -> str:
    """Return what a supplier without a contact is called: its name when the kind is one supplier, else its code."""
    if kind in figures.REGION_OF_KIND:
        return figures.KINDS[kind]
    return f"{ {'zorgaanbieders': 'Zorgaanbieder', 'corporaties': 'Woningcorporatie'}.get(kind, 'Leverancier') } {code}"


def _change_table(rules: list[dict[str, Any]], *, first: bool) -> Table | None:
    changed = [r for r in _by_text(rules) if r["nieuw"] or r["opgelost"] or r["teruggekeerd"]]
    if first or not changed:
        return None
    changed.sort(
        key=lambda r: (list(SEVERITY_TONES).index(r["ernst"]), -r["nieuw"] - r["teruggekeerd"], -r["opgelost"])
    )
    columns = [
        Column("Wat er mis is", text=True),
        Column("Ernst"),
        *(Column(title, numeric=True) for title in ("Nieuw", "Opgelost", "Teruggekeerd", "Nu open")),
    ]
    keys = ("nieuw", "opgelost", "teruggekeerd", "open")
    return Table(
        "Wijzigingen per regel",
        columns,
        [[rule["omschrijving"], _severity(rule["ernst"]), *(rule[key] for key in keys)] for rule in changed],
        foot=["Samen", "", *(sum(rule[key] for rule in changed) for key in keys[:3]), ""],
        note="Regels waarin niets veranderde staan hier niet; zij staan verderop.",
    )


def _by_text(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the counts of rules that say the same of different feeds together: a reader sees one rule."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for rule in rules:
        same = found.setdefault(
            (rule["ernst"], rule["omschrijving"]),
            {"ernst": rule["ernst"], "omschrijving": rule["omschrijving"], **dict.fromkeys(findings.COUNTS, 0)},
        )
        for key in findings.COUNTS:
            same[key] += rule[key]
    return list(found.values())


def _severity(word: str) -> Badge:
    return Badge(word, SEVERITY_TONES[word])


def _lateness(feed: dict[str, Any]) -> Badge | str:
    days = feed["te_laat_dagen"]
    if days is None:
        return "geen vast ritme" if feed["frequentie"] in {"wijziging", "doorlopend"} else "niet vastgesteld"
    return Badge(f"{plural(days, 'dag', 'dagen')} te laat", GRAVE) if days else Badge("op tijd", GOOD)


def _delivery_table(feeds: list[dict[str, Any]]) -> Table:
    titles = ("Bestanden", "Rijen gelezen", "Geladen", "In quaran\u00adtaine")
    keys = ("bestanden", "rijen_gelezen", "rijen_geladen", "rijen_quarantaine")
    return Table(
        "Leveringen sinds het vorige rapport",
        [Column("Levering"), Column("Op tijd"), Column("Laatste levering"), *(Column(t, numeric=True) for t in titles)],
        [[feed["titel"], _lateness(feed), feed["laatste"], *(feed[key] for key in keys)] for feed in feeds],
        note="Rijen in quarantaine tellen niet mee in de cijfers zolang de blokkerende fout erin zit; rijen over "
        "personen die zijn vergeten (AVG) worden niet geladen.",
        hide_caption=True,
    )


def _region_deliveries(suppliers: list[Supplier], feeds: list[dict[str, Any]]) -> Table:
    rows = []
    for supplier in suppliers:
        own = [feed for feed in feeds if feed["leverancier"] == supplier.code]
        late = [feed["te_laat_dagen"] for feed in own if feed["te_laat_dagen"] is not None]
        if any(late):
            told: Any = Badge(f"{plural(max(late), 'dag', 'dagen')} te laat", GRAVE)
        else:
            told = Badge("op tijd", GOOD) if late else "niet vastgesteld"
        latest = max((feed["laatste"] for feed in own if feed["laatste"]), default=None)
        sums = [
            sum(feed[key] for feed in own)
            for key in ("bestanden", "geweigerd", "aangehouden", "rijen_gelezen", "rijen_quarantaine")
        ]
        rows.append([supplier.name, told, latest, *sums])
    titles = ("Bestanden", "Geweigerd", "Aange\u00adhouden", "Rijen gelezen", "In quaran\u00adtaine")
    return Table(
        "Leveringen sinds het vorige rapport",
        [
            Column("Leverancier"),
            Column("Op tijd"),
            Column("Laatste levering"),
            *(Column(title, numeric=True) for title in titles),
        ],
        rows,
        note="Rijen in quarantaine tellen niet mee in de cijfers zolang de blokkerende fout erin zit.",
        hide_caption=True,
    )


def _supplier_table(suppliers: list[Supplier], changes: dict[str, dict[str, int]], *, whole: bool, link: bool) -> Table:
    """Return what changed per supplier, the most changed first; `whole`: those without findings too, one row each."""
    keys = ("nieuw", "opgelost", "teruggekeerd", "open", "blokkerend")
    nothing = dict.fromkeys(keys, 0)
    rows = [(supplier, changes.get(supplier.code, nothing)) for supplier in suppliers]
    quiet = [] if whole else [supplier.name for supplier, counts in rows if not any(counts[key] for key in keys)]
    rows = [row for row in rows if row[0].name not in quiet]
    rows.sort(key=lambda row: (-row[1]["nieuw"] - row[1]["teruggekeerd"], -row[1]["open"], row[0].name))
    titles = ("Nieuw", "Opgelost", "Teruggekeerd", "Nu open", "Blokkerend")
    return Table(
        "Wijzigingen per leverancier",
        [Column("Leverancier"), *(Column(title, numeric=True) for title in titles)],
        [
            [Link(supplier.name, supplier.page) if link else supplier.name, *(counts[key] for key in keys)]
            for supplier, counts in rows
        ],
        foot=["Samen", *(sum(counts[key] for _, counts in rows) for key in keys)] if rows else None,
        note=f"Zonder bevindingen: {', '.join(quiet)}." if quiet else "",
    )


def _rule_table(rules: list[dict[str, Any]]) -> Table:
    return Table(
        "De overige regels",
        [
            Column("Wat er mis is", text=True),
            Column("Ernst"),
            Column("Hoe te herstellen", text=True),
            Column("Nieuw", numeric=True),
            Column("Nu open", numeric=True),
        ],
        [
            [rule["omschrijving"], _severity(rule["ernst"]), rule["herstel"], rule["nieuw"], rule["open"]]
            for rule in rules
        ],
    )


def _score_figures(scores: dict[str, dict[date, float | None]], moments: Moments) -> list[Figure]:
    weeks = [moments.week - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    every = [value for values in scores.values() for value in values.values() if value is not None]
    low = next(float(bound) for bound in (90, 50, 0) if min(every, default=100.0) >= bound)
    made = []
    for dimension in DIMENSIONS:
        values = [scores[dimension].get(week) for week in weeks]
        title = dimension.capitalize()
        now = values[-1]
        known = [value for value in values[:-1] if value is not None]
        remark = EXPLAINED[dimension]
        if now is not None and known and values[-2] is not None:
            step = round(now - values[-2], 1)
            change = f"{number(abs(step))} {'hoger' if step > 0 else 'lager'} dan" if step else "gelijk aan"
            remark = f"{change[0].upper()}{change[1:]} vorige week. {remark}"
        drawing = charts.lines(
            f"trend-{dimension}",
            f"{title}: score per week, {WEEKS} weken",
            [short_date(week)[:-5] for week in weeks],
            [Series(title, values)],
            bounds=(low, 100.0),
            height=110,
        )
        table = Table(
            f"{title}: score per week",
            [Column("Week van"), Column("Score", numeric=True)],
            [
                [short_date(week), "n.v.t." if value is None else _points(value)]
                for week, value in zip(weeks, values, strict=True)
            ],
            hide_caption=True,
        )
        made.append(Figure(title, drawing, table, "n.v.t." if now is None else _points(now), remark))
    return made


def _points(score: float) -> str:
    """Return a score with its decimal, so that scores stand under each other."""
    return f"{score:.1f}".replace(".", ",")


def _score_table(suppliers: list[Supplier], weekly: list[dict[str, Any]]) -> Table:
    found = {(row["leverancier"], row["dimensie"]): row for row in weekly}

    def shown(code: str, dimension: str) -> Any:
        row = found.get((code, dimension))
        if row is None or row["score"] is None:
            return "n.v.t."
        points = _points(row["score"])
        return Badge(f"let op {points}", CAREFUL) if row["alarm"] else points

    return Table(
        "Score per leverancier",
        [Column("Leverancier"), *(Column(dimension.capitalize(), numeric=True) for dimension in DIMENSIONS)],
        [[s.name, *(shown(s.code, dimension) for dimension in DIMENSIONS)] for s in suppliers],
        note="Percentage van de rijen zonder bevinding, naar beneden afgerond. «let op»: een regel wordt vaker "
        "gebroken dan de drempel, en meer dan door toeval kan. n.v.t.: er was niets om op te toetsen.",
    )


def _effect_table(marts: list[dict[str, Any]], *, whole: bool) -> Table | None:
    """Return the effect on the figures; not `whole`: 1 to 4 clients are «minder dan 5», and so are their findings.

    Marts that the same clients and findings touch stand in one row.
    """
    if not marts:
        return None

    def shown(mart: dict[str, Any], key: str) -> Any:
        if not whole and 0 < mart["clienten"] < FEW and 0 < mart[key] < FEW:
            return f"minder dan {FEW}"
        return f"minstens {number(mart[key])}" if key == "clienten" and mart["minstens"] and mart[key] else mart[key]

    rows: dict[tuple[Any, Any], list[str]] = {}
    for mart in marts:
        counts = shown(mart, "clienten"), shown(mart, "meldingen")
        rows.setdefault(counts, []).append(mart["mart"].removeprefix("mart_").replace("_", " "))
    return Table(
        "Cijfers die hierdoor geraakt worden",
        [Column("Cijfers over", text=True), Column("Cliënten", numeric=True), Column("Bevindingen", numeric=True)],
        [[", ".join(sorted(names)), *counts] for counts, names in rows.items()],
        note="Een cliënt kan in meer rijen van deze tabel voorkomen; de aantallen zijn niet op te tellen.",
        hide_caption=True,
    )


def _to_do(report: dict[str, Any]) -> list[str]:
    """Return what a supplier is asked to do this week, the most pressing first, at most five."""
    asked = [
        f"Lever {feed['titel']} alsnog: {plural(feed['te_laat_dagen'], 'dag', 'dagen')} te laat."
        for feed in report["leveringen_ruw"]
        if feed["te_laat_dagen"]
    ]
    if report["aangehouden"]:
        held = len(report["aangehouden"])
        one, many = "het aangehouden bestand klopt", f"de {number(held)} aangehouden bestanden kloppen"
        asked.append(f"Laat uw coördinator weten of {one if held == 1 else many}.")
    unmended = [file for file in report["geweigerd"] if not file["daarna"]]
    if unmended:
        asked.append(
            f"Lever {plural(len(unmended), 'geweigerd bestand', 'geweigerde bestanden')} verbeterd opnieuw aan."
        )
    asked += [
        f"{'Kijk na' if rule['ernst'] == 'signaal' else 'Herstel'}, {number(rule['open'])} keer: {rule['omschrijving']}"
        for rule in report["regels"]
    ]
    return asked[:5]


def _to_ring(
    suppliers: list[Supplier],
    report: dict[str, Any],
    changes: dict[str, dict[str, int]],
    weekly: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return the suppliers a coordinator had better ring, the most pressing first, each with why; at most six."""
    calls = []
    for supplier in suppliers:
        late = [f for f in report["leveringen_ruw"] if f["leverancier"] == supplier.code and f["te_laat_dagen"]]
        held = [f for f in report["aangehouden"] if f["leverancier"] == supplier.code]
        refused = [f for f in report["geweigerd"] if f["leverancier"] == supplier.code and not f["daarna"]]
        counts = changes.get(supplier.code, {})
        worse = [r["dimensie"] for r in weekly if r["leverancier"] == supplier.code and r["alarm"]]
        reasons = []
        if late:
            worst = max(late, key=lambda feed: feed["te_laat_dagen"])
            more = f" en {plural(len(late) - 1, 'andere levering', 'andere leveringen')}" if len(late) > 1 else ""
            reasons.append(f"{worst['titel']}{more} te laat, {plural(worst['te_laat_dagen'], 'dag', 'dagen')}")
        if held:
            reasons.append(f"{plural(len(held), 'bestand', 'bestanden')} aangehouden")
        if refused:
            reasons.append(f"{plural(len(refused), 'bestand', 'bestanden')} geweigerd en niet opnieuw geleverd")
        if counts.get("teruggekeerd"):
            reasons.append(f"{plural(counts['teruggekeerd'], 'bevinding', 'bevindingen')} teruggekeerd")
        if worse:
            reasons.append(f"meer bevindingen dan de drempel ({', '.join(worse)})")
        if reasons:
            weight = 1000 * len(held) + 100 * len(late) + 50 * len(refused) + 20 * len(worse)
            weight += min(19, counts.get("teruggekeerd", 0))
            calls.append((-weight, supplier.name, {"leverancier": supplier, "redenen": reasons}))
    calls.sort(key=lambda call: call[:2])
    return [call for _, _, call in calls[:6]]
