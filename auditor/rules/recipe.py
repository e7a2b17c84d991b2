"""Audit recipes: which detectors run, with which names engine, limits, gate and regimes."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.model import Limits, Severity
from auditor.rules.load import Rule, load
from auditor.rules.pattern import PatternRule


class Names(Rule):
    """The engine that finds names. ``none`` tokenises only; ``spacy`` loads an installed spaCy package.

    ``context`` says what context words are compared with: the ``words`` of the text where the pipeline has no lemmas,
    or ``lemmas`` alone, as plain Presidio does (without a model it then finds no context).
    """

    engine: Literal["none", "spacy"] = "none"
    model: str = ""
    context: Literal["words", "lemmas"] = "words"


class Filters(Rule):
    """Glob patterns; an empty ``include`` means everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class LimitsRule(Rule):
    """Bounds on what one text, record or fragment may cost; see :class:`auditor.model.Limits`."""

    line_bytes: int = Field(default=Limits.line_bytes, ge=1 << 10, le=1 << 30)
    document_bytes: int = Field(default=Limits.document_bytes, ge=1 << 10, le=1 << 30)
    cell_chars: int = Field(default=Limits.cell_chars, ge=10_000, le=10_000_000)
    batch_bytes: int = Field(default=Limits.batch_bytes, ge=1 << 16, le=1 << 28)
    fragment_bytes: int = Field(default=Limits.fragment_bytes, ge=1 << 16, le=1 << 32)
    pattern_seconds: float = Field(default=Limits.pattern_seconds, gt=0, le=60)
    stall_seconds: float = Field(default=Limits.stall_seconds, ge=1, le=3600)
    memory_mb: int = Field(default=Limits.memory_mb, ge=256, le=1 << 20)


class Recipe(Rule):
    """One audit recipe (``recipes/NAME.yaml`` or a file of the user's)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    description: str
    detectors: tuple[str, ...] = Field(default=("*",), min_length=1)
    without: tuple[str, ...] = ()
    threshold: float = Field(default=0.0, ge=0, le=1)
    names: Names = Names()
    countries: tuple[str, ...] = ()
    curated: bool = Field(default=True, description="judge Presidio's findings by recipes/presidio.yaml")
    language: str = Field(default="en", pattern=r"^[a-z]{2,3}$")
    regimes: tuple[str, ...] = ("gdpr", "ccpa")
    files: Filters = Filters()
    columns: Filters = Filters()
    fail_on: Literal["critical", "high", "medium", "low", "never"] = "high"
    min_coverage: float = Field(default=100.0, ge=0, le=100)
    severity: dict[str, Severity] = Field(default={})
    limits: LimitsRule = LimitsRule()
    patterns: tuple[PatternRule, ...] = ()

    @field_validator("detectors", "without")
    @classmethod
    def _globs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not part.strip() for part in value):
            raise ValueError("an empty pattern selects nothing; name a detector id or a glob such as 'secrets.*'")
        return value

    @field_validator("countries")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Checked against the detectors' own countries when these are built."""
        if any(not re.fullmatch(r"[A-Z]{2}|\*", code) for code in value):
            raise ValueError('countries are ISO 3166-1 codes of two capitals such as GB, or "*" for all')
        return value

    def bounds(self) -> Limits:
        """The limits as the plain dataclass that sources and detectors take."""
        return Limits(**self.limits.model_dump())


def shipped() -> dict[str, Path]:
    """Recipes that come with the auditor, by id (= file name)."""
    reserved = {"entities", "facts", "presidio"}
    return {p.stem: p for p in sorted(assets.recipes().glob("*.yaml")) if p.stem not in reserved}


def find(name: str) -> Path:
    """Path of a recipe given by shipped id or by file.

    Raises:
        RuleError: when neither exists; the message lists the shipped ids.
    """
    known = shipped()
    if name in known:
        return known[name]
    if Path(name).suffix in (".yaml", ".yml") and Path(name).is_file():
        return Path(name)
    raise RuleError([f"no recipe '{name}'; have {', '.join(known)}, or give the path of a YAML file"])


def read(name: str) -> Recipe:
    """Load and check one recipe; cross-file checks are in :mod:`auditor.rules.check`."""
    return load(find(name), Recipe)
