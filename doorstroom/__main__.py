"""The commands behind the Makefile: `python -m doorstroom <command>`.

Results go to standard output, everything else to standard error. Values come in by the environment, because make
passes quotes and dollar signs through unharmed that way.
"""

# ruff: noqa: PLC0415 - a query need not wait for Airflow to be imported
from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from doorstroom import warehouse
from doorstroom.run import who
from doorstroom.settings import DEMO_DROP, Settings, SettingsError


def say(text: str) -> None:
    """Tell something to the person at the keyboard, outside the result."""
    sys.stderr.write(f"{text}\n")


def query(settings: Settings) -> int:
    """Run a query on the warehouse: an aligned table, or CSV with a header and nothing else."""
    text = os.environ.get("DOORSTROOM_QUERY", "")
    if not text.strip():
        say('Gebruik: make sql Q="select …" [FORMAT=csv]')
        return 2
    form = os.environ.get("DOORSTROOM_FORMAT") or "tabel"
    if form not in {"tabel", "csv"}:
        say(f"FORMAT={form} bestaat niet; wel: FORMAT=csv, of niets voor een tabel.")
        return 2
    with warehouse.running(settings) as url:
        parts = conninfo_to_dict(url)
        secret = str(parts.pop("password", ""))
        command = [
            str(warehouse.binaries() / "psql"),
            *("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--pset=pager=off", "--pset=footer=off"),
            *(["--csv"] if form == "csv" else []),
            *("--command", text),
            make_conninfo(**{name: str(value) for name, value in parts.items()}),
        ]
        environment = {**os.environ, "PGPASSWORD": secret, "PGTZ": warehouse.TIMEZONE, "PGCLIENTENCODING": "UTF8"}
        sys.stdout.flush()
        return subprocess.run(command, env=environment, check=False).returncode


def serve(settings: Settings) -> int:
    """Keep the embedded PostgreSQL serving, and print its URL."""
    url = warehouse.ensure_running(settings)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    if settings.warehouse:
        say("Dit is het eigen warehouse uit DOORSTROOM_WAREHOUSE; er is niets gestart.")
        return 0
    server = warehouse.embedded(settings)
    server.keep()
    say("Het warehouse blijft draaien tot `make stop`.")
    say(f"Voor BI-tools, alleen schema publicatie: {server.url(role=warehouse.BI_ROLE)}")
    return 0


def stop(settings: Settings) -> int:
    """Stop the embedded PostgreSQL."""
    say("Het warehouse is gestopt." if warehouse.stop(settings) else "Het ingebouwde warehouse draaide niet.")
    return 0


def nightly(settings: Settings) -> int:
    """Run one whole night, or build the marts as they were at a moment."""
    from doorstroom.nightly import run_as_of, run_night

    datum, kennis_op = (os.environ.get(name) or None for name in ("DOORSTROOM_DATE", "DOORSTROOM_KENNIS_OP"))
    if kennis_op and datum:
        say("Geef DATE of KENNIS_OP, niet beide: KENNIS_OP neemt niets in (give DATE or KENNIS_OP, not both).")
        return 2
    return run_as_of(settings, kennis_op) if kennis_op else run_night(settings, datum)


def gepubliceerd(settings: Settings) -> int:
    """Lay out every mart as it stood published at a moment, in a schema of its own."""
    from doorstroom.kennis import parse_moment, suffix
    from publication import vintage

    text = os.environ.get("DOORSTROOM_OP", "")
    if not text:
        say("Gebruik: make gepubliceerd OP=2020-07-01T06:00")
        return 2
    moment = parse_moment(text, name="OP")
    with warehouse.running(settings), warehouse.connect(settings) as connection:
        try:
            made = vintage.lay_out(connection, moment, suffix(moment).replace("kennis_", ""))
        except vintage.GeenPublicatieError as error:
            say(str(error))
            return 1
    say(f"{made['marts']} tabellen zoals gepubliceerd op {made['bekend_op']} staan in schema {made['schema']}.")
    return 0


