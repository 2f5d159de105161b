"""The delivery specification a supplier receives, as web pages in Dutch that print well: one per kind of supplier.

Written from the contracts and the rules that follow from them, into `<state>/leveringsspecificatie`, by
`make specificatie`. A page is one file without scripts or outside assets, so it can be mailed or printed as it is.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from doorstroom.settings import Settings
from expectations.rule_book import DUTCH
from expectations.suites import Rule, catalogue, chain_rules
from extracts.contract import Contract, Table, load_contracts
from extracts.delivery_guide import DELIVERY, FREQUENCY, SUPPLIERS, TYPES, file_name, form_of

FOLDER = "leveringsspecificatie"

_STYLE = """
:root { color-scheme: light; }
body { font: 1rem/1.5 "Noto Sans", "Segoe UI", Arial, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto;
  max-width: 72rem; padding: 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { margin-top: 3rem; border-top: .25rem solid #154273; padding-top: .75rem; }
h1, h2 { color: #154273; }
code { font-family: "Noto Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
a { color: #01578b; }
.tabel { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #b4b4b4; padding: .4rem .6rem .4rem 0; }
td:first-child { min-width: 12rem; }
thead th { border-bottom: 2px solid #154273; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
.blokkerend { font-weight: 700; color: #a00; }
@media (max-width: 40rem) {
  dl { display: block; }
  body { padding: 1rem; }
}
@media print {
  @page { size: A4 landscape; margin: 14mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  h2 { break-before: page; }
  h2:first-of-type { break-before: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  nav { display: none; }
  .tabel { overflow: visible; }
}
"""


_INTRODUCTION = (
    "Wat u aanlevert, hoe, en waarop wij controleren. Kolommen mogen in iedere volgorde staan; een lege cel is "
    "ontbrekend. Een rij met een blokkerende fout telt niet mee tot u haar verbetert, de andere rijen wel. BSN en "
    "cliëntnummer bewaren wij alleen als pseudoniem."
)


def _cells(tag: str, cells: list[str]) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return "<tr>" + "".join(f"<{tag}{scope}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _table(caption: str, head: list[str], rows: list[list[str]]) -> str:
    body = "".join(_cells("td", row) for row in rows)
    return (
        f'<div class="tabel" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead>{_cells('th', head)}</thead><tbody>{body}</tbody></table></div>"
    )


def _columns(table: Table) -> str:
    rows = []
    for column in table.columns:
        required = "sleutel" if column.primary_key else "ja" if column.required else ""
        codes = ", ".join(column.codes)
        rows.append(
            [
                f"<code>{escape(column.name)}</code>",
                TYPES[column.logical_type],
                required,
                escape(column.description),
                escape(codes),
            ]
        )
    name = f"Werkblad {table.sheet}" if table.sheet else "Kolommen"
    return f"<p>{escape(table.description)}</p>" + _table(
        name, ["kolom", "soort", "verplicht", "betekenis", "waarden"], rows
    )


def _rules(rules: list[Rule]) -> str:
    rows = [
        [
            f"<code>{escape(rule.rule_id)}</code>",
            f'<span class="{rule.severity}">{rule.severity}</span>',
            DUTCH[rule.dimension],
            escape(rule.description),
            escape(rule.remedy),
        ]
        for rule in rules
    ]
    head = ["regel", "ernst", "gaat over", "wat er mis is", "wat u doet"]
    return _table("Waarop wij controleren, en wat u doet als er iets mis is", head, rows)


def _agreements(contract: Contract) -> list[tuple[str, str]]:
    bounds = contract.properties
    found = [
        ("Bestandsnaam", f"<code>{escape(file_name(contract))}</code>"),
        ("Vorm", escape(form_of(contract))),
        ("Wat", escape(DELIVERY[contract.delivery])),
        ("Wanneer", escape(FREQUENCY[contract.frequency])),
    ]
    if contract.late_after is not None:
        days = "1 dag" if contract.late_after == 1 else f"{contract.late_after} dagen"
        found.append(("Te laat", f"als uw laatste leverdatum meer dan {days} geleden is"))
    if contract.delivery == "momentopname":
        found.append(
            (
                "Aangehouden",
                f"bij {bounds['volumeMinderProcent']}% minder of {bounds['volumeMeerFactor']} keer zo veel rijen als "
                f"de vorige levering (vanaf {bounds['volumeMinimum']} rijen), tot de regio het bestand vrijgeeft",
            )
        )
    contact = contract.contact
    found.append(("Vragen", f'<a href="mailto:{escape(contact)}">{escape(contact)}</a>'))
    found.append(("Versie", escape(contract.version)))
    return found


def _feed(contract: Contract) -> str:
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _agreements(contract))
    parts = [
        f'<h2 id="{contract.name}">{escape(contract.title)}</h2>',
        f"<p>{escape(' '.join(contract.description.split()))}</p><dl>{facts}</dl>",
        *(_columns(table) for table in contract.tables),
        _rules([rule for rule in catalogue() if rule.feed == contract.name]),
    ]
    across = [rule for rule in chain_rules() if rule.feed == contract.name]
    if across:
        parts.append(
            "<p>Deze regels vergelijken uw levering met die van anderen; een bevinding noemt het nummer van uw eigen "
            "record.</p>"
        )
        parts.append(_rules(across))
    return "\n".join(parts)


def render(kind: str) -> str:
    """Return the page for one kind of supplier (`sdd`, `vggm`, `zorgaanbieders`, `corporaties`). Raises KeyError."""
    title = f"Leveringsspecificatie {SUPPLIERS[kind]}"
    contracts = [contract for contract in load_contracts().values() if contract.supplier_kind == kind]
    contents = "".join(f'<li><a href="#{c.name}">{escape(c.title)}</a></li>' for c in contracts)
    feeds = "\n".join(_feed(contract) for contract in contracts)
    return (
        '<!doctype html>\n<html lang="nl"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{title}</h1>\n<p>{_INTRODUCTION}</p>"
        f'\n<nav aria-label="Inhoud"><ul>{contents}</ul></nav>\n{feeds}\n</main></body></html>\n'
    )


def write_pages(settings: Settings) -> list[Path]:
    """Write the pages of all kinds of suppliers into the state folder; returns their paths."""
    folder = settings.state / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in SUPPLIERS:
        path = folder / f"{kind}.html"
        path.write_text(render(kind), encoding="utf-8")
        written.append(path)
    return written
