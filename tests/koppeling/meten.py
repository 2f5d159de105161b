"""Measure the linkage of leavers to leases against the demo's truth: `python -m tests.koppeling.meten`.

Generates the demo region, runs its night on a scratch warehouse and writes docs/koppeling.md: precision and recall of
`int_koppeling__woning` with the BSNs the corporations delivered, with half of them, and with none. Takes minutes: not
part of `make test`, which holds a floor on a small demo.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from dbt.cli.main import dbtRunner

from demo.generate import DEFAULT_LAST_NIGHT, DEFAULT_MISTAKES, DEFAULT_SEED, generate, waarheid_map
from doorstroom.warehouse import EmbeddedServer
from tests.oracle.night import DBT_PROJECT, Scratch

PAGE = Path(__file__).resolve().parents[2] / "docs" / "koppeling.md"
MODEL = "int_koppeling__woning"
CERTAINTIES = ("hoog", "middel", "laag")

Pair = tuple[str, str, str, str]
"""Corporatie, contractnummer, leverancier, record: as in huren.csv of the truth."""

# A delivered lease without BSN is one whose person is not known: so the BSNs are taken away where staging shows them.
WITHOUT_BSN = {
    "met BSN": None,
    "de helft zonder BSN": "hashtextextended(contractnummer, 0) % 2 = 0",
    "zonder BSN": "true",
}

_LINKS = f"""
    select koppeling.corporatie, koppeling.contractnummer, vertrek.leverancier, vertrek.record, koppeling.zekerheid
    from intermediate.{MODEL} as koppeling
    inner join intermediate.int_uitstroom as uitstroom using (episode_id)
    inner join intermediate.int_uitstroom__vertrek as vertrek using (episode_id)
    where uitstroom.perimeter in ('A', '-')
"""
_LEASES = "select leverancier, contractnummer from staging.stg_corporaties__verhuringen"
_EXITS = """
    select vertrek.leverancier, vertrek.record
    from intermediate.int_uitstroom__vertrek as vertrek
    inner join intermediate.int_uitstroom as uitstroom using (episode_id)
    where uitstroom.perimeter in ('A', '-')
