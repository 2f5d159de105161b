"""Small charts as inline SVG that a screen reader, a phone and a black-and-white printer can show.

Every chart has role `img` with a title and a description that says what the eye sees; the template `delen.html.j2`
puts the same numbers under it as a table. Series differ in dash and label, never in colour alone. No script, no style
of its own: colours come from `theme/page.css`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

#: Width of every drawing; a phone of 360 px shows it at about its own size, so that text stays readable.
WIDTH = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 16, 12, 24


@dataclass(frozen=True)
class Series:
    """One line or one colour of columns; `values` has a number per label, None where nothing is known."""

    name: str
    values: Sequence[float | None]


def decimal(value: float) -> str:
    """Return a number as the Dutch write it: thousands with a point, at most one decimal behind a comma."""
    text = f"{value:,.1f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def round_top(values: Sequence[float]) -> float:
    """Return the end of an axis from zero: the least round number above all values whose half is round too."""
    most = max(values, default=0)
    if most <= 2:
        return 2.0
    size = 10 ** math.floor(math.log10(most))
    return float(next(step * size for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * size >= most))


def lines(
    ident: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    bounds: tuple[float, float] | None = None,
    height: int = 130,
    show: Callable[[float], str] = decimal,
) -> Markup:
    """Return lines over time; `ident` is unique on the page, `bounds` the ends of the axis (default: the values').

    A None makes a gap. Raises ValueError when a series has another length than the labels.
    """
    for one in series:
        if len(one.values) != len(labels):
            message = f"{title}: {len(one.values)} values for {len(labels)} labels"
            raise ValueError(message)
    low, high = bounds or _bounds([value for one in series for value in one.values if value is not None])
    bottom, right = height - _BOTTOM, WIDTH - _RIGHT

    def x(index: int) -> float:
        return _LEFT + (right - _LEFT) * (index / (len(labels) - 1) if len(labels) > 1 else 1)

    def y(value: float) -> float:
        return bottom - (bottom - _TOP) * (value - low) / ((high - low) or 1)

    parts = [_axis(low, high, y, right, show)]
    if labels:
        parts.append(_text(_LEFT, height - 6, labels[0], "start"))
        if len(labels) > 1:
            parts.append(_text(right, height - 6, labels[-1], "end"))
    for number, one in enumerate(series):
        path, pen = [], "M"
        for index, value in enumerate(one.values):
            if value is None:
                pen = "M"
                continue
            path.append(f"{pen}{x(index):.1f} {y(value):.1f}")
            pen = "L"
        known = [(index, value) for index, value in enumerate(one.values) if value is not None]
        if not known:
            continue
        parts.append(Markup('<path class="reeks reeks-{}" d="{}"/>').format(number, " ".join(path)))
        # A value between two gaps is no line; a dot shows it. The last one always has a dot.
        lonely = [i for i, _ in known if _gap(one.values, i - 1) and _gap(one.values, i + 1)]
        for index in sorted({*lonely, known[-1][0]}):
            value = one.values[index]
            if value is not None:
                parts.append(
                    Markup('<circle class="punt reeks-{}" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(
                        number, x(index), y(value)
                    )
                )
        if len(series) > 1:
            index, value = known[-1]
            parts.append(_text(x(index) - 6, y(value) - 8, one.name, "end", emphasis=True))
    told = " ".join(_told(one, labels, show) for one in series)
    return _svg(ident, title, told, height, parts)


def bars(
    ident: str, title: str, items: Sequence[tuple[str, float]], *, show: Callable[[float], str] = decimal
) -> Markup:
    """Return horizontal bars, one per (label, value), in the order given, each with its label and value in words."""
    top = max((value for _, value in items), default=0) or 1
    step, parts = 40, []
    for index, (label, value) in enumerate(items):
        line = index * step
        parts.append(_text(0, line + 14, label, "start"))
        parts.append(_text(WIDTH, line + 14, show(value), "end", emphasis=True))
        parts.append(
            Markup('<rect class="vlak" x="0" y="{}" width="{:.1f}" height="12" rx="2"/>').format(
                line + 20, max(2.0, WIDTH * value / top) if value else 0
            )
        )
    told = "; ".join(f"{label}: {show(value)}" for label, value in items) or "Geen waarden."
    return _svg(ident, title, told, max(1, len(items)) * step, parts)


def columns(
    ident: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    height: int = 190,
    show: Callable[[float], str] = decimal,
) -> Markup:
    """Return upright columns beside each other per label, from zero up; series differ in filling and the legend."""
    low, high = 0.0, round_top([value for one in series for value in one.values if value is not None])
    top, bottom, right = _TOP + 22, height - _BOTTOM, WIDTH - _RIGHT

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    parts = [_axis(low, high, y, right, show)]
    room = (right - _LEFT) / max(1, len(labels))
    wide = room * 0.8 / max(1, len(series))
    every = max(1, -(-len(labels) * 30 // int(right - _LEFT)))  # a label needs some 30 px
    for index, label in enumerate(labels):
        start = _LEFT + index * room + room * 0.1
        if index % every == 0:
            parts.append(_text(start + room * 0.4, height - 6, label, "middle"))
        for number, one in enumerate(series):
            value = one.values[index]
            if value is not None:
                parts.append(
                    Markup('<rect class="vlak reeks-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                        number, start + number * wide, y(value), max(1.0, wide - 1.5), bottom - y(value)
                    )
                )
    at = float(_LEFT)
    for number, one in enumerate(series if len(series) > 1 else ()):
        parts.append(
            Markup('<rect class="vlak reeks-{}" x="{:.1f}" y="4" width="11" height="11"/>').format(number, at + 1)
        )
        parts.append(_text(at + 17, 14, one.name, "start"))
        at += 30 + 7 * len(one.name)
    told = " ".join(_told(one, labels, show) for one in series)
    return _svg(ident, title, told, height, parts)


def _gap(values: Sequence[float | None], index: int) -> bool:
    return not 0 <= index < len(values) or values[index] is None


def _bounds(values: list[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return (low, high) if low < high else (low - 1, high + 1)


def _told(series: Series, labels: Sequence[str], show: Callable[[float], str]) -> str:
    known = [(label, value) for label, value in zip(labels, series.values, strict=True) if value is not None]
    if not known:
        return f"{series.name}: geen waarden."
    (first, start), (last, end) = known[0], known[-1]
    lowest, highest = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
    if len(known) == 1:
        return f"{series.name}: {show(end)} ({last})."
    return (
        f"{series.name}: van {show(start)} ({first}) naar {show(end)} ({last}); "
        f"laagste {show(lowest[1])} ({lowest[0]}), hoogste {show(highest[1])} ({highest[0]})."
    )


def _axis(low: float, high: float, y: Callable[[float], float], right: float, show: Callable[[float], str]) -> Markup:
    marks = [low, (low + high) / 2, high]
    return Markup("").join(
        Markup('<line class="as" x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>').format(_LEFT, y(mark), right, y(mark))
        + _text(_LEFT - 6, y(mark) + 4, show(mark), "end")
        for mark in marks
    )


def _text(x: float, y: float, text: str, anchor: str, *, emphasis: bool = False) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" font-size="12" text-anchor="{}"{}>{}</text>').format(
        x, y, anchor, Markup(' class="nadruk"') if emphasis else "", text
    )


def _svg(ident: str, title: str, told: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        '<title id="{ident}-t">{title}</title><desc id="{ident}-d">{told}</desc>{inside}</svg>'
    ).format(width=WIDTH, height=height, ident=escape(ident), title=title, told=told, inside=Markup("").join(parts))
