"""Pattern detectors as data: ``recipes/detectors/*.yaml``, each pattern with its own pass and fail cases."""

from functools import cache
from itertools import pairwise
from typing import Annotated, Literal

import regex
from pydantic import Field, field_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.load import Rule, load

Score = Annotated[float, Field(gt=0, le=1)]


class Cases(Rule):
    """Texts with every expected span marked ``«so»``, and texts without any finding."""

    match: tuple[str, ...] = Field(default=(), description="texts with the spans marked")
    miss: tuple[str, ...] = ()


class Pattern(Rule):
    """One regular expression (``regex`` module syntax); ``group`` is the part that is the finding."""

    regex: str
    score: Score
    group: int = 0
    ignore_case: bool = False
    detail: dict[str, str] = Field(default={}, description="fixed facts, or names of groups as '$name'")

    @field_validator("regex")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            compiled = regex.compile(value)
        except regex.error as error:
            raise ValueError(f"is not a regular expression: {error}") from None
        if compiled.match(""):
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
    validator: Literal["", "luhn", "entropy"] = ""
    context: tuple[str, ...] = Field(default=(), description="words nearby that the finding needs to reach full score")
    references: tuple[str, ...] = ()
    false_positives: str = ""
    status: Literal["draft", "test", "stable", "deprecated"] = "stable"
    cases: Cases = Cases()


class PatternFile(Rule):
    """One file of pattern detectors of one family."""

    family: str
    title: str
    source: str
    detectors: tuple[PatternRule, ...] = Field(min_length=1)


@cache
def pattern_rules() -> tuple[PatternRule, ...]:
    """All shipped pattern detectors, ordered by id; clashing ids raise."""
    files = [load(path, PatternFile) for path in sorted((assets.recipes() / "detectors").glob("*.yaml"))]
    rules = sorted((rule for file in files for rule in file.detectors), key=lambda rule: rule.id)
    twice = {a.id for a, b in pairwise(rules) if a.id == b.id}
    if twice:
        raise RuleError([f"detector id '{name}' is given twice; ids are unique" for name in sorted(twice)])
    return tuple(rules)
