"""The first stage of detection: one Hyperscan pass over the buffer of a string array says where detectors may match.

Every detector states a :class:`Need`: what each of its findings holds. All expressions of a ruleset make one database,
which is compiled once, kept on disk by fingerprint and scanned over the whole data buffer of an array in one call; the
offsets of the array say which text a hit stands in. A need is *necessary* and never sufficient, so a hit that runs over
the border of two texts costs a look and nothing else, and no expression may use an anchor, for it would see the
neighbours of a text.

Expressions know ASCII only and bytes from 80 to FF: they are complete for texts without *odd* characters, which are the
digits beyond ASCII and the letters that equal an ASCII letter when case is ignored (``ſ``, ``İ``, ``K``). Those
characters are an expression too; texts that hold one are gated by RE2, which knows Unicode, and looked at as a whole.
Where Hyperscan is not installed all texts go that way: slower, with equal findings.
"""

import hashlib
import os
import platform
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import regex

from auditor.detect import gates

Ints = np.ndarray[Any, np.dtype[np.int64]]

BUFFER_BYTES = 1 << 30
"""Bytes given to Hyperscan in one call, which counts in 32 bits; a single longer text is looked at as a whole."""

_VERSION = "1"
_NONE: Ints = np.empty(0, np.int64)


class Need(NamedTuple):
    """What every finding of a detector holds, twice: as Hyperscan and as RE2. Empty means: look at every text.

    Every finding in a text without odd characters holds a match of one of ``expressions`` *within its span*, where the
    need is ``windowed``, or else anywhere in its text. Every text with a finding passes ``gate``.
    """

    gate: str = ""
    expressions: tuple[str, ...] = ()
    windowed: bool = False


class Places(NamedTuple):
    """Where a detector has to look in an array: at some texts as a whole, and around some hits of the others."""

    whole: Ints
    rows: Ints  # row of every hit, ascending
    ends: Ints  # where it ends, in bytes of the buffer


class Layout(NamedTuple):
    """The buffers of a string array as they are: offsets of its texts, with its slice taken into account."""

    offsets: Ints
    data: memoryview

    @classmethod
    def of(cls, texts: pa.Array) -> "Layout":
        """Of a ``StringArray`` or ``LargeStringArray``."""
        kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
        _, offsets, data = texts.buffers()
        if offsets is None or not len(texts):
            return cls(np.zeros(len(texts) + 1, np.int64), memoryview(b""))
        view = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1]
        return cls(view.astype(np.int64), memoryview(data) if data is not None else memoryview(b""))


class Chars:
    """Offsets in characters of places given in bytes."""

    def __init__(self, layout: Layout) -> None:
        self._offsets = layout.offsets
        first, last = int(layout.offsets[0]), int(layout.offsets[-1])
        data = np.frombuffer(layout.data, np.uint8)[first:last]
        self._inner = np.flatnonzero((data & 0xC0) == 0x80) + first

    def of(self, rows: Ints, places: Ints) -> Ints:
        """Characters from the start of each row to a byte of it that begins a character."""
        starts = self._offsets[rows]
        found: Ints = places - starts - np.searchsorted(self._inner, places) + np.searchsorted(self._inner, starts)
        return found


def available() -> bool:
    """Whether Hyperscan is installed."""
    return find_spec("hyperscan") is not None


class Prefilter:
    """The needs of the detectors of one ruleset, as one database."""

    def __init__(self, needs: Iterable[Need]) -> None:
        self._expressions = sorted({expression for need in needs for expression in need.expressions})

    @cached_property
    def _database(self) -> Any:
        """The database, or None where Hyperscan is missing."""
        if not self._expressions or not available():
            return None
        import hyperscan

        try:
            return database(self._expressions)
        except hyperscan.HyperscanError:  # a pattern of the recipe is too much for it: its detector does without
            self._expressions = [expression for expression in self._expressions if _compiles(expression)]
            return database(self._expressions)

    def scan(self, texts: pa.Array) -> "Scan":
        """Hits in an array of texts without nulls, in valid UTF-8."""
        if self._database is None:
            return Scan(texts, None)
        layout = Layout.of(texts)
        hits: list[list[int]] = [[] for _ in range(len(self._expressions) + 1)]
        long = self._run(layout, hits)
        ends = [np.array(values, np.int64) for values in hits]
        odd = np.union1d(_rows(layout, ends[0]), long)
        return Scan(texts, dict(zip(self._expressions, ends[1:], strict=True)), layout, odd)

    def _run(self, layout: Layout, hits: list[list[int]]) -> Ints:
        """Fill ``hits`` with the ends of all hits by expression; rows too long for Hyperscan are returned."""
        long = np.flatnonzero(np.diff(layout.offsets) > BUFFER_BYTES)
        first = 0
        for row in [*long.tolist(), len(layout.offsets) - 1]:
            for start, end in _stretches(layout.offsets[first : row + 1]):
                self._call(layout.data[start:end], start, hits)
            first = row + 1
        return long

    def _call(self, data: memoryview, start: int, hits: list[list[int]]) -> None:
        append = [values.append for values in hits]

        def on_hit(expression: int, _from: int, end: int, _flags: int, _context: Any) -> None:
            append[expression](start + end)

        self._database.scan(data, match_event_handler=on_hit)


