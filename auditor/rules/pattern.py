"""Pattern detectors as data: ``recipes/detectors/*.yaml``, each pattern with its own pass and fail cases."""

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import regex
from pydantic import Field, ValidationInfo, field_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.load import Rule, load

Score = Annotated[float, Field(gt=0, le=1)]


class Cases(Rule):
    """Texts with every expected span marked ``«so»``, and texts without any finding."""

    match: tuple[str, ...] = Field(default=(), description="texts with the spans marked")
    miss: tuple[str, ...] = ()


def compiles(value: str, info: ValidationInfo) -> Any:
    """A regular expression as compiled; None of a shipped one, for that takes longer than all else: tests do it.

    Raises:
        ValueError: when it is none.
    """
    if info.context and info.context.get("shipped"):
        return None
    try:
        return regex.compile(value)
    except regex.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None


class Pattern(Rule):
    """One regular expression (``regex`` module syntax); ``group`` is the part that is the finding."""

    regex: str
    score: Score
    group: int = 0
    ignore_case: bool = False
    valid_score: Score | None = Field(
        default=None, description="least score of a value that passes the validator, though no context word is nearby"
    )
    detail: dict[str, str] = Field(default={}, description="fixed facts, or names of groups as '$name'")

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str, info: ValidationInfo) -> str:
        compiled = compiles(value, info)
        if compiled and compiled.match(""):
            raise ValueError("matches the empty text; a pattern must need at least one character")
        return value


class PatternRule(Rule):
    """One detector made of patterns."""

    id: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+\.v[0-9]+$")
    title: str
    entity: str
    patterns: tuple[Pattern, ...] = Field(min_length=1)
    keywords: tuple[str, ...] = Field(
        default=(), description="lower-case literals; a text without any of them cannot match (necessary condition)"
    )
    suppress: tuple[str, ...] = Field(default=(), description="regexes found in placeholders only")
    validator: str = Field(
        default="",
        pattern=r"^(luhn|entropy|checksum\.[a-z0-9_]+|stdnum(\.[a-z0-9_]+)+)?$",
        description="what it must pass: luhn, entropy, checksum.NAME, or a module of python-stdnum (stdnum.de.idnr)",
    )
    context: tuple[str, ...] = Field(default=(), description="words nearby that the finding needs to reach full score")
    context_whole: tuple[str, ...] = Field(
        default=(), description="short ones (nif, dni): they count as words of their own, digits may follow"
    )
    columns: tuple[str, ...] = Field(
        default=(),
        description="words of their own that count in the name of a column only; prose says them too often: passport",
    )
    country: str = Field(
        default="", pattern=r"^([A-Z]{2})?$", description="ISO 3166-1 code; on where the recipe has the country"
    )
    everywhere: bool = Field(default=False, description="on for every recipe, though of one country")
    references: tuple[str, ...] = ()
    false_positives: str = ""
    status: Literal["draft", "test", "stable", "deprecated"] = "stable"
    cases: Cases = Cases()

    @field_validator("validator")
    @classmethod
    def _exists(cls, value: str) -> str:
        home, *parts = value.split(".")
        if home == "stdnum" and not any(_is_module(Path(root, *parts)) for root in _roots(home)):
            raise ValueError(f"python-stdnum has no module '{value}'")
        return value

    def is_on(self, countries: Iterable[str]) -> bool:
        """Whether it is wanted where a recipe names some countries; ``*`` stands for all of them."""
        return not self.country or self.everywhere or self.country in countries or "*" in countries


def _is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file()


@cache
def _roots(package: str) -> tuple[str, ...]:
    spec = find_spec(package)
    return tuple(spec.submodule_search_locations or ()) if spec else ()


class PatternFile(Rule):
    """One file of pattern detectors of one family."""

    family: str
    title: str
    source: str
    country_names: tuple[str, ...] = Field(
        default=(),
        description="how texts call the country of this file and what comes from there, beginnings of words; "
        "those in capitals (UK) stand on their own and as they are",
    )
    detectors: tuple[PatternRule, ...] = Field(min_length=1)


@cache
def _files() -> tuple[PatternFile, ...]:
    paths = sorted((assets.recipes() / "detectors").glob("*.yaml"))
    return tuple(load(path, PatternFile, shipped=True) for path in paths)


@cache
def country_names() -> dict[str, tuple[str, ...]]:
    """How texts call the countries of the shipped detectors, by ISO 3166-1 code."""
    return {file.detectors[0].country: file.country_names for file in _files() if file.country_names}


@cache
def pattern_rules() -> tuple[PatternRule, ...]:
    """All shipped pattern detectors, ordered by id; clashing ids raise."""
    rules = sorted((rule for file in _files() for rule in file.detectors), key=lambda rule: rule.id)
    twice = {a.id for a, b in pairwise(rules) if a.id == b.id}
    if twice:
        raise RuleError([f"detector id '{name}' is given twice; ids are unique" for name in sorted(twice)])
    return tuple(rules)
