"""Ages of persons as texts give them: who is under 16 is a child, who is older has an age (``recipes/ages/*.yaml``).

The patterns of a language say where an age may stand. What is found is read as a number, which tells the entity, and
left out where the words beside it say that no person is that old: a contract, a house, a dog.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import regex

from auditor.detect.info import DetectorInfo
from auditor.detect.patterns import PatternDetector
from auditor.detect.texts import Distinct, Found, Span
from auditor.model import TextColumn
from auditor.rules.ages import AgeFile, age_files
from auditor.rules.recipe import Recipe

ADULT = 16
"""The age from which on nobody is a child: that of consent to services of the information society, at most."""

CONSENT = 13
"""The lowest age that a state may choose instead."""

OLDEST = 119
BEFORE, AFTER = 60, 40
"""Characters before and behind a finding that may deny it."""

AGE, CHILD = "AGE", "CHILD_DATA"
UNDER_13 = json.dumps({"age": "under_13"})
UNDER_16 = json.dumps({"age": "13_to_15"})

_FIGURES = regex.compile("[0-9]+")
_YEAR = 12  # months


class Reader:
    """What an age in one language comes to."""

    def __init__(self, file: AgeFile) -> None:
        self._numbers, self._months = file.numbers, file.months

    @cached_property
    def _words(self) -> Any:
        return regex.compile("|".join(sorted(map(regex.escape, self._numbers), key=len, reverse=True)))

    def years(self, told: str) -> int | None:
        """How old somebody is, in years; None where no number stands."""
        text = told.lower()
        figures = _FIGURES.search(text)
        if figures:
            number = int(figures[0])
        else:
            words = self._words.findall(text) if self._numbers else []
            if not words:
                return None
            number = sum(self._numbers[word] for word in words)
        return number // _YEAR if any(unit in text for unit in self._months) else number


def entity(years: int | None) -> tuple[str, str | None]:
    """The entity of an age and its detail; an empty one where nobody is so old."""
    if years is None or years > OLDEST:
        return "", None
    if years >= ADULT:
        return AGE, None
    return CHILD, UNDER_16 if years >= CONSENT else UNDER_13


class AgeDetector(PatternDetector):
    """The ages of one language."""

    def __init__(self, file: AgeFile, seconds: float) -> None:
        super().__init__(file.rule(), seconds, shipped=True)
        self.entities = frozenset({AGE, CHILD})
        self._file, self._reader = file, Reader(file)

    @cached_property
    def _not_after(self) -> list[Any]:
        return [regex.compile(f"(?:{expression})$", regex.IGNORECASE) for expression in self._file.not_after]

    @cached_property
    def _not_before(self) -> list[Any]:
        return [regex.compile(expression, regex.IGNORECASE) for expression in self._file.not_before]

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """See the base."""
        found = super().found(texts, column)
        spans = zip(found.values.tolist(), found.starts.tolist(), found.ends.tolist(), strict=True)
        told = [self._told(texts.text(value), start, end) for value, start, end in spans]
        names = pa.array([name for name, _ in told], pa.string())
        details = pa.array([detail for _, detail in told], pa.string())
        kept = np.array([bool(name) for name, _ in told], bool)
        return found._replace(entities=names, details=details).take(np.flatnonzero(kept))

    def spans(self, text: str) -> Iterator[Span]:
        """See the base."""
        for span in super().spans(text):
            name, detail = self._told(text, span.start, span.end)
            if name:
                yield span._replace(entity=name, detail=detail)

    def _told(self, text: str, start: int, end: int) -> tuple[str, str | None]:
        before = text[max(0, start - BEFORE) : start]
        if any(words.search(before) for words in self._not_after):
            return "", None
        if any(words.match(text, end, end + AFTER) for words in self._not_before):
            return "", None
        return entity(self._reader.years(text[start:end]))


def detectors(recipe: Recipe) -> Iterable[AgeDetector]:
    """One for each language."""
    return [AgeDetector(file, recipe.limits.pattern_seconds) for file in age_files()]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001
    """What ``auditor explain`` says of them."""
    return [_info(file) for file in age_files()]


def _info(file: AgeFile) -> DetectorInfo:
    return DetectorInfo(
        id=file.id,
        title=file.title,
        entities=(AGE, CHILD),
        engine="patterns",
        patterns=tuple(pattern.regex for pattern in file.rule().patterns),
        false_positives=file.false_positives,
    )
