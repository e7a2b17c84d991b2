"""Sentences: where they begin and end, their words, the frames among these, and the language.

Frames are the words of ``recipes/terms`` that say whether a sentence is about somebody (``my wife``, ``people``,
``was diagnosed with``). A sentence that holds terms of several entities is read once for all of them.
"""

import re
from bisect import bisect_left
from functools import cache, cached_property
from typing import Any, NamedTuple
from weakref import ref

from auditor.detect import spoken
from auditor.detect.texts import Distinct
from auditor.rules.terms import WORD, Forms, Patterns, forms, frames, plainly, term_files

SENTENCE = 200
"""Characters of a sentence that are looked at on each side of a key, up to twice as many."""

Words = tuple[str, ...]
Kind = tuple[str, str]
"""Language and kind of a frame, such as ``("en", "person")`` or ``("de", "RELIGION.claims")``."""

_TITLES = ("M", "Mr", "Mrs", "Ms", "Mme", "Dr", "Prof", "Sr", "Sra", "Sig", "Dott", "Hr", "Dhr", "Mevr", "Pt", "Pat")
_NO_TITLE = "".join(rf"(?<!\b{title}\.)" for title in (*_TITLES, *(title.lower() for title in _TITLES[1:])))
_END = re.compile(rf"[.!?…\n\r](?:(?<=[\n\r])|{_NO_TITLE}(?=[\s\"'»”)]))")
_YEAR = r"1[0-8]\d\d\b(?!\s?(?:mg|mcg|ml|kg|g|euro?|€|\$))"
_PAST = re.compile(
    rf"\b(?:in|im|en|em|nel|del|de|w|um|około|circa|anno|jahr[e]?|año|année|roku)\s{_YEAR}"
    rf"|\b\d{{1,2}}\.?\s(?:de\s|of\s)?[^\W\d_]{{3,12}}\s(?:de\s)?{_YEAR}",
    re.IGNORECASE,
)
"""A year of before 1900 as prose gives it: who is spoken of is no living person."""

_COLON = re.compile(r"(?:\s?\([^()\n]{0,30}\))?\s{0,2}[:=|\t]")
_ONE = re.compile(r"(?:\s?(?:(?:no|nr|id|num|n[º°]?)\b|#)[.:]?)?\s?[#:]?\s?\d|\s?[:(]", re.IGNORECASE)
"""Behind a label, and behind a role that means one person."""

_ARTICLES = {"pt": frozenset(("a", "o"))}
"""Words that stand before first names."""
_PARTICLES = frozenset(
    ("van", "den", "der", "de", "von", "zu", "da", "do", "dos", "das", "di", "della", "del", "la", "ten", "ter", "y")
)
"""Words of small letters within a name."""


class Mark(NamedTuple):
    """A frame in a sentence: from which word to before which."""

    first: int
    last: int


class Frames(NamedTuple):
    """All frames with the languages and kinds that know them."""

    kinds: dict[Words, tuple[Kind, ...]]
    lengths: dict[str, tuple[int, ...]]
    """How many words the frames have that begin with a word, the most first."""


