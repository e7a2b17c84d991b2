"""``recipes/columns/*.yaml``: what the name of a column and the shape of its cells say of it.

A name is read in words: ``patient.dateOfBirth``, ``date-of-birth`` and ``DATE_OF_BIRTH`` are the same three. A rule is
meant where its term and words that say nothing by themselves (``companions``: ``customer``, ``no``, ``2``) explain all
words of the last step of the path, so that ``email_sent`` is no address and ``birth_rate`` no birth. A name alone says
little; :class:`Support` says which profile makes more of it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from pydantic import Field, model_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.load import Rule, load
from auditor.rules.terms import Patterns, expand
from auditor.rules.terms import columns as special_names

Kind = Literal["text", "integer", "decimal", "date", "boolean", "mixed"]
"""What the cells are: text, whole numbers, other numbers, dates and times, yes or no; mixed where files differ."""

Shape = Literal[
    "whole", "number", "decimals4", "within_90", "within_180", "age", "year", "short_number", "id", "date", "boolean",
    "letters", "words", "capital", "space", "digits", "email", "phone", "url", "ip", "address", "listed",
]  # fmt: skip
"""Shares of the cells looked at, from 0 to 1; ``listed`` are values of the rule's own list."""
SHAPES: tuple[Shape, ...] = get_args(Shape)

Measure = Literal[Shape, "found", "filled", "distinct", "distinct_share", "mean_chars", "max_chars"]
"""A shape, or the share of texts in which detectors found the entity, cells that hold something, different ones
(an estimate; unknown for numbers), their share of the cells, and characters."""

WEAK = 0.3
"""Score of a name without support."""

_STEPS = re.compile(r'"(?:[^"\\]|\\.)*"|[^.\[\]"]+')
_CASES = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = re.compile(r"(?<=[^\W\d_])(?=\d+$)")
_WORD = re.compile(r"[^\W_]+")
_ODD = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # as German writes them without its keyboard
_MOST_WORDS = 12
_PLURAL = 4


def folded(text: str) -> str:
    """Text in small letters without accents: names of columns seldom have them."""
    plain = unicodedata.normalize("NFKD", text.translate(_ODD))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()


