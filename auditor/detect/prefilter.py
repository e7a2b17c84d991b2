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

import json
import platform
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from auditor.detect import disk_cache, gates

Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

_VERSION = "4"
_LINE_FEED = pa.scalar("\n", pa.string())
_LENGTH = 8  # bytes of a length in a cached file
_NONE: Ints = np.empty(0, np.int64)
_GLANCE = 64
_FIGURES = b"0123456789.-+\n"


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
        return not start.strip(_FIGURES) and not bytes(self.data).translate(None, _FIGURES)

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


def available() -> bool:
    """Whether Hyperscan is installed."""
    return find_spec("hyperscan") is not None


class Prefilter:
    """The needs of the detectors of one ruleset."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._expressions = sorted({expression for need in needs for expression in need.expressions})
        self._refused: frozenset[str] = frozenset()

    @cached_property
    def _databases(self) -> list[Any]:
        """The databases; none where Hyperscan is missing. A pattern that is too much for it does without."""
        if not self._expressions or not available():
            return []
        made, refused = databases(self._expressions)
        self._refused = frozenset(refused)
        return made

    def takes(self, need: Need) -> bool:
        """Whether Hyperscan knows all expressions of a need."""
        return bool(self._databases) and self._refused.isdisjoint(need.expressions)

    @cached_property
    def _figures(self) -> list[Any]:
        """The databases that figures need."""
        if not self._databases:
            return []
        known = groups([odd_expression(), *self._expressions])
        kept = [{n: e for n, e in group.items() if e not in self._refused} for group in known]
        pairs = zip((group for group in kept if group), self._databases, strict=True)
        return [database for group, database in pairs if is_figures(next(iter(group.values())))]

    def scan(self, texts: pa.Array) -> "Scan":
        """Hits in an array of texts without nulls, in valid UTF-8."""
        if not self._databases:
            return Scan(texts, None)
        layout = Layout.of(texts)
        hits: list[list[int]] = [[] for _ in range(len(self._expressions) + 1)]
        append = [values.append for values in hits]

        def on_hit(expression: int, _from: int, end: int, _flags: int, _context: Any) -> None:
            append[expression](end)

        if layout.is_figures:
            folded, databases = Folded(layout), self._figures
        else:
            odd, *databases = self._databases
            odd.scan(layout.data, match_event_handler=on_hit)
            folded = Folded.of(layout, np.array(hits[0], np.int64))
        for database in databases:
            database.scan(folded.layout.data, match_event_handler=on_hit)
        known = zip(self._expressions, hits[1:], strict=True)
        ends = {e: np.array(found, np.int64) if found else _NONE for e, found in known if e not in self._refused}
        return Scan(texts, ends, layout, folded)


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
    return str(digit) if digit is not None else {"İ": "i", "ı": "i", "ſ": "s", "\u212a": "k"}.get(char, UNKNOWN)


class Scan:
    """What one pass over an array has found."""

    def __init__(
        self,
        texts: pa.Array,
        ends: dict[str, Ints] | None,
        layout: Layout | None = None,
        folded: Folded | None = None,
    ) -> None:
        self._texts, self._ends = texts, ends
        self.layout = layout or Layout.of(texts)
        self.folded = folded or Folded(self.layout)

    @cached_property
    def chars(self) -> Chars:
        """Offsets in characters of places in the buffer of the texts."""
        return Chars(self.layout)

    @cached_property
    def heard(self) -> frozenset[str] | None:
        """The expressions with a hit; None where nothing is known."""
        return None if self._ends is None else frozenset(e for e, ends in self._ends.items() if len(ends))

    def is_unsure(self, *, folds: bool) -> bool:
        """Whether some texts have to be looked at without a hit, by needs that fold odd characters or do not."""
        return len(self.folded.unsure if folds else self.folded.odd) > 0

    def places(self, need: Need) -> Places:
        """Where the findings of a need can be; the pure path gates all texts."""
        if self._ends is None or not need.expressions or any(e not in self._ends for e in need.expressions):
            return Places(self._gated(need, None), _NONE, _NONE)
        ends = [self._ends[expression] for expression in need.expressions]
        hits = np.unique(np.concatenate(ends)) if len(ends) > 1 else ends[0]
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


def odd_expression() -> str:
    """Every character beyond ASCII that ``\\d`` or ``[a-z]`` without regard to case matches in ``re`` or ``regex``."""
    every = "".join(chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000)
    found = {*re.findall(r"\d|[a-z]", every, re.IGNORECASE), *regex.findall(r"\d|[a-z]", every, regex.IGNORECASE)}
    lasts: dict[bytes, list[int]] = {}
    for char in sorted(found):
        coded = char.encode()
        lasts.setdefault(coded[:-1], []).append(coded[-1])
    return "|".join(_bytes(head) + "[" + _bytes(bytes(tail)) + "]" for head, tail in lasts.items())


def _bytes(raw: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in raw)


def databases(expressions: Sequence[str]) -> tuple[list[Any], list[str]]:
    """Databases of odd characters (0) and of expressions (from 1), and the expressions that Hyperscan refuses.

    They come out of the user's cache, or are put there.
    """
    import hyperscan

    name = _cached(expressions)
    raw = disk_cache.read(name)
    if raw is not None:
        refused, *dumped = _parts(raw)
        try:
            loaded = [_ready(hyperscan.loadb(part, hyperscan.HS_MODE_BLOCK)) for part in dumped]
            return loaded, json.loads(refused)
        except hyperscan.HyperscanError:  # of another processor or version
            pass
    made, bad = [], list[str]()
    for group in groups([odd_expression(), *expressions]):
        try:
            made.append(_compiled(group))
        except hyperscan.HyperscanError:
            good = {n: expression for n, expression in group.items() if _compiles(expression)}
            bad += [expression for n, expression in group.items() if n not in good]
            made += [_compiled(good)] if good else []
    parts = [json.dumps(bad).encode(), *map(hyperscan.dumpb, made)]
    disk_cache.write(name, b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts))
    return [_ready(one) for one in made], bad


_TELLING = 3  # bytes of a literal by which Hyperscan can jump
_TOGETHER = 64


def groups(expressions: Sequence[str]) -> list[dict[int, str]]:
    """Expressions by their number, in groups that are fast as one database; the first one alone and first.

    Where all have a literal, Hyperscan jumps from one to the next; where one has none, every byte is read. So they
    stand apart. Those without are many to a database, for each database is a pass of its own, but not all of them, for
    then they take long to compile. What figures alone can match stands apart once more: most columns of a table hold
    nothing else, and need no other pass.
    """
    first, *others = enumerate(expressions)
    figures = {n: e for n, e in others if is_figures(e)}
    literal = {n: e for n, e in others if n not in figures and is_literal(e)}
    parts = [list(figures.items()), [(n, e) for n, e in others if n not in figures and n not in literal]]
    rest = [dict(part[at : at + _TOGETHER]) for part in parts for at in range(0, len(part), _TOGETHER)]
    return [dict([first]), *([literal] if literal else []), *rest]


def is_figures(expression: str) -> bool:
    """Whether figures alone may hold a match."""
    try:
        return not _asks_more(parser.parse(expression.encode(), re.IGNORECASE))
    except re.error:  # not for Hyperscan either
        return True


def _asks_more(items: Iterable[Any]) -> bool:
    """Whether every match holds a byte that no figure has."""
    for op, value in items:
        if op is c.LITERAL:
            asks = value not in _FIGURES
        elif op is c.IN:
            asks = not _may_be_figure(value)
        elif op is c.SUBPATTERN:
            asks = _asks_more(value[3])
        elif op is c.BRANCH:
            asks = all(map(_asks_more, value[1]))
        else:
            asks = op is c.MAX_REPEAT and bool(value[0]) and _asks_more(value[2])
        if asks:
            return True
    return False


def _may_be_figure(members: Iterable[Any]) -> bool:
    """Whether a class holds a byte of figures; whatever is no plain range may."""
    for op, value in members:
        if op is c.RANGE and not any(value[0] <= byte <= value[1] for byte in _FIGURES):
            continue
        if op is c.LITERAL and value not in _FIGURES:
            continue
        return True
    return False


def is_literal(expression: str) -> bool:
    """Whether every match holds a literal that is long enough for a scan to jump by."""
    try:
        return _literal(parser.parse(expression.encode())) >= _TELLING
    except re.error:  # not for Hyperscan either
        return False


def _literal(items: Iterable[Any]) -> int:
    """Length of the longest literal in every match; one of two bytes counts as such."""
    longest = run = 0
    for op, value in items:
        inner = 0
        if op is c.LITERAL or (op is c.IN and len(value) <= 2 and all(o is c.LITERAL for o, _ in value)):
            run += 1
        else:
            run = 0
            if op is c.SUBPATTERN:
                inner = _literal(value[3])
            elif op is c.BRANCH:
                inner = min(map(_literal, value[1]))
            elif op is c.MAX_REPEAT and value[0]:
                inner = _literal(value[2])
        longest = max(longest, run, inner)
    return longest


def _compiles(expression: str) -> bool:
    import hyperscan

    try:
        _compiled({0: expression})
    except hyperscan.HyperscanError:
        return False
    return True


def _compiled(expressions: Mapping[int, str]) -> Any:
    import hyperscan

    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    made.compile(
        expressions=[e.encode() for e in expressions.values()],
        ids=list(expressions),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return made


def _ready(made: Any) -> Any:
    import hyperscan

    made.scratch = hyperscan.Scratch(made)
    return made


def _cached(expressions: Sequence[str]) -> str:
    unicode = (unicodedata.unidata_version, metadata.version("regex"))
    machine = (platform.machine(), platform.system())
    return disk_cache.key(_VERSION, metadata.version("hyperscan"), unicode, machine, *expressions) + ".hsdb"


def _parts(payload: bytes) -> list[bytes]:
    """Parts that stand behind their lengths."""
    parts, at = [], 0
    while at < len(payload):
        start = at + _LENGTH
        at = start + int.from_bytes(payload[at:start], "big")
        parts.append(payload[start:at])
    return parts
