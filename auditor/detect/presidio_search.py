"""Presidio's recognisers at work: with exactly its results, over windows around what the prefilter has hit.

A detector returns what ``AnalyzerEngine.analyze(score_threshold=0)`` returns of its recogniser; ``overlap.resolve``
over all of them gives the whole. Three things differ from Presidio, none of them in results:

- the prefilter says where a recogniser can match, and its patterns run over windows around those places;
- patterns run here and not in ``PatternRecognizer``, which skips a text that takes over 60 s and only logs it;
- words are looked up near a finding only when its score can still rise.

A recipe that is ``curated`` has the findings judged (:mod:`auditor.detect.curated`) in place of Presidio's context, and
looks for what needs a word around these words.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import regex

from auditor.detect import phone_forms, phones
from auditor.detect.context import enhance
from auditor.detect.curated import Curator
from auditor.detect.language import Language
from auditor.detect.nearby import Nearby
from auditor.detect.overlap import kept, without_contained
from auditor.detect.prefilter import Need, Scan
from auditor.detect.recognisers import Known
from auditor.detect.search import Judge, Regexes, Result, Search, look
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector
from auditor.errors import AuditorError
from auditor.model import TextColumn
from auditor.rules.curation import Curation


class PresidioDetector(TextDetector):
    """One recogniser; context and duplicates are the same for all."""

    def __init__(
        self,
        known: Known,
        recogniser: Any,
        language: Language,
        seconds: float,
        rule: Curation | None = None,
        countries: Sequence[str] = (),
    ) -> None:
        self.id = known.id
        self.entities = frozenset({known.entity})
        self._known, self._recogniser, self._language, self._seconds = known, recogniser, language, seconds
        self._context = tuple(word.lower() for word in recogniser.context or ())
        self._rule, self._curator, self._countries = rule, Curator(rule) if rule else None, countries
        self._aware = bool(self._context) and language.has_words and not rule
        self.nearby = self._curator.names if self._curator else Nearby(())
        made = self.made()
        if self._curator:
            made = [search for each in made for search in self._curator.sought(each)]
        self.searches = tuple(made)

    def made(self) -> Sequence[Search]:
        """What the recogniser looks for."""
        raise NotImplementedError

    @property
    def needs(self) -> tuple[Need, ...]:
        """See the base."""
        return tuple(search.need for search in self.searches)

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """See :class:`auditor.model.Detector`."""
        self._language.turn_to(column)
        return super().detect(column)

    def is_about(self, path: str) -> bool:
        """Whether the name of a column holds a word that the findings need: that is one for all its cells."""
        return self.nearby.names(path)

    def spans(self, text: str) -> list[Span]:
        """What the analyzer engine returns of this recogniser, or what is left of it."""
        deadline, found = Deadline(self._seconds), list[Span]()
        for search in self.searches:
            last = _last(search, text)
            results = [result for result in search.alone(text, deadline) if last is None or result[0] <= last]
            spans = without_contained(Span(start, end, self._known.entity, score) for start, end, score in results)
            found += self._curator.kept(spans, text, telling=search.telling) if self._curator else spans
        return self._enhanced(without_contained(found), lambda: text)

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value, of windows; in a column that is called so, of whole texts."""
        scan, named = texts.scan(self.prefilter), self.is_about(column.path)
        parts = [self._of(search, scan, texts, column, named=named) for search in self.searches]
        found = parts[0]
        for part in parts[1:]:
            found = found.joined(part)
        if len(parts) > 1:
            found = found.take(kept(*found[:4]))
        return Found.of(list(self._in_context(found, texts))) if self._aware else found

    def _of(self, search: Search, scan: Scan, texts: Distinct, column: TextColumn, *, named: bool) -> Found:
        need = Need() if named and not search.telling else None
        found = look(search, self._known.entity, texts, scan, column, self._seconds, need)
        found = _before(search, found, texts) if search.later else found
        if not self._curator:
            return found
        return self._curator.judged(found, texts, named=named, telling=search.telling)

    def _in_context(self, found: Found, texts: Distinct) -> Iterator[tuple[int, Span]]:
        """Findings with their scores raised by context, text by text."""
        columns = (column.tolist() for column in found[:4])
        for value, group in groupby(sorted(zip(*columns, strict=True)), itemgetter(0)):
            raw = [Span(start, end, self._known.entity, score) for _, start, end, score in group]
            for span in self._enhanced(raw, partial(texts.text, value)):
                yield value, span

    def _enhanced(self, raw: list[Span], text: Callable[[], str]) -> list[Span]:
        """Raw results of one text, free of duplicates, with their scores raised by context."""
        if not raw or not self._aware:
            return raw
        return without_contained(enhance(raw, lambda: self._language.words(text()), self._context))


