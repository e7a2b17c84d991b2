"""Regular expressions over the pieces of a column: all pieces joined into one text, then one pass of each expression.

:class:`Search` is what a detector looks for in one kind of window; :class:`Regexes` are the usual one. Over ASCII the
standard library's ``re`` takes half the time of ``regex`` and finds the same (tested), but knows no clock.
:func:`look` is the way of one search over a column: hits, windows, pieces, results, findings.
"""

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from auditor.detect import gates
from auditor.detect.derive import derive, marks
from auditor.detect.overlap import kept
from auditor.detect.prefilter import Ints, Need, Scan
from auditor.detect.texts import Deadline, Distinct, Floats, Found, lose, repeated
from auditor.detect.windows import Mask, Pieces, Reach, Windows, pieces, windows
from auditor.model import TextColumn

Result = tuple[int, int, float]
"""Start, end and score within a text."""

Judge = Callable[[Any, float], list[Result]]
"""What a match comes to, given the score of its pattern."""

QUICK = 1 << 16
"""Bytes of the longest window for which no clock is needed: no pattern that is shipped is exponential."""


class Marked:
    """Which of some texts hold what."""

    def __init__(self, texts: pa.Array) -> None:
        self._texts = texts
        self._known: dict[str, Mask] = {}

    def by(self, marks: tuple[str, ...]) -> Mask:
        """Those that hold one character of each of ``marks``."""
        found = np.ones(len(self._texts), bool)
        for mark in marks:
            if mark not in self._known:
                self._known[mark] = self._holding("[" + "".join(f"\\x{ord(char):02x}" for char in mark) + "]")
            found = found & self._known[mark]
        return found

    @cached_property
    def plain(self) -> Mask:
        """Those that ``re`` reads as ``regex`` does: ASCII, but for what is white space to one of them only."""
        short = pc.and_(pc.string_is_ascii(self._texts), pc.less_equal(pc.binary_length(self._texts), QUICK))
        plain: Mask = short.to_numpy(zero_copy_only=False) & ~self._holding(r"[\x1c-\x1f]")
        return plain

    def _holding(self, pattern: str) -> Mask:
        held: Mask = pc.match_substring_regex(self._texts, pattern).to_numpy(zero_copy_only=False)
        return held


class Raw(NamedTuple):
    """Results in pieces: which piece, and where in its text."""

    pieces: Ints
    starts: Ints
    ends: Ints
    scores: Floats

    @classmethod
    def of(cls, results: Sequence[tuple[int, Result]]) -> "Raw":
        """Of (piece, result) pairs."""
        pieces = np.fromiter((piece for piece, _ in results), np.int64, len(results))
        return cls(pieces, *_columns([result for _, result in results]))

    def kept(self) -> "Raw":
        """Without those that another of the same piece contains."""
        stay = kept(*self)
        return Raw(self.pieces[stay], self.starts[stay], self.ends[stay], self.scores[stay])


def _columns(results: Sequence[Result]) -> tuple[Ints, Ints, Floats]:
    starts, ends, scores = zip(*results, strict=True) if results else ((), (), ())
    return np.array(starts, np.int64), np.array(ends, np.int64), np.array(scores, float)


