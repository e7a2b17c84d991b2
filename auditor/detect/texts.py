"""The common way of a text detector: each distinct text once, the shared prefilter, then Python for what is left."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect.prefilter import Ints, Need, Places, Prefilter, Scan
from auditor.model import SPANS, TextColumn

BUDGET = "pattern_budget"
FAILED = "detector_error"

Floats = np.ndarray[Any, np.dtype[np.float64]]

_NOTHING = pa.RecordBatch.from_pylist([], SPANS)


class Span(NamedTuple):
    """One finding within one text; offsets in code points."""

    start: int
    end: int
    entity: str
    score: float
    detail: str | None = None


class Found(NamedTuple):
    """Findings in columns of equal length: the value that holds each, then as in :class:`Span`."""

    values: Ints
    starts: Ints
    ends: Ints
    scores: Floats
    entities: pa.Array
    details: pa.Array

    @classmethod
    def of(cls, found: Sequence[tuple[int, Span]]) -> "Found":
        """Of (value, span) pairs."""
        spans = [span for _, span in found]
        starts, ends = (np.fromiter((span[i] for span in spans), np.int64, len(spans)) for i in (0, 1))
        entities, details = (pa.array([span[i] for span in spans], pa.string()) for i in (2, 4))
        values = np.fromiter((value for value, _ in found), np.int64, len(spans))
        return cls(values, starts, ends, np.array([span[3] for span in spans], float), entities, details)

    def take(self, places: Ints) -> "Found":
        """Those at some places."""
        numbers: list[Any] = [column[places] for column in self[:4]]
        return Found(*numbers, *(column.take(pa.array(places)) for column in self[4:]))

    def joined(self, other: "Found") -> "Found":
        """These and others."""
        numbers: list[Any] = [np.concatenate(pair) for pair in zip(self[:4], other[:4], strict=True)]
        return Found(*numbers, *(pa.concat_arrays(pair) for pair in zip(self[4:], other[4:], strict=True)))


VARIED = 64
"""Mean bytes from which on texts that begin all different are not compared with one another."""


@dataclass
class Distinct:
    """The distinct texts of a column and where each of them stands. Equal ones that are long may count as distinct."""

    source: pa.Array
    values: pa.Array
    broken: Sequence[int] = ()  # rows that are not UTF-8
    _codes: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # value of each text that is there
    _rows: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # row of each, ascending
    _texts: dict[int, str] = field(default_factory=dict)
    _scan: tuple[Prefilter, Scan] | None = None

    @classmethod
    def of(cls, texts: pa.Array) -> "Distinct":
        """Dictionary-encode ``texts``; nulls stand nowhere, and neither does what is not UTF-8."""
        rows = np.flatnonzero(np.asarray(texts.is_valid())) if texts.null_count else np.arange(len(texts))
        if _varied(texts):
            values, codes = texts.drop_null(), np.arange(len(rows))
        else:
            encoded = texts.dictionary_encode()
            values, codes = encoded.dictionary, encoded.indices.drop_null().to_numpy()
        bad = _broken(values)
        if not len(bad):
            return cls(texts, values, (), codes, rows)
        lost = np.isin(codes, bad)
        good = np.setdiff1d(np.arange(len(values)), bad)
        kept = np.searchsorted(good, codes[~lost])
        return cls(texts, values.take(pa.array(good)), rows[lost].tolist(), kept, rows[~lost])

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints]:
        """Value and row of each text, by value."""
        order = np.argsort(self._codes, kind="stable")
        return self._codes[order], self._rows[order]

    @property
    def lengths(self) -> Ints:
        """Characters of every text that is there."""
        lengths: Ints = pc.utf8_length(self.values).to_numpy()[self._codes]
        return lengths

    def places(self, prefilter: Prefilter, need: Need) -> Places:
        """Where a detector has to look; the prefilter runs once per column for all detectors that share it."""
        return self.scan(prefilter).places(need)

    def scan(self, prefilter: Prefilter) -> Scan:
        """The one pass of a prefilter."""
        if self._scan is None or self._scan[0] is not prefilter:
            self._scan = prefilter, prefilter.scan(self.values)
        return self._scan[1]

    def text(self, value: int) -> str:
        """One value as Python's; remembered, for the next detector may ask for it too."""
        if value not in self._texts:
            self._texts[value] = self.values[value].as_py()
        return self._texts[value]

    def rows_of(self, value: int) -> Ints:
        """Rows that hold a value, ascending."""
        codes, rows = self._sorted
        first, last = np.searchsorted(codes, [value, value + 1])
        return rows[first:last]

    def spread(self, found: Found) -> pa.RecordBatch:
        """Findings of values as SPANS of the rows that hold them: ordered by row, start, end, entity, better score."""
        if not len(found.values):
            return _NOTHING
        codes, places = self._sorted
        first, last = np.searchsorted(codes, found.values), np.searchsorted(codes, found.values + 1)
        which, within = repeated(last - first)
        rows = places[first[which] + within]
        keys = (found.starts, found.ends, ranks(found.entities), -found.scores, ranks(found.details))
        start, end, entity, score, detail = (key[which] for key in keys)
        order = np.lexsort((detail, score, entity, end, start, rows))
        chosen = which[order]
        arrays = [rows[order], *(column[chosen] for column in found[1:3])]
        names = [column.take(pa.array(chosen)) for column in found[4:]]
        parts = [*map(pa.array, arrays), names[0], pa.array(found.scores[chosen]), names[1]]
        return pa.RecordBatch.from_arrays([p.cast(f.type) for p, f in zip(parts, SPANS, strict=True)], schema=SPANS)


