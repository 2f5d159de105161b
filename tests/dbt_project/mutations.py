"""Proof that the dbt unit tests guard the definitions: change one rule of a model at a time and see which test fails.

`python -m tests.dbt_project.mutations` runs every mutation on a scratch warehouse and prints the table of
docs/mutations.md; with names behind it only those. The project itself is never changed: each rule is changed in a copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from dbt.cli.main import dbtRunner

from doorstroom.warehouse import EmbeddedServer, dbt_environment
from expectations import schema
from extracts import ledger, raw
from extracts.contract import load_contracts

DBT_PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
_MODELS = "models"
_STAGING = f"{_MODELS}/staging"
_INT = f"{_MODELS}/intermediate"


@dataclass(frozen=True)
class Mutation:
    """One rule made wrong: `old` stands exactly once in `file` and becomes `new`.

    `models` are the models whose unit tests are run; by default the one that the file is.
    """

    name: str
    rule: str
    file: str
    old: str
    new: str
    models: tuple[str, ...] = ()

    @property
    def tested(self) -> tuple[str, ...]:
        """The models whose unit tests are run."""
        return self.models or (Path(self.file).stem,)

    @property
    def select(self) -> list[str]:
        """What dbt is to test."""
        return [f"test_type:unit,{model}" for model in self.tested]

    def apply(self, project: Path) -> None:
        """Change the rule in a copy of the project; raises ValueError when its text is not there exactly once."""
        path = project / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            message = f"{self.name}: the text stands {text.count(self.old)} times in {self.file}"
            raise ValueError(message)
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


_SUPPLIER = """        when uitstroom.basis = 'levering' and uitstroom.bestemming_leverancier is not null
            then uitstroom.bestemming_leverancier
        when uitstroom.basis = 'toewijzing' and levering.bestemming is not null then levering.bestemming
