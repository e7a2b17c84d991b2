"""Which of several overlapping findings of one entity survives: Presidio's rule, over all detectors.

Within one text and entity a finding goes when another one contains it (or has its very span) with a score at least as
high; findings of score 0 go too. Between equals the first detector id stays.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from auditor.detect.prefilter import Ints
from auditor.detect.texts import Floats, Span, ranks

_BACK = 3
"""Findings before each that are compared with it at once."""

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


def kept(groups: Ints, starts: Ints, ends: Ints, scores: Floats, ties: Ints | None = None) -> Ints:
    """Positions, ascending, of the findings that stay within their groups (0 or more); lower ``ties`` win over equals.

    Most are settled by array arithmetic: none goes that ends after all before it, and most others stand right behind
    what contains them. Only the groups of what is left are walked through.
    """
    order = np.lexsort((np.zeros(len(groups)) if ties is None else ties, -scores, -ends, starts, groups))
    group, end, score = groups[order], ends[order], scores[order]
    open_, gone = _inside(group, end), score <= 0
    for back in range(1, min(_BACK, len(order)) + 1):
        contained = (group[back:] == group[:-back]) & (end[:-back] >= end[back:]) & (score[:-back] >= score[back:])
        gone[back:] |= contained
    unsure = np.isin(group, group[open_ & ~gone])
    if unsure.any():
        places = np.flatnonzero(unsure)
        columns = (values[order][places].tolist() for values in (groups, starts, ends, scores))
        gone[places] = True
        gone[places[list(survivors(zip(*columns, strict=True)))]] = False
    return np.sort(order[~gone])


def _inside(group: Ints, end: Ints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether each of some ordered spans ends no later than one before it in its group."""
    width = int(end.max(initial=0)) + 1
    new = np.append(True, group[1:] != group[:-1])[: len(group)]
    placed = np.cumsum(new) * width + end
    inside = np.zeros(len(end), bool)
    inside[1:] = (np.maximum.accumulate(placed)[:-1] >= placed[1:]) & ~new[1:]
    return inside


def resolve(spans: pa.RecordBatch) -> pa.RecordBatch:
    """The rule for SPANS of one column, with or without a ``detector`` column; keeps the order of the batch."""
    if not spans.num_rows:
        return spans
    row, start, end, score = (spans[name].to_numpy() for name in ("row", "start", "end", "score"))
    entity = ranks(spans["entity"])
    detector = ranks(spans["detector"]) if "detector" in spans.schema.names else None
    return spans.take(pa.array(kept(row * (len(entity) + 1) + entity, start, end, score, detector)))