def repeated(times: Ints) -> tuple[Ints, Ints]:
    """For every repetition of 0, 1, 2…, each repeated so many times: the number, and how often it was there before."""
    which = np.repeat(np.arange(len(times)), times)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)


def ranks(names: pa.Array) -> Ints:
    """Rank of every string among the distinct ones in alphabetical order; null comes last."""
    coded = names.dictionary_encode(null_encoding="encode")
    order: Ints = pc.rank(coded.dictionary, tiebreaker="dense").to_numpy().astype(np.int64)
    found: Ints = order[coded.indices.to_numpy()]
    return found


def _varied(texts: pa.Array) -> bool:
    if texts.nbytes <= VARIED * len(texts):
        return False
    start = texts.slice(0, 256).drop_null()
    return 10 * len(start.unique()) > 9 * len(start)


def _broken(values: pa.Array) -> np.ndarray[Any, Any]:
    """Indices of the values that are not UTF-8."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return np.array([i for i in range(len(values)) if not _utf8(values[i])], np.int64)
    return np.empty(0, np.int64)


def _utf8(value: pa.Scalar) -> bool:
    try:
        value.as_py()
    except UnicodeDecodeError:
        return False
    return True


class _Last:
    """The column at hand, kept because its detectors come one after the other."""

    held: Distinct | None = None


def distinct(texts: pa.Array) -> Distinct:
    """Distinct texts of an array; the last answer is kept for the next detector of the same column."""
    if _Last.held is None or _Last.held.source is not texts:
        _Last.held = Distinct.of(texts)
    return _Last.held


def forget() -> None:
    """Let go of the last column, so that an idle worker holds no data."""
    _Last.held = None


class Deadline:
    """A budget of CPU seconds for one detector on one text; unlike wall time it does not hang on other processes.

    Asking for CPU time is dear and for wall time cheap, and CPU time never passes wall time. So it is counted only from
    the first check after as much wall time: a text gets one budget at least and two at most.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._wall = time.perf_counter() + seconds
        self._cpu = 0.0

    def check(self) -> None:
        """Raise TimeoutError once the budget is spent."""
        if time.perf_counter() <= self._wall:
            return
        now = time.thread_time()
        if not self._cpu:
            self._cpu = now + self._seconds
        elif now > self._cpu:
            raise TimeoutError