def demo(_settings: Settings) -> int:
    """Generate the demo region."""
    from doorstroom.night import ensure_demo_drop

    ensure_demo_drop(again=True)
    say(f"De verzonnen demoregio staat in {DEMO_DROP}")
    return 0


def vrijgeven(settings: Settings) -> int:
    """Release a file that was held back; the next night counts with it."""
    from expectations.judge import JudgeError, NietAangehoudenError, release

    bestand, reden = os.environ.get("DOORSTROOM_FILE", ""), os.environ.get("DOORSTROOM_REASON") or None
    if not bestand:
        say("Gebruik: make vrijgeven BESTAND=<pad in de drop, zoals in levering.bestanden> [REDEN=…]")
        return 2
    with warehouse.running(settings):
        try:
            release(bestand, who(), reden)
        except (NietAangehoudenError, JudgeError) as error:
            say(str(error))
            return 1
    say(f"{bestand} is vrijgegeven en telt mee vanaf de volgende nacht (make nightly).")
    return 0


def afwijzen(settings: Settings) -> int:
    """Reject a file that was held back, for good; the same bytes stay out from now on."""
    from expectations.judge import JudgeError, NietAangehoudenError, reject

    bestand, reden = os.environ.get("DOORSTROOM_FILE", ""), os.environ.get("DOORSTROOM_REASON", "")
    if not bestand or not reden.strip():
        say("Gebruik: make afwijzen BESTAND=<pad in de drop, zoals in levering.bestanden> REDEN=<waarom>")
        return 2
    with warehouse.running(settings):
        try:
            reject(bestand, reden, who())
        except (NietAangehoudenError, JudgeError) as error:
            say(str(error))
            return 1
    say(f"{bestand} is afgewezen; de vorige levering blijft gelden, ook als dezelfde inhoud nog eens komt.")
    return 0


def accepteren(settings: Settings) -> int:
    """Accept a finding for a reason, until a date."""
    from expectations.dossier import DossierError
    from expectations.dossier import accepteren as accept

    sleutel, reden, tot = (os.environ.get(f"DOORSTROOM_{name}", "") for name in ("FINDING", "REASON", "UNTIL"))
    if not sleutel or not reden.strip() or not tot:
        say("Gebruik: make accepteren SLEUTEL=<sleutel van de bevinding> REDEN=<waarom> TOT=<jjjj-mm-dd>")
        return 2
    with warehouse.running(settings):
        try:
            done = accept(sleutel, reden, tot, who())
        except DossierError as error:
            say(str(error))
            return 1
    about = " ".join(filter(None, (done["leverancier"], done["record"])))
    say(f"Bevinding {sleutel} ({done['regel_id']}, {about}) is geaccepteerd tot en met {done['tot']}.")
    return 0


def samenvoegen(settings: Settings) -> int:
    """Record that two pseudonyms are one person; who they are is read from standard input."""
    return _identity(settings, "samenvoegen")


def splitsen(settings: Settings) -> int:
    """Record that two joined pseudonyms are two people after all."""
    return _identity(settings, "splitsen")


def _identity(settings: Settings, soort: str) -> int:
    from extracts.identity import HOW, IdentiteitError, record

    if sys.stdin.isatty():
        say(f"{HOW} Sluit af met Ctrl-D.")
    with warehouse.running(settings):
        try:
            number = record(soort, sys.stdin.read().splitlines())
        except IdentiteitError as error:
            say(str(error))
            return 1
    say(f"Nummer {number} is vastgelegd en telt mee vanaf de volgende nacht (make nightly).")
    return 0


