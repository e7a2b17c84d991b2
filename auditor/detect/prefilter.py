"""The first stage of detection: one Hyperscan pass over a string array says where detectors may match.

Every detector states a :class:`Need`: what each of its findings holds. The expressions of a ruleset are compiled once,
kept on disk by fingerprint and scanned over all texts of an array at once, with a line feed between them; offsets say
which text a hit stands in. A need is *necessary* and never sufficient, so a hit that runs over the border of two texts
costs a look and nothing else.

Expressions know ASCII only and bytes from 80 to FF: they are complete for texts without *odd* characters, which are the
digits beyond ASCII and the letters that equal an ASCII letter when case is ignored (``ſ``, ``İ``, ``ı``, ``K``). Those
characters are an expression too, and they are *folded* for the scan, to the digit or letter that they equal. Where a
need is not sure then, texts that hold one are gated by RE2, which knows Unicode, and looked at as a whole. Where
Hyperscan is not installed all texts go that way: slower, with equal findings.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect import databases, gates
from auditor.detect.databases import Databases, available
from auditor.detect.derive import remembered
from auditor.detect.expressions import FIGURES

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_LINE_FEED = pa.scalar("\n", pa.string())
_NONE: Ints = np.empty(0, np.int64)
_GLANCE = 64


class Need(NamedTuple):
    """What every finding of a detector holds, twice: as Hyperscan and as RE2. Empty means: look at every text.

    Every finding in a text without odd characters holds a match of one of ``expressions``: where the need is
    ``windowed`` within its window, or else anywhere in its text. ``folds`` says that this holds for other texts, too,
    once their odd characters are folded. Every text with a finding passes ``gate``.
    """

    gate: str = ""
    expressions: tuple[str, ...] = ()
    windowed: bool = False
    folds: bool = False


class Places(NamedTuple):
    """Where a detector has to look in an array: at some texts as a whole, and around some hits of the others."""

    whole: Ints
    rows: Ints  # row of every hit, ascending
    ends: Ints  # where it ends, in bytes of the folded buffer


class Layout(NamedTuple):
    """Texts in one buffer, a line feed between them: where each starts and ends in it."""

    starts: Ints
    ends: Ints
    data: memoryview

    @classmethod
    def of(cls, texts: pa.Array) -> "Layout":
        """Of a ``StringArray`` or ``LargeStringArray`` without nulls, of less than 2 GiB."""
        if not len(texts):
            return cls(_NONE, _NONE, memoryview(b""))
        lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
        ends = np.cumsum(lengths + 1) - 1
        whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts.cast(pa.string()))
        return cls(ends - lengths, ends, memoryview(pc.binary_join(whole, _LINE_FEED)[0].as_buffer()))

    @property
    def is_figures(self) -> bool:
        """Whether the texts hold nothing but figures; where the first ones do not, no more is looked at."""
        start = bytes(self.data[:_GLANCE])
        return not start.strip(FIGURES) and not bytes(self.data).translate(None, FIGURES)

    def row_of(self, ends: Ints) -> Ints:
        """Row in which each hit ends, -1 for those that end behind one; empty rows own no byte."""
        rows = np.searchsorted(self.starts, ends - 1, side="right") - 1
        found: Ints = np.where(ends <= self.ends[rows], rows, -1)
        return found


class Chars:
    """Offsets in characters of places given in bytes."""

    def __init__(self, layout: Layout) -> None:
        self._starts = layout.starts
        data = np.frombuffer(layout.data, np.uint8)
        self._inner = np.flatnonzero((data & 0xC0) == 0x80) if data.max(initial=0) > 0x7F else _NONE

    def of(self, rows: Ints, places: Ints) -> Ints:
        """Characters from the start of each row to a byte of it that begins a character."""
        starts = self._starts[rows]
        found: Ints = places - starts - np.searchsorted(self._inner, places) + np.searchsorted(self._inner, starts)
        return found

    def is_wide(self, starts: Ints, ends: Ints) -> Any:
        """Whether stretches hold characters beyond ASCII; those that begin or end within one do."""
        return np.searchsorted(self._inner, starts) < np.searchsorted(self._inner, ends, side="right")


class Prefilter:
    """The needs of the detectors of one ruleset."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._expressions = sorted({expression for need in needs for expression in need.expressions})

    @cached_property
    def _databases(self) -> Databases | None:
        """The databases; None where Hyperscan is missing. A pattern that is too much for it does without."""
        return databases.load(_odd(), self._expressions) if self._expressions and available() else None

    @cached_property
    def _known(self) -> frozenset[str]:
        """The expressions that Hyperscan looks for."""
        return frozenset(self._expressions) - self._databases.refused if self._databases else frozenset()

    def takes(self, need: Need) -> bool:
        """Whether Hyperscan looks for all expressions of a need."""
        return self._known.issuperset(need.expressions)

    def scan(self, texts: pa.Array) -> "Scan":
        """Hits in an array of texts without nulls, in valid UTF-8."""
        known = self._databases
        if known is None:
            return Scan(texts, None)
        layout = Layout.of(texts)
        hits = defaultdict[int, list[int]](list)

        def on_hit(expression: int, _from: int, end: int, _flags: int, _context: Any) -> None:
            hits[expression].append(end)

        folded, sought = Folded(layout), known.figures
        if not layout.is_figures:
            known.odd.scan(layout.data, match_event_handler=on_hit)
            folded, sought = Folded.of(layout, np.array(hits.pop(0, ()), np.int64)), known.figures + known.others
        for database in sought:
            database.scan(folded.layout.data, match_event_handler=on_hit)
        ends = {self._expressions[n - 1]: np.array(found, np.int64) for n, found in hits.items()}
        return Scan(texts, Hits(self._known, ends), layout, folded)


