"""From contract to rules to Great Expectations suites.

Every rule of a feed follows from its contract: from `required`, `primaryKey`, `logicalType`, `codes` and `lijst` of a
column, or from a rule under `quality`. A rule has a stable id `<tabel>.<kolom>.<soort>`, a Dutch description of what is
wrong and how to mend it at the source, where it comes from, a dimension and a severity. What blocks a row is what
deliveries («What bad input gets») names: no key, no valid date, unknown product, end before start, a BSN that fails
the 11-proef; the rest is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from psycopg import sql

from expectations import references
from expectations.herstel import TEXTS, again, remedy
from expectations.raakt import marts, marts_downstream
from extracts.contract import Column, Contract, Table, custom_properties, load_contracts
from extracts.ledger import BERICHTEN, ONBEKEND

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite

BLOKKEREND, FOUT, SIGNAAL = "blokkerend", "fout", "signaal"

#: The rules across suppliers, judged by dbt.
CHAIN_RULES = Path(__file__).parent / "ketenregels.yaml"

#: Our severities in the words of Great Expectations.
GX_SEVERITY = {BLOKKEREND: "critical", FOUT: "warning", SIGNAAL: "info"}

#: The dimensions of the contracts (ODCS), in the words of who reads about them.
DIMENSIES = {
    "completeness": "volledig",
    "validity": "geldig",
    "uniqueness": "uniek",
    "consistency": "consistent",
    "timeliness": "tijdig",
}
DIMENSIONS = tuple(DIMENSIES)

#: ODCS calls conformity what our catalogue and its readers call validity (geldig).
ODCS_DIMENSIONS = {"conformity": "validity", **{name: name for name in DIMENSIONS if name != "validity"}}

#: Kinds of rules: on rows, on files, and across suppliers (the chain).
RIJ, BESTAND, KETEN = "rij", "bestand", "keten"

#: Source of a rule that neither iWmo nor the definitions number: the delivery agreement (`leveringsafspraak`) itself.
AGREEMENT = "LA"

NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
MATCH = "expect_column_values_to_match_regex"
NOT_MATCH = "expect_column_values_to_not_match_regex"
PAIR = "expect_column_pair_values_a_to_be_greater_than_b"
QUERY = "unexpected_rows_expectation"

#: Which rows a rule looks at. `rij`: all; `sleutel`: those with as many cells as the header (of the others no cell is
#: known); `inhoud`: those, without the removals of a mutation feed, which need no more than key, kind and time.
SCOPES = {
    "rij": "true",
    "sleutel": "coalesce(gebreken, '') !~ '(^| )velden( |$)'",
    "inhoud": "coalesce(gebreken, '') !~ '(^| )velden( |$)' and mutatiesoort is distinct from 'V'",
}

#: Signals of the readers about a file, as rules: code in the ledger → dimension and description.
FILE_SIGNALS = {
    "onbekende_kolom": ("validity", "Het bestand heeft een kolom die niet in het contract staat; die is overgeslagen."),
    "onbekend_werkblad": ("validity", "De werkmap heeft een werkblad dat niet in het contract staat."),
    "versie_niet_geverifieerd": (
        "validity",
        "Deze versie van iWmo is gelezen naar de bouw van haar familie en is niet geverifieerd.",
    ),
}


@dataclass(frozen=True)
class Rule:
    """One rule on the rows of one raw table, or on its files when `expectation` is None."""

    rule_id: str
    feed: str
    table: str
    dimension: str
    severity: str
    description: str
    column: str | None = None
    scope: str = "inhoud"
    expectation: str | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)
    remedy: str = ""
    """`herstel`: how the supplier mends it at the source."""
    source: str = AGREEMENT
    """`bron`: TR, CS, CD, OP and code lists of iWmo, D, Q, S, E, X of the definitions, LA."""
    kind: str = RIJ
    touches: tuple[str, ...] = ()
    """`raakt`: the marts that a finding changes or leaves something out of."""
    threshold: float | None = None
    """Share of broken rows that is an alarm, where this rule has its own."""

    def offenders(self, batch: sql.Identifier) -> sql.Composable:
        """Return a query for (levering_id, rij_nr) of the rows that break this rule: what the expectation counts.

        Great Expectations judges; this query only finds the rows again, in the database, so that no values and no row
        lists pass through Python. The judge checks that both say the same.
        """
        if self.expectation == QUERY:
            marker = batch.as_string()
            return sql.SQL(references.expand(self.kwargs["unexpected_rows_query"]).replace("{batch}", marker))
        return sql.SQL("select levering_id, rij_nr from {} where {}").format(batch, self._broken())

    def _broken(self) -> sql.Composable:
        """Return the opposite of a native expectation, as a condition; NULL counts as kept, as in GX."""
        kwargs = self.kwargs
        if self.expectation == PAIR:
            operator = sql.SQL(">=" if kwargs.get("or_equal") else ">")
            a, b = sql.Identifier(kwargs["column_A"]), sql.Identifier(kwargs["column_B"])
            return sql.SQL("not ({} {} {})").format(a, operator, b)
        column = sql.Identifier(kwargs["column"])
        if self.expectation == NOT_NULL:
            return sql.SQL("{} is null").format(column)
        if self.expectation == IN_SET:
            values = sql.SQL(", ").join(map(sql.Literal, kwargs["value_set"]))
            return sql.SQL("{} not in ({})").format(column, values)
        condition = {MATCH: "{} !~ {}", NOT_MATCH: "{} ~ {}"}[self.expectation or ""]
        return sql.SQL(condition).format(column, sql.Literal(kwargs["regex"]))

    def as_gx(self) -> dict[str, Any]:
        """Return the rule as `gx.ExpectationSuite` takes it."""
        kwargs = dict(self.kwargs)
        if self.expectation == QUERY:
            # GX formats the query with `{batch}`; every other brace is SQL's own.
            query = references.expand(kwargs["unexpected_rows_query"])
            escaped = query.replace("{", "{{").replace("}", "}}").replace("{{batch}}", "{batch}")
            # One row is enough to break the rule; GX would get all of them into memory.
            kwargs["unexpected_rows_query"] = f"select * from ({escaped}) as gebroken limit 1"  # noqa: S608
        if self.expectation == PAIR:
            kwargs.setdefault("ignore_row_if", "either_value_is_missing")
        return {
            "type": self.expectation,
            "kwargs": kwargs,
            "severity": GX_SEVERITY[self.severity],
            "description": self.description,
            "meta": {"regel_id": self.rule_id, "dimensie": self.dimension, "ernst": self.severity},
        }


def _defect(kind: str, column: str | None = None) -> str:
    """Return a pattern for a reader's defect in `gebreken`; without a column that of any column."""
    return rf"(^| )({kind}):{column or '[a-z_]+'}( |$)"


