"""Ways of giving an age as data: ``recipes/ages/*.yaml``, one file per language.

A file says how its language writes an age (``patterns``), which of its words are numbers, and beside which words a
number of years is the age of no person (``not_after``, ``not_before``). In a regular expression ``{n}`` stands for the
figures of an age, ``{number}`` for one word of a number, and every name of ``parts`` for what it says.
"""

from functools import cache

from pydantic import Field, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from auditor import assets
from auditor.rules.load import Rule, load
from auditor.rules.pattern import Cases, Pattern, PatternRule, Score, compiles
from auditor.rules.terms import Language

FIGURES = "[0-9]{1,3}"


class AgePattern(Rule):
    """One way of giving an age; its first group is the finding."""

    regex: str
    score: Score = 0.65
    ignore_case: bool = False


class AgeFile(Rule):
    """How one language gives ages.

    ``numbers`` are words of numbers, which add up: *thirty-four*, *vierunddreißig*. ``months`` are beginnings of units
    shorter than a year. ``not_after`` and ``not_before`` are regular expressions, case ignored, of what stands right
    before or right behind a finding that is none.
    """

    language: Language
    version: int = Field(default=1, ge=1)
    title: str
    source: str
    numbers: dict[str, int] = Field(default={})
    months: tuple[str, ...] = ()
    parts: dict[str, str] = Field(default={})
    patterns: tuple[AgePattern, ...] = Field(min_length=1)
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    false_positives: str = ""
    cases: Cases = Cases()

    @field_validator("not_after", "not_before")
    @classmethod
    def _compile(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for expression in value:
            compiles(expression, info)
        return value

    @model_validator(mode="after")
    def _is_sound(self, info: ValidationInfo) -> "AgeFile":
        for pattern in self.patterns:
            compiled = compiles(self.whole(pattern.regex), info)
            if compiled and not compiled.groups:
                raise ValueError(f"'{pattern.regex}' has no group; the first one is the finding")
        return self

    @property
    def id(self) -> str:
        """The id of its detector."""
        return f"people.age_{self.language}.v{self.version}"

    def whole(self, expression: str) -> str:
        """A regular expression with its parts put in; what is no part stays."""
        numbers = "|".join(sorted(self.numbers, key=len, reverse=True))
        known = self.parts | {"n": FIGURES, "number": f"(?:{numbers})"}
        for _ in range(3):  # parts may hold parts
            for name, part in known.items():
                expression = expression.replace("{" + name + "}", part)
        return expression

    def rule(self) -> PatternRule:
        """Its patterns as a rule of their own."""
        patterns = tuple(
            Pattern.model_construct(regex=self.whole(p.regex), score=p.score, group=1, ignore_case=p.ignore_case)
            for p in self.patterns
        )
        return PatternRule.model_construct(
            id=self.id,
            title=self.title,
            entity="AGE",
            patterns=patterns,
            false_positives=self.false_positives,
            cases=self.cases,
        )


@cache
def age_files() -> tuple[AgeFile, ...]:
    """All shipped ones, by language."""
    paths = sorted((assets.recipes() / "ages").glob("*.yaml"))
    return tuple(load(path, AgeFile, shipped=True) for path in paths)
