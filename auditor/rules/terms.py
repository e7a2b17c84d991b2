"""Term lists as data: ``recipes/terms/*.yaml``, one file per entity, and the words that link a term to a person.

A term is written with its forms: ``diabeti(c|cs)``, ``kind(|er)``; alternatives stand for themselves, an empty one for
nothing. Words are parted by single spaces, which also stand for hyphens and apostrophes of the text. A term in capitals
(``ALS``) is one in capitals only.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.load import Rule, load

Language = Literal["en", "de", "fr", "es", "it", "nl", "pl", "pt"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
"""Languages with lists."""

Class = Literal["told", "strong", "plain", "ambiguous"]
CLASSES: tuple[Class, ...] = ("strong", "plain", "ambiguous", "told")

WORD = re.compile(r"\w+")
MOST_FORMS = 256

_GROUP = re.compile(r"\(([^()]*)\)")
_ODD = (("ſ", "s"), ("\u212a", "k"), ("ı", "i"), ("İ", "i"))


def plainly(text: str) -> str:
    """Text in lower case and of equal length, so that offsets stay."""
    if not text.isascii():
        for odd, plain in _ODD:
            if odd in text:
                text = text.replace(odd, plain)
    return text.lower()


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case."""
    return tuple(WORD.findall(plainly(text)))


def expand(pattern: str) -> tuple[str, ...]:
    """Every form of a term with alternatives."""
    forms = [pattern]
    while any(_GROUP.search(form) for form in forms):
        groups = [_GROUP.search(form) for form in forms]
        forms = [
            form[: group.start()] + option + form[group.end() :] if group else form
            for form, group in zip(forms, groups, strict=True)
            for option in (group[1].split("|") if group else [""])
        ]
        if len(forms) > MOST_FORMS:
            raise ValueError(f"'{pattern}' has more than {MOST_FORMS} forms")
    return tuple(dict.fromkeys(forms))


def _written(pattern: str, info: ValidationInfo) -> str:
    if info.context and info.context.get("shipped"):  # tests do it
        return pattern
    for form in expand(pattern):
        if set("()|") & set(form):
            raise ValueError(f"'{pattern}' has brackets or bars that do not pair; forms stand as (a|b)")
        if not words(form):
            raise ValueError(f"'{pattern}' has an empty form")
    return pattern


Pattern = Annotated[str, AfterValidator(_written)]
Patterns = tuple[Pattern, ...]
Forms = frozenset[tuple[str, ...]]


def forms(patterns: Patterns) -> Forms:
    """Every form of some terms, as words."""
    return frozenset(words(form) for pattern in patterns for form in expand(pattern))


class Terms(Rule):
    """Terms of one entity in one language, what links them to a person, and sentences that prove it.

    ``claims`` say of somebody what follows (``suffers from``); ``light`` ones do so behind a person or a name
    (``has``); ``after`` ones stand behind the term, near a person. ``labels`` stand before a colon and the term
    (``Religion: Catholic``), ``signs`` behind a term that they make somebody's by themselves (``10 mg nocte``).
    ``found`` are texts with every finding marked ``«so»``, ``sure``
    the same for findings that are all but sure; ``miss`` have none that deserves a look.
    """

    told: Patterns = Field(default=(), description="phrases that say it of somebody by themselves: served time")
    strong: Patterns = Field(default=(), description="hardly ever used otherwise")
    plain: Patterns = ()
    ambiguous: Patterns = Field(default=(), description="words of everyday, which count next to a claim only")
    claims: Patterns = ()
    light: Patterns = ()
    after: Patterns = ()
    labels: Patterns = ()
    signs: Patterns = ()
    found: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    miss: tuple[str, ...] = ()

    def capitals(self) -> Forms:
        """Forms that stand in capitals only."""
        return frozenset(
            words(form)
            for name in CLASSES
            for pattern in getattr(self, name)
            for form in expand(pattern)
            if form.isupper()
        )

    def classes(self) -> dict[tuple[str, ...], Class]:
        """Class of every form; the weaker one of two, but what tells it all by itself does so."""
        return {form: name for name in CLASSES for form in forms(getattr(self, name))}


class TermFile(Rule):
    """All terms of one entity. ``everywhere`` are those that are the same in all languages."""

    id: str = Field(pattern=r"^special\.[a-z0-9_]+\.v[0-9]+$")
    entity: str
    title: str
    source: str
    near: bool = Field(default=True, description="whether a person anywhere near makes a term worth a look")
    everywhere: Terms = Terms()
    languages: dict[Language, Terms]

    @model_validator(mode="after")
    def _complete(self) -> "TermFile":
        missing = [name for name in LANGUAGES if name not in self.languages]
        if missing:
            raise ValueError(f"no terms in {', '.join(missing)}")
        return self

    def capitals(self) -> Forms:
        """Forms that stand in capitals only, in every language that has them."""
        lists = [(each.classes(), each.capitals()) for each in (self.everywhere, *self.languages.values())]
        small = {form for known, capitals in lists for form in known if form not in capitals}
        return frozenset(form for _, capitals in lists for form in capitals if form not in small)

    def terms(self) -> dict[tuple[str, ...], dict[str, Class]]:
        """Every form with its class by language."""
        found: dict[tuple[str, ...], dict[str, Class]] = {}
        for form, name in self.everywhere.classes().items():
            found[form] = dict.fromkeys(LANGUAGES, name)
        for language, own in self.languages.items():
            for form, name in own.classes().items():
                found.setdefault(form, {})[language] = name
        return found


class Frames(Rule):
    """Words of one language that say whether a sentence is about somebody."""

    person: Patterns = Field(description="pronouns of one person, kin and roles")
    possessive: Patterns = Field(description="whose it is, right before the term")
    role: Patterns = Field(default=(), description="roles that are one person before a number or a colon: patient 12")
    generic: Patterns = Field(description="people in general and conditions: nobody in particular")
    topic: Patterns = Field(description="words of study and news, by which a term is a topic")
    negation: Patterns = Field(description="before the term")
    ruled_out: Patterns = Field(description="negation behind the term")
    but: Patterns = Field(description="words that begin a new clause")
    joins: Patterns = Field(
        default=(), description="words that join clauses: what is denied behind them is another thing"
    )
    as_a: Patterns = Field(default=(), description="words that begin a role: as a Catholic")
    starters: Patterns = Field(default=(), description="words that begin a sentence and are no name")


class FrameFile(Rule):
    """``frames.yaml``."""

    languages: dict[Language, Frames]


class ColumnFile(Rule):
    """``columns.yaml``: names of columns whose cells are about the person of their row, by entity."""

    columns: dict[str, Patterns]


@cache
def term_files() -> tuple[TermFile, ...]:
    """All shipped term lists, ordered by id; clashing ids raise."""
    paths = sorted(p for p in (assets.recipes() / "terms").glob("*.yaml") if p.stem not in {"frames", "columns"})
    files = sorted((load(path, TermFile, shipped=True) for path in paths), key=lambda file: file.id)
    twice = {a.id for a, b in pairwise(files) if a.id == b.id}
    if twice:
        raise RuleError([f"detector id '{name}' is given twice; ids are unique" for name in sorted(twice)])
    return tuple(files)


@cache
def frames() -> dict[Language, Frames]:
    """The shipped frames."""
    return load(assets.recipes() / "terms" / "frames.yaml", FrameFile, shipped=True).languages


@cache
def columns() -> dict[str, Forms]:
    """Names of columns by entity, as words."""
    loaded = load(assets.recipes() / "terms" / "columns.yaml", ColumnFile, shipped=True)
    return {entity: forms(names) for entity, names in loaded.columns.items()}
