"""Copyright notices: who claims what since when, as a statement says it.

The prefilter finds leads, the words and signs that statements begin with; the grammar reads each statement in a window
around them (:mod:`auditor.detect.notice_grammar`), and what may be told of it goes into the detail
(:mod:`auditor.detect.notice_holder`): kind, years, an organisation as holder. A person is a shape.

"All rights reserved" behind a statement belongs to it; anywhere else it is a finding of its own. Windows that are
equal are read once, across batches too.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from auditor.detect import notice_holder
from auditor.detect.gates import coded
from auditor.detect.info import DetectorInfo
from auditor.detect.notice_forms import AFTER, BEFORE, LEADS
from auditor.detect.notice_grammar import grammar
from auditor.detect.prefilter import Layout, Need, Scan
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector, lose
from auditor.detect.windows import Reach, windows
from auditor.model import TextColumn
from auditor.rules import notices
from auditor.rules.notices import APART, BETWEEN
from auditor.rules.recipe import Recipe
from auditor.rules.terms import plainly

ID = "rights.copyright_notice.v2"
ENTITY = "COPYRIGHT_NOTICE"

RESERVED = 0.8
"""Score of "all rights reserved" without a statement."""
BEHIND = 120
"""Most characters from the end of a statement to the "all rights reserved" that belongs to it."""

_REMEMBERED = 1 << 12  # windows, and statements
_SHORT = 1 << 12  # characters of the longest window that is remembered
_MARGIN = 64  # more characters than a lead has

_encoded = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


class _Part(NamedTuple):
    """A statement in a text: code points, half-open; ``reserved`` is the language of "all rights reserved"."""

    start: int
    end: int
    score: float
    kind: str
    reserved: str = ""


def notices_in(text: str, first: int = 0, last: int | None = None, spent: Deadline | None = None) -> list[Span]:
    """Findings of one text whose leads begin from ``first`` to ``last``; TimeoutError once the budget is spent."""
    return [
        Span(part.start, part.end, ENTITY, part.score, _detail(part.kind, part.reserved, text[part.start : part.end]))
        for part in _parts(text, first, len(text) if last is None else last, spent)
    ]


def _parts(text: str, first: int, last: int, spent: Deadline | None) -> list[_Part]:
    low, known = plainly(text), grammar()
    found: list[_Part] = []
    end, of = 0, -1  # where the last statement ends, and its place among those found
    for lead in known.leads(low, first, last):
        if spent:
            spent.check()
        if lead.start() < end:
            continue
        if lead.re is known.reserved:
            language = known.language(lead[0])
            if of >= 0 and lead.start() - end <= BEHIND:
                found[of] = found[of]._replace(reserved=language)
            else:
                found.append(_Part(lead.start(), lead.end(), RESERVED, "rights_reserved", language))
        elif said := known.statement(text, low, lead, end):
            between = found and said.start < found[-1].end  # the phrase, between the holder and the sign
            reserved = found.pop().reserved if between else ""
            end, of = said.end, len(found)
            found.append(_Part(said.start, said.end, said.score, said.kind, reserved))
    return found


@lru_cache(maxsize=_REMEMBERED)
def _detail(kind: str, reserved: str, statement: str) -> str:
    """What may be told of a statement, as JSON."""
    detail: dict[str, Any] = {"kind": kind}
    if kind == "rights_reserved":
        return _encoded(detail | {"language": reserved})
    if kind != "placeholder":
        years = notice_holder.years(statement)
        detail |= ({"years": years} if years else {}) | notice_holder.holder(statement)
    return _encoded(detail | ({"rights_reserved": reserved} if reserved else {}))


_remembered = lru_cache(maxsize=_REMEMBERED)(notices_in)


class NoticeDetector(TextDetector):
    """Copyright notices and "all rights reserved"."""

    id = ID
    entities = frozenset({ENTITY})
    reach = Reach(r"\x00", before=BEFORE + _MARGIN, after=AFTER + _MARGIN)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.need = Need("", expressions(), windowed=True, folds=True)

    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text."""
        return notices_in(text, spent=Deadline(self._seconds))

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value, of windows around leads; see :mod:`auditor.detect.windows` for why that is exact."""
        scan = texts.scan(self.prefilter)
        found: list[tuple[int, Span]] = []
        lost, value, deadline = set[int](), -1, Deadline(self._seconds)
        for window in _windows(scan, scan.places(self.need), self.reach):
            if window.value != value:
                value, deadline = window.value, Deadline(self._seconds)
            try:
                found += [(value, span) for span in window.read(deadline)]
            except TimeoutError:
                lost.add(value)
        for value in sorted(lost):
            lose(texts, value, column)
        return Found.of([pair for pair in found if pair[0] not in lost])


class _Window(NamedTuple):
    """A part of a text with a character on both sides where there is one; leads begin from ``first`` to ``last``."""

    value: int
    text: str
    first: int
    last: int
    offset: int  # characters of the text before it

    def read(self, spent: Deadline) -> Iterator[Span]:
        """Findings in it, with offsets into the text."""
        spent.check()
        bounds = self.first, self.last
        found = _remembered(self.text, *bounds) if len(self.text) <= _SHORT else notices_in(self.text, *bounds, spent)
        by = self.offset
        return (span._replace(start=span.start + by, end=span.end + by) for span in found) if by else iter(found)


def _windows(scan: Scan, places: Any, reach: Reach) -> Iterator[_Window]:
    around, layout = windows(scan, places, reach), scan.layout
    if not len(around.rows):
        return
    low, high = layout.starts[around.rows].tolist(), layout.ends[around.rows].tolist()
    columns = zip(around.rows.tolist(), around.starts.tolist(), around.ends.tolist(), low, high, strict=True)
    cuts = [_beside(layout, *cut) for _, *cut in columns]
    starts = scan.chars.of(around.rows, np.array([start for start, _, _, _ in cuts], np.int64)).tolist()
    for value, (start, end, before, after), offset in zip(around.rows.tolist(), cuts, starts, strict=True):
        text = str(layout.data[start:end], "utf-8")
        yield _Window(value, text, before, len(text) - after, offset)


def _beside(layout: Layout, start: int, end: int, low: int, high: int) -> tuple[int, int, int, int]:
    """A window in bytes with the characters beside it, and whether there is one before and behind it."""
    data, before, after = layout.data, int(start > low), int(end < high)
    if before:
        start -= 1
        while data[start] & 0xC0 == 0x80:
            start -= 1
    if after:
        end += 1
        while end < high and data[end] & 0xC0 == 0x80:
            end += 1
    return start, end, before, after


@cache
def expressions() -> tuple[str, ...]:
    """Hyperscan for all leads and for "all rights reserved"."""
    keys = (key.partition(BETWEEN) for each in notices.reserved().values() for key in each.keys)
    phrases = (coded(first) + (f".{{1,{APART}}}{coded(then)}" if then else "") for first, _, then in keys)
    return tuple(sorted({*LEADS, *phrases}))


def detectors(recipe: Recipe) -> Iterable[NoticeDetector]:
    """The one detector."""
    return [NoticeDetector(recipe.limits.pattern_seconds)]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of it."""
    return [
        DetectorInfo(
            id=ID,
            title="Copyright notices, and “all rights reserved” in twelve languages",
            entities=(ENTITY,),
            engine="terms",
            references=("https://www.copyright.gov/circs/circ03.pdf", "https://reuse.software/spec-3.3/"),
            facts=(
                "The detail tells the kind, the years and an organisation as holder; of a person a shape only.",
                "Placeholders (year and name still to be filled in) are weak; strings of programs are review.",
                "“All rights reserved” counts alone where no notice stands in front of it.",
            ),
            false_positives="Quoted notices, and lists whose third point begins with a year or a company.",
        )
    ]
