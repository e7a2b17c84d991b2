"""Licences as data: ``recipes/licences/*.yaml``, what they are called, where they stand, and what each of them permits.

Expressions of names and statements stand over *flat* text: small letters, digits and dots, one blank for whatever parts
two words: blanks, line breaks, comment signs, quotes, hyphens.
"""

import re
from functools import cache
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from auditor import assets
from auditor.rules.load import Rule, load

_File = TypeVar("_File", bound=Rule)

Category = Literal[
    "permissive", "weak-copyleft", "copyleft", "non-commercial", "no-derivatives", "source-available", "model-licence",
    "public-domain", "proprietary", "open-data", "unknown",
]  # fmt: skip


def _expression(value: str) -> str:
    try:
        compiled = re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    if compiled.match(""):
        raise ValueError("matches the empty text; an expression must need at least one character")
    return value


Expression = Annotated[str, AfterValidator(_expression)]
Key = Annotated[str, Field(min_length=3, pattern=r"^[^A-Z]+$")]
Match = tuple[str, str]
"""A text with the finding marked ``«so»``, and its SPDX expression."""


class Cases(Rule):
    """Texts with one finding each, and texts without any from 0.5 on."""

    match: tuple[Match, ...]
    miss: tuple[str, ...]


class Family(Rule):
    """Licences that permit much the same; ``ids`` are globs over SPDX identifiers."""

    name: str
    category: Category
    ids: tuple[str, ...]


class Catalogue(Rule):
    """``catalogue.yaml``."""

    source: str
    families: tuple[Family, ...]
    others: dict[Category, tuple[str, ...]] = Field(
        description="by category, licences that are each a family of its own"
    )
    deprecated: dict[str, str] = Field(description="by an identifier that is no longer in use, its expression")
    exceptions: tuple[str, ...]
    aliases: dict[str, str] = Field(description="by what fields call a licence, its SPDX expression")


class Name(Rule):
    """What one licence, or the versions of one, are called."""

    name: str
    keys: tuple[Key, ...]
    regex: Expression
    refuse: Expression | None = Field(default=None, description="matches that are none")
    versions: dict[str, str] = Field(default={}, description="identifier by version")
    also: dict[str, str] = Field(default={}, description="identifier by a word of the match")
    spdx: str = ""
    later: bool = Field(default=False, description="may be granted in this version or any later one")
    category: Category | None = Field(default=None, description="of a licence outside the list")
    creative: bool = Field(default=False, description="identifier from the elements of a Creative Commons licence")


class UnlistedFile(Rule):
    """``unlisted.yaml``: names and telling phrases of licences that are not in the SPDX list."""

    source: str
    names: tuple[Name, ...]
    cases: Cases


class NameFile(Rule):
    """``names.yaml``."""

    source: str
    names: tuple[Name, ...]
    denials: tuple[str, ...] = Field(description="right before a name: it is spoken of and not granted")
    grants: tuple[str, ...] = Field(description="near a name: it is granted")
    choices: tuple[str, ...] = Field(description="before a name in a licence text: it may be chosen instead")
    fillers: tuple[str, ...] = Field(description="words that may stand between a name and its version")
    cases: Cases


class Statement(Rule):
    """What a text says of its rights without the name of a licence."""

    kind: str
    keys: tuple[Key, ...]
    regex: Expression
    refuse: Expression | None = None
    spdx: str = ""
    category: Category | None = None
    score: float = Field(gt=0, le=1)


class StatementFile(Rule):
    """``statements.yaml``."""

    source: str
    statements: tuple[Statement, ...]
    cases: Cases


class Address(Rule):
    """An address of a licence; ``lookup`` is resolved like the field of a manifest."""

    key: Key
    regex: str
    spdx: str = ""
    default: str = ""
    lookup: str = ""
    gnu: bool = Field(default=False, description="the group `name` is one of GNU's licences")
    kind: str = "licence_address"
    category: Category | None = None


class AddressFile(Rule):
    """``addresses.yaml``."""

    source: str
    addresses: tuple[Address, ...]
    cases: Cases


class AnchorFile(Rule):
    """``anchors.yaml``."""

    source: str
    opens: tuple[Expression, ...]
    extends: tuple[Expression, ...]


@cache
def anchors() -> AnchorFile:
    """Expressions of words around which licences stand; for ASCII in any case."""
    return _load("anchors", AnchorFile)


@cache
def catalogue() -> Catalogue:
    """Families, exceptions and aliases."""
    return _load("catalogue", Catalogue)


@cache
def names() -> NameFile:
    """Names of licences."""
    return _load("names", NameFile)


@cache
def unlisted() -> UnlistedFile:
    """Names of licences outside the list."""
    return _load("unlisted", UnlistedFile)


@cache
def statements() -> StatementFile:
    """Statements about rights."""
    return _load("statements", StatementFile)


@cache
def addresses() -> AddressFile:
    """Addresses of licences."""
    return _load("addresses", AddressFile)


def _load(stem: str, model: type[_File]) -> _File:
    return load(assets.recipes() / "licences" / f"{stem}.yaml", model, shipped=True)
