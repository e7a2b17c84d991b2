"""Special categories and crime: terms of ``recipes/terms/*.yaml`` and what in their sentence links them to a person.

The prefilter finds the *key* of every term, one of its words; what stands around a key decides. A term beside a claim
(``was diagnosed with``) is strong or worth a look, near a person worth a look, by itself or negated weak; a word of
everyday counts beside a claim only. In a column whose name says so a short cell is about the person of its row.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple
from weakref import ref

import numpy as np

from auditor import assets
from auditor.detect import disk_cache, gates, spoken
from auditor.detect.derive import remembered
from auditor.detect.info import DetectorInfo
from auditor.detect.prefilter import Need
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector, lose
from auditor.model import TextColumn
from auditor.rules import terms
from auditor.rules.recipe import Recipe
from auditor.rules.terms import (
    LANGUAGES,
    WORD,
    Class,
    Forms,
    Patterns,
    TermFile,
    columns,
    forms,
    frames,
    plainly,
    term_files,
    words,
)  # fmt: skip

KINDS = {
    "special.biometric.v1": ("BIOMETRIC", "Biometric data of a person"),
    "special.criminal_record.v1": ("CRIMINAL_RECORD", "Convictions, offences and charges of a person"),
    "special.genetic.v1": ("GENETIC", "Genetic data of a person"),
    "special.health_condition.v1": ("HEALTH_CONDITION", "Diseases, disabilities and treatments of a person"),
    "special.medication.v1": ("MEDICATION", "Medicines that a person takes"),
    "special.political_opinion.v1": ("POLITICAL_OPINION", "Political opinions of a person"),
    "special.race_ethnicity.v1": ("RACE_ETHNICITY", "Racial or ethnic origin of a person"),
    "special.religion.v1": ("RELIGION", "Religion of a person"),
    "special.sexual_orientation.v1": ("SEXUAL_ORIENTATION", "Sexual orientation of a person"),
    "special.trade_union.v1": ("TRADE_UNION", "Membership of a trade union"),
}
"""Id, entity and title, as in the files; so the catalogue reads none of them (tested)."""

Link = str
SCORES: dict[Link, dict[Class, float]] = {
    "claim": {"strong": 0.85, "plain": 0.75, "ambiguous": 0.6},
    "said": {"strong": 0.75, "plain": 0.65, "ambiguous": 0.5},  # has, is… behind a person
    "owned": {"strong": 0.7, "plain": 0.6},  # my, her…
    "near": {"strong": 0.55, "plain": 0.5},
    "name": {"strong": 0.5, "plain": 0.5},  # a name for all one knows
    "column": {"strong": 0.7, "plain": 0.7, "ambiguous": 0.6},
    "cell": {"strong": 0.6, "plain": 0.6},  # part of a short cell of such a column
    "none": {"strong": 0.3, "plain": 0.3},
    "negated": {"strong": 0.3, "plain": 0.3},
}
"""What a term of a class comes to under a link; nothing where the class is missing."""

SENTENCE = 200
"""Characters of a sentence that are looked at on each side of a key, up to twice as many."""
CLAIM, TIGHT, NEAR, NO = 6, 2, 10, 4
"""Words between a claim and its term, the same for words of everyday, from a person, and from a negation."""
BESIDE = 40
"""Characters beside a key in which the next word of its term ends."""
CELL = 80
"""Most characters of a cell that is a value rather than prose."""
EVERYWHERE = 6
"""Languages that have a term from which on it is the same in all."""

_END = re.compile(r"[.!?…](?=[\s\"'»”)])|[\n\r]")
_STEM, _ENDING = 6, 4  # letters that words must share to be one expression, and most that follow
_SHORT = 5  # letters up to which a key is looked for as a whole word
_GROUP = 40  # keys in one expression
_TOLD = re.compile("[ -~]{3}")
_APART = re.compile(r"[,;/|+&\n]|\s-\s")
_CLAUSE = re.compile("[,;:]")
_BETWEEN = re.compile(r"[\s\u00a0'’\-‐‑]{1,2}")

Words = tuple[str, ...]


class Term(NamedTuple):
    """One form of a term: its words, which of them is the key, its class by language, whether in capitals only."""

    words: Words
    key: int
    classes: dict[str, Class]
    capitals: bool


class Token(NamedTuple):
    """A word of a sentence, in lower case."""

    start: int
    end: int
    word: str


class Mark(NamedTuple):
    """A frame in a sentence: from which token to before which."""

    first: int
    last: int


class Sentence:
    """One sentence with its words, frames and language."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self.start, self.end = text, start, end
        self.raw = text[start:end]
        self.tokens = [Token(m.start(), m.end(), m[0]) for m in WORD.finditer(plainly(self.raw))]

    @cached_property
    def by_start(self) -> dict[int, int]:
        """Tokens by where they start."""
        return {token.start: n for n, token in enumerate(self.tokens)}

    @cached_property
    def marks(self) -> dict[tuple[str, str], list[Mark]]:
        """Frames by language and kind."""
        found: dict[tuple[str, str], list[Mark]] = {}
        known = _frame_index()
        said = tuple(token.word for token in self.tokens)
        for i, word in enumerate(said):
            for frame, names in known.get(word, ()):
                if said[i : i + len(frame)] == frame:
                    for name in names:
                        found.setdefault(name, []).append(Mark(i, i + len(frame)))
        return found

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
        """Whether the words before a token are part of a name: in capitals, and so is the next (Gay Talese)."""
        pair = self.tokens[last - 1 : last + 1]
        starts = [self.raw[token.start : token.start + 2] for token in pair]
        parted = len(pair) < 2 or self.raw[pair[0].end : pair[1].start] != " "
        return not parted and all(start[:1].isupper() and start[1:].islower() for start in starts)

    def begins_with_name(self, before: int, starters: Forms, terms: frozenset[str]) -> bool:
        """Whether one to three words in capitals, and nothing else, stand before a token."""
        names = self.tokens[:before]
        known = terms | _frame_index().keys()
        if not 1 <= before <= 3 or names[0].word in known or (names[0].word,) in starters:
            return False
        return all(self.raw[t.start].isupper() and self.raw[t.start : t.end].isalpha() for t in names)


def sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence begins and ends that holds a character; one without end is cut where its neighbours are."""
    block = at // SENTENCE
    low, high = max(0, (block - 1) * SENTENCE), min(len(text), (block + 2) * SENTENCE)
    for match in _END.finditer(text, low, at):
        low = match.end()
    ahead = _END.search(text, at, high)
    return low, ahead.start() if ahead else high


@cache
def _frame_index() -> dict[str, list[tuple[Words, tuple[tuple[str, str], ...]]]]:
    """Frames by their first word, with the languages and kinds that know them."""
    known: dict[Words, list[tuple[str, str]]] = {}

    def add(patterns: Patterns, language: str, kind: str) -> None:
        for form in forms(patterns):
            known.setdefault(form, []).append((language, kind))

    for language, own in frames().items():
        for kind in ("person", "possessive", "generic", "topic", "negation", "ruled_out", "but"):
            add(getattr(own, kind), language, kind)
    for file in term_files():
        for language, held in file.languages.items():
            for kind in ("claims", "light", "after"):
                add(getattr(held, kind), language, f"{file.entity}.{kind}")
    index: dict[str, list[tuple[Words, tuple[tuple[str, str], ...]]]] = {}
    for frame, names in known.items():
        index.setdefault(frame[0], []).append((frame, tuple(names)))
    return index


@cache
def _starters() -> dict[str, Forms]:
    return {language: forms(own.starters) for language, own in frames().items()}


@cache
def _no() -> frozenset[str]:
    """Words that deny, in any language, for cells that are too short to have one."""
    return frozenset(form[0] for own in frames().values() for form in forms(own.negation) if len(form) == 1)


class Lexicon:
    """The terms of one entity by their keys."""

    def __init__(self, file: TermFile) -> None:
        known, capitals = file.terms(), file.capitals()
        often = Counter(word for form in known if len(form) > 1 for word in form)
        self.by_key: dict[str, list[Term]] = {}
        for form, classes in known.items():
            key = max(range(len(form)), key=lambda n: (form[n : n + 1] in known, len(form[n]) > 3, -often[form[n]]))
            self.by_key.setdefault(form[key], []).append(Term(form, key, dict(classes), form in capitals))
        for held in self.by_key.values():
            held.sort(key=lambda term: (-len(term.words), term.words))
        self.heads = frozenset(form[0] for form in known)
        self.near = file.near

    def may_hold(self, text: str, start: int, end: int) -> bool:
        """Whether a word is the key of a term whose neighbours stand beside it, for all that a glance tells."""
        terms = self.by_key.get(plainly(text[start:end]))
        if terms is None or len(terms[-1].words) == 1:
            return terms is not None
        before, after = plainly(text[max(0, start - BESIDE) : start]), plainly(text[end : end + BESIDE])
        return any(
            (not term.key or term.words[term.key - 1] in before)
            and (term.key + 1 == len(term.words) or term.words[term.key + 1] in after)
            for term in terms
        )

    def at(self, text: str, tokens: list[Token], key: int) -> Iterator[tuple[Term, int]]:
        """The terms with their key at a token, the longest first, and their first token."""
        for term in self.by_key.get(tokens[key].word, ()):
            first = key - term.key
            last = first + len(term.words)
            held = tokens[first:last] if first >= 0 else []
            if tuple(token.word for token in held) != term.words or not _joined(text, held):
                continue
            if not term.capitals or text[held[0].start : held[-1].end].isupper():
                yield term, first

    @cached_property
    def literals(self) -> tuple[list[str], list[str]]:
        """Hyperscan for every key, those with a literal that it can jump by apart from the others."""
        parts = [(key, _bordered(key)) for key in sorted(self.by_key) if len(key) <= _SHORT]
        parts += [(stem, gates.coded(stem)) for stem in stems(sorted(key for key in self.by_key if len(key) > _SHORT))]
        told, others = ([e for key, e in parts if bool(_TOLD.search(key)) == wanted] for wanted in (True, False))
        return told, others

    def expressions(self) -> tuple[str, ...]:
        """Large alternations; what Hyperscan cannot jump by is one for all entities (see ``prefilter.groups``)."""
        told, others = self.literals
        groups = [told[n : n + _GROUP] for n in range(0, len(told), _GROUP)]
        return (*("(?:" + "|".join(group) + ")" for group in groups), *([_others()] if others else ()))


@cache
def _lexicon(file_id: str) -> Lexicon:
    return Lexicon(next(file for file in term_files() if file.id == file_id))


def _expressions(file_id: str) -> tuple[str, ...]:
    """:meth:`Lexicon.expressions`, kept on disk for as long as terms and code are the same."""
    return tuple(remembered((file_id, _sources()), lambda: _lexicon(file_id).expressions()))


@cache
def _sources() -> str:
    files = [*sorted((assets.recipes() / "terms").glob("*.yaml")), Path(__file__), Path(terms.__file__)]
    return disk_cache.key(*(file.read_bytes() for file in files))


@cache
def _others() -> str:
    """The keys of all entities that hold no literal of three letters."""
    found = {part for file in term_files() for part in _lexicon(file.id).literals[1]}
    return "(?:" + "|".join(sorted(found)) + ")"


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


def _bordered(key: str) -> str:
    before, after = (r"\b" if key[at].isascii() else "" for at in (0, -1))
    return before + gates.coded(key) + after


def _joined(text: str, tokens: list[Token]) -> bool:
    """Whether nothing but blanks, hyphens and apostrophes parts the words of a term."""
    return all(_BETWEEN.fullmatch(text, a.end, b.start) for a, b in pairwise(tokens))


class _Held:
    """The sentences of the column at hand, shared by its detectors; gone with the column."""

    column: Any = None
    sentences: dict[tuple[int, int, int], Sentence] = {}  # noqa: RUF012 - one for the process, as in texts

    @classmethod
    def of(cls, texts: Distinct) -> dict[tuple[int, int, int], Sentence]:
        if cls.column is None or cls.column() is not texts:
            held: dict[tuple[int, int, int], Sentence] = {}
            cls.column, cls.sentences = ref(texts, lambda _: held.clear()), held
        return cls.sentences


class Judge:
    """What links a term of one entity to a person."""

    def __init__(self, entity: str, heads: frozenset[str], *, near: bool) -> None:
        self._entity, self._heads, self._near = entity, heads, near

    def judge(self, said: Sentence, term: Term, first: int) -> tuple[float, Link, str] | None:
        """Best score, its link and language over the languages of the term that the sentence may be in."""
        options = [self._in(said, term, first, language) for language in term.classes]
        if not any(score for score, _, _ in options):
            return None
        spoken_here = said.languages or said.likely
        possible = [option for option in options if not spoken_here or option[2] in spoken_here]
        if not possible and len(term.classes) >= EVERYWHERE:
            possible = [(min(score, 0.3), "none", "") for score, _, _ in options]
        best = max(possible, key=lambda option: option[0], default=(0.0, "", ""))
        return best if best[0] else None

    def _in(self, said: Sentence, term: Term, first: int, language: str) -> tuple[float, Link, str]:
        name = term.classes[language]
        place = _Place(said, first, first + len(term.words), language, ambiguous=name == "ambiguous")
        if place.ambiguous and said.is_named(first + len(term.words)):
            return 0.0, "none", language
        link, begins = self._claimed(place) or self._said(place) or self._around(place) or ("none", first)
        if link != "none" and _denied(place, begins):
            link = "negated"
        return SCORES[link].get(name, 0.0), link, language

    def _claimed(self, at: "_Place") -> tuple[Link, int] | None:
        """A claim before the term, and from which token on it stands."""
        reach = TIGHT if at.ambiguous else CLAIM
        for claim in at.frames(f"{self._entity}.claims"):
            if at.ambiguous and claim.first <= at.first and at.last <= claim.last:  # arrested for…
                return "none", at.first
            if at.follows(claim, reach) and not _general(at, claim):
                return "claim", claim.first
        return None

    def _said(self, at: "_Place") -> tuple[Link, int] | None:
        """A light claim behind a person or a name."""
        persons, topic = at.frames("person"), at.frames("topic")
        for light in at.frames(f"{self._entity}.light"):
            if not at.follows(light, 1 if at.ambiguous else 4) or any(light.last <= t.first < at.first for t in topic):
                continue
            if any(light.first - 4 <= p.last <= at.first for p in persons):
                return None if at.ambiguous and topic else ("said", light.first)
            named = at.said.begins_with_name(light.first, _starters()[at.language], self._heads)
            if named and not topic and not _general(at, None):
                return "name", light.first
        return None

    def _around(self, at: "_Place") -> tuple[Link, int] | None:
        """A person somewhere near."""
        persons, owners = at.frames("person"), at.frames("possessive")
        before = [p for p in persons if at.follows(p, NEAR)]
        behind = [p for p in persons if 0 <= p.first - at.last <= (NEAR if self._near else 0) and p not in owners]
        after = at.frames(f"{self._entity}.after")
        if (before or behind) and any(0 <= mark.first - at.last <= 3 for mark in after):
            return "claim", at.first
        if self._near and any(at.follows(own, 2) for own in owners):
            return "owned", at.first
        near = [*(p for p in before if self._near or p.last == at.first), *behind]  # une femme juive
        return ("near", at.first) if near and not at.frames("topic") and not _general(at, None) else None


class _Place(NamedTuple):
    """Where a term stands, in one of its languages."""

    said: Sentence
    first: int
    last: int
    language: str
    ambiguous: bool

    def frames(self, kind: str) -> list[Mark]:
        """Frames of its sentence and language."""
        return self.said.of(self.language, kind)

    def follows(self, frame: Mark, reach: int) -> bool:
        """Whether a frame ends so many words before it or less."""
        return 0 <= self.first - frame.last <= reach


def _general(at: _Place, claim: Mark | None) -> bool:
    """Whether what is claimed, or else the term, is said of people in general."""
    begins, ends = (claim.first, claim.last) if claim else (at.first, 0)
    generic = [g for g in at.frames("generic") if 0 <= begins - g.last <= 4]
    return bool(generic) and not any(
        generic[-1].first < p.last <= ends and begins - p.last <= 4 for p in at.frames("person")
    )


def _denied(at: _Place, begins: int) -> bool:
    """Whether a term is denied: before its claim, between the two or behind the term, and in the same clause."""
    reach = max(NO, at.first - begins + 2)
    before = (no for no in at.frames("negation") if at.follows(no, reach))
    if any(not _parted(at.said, no.last, begins, at.language) for no in before):
        return True
    after = (no for no in at.frames("ruled_out") if 0 <= no.first - at.last <= NO)
    return any(not _parted(at.said, at.last, no.first, at.language) for no in after)


def _parted(said: Sentence, first: int, last: int, language: str) -> bool:
    """Whether a comma or a word like ``but`` stands between two tokens."""
    if first >= last:
        return False
    between = said.raw[said.tokens[first - 1].end : said.tokens[last].start]
    return bool(_CLAUSE.search(between)) or any(first <= but.first < last for but in said.of(language, "but"))


class SpecialDetector(TextDetector):
    """One :class:`auditor.rules.terms.TermFile` at work."""

    languages = LANGUAGES

    def __init__(self, id_: str, entity: str, seconds: float) -> None:
        self.id = id_
        self.entities = frozenset({entity})
        self._entity, self._seconds = entity, seconds
        self._names = columns().get(entity, frozenset())
        self.need = Need("", _expressions(id_), windowed=True, folds=True)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return _lexicon(self.id)

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self._entity, self._lexicon.heads, near=self._lexicon.near)

    def spans(self, text: str) -> Iterable[Span]:
        """Findings of one text of a column whose name says nothing."""
        return self._judged(text, _keys(text), {}, 0)

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value; see :class:`TextDetector`."""
        held, about = _Held.of(texts), self.is_about(column.path)
        found: list[tuple[int, Span]] = []
        for value, ends in self._places(texts):
            text = texts.text(value)
            try:
                keys = _keys(text) if ends is None else _tokens_at(text, ends)
                value_like = about and len(text) <= CELL
                spans = self._cell(text) if value_like else self._judged(text, keys, held, value)
                found += [(value, span) for span in spans]
            except TimeoutError:
                lose(texts, value, column)
        return Found.of(found)

    def is_about(self, path: str) -> bool:
        """Whether the name of a column says that its cells are of this entity."""
        return any(
            said[n : n + len(name)] == name
            for said in [words(_CAMEL.sub(" ", path).replace("_", " "))]
            for name in self._names
            for n in range(len(said))
        )

    def _places(self, texts: Distinct) -> Iterator[tuple[int, list[int] | None]]:
        """Values to look at, and where keys end in them; None: anywhere."""
        places = texts.places(self.prefilter, self.need)
        scan = texts.scan(self.prefilter)
        if len(places.rows):
            ends = scan.chars.of(places.rows, scan.folded.original(places.ends)).tolist()
            cuts = np.flatnonzero(np.diff(places.rows)) + 1
            for part in np.split(np.arange(len(ends)), cuts):
                yield int(places.rows[part[0]]), [ends[n] for n in part.tolist()]
        yield from ((value, None) for value in places.whole.tolist())

    def _judged(
        self, text: str, keys: Iterable[tuple[int, int]], held: dict[tuple[int, int, int], Sentence], value: int
    ) -> Iterator[Span]:
        deadline, seen = Deadline(self._seconds), set[tuple[int, int]]()
        for start, end in keys:
            deadline.check()
            if not self._lexicon.may_hold(text, start, end):
                continue
            low, high = sentence(text, start)
            said = held.get((value, low, high)) or held.setdefault((value, low, high), Sentence(text, low, high))
            key = said.by_start.get(start - low)
            for term, at in () if key is None else self._lexicon.at(said.raw, said.tokens, key):
                judged = self._judge.judge(said, term, at)
                if judged is None:
                    continue
                first, last = low + said.tokens[at].start, low + said.tokens[at + len(term.words) - 1].end
                if (first, last) not in seen:
                    seen.add((first, last))
                    yield self._span(first, last, *judged)
                break

    def _cell(self, text: str) -> Iterator[Span]:
        """Findings of a short cell that is about somebody."""
        said, edges, seen = Sentence(text, 0, len(text)), _edges(text), -1
        denied = any(token.word in _no() for token in said.tokens)
        for key in range(len(said.tokens)):
            found = next(self._lexicon.at(text, said.tokens, key), None)
            if found is None or found[1] <= seen:
                continue
            term, first = found
            seen = first + len(term.words) - 1
            start, end = said.tokens[first].start, said.tokens[seen].end
            link = "negated" if denied else "column" if (start, end) in edges else "cell"
            score, language = max((SCORES[link].get(name, 0.0), language) for language, name in term.classes.items())
            if score:
                yield self._span(start, end, score, link, language if len(term.classes) == 1 else "")

    def _span(self, start: int, end: int, score: float, link: Link, language: str) -> Span:
        detail = {"link": link} | ({"language": language} if language else {})
        return Span(start, end, self._entity, score, json.dumps(detail, sort_keys=True))


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


