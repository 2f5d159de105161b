"""How a page is made: tables, badges and Dutch notation for the templates, and the template environment.

A page is one HTML file without anything from outside: style and drawings are in it, scripts there are none. What a
page shows in a table is a `Table`; the macro `tabel` of `templates/delen.html.j2` writes it so that it is read out as a
table, becomes a list of blocks on a phone and repeats its header on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from doorstroom.warehouse import TIMEZONE
from reports import charts

FOLDER = Path(__file__).parent
MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
_MONTHS_SHORT = tuple("mrt" if month == "maart" else month[:3] for month in MONTHS)
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

#: Tones of badges, tiles and blocks; the words in them say the same.
GOOD, NEUTRAL, CAREFUL, GRAVE = "goed", "neutraal", "let-op", "ernstig"
SEVERITY_TONES = {"blokkerend": GRAVE, "fout": CAREFUL, "signaal": NEUTRAL}


@dataclass(frozen=True)
class Badge:
    """A word in a coloured field."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Link:
    """A link to another page of the same folder or a place on this page."""

    text: str
    href: str


@dataclass(frozen=True)
class Column:
    """One column: `numeric` is set to the right, `text` gets the whole width on a phone."""

    title: str
    numeric: bool = False
    text: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the first cell of each row names the row. Cells: text, numbers, dates, Badge, Link or None (unknown)."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    foot: Sequence[Any] | None = None
    hide_caption: bool = False
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing with its title, the figure that matters most, what it says in a line, and its numbers as a table."""

    title: str
    drawing: Markup
    table: Table
    value: str = ""
    remark: str = ""
    conclusion: str = field(default="", kw_only=True)
    classes: str = field(default="", kw_only=True)


def number(value: float | Decimal | None) -> str:
    """Return a number as the Dutch write it, with at most one decimal; nothing for None."""
    return "" if value is None else charts.decimal(float(value))


def long_date(value: date | None) -> str:
    """Return a date in words: `1 februari 2021`."""
    return "onbekend" if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_date(value: date | None) -> str:
    """Return a short date for tables and axes: `1 feb 2021`."""
    if value is None:
        return "onbekend"
    return f"{value.day}\N{NO-BREAK SPACE}{_MONTHS_SHORT[value.month - 1]}\N{NO-BREAK SPACE}{value.year}"


def with_weekday(value: date) -> str:
    """Return a date with its weekday: `maandag 1 februari 2021`."""
    return f"{WEEKDAYS[value.weekday()]} {long_date(value)}"


def cell(value: Any) -> str | Markup:  # noqa: PLR0911 - one per kind of value
    """Return what stands in a cell; a value that is not known is a dash with the word for who cannot see it."""
    if value is None:
        return Markup('<span aria-hidden="true">–</span><span class="verborgen">niet bekend</span>')
    if isinstance(value, Badge):
        return Markup('<span class="merk {}">{}</span>').format(value.tone, value.text)
    if isinstance(value, Link):
        return Markup('<a href="{}">{}</a>').format(value.href, value.text)
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(ZoneInfo(TIMEZONE)):%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return short_date(value)
    return value if isinstance(value, Markup) else str(value)


def plural(count: int, one: str, many: str) -> str:
    """Return a count with its noun: `1 bevinding`, `1.200 bevindingen`."""
    return f"{number(count)} {one if count == 1 else many}"


@cache
def environment() -> Environment:
    """Return the template environment with the style sheets and notations every page uses."""
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(getal=number, datum=long_date, kort=short_date, weekdag=with_weekday, cel=cell)
    made.globals.update(aantal=plural, ERNSTEN=SEVERITY_TONES, stijl=_style())
    return made


def render(template: str, values: dict[str, Any]) -> str:
    """Return a page; raises jinja2.UndefinedError when the template asks what it was not given."""
    return environment().get_template(template).render(values)


def write(path: Path, text: str) -> Path:
    """Write a page so that a reader sees the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    return draft.replace(path)


def _style() -> Markup:
    return Markup("\n").join(
        Markup((FOLDER / "theme" / name).read_text(encoding="utf-8"))  # noqa: S704 - our own files
        for name in ("tokens.css", "page.css")
    )
