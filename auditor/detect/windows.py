"""Windows: the parts of texts in which the findings around some hits stand as a whole.

Why looking at windows alone is exact. Every match of a recogniser holds a hit and lies within the window of that hit
(:class:`Reach`), and windows that overlap are made one, so every match lies in exactly one window. A search in a
window sees the characters beside it as context (look-behind, look-ahead, ``\\b``), so an attempt at one place ends as
it does in the whole text, as long as no match reaches beyond the window; and none does, for what would match there
would hold a hit, whose window would have been joined to this one. The search goes from left to right without overlap;
as no match of the whole text crosses the start of a window, both searches stand there alike and go on alike.

All of this is arithmetic on arrays: no Python object is made for a hit, and equal windows are looked at once.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from auditor.detect.prefilter import Bytes, Ints, Places, Scan

_STEPS = (32, 256, 2048)
"""Bytes around hits that are looked at first, and then; for still longer windows it is a stretch of the buffer."""
_CELLS = 1 << 21  # bytes that are looked at in one go

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Reach(NamedTuple):
    """How far from a hit a match can go: over no byte outside ``alphabet``, and no further than ``chars`` (0: any).

    ``alphabet`` is the inside of a class of bytes. It holds all characters that a match can hold in a text without odd
    characters, so where it is ASCII ``chars`` are bytes. ``context`` says how many characters beside a match decide.
    ``separator`` is a character that stands for the start and the end of a text where windows are joined, for no match
    holds it and nothing beside a match asks for it; empty where there is none.

    Where ``before`` or ``after`` is given, a match need not hold its hit: it lies no further than so many characters
    before or after the end of one. What stands between them may be anything; only at its edges, where a match may go
    on, the window is as long as the alphabet holds.
    """

    alphabet: str
    chars: int = 0
    context: int = 1
    separator: str = "\n"
    before: int = 0
    after: int = 0


class Windows(NamedTuple):
    """Windows in ascending order: the row of each, and its first byte and the byte after its last in the buffer."""

    rows: Ints
    starts: Ints
    ends: Ints


class Pieces(NamedTuple):
    """Distinct windows with the characters beside them: matches begin from ``firsts`` to ``lasts`` within a text.

    They also end there: what takes in a character beside the window ends at a border that is none in the whole text.
    ``of`` gives for every window its position in ``texts``. ``firsts`` and ``lasts`` are characters.
    """

    texts: pa.Array
    firsts: Ints
    lasts: Ints
    of: Ints


@lru_cache(maxsize=256)
def bytes_outside(alphabet: str) -> Mask:
    """For every byte whether it is outside an alphabet."""
    inside = regex.compile(b"[" + alphabet.encode() + b"]")
    return np.array([inside.match(bytes([byte])) is None for byte in range(256)])


def windows(scan: Scan, places: Places, reach: Reach) -> Windows:
    """The windows around places, in their order, and texts that are windows as a whole; those that overlap are one."""
    near = _around(scan, places, reach)
    near = Windows(near.rows, *map(scan.folded.original, near[1:]))
    if not len(places.whole):
        return near
    rows = np.concatenate([near.rows, places.whole])
    starts = np.concatenate([near.starts, scan.layout.starts[places.whole]])
    ends = np.concatenate([near.ends, scan.layout.ends[places.whole]])
    order = np.argsort(starts, kind="stable")
    return Windows(rows[order], starts[order], ends[order])


def _around(scan: Scan, places: Places, reach: Reach) -> Windows:
    layout, rows, hits = scan.folded.layout, places.rows, places.ends
    if not len(rows):
        return Windows(rows, hits, hits)
    data, outside = np.frombuffer(layout.data, np.uint8), bytes_outside(reach.alphabet)
    low, high = layout.starts[rows], layout.ends[rows]
    begins, goes, apart = hits, hits, bool(reach.before or reach.after)
    if apart:
        begins = np.maximum(low, hits - _bytes(scan, hits, reach.before))
        goes = np.minimum(high, hits + _bytes(scan, hits, reach.after))
    elif reach.chars:
        width = reach.chars if outside[-1] else _bytes(scan, hits, reach.chars)
        low, high = np.maximum(low, hits - width), np.minimum(high, hits + width)
    starts, ends = _edges(data, outside, begins - 1, low - 1, -1) + 1, _edges(data, outside, goes, high, 1)
    if apart or (reach.chars and not outside[-1]):  # not within a character
        starts, ends = _begun(data, starts, layout.starts[rows]), _ended(data, ends, layout.ends[rows])
    # hits ascend, and so do the edges of one that reaches further than its neighbours
    starts, ends = np.minimum.accumulate(starts[::-1])[::-1], np.maximum.accumulate(ends)
    opens = np.ones(len(hits), bool)
    opens[1:] = (rows[1:] != rows[:-1]) | (starts[1:] >= ends[:-1])
    first = np.flatnonzero(opens)
    starts, ends = starts[first], ends[np.append(first[1:], len(hits)) - 1]
    kept = starts < ends
    return Windows(rows[first][kept], starts[kept], ends[kept])


def _bytes(scan: Scan, places: Ints, chars: int) -> Ints:
    """At least the bytes of so many characters before and after each place of the folded texts."""
    most = 4 * chars
    wide = scan.folded_chars.is_wide(places - most, places + most)
    return np.where(wide, most, chars)


def _edges(data: Bytes, outside: Mask, places: Ints, limits: Ints, step: int) -> Ints:
    """From each place in direction ``step`` the nearest byte outside the alphabet, or its limit, which is exclusive."""
    found, left = limits.copy(), np.flatnonzero(places != limits)
    for reach in _STEPS:
        if len(left) * reach > len(data):
            break
        count = _CELLS // reach
        parts = [_near(data, outside, places, limits, step, found, left[n : n + count], np.arange(reach) * step)
                 for n in range(0, len(left), count)]  # fmt: skip
        left = np.concatenate(parts) if parts else left
    if len(left):
        found[left] = _far(data, outside, places[left], limits[left], step)
    return found


def _near(
    data: Bytes, outside: Mask, places: Ints, limits: Ints, step: int, found: Ints, some: Ints, steps: Ints
) -> Ints:
    """Fill ``found`` for the places ``some`` whose edge is within ``steps`` of them; the others are returned."""
    where = places[some, None] + steps
    limit = limits[some, None]
    beyond = where >= limit if step > 0 else where <= limit
    where[beyond] = places[some[0]]
    stops = outside[data[where]] | beyond
    held = stops.any(axis=1)
    at = places[some] + stops.argmax(axis=1) * step
    found[some[held]] = at[held]
    rest: Ints = some[~held]
    return rest


def _far(data: Bytes, outside: Mask, places: Ints, limits: Ints, step: int) -> Ints:
    """The same by all bytes outside the alphabet between places and limits."""
    begin, end = (int(places.min()), int(limits.max())) if step > 0 else (int(limits.min()) + 1, int(places.max()) + 1)
    stops = np.flatnonzero(outside[data[begin:end]]) + begin
    if step > 0:
        found: Ints = np.minimum(np.append(stops, end)[np.searchsorted(stops, places)], limits)
    else:
        found = np.maximum(np.append(begin - 1, stops)[np.searchsorted(stops, places, side="right")], limits)
    return found


def _begun(data: Bytes, places: Ints, limits: Ints) -> Ints:
    """Each place, or the start of the character that it stands in."""
    for _ in range(3):
        places = places - ((places > limits) & _inner(data, places))
    return places


def _ended(data: Bytes, places: Ints, limits: Ints) -> Ints:
    """Each place, or the end of the character that it stands in."""
    for _ in range(3):
        places = places + ((places < limits) & _inner(data, places))
    return places


def _inner(data: Bytes, places: Ints) -> Mask:
    """Whether the byte at each place goes on with a character; there is none at the end of the buffer."""
    inner: Mask = (data[np.minimum(places, len(data) - 1)] & 0xC0) == 0x80
    return inner


def pieces(scan: Scan, found: Windows, context: int) -> Pieces:
    """The distinct windows, with ``context`` characters on both sides where their texts have them."""
    layout = scan.layout
    data = np.frombuffer(layout.data, np.uint8)
    low, high = layout.starts[found.rows], layout.ends[found.rows]
    starts, ends = np.maximum(found.starts - context, low), np.minimum(found.ends + context, high)
    before, after = found.starts - starts, ends - found.ends  # where all of them are ASCII
    wide = np.flatnonzero(scan.chars.is_wide(starts, found.starts) | scan.chars.is_wide(found.ends, ends))
    for some in np.array_split(wide, -(-8 * context * len(wide) // _CELLS)) if len(wide) else ():
        size, before[some] = _passed(data, found.starts[some], low[some], context, -1)
        starts[some] = found.starts[some] - size
        size, after[some] = _passed(data, found.ends[some], high[some], context, 1)
        ends[some] = found.ends[some] + size
    coded = _gathered(data, starts, ends).dictionary_encode()
    keys = (coded.indices.to_numpy().astype(np.int64) * (context + 1) + before) * (context + 1) + after
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    texts = coded.dictionary.take(coded.indices.take(pa.array(first)))
    lasts = pc.utf8_length(texts).to_numpy().astype(np.int64) - after[first]
    return Pieces(texts, before[first], lasts, of)


def _passed(data: Bytes, places: Ints, limits: Ints, count: int, step: int) -> tuple[Ints, Ints]:
    """Bytes of the next ``count`` characters in direction ``step``, or of those up to a limit, and their number."""
    where = places[:, None] + (np.arange(4 * count) if step > 0 else -1 - np.arange(4 * count))
    inside = where < limits[:, None] if step > 0 else where >= limits[:, None]
    begins = inside & ((data[where * inside] & 0xC0) != 0x80)  # going back, a character begins at its last byte here
    passed = begins.cumsum(axis=1)
    taken = inside & ((passed if step > 0 else passed - begins) <= (count if step > 0 else count - 1))
    return taken.sum(axis=1), np.minimum(passed[:, -1], count)


def _gathered(data: Bytes, starts: Ints, ends: Ints) -> pa.Array:
    """The strings from ``starts`` to ``ends`` of a buffer; they ascend."""
    if (starts[1:] >= ends[:-1]).all() and len(starts):
        edges = np.stack([starts, ends], axis=1).reshape(-1)  # strings and what stands between them
        every = pa.Array.from_buffers(
            pa.large_string(), len(edges) - 1, [None, pa.py_buffer(edges), pa.py_buffer(data)]
        )
        return every.take(pa.array(np.arange(0, len(edges) - 1, 2)))
    offsets = np.concatenate([[0], np.cumsum(ends - starts)])
    index = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], ends - starts)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data[index])]
    return pa.Array.from_buffers(pa.large_string(), len(starts), buffers)
