"""Windows: the paragraphs around words of licences, in which licences are looked for.

What a window is depends on its text alone. It reaches from the paragraph of the first word to that of the last, or to
the edge of a line or a word where that is far, so that a notice of which only the code around it differs is an equal
window.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from auditor.detect.gates import odd_like
from auditor.detect.prefilter import UNKNOWN, Ints, Layout, Need, fold
from auditor.rules.licences import anchors

BEFORE, AFTER = 500, 700
"""Bytes of a window before the end of its first hit and behind that of its last, at most."""
_APART = 1000
"""Bytes between two hits that are still of one window."""
_PARAGRAPH = re.compile(rb"\n[^\na-z0-9\x80-\xff]*(?=\n)", re.IGNORECASE)
"""A line without letters parts paragraphs: in a comment it has the sign of one."""
_CODE, _SHARE = b"{}[]()<>;=_", 0.02
"""Signs of code, and the share of them from which on a paragraph is none of prose."""
_SIGN = r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]"
_GAP = _SIGN + "{1,24}"
"""What a blank of an anchor stands for, and one at its end: ASCII, so that bytes and characters are one."""


class Around(NamedTuple):
    """Windows in ascending order: the row of each, and its first byte and the byte after its last in the buffer."""

    rows: Ints
    starts: Ints
    ends: Ints


@cache
def need() -> Need:
    """What every text with a licence holds."""
    opens = _expanded(anchors().opens)
    return Need("|".join(f"(?i:{_wide(anchor)})" for anchor in opens), opens, windowed=True, folds=True)


@cache
def extent() -> Need:
    """What tells how far a window reaches."""
    extends = _expanded(anchors().extends)
    return Need("|".join(f"(?i:{_wide(anchor)})" for anchor in extends), extends, windowed=True, folds=True)


def _expanded(held: Iterable[str]) -> tuple[str, ...]:
    ended = (re.sub(r" $", lambda _: _SIGN, anchor) for anchor in held)
    return tuple(sorted(re.sub(r" (?![^\[\]]*\])", lambda _: _GAP, anchor) for anchor in ended))


def _wide(anchor: str) -> str:
    """RE2 for an anchor, for texts with characters that equal ASCII letters when case is ignored, too."""
    parts = re.split(r"(\[[^\]]*\]|\\.|\(\?:)", anchor)
    return "".join(_wider(part) if n % 2 else "".join(map(_letter, part)) for n, part in enumerate(parts))


def _letter(char: str) -> str:
    odd = odd_like(char)
    return f"[{char}{odd}]" if odd else char


def _wider(part: str) -> str:
    if not part.startswith("[") or part.startswith(r"[\x"):
        return part
    return part[:-1] + "".join(map(odd_like, part)) + "]"


@cache
def _compiled(held: Need) -> list[Any]:
    return [re.compile(anchor, re.IGNORECASE | re.ASCII) for anchor in held.expressions]


def of_text(text: str) -> list[tuple[int, int]]:
    """The windows of one text, in bytes of it; the same as by the hits of the prefilter."""
    folded = text if text.isascii() else "".join(map(_folded, text))
    hits, more = (_hits(folded, held) for held in (need(), extent()))
    if not len(hits):
        return []
    raw = text.encode()
    if len(raw) != len(text):
        sizes = np.array([0, *(len(char.encode()) for char in text)], np.int64).cumsum()
        hits, more = sizes[hits], sizes[more]
    layout = Layout(np.array([0]), np.array([len(raw)]), memoryview(raw))
    found = around(layout, (np.zeros_like(hits), hits), (np.zeros_like(more), more))
    return list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))


def _hits(folded: str, held: Need) -> Ints:
    return np.array(sorted({end for anchor in _compiled(held) for end in _ends(anchor, folded)}), np.int64)


def _folded(char: str) -> str:
    if char.isascii():
        return char
    plain = fold(char)
    return char if plain == UNKNOWN else plain


def _ends(anchor: Any, folded: str) -> Iterable[int]:
    """Every end of a match, as Hyperscan gives them: also of those that overlap."""
    at = 0
    while match := anchor.search(folded, at):
        yield match.end()
        at = match.start() + 1


def around(layout: Layout, opens: tuple[Ints, Ints], extends: tuple[Ints, Ints]) -> Around:
    """The windows around hits, given the rows and the ends of those that open one and of those that extend one."""
    rows, hits = np.concatenate([opens[0], extends[0]]), np.concatenate([opens[1], extends[1]])
    order = np.lexsort((hits, rows))
    rows, hits, first = rows[order], hits[order], order < len(opens[0])
    near = np.zeros(len(rows), bool)
    near[1:] = (rows[1:] == rows[:-1]) & (hits[1:] - hits[:-1] <= _APART)
    group = np.cumsum(~near) - 1
    at = np.flatnonzero(first)
    groups, begin = np.unique(group[at], return_index=True)
    last = np.searchsorted(group, groups, side="right") - 1
    rows, starts, ends = rows[at[begin]], hits[at[begin]], hits[last]
    low, high = layout.starts[rows], layout.ends[rows]
    columns = (starts, ends, low, high)
    edges = [_edges(layout.data, *place) for place in zip(*(column.tolist() for column in columns), strict=True)]
    starts, ends = (np.array(side, np.int64) for side in zip(*edges, strict=True)) if edges else (starts, ends)
    return _joined(rows, starts, ends)


def _edges(data: memoryview, hit: int, last: int, low: int, high: int) -> tuple[int, int]:
    """The window around its first and its last hit, within the text that holds them."""
    first, final = max(low, hit - BEFORE), min(high, last + AFTER)
    before, behind = bytes(data[first:hit]), bytes(data[last:final])
    start, end = _start(before, whole=first == low), _end(behind, whole=final == high)
    return first + start, last + end


def _start(part: bytes, *, whole: bool) -> int:
    """Where the paragraph begins that a part ends in, or the one before it if that is prose.

    ``whole`` says that nothing stands before the part.
    """
    edges = [0] * whole + [match.end() + 1 for match in _PARAGRAPH.finditer(part)]
    if not edges:
        return _edge(part)
    return edges[-2] if len(edges) > 1 and _is_prose(part[edges[-2] : edges[-1]]) else edges[-1]


def _end(part: bytes, *, whole: bool) -> int:
    """Where the paragraph ends that a part begins in, or the one behind it if that is prose; ``whole`` as before."""
    edges = [match.start() for match in islice(_PARAGRAPH.finditer(part), 2)] + [len(part)] * whole
    if not edges:
        return _last_edge(part)
    return edges[1] if len(edges) > 1 and _is_prose(part[edges[0] : edges[1]]) else edges[0]


def _is_prose(part: bytes) -> bool:
    return len(part) - len(part.translate(None, _CODE)) <= len(part) * _SHARE


def _edge(part: bytes) -> int:
    """The beginning of the first line or else of the first word of a part that begins anywhere."""
    return part.find(b"\n", 0, len(part) // 2) + 1 or part.find(b" ", 0, len(part) // 2) + 1 or _whole(part, 0)


def _last_edge(part: bytes) -> int:
    at = max(part.rfind(b"\n", len(part) // 2), part.rfind(b" ", len(part) // 2))
    if at >= 0:
        return at
    end = len(part) - 1
    while end > 0 and (part[end] & 0xC0) == 0x80:
        end -= 1
    return end if part[end:] and part[end] > 0x7F else len(part)


def _whole(part: bytes, start: int) -> int:
    while start < len(part) and (part[start] & 0xC0) == 0x80:
        start += 1
    return start


def _joined(rows: Ints, starts: Ints, ends: Ints) -> Around:
    if not len(rows):
        return Around(rows, starts, ends)
    opens = np.ones(len(rows), bool)
    opens[1:] = (rows[1:] != rows[:-1]) | (starts[1:] > np.maximum.accumulate(ends)[:-1])
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(rows)) - 1
    return Around(rows[first], starts[first], ends[last])
