"""Presidio's predefined English recognisers, one detector each, with exactly Presidio's results at more speed.

Id of a recogniser: ``presidio.`` + its class name without ``Recognizer`` in snake case + ``.v1``; ``UsSsnRecognizer``
is ``presidio.us_ssn.v1``. The table in :mod:`auditor.detect.recognisers` is explicit; a test holds it against the rule
and against Presidio.

A detector returns what ``AnalyzerEngine.analyze(score_threshold=0)`` returns of its recogniser; ``overlap.resolve``
over all of them gives the whole. Three things differ from Presidio, none of them in results:

- a gate in Arrow passes over texts that cannot match, and URL and e-mail patterns run only over the chunks that hold
  a dot or an ``@`` (their matches never hold whitespace, and nothing in them looks across it);
- patterns run here and not in ``PatternRecognizer``, which skips a text that takes over 60 s and only logs it;
- words are looked up near a finding only when its score can still rise.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import regex

from auditor.detect import nlp, phones
from auditor.detect.context import AllWords, NearbyWords, Tokenizer, Words, enhance
from auditor.detect.info import DetectorInfo
from auditor.detect.overlap import without_contained
from auditor.detect.recognisers import KNOWN, NAMES, NAMES_ID, Known
from auditor.detect.texts import Deadline, Distinct, Span, TextDetector
from auditor.errors import AuditorError
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe


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

    def words(self, text: str) -> Words | None:
        """Words of a text; None where the recipe compares lemmas and the pipeline has none."""
        if self._recipe.names.engine == "spacy":
            return self.analysed(text)[0]
        if self._recipe.names.context == "lemmas":
            return None
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


class PresidioDetector(TextDetector):
    """One recogniser; ``find`` gives its raw results, context and duplicates are the same for all."""

    def __init__(self, known: Known, recogniser: Any, language: Language, seconds: float) -> None:
        self.id = known.id
        self.entities = frozenset({known.entity})
        self._known, self._recogniser, self._language, self._seconds = known, recogniser, language, seconds
        self._context = tuple(word.lower() for word in recogniser.context or ())

    def candidates(self, texts: Distinct) -> pa.Array:
        """Values that pass the gate."""
        return texts.passing(self._known.gate)

    def detect(self, column: TextColumn) -> pa.RecordBatch:
        """See :class:`auditor.model.Detector`."""
        self._language.turn_to(column)
        return super().detect(column)

    def spans(self, text: str) -> list[Span]:
        """What the analyzer engine returns of this recogniser."""
        raw = list(self.find(text))
        if not raw or not self._context:
            return without_contained(raw)
        return without_contained(enhance(raw, lambda: self._language.words(text), self._context))

    def find(self, text: str) -> Iterable[Span]:
        """Raw results, as the recogniser's ``analyze`` gives them."""
        raise NotImplementedError


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


class _Patterns(PresidioDetector):
    """``PatternRecognizer.analyze``."""

    def __init__(self, known: Known, recogniser: Any, language: Language, seconds: float) -> None:
        super().__init__(known, recogniser, language, seconds)
        flags = recogniser.global_regex_flags
        self._patterns = [(regex.compile(factored(p.regex), flags), float(p.score)) for p in recogniser.patterns]
        self._chunk = regex.compile(known.chunk) if known.chunk else None

    def find(self, text: str) -> list[Span]:
        """See the base."""
        deadline = Deadline(self._seconds)
        found = [span for offset, chunk in self._chunks(text) for span in self._matches(chunk, offset, deadline)]
        return without_contained(found)

    def _chunks(self, text: str) -> Iterator[tuple[int, str]]:
        if self._chunk is None:
            yield 0, text
            return
        for chunk in _CHUNK.finditer(text):
            if self._chunk.search(chunk[0]):
                yield chunk.start(), chunk[0]

    def _matches(self, text: str, offset: int, deadline: Deadline) -> Iterator[Span]:
        for compiled, score in self._patterns:
            deadline.check()
            for match in compiled.finditer(text, timeout=self._seconds):
                deadline.check()
                judged = self._judged(match[0], score)
                if judged > 0:
                    yield Span(offset + match.start(), offset + match.end(), self._known.entity, judged)

    def _judged(self, value: str, score: float) -> float:
        """Score of a match: 1 or 0 by its checksum where it has one, 0 where it is ruled out."""
        if not value:
            return 0.0
        valid = self._recogniser.validate_result(value)
        if valid is not None:
            score = 1.0 if valid else 0.0
        return 0.0 if self._recogniser.invalidate_result(value) else score


_CHUNK = regex.compile(r"\S+")


class _Iban(_Patterns):
    """``IbanRecognizer.analyze``: of a match the longest part with a valid checksum."""

    def _matches(self, text: str, offset: int, deadline: Deadline) -> Iterator[Span]:
        for compiled, score in self._patterns:
            for match in compiled.finditer(text, timeout=self._seconds):
                deadline.check()
                yield from self._longest(text, offset, match, score)

    def _longest(self, text: str, offset: int, match: Any, score: float) -> Iterator[Span]:
        for group in range(len(match.groups()), 0, -1):
            end = match.end(group) if match.end(group) > 0 else match.end()
            valid = self._recogniser.validate_result(text[match.start() : end])
            if valid or valid is None:
                yield Span(offset + match.start(), offset + end, self._known.entity, 1.0 if valid else score)
                return


class _Phone(PresidioDetector):
    """``PhoneRecognizer.analyze``."""

    def find(self, text: str) -> list[Span]:
        """See the base."""
        recogniser = self._recogniser
        found = phones.find(text, recogniser.supported_regions, recogniser.leniency, self._seconds)
        return without_contained(Span(start, end, self._known.entity, recogniser.SCORE) for start, end in found)


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


def _kind(recogniser: Any) -> type[PresidioDetector]:
    """How a recogniser is run, by the way it analyses.

    Raises:
        AuditorError: for one that analyses in a way of its own, which a newer Presidio may bring.
    """
    from presidio_analyzer import PatternRecognizer

    own = {"IbanRecognizer": _Iban, "PhoneRecognizer": _Phone}
    name = type(recogniser).__name__
    if name in own:
        return own[name]
    if isinstance(recogniser, PatternRecognizer) and type(recogniser).analyze is PatternRecognizer.analyze:
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
