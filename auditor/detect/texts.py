"""The common way of a text detector: each distinct text once, a vectorised gate, then Python for what is left."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from auditor.detect import gates
from auditor.model import SPANS, TextColumn

BUDGET = "pattern_budget"


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
    passed: dict[str, pa.Array] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: pa.Array) -> "Distinct":
        """Dictionary-encode ``texts``; nulls stand nowhere."""
        encoded = texts.dictionary_encode()
        rows = np.flatnonzero(np.asarray(encoded.indices.is_valid()))
        codes = encoded.indices.take(pa.array(rows)).to_numpy(zero_copy_only=False)
        order = np.argsort(codes, kind="stable")
        return cls(texts, encoded.dictionary, codes[order], rows[order])

    def passing(self, pattern: str) -> pa.Array:
        """Indices of the values that pass a gate; each gate runs once per column."""
        if pattern not in self.passed:
            self.passed[pattern] = gates.passing(self.values, pattern)
        return self.passed[pattern]

    def rows_of(self, value: int) -> np.ndarray[Any, Any]:
        """Rows that hold a value, ascending."""
        first, last = np.searchsorted(self.codes, [value, value + 1])
        return self.rows[first:last]


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
    """A budget of CPU seconds for one detector on one text; unlike wall time it does not hang on other processes."""

    def __init__(self, seconds: float) -> None:
        self._until = time.thread_time() + seconds

    def check(self) -> None:
        """Raise TimeoutError once the budget is spent."""
        if time.thread_time() > self._until:
            raise TimeoutError


class TextDetector(ABC):
    """Base of detectors that judge one text at a time and see nothing but the text."""

    id: str
    entities: frozenset[str]

    @abstractmethod
    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text; TimeoutError when it costs more than its budget."""

    def candidates(self, texts: Distinct) -> pa.Array:
        """Indices of the values worth looking at; all of them unless a detector has a gate."""
        return pa.array(np.arange(len(texts.values)))

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """Spans of a column; see :class:`auditor.model.Detector`."""
        texts = distinct(column.texts)
        chosen = self.candidates(texts)
        found: list[tuple[int, Span]] = []
        for value, text in zip(chosen.to_pylist(), texts.values.take(chosen).to_pylist(), strict=True):
            try:
                spans = list(self.spans(text))
            except TimeoutError:
                for row in texts.rows_of(value):
                    column.lose(int(row), BUDGET)
                continue
            if spans:
                found += ((int(row), span) for row in texts.rows_of(value) for span in spans)
        return batch(found)


def batch(found: Iterable[tuple[int, Span]]) -> pa.RecordBatch:
    """A batch of SPANS in its order: row, start, end, entity, then the better score."""
    ordered = sorted(found, key=lambda f: (f[0], f[1].start, f[1].end, f[1].entity, -f[1].score, f[1].detail or ""))
    rows: list[int] = [row for row, _ in ordered]
    fields: Iterator[tuple[Any, ...]] = zip(*(span for _, span in ordered), strict=True)
    columns = [rows, *fields] if ordered else [[]] * len(SPANS)
    return pa.RecordBatch.from_arrays(
        [pa.array(values, type=f.type) for values, f in zip(columns, SPANS, strict=True)], schema=SPANS
    )
