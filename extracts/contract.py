"""The contracts of the feeds, read from `extracts/contracts/*.odcs.yaml` (Open Data Contract Standard 3.1).

A contract is the one place where a feed's columns, types, codes and rules stand; readers, raw tables, suites and
documentation are derived from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACTS = Path(__file__).parent / "contracts"

POSTGRES_TYPES = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamp",
    "integer": "integer",
    "number": "numeric",
}

#: Columns that never reach the database: they are pseudonymised in memory (definitions, D.0).
IDENTIFYING = ("bsn", "clientnummer")


@dataclass(frozen=True)
class Column:
    """One column as delivered."""

    name: str
    logical_type: str
    description: str
    required: bool = False
    primary_key: bool = False
    optional_header: bool = False
    codes: tuple[str, ...] = ()
    codes_severity: str = "fout"
    lookup: str | None = None
    source: str | None = None
    """Where its codes come from: a number of iWmo or of the definitions."""
    touches: tuple[str, ...] | None = None
    """Marts that this column alone decides on; None: every mart that counts the row."""

    @property
    def postgres_type(self) -> str:
        """Type of the column in the raw table."""
        return POSTGRES_TYPES[self.logical_type]


@dataclass(frozen=True)
class Table:
    """One raw table of a feed: its only one, or one sheet of a workbook."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rules: tuple[dict[str, Any], ...] = ()
    sheet: str | None = None

    @property
    def identifies_person(self) -> bool:
        """Whether the rows are about a person (the delivered columns hold a bsn or a clientnummer)."""
        return any(c.name in IDENTIFYING for c in self.columns)

    @property
    def stored_columns(self) -> tuple[Column, ...]:
        """The delivered columns that are stored: all but the identifying ones."""
        return tuple(c for c in self.columns if c.name not in IDENTIFYING)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the delivered key columns."""
        return tuple(c.name for c in self.columns if c.primary_key)


@dataclass(frozen=True)
class Contract:
    """One feed."""

    name: str
    title: str
    description: str
    supplier_kind: str
    pattern: re.Pattern[str]
    form: str
    encoding: str
    date_format: str
    delivery: str
    frequency: str
    tables: tuple[Table, ...]
    properties: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    contact: str = ""
    """E-mail address of who answers questions about the feed."""
    late_after: int | None = None
    """Days since the latest leverdatum after which a supplier is too late (`te laat`); None: it has no rhythm."""

    def leverdatum(self, file_name: str) -> date | None:
        """Return the leverdatum in a file's name; None when the name is not of this feed or holds no real date."""
        match = self.pattern.fullmatch(file_name)
        if not match:
            return None
        digits = match["leverdatum"]
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None


def custom_properties(node: dict[str, Any]) -> dict[str, Any]:
    """Return the custom properties of a part of a contract by name."""
    return {item["property"]: item["value"] for item in node.get("customProperties", [])}


def _column(node: dict[str, Any]) -> Column:
    custom = custom_properties(node)
    return Column(
        name=node["name"],
        logical_type=node["logicalType"],
        description=node["description"],
        required=node.get("required", False),
        primary_key=node.get("primaryKey", False),
        optional_header=custom.get("kolomMagOntbreken", False),
        codes=tuple(str(code) for code in custom.get("codes", ())),
        codes_severity=custom.get("codesErnst", "fout"),
        lookup=custom.get("lijst"),
        source=custom.get("bron"),
        touches=tuple(custom["raakt"]) if "raakt" in custom else None,
    )


def parse_contract(document: dict[str, Any]) -> Contract:
    """One contract from its parsed YAML; raises KeyError when a part that we rely on is missing."""
    custom = custom_properties(document)
    tables = tuple(
        Table(
            name=node["name"],
            description=node["description"],
            columns=tuple(_column(p) for p in node["properties"]),
            rules=tuple(node.get("quality", ())),
            sheet=custom_properties(node).get("werkblad"),
        )
        for node in document["schema"]
    )
    return Contract(
        name=document["id"],
        title=document["name"],
        description=document["description"]["purpose"],
        supplier_kind=custom["soortLeverancier"],
        pattern=re.compile(custom["bestandspatroon"], re.IGNORECASE),
        form=custom["vorm"],
        encoding=custom.get("codering", "utf-8"),
        date_format=custom.get("datumformaat", "iso"),
        delivery=custom["levering"],
        frequency=custom["frequentie"],
        tables=tables,
        properties=custom,
        version=str(document["version"]),
        contact=document["support"][0]["url"].removeprefix("mailto:") if document.get("support") else "",
        late_after=next(
            (item["value"] for item in document.get("slaProperties", []) if item["property"] == "latency"), None
        ),
    )


@cache
def load_contracts() -> dict[str, Contract]:
    """All contracts by name, in the order of their file names."""
    contracts = {}
    for path in sorted(CONTRACTS.glob("*.odcs.yaml")):
        contract = parse_contract(yaml.safe_load(path.read_text(encoding="utf-8")))
        contracts[contract.name] = contract
    return contracts
