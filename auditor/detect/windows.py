"""Windows: the parts of texts in which the findings around some hits stand as a whole.

Why looking at windows alone is exact. Every match of a recogniser holds a hit and lies within the window of that hit
(:class:`Reach`), and windows that overlap are made one, so every match lies in exactly one window. A search in a
window sees the characters beside it as context (look-behind, look-ahead, ``\\b``), so an attempt at one place ends as
it does in the whole text, as long as no match reaches beyond the window; and none does, for what would match there
would hold a hit, whose window would have been joined to this one. The search goes from left to right without overlap;
as no match of the whole text crosses the start of a window, both searches stand there alike and go on alike.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import regex

from auditor.detect.prefilter import Layout, Places


class Reach(NamedTuple):
    """How far from a hit a match can go: over no byte outside ``alphabet``, and no further than ``chars`` (0: any).

    ``head`` is a pattern of bytes: a window holds no match where it does not match at its start.

    ``alphabet`` is the inside of a class of bytes. It holds all characters that a match can hold in a text without odd
    characters, so where it is ASCII ``chars`` are bytes. ``context`` says how many characters beside a match decide.
    """

    alphabet: str
    chars: int = 0
    context: int = 1
    head: str = ""


class Window(NamedTuple):
    """A part of a text, with context: it begins at byte ``start`` of the buffer and at character ``first`` of ``text``.

    Matches are looked for from ``first`` on; those from ``last`` on belong to the context.
    """

    row: int
    start: int
    text: str
    first: int
    last: int


@lru_cache(maxsize=64)
def edges(alphabet: str) -> tuple[Any, Any]:
    """Patterns that find the nearest byte outside an alphabet: before a place, and after it. Dear to compile."""
    return regex.compile(b"(?r)[^" + alphabet.encode() + b"]"), regex.compile(b"[^" + alphabet.encode() + b"]")


def windows(layout: Layout, places: Places, reach: Reach) -> Iterator[Window]:
    """The windows around places, in their order."""
    held: tuple[int, int, int] | None = None
    for row, start, end in _spans(layout, places, reach):
        if held and held[0] == row and start < held[2]:
            held = row, min(held[1], start), max(held[2], end)
            continue
        if held:
            yield _window(layout, *held, reach.context)
        held = row, start, end
    if held:
        yield _window(layout, *held, reach.context)


def _spans(layout: Layout, places: Places, reach: Reach) -> Iterator[tuple[int, int, int]]:
    """Row, start and end of the window of every hit, without those that end in a window just found."""
    before, after = edges(reach.alphabet)
    head = re.compile(reach.head.encode(), re.IGNORECASE)
    data, chars, covered = layout.data, reach.chars, -1
    bounds = (layout.offsets[places.rows].tolist(), layout.offsets[places.rows + 1].tolist())
    for row, low, high, hit in zip(places.rows.tolist(), *bounds, places.ends.tolist(), strict=True):
        if hit <= covered:
            continue
        least, most = (max(low, hit - chars), min(high, hit + chars)) if chars else (low, high)
        stop, follow = before.search(data, least, hit), after.search(data, hit, most)
        start, end = stop.end() if stop else least, follow.start() if follow else most
        covered = covered if chars else end
        if start < end and head.match(data, start, end):
            yield row, start, end


def _window(layout: Layout, row: int, start: int, end: int, context: int) -> Window:
    """A window with at least ``context`` characters beside it where its text has them; no character is cut."""
    data = layout.data
    if not context:
        text = str(data[start:end], "utf-8")
        return Window(row, start, text, 0, len(text))
    low = max(int(layout.offsets[row]), start - 4 * context)
    while data[low] & 0xC0 == 0x80:
        low += 1
    limit = int(layout.offsets[row + 1])
    high = min(limit, end + 4 * context)
    while high < limit and data[high] & 0xC0 == 0x80:
        high -= 1
    before = str(data[low:start], "utf-8")
    inside = str(data[start:end], "utf-8")
    text = before + inside + str(data[end:high], "utf-8")
    return Window(row, start, text, len(before), len(before) + len(inside))