class _Builder:
    """Derives the rules of one table."""

    def __init__(self, contract: Contract, table: Table) -> None:
        self.contract, self.table = contract, table
        self.mutations = contract.delivery == "mutaties"
        self.bookkeeping = {*table.key, "mutatiesoort", "mutatietijd"} if self.mutations else set()

    def rule(
        self,
        subject: str,
        kind: str,
        dimension: str,
        severity: str,
        description: str,
        *,
        expectation: str,
        fix: str,
        source: str = AGREEMENT,
        **kwargs: Any,
    ) -> Rule:
        columns = {column.name: column for column in self.table.columns}
        scope = "sleutel" if subject in self.bookkeeping or not self.mutations else "inhoud"
        return Rule(
            f"{self.table.name}.{subject}.{kind}",
            self.contract.name,
            self.table.name,
            dimension,
            severity,
            description,
            subject if subject in columns else None,
            scope,
            expectation,
            kwargs,
            f"{self.fix(fix, columns.get(subject))} {again(self.contract)}",
            source,
            touches=self.touched(severity, columns.get(subject)),
        )

    def fix(self, text: str, column: Column | None) -> str:
        """Return the text of a derived kind, or the contract's own words."""
        return remedy(text, self.contract, self.table, column) if text in TEXTS else text

    def touched(self, severity: str, column: Column | None) -> tuple[str, ...]:
        """Return the marts: a quarantined row is missing from all that count it, a column matters where it is used."""
        counting = marts_downstream(f"raw.{self.table.name}")
        if severity == BLOKKEREND or column is None or column.touches is None:
            return counting
        return tuple(mart for mart in counting if mart in column.touches)

    def defect(
        self, subject: str, kind: str, dimension: str, severity: str, description: str, *, pattern: str, **about: str
    ) -> Rule:
        return self.rule(
            subject,
            kind,
            dimension,
            severity,
            description,
            expectation=NOT_MATCH,
            column="gebreken",
            regex=pattern,
            **about,
        )

    def query(
        self, subject: str, kind: str, dimension: str, severity: str, description: str, *, where: str, **about: str
    ) -> Rule:
        text = f"select levering_id, rij_nr from {{batch}} where {where}"  # noqa: S608 - from our own contracts
        return self.rule(
            subject,
            kind,
            dimension,
            severity,
            description,
            expectation=QUERY,
            unexpected_rows_query=text,
            **about,
        )

    def rules(self) -> Iterator[Rule]:
        yield from self.of_row()
        yield from self.of_person()
        for column in self.table.stored_columns:
            yield from self.of_column(column)
        if self.table.key:
            yield self.of_key()
        for node in self.table.rules:
            yield self.of_contract(node)

    def of_row(self) -> Iterator[Rule]:
        """Yield rules on what the reader saw of the row as a whole."""
        if self.contract.form == "csv":
            ragged = self.defect(
                "rij",
                "velden",
                "validity",
                BLOKKEREND,
                "De rij heeft meer of minder velden dan de kop; van zo'n rij is geen veld zeker.",
                pattern="(^| )velden( |$)",
                fix="velden",
            )
            yield replace(ragged, scope="rij")
        yield self.defect(
            "rij",
            "formule",
            "validity",
            FOUT,
            "Een cel begint als een formule; die is onschadelijk gemaakt.",
            pattern=_defect("formule"),
            fix="formule",
        )
        yield self.defect(
            "rij",
            "privacy",
            "validity",
            FOUT,
            "Een cel bevat een nummer dat een BSN kan zijn; dat is niet opgeslagen.",
            pattern=_defect("privacy"),
            fix="privacy",
            source="D.0",
        )

    def of_person(self) -> Iterator[Rule]:
        """Yield rules on BSN and clientnummer, known by their pseudonyms and what the reader noted (D.0, Q-23)."""
        delivered = {column.name: column for column in self.table.columns}
        bsn = delivered.get("bsn")
        if bsn is None:
            return
        wrong = "coalesce(gebreken, '') !~ '(^| )bsn:elfproef( |$)'"
        yield self.defect(
            "bsn",
            "elfproef",
            "validity",
            BLOKKEREND,
            "Het BSN voldoet niet aan de 11-proef.",
            pattern="(^| )bsn:elfproef( |$)",
            fix="elfproef_iwmo" if bsn.required else "elfproef",
            source="CS002",
        )
        if self.contract.form == "xlsx":
            yield self.defect(
                "bsn",
                "voorloopnul",
                "validity",
                FOUT,
                "Het BSN miste voorloopnullen; die zijn teruggezet.",
                pattern="(^| )bsn:voorloopnul( |$)",
                fix="voorloopnul",
            )
        if "clientnummer" in delivered:
            yield self.query(
                "persoon",
                "ontbreekt",
                "completeness",
                BLOKKEREND,
                "BSN en cliëntnummer ontbreken allebei; de rij hoort bij niemand.",
                where=f"persoon_sleutel is null and {wrong}",
                fix="niemand",
                source="D.0",
            )
            yield self.query(
                "bsn",
                "ontbreekt",
                "completeness",
                SIGNAAL,
                "Het BSN ontbreekt; de persoon is alleen bij deze leverancier bekend.",
                where="koppelzekerheid = 'laag'",
                fix="bsn",
                source="Q-23",
            )
        else:
            severity = BLOKKEREND if bsn.required else SIGNAAL
            description = (
                "Het BSN ontbreekt; dat is verplicht in iWmo."
                if bsn.required
                else "Het BSN ontbreekt; de rij is aan niemand te koppelen."
            )
            yield self.query(
                "bsn",
                "ontbreekt",
                "completeness",
                severity,
                description,
                where=f"persoon_sleutel is null and {wrong}",
                fix="bsn_verplicht" if bsn.required else "bsn",
                source="OP079" if bsn.required else "Q-23",
            )

    def of_column(self, column: Column) -> Iterator[Rule]:
        """Yield what follows from the declaration of one column."""
        name, kind = column.name, column.logical_type
        if column.required:
            blocks = column.primary_key or kind in {"date", "timestamp"} or column.codes_severity == BLOKKEREND
            severity = BLOKKEREND if blocks else FOUT
            yield self.rule(
                name,
                "ontbreekt",
                "completeness",
                severity,
                f"De verplichte waarde {name} ontbreekt.",
                expectation=NOT_NULL,
                column=name,
                fix="sleutel" if column.primary_key else "verplicht",
            )
        if kind in {"date", "timestamp"}:
            yield self.defect(
                name,
                "geen_datum" if kind == "date" else "geen_tijdstip",
                "validity",
                BLOKKEREND,
                f"De waarde in {name} is geen geldige {'datum' if kind == 'date' else 'datum met tijd'}.",
                pattern=_defect("datum|tijd", name),
                fix="datum" if kind == "date" else "tijdstip",
            )
        if kind in {"integer", "number"}:
            yield self.defect(
                name,
                "geen_getal",
                "validity",
                FOUT,
                f"De waarde in {name} is geen getal.",
                pattern=_defect("getal", name),
                fix="getal",
            )
        if column.codes:
            values = [int(code) if kind == "integer" else code for code in column.codes]
            yield self.rule(
                name,
                "onbekende_code",
                "validity",
                column.codes_severity,
                f"De waarde in {name} staat niet op de codelijst.",
                expectation=IN_SET,
                column=name,
                value_set=values,
                fix="code",
                source=column.source or AGREEMENT,
            )
        if column.lookup == "gemeente":
            description = f"De waarde in {name} is geen gemeentecode die ooit bestond; de gemeente telt als onbekend."
            yield self.rule(
                name,
                "onbekende_gemeente",
                "validity",
                FOUT,
                description,
                expectation=IN_SET,
                column=name,
                value_set=list(references.codes("gemeente")),
                fix="gemeente",
                source="TR378",
            )
        elif column.lookup:
            yield self.rule(
                name,
                "onbekend_product",
                "validity",
                BLOKKEREND,
                f"De waarde in {name} staat in geen productlijst van de regio.",
                expectation=IN_SET,
                column=name,
                value_set=list(references.codes(column.lookup)),
                fix="product",
                source="S-277",
            )

    def of_key(self) -> Rule:
        """One row per key and delivery; the last one counts (TR101). Flags the rows that therefore do not count."""
        names = ["persoon_sleutel" if name == "bsn" else name for name in self.table.key]
        required = [
            "persoon_sleutel" if column.name == "bsn" else column.name
            for column in self.table.columns
            if column.primary_key and (column.required or column.name == "bsn")
        ]
        if self.mutations:
            # The same key with another time is a next mutation, not a double.
            names.append("mutatietijd")
            required.append("mutatietijd")
        text = (
            "select levering_id, rij_nr from (select levering_id, rij_nr, "  # noqa: S608 - from our own contracts
            f"lead(rij_nr) over (partition by levering_id, {', '.join(names)} order by rij_nr) as volgende "
            f"from {{batch}} where {' and '.join(f'{name} is not null' for name in required)}) as rijen "
            "where volgende is not null"
        )
        rule = self.rule(
            "sleutel",
            "dubbel",
            "uniqueness",
            FOUT,
            "De sleutel komt in dezelfde levering nog eens voor; de laatste rij telt.",
            expectation=QUERY,
            unexpected_rows_query=text,
            fix="dubbel",
            source="TR101",
        )
        return replace(rule, scope="sleutel")

    def of_contract(self, node: dict[str, Any]) -> Rule:
        """Return a rule written out in the contract; raises ValueError for a name, dimension or kind we do not know."""
        table, subject, kind = node["name"].split(".")
        implementation, custom = node["implementation"], custom_properties(node)
        if (
            table != self.table.name
            or node["dimension"] not in ODCS_DIMENSIONS
            or node["severity"] not in GX_SEVERITY
            or implementation["type"] not in {QUERY, NOT_NULL, IN_SET, MATCH, NOT_MATCH, PAIR}
        ):
            message = f"Regel {node['name']} in het contract van {self.contract.name} is niet te lezen."
            raise ValueError(message)
        rule = self.rule(
            subject,
            kind,
            ODCS_DIMENSIONS[node["dimension"]],
            node["severity"],
            node["description"],
            expectation=implementation["type"],
            fix=custom["herstel"],
            source=custom["bron"],
            **implementation["kwargs"],
        )
        return replace(rule, threshold=custom.get("drempel"))