class Search(ABC):
    """What is looked for in one kind of window.

    ``later`` are expressions one of which must begin at a result or anywhere after it in its text. ``gate`` is RE2 that
    a text must pass on top of the need. What is ``telling`` counts wherever it stands, else only near some words.
    """

    need = Need()
    reach = Reach("", separator="")
    telling = True
    later: tuple[Any, ...] = ()
    gate = ""

    @abstractmethod
    def alone(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> Iterator[Result]:
        """Results in one text that begin from ``first`` to ``last``; TimeoutError once the budget is spent."""

    def together(self, cut: Pieces) -> Raw:  # noqa: ARG002
        """Results in all pieces; TimeoutError when they have to be looked at one by one."""
        raise TimeoutError

    def told(self, cut: Pieces, raw: Raw) -> tuple[Raw, pa.Array | None]:  # noqa: ARG002
        """Results as they are to be reported, one for one, with details or None; TimeoutError over budget."""
        return raw, None

    def within(self, cut: Pieces, values: Ints, seconds: float) -> tuple[Raw, set[int]]:
        """Results in pieces, none within another, and the values over budget; ``values`` gives that of every window."""
        try:
            return self.together(cut).kept(), set()
        except TimeoutError:
            raw, lost = self._one_by_one(cut, values, seconds)
            return raw.kept(), lost

    def _one_by_one(self, cut: Pieces, values: Ints, seconds: float) -> tuple[Raw, set[int]]:
        known: dict[int, list[Result]] = {}
        lost: set[int] = set()
        texts, firsts, lasts = cut.texts.to_pylist(), cut.firsts.tolist(), cut.lasts.tolist()
        for value, group in groupby(zip(values.tolist(), cut.of.tolist(), strict=True), itemgetter(0)):
            deadline = Deadline(seconds)
            try:
                for _, n in group:
                    deadline.check()
                    if n not in known:
                        known[n] = list(self.alone(texts[n], deadline, firsts[n], lasts[n]))
            except TimeoutError:
                lost.add(value)
        return Raw.of([(n, result) for n, results in known.items() for result in results]), lost


class Pattern:
    """One regular expression under flags of ``regex``, compiled on first use; under a ``clock`` never by ``re``."""

    def __init__(self, text: str, flags: int, score: float, *, clock: bool = False) -> None:
        self.score = score
        self._text, self._flags, self._clock = text, flags, clock

    @cached_property
    def compiled(self) -> Any:
        """By ``regex``."""
        return regex.compile(factored(self._text), self._flags)

    @cached_property
    def quick(self) -> Any:
        """The same by ``re``; None where there is no such thing."""
        return None if self._clock else _quick(factored(self._text), self._flags)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """Every match holds one character of each of them."""
        return marks(self._text)


def _quick(pattern: str, flags: int) -> Any:
    """A pattern compiled by ``re``; None where it is not quite the same to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return re.compile(pattern, flags)  # the flags that both know have the same numbers
        except (re.error, Warning):
            return None


class Regexes(Search):
    """Regular expressions, each with its score, that are looked for together; ``clock``: never without one.

    What a match comes to begins where the match does.
    """

    def __init__(
        self,
        patterns: Sequence[tuple[str, float]],
        flags: int,
        seconds: float,
        judge: Judge | None,
        *,
        clock: bool = False,
    ) -> None:
        self._patterns = [Pattern(text, flags, score, clock=clock) for text, score in patterns]
        self._seconds, self._judge = seconds, judge
        derived = derive([text for text, _ in patterns], flags)
        if derived:
            self.need = Need(derived.gate, derived.expressions, windowed=True, folds=derived.folds)
            self.reach = Reach(derived.alphabet, derived.chars, derived.context, derived.separator)

    def together(self, cut: Pieces) -> Raw:
        """All pieces as one text; see :class:`auditor.detect.windows.Reach` for what stands between them."""
        if not self.reach.separator:
            raise TimeoutError
        texts, marked = cut.texts.to_pylist(), Marked(cut.texts)
        parts: list[Raw] = []
        for pattern in self._patterns:
            some = marked.by(pattern.marks)
            fast = some & marked.plain if pattern.quick else np.zeros(len(texts), bool)
            slowly = partial(pattern.compiled.finditer, timeout=self._seconds)
            for matches, which in ((pattern.quick and pattern.quick.finditer, fast), (slowly, some & ~fast)):
                places = np.flatnonzero(which)
                parts += self._joined(pattern, matches, places, texts, cut) if len(places) else []
        columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
        return Raw(*columns) if parts else Raw.of([])

    def _joined(
        self, pattern: Pattern, matches: Callable[[str], Iterator[Any]], some: Ints, texts: list[str], cut: Pieces
    ) -> Iterator[Raw]:
        """Results in some pieces; those in which the pattern begins to match too early are looked at alone."""
        chosen = [texts[n] for n in some.tolist()]
        start, end, scores, reached = self._results(pattern, matches(self.reach.separator.join(chosen)))
        if not len(start):
            return
        lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
        begins = np.cumsum(lengths + 1) - lengths - 1
        which = np.searchsorted(begins, start, side="right") - 1
        pieces, starts, ends = some[which], start - begins[which], end - begins[which]
        early = pieces[starts < cut.firsts[pieces]]
        inside = (reached - begins[which] <= cut.lasts[pieces]) & ~np.isin(pieces, early)
        yield Raw(pieces[inside], starts[inside], ends[inside], scores[inside])
        bounds = {n: (int(cut.firsts[n]), int(cut.lasts[n])) for n in set(early.tolist())}
        yield Raw.of(
            [(n, found) for n, bound in bounds.items() for found in self._one(pattern, texts[n], None, *bound)]
        )

    def _results(self, pattern: Pattern, matches: Iterator[Any]) -> tuple[Ints, Ints, Floats, Ints]:
        """What matches come to, and where each of the matches ends."""
        if self._judge:
            results = [(result, match.end()) for match in matches for result in self._judge(match, pattern.score)]
            return *_columns([result for result, _ in results]), np.array([end for _, end in results], np.int64)
        spans = np.array([match.span() for match in matches], np.int64).reshape(-1, 2)
        spans = spans[spans[:, 0] < spans[:, 1]]
        return spans[:, 0], spans[:, 1], np.full(len(spans), pattern.score), spans[:, 1]

    def alone(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> Iterator[Result]:
        """See the base."""
        for pattern in self._patterns:
            if all(any(mark in text for mark in either) for either in pattern.marks):
                spent.check()
                yield from self._one(pattern, text, spent, first, len(text) if last is None else last)

    def _one(self, pattern: Pattern, text: str, spent: Deadline | None, first: int, last: int) -> Iterator[Result]:
        for match in pattern.compiled.finditer(text, first, timeout=self._seconds):
            if match.start() >= last:
                break
            if spent:
                spent.check()
            if match.end() > last:
                continue
            if self._judge:
                yield from self._judge(match, pattern.score)
            elif match.start() < match.end():
                yield match.start(), match.end(), pattern.score


_ALTERNATION = re.compile(r"\(\?:(?:\(\?:[a-z0-9-]{2,}\)\|){50,}\(\?:[a-z0-9-]{2,}\)\)")


def factored(pattern: str) -> str:
    """A pattern whose long lists of literals (top-level domains) are factored by their first two letters.

    The same matches in the same order: of two alternatives that can both match, both begin alike and keep their order.
    """
    return _ALTERNATION.sub(lambda m: _by_prefix(re.findall(r"\(\?:([a-z0-9-]+)\)", m[0]), 2), pattern)


def _by_prefix(words: list[str], depth: int) -> str:
    if not depth or "" in words:
        return "(?:" + "|".join(words) + ")"
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    return "(?:" + "|".join(first + _by_prefix(rest, depth - 1) for first, rest in groups.items()) + ")"


def look(
    search: Search,
    entity: str,
    texts: Distinct,
    scan: Scan,
    column: TextColumn,
    seconds: float,
    need: Need | None = None,
) -> Found:
    """Findings of one search in the texts of a column; a text over budget is lost with all its windows.

    ``need`` stands for that of the search where something else than the texts says where to look.
    """
    places = scan.places(search.need if need is None else need)
    if not len(places.rows) and not len(places.whole):
        return Found.of([])
    around = _gated(windows(scan, places, search.reach), search.gate, texts)
    cut = pieces(scan, around, search.reach.context)
    raw, lost = search.within(cut, around.rows, seconds)
    for value in lost:
        lose(texts, value, column)
    try:
        raw, details = search.told(cut, raw)
    except TimeoutError:
        for value in np.unique(around.rows).tolist():
            lose(texts, value, column)
        return Found.of([])
    found, which = _placed(entity, scan, around, cut, raw)
    return found if details is None else found._replace(details=details.take(pa.array(which)))


def _gated(around: Windows, gate: str, texts: Distinct) -> Windows:
    """The windows in texts that pass a gate."""
    if not gate or not len(around.rows):
        return around
    rows, which = np.unique(around.rows, return_inverse=True)
    passes = np.zeros(len(rows), bool)
    passes[gates.passing(texts.values.take(pa.array(rows)), gate).to_numpy()] = True
    return Windows(*(column[passes[which]] for column in around))


def _placed(entity: str, scan: Scan, around: Windows, cut: Pieces, raw: Raw) -> tuple[Found, Ints]:
    """Results in pieces as findings of every window that is such a piece, and of each finding its result."""
    if not len(raw.pieces):
        return Found.of([]), raw.pieces
    order = np.argsort(raw.pieces, kind="stable")
    first, last = (np.searchsorted(raw.pieces[order], cut.of, side) for side in ("left", "right"))
    window, within = repeated(last - first)
    result = order[first[window] + within]
    rows = around.rows[window]
    offset = scan.chars.of(rows, around.starts[window]) - cut.firsts[cut.of[window]]
    entities = pa.repeat(pa.scalar(entity, pa.string()), len(rows))
    numbers = (raw.starts[result] + offset, raw.ends[result] + offset, raw.scores[result])
    return Found(rows, *numbers, entities, pa.nulls(len(rows), pa.string())), result
