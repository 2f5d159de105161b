"""Which marts a finding touches: those that dbt builds, by way of its models, from the raw table of the finding.

Read from the SQL of the dbt project itself, so that a new mart is known without a list to keep.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

DBT = Path(__file__).resolve().parent.parent / "dbt_project"

#: Marts about the deliveries themselves: a finding is their subject, not something that changes them.
ABOUT_QUALITY = frozenset({"mart_datakwaliteit", "mart_revisies"})

_MODEL = re.compile(r"'((?:stg|int|mart)_[a-z0-9_]+)'")
_RAW = re.compile(r"staande_rijen\(\s*'[^']+',\s*'([^']+)'")
_MACRO = re.compile(r"{% macro ([a-z_0-9]+)\(.*?{%-? endmacro", re.DOTALL)


@cache
def _readers() -> dict[str, set[str]]:
    """Return for each model and raw table the models that read it."""
    macros = {
        match[1]: match[0]
        for path in (DBT / "macros").glob("*.sql")
        for match in _MACRO.finditer(path.read_text("utf-8"))
    }
    readers: dict[str, set[str]] = {}
    for path in (DBT / "models").rglob("*.sql"):
        text = path.read_text("utf-8")
        text += " ".join(body for name, body in macros.items() if re.search(rf"\b{name}\(", text))
        for source in {*_MODEL.findall(text), *(f"raw.{table}" for table in _RAW.findall(text))}:
            readers.setdefault(source, set()).add(path.stem)
    return readers


@cache
def marts_downstream(source: str) -> tuple[str, ...]:
    """Return the marts built from `raw.<table>` or from a model, in order of name; none for what no model reads."""
    seen: set[str] = set()
    waiting = [source]
    while waiting:
        for reader in _readers().get(waiting.pop(), ()):
            if reader not in seen:
                seen.add(reader)
                waiting.append(reader)
    return tuple(sorted(name for name in seen if name.startswith("mart_") and name not in ABOUT_QUALITY))


@cache
def marts() -> frozenset[str]:
    """Return the marts that dbt builds."""
    return frozenset(path.stem for path in (DBT / "models" / "marts").rglob("mart_*.sql"))
