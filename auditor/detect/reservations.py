"""Reservations in ordinary words, against mining, training and scraping; ``recipes/reservations/prose.yaml``.

A sentence counts that speaks of the topic and reserves: by an act that says so (``we reserve``, ``you may not``), or by
a prohibition where it speaks of its own work (``this book``, ``our content``). What reports, asks, allows or says what
others may do reserves nothing. The finding is the sentence.

The prefilter finds keys of the topic; a sentence reaches at most :data:`SENTENCE` characters from its key, so what is
found depends on that much text and on no more. What a sentence comes to is remembered: terms of use repeat.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

import pyarrow as pa
import regex

from auditor.detect.derive import derive
from auditor.detect.info import DetectorInfo
from auditor.detect.prefilter import Need
from auditor.detect.search import Raw, Result, Search, look
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector
from auditor.detect.windows import Pieces, Reach
from auditor.model import TextColumn
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import Expressions, ProseRule, prose
from auditor.rules.terms import plainly

KINDS = {
    "rights.no_ai_training.v1": "Training of models prohibited in words",
    "rights.no_scraping.v1": "Terms against scraping and crawling",
    "rights.tdm_prose.v1": "Mining reserved in words",
}
"""Id and title, as in the file; so the catalogue does not read it (tested)."""

ENTITY = "TDM_OPT_OUT_PROSE"
SENTENCE = 320
"""Most characters of a sentence on either side of a key."""
_SLACK = 40  # characters beside it that may decide where it ends
_REMEMBERED = 1 << 12

_HEAD = re.compile(r"\\b([A-Za-z]{2,})(?![?*{|])")
_BLANK = regex.compile(r"\s")

_LEAD = regex.compile(r"[\s>*#/|\"'“”„«»(\[•·–—;:,.-]*")
_TAIL = " \t\r\n.!;:,\"'“”„«»)]*/\\|–—-"


def _joined(patterns: Iterable[str]) -> Any:
    return regex.compile("|".join(f"(?:{pattern})" for pattern in patterns), regex.IGNORECASE)


@cache
def _ends() -> Any:
    """Where a sentence ends: a full stop that no abbreviation has, a blank line, a tag, the item of a list."""
    short = rf"(?<!\b(?:{'|'.join(map(regex.escape, prose().abbreviations))}))"
    stop = rf"{short}[.!?](?=[\"'”’»)\]]{{0,2}}(?:\s|<|\\n|\Z))"
    tag = r"</?(?:p|div|br|li|ul|ol|h[1-6]|td|tr|section|footer)\b[^<>]{0,80}>"
    return regex.compile(rf"{stop}|\n[ \t]*\n|\n[ \t]*[-*•][ \t]|\\n\\n|{tag}")


class _Language(NamedTuple):
    """What one language asks of a sentence."""

    name: str
    all: tuple[Any, ...]
    acts: Any
    forbids: Any
    own: Any
    denies: Any

    def reserves(self, sentence: str) -> bool:
        """Whether a sentence does."""
        if not all(pattern.search(sentence) for pattern in self.all):
            return False
        acts = self.acts.search(sentence) or (
            self.forbids and self.own and self.forbids.search(sentence) and self.own.search(sentence)
        )
        return bool(acts) and not self.denies.search(sentence)


def _languages(rule: ProseRule) -> Iterator[_Language]:
    for name, topic in rule.topics.items():
        voice = prose().voices[name]
        every = tuple(regex.compile(pattern, regex.IGNORECASE) for pattern in topic.all)
        forbids, own = _maybe(voice.forbids), _maybe(voice.own)
        yield _Language(name, every, _joined(voice.acts), forbids, own, _joined(voice.denies))


def _maybe(patterns: Expressions) -> Any:
    return _joined(patterns) if patterns else None


def _head(key: str) -> str:
    """The letters that every match of a key begins with; empty where that cannot be told."""
    match = _HEAD.match(key)
    return match[1].lower() if match else ""


class ProseSearch(Search):
    """Sentences of one kind."""

    def __init__(self, rule: ProseRule) -> None:
        self._rule = rule
        keys = sorted({key for topic in rule.topics.values() for key in topic.keys})
        derived = derive(keys, regex.IGNORECASE)
        if not all(map(_head, keys)):
            raise ValueError(f"{rule.id}: every key begins with the border of a word and two letters of ASCII")
        if not derived or not derived.expressions:
            raise ValueError(f"{rule.id}: a key is too loose for a scan; give one with a word of three letters")
        self._keys = keys
        self.need = Need(derived.gate, derived.expressions, windowed=True, folds=derived.folds)
        far = SENTENCE + _SLACK + derived.chars
        self.reach = Reach(r"\x00", separator="", before=far, after=far)

    @cached_property
    def _by_head(self) -> dict[str, Any]:
        """Keys by the letters that they begin with: these are looked for first, for that is faster."""
        heads: dict[str, list[str]] = {}
        for key in self._keys:
            heads.setdefault(_head(key), []).append(key)
        return {head: _joined(keys) for head, keys in heads.items()}

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where keys begin and end in a text."""
        plain, found = plainly(text), set[tuple[int, int]]()
        for head, keys in self._by_head.items():
            at = plain.find(head)
            while at >= 0:
                match = keys.match(text, at)
                if match:
                    found.add(match.span())
                at = plain.find(head, at + 1)
        return iter(sorted(found))

    @cached_property
    def language(self) -> Any:
        """The language in which a sentence reserves; empty where it does not."""
        known = tuple(_languages(self._rule))

        def said(sentence: str) -> str:
            return next((language.name for language in known if language.reserves(sentence)), "")

        return lru_cache(_REMEMBERED)(said)

    def alone(
        self,
        text: str,
        spent: Deadline,
        first: int = 0,  # noqa: ARG002 - the window begins before every sentence of its keys
        last: int | None = None,
    ) -> Iterator[Result]:
        """See the base."""
        last, done = len(text) if last is None else last, set[tuple[int, int]]()
        for key in self._found(text):
            spent.check()
            start, end = _sentence(text, *key)
            if (start, end) in done or start >= last or end <= start:
                continue
            done.add((start, end))
            if self.language(text[start:end]):
                yield start, end, self._rule.score

    def told(self, cut: Pieces, raw: Raw) -> tuple[Raw, pa.Array]:
        """See the base."""
        texts = cut.texts.take(pa.array(raw.pieces)).to_pylist()
        places = zip(texts, raw.starts.tolist(), raw.ends.tolist(), strict=True)
        return raw, pa.array([self.detail(text[start:end]) for text, start, end in places], pa.string())

    def detail(self, sentence: str) -> str:
        """What is told of a sentence."""
        return json.dumps({"kind": self._rule.kind, "language": self.language(sentence)}, sort_keys=True)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence around a key begins and ends, without its last full stop."""
    low, high = max(0, start - SENTENCE), min(len(text), end + SENTENCE)
    begin = _word(text, low)
    for match in _ends().finditer(text, low, start):
        begin = match.end()
    match = _ends().search(text, end, high)
    stop = match.start() + (match[0] == "?") if match else _back(text, high)
    begin = _LEAD.match(text, begin, max(begin, start)).end()
    while stop > end and text[stop - 1] in _TAIL:
        stop -= 1
    return begin, stop


def _word(text: str, place: int) -> int:
    """The start of the next word, where a place may be within one."""
    if not place:
        return 0
    match = _BLANK.search(text, place - 1)
    return match.end() if match else len(text)


def _back(text: str, place: int) -> int:
    """The end of the last word before a place that may be within one."""
    while place < len(text) and not text[place].isspace():
        place -= 1
    return place


class ProseDetector(TextDetector):
    """One kind of reservation in words."""

    entities = frozenset({ENTITY})

    def __init__(self, id_: str, seconds: float) -> None:
        self.id = id_
        self._seconds = seconds
        self._search = ProseSearch(next(rule for rule in prose().rules if rule.id == id_))
        self.need = self._search.need

    def spans(self, text: str) -> Iterator[Span]:
        """Findings of one text, wherever its keys stand."""
        for start, end, score in self._search.alone(text, Deadline(self._seconds)):
            yield Span(start, end, ENTITY, score, self._search.detail(text[start:end]))

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value; see :class:`TextDetector`."""
        return look(self._search, ENTITY, texts, texts.scan(self.prefilter), column, self._seconds)


def detectors(recipe: Recipe) -> Iterable[ProseDetector]:
    """One for every kind."""
    return [ProseDetector(name, recipe.limits.pattern_seconds) for name in KINDS]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of them."""
    return [
        DetectorInfo(
            id=name,
            title=title,
            entities=(ENTITY,),
            engine="terms",
            facts=(
                "Sentences in English, German, French, Spanish and Italian: recipes/reservations/prose.yaml.",
                "Whether such words count as machine-readable is contested, so they are an entity of their own.",
            ),
            false_positives="Reports on the terms of others.",
        )
        for name, title in KINDS.items()
    ]