@cache
def rules_of(feed: str) -> tuple[Rule, ...]:
    """Return all rules of a feed on its rows, in the order of its contract. Raises KeyError, ValueError."""
    contract = load_contracts()[feed]
    rules = tuple(rule for table in contract.tables for rule in _Builder(contract, table).rules())
    ids = [rule.rule_id for rule in rules]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        message = f"Regels met hetzelfde nummer: {', '.join(sorted(twice))}"
        raise ValueError(message)
    return rules


@cache
def file_rules_of(feed: str) -> tuple[Rule, ...]:
    """Return the rules of a feed about whole files: the readers' signals, and the volume of a snapshot."""
    contract = load_contracts()[feed]
    applicable = {"csv": ["onbekende_kolom"], "xlsx": ["onbekende_kolom", "onbekend_werkblad"]}.get(
        contract.form, ["versie_niet_geverifieerd"]
    )
    counting = {mart for table in contract.tables for mart in marts_downstream(f"raw.{table.name}")}
    rules = [
        Rule(
            f"{feed}.bestand.{code}",
            feed,
            contract.tables[0].name,
            dimension,
            SIGNAAL,
            description,
            remedy=TEXTS[code],
            kind=BESTAND,
        )
        for code, (dimension, description) in FILE_SIGNALS.items()
        if code in applicable
    ]
    if contract.delivery == "momentopname":
        rules.append(
            Rule(
                f"{feed}.bestand.volume",
                feed,
                contract.tables[0].name,
                "completeness",
                FOUT,
                "De momentopname heeft veel minder of veel meer rijen dan de vorige; aangehouden tot iemand vrijgeeft.",
                remedy=TEXTS["volume"],
                kind=BESTAND,
                touches=tuple(sorted(counting)),
            )
        )
    return tuple(rules)


