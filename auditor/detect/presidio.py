"""Presidio's predefined English recognisers, one detector each, with exactly Presidio's results at more speed.

Id of a recogniser: ``presidio.`` + its class name without ``Recognizer`` in snake case + ``.v1``; ``UsSsnRecognizer``
is ``presidio.us_ssn.v1``. The table in :mod:`auditor.detect.recognisers` is explicit; a test holds it against the rule
and against Presidio.

A detector returns what ``AnalyzerEngine.analyze(score_threshold=0)`` returns of its recogniser; ``overlap.resolve``
over all of them gives the whole. Three things differ from Presidio, none of them in results:

- the prefilter says where a recogniser can match, and its patterns run over windows around those places;
- patterns run here and not in ``PatternRecognizer``, which skips a text that takes over 60 s and only logs it;
- words are looked up near a finding only when its score can still rise.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import regex

from auditor.detect import nlp, phones
from auditor.detect.context import AllWords, NearbyWords, Tokenizer, Words, enhance
from auditor.detect.info import DetectorInfo
from auditor.detect.overlap import without_contained
from auditor.detect.prefilter import Chars
from auditor.detect.recognisers import KNOWN, NAMES, NAMES_ID, Known
from auditor.detect.relax import marks
from auditor.detect.texts import Deadline, Distinct, Span, TextDetector, lose
from auditor.detect.windows import Window, edges, windows
from auditor.errors import AuditorError
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe

SHORT = 500
"""Characters that no pattern of Presidio needs long for, so that no clock has to be watched: none is exponential."""

_Raw = tuple[int, int, int, Span]
"""Value, byte where its window starts, character of the window's text that this is, and a result within that text."""


@dataclass
class _Column:
    """Analyses of the column at hand, by text."""

    texts: pa.Array | None = None
    nearby: dict[str, NearbyWords] = field(default_factory=dict)
    whole: dict[str, tuple[Words, list[Span]]] = field(default_factory=dict)


