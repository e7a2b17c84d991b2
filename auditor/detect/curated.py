"""What findings of Presidio's recognisers are worth: the entries of ``recipes/presidio.yaml`` at work."""

from collections.abc import Iterable, Iterator
from copy import copy
from functools import cached_property
from typing import Any

import numpy as np
import regex

from auditor.detect.derive import derive
from auditor.detect.nearby import Nearby, bound
from auditor.detect.prefilter import Need
from auditor.detect.search import Search
from auditor.detect.texts import Distinct, Found, Span
from auditor.rules.curation import Curation, Form

LABEL = 60
"""How many characters before a finding may deny it."""

_BEFORE, _AFTER = frozenset("./-+_@%$"), frozenset("./-_@%")
"""Characters that join a value to something longer; some of them only between letters or digits."""
_BETWEEN = frozenset("./-")


class Curator:
    """The judge of one recogniser's findings."""

    def __init__(self, rule: Curation) -> None:
        self._rule = rule
        self.nearby = Nearby(*(list(_written(words)) for words in (rule.context, rule.context_whole)))
        self.names = Nearby(rule.context, (*rule.context_whole, *rule.columns))

    @cached_property
    def _forms(self) -> list[tuple[Any, float, float]]:
        forms = self._rule.forms or (Form(regex="(?s).*"),)
        return [(regex.compile(form.regex), *self._scores(form)) for form in forms]

    def _scores(self, form: Form) -> tuple[float, float]:
        """Scores with a word and without one; 0 stands for Presidio's own with a word, for nothing without."""
        return form.score or self._rule.score or 0.0, form.valid_score or self._rule.valid_score or 0.0

    @cached_property
    def _suppress(self) -> list[Any]:
        return [regex.compile(pattern) for pattern in self._rule.suppress]

    @cached_property
    def _not_after(self) -> list[Any]:
        return [regex.compile(f"(?:{pattern})$") for pattern in self._rule.not_after]

    @property
    def _is_idle(self) -> bool:
        rule = self._rule
        return not (rule.forms or rule.suppress or rule.not_after or rule.alone or rule.score or self.nearby)

    def sought(self, search: Search) -> list[Search]:
        """Where to look for what a search finds: around words, and where forms stand that count without one."""
        if not self.nearby:
            return [search]
        near = copy(search)
        near.need, near.reach = bound(search.reach, self.nearby)
        near.telling = False
        if not search.telling:
            return [near]
        alone = [form.regex for form in self._rule.forms if form.valid_score or self._rule.valid_score]
        derived = derive(alone, 0) if alone else None
        chars = search.reach.chars
        if not derived or not derived.expressions or not chars:
            return [search]
        search.need = Need(derived.gate, derived.expressions, windowed=True, folds=derived.folds)
        search.reach = search.reach._replace(before=chars, after=chars)
        return [search, near]

    def judged(self, found: Found, texts: Distinct, *, named: bool, telling: bool) -> Found:
        """Findings that count, with their scores.

        ``named``: the column is called so; ``telling``: the pattern may count without a word nearby.
        """
        if self._is_idle or not len(found.values):
            return found
        columns = (column.tolist() for column in found[:4])
        raw = [(texts.text(value), start, end, score) for value, start, end, score in zip(*columns, strict=True)]
        trimmed = [(text, start, _trimmed(text, start, end), score) for text, start, end, score in raw]
        scores = np.array([self.score(*one, named=named, telling=telling) for one in trimmed], float)
        ends = np.array([end for _, _, end, _ in trimmed], np.int64)
        return found._replace(ends=ends, scores=scores).take(np.flatnonzero(scores))

    def kept(self, spans: list[Span], text: str, *, telling: bool) -> list[Span]:
        """The same for the findings of one text of a column whose name says nothing."""
        trimmed = (span._replace(end=_trimmed(text, span.start, span.end)) for span in spans)
        scored = (s._replace(score=self.score(text, *s[:2], s.score, named=False, telling=telling)) for s in trimmed)
        return [span for span in scored if span.score]

    def score(self, text: str, start: int, end: int, score: float, *, named: bool, telling: bool) -> float:
        """What a finding with a score of Presidio's counts; 0 for nothing."""
        value = text[start:end]
        scores = next(((near, alone) for form, near, alone in self._forms if form.fullmatch(value)), None)
        if scores is None or (self._rule.alone and _is_part(text, start, end)):
            return 0.0
        if any(pattern.search(value) for pattern in self._suppress):
            return 0.0
        if self._not_after and any(pattern.search(text[max(0, start - LABEL) : start]) for pattern in self._not_after):
            return 0.0
        if named or not self.nearby or self.nearby.near(text, start, end):
            return scores[0] or score
        return scores[1] if telling else 0.0


def _written(words: Iterable[str]) -> Iterator[str]:
    """Words as they stand in prose, in names of fields and in camel case: ``tax file``, ``tax_file``, ``taxfile``."""
    for word in words:
        yield from dict.fromkeys((word, word.replace(" ", "_"), word.replace(" ", "")))


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a finding without the white space that some patterns take along."""
    return start + len(text[start:end].rstrip())


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a finding is part of something longer: a number, a path, a version, a name."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    joined = before[-1:] in _BEFORE and (before[-1] not in _BETWEEN or before[:-1].isalnum())
    if before[-1:] == ".":  # of an abbreviation: ``Tel.030``
        joined = before[:-1].isdigit()
    return joined or (len(after) > 1 and after[0] in _AFTER and after[1].isalnum())
