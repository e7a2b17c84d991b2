"""Data of the coded detectors of rights: ``recipes/reservations/*.yaml``, each file with its own cases.

``robots.yaml`` lists the crawlers that gather data for models, ``prose.yaml`` says what a reservation in ordinary words
is made of, ``lyrics.yaml`` how the sections of songs are headed.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo

from auditor import assets
from auditor.rules.load import Rule, load
from auditor.rules.pattern import Cases, Score, compiles

Language = Literal["en", "de", "fr", "es", "it"]
Purpose = Literal["training", "dataset", "search", "assistant"]

M = TypeVar("M", bound=Rule)

_ID = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+\.v[0-9]+$")


def _checked(value: str, info: ValidationInfo) -> str:
    compiles(value, info)
    return value


Expression = Annotated[str, AfterValidator(_checked)]
"""A regular expression of the ``regex`` module; case is ignored."""
Expressions = tuple[Expression, ...]


class Agent(Rule):
    """A crawler: its product token in robots.txt, who runs it and what for, and where that is written."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{1,40}$")
    operator: str
    purpose: Purpose
    source: str = Field(description="address of the operator's page, or 'seen' where only files of robots name it")


class RobotsFile(Rule):
    """Crawlers that groups of robots.txt may turn away."""

    id: str = _ID
    title: str
    source: str
    agents: tuple[Agent, ...] = Field(min_length=1)
    cases: Cases


class Voice(Rule):
    """How a language reserves. ``acts`` do so by themselves, ``forbids`` where the sentence speaks of its ``own`` work.

    A sentence with one of ``denies`` reserves nothing: it reports, asks, allows or says what others may do.
    """

    acts: Expressions
    forbids: Expressions = ()
    own: Expressions = ()
    denies: Expressions = ()


class Topic(Rule):
    """What is reserved against: ``keys`` say where to look, each of ``all`` must be found in the sentence."""

    keys: Expressions = Field(min_length=1)
    all: Expressions = Field(min_length=1)


class ProseRule(Rule):
    """One kind of reservation in words, with its topic by language."""

    id: str = _ID
    title: str
    kind: str
    score: Score
    topics: dict[Language, Topic] = Field(min_length=1)
    references: tuple[str, ...] = ()
    false_positives: str = ""
    cases: Cases


class ProseFile(Rule):
    """Reservations in words."""

    title: str
    source: str
    abbreviations: tuple[str, ...] = Field(description="words whose full stop does not end a sentence")
    voices: dict[Language, Voice]
    rules: tuple[ProseRule, ...] = Field(min_length=1)


class LyricsFile(Rule):
    """Headings of the sections of songs: ``telling`` ones stand in songs only, ``others`` elsewhere, too."""

    id: str = _ID
    title: str
    source: str
    telling: tuple[str, ...] = Field(min_length=1)
    others: tuple[str, ...] = ()
    cases: Cases


def _load(name: str, model: type[M]) -> M:
    return load(assets.recipes() / "reservations" / f"{name}.yaml", model, shipped=True)


@cache
def robots() -> RobotsFile:
    """Crawlers that gather data for models."""
    return _load("robots", RobotsFile)


@cache
def prose() -> ProseFile:
    """Reservations in words."""
    return _load("prose", ProseFile)


@cache
def lyrics() -> LyricsFile:
    """Headings of sections of songs."""
    return _load("lyrics", LyricsFile)


def coded_cases() -> Iterator[tuple[str, Cases]]:
    """Ids of the detectors that these files describe, and their cases."""
    files: tuple[Any, ...] = (robots(), lyrics(), *prose().rules)
    return ((file.id, file.cases) for file in files)