def _last(search: Search, text: str) -> int | None:
    """Where results of a search may begin at the latest, for what must come later; None for anywhere."""
    matches = [later.search(text) for later in search.later]
    return min((match.start() if match else -1 for match in matches), default=None)


def _before(search: Search, found: Found, texts: Distinct) -> Found:
    """Findings that what must come later does come after."""
    values, which = np.unique(found.values, return_inverse=True)
    lasts = np.array([_last(search, texts.text(value)) for value in values.tolist()], np.int64)
    return found.take(np.flatnonzero(found.starts <= lasts[which])) if len(values) else found


_LATER = re.compile(r"\(\?=\.\*\??(\[(?:[^\]\\]|\\.)+\](?:\{\d+\})?)\)")
_OPENING = re.compile(r"(?:\\b|\((?!\?))*")


def without_later(pattern: str, flags: int) -> tuple[str, tuple[str, ...]]:
    """A pattern without the look-aheads to anywhere later that it begins with, and what they look for.

    ``\\b((?=.*?[0-9]{4})\\w{10})`` matches where ``\\b(\\w{10})`` does and four digits begin there or later.
    What is looked for has one length, so that the last place where it begins is known by looking from the end.
    """
    opening = _OPENING.match(pattern)
    at = opening.end() if opening and flags & regex.DOTALL else 0
    end, sought = at, []
    while match := _LATER.match(pattern, end) if at else None:
        end = match.end()
        sought.append(match[1])
    return pattern[:at] + pattern[end:], tuple(sought)


class Patterns(PresidioDetector):
    """``PatternRecognizer.analyze``."""

    def made(self) -> Sequence[Search]:
        """Patterns with equal look-aheads together, and those that may count without a word nearby apart."""
        flags, rule = self._recogniser.global_regex_flags, self._rule
        groups = dict[tuple[tuple[str, ...], bool], list[tuple[str, float]]]()
        for pattern in self._recogniser.patterns:
            if rule and pattern.score < rule.least:
                continue
            text, later = without_later(pattern.regex, flags)
            telling = not rule or (rule.counts_alone and pattern.score >= rule.valid_from)
            groups.setdefault((later, telling), []).append((text, float(pattern.score)))
        searches = [Regexes(patterns, flags, self._seconds, self.judge()) for patterns in groups.values()]
        for search, (later, telling) in zip(searches, groups, strict=True):
            search.later = tuple(regex.compile(f"(?r){sought}", flags) for sought in later)
            search.telling = telling
        return searches

    def judge(self) -> Judge | None:
        """What a match comes to where the recogniser has a say in it."""
        from presidio_analyzer import PatternRecognizer as base  # noqa: N813

        own = type(self._recogniser)
        says = (own.validate_result, own.invalidate_result) != (base.validate_result, base.invalidate_result)
        return self._judged if says else None

    def _judged(self, match: Any, score: float) -> list[Result]:
        """1 or nothing by its checksum where it has one, nothing where it is ruled out."""
        (start, end), value = match.span(), match[0]
        valid = self._recogniser.validate_result(value)
        if valid is not None:
            score = 1.0 if valid else 0.0
        if score <= 0 or start == end or self._recogniser.invalidate_result(value):
            return []
        return [(start, end, score)]


class Iban(Patterns):
    """``IbanRecognizer.analyze``: of a match the longest part with a valid checksum."""

    def judge(self) -> Judge:
        """See the base."""
        return self._judged

    def _judged(self, match: Any, score: float) -> list[Result]:
        for group in range(len(match.groups()), 0, -1):
            end = match.end(group) if match.end(group) > 0 else match.end()
            valid = self._recogniser.validate_result(match.string[match.start() : end])
            if valid or valid is None:
                return [(match.start(), end, 1.0 if valid else score)]
        return []


class Phone(PresidioDetector):
    """``PhoneRecognizer.analyze``."""

    def made(self) -> Sequence[Search]:
        """See the base."""
        if self._recogniser.leniency != phones.LENIENCY:
            raise AuditorError("this version of Presidio reads phone numbers in a way the auditor does not know")
        regions, score = self._recogniser.supported_regions, self._recogniser.SCORE
        if self._rule:
            return phone_forms.curated(phone_forms.regions(self._countries) or tuple(regions), score)
        return [phones.Numbers(regions, score, self.is_one)]

    def is_one(self, match: Any) -> bool:  # noqa: ARG002
        """Whether a ``PhoneNumberMatch`` is what the recogniser looks for."""
        return True


class LinePhone(Phone):
    """``ZaPhoneNumberRecognizer.analyze``: numbers of one country and of one kind of line."""

    def is_one(self, match: Any) -> bool:
        """See the base."""
        from phonenumbers import region_code_for_number

        recogniser = self._recogniser
        own: bool = region_code_for_number(match.number) == recogniser.REGION
        return own and recogniser._classify(match.number) == recogniser.target_classification
