"""Run detectors over a column: long cells in overlapping pieces, and a detector that fails costs one text only.

A cell longer than ``cell_chars`` is cut into pieces that overlap. Every finding belongs to the one piece in whose own
part it starts: from a quarter of the overlap after the start of the piece to a quarter after the start of the next.
So it has that much text before it for context, and three quarters of the overlap to end in; a longer one ends where its
piece ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect import texts
from auditor.detect.nearby import Named
from auditor.detect.texts import FAILED
from auditor.model import SPANS, Detector, Limits, TextColumn

FOUND = SPANS.append(pa.field("detector", pa.string(), nullable=False))
"""SPANS with the id of the detector."""

OVERLAP = 2000

TOGETHER = 1 << 16
"""Bytes of texts of a column that is put together with others."""

AT_ONCE = 1 << 28
"""Bytes of texts that a detector is given at once; offsets into them have 32 bits, and the memory is bounded."""


@dataclass(frozen=True)
class Loss:
    """A text that a detector could not examine: ``index`` into the texts of the column, ``reason`` for the ledger."""

    detector: str
    index: int
    reason: str


@dataclass(frozen=True)
class Pieces:
    """A column whose long texts are cut, and for every piece its text, its offset and its own part of that text."""

    column: TextColumn
    origin: np.ndarray[Any, Any]
    offset: np.ndarray[Any, Any]
    first: np.ndarray[Any, Any]  # own part, in code points of the whole text
    last: np.ndarray[Any, Any]

    def restore(self, spans: pa.RecordBatch) -> pa.RecordBatch:
        """SPANS of the pieces as SPANS of the whole texts, each found once."""
        piece = spans["row"].to_numpy()
        start = spans["start"].to_numpy() + self.offset[piece]
        end = spans["end"].to_numpy() + self.offset[piece]
        arrays = [pa.array(self.origin[piece]), pa.array(start), pa.array(end), *spans.columns[3:]]
        whole = pa.RecordBatch.from_arrays(
            [array.cast(f.type) for array, f in zip(arrays, SPANS, strict=True)], schema=SPANS
        )
        own = (self.first[piece] <= start) & (start < self.last[piece])
        order = [(name, "ascending") for name in ("row", "start", "end", "entity")]
        return whole.filter(pa.array(own)).sort_by(order)


def pieces(column: TextColumn, cell_chars: int, overlap: int = OVERLAP) -> Pieces | None:
    """``column`` with its long texts cut, or None where no text is longer than ``cell_chars`` code points."""
    if (pc.max(pc.binary_length(column.texts)).as_py() or 0) <= cell_chars:  # characters are no more than bytes
        return None
    lengths = pc.fill_null(pc.utf8_length(column.texts), 0).to_numpy(zero_copy_only=False)
    if lengths.max() <= cell_chars:
        return None
    short, long = np.flatnonzero(lengths <= cell_chars), np.flatnonzero(lengths > cell_chars)
    overlap = min(overlap, cell_chars // 2)
    cuts = [(row, *cut) for row in long.tolist() for cut in _cuts(int(lengths[row]), cell_chars, overlap)]
    long_texts = dict(zip(long.tolist(), column.texts.take(pa.array(long)).to_pylist(), strict=True))
    cut_texts = [long_texts[row][offset : offset + cell_chars] for row, offset, _, _ in cuts]
    origin, offset, first, last = (np.array(values, dtype=np.int64) for values in zip(*cuts, strict=True))
    zeros = np.zeros(len(short), dtype=np.int64)
    whole = pa.concat_arrays([column.texts.take(pa.array(short)), pa.array(cut_texts, type=column.texts.type)])
    origin = np.concatenate([short, origin])
    return Pieces(
        _taken(column, origin, whole),
        origin,
        np.concatenate([zeros, offset]),
        np.concatenate([zeros, first]),
        np.concatenate([lengths[short], last]),
    )


def _cuts(length: int, size: int, overlap: int) -> Iterable[tuple[int, int, int]]:
    """Offset of every piece of a text, and where its own part begins and ends."""
    starts = range(0, length - overlap, size - overlap)
    edges = [0, *(start + overlap // 4 for start in starts[1:]), length]
    return zip(starts, edges, edges[1:], strict=False)


def _taken(column: TextColumn, indices: np.ndarray[Any, Any], texts: pa.Array) -> TextColumn:
    """Some texts of a column, in the given order, with their rows, items and siblings."""
    chosen = pa.array(indices)

    def sibling(name: str) -> pa.Array | None:
        array = column.sibling(name)
        return None if array is None else array.take(chosen)

    return TextColumn(column.path, texts, column.rows.take(chosen), column.items.take(chosen), sibling)


@dataclass(frozen=True)
class Columns:
    """Some columns as one, whose path is ``*``; ``firsts`` is where each of them begins."""

    parts: tuple[TextColumn, ...]
    column: TextColumn
    firsts: np.ndarray[Any, np.dtype[np.int64]]

    @classmethod
    def of(cls, parts: Sequence[TextColumn]) -> "Columns":
        """One after the other."""
        if len(parts) == 1:
            return cls(tuple(parts), parts[0], np.zeros(1, np.int64))
        wide = any(pa.types.is_large_string(part.texts.type) for part in parts)
        texts = pa.concat_arrays([part.texts.cast(pa.large_string() if wide else pa.string()) for part in parts])
        rows, items = (pa.concat_arrays([getattr(part, name) for part in parts]) for name in ("rows", "items"))
        lengths = np.array([len(part.texts) for part in parts], np.int64)
        return cls(tuple(parts), TextColumn("*", texts, rows, items), np.cumsum(lengths) - lengths)

    def part_of(self, index: Any) -> Any:
        """Which column each index into the texts of all of them belongs to; empty columns own none."""
        return np.searchsorted(self.firsts, index, side="right") - 1


def groups(columns: Iterable[TextColumn], alone: Callable[[str], bool] = lambda _: False) -> Iterable[Columns]:
    """Columns of a batch, small ones put together: a table of many columns costs no more than one of few.

    A column whose path some detector looks at stands ``alone``.
    """
    held: list[TextColumn] = []
    size = 0
    for column in columns:
        if column.texts.nbytes > TOGETHER or alone(column.path):
            yield Columns.of([column])
            continue
        if size > TOGETHER:
            yield Columns.of(held)
            held, size = [], 0
        held.append(column)
        size += column.texts.nbytes
    if held:
        yield Columns.of(held)


def run(
    detectors: Sequence[Detector],
    column: TextColumn,
    limits: Limits,
    moved: Callable[[], None] = lambda: None,
) -> tuple[pa.RecordBatch, tuple[Loss, ...]]:
    """Every finding of every detector in a column, as :data:`FOUND`, and the texts each could not examine.

    A text that a detector loses in part is lost to it as a whole: none of its spans there is returned. ``moved`` is
    called after every detector, for whoever watches that work goes on.
    """
    cut = pieces(column, limits.cell_chars)
    work = column if cut is None else cut.column
    batches, losses = [], []
    for detector in _awake(detectors, work):
        spans, lost = _one(detector, work)
        moved()
        if cut is not None:
            spans = cut.restore(spans)
            lost = {(int(cut.origin[index]), reason) for index, reason in lost}
        if lost:
            gone = pa.array(sorted({index for index, _ in lost}), pa.int64())
            spans = spans.filter(pc.invert(pc.is_in(spans["row"], value_set=gone)))
        losses += [Loss(detector.id, *loss) for loss in sorted(lost)]
        if spans.num_rows:
            who = pa.repeat(pa.scalar(detector.id, pa.string()), spans.num_rows)
            batches.append(spans.append_column("detector", who).cast(FOUND))
    texts.forget()
    return _joined(batches, FOUND), tuple(losses)


@lru_cache(maxsize=4)
def _named(detectors: tuple[Detector, ...]) -> Named:
    return Named(detectors)


def about(detectors: Sequence[Detector], path: str) -> tuple[Detector, ...]:
    """The detectors for which the name of a column says what its cells are."""
    return _named(tuple(detectors)).about(path)


def _awake(detectors: Sequence[Detector], column: TextColumn) -> Sequence[Detector]:
    """The detectors worth asking; all of them where that cannot be told of the column at once."""
    if column.texts.nbytes > AT_ONCE:
        return detectors
    try:
        return texts.awake(tuple(detectors), column, about(detectors, column.path))
    except (pa.ArrowException, ValueError):  # hostile data: each detector says for itself what it cannot read
        return detectors


def _one(detector: Detector, column: TextColumn) -> tuple[pa.RecordBatch, set[tuple[int, str]]]:
    """Spans and losses of one detector; what it raises becomes a loss."""
    lost: set[tuple[int, str]] = set()
    found = _guarded(detector, replace(column, lose=lambda index, reason: lost.add((index, reason))))
    return found, lost


def _guarded(detector: Detector, column: TextColumn) -> pa.RecordBatch:
    """``detect``, halving the column where it is very large and around a text it fails on."""
    if column.texts.nbytes > AT_ONCE and len(column.texts) > 1:
        return _halved(detector, column)
    try:
        return detector.detect(column)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - hostile data may make a detector raise anything; it becomes a coverage row
        if len(column.texts) == 1:
            column.lose(0, FAILED)
            return _joined([], SPANS)
    return _halved(detector, column)


def _halved(detector: Detector, column: TextColumn) -> pa.RecordBatch:
    n = len(column.texts)
    return _joined([_part(detector, column, 0, n // 2), _part(detector, column, n // 2, n)], SPANS)


def _part(detector: Detector, column: TextColumn, first: int, last: int) -> pa.RecordBatch:
    """Spans of the texts from ``first`` to ``last``, with rows as in ``column``."""
    indices = np.arange(first, last)
    part = _taken(column, indices, column.texts.slice(first, last - first))
    found = _guarded(detector, replace(part, lose=_shifted(column.lose, first)))
    return found.set_column(0, SPANS.field("row"), pc.add(found["row"], first))


def _shifted(lose: Callable[[int, str], None], by: int) -> Callable[[int, str], None]:
    return lambda index, reason: lose(index + by, reason)


def _joined(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    table = pa.Table.from_batches(batches, schema).combine_chunks()
    return next(iter(table.to_batches()), None) or pa.RecordBatch.from_pylist([], schema)