class Sentence:
    """One sentence: ``words`` in lower case, and ``places``, where each begins and ends in ``raw``."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self.start, self.end = text, start, end
        self.raw = text[start:end]
        plain = plainly(self.raw)
        self.words: Words = tuple(WORD.findall(plain))
        self.places = [match.span() for match in WORD.finditer(plain)]

    def word_at(self, start: int) -> int | None:
        """Which word begins at a place of ``raw``."""
        n = bisect_left(self.places, (start,))
        return n if n < len(self.places) and self.places[n][0] == start else None

    def place(self, first: int, count: int) -> tuple[int, int]:
        """Where some words begin and end in ``raw``."""
        return self.places[first][0], self.places[first + count - 1][1]

    def between(self, one: int, other: int) -> str:
        """What stands between the end of a word and the start of a later one."""
        return self.raw[self.places[one][1] : self.places[other][0]]

    @cached_property
    def marks(self) -> dict[Kind, list[Mark]]:
        """Frames by language and kind, in order; of those that begin together the longest first."""
        found: dict[Kind, list[Mark]] = {}
        kinds, lengths = frame_index()
        for i, word in enumerate(self.words):
            for length in lengths.get(word, ()):
                frame = self.words[i : i + length]
                for kind in kinds.get(frame, ()) if len(frame) == length else ():
                    found.setdefault(kind, []).append(Mark(i, i + length))
        return found

    @cached_property
    def is_past(self) -> bool:
        """Whether it speaks of a year of before 1900."""
        return bool(_PAST.search(self.raw))

    def of(self, language: str, kind: str) -> list[Mark]:
        """Frames of one kind."""
        return self.marks.get((language, kind), [])

    @cached_property
    def languages(self) -> frozenset[str]:
        """Languages that the sentence may be in; a short one is judged with what stands around it."""
        text = self.raw
        if len(text) < 2 * spoken.FEWEST:
            text = self._text[max(0, self.start - 100) : self.end + 100]
        return frozenset(spoken.languages(text))

    @cached_property
    def likely(self) -> frozenset[str]:
        """Languages that have frames for the most words: what one knows of a short sentence."""
        covered: dict[str, set[int]] = {}
        for (language, _), marks in self.marks.items():
            covered.setdefault(language, set()).update(n for mark in marks for n in range(*mark))
        most = max(map(len, covered.values()), default=0)
        return frozenset(language for language, words in covered.items() if len(words) == most)

    def is_named(self, last: int) -> bool:
        """Whether the words before a word are part of a name: in capitals, and so is the next (Gay Talese)."""
        pair = self.places[last - 1 : last + 1]
        starts = [self.raw[start : start + 2] for start, _ in pair]
        parted = len(pair) < 2 or self.raw[pair[0][1] : pair[1][0]] != " "
        return not parted and all(start[:1].isupper() and start[1:].islower() for start in starts)

    def begins_with_name(self, before: int, language: str, terms: frozenset[str]) -> bool:
        """Whether nothing but one to three words in capitals stand before a word; a label (``Name:``) may."""
        label = self._labelled(before)
        if label + 1 < before and self.words[label] in _ARTICLES.get(language, ()):
            label += 1
        names = [n for n in range(label, before) if n == label or self.words[n] not in _PARTICLES]
        if not 1 <= len(names) <= 3 or self._is_known(self.words[names[0]], language, terms):
            return False
        return all(self.raw[start].isupper() and self.raw[start:end].isalpha() for start, end in self._at(names))

    def _at(self, numbers: list[int]) -> list[tuple[int, int]]:
        return [self.places[n] for n in numbers]

    @staticmethod
    def _is_known(word: str, language: str, terms: frozenset[str]) -> bool:
        """Whether a word is one of the language that may begin a sentence, or one of a term."""
        return word in terms or (word,) in _starters()[language] or word in _frame_starts()[language]

    def is_label(self, frame: Mark) -> bool:
        """Whether a colon or the like stands behind a frame."""
        return bool(_COLON.match(self.raw, self.places[frame.last - 1][1]))

    def is_noted(self, frame: Mark) -> bool:
        """Whether a frame begins what stands in brackets: *paid in cash (Mr Brown)*."""
        at = self.places[frame.first][0]
        return at > 0 and self.raw[at - 1] == "("

    def is_one(self, role: Mark) -> bool:
        """Whether a role means one person, by a number or a colon behind it: *employee no. 12*, *patient:*."""
        return bool(_ONE.match(self.raw, self.places[role.last - 1][1]))

    def full_name(self) -> int:
        """Two or three words in capitals at the beginning; 0 where there are fewer or more."""
        capitals = [self.raw[start].isupper() for start, _ in self.places[:4]]
        count = capitals.index(False) if False in capitals else len(capitals)
        return count if count in {2, 3} else 0

    def _labelled(self, before: int) -> int:
        """The word behind a label of one or two words before a word; the first where there is none."""
        return next((n for n in (2, 1) if n < before and ":" in self.between(n - 1, n)), 0)


def sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence begins and ends that holds a character; one without end is cut where its neighbours are."""
    block = at // SENTENCE
    low, high = max(0, (block - 1) * SENTENCE), min(len(text), (block + 2) * SENTENCE)
    for match in _END.finditer(text, low, at):
        low = match.end()
    ahead = _END.search(text, at, high)
    return low, ahead.start() if ahead else high


_KINDS = ("person", "possessive", "role", "generic", "topic", "negation", "ruled_out", "but", "joins", "as_a")


@cache
def frame_index() -> Frames:
    """All frames: those of ``frames.yaml`` and what each entity claims of a person."""
    known: dict[Words, list[Kind]] = {}

    def add(patterns: Patterns, language: str, kind: str) -> None:
        for form in forms(patterns):
            known.setdefault(form, []).append((language, kind))

    for language, own in frames().items():
        for kind in (
            "person",
            "possessive",
            "role",
            "generic",
            "topic",
            "negation",
            "ruled_out",
            "but",
            "joins",
            "as_a",
        ):
            add(getattr(own, kind), language, kind)
    for file in term_files():
        for language, held in file.languages.items():
            for kind in ("claims", "light", "after", "labels", "signs"):
                add(getattr(held, kind), language, f"{file.entity}.{kind}")
    lengths: dict[str, set[int]] = {}
    for frame in known:
        lengths.setdefault(frame[0], set()).add(len(frame))
    return Frames(
        {frame: tuple(kinds) for frame, kinds in known.items()},
        {word: tuple(sorted(some, reverse=True)) for word, some in lengths.items()},
    )


@cache
def _frame_starts() -> dict[str, frozenset[str]]:
    """The words that frames begin with, by language."""
    found: dict[str, set[str]] = {language: set() for language in frames()}
    for frame, kinds in frame_index().kinds.items():
        for language, _ in kinds:
            found[language].add(frame[0])
    return {language: frozenset(words) for language, words in found.items()}


@cache
def _starters() -> dict[str, Forms]:
    return {language: forms(own.starters) for language, own in frames().items()}


@cache
def denials() -> frozenset[str]:
    """Words that deny, in any language, for cells that are too short to have one."""
    return frozenset(form[0] for own in frames().values() for form in forms(own.negation) if len(form) == 1)


class Held:
    """The sentences of the column at hand, shared by its detectors; gone with the column."""

    column: Any = None
    sentences: dict[tuple[int, int, int], Sentence] = {}  # noqa: RUF012 - one for the process, as in texts

    @classmethod
    def of(cls, texts: Distinct) -> dict[tuple[int, int, int], Sentence]:
        """By value, start and end."""
        if cls.column is None or cls.column() is not texts:
            held: dict[tuple[int, int, int], Sentence] = {}
            cls.column, cls.sentences = ref(texts, lambda _: held.clear()), held
        return cls.sentences