def vergeten(settings: Settings) -> int:
    """Forget a person on request, or undo that; who it is, is read from standard input."""
    from doorstroom.vergeten import HOW, VergetenError, forget, undo

    bevestigd, ongedaan = (bool(os.environ.get(f"DOORSTROOM_{name}")) for name in ("BEVESTIG", "ONGEDAAN"))
    if sys.stdin.isatty():
        say(f"{HOW} Sluit af met Ctrl-D.")
    with warehouse.running(settings):
        try:
            lines = sys.stdin.read().splitlines()
            if ongedaan:
                undo(lines)
                say("Deze persoon wordt weer ingelezen zoals leveranciers opnieuw leveren: momentopnamen vanzelf,")
                say("van mutaties en berichten wat zij opnieuw sturen. Wat gewist is, komt niet vanzelf terug.")
                return 0
            done = forget(lines, bevestigd=bevestigd)
        except VergetenError as error:
            say(str(error))
            return 1
    _tell_forgotten(done["rijen"], gedaan=done["gedaan"])
    return 0


def _tell_forgotten(rows: dict[str, int], *, gedaan: bool) -> None:
    if not rows:
        say("Deze persoon is al vergeten; er is niets te wissen.")
        return
    say("Gewist, in rijen:" if gedaan else "Te wissen, in rijen:")
    for name, count in sorted(rows.items()):
        say(f"  {name:<34}{count:>8}")
    if not gedaan:
        say("Er is nog niets gewist. Met BEVESTIG=1 wel; dat is niet terug te draaien.")
        return
    say("De marts worden in de volgende nacht zonder deze persoon gemaakt (make nightly); publiceren kan pas daarna.")
    say("Eerdere publicaties blijven zoals ze waren: die tellen de persoon nog mee, en KENNIS_OP van een eerder moment")
    say("is daar voortaan niet meer gelijk aan. Wis ook uw reservekopieën van vóór vandaag als hun termijn om is.")


def specificatie(settings: Settings) -> int:
    """Write the delivery specifications that suppliers receive."""
    from expectations.specification import write_pages

    for path in write_pages(settings):
        sys.stdout.write(f"{path}\n")
    return 0


def rapport(settings: Settings) -> int:
    """Send the weekly report, or show who would get what."""
    from extracts.suppliers import ContactsError
    from reports.weekly import SendingError, print_outcomes, send_all, week_of

    proef, opnieuw = (bool(os.environ.get(f"DOORSTROOM_{name}")) for name in ("PROEF", "OPNIEUW"))
    with warehouse.running(settings):
        try:
            week = week_of(os.environ.get("DOORSTROOM_WEEK"))
            outcomes = send_all(week, proef=proef, opnieuw=opnieuw)
        except (SendingError, ContactsError) as error:
            say(str(error))
            return 1
    return print_outcomes(week, outcomes, proef=proef)


def lint(settings: Settings) -> int:
    """Check what ruff and mypy cannot: the lock and the dbt project."""
    from doorstroom.lint import check

    return check(settings)


def up(settings: Settings) -> int:
    """Run Airflow until Ctrl-C."""
    from doorstroom.up import run

    return run(settings)


def backfill(settings: Settings) -> int:
    """Queue a range of nights in the Airflow that runs."""
    from doorstroom.backfill import USAGE, run

    van, tot = (os.environ.get(f"DOORSTROOM_{name}", "") for name in ("VAN", "UNTIL"))
    if not van or not tot:
        say(USAGE)
        return 2
    return run(settings, van, tot, again=bool(os.environ.get("DOORSTROOM_OPNIEUW")))


COMMANDS: dict[str, Callable[[Settings], int]] = {
    "sql": query,
    "warehouse": serve,
    "stop": stop,
    "nightly": nightly,
    "demo": demo,
    "gepubliceerd": gepubliceerd,
    "vrijgeven": vrijgeven,
    "rapport": rapport,
    "afwijzen": afwijzen,
    "accepteren": accepteren,
    "samenvoegen": samenvoegen,
    "splitsen": splitsen,
    "vergeten": vergeten,
    "specificatie": specificatie,
    "lint": lint,
    "up": up,
    "backfill": backfill,
}


def main() -> int:
    """Run one command; an expected error is told in one message, without a traceback."""
    parser = argparse.ArgumentParser(prog="doorstroom", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    command = parser.parse_args().command
    try:
        return COMMANDS[command](Settings.from_env())
    except (SettingsError, warehouse.WarehouseError) as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Afgebroken.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
