"""Precision, recall and F1 with their intervals."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the normal distribution."""


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Score interval of a proportion (Wilson 1927), within 0 to 1; (0, 1) where nothing was counted."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)


class Score(NamedTuple):
    """Counts of one entity or of several: labelled spans, findings, and pairs of both that match."""

    support: int
    found: int
    tp: int

    @property
    def fp(self) -> int:
        """Findings that match no label."""
        return self.found - self.tp

    @property
    def fn(self) -> int:
        """Labels that no finding matches."""
        return self.support - self.tp

    @property
    def precision(self) -> float | None:
        """Share of the findings that match a label; None where nothing was found."""
        return self.tp / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of the labels that were found; None where nothing is labelled."""
        return self.tp / self.support if self.support else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two; None where nothing is labelled and nothing was found."""
        return 2 * self.tp / (self.support + self.found) if self.support + self.found else None

    def as_dict(self) -> dict[str, Any]:
        """All of it, with Wilson intervals of 95 % (None where there is no figure)."""
        return {
            "support": self.support,
            "found": self.found,
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
            **_bounded("precision", self.precision, self.tp, self.found),
            **_bounded("recall", self.recall, self.tp, self.support),
            "f1": _rounded(self.f1),
        }


def _bounded(name: str, value: float | None, hits: int, of: int) -> dict[str, float | None]:
    low, high = wilson(hits, of) if of else (None, None)
    return {name: _rounded(value), f"{name}_low": _rounded(low), f"{name}_high": _rounded(high)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def total(scores: Iterable[Score]) -> Score:
    """Micro total: the counts of all, added up."""
    return Score(*(sum(column) for column in zip(*scores, strict=True))) if (scores := list(scores)) else Score(0, 0, 0)


class Macro(NamedTuple):
    """Unweighted means over entities, each over those that have the figure."""

    precision: float | None
    recall: float | None
    f1: float | None

    @classmethod
    def of(cls, scores: Iterable[Score]) -> "Macro":
        """Means of some scores."""
        held = list(scores)
        return cls(*(_mean(getattr(score, name) for score in held) for name in cls._fields))

    def as_dict(self) -> dict[str, Any]:
        """The three figures."""
        return {name: _rounded(value) for name, value in zip(self._fields, self, strict=True)}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