def refusal_rules() -> Iterator[Rule]:
    """Yield per feed the rule that its files can be used; the ledger tells which ones break it, nothing is judged."""
    contracts = load_contracts()
    messages = [contract for contract in contracts.values() if contract.form == "iwmo"]
    for feed, about in {**{c.name: [c] for c in contracts.values()}, BERICHTEN: messages, ONBEKEND: []}.items():
        tables = [table.name for contract in about for table in contract.tables]
        yield Rule(
            f"{feed}.bestand.geweigerd",
            feed,
            tables[0] if feed in contracts else feed,
            "validity",
            BLOKKEREND,
            "Het bestand is geweigerd; er is niets van ingelezen. Het grootboek noemt de reden.",
            remedy=TEXTS["geweigerd"],
            kind=BESTAND,
            touches=tuple(sorted({mart for table in tables for mart in marts_downstream(f"raw.{table}")})),
        )


def catalogue() -> list[Rule]:
    """Return every rule that the suites and readers judge, of every feed."""
    judged = [rule for feed in load_contracts() for rule in (*rules_of(feed), *file_rules_of(feed))]
    return [*judged, *refusal_rules()]


@cache
def chain_rules() -> tuple[Rule, ...]:
    """Return the rules across suppliers, judged by dbt (`int_keten`): from `ketenregels.yaml`, in its order.

    Raises ValueError for a rule that lacks a part or holds a word we do not know.
    """
    contracts = load_contracts()
    rules = []
    for node in yaml.safe_load(CHAIN_RULES.read_text("utf-8"))["regels"]:
        contract = contracts.get(node["feed"])
        if contract is None or node["dimensie"] not in DIMENSIONS or node["ernst"] not in {FOUT, SIGNAAL}:
            message = f"Ketenregel {node['regel_id']} is niet te lezen."
            raise ValueError(message)
        rules.append(
            Rule(
                node["regel_id"],
                contract.name,
                contract.tables[0].name,
                node["dimensie"],
                node["ernst"],
                " ".join(node["omschrijving"].split()),
                remedy=" ".join(node["herstel"].split()),
                source=node["bron"],
                kind=KETEN,
                touches=tuple(sorted(marts().intersection(node["raakt"]))),
                threshold=node.get("drempel"),
            )
        )
    return tuple(rules)


def whole_catalogue() -> list[Rule]:
    """Return every rule there is: of the feeds, and of the chain."""
    return [*catalogue(), *chain_rules()]


def suites_of(feed: str) -> dict[tuple[str, str], ExpectationSuite]:
    """Return the suites of a feed by raw table and scope.

    Raises a pydantic ValidationError when a rule holds an argument that its expectation does not take.
    """
    import great_expectations as gx  # noqa: PLC0415 - takes seconds to import; the catalogue does without

    grouped: dict[tuple[str, str], list[Rule]] = {}
    for rule in rules_of(feed):
        grouped.setdefault((rule.table, rule.scope), []).append(rule)
    return {
        (table, scope): gx.ExpectationSuite(name=f"{table}.{scope}", expectations=[rule.as_gx() for rule in rules])
        for (table, scope), rules in grouped.items()
    }
