"""The catalogue of rules as a page, `docs/regels.md`, in Dutch: from the contracts and the rules across suppliers.

`python -m expectations.rule_book` rewrites it; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

from expectations.suites import BESTAND, KETEN, RIJ, Rule, whole_catalogue

TARGET = Path(__file__).parent.parent / "docs/regels.md"

#: The dimensions as coordinators and suppliers call them.
DUTCH = {
    "completeness": "volledig",
    "validity": "geldig",
    "uniqueness": "uniek",
    "consistency": "consistent",
    "timeliness": "tijdig",
}

INTRODUCTION = """\
# Regels op de leveringen

Geschreven uit de contracten in `extracts/contracts` en uit `expectations/ketenregels.yaml`, met
`python -m expectations.rule_book`; wijzig die, niet deze pagina.

- **Ernst**: `blokkerend`, de rij gaat in quarantaine en telt niet mee tot ze is verbeterd; `fout` en `signaal`, de rij
  telt mee, met een bevinding.
- **Bron**: TR, CS, CD, OP, COD en WMO zijn nummers van iWmo; D, Q, S, E en X van de definities; LA is de
  leveringsafspraak zelf.
- **Raakt**: de marts die door een bevinding anders uitvallen. `alle` is iedere mart die rijen van de tabel telt.
- Een regel die op geen enkele rij van toepassing is, is `niet van toepassing`, niet geslaagd.
- Alarm is er pas als zeker is dat meer dan de drempel (5%, per regel en per leverancier anders te kiezen) van de rijen
  de regel breekt: 1 van 3 is dat niet.

"""

KINDS = {RIJ: "op rijen", BESTAND: "op bestanden", KETEN: "over leveranciers heen"}


def _touches(rule: Rule) -> str:
    return "alle" if len(rule.touches) > 8 else ", ".join(mart.removeprefix("mart_") for mart in rule.touches) or "geen"


def render() -> str:
    """Return the page: a chapter per table, files and chain apart, one row per rule."""
    rules = whole_catalogue()
    counts = ", ".join(f"{sum(rule.kind == kind for rule in rules)} {words}" for kind, words in KINDS.items())
    lines = [f"{INTRODUCTION}{len(rules)} regels: {counts}.\n"]
    chapters: dict[str, list[Rule]] = {}
    for rule in rules:
        title = {BESTAND: "Bestanden", KETEN: "De keten"}.get(rule.kind, f"Tabel `{rule.table}`")
        chapters.setdefault(title, []).append(rule)
    for title, of_chapter in sorted(chapters.items(), key=lambda item: (not item[0].startswith("Tabel"), item[0])):
        lines += [f"## {title}\n", "| regel | ernst | dimensie | wat er mis is | herstel | bron | raakt |"]
        lines.append("|---|---|---|---|---|---|---|")
        lines += [
            f"| `{rule.rule_id}` | {rule.severity} | {DUTCH[rule.dimension]} | {rule.description} | {rule.remedy} "
            f"| {rule.source} | {_touches(rule)} |"
            for rule in of_chapter
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