class Language:
    """The words of texts by one pipeline, shared by the detectors of a recipe and remembered for one column."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._held = _Column()

    def turn_to(self, column: TextColumn) -> None:
        """Forget the texts of other columns."""
        if self._held.texts is not column.texts:
            self._held = _Column(column.texts)

    @property
    def has_words(self) -> bool:
        """False where the recipe compares lemmas and the pipeline has none."""
        return self._recipe.names.engine == "spacy" or self._recipe.names.context == "words"

    def words(self, text: str) -> Words:
        """Words of a text."""
        if self._recipe.names.engine == "spacy":
            return self.analysed(text)[0]
        return self._held.nearby.setdefault(text, NearbyWords(text, self._tokenizer))

    def analysed(self, text: str) -> tuple[Words, list[Span]]:
        """Words and names of a text by the model of the recipe, computed once per column."""
        known = self._held.whole
        if text not in known:
            with self._engine.get_nlp(self._recipe.language).memory_zone():
                known[text] = self._analyse(text)
        return known[text]

    def _analyse(self, text: str) -> tuple[Words, list[Span]]:
        artifacts = self._engine.process_text(text, self._recipe.language)
        pairs = zip(artifacts.entities, artifacts.scores, strict=True)
        names = [Span(e.start_char, e.end_char, e.label_, score) for e, score in pairs if e.label_ in NAMES]
        return AllWords(artifacts.tokens), names

    @cached_property
    def _engine(self) -> Any:
        return nlp.engine(nlp.pipeline(self._recipe), self._recipe.language)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(lambda: nlp.pipeline(self._recipe))


REMEMBERED = 20_000
"""Windows whose results a recogniser keeps from batch to batch: columns of a table repeat their cells."""


class PresidioDetector(TextDetector):
    """One recogniser; ``find`` gives its raw results, context and duplicates are the same for all."""

    def __init__(self, known: Known, recogniser: Any, language: Language, seconds: float) -> None:
        self.id = known.id
        self.entities = frozenset({known.entity})
        self.need = known.need
        self._known, self._recogniser, self._language, self._seconds = known, recogniser, language, seconds
        self._context = tuple(word.lower() for word in recogniser.context or ())
        self._seen: dict[tuple[str, int, int], list[Span]] = {}  # raw results by window, from batch to batch
        edges(known.reach.alphabet)  # compiled now and not with the first text

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """See :class:`auditor.model.Detector`."""
        self._language.turn_to(column)
        return super().detect(column)

    def spans(self, text: str) -> list[Span]:
        """What the analyzer engine returns of this recogniser."""
        return self._enhanced(self.find(text, Deadline(self._seconds)), lambda: text)

    def found(self, texts: Distinct, column: TextColumn) -> Iterator[tuple[int, Span]]:
        """Findings by value: of whole texts as the base, else of windows."""
        yield from super().found(texts, column)
        scan = texts.scan(self.prefilter)
        raw = self._nearby(windows(scan.layout, scan.places(self.need), self._known.reach), texts, column)
        for value, spans in _placed(raw, scan.chars):
            for span in self._enhanced(spans, partial(texts.text, value)):
                yield value, span

    def _nearby(self, found: Iterable[Window], texts: Distinct, column: TextColumn) -> Iterator[_Raw]:
        """Raw results in windows, equal windows once; a text over budget is lost with all its windows."""
        if len(self._seen) > REMEMBERED:
            self._seen.clear()
        seen = self._seen
        for value, group in groupby(found, itemgetter(0)):
            deadline, results = Deadline(self._seconds), []
            held = list(group)
            try:
                for _, start, text, first, last in held:
                    deadline.check()
                    spans = seen.get((text, first, last))
                    if spans is None:
                        spans = seen[text, first, last] = self.find(text, deadline, first, last)
                    results += [(value, start, first, span) for span in spans]
            except TimeoutError:
                lose(texts, value, column)
                continue
            yield from results

    def _enhanced(self, raw: list[Span], text: Callable[[], str]) -> list[Span]:
        """Raw results of one text, free of duplicates, with their scores raised by context."""
        if not raw or not self._context or not self._language.has_words:
            return raw
        return without_contained(enhance(raw, lambda: self._language.words(text()), self._context))

    def find(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> list[Span]:
        """Raw results that begin from ``first`` to ``last``, as ``analyze`` gives them, none within another."""
        raise NotImplementedError


def _placed(raw: Iterable[_Raw], chars: Chars) -> Iterator[tuple[int, list[Span]]]:
    """Results of windows as spans of their texts, text by text."""
    results = list(raw)
    rows, starts = (np.fromiter((r[i] for r in results), np.int64, len(results)) for i in (0, 1))
    offsets = chars.of(rows, starts).tolist()
    for value, group in groupby(zip(results, offsets, strict=True), lambda pair: pair[0][0]):
        yield value, [_moved(span, offset - first) for (_, _, first, span), offset in group]


def _moved(span: Span, by: int) -> Span:
    return Span(span[0] + by, span[1] + by, span[2], span[3]) if by else span


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


def _holds(text: str, needed: tuple[str, ...]) -> bool:
    """Whether a text holds one character of each of ``needed``."""
    for either in needed:
        for mark in either:
            if mark in text:
                break
        else:
            return False
    return True


def _contains(held: Span, span: Span) -> bool:
    return held[0] <= span[0] and span[1] <= held[1] and held[3] >= span[3]


class _Patterns(PresidioDetector):
    """``PatternRecognizer.analyze``."""

    def __init__(self, known: Known, recogniser: Any, language: Language, seconds: float) -> None:
        super().__init__(known, recogniser, language, seconds)
        flags = recogniser.global_regex_flags
        self._patterns = [
            (regex.compile(factored(p.regex), flags), float(p.score), marks(p.regex)) for p in recogniser.patterns
        ]
        base, own = pattern_recogniser(), type(recogniser)
        self._judges = (own.validate_result, own.invalidate_result) != (base.validate_result, base.invalidate_result)

    def find(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> list[Span]:
        """See the base."""
        found: list[Span] = []
        timeout = self._seconds if len(text) > SHORT else None
        for compiled, score, needed in self._patterns:
            if not _holds(text, needed):
                continue
            spent.check()
            for match in compiled.finditer(text, first, timeout=timeout):
                if last is not None and match.start() >= last:
                    break
                if timeout:
                    spent.check()
                for span in self._results(match, score):
                    if not found or not _contains(found[-1], span):
                        found.append(span)
        return without_contained(found) if len(found) > 1 else found

    def _results(self, match: Any, score: float) -> list[Span]:
        """A match with its score: 1 or nothing by its checksum where it has one, nothing where it is ruled out."""
        start, end = match.span()
        if not self._judges:
            return [Span(start, end, self._known.entity, score)] if start < end else []
        value = match[0]
        valid = self._recogniser.validate_result(value)
        if valid is not None:
            score = 1.0 if valid else 0.0
        if score <= 0 or start == end or self._recogniser.invalidate_result(value):
            return []
        return [Span(start, end, self._known.entity, score)]


class _Iban(_Patterns):
    """``IbanRecognizer.analyze``: of a match the longest part with a valid checksum."""

    def _results(self, match: Any, score: float) -> list[Span]:
        for group in range(len(match.groups()), 0, -1):
            end = match.end(group) if match.end(group) > 0 else match.end()
            valid = self._recogniser.validate_result(match.string[match.start() : end])
            if valid or valid is None:
                return [Span(match.start(), end, self._known.entity, 1.0 if valid else score)]
        return []


class _Phone(PresidioDetector):
    """``PhoneRecognizer.analyze``."""

    def __init__(self, known: Known, recogniser: Any, language: Language, seconds: float) -> None:
        super().__init__(known, recogniser, language, seconds)
        if recogniser.leniency != phones.LENIENCY:
            raise AuditorError("this version of Presidio reads phone numbers in a way the auditor does not know")

    def find(self, text: str, spent: Deadline, first: int = 0, last: int | None = None) -> list[Span]:
        """See the base."""
        end = len(text) if last is None else last
        recogniser = self._recogniser
        found = phones.find(text, first, end, recogniser.supported_regions, spent)
        return without_contained(Span(start, stop, self._known.entity, recogniser.SCORE) for start, stop in found)


class _Names(TextDetector):
    """``SpacyRecognizer.analyze``: names by the model of the recipe."""

    id = NAMES_ID
    entities = frozenset(NAMES)

    def __init__(self, language: Language) -> None:
        self._language = language

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """See :class:`auditor.model.Detector`."""
        self._language.turn_to(column)
        return super().detect(column)

    def spans(self, text: str) -> list[Span]:
        """Names in one text."""
        return without_contained(self._language.analysed(text)[1])


def _offline() -> None:
    """Make ``tldextract`` use its bundled list of public suffixes: no network, no cache on disk."""
    from tldextract import tldextract

    tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


def registry() -> Any:
    """Presidio's default registry for English, quiet and offline."""
    nlp.silence()
    from presidio_analyzer import RecognizerRegistry

    _offline()
    made = RecognizerRegistry()
    made.load_predefined_recognizers(languages=["en"])
    nlp.silence()
    return made