class TextDetector(ABC):
    """Base of detectors that judge one text at a time and see nothing but the text."""

    id: str
    entities: frozenset[str]
    need = Need()

    @property
    def needs(self) -> tuple[Need, ...]:
        """The needs of all that the detector looks for."""
        return (self.need,)

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter that knows the needs of this detector; a ruleset gives its detectors one (:func:`share`)."""
        return Prefilter(self.needs)

    @abstractmethod
    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text; TimeoutError when it costs more than its budget."""

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """Spans of a column; see :class:`auditor.model.Detector`."""
        texts = distinct(column.texts)
        for row in texts.broken:
            column.lose(row, FAILED)
        return texts.spread(self.found(texts, column))

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value."""
        return self.each(texts, column, self.spans, self.need)

    def each(self, texts: Distinct, column: TextColumn, spans: Callable[[str], Iterable[Span]], need: Need) -> Found:
        """What ``spans`` gives of the values that a need leaves; values over budget are lost."""
        found: list[tuple[int, Span]] = []
        for value in texts.places(self.prefilter, need).whole.tolist():
            try:
                found += [(value, span) for span in spans(texts.text(value))]
            except TimeoutError:
                lose(texts, value, column)
        return Found.of(found)


def lose(texts: Distinct, value: int, column: TextColumn) -> None:
    """Note that a value was over budget, in every row that holds it."""
    for row in texts.rows_of(value):
        column.lose(int(row), BUDGET)


class Calls:
    """Which of some detectors the hits of a scan concern, by their position; those that share a prefilter."""

    def __init__(self, prefilter: Prefilter) -> None:
        self.prefilter = prefilter
        self._all, self._always, self._odd, self._unsure = set[int](), set[int](), set[int](), set[int]()
        self._by_expression: dict[str, list[int]] = {}

    def add(self, position: int, detector: "TextDetector") -> None:
        """Note the needs of a detector."""
        self._all.add(position)
        for need in detector.needs:
            (self._unsure if need.folds else self._odd).add(position)
            if not need.expressions or not self.prefilter.takes(need):
                self._always.add(position)
            for expression in need.expressions:
                self._by_expression.setdefault(expression, []).append(position)

    def of(self, scan: Scan) -> set[int]:
        """Positions of those that may find something."""
        if scan.heard is None:
            return self._all
        called = self._always.union(*(self._by_expression.get(expression, ()) for expression in scan.heard))
        for folds, some in ((False, self._odd), (True, self._unsure)):
            if scan.is_unsure(folds=folds):
                called |= some
        return called


def share(detectors: Sequence[Any]) -> None:
    """Give all text detectors of a ruleset one prefilter, so that a column is scanned once."""
    own = [detector for detector in detectors if isinstance(detector, TextDetector)]
    prefilter = Prefilter(need for detector in own for need in detector.needs)
    for detector in own:
        detector.prefilter = prefilter


@lru_cache(maxsize=4)
def _calls(detectors: tuple[Any, ...]) -> tuple[list[Calls], frozenset[int], dict[int, int]]:
    """What the hits of every prefilter concern, the positions of detectors without one, and all by their identity."""
    calls, others = dict[int, Calls](), set[int]()
    for position, detector in enumerate(detectors):
        if isinstance(detector, TextDetector):
            calls.setdefault(id(detector.prefilter), Calls(detector.prefilter)).add(position, detector)
        else:
            others.add(position)
    return list(calls.values()), frozenset(others), {id(d): position for position, d in enumerate(detectors)}


def awake(detectors: tuple[Any, ...], column: TextColumn, named: Iterable[Any] = ()) -> list[Any]:
    """The detectors that may find something in a column, or have to say that its texts are not UTF-8.

    Those that are ``named`` may: the name of the column tells them that it is theirs.
    """
    known = distinct(column.texts)
    if known.broken:
        return list(detectors)
    calls, others, positions = _calls(detectors)
    called = others.union(*(each.of(known.scan(each.prefilter)) for each in calls))
    return [detectors[position] for position in sorted(called.union(positions[id(one)] for one in named))]