"""
_LEASE = "        when huur.bestemming is not null then huur.bestemming\n"

MUTATIONS: tuple[Mutation, ...] = (
    Mutation(
        "gap_kleiner_dan",
        "Q-02: a gap of exactly N days is bridged",
        f"{_INT}/04_episode/int_episode__segment.sql",
        "s - vorige_e > case",
        "s - vorige_e >= case",
    ),
    Mutation(
        "gap_27_dagen",
        "Q-02: N = 28 in BW",
        "dbt_project.yml",
        "gap_bw: 28 ",
        "gap_bw: 27 ",
        ("int_episode__segment",),
    ),
    Mutation(
        "onderbreking_90_dagen",
        "Q-06: a temporary stop bridges 91 days",
        "dbt_project.yml",
        "onderbreking_max: 91 ",
        "onderbreking_max: 90 ",
        ("int_episode__segment",),
    ),
    Mutation(
        "rang_vervalt",
        "D.2.2: the highest rank is main",
        f"{_INT}/03_hoofdsegment/int_hoofdsegment__levering.sql",
        "'kandidaat.rang desc, kandidaat.start desc,",
        "'kandidaat.start desc,",
    ),
    Mutation(
        "vroegste_start",
        "Settled detail 3: of equal rank the latest start is main",
        f"{_INT}/03_hoofdsegment/int_hoofdsegment__levering.sql",
        "kandidaat.start desc",
        "kandidaat.start asc",
    ),
    Mutation(
        "wisseldag_vervalt",
        "Q-01: the day of a switch belongs to the receiver",
        f"{_INT}/02_plaatsing/int_plaatsing__zelfde_dag.sql",
        "case when geeft_dag_af then e - 1 else e end as e",
        "e as e",
    ),
    Mutation(
        "middernacht_tot_en_met",
        "D.8: stand is s < b < e",
        f"{_INT}/05_stroom/int_stand.sql",
        "episode.e > maand.volgende_maand",
        "episode.e >= maand.volgende_maand",
    ),
    Mutation(
        "overlijden_een_dag_eerder",
        "Q-08: the day of death still counts",
        f"{_INT}/02_plaatsing/int_plaatsing.sql",
        "bekend.overleden_op + 1",
        "bekend.overleden_op",
    ),
    Mutation(
        "intrekking_genegeerd",
        "D.0: a status-3 row cancels its start",
        f"{_INT}/01_verwijzing/int_start.sql",
        "intrekking.status_aanlevering = '3'",
        "intrekking.status_aanlevering = 'nooit'",
    ),
    Mutation(
        "perimeter_b_is_a",
        "Settled detail 4: perimeter B holds B products only",
        f"{_INT}/03_hoofdsegment/int_hoofdsegment.sql",
        " and plaatsing.perimeter = 'B')",
        ")",
    ),
    Mutation(
        "herkomst_laatst_bekende",
        "Settled detail 8: herkomst is the first known one",
        f"{_INT}/04_episode/int_episode.sql",
        "(array_agg(herkomst order by s)",
        "(array_agg(herkomst order by s desc)",
    ),
    Mutation(
        "terugkeer_25_maanden",
        "Q-29: the window is 24 months",
        "dbt_project.yml",
        "terugblik_herinstroom_maanden: 24 ",
        "terugblik_herinstroom_maanden: 25 ",
        ("int_instroom",),
    ),
    Mutation(
        "huur_voor_leverancier",
        "Settled detail 10: (c) what the supplier gave goes before (d) a lease",
        f"{_INT}/05_stroom/int_uitstroom.sql",
        _SUPPLIER + _LEASE,
        _LEASE + _SUPPLIER,
    ),
    Mutation(
        "huur_30_dagen",
        "Settled detail 10d: a lease within 31 days",
        "dbt_project.yml",
        "bestemming_venster_dagen: 31 ",
        "bestemming_venster_dagen: 30 ",
        ("int_uitstroom",),
    ),
    Mutation(
        "u07_vervalt",
        "Q-37, settled detail 10b: leaving perimeter B for A is U07",
        f"{_INT}/05_stroom/int_uitstroom.sql",
        "when uitstroom.perimeter = 'B' and exists",
        "when false and exists",
    ),
    Mutation(
        "route_27_dagen",
        "Settled details 10e, 12: another regio or BW within 28 days",
        "dbt_project.yml",
        "route_dagen: 28 ",
        "route_dagen: 27 ",
        ("int_instroom", "int_uitstroom"),
    ),
    Mutation(
        "productlijst_iedere_dag",
        "Q-13, settled detail 9: administrative on 2018-05-01 only",
        f"{_INT}/05_stroom/int_doorstroom.sql",
        "            and segment.s = opvolging.eerste_dag_nieuw\n",
        "",
    ),
    Mutation(
        "productlijst_iedere_aanbieder",
        "Q-13, settled detail 9: administrative at the same aanbieder only",
        f"{_INT}/05_stroom/int_doorstroom.sql",
        "            and segment.aanbieder = segment.vorige_aanbieder\n",
        "",
    ),
    Mutation(
        "afkap_een_maand_later",
        "Settled detail 13: the last complete month is the one before that of DATE",
        f"{_STAGING}/levering/stg_levering__nacht.sql",
        "date_trunc('month', datum)::date as afkap",
        "(date_trunc('month', datum) + interval '1 month')::date as afkap",
    ),
    Mutation(
        "oudste_momentopname",
        "deliveries.md: the latest snapshot is in force",
        f"{_STAGING}/levering/stg_levering__bestanden.sql",
        "order by leverdatum desc, levering_id desc",
        "order by leverdatum asc, levering_id asc",
    ),
    Mutation(
        "eerste_mutatie",
        "deliveries.md: the latest mutatietijd is the state",
        f"{_STAGING}/vggm/stg_vggm__verblijven.sql",
        "mutatietijd desc",
        "mutatietijd asc",
    ),
    Mutation(
        "hiaat_uit_de_stand",
        "Q-03, settled detail 6: a bridged gap stands",
        f"{_INT}/04_episode/int_episode__segment.sql",
        "coalesce(lead(s) over per_episode, e) as geldig_tot",
        "e as geldig_tot",
    ),
    Mutation(
        "kinderen_tellen_mee",
        "Q-27: children are never clients of MO or VO",
        f"{_INT}/02_plaatsing/int_plaatsing__opvang.sql",
        "    and aanmelding.rol is distinct from 'kind'\n",
        "",
    ),
    Mutation(
        "vianen_telt_mee",
        "Q-15: Vianen was never a member",
        f"{_INT}/01_verwijzing/int_gemeente__indeling.sql",
        "        and opvolging.code_2021 <> '0620'\n",
        "",
    ),
    Mutation(
        "eerste_301",
        "D.0: the latest 301 of a number counts",
        f"{_INT}/01_verwijzing/int_wmo301__laatste.sql",
        "toewijzingsdatum desc, toewijzingstijd desc nulls last",
        "toewijzingsdatum asc, toewijzingstijd asc nulls last",
    ),
    Mutation(
        "eerste_stop",
        "D.0: of two standing 307s the latest Einddatum counts",
        f"{_INT}/01_verwijzing/int_start.sql",
        "stop.einddatum desc",
        "stop.einddatum asc",
    ),
    Mutation(
        "nieuw_zonder_terugblik",
        "Q-18, settled detail 11: nieuw only when 60 months before are covered",
        f"{_INT}/05_stroom/int_instroom.sql",
        "else 'onbekend_links'",
        "else 'nieuw'",
    ),
    Mutation(
        "herinstroom_uit_ieder_domein",
        "Q-28, settled detail 11: exits of the same domein",
        f"{_INT}/05_stroom/int_instroom.sql",
        "            and episode.domein = eerder.domein\n",
        "",
    ),
    Mutation(
        "stopcode_zonder_versie",
        "Q-12: a stop code means what its own version says",
        f"{_INT}/03_hoofdsegment/int_hoofdsegment.sql",
        "plaatsing.stop_versie_familie = reden.versie_familie",
        "plaatsing.stop_versie_familie is not null",
    ),
    Mutation(
        "herindeling_ook_wie_die_dag_komt",
        "Q-15, settled detail 7: who comes on the day of the merger bears no old code",
        f"{_INT}/05_stroom/int_herindeling.sql",
        "segment.s < herindeling.datum",
        "segment.s <= herindeling.datum",
    ),
    Mutation(
        "fusie_voor_haar_dag",
        "Q-17: a switch to the successor is administrative from the day of the merger",
        f"{_INT}/05_stroom/int_doorstroom.sql",
        "            and segment.s >= fusie.per_datum\n",
        "",
    ),
    Mutation(
        "verzilvering_90_dagen",
        "Q-19: niet_verzilverd after 91 days",
        "dbt_project.yml",
        "verzilvering_dagen: 91 ",
        "verzilvering_dagen: 90 ",
        ("int_signaal__niet_verzilverd",),
    ),
    Mutation(
        "drie_nachten_is_traject",
        "X-11: exactly 3 nights is short, more is a traject",
        f"{_INT}/07_opvang/int_opvang__persoonjaar.sql",
        "persoonjaren.langste_verblijf <= {{ var('kort_verblijf_nachten') }}",
        "persoonjaren.langste_verblijf < {{ var('kort_verblijf_nachten') }}",
    ),
    Mutation(
        "wachten_tot_zonder_laatste_dag",
        "D.6: wachtend_tot is the last day of waiting, inclusive",
        f"{_INT}/08_wachtlijst/int_wachtperiode.sql",
        "coalesce(periode.bekend_tot + 1,",
        "coalesce(periode.bekend_tot,",
    ),
    Mutation(
        "statussen_van_de_laatste_lijst",
        "marts.md: the history of snapshots shows when a status changed",
        f"{_STAGING}/sdd/stg_sdd__wachtstatus.sql",
        "'alle_momentopnamen'",
        "'momentopname'",
    ),
    Mutation(
        "wissel_vanaf_het_begin",
        "marts.md: a change of status dates from the leverdatum that first shows it",
        f"{_INT}/08_wachtlijst/int_wachtperiode__segment.sql",
        "else greatest(getoond.leverdatum, periode.s)",
        "else periode.s",
    ),
    Mutation(
        "terug_na_28_dagen",
        "Q-29: only after a gap of more than N days",
        f"{_INT}/05_stroom/int_herinstroom.sql",
        "(vertrek.datum + 1) > vertrek.hiaat_dagen",
        "(vertrek.datum + 1) >= vertrek.hiaat_dagen",
    ),
    Mutation(
        "percentage_voor_de_tijd",
        "D.14: no percentage before the follow-up is complete",
        f"{_MODELS}/marts/mart_herinstroom.sql",
        "when bool_and(herinstroom.is_volledig)",
        "when count(*) > 0",
    ),
    Mutation(
        "begin_van_de_gegevens_meegemeten",
        "D.9, Q-18: who was there on the first day of the data is left-truncated",
        f"{_MODELS}/marts/mart_verblijfsduur.sql",
        "case when s <= date",
        "case when s < date",
    ),
)


def copy_project(folder: Path) -> Path:
    """Copy the dbt project, without what dbt left there, into `folder`; returns the copy."""
    return Path(shutil.copytree(DBT_PROJECT, folder / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")))


def prepare(url: str) -> None:
    """Make an empty warehouse with every relation of the project: unit tests take their column types from those."""
    contracts = list(load_contracts().values())
    with psycopg.connect(url) as connection:
        ledger.prepare(connection)
        ledger.register_feeds(connection, contracts)
        raw.prepare(connection, contracts)
        schema.prepare(connection)
        connection.execute(
            "insert into levering.nachten (datum, drop_url, leeg_grootboek, sleutel_kenmerk)"
            " values ('2021-02-01', 'geen', true, 'geen')"
        )
    invoke(DBT_PROJECT, url, "seed")
    invoke(DBT_PROJECT, url, "run")


def invoke(project: Path, url: str, *arguments: str) -> dict[str, str]:
    """Run dbt on a project and warehouse; returns the status per node, of a unit test as `<model>.<name>`.

    A failing test is an outcome; raises RuntimeError when dbt did not get that far or SQL did not run.
    """
    with tempfile.TemporaryDirectory() as logs, _environment(dbt_environment(url) | {"DBT_LOG_PATH": logs}):
        target = project.parent / "target" if project != DBT_PROJECT else Path(logs) / "target"
        outcome = dbtRunner().invoke(
            [
                *arguments,
                "--project-dir",
                str(project),
                "--profiles-dir",
                str(project),
                "--target-path",
                str(target),
                "--log-level",
                "none",
                "--no-send-anonymous-usage-stats",
            ]
        )
    if outcome.exception is not None:
        raise RuntimeError(str(outcome.exception))
    results = [result for result in outcome.result if result.node.resource_type != "operation"]  # hooks of the project
    status = {_name(result.node): str(result.status) for result in results}
    broken = sorted(name for name, state in status.items() if state not in {"success", "pass", "fail"})
    if broken or not status:
        message = f"dbt {arguments[0]}: {broken or 'nothing selected'}"
        raise RuntimeError(message)
    return status


def _name(node: Any) -> str:
    return f"{node.model}.{node.name}" if node.resource_type == "unit_test" else str(node.name)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for as long as dbt runs."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def rounds(mutations: Iterable[Mutation]) -> list[list[Mutation]]:
    """Mutations that can be tested together: a unit test sees the SQL of its own model and nothing of the others.

    A setting of the project reaches several models, so it has a round of its own.
    """
    found: list[list[Mutation]] = []
    for mutation in mutations:
        if not mutation.models:
            free = [group for group in found if all(not one.models and one.file != mutation.file for one in group)]
            if free:
                free[0].append(mutation)
                continue
        found.append([mutation])
    return found


def failing(mutations: list[Mutation], project: Path, url: str) -> dict[str, list[str]]:
    """Per mutation the unit tests of its models that fail with these rules changed in the copy `project`.

    The mutations are a round; the copy is restored afterwards.
    """
    select = sorted({criterion for one in mutations for criterion in one.select})
    original = {one.file: (project / one.file).read_text(encoding="utf-8") for one in mutations}
    try:
        for one in mutations:
            one.apply(project)
        status = invoke(project, url, "test", "--select", *select)
    finally:
        for file, text in original.items():
            (project / file).write_text(text, encoding="utf-8")
    failed = [name.split(".") for name, state in status.items() if state == "fail"]
    return {one.name: sorted(test for model, test in failed if model in one.tested) for one in mutations}


def table(caught: dict[str, list[str]]) -> str:
    """Return the table of docs/mutations.md: one row per mutation with the tests that failed."""
    lines = ["| mutation | rule that it breaks | change | caught by |", "|---|---|---|---|"]
    for mutation in MUTATIONS:
        if mutation.name not in caught:
            continue
        tests = ", ".join(f"`{name}`" for name in caught[mutation.name]) or "**nothing**"
        lines.append(f"| `{mutation.name}` | {mutation.rule} | `{Path(mutation.file).name}` | {tests} |")
    return "\n".join(lines) + "\n"


def main(names: list[str]) -> int:
    """Run the named mutations, or all; prints the table; returns 1 when one is not caught."""
    unknown = set(names) - {mutation.name for mutation in MUTATIONS}
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}\n")
        return 2
    caught: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        server.start()
        try:
            url = server.url("postgres")
            prepare(url)
            project = copy_project(Path(folder))
            status = invoke(project, url, "test", "--select", "test_type:unit")
            wrong = sorted(name for name, state in status.items() if state == "fail")
            if wrong:
                sys.stderr.write(f"fail without any mutation: {', '.join(wrong)}\n")
                return 2
            for group in rounds(one for one in MUTATIONS if not names or one.name in names):
                caught |= failing(group, project, url)
            for name, tests in caught.items():
                sys.stderr.write(f"{name}: {', '.join(tests) or 'NOT CAUGHT'}\n")
        finally:
            server.stop()
    sys.stdout.write(table(caught))
    return 0 if all(caught.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
