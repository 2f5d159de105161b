"""The list of mistakes that can be planted, `docs/fouten.md`, in Dutch, each with the rules that must find it.

`python -m demo.list_of_mistakes` rewrites it from a small drop in which one of every kind is planted; a test holds the
two together.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.generate import generate
from demo.meer_fouten import ALLE_SOORTEN, MEER

TARGET = Path(__file__).parent.parent / "docs/fouten.md"

INTRODUCTION = """\
# Fouten die de demo kan maken

Geschreven met `python -m demo.list_of_mistakes`. `python -m demo.generate --schoon --mistakes alle --out <map>` maakt
een drop met één van iedere soort; `--mistakes default` die van de demoregio, die geen cijfer veranderen. De regels in
de laatste kolom vinden de fout, en geen andere regel vindt iets: `tests/expectations/test_planted.py` bewijst dat, en
dat dezelfde drop zonder fouten geen enkele bevinding geeft.

| soort | wat er mis is | wat ermee gebeurt | regels die het vinden |
|---|---|---|---|
"""

FATE = {
    "geweigerd": "het bestand is geweigerd",
    "aangehouden": "het bestand is aangehouden",
    "quarantaine": "de rij gaat in quarantaine",
    "bevinding": "telt mee, met een bevinding",
    "keten": "telt mee, met een bevinding",
    "dubbel": "overgeslagen als dubbel",
    "te_laat": "te laat in het grootboek",
}


def render() -> str:
    """Return the page: one row per kind of mistake, in the order in which they are planted."""
    with TemporaryDirectory() as folder:
        mistakes = generate(
            Path(folder) / "drop",
            size=0.05,
            first=date(2020, 1, 1),
            nights=4,
            schoon=True,
            mistakes=dict.fromkeys(ALLE_SOORTEN, 1),
        )
    lines = []
    for soort in ALLE_SOORTEN:
        of_kind = [mistake for mistake in mistakes if mistake["soort"] == soort]
        rules = sorted({str(rule) for mistake in of_kind for rule in mistake["regels"]})  # type: ignore[attr-defined]
        what = MEER.get(soort) or str(of_kind[0]["uitleg"])
        fate = FATE[str(of_kind[0]["verwacht"])]
        lines.append(f"| {soort} | {what} | {fate} | {', '.join(f'`{rule}`' for rule in rules) or 'het grootboek'} |")
    return INTRODUCTION + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
