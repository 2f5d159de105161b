"""The beginning of a night: which date, which drop, and the demo region when no drop is given."""

# ruff: noqa: PLC0415 - the rooms are imported when they are used
from __future__ import annotations

import hashlib
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from doorstroom.settings import DEMO_DROP, REPOSITORY, Settings, SettingsError, absolute_drop
from doorstroom.warehouse import TIMEZONE

#: The last night of the demo region: all of 2020 is complete, and January 2021.
DEMO_NIGHT = date(2021, 2, 1)


def open_night(datum: str | None = None, drop: str | None = None) -> dict[str, Any]:
    """Begin the night of `datum` (YYYY-MM-DD) on a drop; returns `nacht_id` and `datum`.

    Without a drop: DOORSTROOM_DROP, or else the demo region, which is generated first. Without a date: today, or the
    demo region's last night. Raises SettingsError for a date that is none and for a real drop without a key, and
    what `begin_night` raises.
    """
    from extracts.take_in import begin_night

    settings = Settings.from_env()
    drop_url = absolute_drop(drop) if drop else settings.drop_url
    settings.key_for(drop_url)  # first of all: without a key nothing is done
    is_demo = drop_url == str(DEMO_DROP)
    if is_demo:
        ensure_demo_drop()
    night = _date(datum) if datum else DEMO_NIGHT if is_demo else datetime.now(ZoneInfo(TIMEZONE)).date()
    return {"nacht_id": begin_night(night, drop_url), "datum": night.isoformat()}


def open_planned_night(
    run_type: str, planned: datetime | None, datum: str | None = None, drop: str | None = None
) -> dict[str, Any]:
    """Begin the night of an Airflow run of this type, planned for this moment; returns what `open_night` does.

    A date that was given counts. Without one a scheduled run and a run of a backfill are the night of the Dutch day
    they were planned for, also when they run later; the clock knows nothing of the demo region, whose scheduled night
    is its last one. Raises what `open_night` raises.
    """
    demo = (absolute_drop(drop) if drop else Settings.from_env().drop_url) == str(DEMO_DROP)
    if not datum and planned and (run_type == "backfill" or (run_type == "scheduled" and not demo)):
        datum = planned.astimezone(ZoneInfo(TIMEZONE)).date().isoformat()
    return open_night(datum, drop)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"DATE={text} is geen datum; schrijf die als 2021-02-01."
        raise SettingsError(message) from None


def ensure_demo_drop(*, again: bool = False) -> Path:
    """Generate the demo region unless it is there and its generator is the same; returns where it is.

    The generator is seeded: everyone has the same region. The folder appears only when it is complete.
    """
    mark = DEMO_DROP.with_name("generator.sha256")
    fingerprint = _generator()
    if not again and DEMO_DROP.is_dir() and mark.exists() and mark.read_text(encoding="ascii") == fingerprint:
        return DEMO_DROP
    from demo.generate import DEFAULT_MISTAKES, generate

    draft = DEMO_DROP.with_name("wordt-gemaakt")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    generate(draft / DEMO_DROP.name, last_night=DEMO_NIGHT, mistakes=DEFAULT_MISTAKES)
    for made in draft.iterdir():  # the drop, and beside it what is true in it
        shutil.rmtree(DEMO_DROP.with_name(made.name), ignore_errors=True)
        made.rename(DEMO_DROP.with_name(made.name))
    draft.rmdir()
    mark.write_text(fingerprint, encoding="ascii")
    return DEMO_DROP


def _generator() -> str:
    """Return a fingerprint of everything the demo region is made from."""
    digest = hashlib.sha256()
    for folder, pattern in (("demo", "*"), ("extracts/contracts", "*.yaml")):
        for path in sorted((REPOSITORY / folder).glob(pattern)):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