"""


@dataclass(frozen=True)
class Measured:
    """One way of linking against the truth: numbers of exits (perimeter A of BW, MO, VO), in all and per zekerheid."""

    true: int
    linked: Counter[str]
    right: Counter[str]

    @property
    def precision(self) -> float:
        """Share of the links that are right."""
        return self.right.total() / max(self.linked.total(), 1)

    @property
    def recall(self) -> float:
        """Share of the true pairs that were linked."""
        return self.right.total() / max(self.true, 1)


class Linkage(Scratch):
    """A scratch warehouse that links the leavers of one drop."""

    def measure(self, datum: date, drop: Path) -> dict[str, Measured]:
        """Run the night of `datum` on a generated drop and measure each way of `WITHOUT_BSN`.

        True pairs are those of the truth whose lease and exit were both delivered. Raises AssertionError when dbt
        fails.
        """
        with (waarheid_map(drop) / "huren.csv").open(encoding="utf-8", newline="") as file:
            truth = {tuple(row.values()) for row in csv.DictReader(file, delimiter=";")}
        found = {}
        with self._empty():
            self.took = dict.fromkeys(("take-in", "judge"), 0.0)
            self._take_in(datum, drop)
            self._dbt(f"+{MODEL}")
            with psycopg.connect(self.url, autocommit=True) as connection:
                leases = set(connection.execute(_LEASES).fetchall())
                exits = set(connection.execute(_EXITS).fetchall())
                true = {pair for pair in truth if pair[:2] in leases and pair[2:] in exits}
                for way, condition in WITHOUT_BSN.items():
                    if condition:
                        connection.execute(
                            f"update staging.stg_corporaties__verhuringen set persoon_sk = null where {condition}"
                        )
                        self._dbt(MODEL)
                    linked: Counter[str] = Counter()
                    right: Counter[str] = Counter()
                    for *pair, certainty in connection.execute(_LINKS).fetchall():
                        linked[certainty] += 1
                        right[certainty] += tuple(pair) in true
                    found[way] = Measured(len(true), linked, right)
        return found

    def _dbt(self, selected: str) -> None:
        only = ["--exclude-resource-type", "unit_test", "test", "--quiet", "--project-dir", str(DBT_PROJECT)]
        result: Any = dbtRunner().invoke(["build", "--select", selected, *only])
        assert result.success, result.exception or [(r.node.name, r.message) for r in result.result]


@contextmanager
def scratch() -> Iterator[tuple[Linkage, Path]]:
    """Yield a scratch warehouse on a PostgreSQL of its own and a folder; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="koppeling_"))
    folder.chmod(0o755)  # PostgreSQL may run as another user than we are
    try:
        (folder / "server").mkdir()
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            yield Linkage(server, folder / "dbt"), folder
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def page(found: dict[str, Measured], choices: str) -> str:
    """Return docs/koppeling.md."""

    def share(part: int, whole: int) -> str:
        return f"{100 * part / whole:.1f}%" if whole else "–"

    lines = [
        "# Uitstroom en huurcontract: hoe vaak klopt de koppeling",
        "",
        "Wie uit beschermd wonen of opvang vertrekt, wordt gekoppeld aan het huurcontract waarvoor hij of zij",
        "vertrok (`int_koppeling__woning`): op BSN binnen 31 dagen van de laatste dag (zekerheid `hoog`); en",
        "alleen waar het contract of de vertrekkende cliënt geen BSN heeft op geboortedatum, gemeente en hetzelfde",
        "venster: `middel` als er aan geen van beide kanten een andere kandidaat is, anders `laag`. Cijfers over",
        "bestemming, wachttijd en landing kennen een contract alleen op BSN; wat minder zeker is, staat met zijn",
        "zekerheid in `mart_uitstroomwoning`.",
        "",
        "De demoregio weet wie werkelijk waarheen ging (`huren.csv` naast de drop). Daartegen gemeten, met de",
        "BSN's zoals de corporaties ze leveren, met die van de helft van de contracten weggelaten, en zonder:",
        "",
        "| contracten | echte paren | gekoppeld | juist | precisie | volledigheid (recall) |",
        "|---|---|---|---|---|---|",
        *(
            f"| {way} | {m.true} | {m.linked.total()} | {m.right.total()} | "
            f"{share(m.right.total(), m.linked.total())} | {share(m.right.total(), m.true)} |"
            for way, m in found.items()
        ),
        "",
        "Per zekerheid:",
        "",
        "| contracten | zekerheid | gekoppeld | juist | precisie |",
        "|---|---|---|---|---|",
        *(
            f"| {way} | {certainty} | {m.linked[certainty]} | {m.right[certainty]} | "
            f"{share(m.right[certainty], m.linked[certainty])} |"
            for way, m in found.items()
            for certainty in CERTAINTIES
            if m.linked[certainty]
        ),
        "",
        "Echte paren zijn die waarvan het contract en het vertrek allebei geleverd zijn; een vertrek telt in",
        "perimeter A van BW, in MO en in VO. In de demo zijn geboortedatums gelijkmatig verdeeld en foutloos; in",
        "het echt zijn ze dat niet, dus is de koppeling zonder BSN daar eerder slechter dan hier.",
        "",
        f"Gemaakt door `python -m tests.koppeling.meten` ({choices}); niet met de hand wijzigen.",
        "",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0, help="scale of the demo region")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()
    with scratch() as (linkage, folder):
        generate(folder / "drop", seed=options.seed, size=options.size, mistakes=DEFAULT_MISTAKES, nights=1)
        found = linkage.measure(DEFAULT_LAST_NIGHT, folder / "drop")
    text = page(found, f"seed {options.seed}, schaal {options.size}, met de fouten van de demo")
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
