"""The common way of a text detector: each distinct text once, the shared prefilter, then Python for what is left."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from auditor.detect.prefilter import Need, Places, Prefilter, Scan
from auditor.model import SPANS, TextColumn

BUDGET = "pattern_budget"
FAILED = "detector_error"


_NOTHING = pa.RecordBatch.from_pylist([], SPANS)


class Span(NamedTuple):
    """One finding within one text."""

    start: int
    end: int
    entity: str
    score: float
    detail: str | None = None


@dataclass
class Distinct:
    """The distinct texts of a column and where each of them stands."""

    source: pa.Array
    values: pa.Array
    codes: np.ndarray[Any, Any]  # per value occurrence, sorted by value
    rows: np.ndarray[Any, Any]  # row of that occurrence
    broken: Sequence[int] = ()  # rows that are not UTF-8
    _texts: dict[int, str] = field(default_factory=dict)
    _scan: tuple[Prefilter, Scan] | None = None

    @classmethod
    def of(cls, texts: pa.Array) -> "Distinct":
        """Dictionary-encode ``texts``; nulls stand nowhere, and neither does what is not UTF-8."""
        encoded = texts.dictionary_encode()
        values, indices = encoded.dictionary, encoded.indices
        bad = _broken(values)
        rows = np.flatnonzero(np.asarray(indices.is_valid()))
        codes = indices.take(pa.array(rows)).to_numpy(zero_copy_only=False)
        order = np.argsort(codes, kind="stable")
        codes, rows = codes[order], rows[order]
        if not len(bad):
            return cls(texts, values, codes, rows)
        lost = np.isin(codes, bad)
        good = np.setdiff1d(np.arange(len(values)), bad)
        kept = np.searchsorted(good, codes[~lost])
        return cls(texts, values.take(pa.array(good)), kept, rows[~lost], rows[lost].tolist())

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

    def rows_of(self, value: int) -> np.ndarray[Any, Any]:
        """Rows that hold a value, ascending."""
        first, last = np.searchsorted(self.codes, [value, value + 1])
        return self.rows[first:last]

    def spread(self, found: Sequence[tuple[int, Span]]) -> pa.RecordBatch:
        """Spans of values as SPANS of the rows that hold them: ordered by row, start, end, entity, better score."""
        if not found:
            return _NOTHING
        values = np.fromiter((value for value, _ in found), np.int64, len(found))
        starts, ends, entities, scores, details = zip(*(span for _, span in found), strict=True)
        first, last = np.searchsorted(self.codes, values), np.searchsorted(self.codes, values + 1)
        times = last - first
        which = np.repeat(np.arange(len(found)), times)
        within = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
        rows = self.rows[first[which] + within]
        start, end, score = np.array(starts)[which], np.array(ends)[which], np.array(scores)[which]
        order = np.lexsort((_ranks(details)[which], -score, _ranks(entities)[which], end, start, rows))
        names = (pa.array(kept, pa.string()).take(pa.array(which[order])) for kept in (entities, details))
        numbers = (pa.array(kept[order], field.type) for kept, field in zip((rows, start, end), SPANS, strict=False))
        row_, start_, end_, entity, detail = *numbers, *names
        arrays = [row_, start_, end_, entity, pa.array(score[order], SPANS.field("score").type), detail]
        return pa.RecordBatch.from_arrays(arrays, schema=SPANS)


def _ranks(names: Sequence[str | None]) -> np.ndarray[Any, Any]:
    """Rank of every name among the distinct ones."""
    ranks = {name: rank for rank, name in enumerate(sorted({name or "" for name in names}))}
    return np.array([ranks[name or ""] for name in names])


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

    @cached_property
    def prefilter(self) -> Prefilter:
        """The prefilter that knows the need of this detector; a ruleset gives all its detectors one (:func:`share`)."""
        return Prefilter([self.need])

    @abstractmethod
    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text; TimeoutError when it costs more than its budget."""

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """Spans of a column; see :class:`auditor.model.Detector`."""
        texts = distinct(column.texts)
        for row in texts.broken:
            column.lose(row, FAILED)
        return texts.spread(list(self.found(texts, column)))

    def found(self, texts: Distinct, column: TextColumn) -> Iterable[tuple[int, Span]]:
        """Findings by value; values over budget are lost."""
        for value in texts.places(self.prefilter, self.need).whole.tolist():
            try:
                yield from [(value, span) for span in self.spans(texts.text(value))]
            except TimeoutError:
                lose(texts, value, column)


def lose(texts: Distinct, value: int, column: TextColumn) -> None:
    """Note that a value was over budget, in every row that holds it."""
    for row in texts.rows_of(value):
        column.lose(int(row), BUDGET)


def share(detectors: Sequence[Any]) -> None:
    """Give all text detectors of a ruleset one prefilter, so that a column is scanned once."""
    own = [detector for detector in detectors if isinstance(detector, TextDetector)]
    prefilter = Prefilter(detector.need for detector in own)
    for detector in own:
        detector.prefilter = prefilter