def pattern_recogniser() -> Any:
    """Presidio's class, imported when it is needed."""
    from presidio_analyzer import PatternRecognizer

    return PatternRecognizer


def _kind(recogniser: Any) -> type[PresidioDetector]:
    """How a recogniser is run, by the way it analyses.

    Raises:
        AuditorError: for one that analyses in a way of its own, which a newer Presidio may bring.
    """
    base = pattern_recogniser()
    own = {"IbanRecognizer": _Iban, "PhoneRecognizer": _Phone}
    name = type(recogniser).__name__
    if name in own:
        return own[name]
    if isinstance(recogniser, base) and type(recogniser).analyze is base.analyze:
        return _Patterns
    raise AuditorError(f"this version of Presidio runs {name} in a way the auditor does not know; install 2.2.366")


def detectors(recipe: Recipe) -> list[TextDetector]:
    """One detector per recogniser, and one for names where the recipe has a model."""
    language, seconds = Language(recipe), recipe.limits.pattern_seconds
    by_class = {type(r).__name__: r for r in registry().recognizers}
    made: list[TextDetector] = [
        _kind(by_class[known.cls])(known, by_class[known.cls], language, seconds) for known in KNOWN
    ]
    return [*made, _Names(language)] if recipe.names.engine == "spacy" else made


def catalogue(recipe: Recipe) -> list[DetectorInfo]:
    """What ``auditor explain`` says of them, without loading Presidio."""
    infos = [
        DetectorInfo(known.id, known.title, (known.entity,), "presidio", facts=(f"Runs Presidio's {known.cls}.",))
        for known in KNOWN
    ]
    if recipe.names.engine == "spacy":
        fact = f"Runs Presidio's SpacyRecognizer over the model {recipe.names.model}."
        infos.append(DetectorInfo(NAMES_ID, "Names of persons, places and groups", NAMES, "names", facts=(fact,)))
    return infos