def _edges(text: str) -> set[tuple[int, int]]:
    """Where the values of a cell stand that holds some, parted by commas and the like; the whole is one, too."""
    found, start = [], 0
    for match in _APART.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found += [(start, len(text)), (0, len(text))]
    return {_trimmed(text, *edge) for edge in found}


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    held = list(WORD.finditer(text, start, end))
    return (held[0].start(), held[-1].end()) if held else (start, start)


def _keys(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in WORD.finditer(plainly(text)))


def _tokens_at(text: str, ends: list[int]) -> Iterator[tuple[int, int]]:
    """The words in which some places end, each once."""
    last = 0
    for at in ends:
        if at <= last:
            continue
        start = at
        while start > last and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        word = WORD.match(text, start)
        if word:
            last = word.end()
            yield start, last


def detectors(recipe: Recipe) -> Iterable[SpecialDetector]:
    """One for every shipped list."""
    return [SpecialDetector(name, entity, recipe.limits.pattern_seconds) for name, (entity, _) in KINDS.items()]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of them."""
    return [
        DetectorInfo(
            id=name,
            title=title,
            entities=(entity,),
            engine="patterns",
            facts=(
                f"Terms in {len(LANGUAGES)} languages: {', '.join(LANGUAGES)}.",
                "A term counts from 0.5 where its sentence or the name of its column links it to a person.",
            ),
            false_positives="People of fiction and history; a term that a sentence about somebody names in passing.",
        )
        for name, (entity, title) in KINDS.items()
    ]
