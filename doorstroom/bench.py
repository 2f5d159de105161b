"""`make bench`: what the way in costs, as ratios against a peer in the same run, on a warehouse of its own.

The peer loads the same file with pandas (`read_csv`, then `to_sql`), as text: no types, no pseudonyms, no ledger, no
rules. Ours does all of that. Absolute seconds differ per machine; the ratios are what to compare.
"""

from __future__ import annotations

import csv
import os
import resource
import tempfile
import time
from datetime import date
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
        "geboortedatum": "1980-05-06", "geslacht": "1", "aanmelddatum": "2019-01-02", "intake_datum": "2019-01-10",
        "besluitdatum": "2019-01-20", "besluit": "toegekend", "productcode": "15D02", "leveringsvorm": "ZIN",
        "ingangsdatum": "2019-02-01", "aanbieder_agb": "99010101", "gemeente_aanvraag": "0505",
        "gemeente_herkomst": "0505", "herkomst_methode": "1", "grondslag": "verslaving", "inkomstenbron": "wajong",
        "andere_hulp": "J", "uitstroomprofiel": "K", "beoordeeld_op": "2019-03-01",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, delimiter=";", restval="")
        writer.writeheader()
        for number in range(rows):
            person = numbers[number % len(numbers)]
            writer.writerow(fixed | {"indicatie_nummer": str(number), "clientnummer": f"c{person[4:]}", "bsn": person})


def _timed(action: Any) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def run(rows: int = ROWS) -> dict[str, float]:
    """Measure on a new embedded server; returns the ratios, which are printed too."""
    import pandas as pd  # noqa: PLC0415 - only the benchmark
    import sqlalchemy  # noqa: PLC0415 - only the benchmark

    from doorstroom.warehouse import EmbeddedServer, sqlalchemy_url  # noqa: PLC0415 - only the benchmark

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
        from expectations.judge import judge  # noqa: PLC0415 - importing Great Expectations is not what is measured
        from extracts.take_in import begin_night, take_in, work_units  # noqa: PLC0415 - after the settings

        def intake() -> None:
            begin_night(NIGHT, str(drop))
            for unit in work_units("sdd"):
                take_in(unit)

        def peer() -> None:
            engine = sqlalchemy.create_engine(sqlalchemy_url(server.url(), "psycopg"))
            frame = pd.read_csv(file, sep=";", dtype=str)
            frame.to_sql("peer", engine, index=False, chunksize=10_000)

        try:
            by_pandas, first, judged, again = _timed(peer), _timed(intake), _timed(lambda: judge("sdd_indicaties")), 0.0
            again = _timed(intake)
        finally:
            server.stop()
    ratios = {
        "innemen / pandas": first / by_pandas,
        "beoordelen / pandas": judged / by_pandas,
        "tweede nacht / eerste": again / first,
    }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{rows} rijen; pandas {by_pandas:.1f} s; geheugen {memory} MB")
    for name, ratio in ratios.items():
        print(f"{name:24} {ratio:6.2f}")
    return ratios


if __name__ == "__main__":
    run(int(os.environ.get("ROWS", ROWS)))
