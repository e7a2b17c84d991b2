"""Licences: their texts, names, tags and addresses, and what a text says of its own rights.

The prefilter finds the words around which licences stand; the lines around them are windows (``licence_places.py``),
and equal windows are read once. In a window the first answer wins: a licence text (``licence_texts.py``) is one finding
over its span, whatever it names; then tags, fields, addresses, names and statements (``licence_names.py``).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from auditor.detect import licence_places
from auditor.detect.info import DetectorInfo
from auditor.detect.licence_fields import Mark
from auditor.detect.licence_ids import atoms, kind
from auditor.detect.licence_places import Around
from auditor.detect.licence_window import TEXTS, marks_of
from auditor.detect.prefilter import Ints, Layout, Need, Prefilter
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector, distinct, lose
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe

ID, ENTITY = "rights.licence.v1", "LICENSE_MARKER"
TITLE = "Licences, and statements about rights"
_TOGETHER = 1 << 20
"""Characters of windows that are read at once."""


Window = tuple[int, int, str]
"""The value that holds a window, the first character of it there, and its text."""


class LicenceDetector(TextDetector):
    """Licences of one text at a time."""

    def __init__(self, seconds: float) -> None:
        self.id = ID
        self.entities = frozenset({ENTITY})
        self.need = licence_places.need()
        self._seconds = seconds

    @property
    def needs(self) -> tuple[Need, ...]:
        """See :class:`TextDetector`."""
        return _needs()

    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text; see :class:`TextDetector`."""
        return [span for _, span in self._read(_whole(0, text), set())]

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value; see :class:`TextDetector`."""
        lost: set[int] = set()
        spans = self._read(_windows(texts, self.prefilter), lost)
        for value in sorted(lost):
            lose(texts, value, column)
        return Found.of([(value, span) for value, span in spans if value not in lost])

    def _read(self, windows: Sequence[Window], lost: set[int]) -> list[tuple[int, Span]]:
        """Findings of windows, each the value that holds it, its first character, and its text."""
        found: list[tuple[int, Span]] = []
        deadlines: dict[int, Deadline] = {}
        for group in _groups(windows):
            for (value, offset, _), marks in zip(group, marks_of([text for _, _, text in group]), strict=True):
                found += [(value, _span(mark, offset)) for mark in marks]
            for value in {value for value, _, _ in group}:
                try:
                    deadlines.setdefault(value, Deadline(self._seconds)).check()
                except TimeoutError:
                    lost.add(value)
        return found


def _groups(windows: Sequence[Window]) -> Iterable[list[Window]]:
    """Windows in groups of no more than about so many characters."""
    group, size = list[Window](), 0
    for window in windows:
        group.append(window)
        size += len(window[2])
        if size > _TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _windows(texts: Distinct, prefilter: Prefilter) -> list[Window]:
    """The windows of all texts."""
    scan = texts.scan(prefilter)
    opens, extends = (scan.places(need) for need in (licence_places.need(), licence_places.extent()))
    windows: list[Window] = []
    if len(opens.rows):
        opened, more = ((held.rows, scan.folded.original(held.ends)) for held in (opens, extends))
        around = licence_places.around(scan.layout, opened, more)
        windows = list(_texts(scan.layout, around))
    for value in opens.whole.tolist():
        windows += _whole(value, texts.text(value))
    return windows


def _texts(layout: Layout, around: Around) -> Iterator[Window]:
    """Windows with their texts; characters are counted in rows with windows alone."""
    last, at, characters = -1, 0, 0
    for row, start, end in zip(around.rows.tolist(), around.starts.tolist(), around.ends.tolist(), strict=True):
        if row != last:
            last, at, characters = row, int(layout.starts[row]), 0
        characters += len(str(layout.data[at:start], "utf-8"))
        text = str(layout.data[start:end], "utf-8")
        yield row, characters, text
        at, characters = end, characters + len(text)


def _whole(value: int, text: str) -> list[Window]:
    """The windows of one text without the hits of a prefilter."""
    raw = text.encode()
    return [(value, len(raw[:a].decode()), raw[a:b].decode()) for a, b in licence_places.of_text(text)]


def _span(mark: Mark, offset: int) -> Span:
    return Span(mark.start + offset, mark.end + offset, ENTITY, mark.score, _detail(mark))


def _detail(mark: Mark) -> str:
    return _detailed(mark.kind, mark.spdx, mark.category, mark.basis, mark.score)


@cache
def _detailed(what: str, spdx: str, category: str, basis: str, score: float) -> str:
    """Detail as JSON; an expression that is not known is left out."""
    kinds = [kind(atom) for atom in atoms(spdx)]
    said = {
        "kind": what,
        "spdx": spdx,
        "family": ", ".join(sorted({each.family for each in kinds})),
        "category": category or ", ".join(sorted({each.category for each in kinds})),
        "basis": basis,
        "confidence": "high" if score >= 0.9 else "medium" if score >= 0.7 else "low",
    }
    return json.dumps({key: value for key, value in said.items() if value}, sort_keys=True)


def spans(column: TextColumn, prefilter: Prefilter | None = None) -> tuple[Ints, Ints, Ints]:
    """Where licence texts and long parts of some stand in a column, so that others can leave them out.

    Gives rows into ``column.texts``, ascending, and the first and the last but one code point of each. Takes the hits
    of a prefilter that knows the needs of :class:`LicenceDetector`, as that of a ruleset with it does, or else looks
    for its own. What windows hold is remembered, so that asking beside the detector costs little.
    """
    texts = distinct(column.texts)
    known = prefilter and all(map(prefilter.takes, _needs()))
    windows = _windows(texts, prefilter if prefilter and known else _own())
    marks = marks_of([text for _, _, text in windows])
    pairs = zip(windows, marks, strict=True)
    found = [(value, _span(mark, at)) for (value, at, _), held in pairs for mark in held if mark.kind in TEXTS]
    held = texts.spread(Found.of(found))
    rows, starts, ends = (held[name].to_numpy().astype(np.int64) for name in ("row", "start", "end"))
    return rows, starts, ends


def _needs() -> tuple[Need, ...]:
    return licence_places.need(), licence_places.extent()


@cache
def _own() -> Prefilter:
    return Prefilter(_needs())


def detectors(recipe: Recipe) -> Iterable[LicenceDetector]:
    """The one."""
    return [LicenceDetector(recipe.limits.pattern_seconds)]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of it."""
    return [
        DetectorInfo(
            id=ID,
            title=TITLE,
            entities=(ENTITY,),
            engine="terms",
            facts=(
                "Texts by the runs of words that they share with those of the SPDX licence list.",
                "Tags, fields of manifests and addresses are declared or concluded as the detail says.",
                "A licence that is denied or compared with is no finding; one that is named, not granted, scores 0.6.",
            ),
            references=("https://spdx.org/licenses/", "https://spdx.dev/learn/handling-license-info/"),
            false_positives="A page about licences; the licence of one picture or quotation on a page.",
        )
    ]
