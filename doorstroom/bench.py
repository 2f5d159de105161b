"""`make bench`: what the gate costs, as ratios against a peer in the same run, on a warehouse of its own.

The peer loads the same file with pandas (`read_csv`, then `to_sql`), as text: no types, no pseudonyms, no ledger, no
rules. Ours does all of that, and follows up the findings. Absolute seconds differ per machine; the ratios are what to
compare. Every step runs in a process of its own, so that its peak memory is its own; what PostgreSQL uses is not in it.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROWS = 100_000
NIGHT = date(2021, 2, 1)
KEY = "sleutel-van-de-benchmark-en-van-niets-anders"


def _write_snapshot(path: Path, rows: int) -> None:
    """Write an SDD snapshot of that many rows; the BSNs of the test range recur."""
    from stdnum.nl import bsn  # noqa: PLC0415 - only the benchmark

    from extracts.contract import load_contracts  # noqa: PLC0415 - only the benchmark

    names = [column.name for column in load_contracts()["sdd_indicaties"].tables[0].columns]
    numbers = [str(number) for number in range(999900006, 999990000) if bsn.is_valid(str(number))]
    fixed: dict[str, Any] = {
        "geboortedatum": "1980-05-06", "geslacht": "1", "aanmelddatum": "2014-12-02", "intake_datum": "2014-12-10",
        "besluitdatum": "2014-12-20", "besluit": "toegekend", "productcode": "15D02", "leveringsvorm": "ZIN",
        "ingangsdatum": "2019-02-01", "aanbieder_agb": "99010101", "gemeente_aanvraag": "0505",
        "gemeente_herkomst": "0505", "herkomst_methode": "1", "grondslag": "verslaving", "inkomstenbron": "wajong",
        "andere_hulp": "J", "uitstroomprofiel": "K", "beoordeeld_op": "2014-12-28",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=";", restval="")
        writer.writeheader()
        for number in range(rows):
            person = numbers[number % len(numbers)]
            row = fixed | {"indicatie_nummer": str(number), "clientnummer": f"c{person[4:]}", "bsn": person}
            # A person's indicaties follow one another.
            begin = date(2015, 1, 1) + timedelta(days=15 * (number // len(numbers)))
            row |= {"ingangsdatum": begin.isoformat(), "einddatum": (begin + timedelta(days=9)).isoformat()}
            # One in a hundred has a finding, one in five hundred is quarantined.
            if number % 100 == 0:
                row["inkomstenbron"] = "loterij"
            if number % 500 == 0:
                row["productcode"] = "99X99"
            writer.writerow(row)


def _peer(file: str, url: str) -> Callable[[], None]:
    import pandas as pd  # noqa: PLC0415 - only the benchmark
    import sqlalchemy  # noqa: PLC0415 - only the benchmark

    from doorstroom.warehouse import sqlalchemy_url  # noqa: PLC0415 - only the benchmark

    def load() -> None:
        frame = pd.read_csv(file, sep=";", dtype=str)
        frame.to_sql("peer", sqlalchemy.create_engine(sqlalchemy_url(url, "psycopg")), index=False, chunksize=10_000)

    return load


def _intake(drop: str) -> Callable[[], None]:
    from extracts.take_in import begin_night, take_in, work_units  # noqa: PLC0415 - the peer does without

    def take() -> None:
        begin_night(NIGHT, drop)
        for unit in work_units("sdd"):
            take_in(unit)

    return take


def _judge() -> Callable[[], None]:
    import great_expectations  # noqa: F401, PLC0415 - its import is not what is measured

    from expectations.judge import judge  # noqa: PLC0415 - the peer does without

    return lambda: _expect(judge("sdd_indicaties")["leveringen"] == 1)


def _follow_up() -> Callable[[], None]:
    from expectations.dossier import bijwerken  # noqa: PLC0415 - the peer does without

    return lambda: _expect(bijwerken()["meldingen"] > 0)


def _expect(good: bool) -> None:
    if not good:
        raise RuntimeError("deze stap deed niet wat de benchmark meet")


def _measure(prepare: Callable[..., Callable[[], None]], arguments: tuple[str, ...]) -> tuple[float, int]:
    """Return seconds and the process' peak memory in MB of one step; runs in a process of its own."""
    action = prepare(*arguments)
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _step(prepare: Callable[..., Callable[[], None]], *arguments: str) -> tuple[float, int]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        seconds, memory = pool.submit(_measure, prepare, arguments).result()
    print(f"{prepare.__name__.strip('_'):12} {seconds:8.1f} s, hoogstens {memory} MB", flush=True)
    return seconds, memory


def run(rows: int = ROWS) -> dict[str, float]:
    """Measure on a new embedded server; returns the ratios, which are printed too."""
    from doorstroom.warehouse import EmbeddedServer  # noqa: PLC0415 - only the benchmark

    with tempfile.TemporaryDirectory() as folder:
        drop = Path(folder) / "drop"
        (drop / "sdd").mkdir(parents=True)
        file = drop / "sdd" / f"sdd_indicaties_{NIGHT:%Y%m%d}.csv"
        _write_snapshot(file, rows)
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        server.start()
        os.environ |= {
            "DOORSTROOM_STATE": folder, "DOORSTROOM_WAREHOUSE": server.url(), "DOORSTROOM_DROP": str(drop),
            "DOORSTROOM_PSEUDONYM_KEY": KEY,
        }  # fmt: skip
        try:
            peer = _step(_peer, str(file), server.url())
            steps = {"innemen": _step(_intake, str(drop)), "beoordelen": _step(_judge), "opvolgen": _step(_follow_up)}
            again = _step(_intake, str(drop))
        finally:
            server.stop()
    for name, (seconds, _) in {"pandas": peer, **steps}.items():
        print(f"{name}: {rows / seconds:.0f} rijen/s van {rows}")
    ratios = {f"{name} / pandas": seconds / peer[0] for name, (seconds, _) in steps.items()}
    ratios["geheugen / pandas"] = max(memory for _, memory in steps.values()) / peer[1]
    ratios["tweede nacht / eerste"] = again[0] / steps["innemen"][0]
    for name, ratio in ratios.items():
        print(f"{name:24} {ratio:6.2f}")
    return ratios


if __name__ == "__main__":
    run(int(os.environ.get("ROWS", ROWS)))