class Support(Rule):
    """A profile that makes more of a name: one of ``kinds``, every measure at least and at most so much."""

    score: float = Field(ge=0.5, le=1)
    why: str = Field(description="what the profile shows, in words for the report")
    clear: bool = Field(default=False, description="holds for a name that is not vague alone")
    kinds: tuple[Kind, ...] = ()
    at_least: dict[Measure, float] = Field(default_factory=dict)
    at_most: dict[Measure, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _asks(self) -> "Support":
        if not (self.kinds or self.at_least or self.at_most):
            raise ValueError("a support that asks for nothing would make a name alone count")
        return self


class Case(Rule):
    """An invented column: its name, its profile (shapes that are not given are 0), rows in which detectors found what.

    ``beside`` are columns of the same file with the same profile.
    """

    column: str
    kind: Kind = "text"
    texts: int = Field(default=1000, ge=0)
    nulls: int = Field(default=0, ge=0)
    distinct: int | None = Field(default=None, ge=0)
    chars: float = Field(default=10, ge=0, description="mean")
    shapes: dict[Shape, float] = Field(default_factory=dict)
    found: dict[str, int] = Field(default_factory=dict)
    beside: tuple[str, ...] = ()


class Cases(Rule):
    """Columns that are of the entity, from ``review`` on, and columns that are not."""

    match: tuple[Case, ...] = Field(min_length=5)
    miss: tuple[Case, ...] = Field(min_length=5)


class ColumnRule(Rule):
    """What makes a column one of an entity.

    ``names`` are the words of its name, with alternatives as ``(a|b)``; ``vague`` ones say less. ``special`` takes the
    names of ``terms/columns.yaml`` too, which links the cells of such columns to a person. ``about`` are ordinary words
    (``name``) that count only beside a word for a person (``customer``). ``values`` are cells to be expected.
    ``pair`` is the rule that another column of the same file must meet as well (latitude and longitude).
    """

    id: str = Field(pattern=r"^column\.[a-z0-9_]+\.v[0-9]+$")
    entity: str
    title: str
    source: str
    names: Patterns = ()
    vague: Patterns = ()
    about: Patterns = ()
    special: bool = False
    values: Patterns = ()
    pair: str = ""
    support: tuple[Support, ...] = Field(min_length=1)
    cases: Cases

    @model_validator(mode="after")
    def _named(self) -> "ColumnRule":
        if not (self.names or self.vague or self.about or self.special):
            raise ValueError("a rule needs names, vague or about")
        return self

    def terms(self) -> Iterator[tuple[str, "Term"]]:
        """Every name, glued and folded, with what it means."""
        vague = {glued for pattern in self.vague for glued in _glued(pattern)}
        said = [(glued, pattern) for pattern in (*self.names, *self.vague) for glued in _glued(pattern)]
        if self.special:
            forms = special_names().get(self.entity, ())
            said += [(glued, " ".join(form)) for form in sorted(forms) for glued in _glued(" ".join(form))]
        for glued, pattern in said:
            yield glued, Term(self.id, expand(pattern)[0], glued in vague, False)
        for pattern in self.about:
            for glued in _glued(pattern):
                yield glued, Term(self.id, expand(pattern)[0], glued in vague, True)

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Its values in small letters."""
        return tuple(dict.fromkeys(form.lower() for pattern in self.values for form in expand(pattern)))


class Denial(Rule):
    """Columns whose cells are not of some entities, whatever a detector takes them for: browsers are no persons."""

    id: str = Field(pattern=r"^column\.not_[a-z0-9_]+\.v[0-9]+$")
    title: str
    source: str
    entities: tuple[str, ...] = Field(min_length=1)
    names: Patterns = Field(min_length=1)
    cases: Cases

    def terms(self) -> Iterator[tuple[str, "Term"]]:
        """Every name, glued and folded."""
        for pattern in self.names:
            for glued in _glued(pattern):
                yield glued, Term(self.id, expand(pattern)[0], False, False)


class Words(Rule):
    """``words.yaml``: words of names that say nothing of the cells by themselves, one word each."""

    persons: Patterns = Field(description="who the row is about")
    companions: Patterns = Field(description="which of several, and in what form")
    things: Patterns = Field(description="no persons: a column below them is about them")


class ColumnFile(Rule):
    """One file of rules."""

    rules: tuple[ColumnRule, ...] = ()
    denials: tuple[Denial, ...] = ()


class Term(NamedTuple):
    """A name that a rule knows: the rule, how it is written, whether it is vague, whether it needs a person."""

    rule: str
    words: str
    vague: bool
    person: bool


class Named(NamedTuple):
    """A rule that the name of a column means."""

    rule: str
    words: str
    vague: bool


def _glued(pattern: str) -> Iterator[str]:
    for form in expand(pattern):
        for written in dict.fromkeys((form, form.translate(_UMLAUTS))):
            yield "".join(_WORD.findall(folded(written)))


@cache
def words() -> Words:
    """The shipped words."""
    return load(assets.recipes() / "columns" / "words.yaml", Words)


def paths() -> list[Path]:
    """Files of rules."""
    return sorted(p for p in (assets.recipes() / "columns").glob("*.yaml") if p.stem != "words")


@cache
def files() -> tuple[ColumnFile, ...]:
    """All shipped files; clashing ids raise RuleError, and so does a pair that no rule is."""
    loaded = tuple(load(path, ColumnFile) for path in paths())
    ids = sorted([r.id for file in loaded for r in file.rules] + [d.id for file in loaded for d in file.denials])
    faults = [f"column rule '{a}' is given twice; ids are unique" for a, b in pairwise(ids) if a == b]
    pairs = {rule.pair for file in loaded for rule in file.rules if rule.pair}
    faults += [f"no column rule '{name}' for a pair" for name in sorted(pairs - set(ids))]
    if faults:
        raise RuleError(faults)
    return loaded


@cache
def rules() -> dict[str, ColumnRule]:
    """All rules by id."""
    return {rule.id: rule for file in files() for rule in file.rules}


@cache
def denials() -> dict[str, Denial]:
    """All denials by id."""
    return {rule.id: rule for file in files() for rule in file.denials}


@cache
def entities() -> frozenset[str]:
    """Entities that some rule gives."""
    return frozenset(rule.entity for rule in rules().values())


@cache
def _terms() -> dict[str, tuple[Term, ...]]:
    found = defaultdict[str, dict[str, Term]](dict)
    known = [*(rule.terms() for rule in rules().values()), *(denial.terms() for denial in denials().values())]
    for glued, term in chain.from_iterable(known):
        old = found[glued].get(term.rule)
        if old is None or (old.person and not term.person):
            found[glued][term.rule] = term
    return {glued: tuple(terms.values()) for glued, terms in found.items()}


@cache
def _sets() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    given = words()
    persons, companions, things = (
        frozenset(glued for pattern in group for glued in _glued(pattern))
        for group in (given.persons, given.companions, given.things)
    )
    return persons, companions, things


def steps(path: str) -> list[list[str]]:
    """The words of each step of a leaf path, folded; ``user.firstName2`` is ``[[user], [first, name, 2]]``."""
    found = [_CASES.sub(" ", step).replace("_", " ") for step in _STEPS.findall(path)]
    spaced = [_WORD.findall(folded(" ".join(_NUMBERED.sub(" ", word) for word in _WORD.findall(s)))) for s in found]
    return [said for said in spaced if said]


def parent(path: str) -> str:
    """The path without its last step."""
    last = list(_STEPS.finditer(path))
    return path[: last[-1].start()] if last else ""


@lru_cache(maxsize=8192)
def named(path: str) -> tuple[Named, ...]:
    """The rules and denials that the name of a column means; of overlapping terms the longest count.

    Reserved names (``@path``) mean nothing.
    """
    said = steps(path) if not path.startswith("@") else []
    if not said or len(said[-1]) > _MOST_WORDS:
        return ()
    persons, companions, things = _sets()
    above = [word for step in said[:-1] for word in step]
    around = set(above) | set(said[-1])
    own = said[-1]
    free = [word in persons or word in companions or word.isdigit() for word in own]
    best: dict[str, tuple[int, Term]] = {}
    for start, stop in _spans(len(own)):
        if not all(free[:start] + free[stop:]):
            continue
        for term in _known("".join(own[start:stop])):
            length = stop - start
            person = bool(persons & (set(own[:start] + own[stop:]) if term.rule in denials() else around))
            if length > best.get(term.rule, (0, term))[0] and _apt(term, person, bool(things & set(above))):
                best[term.rule] = length, term
    longest = max((length for length, _ in best.values()), default=0)
    return tuple(
        Named(term.rule, term.words, term.vague) for _, (length, term) in sorted(best.items()) if length == longest
    )


def _spans(count: int) -> Iterable[tuple[int, int]]:
    return ((start, stop) for start in range(count) for stop in range(start + 1, count + 1))


def _known(glued: str) -> tuple[Term, ...]:
    """Terms of a name, which may be a plural."""
    known = _terms().get(glued, ())
    return known if known or len(glued) < _PLURAL or glued[-1] != "s" else _terms().get(glued[:-1], ())


def _apt(term: Term, person: bool, thing: bool) -> bool:
    """Whether a term may stand there: of a person where it needs one, and not of a thing.

    A denial is of a thing, and of no person.
    """
    if term.rule in denials():
        return not person
    return person if term.person else person or not thing
