"""Which of several overlapping findings of one entity survives: Presidio's rule, over all detectors.

Within one text and entity a finding goes when another one contains it (or has its very span) with a score at least as
high; findings of score 0 go too. Between equals the first detector id stays.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect.texts import Span

Key = TypeVar("Key", bound=Hashable)


def survivors(spans: Iterable[tuple[Key, int, int, float]]) -> Iterator[int]:
    """Positions of the spans that stay, of spans ordered by key, start, longest first, best score first."""
    key: Key | None = None
    active: list[tuple[int, float]] = []
    for position, (group, start, end, score) in enumerate(spans):
        if group != key:
            key, active = group, []
        if score <= 0:
            continue
        active = [held for held in active if held[0] >= start]
        if not any(end <= held_end and score <= held_score for held_end, held_score in active):
            active.append((end, score))
            yield position


def without_contained(spans: Iterable[Span]) -> list[Span]:
    """The rule for the findings of one text."""
    ordered = sorted(spans, key=lambda s: (s.entity, s.start, -s.end, -s.score))
    return [ordered[i] for i in survivors((s.entity, s.start, s.end, s.score) for s in ordered)]


def resolve(spans: pa.RecordBatch) -> pa.RecordBatch:
    """The rule for SPANS of one column, with or without a ``detector`` column; keeps the order of the batch."""
    if spans.num_rows < 2 and not pc.any(pc.less_equal(spans["score"], 0)).as_py():
        return spans
    start, end, score = (spans[name].to_numpy() for name in ("start", "end", "score"))
    row, entity = spans["row"].to_numpy(), _codes(spans["entity"])
    detector = _codes(spans["detector"]) if "detector" in spans.schema.names else np.zeros(len(row), dtype=np.int64)
    order = np.lexsort((detector, -score, -end, start, entity, row))
    keys = zip(row[order].tolist(), entity[order].tolist(), strict=True)
    rest = (values[order].tolist() for values in (start, end, score))
    kept = survivors(zip(keys, *rest, strict=True))
    return spans.take(pa.array(np.sort(order[list(kept)]), type=pa.int64()))


def _codes(names: pa.Array) -> np.ndarray[Any, Any]:
    """Rank of every name among the distinct ones in alphabetical order."""
    ranks: np.ndarray[Any, Any] = pc.rank(names, tiebreaker="dense").to_numpy()
    return ranks
