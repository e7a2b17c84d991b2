"""Copyright notices as data: ``recipes/notices/*.yaml``, the words of their grammar, of organisations, and cases."""

import json
import re
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, field_validator

from auditor import assets
from auditor.rules.load import Rule, load

_SPACE = re.compile(r" (?![?*+{])")
_MARKS = frozenset("?*+{")


def _compiles(value: str) -> str:
    try:
        compiled = re.compile(spaced(value))
    except re.error as error:
        raise ValueError(f"'{value}' is not a regular expression: {error}") from None
    if compiled.match(""):
        raise ValueError(f"'{value}' matches the empty text")
    return value


Expression = Annotated[str, AfterValidator(_compiles)]
Expressions = tuple[Expression, ...]


class Grammar(Rule):
    """``grammar.yaml``: what belongs to a statement and what ends it; regular expressions over text in small letters.

    Those of ``prose`` follow the word "copyright" where it is no statement; ``ends`` begin another thing behind a
    holder; no statement goes on in a line that begins with one of ``starts``, and one that ends with one of
    ``carries`` does. ``placeholders`` are still to be filled in; ``not_holders`` are words that alone name nobody.
    """

    prose: Expressions
    ends: Expressions
    starts: Expressions
    carries: Expressions
    placeholders: Expressions
    not_holders: Expressions


class Phrases(Rule):
    """How a language says that all rights are reserved.

    Every form holds one of ``keys``: a word, or two with :data:`BETWEEN` and no more than :data:`APART` characters.
    """

    keys: tuple[str, ...]
    forms: Expressions


BETWEEN, APART = "…", 60


class Reserved(Rule):
    """``reserved.yaml``: phrases by language (BCP 47)."""

    reserved: dict[str, Phrases]


class Organisations(Rule):
    """``organisations.yaml``: by which words a name is surely that of an organisation."""

    forms: tuple[str, ...] = Field(description="legal forms, behind a name")
    kinds: tuple[str, ...] = Field(description="words for a kind of organisation, anywhere in its name")
    parts: tuple[str, ...] = Field(description="words between two holders")
    given_names: tuple[str, ...] = Field(description="names of persons: a name that begins so may be one")


Kind = Literal["notice", "tag", "phonogram", "crown", "string_literal", "placeholder", "rights_reserved"]
KINDS: tuple[Kind, ...] = ("notice", "tag", "phonogram", "crown", "string_literal", "placeholder", "rights_reserved")


class Match(Rule):
    """A text with its statements marked ``«so»``, and the detail of the first one as far as it is told."""

    text: str
    detail: dict[str, Any] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _marked(cls, value: str) -> str:
        if value.count("«") != value.count("»") or "«" not in value:
            raise ValueError("marks every statement «so»")
        return value


class KindCases(Rule):
    """Cases of one kind; near misses are texts without a finding of this kind."""

    match: tuple[Match | str, ...]
    miss: tuple[str, ...]


class CaseFile(Rule):
    """``cases.yaml``: cases by kind."""

    kinds: dict[Kind, KindCases]


M = TypeVar("M", bound=Rule)


def _load(name: str, model: type[M]) -> M:
    return load(assets.recipes() / "notices" / f"{name}.yaml", model)


@cache
def grammar() -> Grammar:
    """The shipped grammar."""
    return _load("grammar", Grammar)


@cache
def reserved() -> dict[str, Phrases]:
    """The shipped forms of "all rights reserved" by language."""
    return _load("reserved", Reserved).reserved


@cache
def organisations() -> Organisations:
    """The shipped words of organisations."""
    return _load("organisations", Organisations)


@cache
def cases() -> dict[Kind, KindCases]:
    """The shipped cases; nothing but tests reads them."""
    return _load("cases", CaseFile).kinds


def spaced(expression: str) -> str:
    """An expression in which a space stands for white space, as far as a line and its comment marks go."""
    return _SPACE.sub(r"(?:\\s|&nbsp;){1,4}", expression)


def flat(expression: str) -> tuple[str, ...]:
    """Alternatives at the start of an expression as expressions of their own, so that each begins with a letter.

    ``(?:a|b)c`` gives ``ac`` and ``bc``, and ``(?:a)?b`` gives ``ab`` and ``b``: ``re`` then skips by the first letter.
    """
    if not expression.startswith("(?:"):
        return (expression,)
    inner, rest = _group(expression)
    if rest[:1] == "?":
        return tuple(one for option in (*inner, "") for one in flat(option + rest[1:]))
    if rest[:1] and rest[0] in _MARKS:
        return (expression,)
    return tuple(one for option in inner for one in flat(option + rest))


def _group(expression: str) -> tuple[list[str], str]:
    """The alternatives of the group that an expression begins with, and what follows it."""
    parts, depth, part, at = [""], 0, 0, 3
    while at < len(expression):
        char = expression[at]
        if char == "\\":
            parts[part] += expression[at : at + 2]
            at += 2
            continue
        if char == "[":
            close = expression.index("]", at + 2)
            parts[part] += expression[at : close + 1]
            at = close + 1
            continue
        if char == ")" and not depth:
            return parts, expression[at + 1 :]
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append("")
            part += 1
        else:
            parts[part] += char
        at += 1
    raise ValueError(json.dumps(expression))
