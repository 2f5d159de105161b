"""Forgetting, proven on random lives: `python -m tests.tijd.vergetelheid --lives 40 --people 2 --seed 1`.

A night with everybody; some are forgotten on request; suppliers deliver everybody again. Then no trace of them may be
left in any table or file, the marts must be those the oracle computes from the files without them, what was published
must stand as it stood, the causes of every revised figure must add up, and a warehouse that is filled anew must give
the same marts. Then the retention term of some passes: no figure of a later period may change. Exit 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from psycopg import sql

from doorstroom.vergeten import forget
from doorstroom.warehouse import EmbeddedServer, connect
from publication import vintage
from tests.oracle.compare import compare
from tests.oracle.night import KEY
from tests.oracle.oracle import compute
from tests.oracle.small_lives import random_drop
from tests.tijd.sporen import Persoon, everybody, traces, traces_in_files, without
from tests.tijd.wereld import Wereld, differences, unexplained


def delivered_again(drop: Path, before: date, after: date) -> None:
    """Deliver the snapshots of one day again on another, as suppliers do every night."""
    for path in sorted(drop.rglob(f"*_{before:%Y%m%d}.*")):
        if path.suffix in {".csv", ".xlsx"}:
            shutil.copyfile(path, path.with_name(path.name.replace(f"{before:%Y%m%d}", f"{after:%Y%m%d}")))


def as_it_was(moment: int = 1) -> dict[str, str]:
    """Return a fingerprint of every mart of a publication, as stored."""
    with connect() as connection:
        row = connection.execute(
            "select publicatie_id, datum, bekend_op, definitieversie, indelingversie from vintage.publicatie "
            "where publicatie_id = %s",
            [moment],
        ).fetchone()
        assert row
        publication = vintage.Publication(*row)
        return {
            mart: str(
                connection.execute(
                    sql.SQL("select md5(string_agg(rij::text, '|' order by rij::text)) from ({}) as rij").format(
                        vintage.as_published(connection, publication, mart)
                    )
                ).fetchone()
            )
            for mart in vintage.marts_of(connection, publication)
        }


def _count(query: str) -> int:
    with connect() as connection:
        row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0


class _Proof:
    def __init__(self) -> None:
        self.failed = 0

    def check(self, what: str, wrong: object) -> None:
        """Print what was looked at; anything but nothing is wrong."""
        self.failed += bool(wrong)
        sys.stdout.write(f"{what}: {wrong or 'none'}\n")
        sys.stdout.flush()


def _on_request(proof: _Proof, wereld: Wereld, drop: Path, datum: date, people: list[Persoon]) -> None:
    words = set[str]().union(*(person.pseudonyms(KEY) for person in people))
    numbers = set[str]().union(*(person.numbers for person in people))
    wereld.night(datum, drop)
    published = as_it_was()
    assert traces(wereld.url, words, numbers)
    for person in people:
        forget([person.bsn], bevestigd=True)
    proof.check("traces after forgetting", dict(traces(wereld.url, words, numbers)))
    delivered_again(drop, datum - timedelta(days=1), datum + timedelta(days=1))
    wereld.night(datum + timedelta(days=1), drop)
    proof.check("traces after they were delivered again", dict(traces(wereld.url, words, numbers)))
    proof.check("files with traces", traces_in_files(wereld.folder, words))
    rest = drop
    for number, person in enumerate(people):
        rest = without(rest, person, drop.with_name(f"without{number}"))
    with connect() as connection:
        proof.check(
            "cells that differ from the oracle's", compare(compute(rest, datum + timedelta(days=1)), connection)
        )
    proof.check("published marts that changed", [m for m, was in published.items() if as_it_was()[m] != was])
    revised, failed = unexplained()
    proof.check(f"of {revised} revised figures unexplained", failed)
    proof.check(
        "causes other than identiteit", _count("select count(*) from vintage.revisie where oorzaak <> 'identiteit'")
    )


def _by_their_term(proof: _Proof, wereld: Wereld, drop: Path, datum: date, years: int) -> None:
    os.environ["DOORSTROOM_BEWAARTERMIJN"] = str(years)
    wereld.night(datum, drop)
    people = _count("select sum(personen) from levering.bewaartermijn")
    proof.check(
        f"{people} people forgotten by their term; revised figures", _count("select count(*) from vintage.revisie")
    )
    gone = "select count(*) from marts.mart_stroombalans where maand <= (select max(tot) from levering.vergeten)"
    proof.check("rows of periods that fell away", _count(gone))


def main() -> int:
    """Run the proof; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lives", type=int, default=40)
    parser.add_argument("--people", type=int, default=2, help="how many are forgotten on request")
    parser.add_argument("--years", type=int, default=2, help="the retention term that passes")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    chosen = parser.parse_args()
    sys.stdout.write(f"seed {chosen.seed}: {chosen.lives} lives\n")
    proof, rnd = _Proof(), Random(chosen.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        server = EmbeddedServer(folder / "server", durable=False)
        server.start()
        try:
            drop = folder / "drop"
            datum = random_drop(chosen.seed, chosen.lives, drop).datum
            wereld = Wereld(server, folder / "dbt")
            people = _drawn(everybody(drop).values(), chosen.people, rnd)
            with wereld.open():
                _on_request(proof, wereld, drop, datum, people)
                expected = wereld.stand()
            with wereld.open():
                wereld.night(datum + timedelta(days=1), drop)
                proof.check("marts that differ in a warehouse filled anew", list(differences(expected, wereld.stand())))
                _by_their_term(proof, wereld, drop, datum + timedelta(days=1), chosen.years)
        finally:
            server.stop()
    return 1 if proof.failed else 0


def _drawn(people: Iterable[Persoon], count: int, rnd: Random) -> list[Persoon]:
    """Draw people with a BSN whose client numbers are theirs alone: of one that two people share nobody is sure."""
    known = list(people)
    clients = Counter(client for person in known for client in person.clients)
    sure = [p for p in known if len(p.bsn) == 9 and all(clients[client] == 1 for client in p.clients)]
    most = max(sure, key=lambda person: (len(person.feeds), person.bsn))
    return [most, *rnd.sample([person for person in sure if person is not most], count - 1)]


if __name__ == "__main__":
    raise SystemExit(main())
