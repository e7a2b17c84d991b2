"""The terms of one entity, and where they may stand in a text.

One word of each term is its *key*. The prefilter finds keys: by themselves where a key is a term, or else together
with the word of the term that stands next to it, for keys like ``back`` (``back pain``) are in every text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from auditor import assets
from auditor.cache import key as digest
from auditor.detect import gates
from auditor.detect.derive import remembered
from auditor.detect.sentences import Sentence, Words
from auditor.rules import terms
from auditor.rules.terms import WORD, Class, TermFile, plainly, term_files

_STEM, _ENDING = 6, 4  # letters that words must share to be one expression, and most that follow
_SHORT = 5  # letters up to which a key is looked for as a whole word
_GROUP = 40  # keys in one expression
_TOLD = re.compile("[ -~]{3}")
_BETWEEN = re.compile(r"\.?[\s\u00a0'’\-‐‑]{1,2}|\.")
_APART = 3  # characters between two words of a term, as in _BETWEEN
_GAP = ".{1,7}"  # Hyperscan: at least _BETWEEN, in bytes


class Term(NamedTuple):
    """One form of a term: its words, which of them is the key, its class by language, whether in capitals only."""

    words: Words
    key: int
    classes: dict[str, Class]
    capitals: bool
    ambiguous: bool
    """Whether it is a word of everyday in all its languages."""


class Word(NamedTuple):
    """A word of a text, in lower case."""

    start: int
    end: int
    word: str


class Lexicon:
    """The terms of one entity by their keys."""

    def __init__(self, file: TermFile) -> None:
        known, capitals = file.terms(), file.capitals()
        often = Counter(word for form in known if len(form) > 1 for word in form)
        self.by_key: dict[str, list[Term]] = {}
        for form, classes in known.items():
            key = max(range(len(form)), key=lambda n: (form[n : n + 1] in known, len(form[n]) > 3, -often[form[n]]))
            ambiguous = set(classes.values()) == {"ambiguous"}
            self.by_key.setdefault(form[key], []).append(Term(form, key, dict(classes), form in capitals, ambiguous))
        for held in self.by_key.values():
            held.sort(key=lambda term: (-len(term.words), term.words))
        self.heads = frozenset(form[0] for form in known)
        self.near = file.near

    @cached_property
    def _alone(self) -> frozenset[str]:
        """Keys that are terms by themselves."""
        return frozenset(key for key, held in self.by_key.items() if len(held[-1].words) == 1)

    @cached_property
    def _pairs(self) -> dict[str, set[str]]:
        """Words that stand next to the keys that are no terms, with the words that follow them; one pair per term."""
        found: dict[str, set[str]] = {}
        for key, held in self.by_key.items():
            for term in () if key in self._alone else held:
                second = term.key or 1
                found.setdefault(term.words[second - 1], set()).add(term.words[second])
        return found

    @cached_property
    def _followers(self) -> frozenset[str]:
        """Words at whose end a hit may stand that means the key before them."""
        keyless = (term for key, held in self.by_key.items() if key not in self._alone for term in held if not term.key)
        return frozenset(term.words[1] for term in keyless)

    def keys(self, text: str, ends: Iterable[int]) -> Iterator[Word]:
        """The words in which ascending places end, and those before them that they may mean; each once."""
        last = 0
        for at in ends:
            found = _word_around(text, at) if at > last else None
            if found is None:
                continue
            before = _word_before(text, found.start) if found.word in self._followers else None
            if before is not None and before.start >= last:
                yield before
            last = found.end
            yield found

    def at(self, said: Sentence, key: int) -> Iterator[tuple[Term, int]]:
        """The terms with their key at a word, the longest first, and their first word."""
        for term in self.by_key.get(said.words[key], ()):
            first = key - term.key
            last = first + len(term.words)
            if first < 0 or said.words[first:last] != term.words:
                continue
            if not all(_BETWEEN.fullmatch(said.between(n, n + 1)) for n in range(first, last - 1)):
                continue
            if not term.capitals or said.raw[said.places[first][0] : said.places[last - 1][1]].isupper():
                yield term, first

    @cached_property
    def literals(self) -> tuple[list[str], list[str]]:
        """Hyperscan for every key, those with a literal that it can jump by apart from the others."""
        parts = list(_parts(self._alone))
        for first, seconds in sorted(self._pairs.items()):
            parts += [(max(first, second, key=len), _part(first) + _GAP + e) for second, e in _parts(seconds)]
        told, others = ([e for key, e in parts if bool(_TOLD.search(key)) == wanted] for wanted in (True, False))
        return told, others

    def expressions(self) -> tuple[str, ...]:
        """Large alternations; what Hyperscan cannot jump by is one for all entities (see ``databases.groups``)."""
        told, others = self.literals
        groups = [told[n : n + _GROUP] for n in range(0, len(told), _GROUP)]
        return (*("(?:" + "|".join(group) + ")" for group in groups), *([_others()] if others else ()))


@cache
def lexicon(file_id: str) -> Lexicon:
    """The terms of a file."""
    return Lexicon(next(file for file in term_files() if file.id == file_id))


def expressions(file_id: str) -> tuple[str, ...]:
    """:meth:`Lexicon.expressions`, kept on disk for as long as terms and code are the same."""
    return tuple(remembered((file_id, _sources()), lambda: lexicon(file_id).expressions()))


@cache
def _sources() -> str:
    files = [*sorted((assets.recipes() / "terms").glob("*.yaml")), Path(__file__), Path(terms.__file__)]
    return digest(*(file.read_bytes() for file in files))


@cache
def _others() -> str:
    """The keys of all entities that hold no literal of three letters."""
    found = {part for file in term_files() for part in lexicon(file.id).literals[1]}
    return "(?:" + "|".join(sorted(found)) + ")"


def _parts(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words, or what several of them begin with, and Hyperscan for each."""
    ordered = sorted(words)
    yield from ((word, _part(word)) for word in ordered if len(word) <= _SHORT)
    yield from ((stem, gates.coded(stem)) for stem in stems(word for word in ordered if len(word) > _SHORT))


def _part(word: str) -> str:
    if len(word) > _SHORT:
        return gates.coded(word)
    before, after = (r"\b" if word[at].isascii() else "" for at in (0, -1))
    return before + gates.coded(word) + after


def stems(keys: Iterable[str]) -> Iterator[str]:
    """What ordered words begin with, one beginning for those that differ in their endings."""
    for _, group in groupby(keys, key=lambda key: key[:_STEM]):
        held: list[str] = []
        for key in group:
            common = len(_common(held[0], key)) if held else 0
            if held and (common < _STEM or max(map(len, [*held, key])) - common > _ENDING):
                yield _common(held[0], held[-1])
                held = []
            held.append(key)
        yield _common(held[0], held[-1])


def _common(one: str, other: str) -> str:
    """What two words begin with."""
    length = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    return min(one, other, key=len) if length is None else one[:length]


def every_word(text: str) -> Iterator[Word]:
    """All words of a text."""
    return (Word(*match.span(), match[0]) for match in WORD.finditer(plainly(text)))


def _word_around(text: str, at: int) -> Word | None:
    """The word that a place stands in, or right behind."""
    start = at
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    match = WORD.match(text, start)
    return Word(start, match.end(), plainly(match[0])) if match else None


def _word_before(text: str, start: int) -> Word | None:
    """The word before another one, where no more stands between them than in a term."""
    at = start
    while at and start - at < _APART and not (text[at - 1].isalnum() or text[at - 1] == "_"):
        at -= 1
    return _word_around(text, at) if at < start else None
