"""Which of several overlapping findings of one entity survives: Presidio's rule, over all detectors.

Within one text and entity a finding goes when another one contains it (or has its very span) with a score at least as
high; findings of score 0 go too. Between equals the first detector id stays.

Of national identifiers one stays, though their entities differ: :mod:`auditor.detect.rivals` chooses among those with
one span, one of our own rules goes within a longer one, an IBAN or a telephone number with a score at least as high,
and so does a telephone number within one of our own rules. Findings of Presidio alone are left as they are.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect import rivals
from auditor.detect.prefilter import Ints
from auditor.detect.texts import Floats, Span, ranks
from auditor.model import TextColumn

_BACK = 3
"""Findings before each that are compared with it at once."""

_IBAN = "IBAN_CODE"

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


def resolve(spans: pa.RecordBatch, column: TextColumn | None = None) -> pa.RecordBatch:
    """The rule for SPANS of one column, with or without a ``detector`` column; keeps the order of the batch.

    What is said of national identifiers is done where the texts are given, those of which the batch holds rows.
    """
    if not spans.num_rows:
        return spans
    row, start, end, score = _numbers(spans)
    entity = ranks(spans["entity"])
    detector = ranks(spans["detector"]) if "detector" in spans.schema.names else None
    held = spans.take(pa.array(kept(row * (len(entity) + 1) + entity, start, end, score, detector)))
    return held if column is None or detector is None else _national(held, column)


def _numbers(spans: pa.RecordBatch) -> tuple[Any, ...]:
    return tuple(spans[name].to_numpy() for name in ("row", "start", "end", "score"))


def _national(spans: pa.RecordBatch, column: TextColumn) -> pa.RecordBatch:
    """Findings without those of national identifiers that others are better than."""
    who, what = (spans[name].dictionary_encode() for name in ("detector", "entity"))
    kinds = who.indices.to_numpy().astype(np.int64) * len(what.dictionary) + what.indices.to_numpy()
    distinct, which = np.unique(kinds, return_inverse=True)
    names, entities = who.dictionary.to_pylist(), what.dictionary.to_pylist()
    pairs = [(names[kind // len(entities)], entities[kind % len(entities)]) for kind in distinct.tolist()]
    claims = np.array(rivals.claims(*zip(*pairs, strict=True)), bool)
    ours = np.array([rivals.is_own(name) for name, _ in pairs], bool)
    if not ours.any():
        return spans
    row, start, end, score = _numbers(spans)
    lost, details = rivals.settle(spans, score, np.flatnonzero(claims[which]), column)
    stays = np.ones(spans.num_rows, bool)
    stays[lost] = False
    phones = np.array([rivals.is_phone(entity) for _, entity in pairs], bool)
    iban = np.array([entity == _IBAN for _, entity in pairs], bool)
    for around, loses in ((ours | phones, ours | phones), (claims | iban, ours)):
        places = np.flatnonzero(stays & around[which])
        within = np.setdiff1d(places, places[kept(row[places], start[places], end[places], score[places])])
        stays[within[loses[which[within]]]] = False
    return _detailed(spans, details).filter(pa.array(stays))


def _detailed(spans: pa.RecordBatch, details: dict[int, str]) -> pa.RecordBatch:
    """SPANS with other details at some places."""
    if not details:
        return spans
    mask = np.zeros(spans.num_rows, bool)
    mask[list(details)] = True
    said = pa.array([details[place] for place in sorted(details)], pa.string())
    place = spans.schema.get_field_index("detail")
    replaced = pc.replace_with_mask(spans["detail"], pa.array(mask), said)
    return spans.set_column(place, spans.schema.field(place), replaced)
