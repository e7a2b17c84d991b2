"""Which findings of one text match which of its labels: by their very place, or by any overlap, one to one."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from auditor.evaluate.labelled import Label

Kind = Literal["missed", "false", "bounds"]
"""Of an error: a label that nothing overlaps, a finding that overlaps no label, a pair whose ends differ."""


class Pair(NamedTuple):
    """A label and the finding it is matched with, by their positions."""

    label: int
    found: int
    exact: bool


class Mistake(NamedTuple):
    """One error in one text; ``instead`` is what else is labelled (of a finding) or found (of a label) there."""

    entity: str
    start: int
    end: int
    kind: Kind
    instead: str


def pairs(labels: Sequence[Label], found: Sequence[Label]) -> list[Pair]:
    """Pairs of one entity, one to one: the best overlap first (intersection over union), then the first in the text.

    Both are ordered by their start, as :func:`by_entity` gives them.
    Equal spans have an overlap of 1, so they are paired before all others.
    """
    ranked = sorted(
        (-_overlap(labels[i], found[j]), labels[i].start, found[j].start, i, j) for i, j in _touching(labels, found)
    )
    taken: tuple[set[int], set[int]] = set(), set()
    chosen = []
    for overlap, _, _, i, j in ranked:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            chosen.append(Pair(i, j, overlap == -1.0))
    return chosen


def _touching(labels: Sequence[Label], found: Sequence[Label]) -> Iterator[tuple[int, int]]:
    """Positions of labels and findings that share a character; findings are ordered by their start."""
    starts = [span.start for span in found]
    furthest = list(accumulate((span.end for span in found), max))  # ascending: where to begin is searched in it
    for i, label in enumerate(labels):
        for j in range(bisect_right(furthest, label.start), bisect_left(starts, label.end)):
            if found[j].end > label.start:
                yield i, j


def _overlap(one: Label, other: Label) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared / (max(one.end, other.end) - min(one.start, other.start))


def by_entity(spans: Iterable[Label]) -> dict[str, list[Label]]:
    """Spans by their entity, each place once, in the order of the text."""
    held: dict[str, list[Label]] = {}
    for span in sorted(set(spans)):
        held.setdefault(span.entity, []).append(span)
    return held


def mistakes(labels: Sequence[Label], found: Sequence[Label], matched: Sequence[Pair]) -> Iterator[tuple[Label, Kind]]:
    """Errors of one entity."""
    hit = {pair.label for pair in matched}, {pair.found for pair in matched}
    yield from ((label, "missed") for i, label in enumerate(labels) if i not in hit[0])
    yield from ((span, "false") for j, span in enumerate(found) if j not in hit[1])
    yield from ((found[pair.found], "bounds") for pair in matched if not pair.exact)


def instead(span: Label, others: Iterable[Label]) -> str:
    """The entity of another kind that overlaps a span the most, empty where there is none."""
    touching = [o for o in others if o.entity != span.entity and o.start < span.end and span.start < o.end]
    return max(touching, key=lambda o: (_overlap(span, o), o.entity)).entity if touching else ""
