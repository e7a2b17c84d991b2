"""``recipes/presidio.yaml``: what a finding of each of Presidio's recognisers is worth in an audit, and why.

Presidio scores a pattern; an audit has to know whether the finding deserves a person's look. So each recogniser has an
entry that says whether it needs a word nearby, which forms of value count, and what the finding scores then.
"""

from functools import cache, cached_property
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from auditor import assets
from auditor.rules.load import Rule, load
from auditor.rules.pattern import Cases, Score, compiles

FILE = "presidio.yaml"


class Form(Rule):
    """One form of value, as a regular expression for all of it, case-sensitive; scores as in :class:`Curation`."""

    regex: str
    score: Score | None = None
    valid_score: Score | None = None

    @field_validator("regex")
    @classmethod
    def _is_one(cls, value: str, info: ValidationInfo) -> str:
        compiles(value, info)
        return value


class Curation(Rule):
    """How the findings of one recogniser are judged.

    ``score`` is what a finding counts with one of its words nearby or in the name of the column, and always where it
    needs none; without it, what Presidio gives. ``valid_score`` is what a finding counts without a word; without it
    there is none then.
    """

    reason: str
    source: str
    off: bool = Field(default=False, description="never on; what it finds is found better by 'replaced_by'")
    replaced_by: str = ""
    needs: Literal["context", "nothing"] = "nothing"
    context: tuple[str, ...] = Field(default=(), description="words nearby or in the name of the column")
    context_whole: tuple[str, ...] = Field(default=(), description="short ones, which stand on their own")
    columns: tuple[str, ...] = Field(default=(), description="words that count in the name of a column only")
    score: Score | None = None
    valid_score: Score | None = None
    valid_from: float = Field(
        default=0.0, ge=0, le=1, description="patterns that Presidio scores lower never count without a word"
    )
    least: float = Field(default=0.0, ge=0, le=1, description="patterns that Presidio scores lower are left out")
    forms: tuple[Form, ...] = Field(default=(), description="a value must have one of them; the first one counts")
    suppress: tuple[str, ...] = Field(default=(), description="regexes found in known false findings only")
    not_after: tuple[str, ...] = Field(
        default=(), description="regexes that no finding stands behind; they see the 60 characters before it"
    )
    alone: bool = Field(default=False, description="no part of a longer number, path, version or name")
    cases: Cases = Cases()

    @field_validator("suppress", "not_after")
    @classmethod
    def _are_some(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for value in values:
            compiles(value, info)
        return values

    @model_validator(mode="after")
    def _consistent(self) -> "Curation":
        words = bool(self.context or self.context_whole)
        if self.off != bool(self.replaced_by):
            raise ValueError("'off' and 'replaced_by' go together: name the detector that finds the same")
        if not self.off and words != (self.needs == "context"):
            raise ValueError("'needs: context' and words in 'context' or 'context_whole' go together")
        if self.needs == "nothing" and self._valid_scores:
            raise ValueError("'valid_score' is for what needs context; use 'score'")
        return self

    @property
    def _valid_scores(self) -> tuple[float, ...]:
        given = (self.valid_score, *(form.valid_score for form in self.forms))
        return tuple(score for score in given if score is not None)

    @cached_property
    def counts_alone(self) -> bool:
        """Whether a finding can count without a word nearby."""
        return self.needs == "nothing" or bool(self._valid_scores)


class CurationFile(Rule):
    """All entries by id of detector."""

    recognisers: dict[str, Curation]


@cache
def curations() -> dict[str, Curation]:
    """The shipped entries."""
    return load(assets.recipes() / FILE, CurationFile, shipped=True).recognisers