class Scan:
    """What one pass over an array has found."""

    def __init__(
        self, texts: pa.Array, ends: dict[str, Ints] | None, layout: Layout | None = None, odd: Ints = _NONE
    ) -> None:
        self._texts, self._ends, self._odd = texts, ends, odd
        self._layout = layout

    @cached_property
    def layout(self) -> Layout:
        """The buffers that places point into."""
        return self._layout or Layout.of(self._texts)

    @cached_property
    def chars(self) -> Chars:
        """Offsets in characters of places in those buffers."""
        return Chars(self.layout)

    def places(self, need: Need) -> Places:
        """Where the findings of a need can be; the pure path gates all texts."""
        known = self._ends is not None and need.expressions and all(e in self._ends for e in need.expressions)
        if self._ends is None or self._layout is None or not known:
            return Places(self._gated(need, None), _NONE, _NONE)
        ends = np.unique(np.concatenate([self._ends[expression] for expression in need.expressions]))
        rows = _rows(self._layout, ends)
        if not need.windowed:
            return Places(self._gated(need, np.union1d(rows, self._odd)), _NONE, _NONE)
        plain = ~np.isin(rows, self._odd) if len(self._odd) else slice(None)
        return Places(self._gated(need, self._odd), rows[plain], ends[plain])

    def _gated(self, need: Need, rows: Ints | None) -> Ints:
        """Rows (of all, where None) that pass the gate of a need."""
        if rows is None:
            rows = np.arange(len(self._texts))
        if not need.gate or not len(rows):
            return rows
        texts = self._texts if len(rows) == len(self._texts) else self._texts.take(pa.array(rows))
        passing: Ints = rows[gates.passing(texts, need.gate).to_numpy()]
        return passing


def _rows(layout: Layout, ends: Ints) -> Ints:
    """Row in whose bytes each hit ends; empty rows own no byte."""
    found: Ints = np.searchsorted(layout.offsets, ends - 1, side="right") - 1
    return found


def _stretches(offsets: Ints) -> Iterable[tuple[int, int]]:
    """Consecutive parts of a buffer that are short enough for one call, cut between texts."""
    if len(offsets) < 2:
        return
    last = int(offsets[-1])
    start = int(offsets[0])
    while start < last:
        end = int(offsets[np.searchsorted(offsets, start + BUFFER_BYTES, side="right") - 1])
        yield start, end
        start = end


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


def database(expressions: Sequence[str]) -> Any:
    """A Hyperscan database of odd characters (0) and of expressions (from 1): out of the user's cache, or put there."""
    import hyperscan

    path = _cached(expressions)
    raw = _read(path)
    if raw is not None:
        try:
            return _ready(hyperscan.loadb(raw, hyperscan.HS_MODE_BLOCK))
        except hyperscan.HyperscanError:  # of another processor or version
            pass
    made = _compiled([odd_expression(), *expressions])
    _write(path, hyperscan.dumpb(made))
    return _ready(made)


def _compiles(expression: str) -> bool:
    import hyperscan

    try:
        _compiled([expression])
    except hyperscan.HyperscanError:
        return False
    return True


def _compiled(expressions: Sequence[str]) -> Any:
    import hyperscan

    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    made.compile(
        expressions=[e.encode() for e in expressions],
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[flags] * len(expressions),
    )
    return made


def _ready(made: Any) -> Any:
    import hyperscan

    made.scratch = hyperscan.Scratch(made)
    return made


def cache_folder() -> Path:
    """Where compiled databases are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"


def _cached(expressions: Sequence[str]) -> Path:
    unicode = (unicodedata.unidata_version, metadata.version("regex"))
    parts = [_VERSION, metadata.version("hyperscan"), *unicode, platform.machine(), platform.system(), *expressions]
    return cache_folder() / f"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}.hsdb"


def _read(path: Path) -> bytes | None:
    """What was written, or None when it is missing, damaged, or could have been written by somebody else."""
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_mode & 0o077 or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
                return None
            raw = file.read()
    except OSError:
        return None
    checksum, payload = raw[:32], raw[32:]
    return payload if hashlib.sha256(payload).digest() == checksum else None


def _write(path: Path, payload: bytes) -> None:
    """Put a database into the cache in one step; a cache that cannot be written is no fault."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(payload).digest() + payload)
        Path(name).replace(path)
    except OSError:
        return
