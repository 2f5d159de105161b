"""The pictures of a region that `charts` has not: flows, gemeenten side by side, and who gains and who loses.

Same rules as there: role `img`, a title and a description in words, no colour alone, the numbers in a table beside it.
A figure that is not published is drawn as a dashed band of fixed width and called so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from reports.charts import WIDTH, decimal

#: What stands where a figure is left out to protect persons.
LEFT_OUT = "weggelaten"
_TALL, _LINE, _GAP, _TOP = 150.0, 34.0, 6.0, 26.0  # the block, the least and the extra height of a stream, the head
_LABEL, _HALF = 122.0, 7.0  # room for words at the sides, half the width of the block


@dataclass(frozen=True)
class Stream:
    """One flow into or out of a domain; `value` is None when it is not published."""

    name: str
    value: int | None


def flows(ident: str, title: str, middle: str, incoming: Sequence[Stream], outgoing: Sequence[Stream]) -> Markup:
    """Return a flow diagram: bands from the left into one block and out of it to the right, as wide as their number."""
    total = max(sum(stream.value or 0 for stream in side) for side in (incoming, outgoing)) or 1
    scale = _TALL / total
    rooms = [sum(_room(stream, scale) for stream in side) for side in (incoming, outgoing)]
    room = max(*rooms, _TALL)
    block = _TOP + (room - _TALL) / 2
    parts = [
        Markup('<rect class="knoop" x="{}" y="{:.1f}" width="{}" height="{}"/>').format(
            WIDTH / 2 - _HALF, block, 2 * _HALF, _TALL
        ),
        _text(0, 12, "Waarvandaan", "start", "nadruk"),
        _text(WIDTH, 12, "Waarheen", "end", "nadruk"),
    ]
    for streams, used, edge, inner, anchor, at in (
        (incoming, rooms[0], _LABEL, WIDTH / 2 - _HALF, "start", 0.0),
        (outgoing, rooms[1], WIDTH - _LABEL, WIDTH / 2 + _HALF, "end", float(WIDTH)),
    ):
        slot, meet = _TOP + (room - used) / 2, block
        for stream in streams:
            wide = (stream.value or 0) * scale
            line = slot + _room(stream, scale) / 2
            parts.append(_band(edge, line - wide / 2, inner, meet, wide, known=stream.value is not None))
            parts.append(_text(at, line - 2, stream.name, anchor))
            parts.append(_text(at, line + 13, _shown(stream.value), anchor, "nadruk"))
            slot += _room(stream, scale)
            meet += wide
    told = f"Naar {middle}: {_told(incoming)}. Uit {middle}: {_told(outgoing)}."
    return _svg(ident, title, told, room + _TOP + 4, parts)


def chain(
    ident: str, title: str, names: tuple[str, str, str, str], numbers: Mapping[tuple[int, int], int | None]
) -> Markup:
    """Return the chain as bands: from the first place to the second, and from both to the third and the fourth.

    `numbers` has the flows by place of departure and arrival, (0, 1), (0, 2), (0, 3), (1, 2) and (1, 3); what is not in
    it is no flow.
    """
    wide = {way: float(numbers.get(way) or 0) for way in _WAYS}
    sides = [sum(wide[way] for way in _WAYS if way[end] == place) for end in (0, 1) for place in range(4)]
    scale = 110 / (max(sides) or 1)
    wide = {way: number * scale for way, number in wide.items()}
    first, second = WIDTH / 2 - _HALF, WIDTH / 2 + _HALF
    left, right = 2 * _HALF, WIDTH - 2 * _HALF
    # From the top: straight to the third place, below it the second place, and the fourth at the bottom.
    top = 34.0
    middle = top + wide[0, 2] + 52
    tall = max(wide[0, 1], wide[1, 2] + wide[1, 3], 8)
    bottom = max(middle + tall, top + wide[0, 2] + wide[1, 2]) + 52
    from_first = top + wide[0, 2]
    places = {
        (0, 2): (left, top, right, top),
        (0, 1): (left, from_first, first, middle),
        (1, 2): (second, middle, right, top + wide[0, 2]),
        (1, 3): (second, middle + wide[1, 2], right, bottom),
    }
    parts = [_band(*ends, wide[way], known=numbers[way] is not None) for way, ends in places.items() if way in numbers]
    low = bottom + wide[1, 3]
    if (0, 3) in numbers:  # under the second place, then straight on
        start = from_first + wide[0, 1]
        known = numbers[0, 3] is not None
        parts.append(_band(left, start, first - 30, low, wide[0, 3], known=known, onward=right))
    blocks = (
        (0.0, top, sum(wide[0, to] for to in (1, 2, 3))),
        (first, middle, tall),
        (right, top, wide[0, 2] + wide[1, 2]),
        (right, bottom, wide[0, 3] + wide[1, 3]),
    )
    for (x, y, height), name, (at, anchor) in zip(
        blocks, names, ((0.0, "start"), (WIDTH / 2, "middle"), (WIDTH, "end"), (WIDTH, "end")), strict=True
    ):
        parts.append(
            Markup('<rect class="knoop" x="{:.1f}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
                x, y, 2 * _HALF, max(height, 8)
            )
        )
        parts.append(_text(at, y - 8, name, anchor, "nadruk omrand"))
    arrivals = {
        (0, 2): (right, top),
        (1, 2): (right, top + wide[0, 2]),
        (0, 1): (first, middle),
        (1, 3): (right, bottom),
        (0, 3): (right, low),
    }
    parts += [
        _text(x - 6, y + max(wide[way] / 2, 6) + 4, _shown(numbers[way]), "end", "nadruk")
        for way, (x, y) in arrivals.items()
        if way in numbers
    ]
    told = "; ".join(f"van {names[a]} naar {names[b]} {_shown(numbers[a, b])}" for a, b in _WAYS if (a, b) in numbers)
    return _svg(ident, title, told or "Geen stromen.", low + max(wide[0, 3], 8) + 8, parts)


#: The flows of the chain, from the first place on.
_WAYS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3))


def gains(
    ident: str, title: str, items: Sequence[tuple[str, float | None]], *, show: Callable[[float], str] = decimal
) -> Markup:
    """Return bars to the right of a line for who gains and to the left of it for who loses, in the order given."""
    known = [abs(value) for _, value in items if value is not None]
    top, step, middle = max(known, default=0) or 1, 36, WIDTH / 2
    parts = []
    for index, (label, value) in enumerate(items):
        line = index * step
        parts.append(_text(0, line + 12, label, "start"))
        parts.append(_text(WIDTH, line + 12, LEFT_OUT if value is None else _signed(value, show), "end", "nadruk"))
        if value is not None:
            wide = max(1.5, middle * abs(value) / top) if value else 0.0
            parts.append(
                Markup('<rect class="vlak {}" x="{:.1f}" y="{}" width="{:.1f}" height="11"/>').format(
                    "winst" if value > 0 else "verlies", middle if value > 0 else middle - wide, line + 18, wide
                )
            )
    height = max(1, len(items)) * step
    parts.append(Markup('<line class="nullijn" x1="{0}" y1="0" x2="{0}" y2="{1}"/>').format(middle, height))
    told = "; ".join(f"{label}: {LEFT_OUT if value is None else _signed(value, show)}" for label, value in items)
    return _svg(ident, title, told or "Geen waarden.", height, parts)


def pairs(
    ident: str, title: str, names: tuple[str, str], items: Sequence[tuple[str, float | None, float | None]]
) -> Markup:
    """Return two bars per label, such as who comes from a gemeente and who stays there; what is left out says so."""
    top = max((value for item in items for value in item[1:] if value is not None), default=0) or 1
    step, room = 50, WIDTH - 70.0
    parts = []
    for number, name in enumerate(names):
        at = number * WIDTH / 2
        parts.append(Markup('<rect class="vlak reeks-{}" x="{}" y="2" width="11" height="11"/>').format(number, at + 1))
        parts.append(_text(at + 18, 12, name, "start"))
    for index, (label, *values) in enumerate(items):
        line = 28 + index * step
        parts.append(_text(0, line + 10, label, "start", "nadruk"))
        for number, value in enumerate(values):
            low = line + 15 + number * 15
            wide = max(1.5, room * value / top) if value else 0.0
            if wide:
                parts.append(
                    Markup('<rect class="vlak reeks-{}" x="1" y="{}" width="{:.1f}" height="11"/>').format(
                        number, low, wide
                    )
                )
            parts.append(_text(wide + 7, low + 10, _shown(value), "start"))
    told = "; ".join(
        f"{label}: " + ", ".join(f"{name} {_shown(value)}" for name, value in zip(names, values, strict=True))
        for label, *values in items
    )
    return _svg(ident, title, told or "Geen waarden.", 28 + max(1, len(items)) * step, parts)


def shares(ident: str, title: str, items: Sequence[tuple[str, float | None]]) -> Markup:
    """Return a bar per label, in the order given; what is left out says so and has no bar."""
    top = max((value for _, value in items if value is not None), default=0) or 1
    step, left, room = 24, 164.0, WIDTH - 164.0 - 70
    parts = []
    for index, (label, value) in enumerate(items):
        line = index * step
        wide = max(1.5, room * value / top) if value else 0.0
        parts.append(_text(0, line + 15, label, "start"))
        if wide:
            parts.append(
                Markup('<rect class="vlak" x="{}" y="{}" width="{:.1f}" height="13"/>').format(left, line + 4, wide)
            )
        parts.append(_text(left + wide + 6, line + 15, _shown(value), "start", "nadruk" if wide else ""))
    told = "; ".join(f"{label}: {_shown(value)}" for label, value in items)
    return _svg(ident, title, told or "Geen waarden.", max(1, len(items)) * step, parts)


def _shown(value: float | None) -> str:
    return LEFT_OUT if value is None else decimal(value)


def _signed(value: float, show: Callable[[float], str]) -> str:
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{show(abs(value))}"


def _told(streams: Sequence[Stream]) -> str:
    return ", ".join(f"{s.name} {_shown(s.value)}" for s in streams) or "geen stromen"


def _room(stream: Stream, scale: float) -> float:
    """How much height a stream takes at its label: its width, and never less than two lines of text."""
    return max(_LINE, (stream.value or 0) * scale + _GAP)


def _band(
    x1: float, y1: float, x2: float, y2: float, wide: float, *, known: bool, onward: float | None = None
) -> Markup:
    """A band between two points given by its upper edge, and straight on if asked; dashes if its number is unknown."""
    half, end = (x1 + x2) / 2, x2 if onward is None else onward
    upper = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    upper += "" if onward is None else f"H{end:.1f}"
    if not known:
        return Markup('<path class="band weg" d="{}"/>').format(upper)
    low1, low2 = y1 + wide, y2 + wide
    straight = "" if onward is None else f"L{end:.1f} {low2:.1f}"
    lower = f"{straight}L{x2:.1f} {low2:.1f}C{half:.1f} {low2:.1f} {half:.1f} {low1:.1f} {x1:.1f} {low1:.1f}Z"
    return Markup('<path class="band" d="{}"/>').format(upper + lower)


def _text(x: float, y: float, text: str, anchor: str, classes: str = "") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" font-size="12" text-anchor="{}"{}>{}</text>').format(
        x, y, anchor, Markup(' class="{}"').format(classes) if classes else "", text
    )


def _svg(ident: str, title: str, told: str, height: float, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {width} {height:.0f}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        '<title id="{ident}-t">{title}</title><desc id="{ident}-d">{told}</desc>{inside}</svg>'
    ).format(width=WIDTH, height=height, ident=escape(ident), title=title, told=told, inside=Markup("").join(parts))