class Hits(NamedTuple):
    """Where the hits of expressions end, of those that are looked for and have some."""

    sought: frozenset[str]
    ends: dict[str, Ints]


class Folded(NamedTuple):
    """Texts with their odd characters folded to one byte each.

    ``cuts`` are the places before which bytes are missing, once for each; ``odd`` the rows concerned, and ``unsure``
    those that hold a character nobody here knows how to fold.
    """

    layout: Layout
    cuts: Ints = _NONE
    odd: Ints = _NONE
    unsure: Ints = _NONE

    @classmethod
    def of(cls, layout: Layout, ends: Ints) -> "Folded":
        """Of texts with odd characters that end at ``ends``."""
        if not len(ends):
            return cls(layout)
        data = np.frombuffer(layout.data, np.uint8).copy()
        ends = np.unique(ends)
        starts = ends - 1
        for _ in range(3):
            starts = starts - ((data[starts] & 0xC0) == 0x80)
        plain = _plainly(data, starts, ends)
        rows, known = layout.row_of(ends), plain > 0
        starts, ends, plain = starts[known], ends[known], plain[known]
        gone = np.zeros(len(data), bool)
        for more in (1, 2, 3):
            gone[(starts + more)[starts + more < ends]] = True
        data[starts] = plain
        missing = np.flatnonzero(gone)
        shift = [np.searchsorted(missing, places) for places in (layout.starts, layout.ends, missing)]
        shorter = Layout(layout.starts - shift[0], layout.ends - shift[1], memoryview(data[~gone].tobytes()))
        return cls(shorter, missing - shift[2], np.unique(rows), np.unique(rows[~known]))

    def original(self, places: Ints) -> Ints:
        """Places in the folded buffer as places in the buffer of the texts."""
        return places + np.searchsorted(self.cuts, places, side="right") if len(self.cuts) else places


def _plainly(data: Bytes, starts: Ints, ends: Ints) -> Bytes:
    """The ASCII digit or letter that each odd character equals, 0 where nobody knows."""
    index = starts[:, None] + np.arange(4)
    raw = np.where(index < ends[:, None], data[np.minimum(index, len(data) - 1)], 0).astype(np.uint8)
    distinct, which = np.unique(raw.view(np.uint32).reshape(-1), return_inverse=True)
    chars = [number.tobytes().rstrip(b"\0").decode() for number in distinct]
    found: Bytes = np.array([ord(fold(char)) for char in chars], np.uint8)[which.reshape(-1)]
    return found


UNKNOWN = "\0"


def fold(char: str) -> str:
    """The ASCII digit or lower-case letter that an odd character equals; NUL for one that Python does not know."""
    digit = unicodedata.decimal(char, None)
    return str(digit) if digit is not None else gates.ODD.get(char, UNKNOWN)


class Scan:
    """What one pass over an array has found."""

    def __init__(
        self,
        texts: pa.Array,
        hits: Hits | None,
        layout: Layout | None = None,
        folded: Folded | None = None,
    ) -> None:
        self._texts, self._hits = texts, hits
        self.layout = layout or Layout.of(texts)
        self.folded = folded or Folded(self.layout)

    @cached_property
    def chars(self) -> Chars:
        """Offsets in characters of places in the buffer of the texts."""
        return Chars(self.layout)

    @cached_property
    def folded_chars(self) -> Chars:
        """The same of places in the folded buffer."""
        return Chars(self.folded.layout) if len(self.folded.cuts) else self.chars

    @property
    def heard(self) -> Iterable[str] | None:
        """The expressions with a hit; None where nothing is known."""
        return None if self._hits is None else self._hits.ends

    def is_unsure(self, *, folds: bool) -> bool:
        """Whether some texts have to be looked at without a hit, by needs that fold odd characters or do not."""
        return len(self.folded.unsure if folds else self.folded.odd) > 0

    def places(self, need: Need) -> Places:
        """Where the findings of a need can be; the pure path gates all texts."""
        if self._hits is None or not need.expressions or not self._hits.sought.issuperset(need.expressions):
            return Places(self._gated(need, None), _NONE, _NONE)
        ends = [self._hits.ends[expression] for expression in need.expressions if expression in self._hits.ends]
        hits = np.unique(np.concatenate(ends)) if len(ends) > 1 else ends[0] if ends else _NONE
        rows = self.folded.layout.row_of(hits)
        whole = self.folded.unsure if need.folds else self.folded.odd
        if not need.windowed:
            return Places(self._gated(need, np.union1d(rows[rows >= 0], whole)), _NONE, _NONE)
        near = (rows >= 0) & ~np.isin(rows, whole) if len(whole) else rows >= 0
        return Places(self._gated(need, whole), rows[near], hits[near])

    def _gated(self, need: Need, rows: Ints | None) -> Ints:
        """Rows (of all, where None) that pass the gate of a need."""
        if rows is None:
            rows = np.arange(len(self._texts))
        if not need.gate or not len(rows):
            return rows
        texts = self._texts if len(rows) == len(self._texts) else self._texts.take(pa.array(rows))
        passing: Ints = rows[gates.passing(texts, need.gate).to_numpy()]
        return passing


def _odd() -> str:
    """The expression for odd characters, which takes a quarter of a second to find, as it is remembered."""
    return str(remembered(("odd", unicodedata.unidata_version), gates.odd_expression))
