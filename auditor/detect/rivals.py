"""One number that fits the rules of several countries, or of several documents of one: which of them it is.

Passport numbers of thirty countries look alike, so a scan for all countries finds one number thirty times. Of the
findings of national identifiers with one span one stays. What decides, until one is left:

1. the label that stands nearest: in *passport LC386782, licence no. ...* the number is a passport's; the name of the
   column is the label farthest off;
2. the country that is named nearest, among those that come into question;
3. the score.

Where several countries are left the best of them stays and its detail names all of them. A telephone number is a rival
too: without its label it looks like many of them.
"""

import json
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import regex

from auditor.detect.nearby import AFTER, BEFORE, Nearby, sought, spaced
from auditor.detect.prefilter import Ints
from auditor.detect.texts import Floats
from auditor.model import TextColumn
from auditor.rules.curation import curations
from auditor.rules.pattern import country_names, pattern_rules
from auditor.rules.vocabulary import vocabulary

ALIKE = 0.05
"""Scores that differ by no more say the same."""

_CLASS = "natid"
_OWN = "ids."
_PHONE, _PHONES = "PHONE_NUMBER", "presidio.phone.v1"
_PRESIDIO = regex.compile(r"presidio\.([a-z]{2})_")
_ISO = {"UK": "GB"}
_BEHIND = 20
"""What a label behind a number is farther off than one before it: most stand before."""


class Claim(NamedTuple):
    """A detector that takes a value for a number of its country."""

    country: str
    words: tuple[str, ...]
    whole: tuple[str, ...]


@cache
def claim(detector: str) -> Claim | None:
    """What the findings of a detector claim; None where they are no national identifiers."""
    if is_own(detector):
        own = next((rule for rule in pattern_rules() if rule.id == detector), None)
        return Claim(own.country, own.context, (*own.context_whole, *own.columns)) if own else None
    country, rule = _PRESIDIO.match(detector), curations().get(detector)
    if not rule or not (country or detector == _PHONES):
        return None
    code = country[1].upper() if country else ""
    return Claim(_ISO.get(code, code), rule.context, (*rule.context_whole, *rule.columns))


def is_own(detector: str) -> bool:
    """Whether a detector is a rule of ours for national identifiers."""
    return detector.startswith(_OWN)


def claims(detectors: Sequence[str], entities: Sequence[str | None]) -> list[bool]:
    """Which findings are claims, by their detectors and entities.

    All of our rules are, of Presidio's the national ones and telephone numbers.
    """
    known = vocabulary().entities
    return [
        bool(claim(detector))
        and (is_own(detector) or is_phone(entity) or (entity in known and known[entity].class_ == _CLASS))
        for detector, entity in zip(detectors, entities, strict=True)
    ]


def is_phone(entity: str | None) -> bool:
    """Whether an entity is a telephone number."""
    return entity == _PHONE


class Around(NamedTuple):
    """What stands around a value: the name of its column and the text before it, and the text behind it."""

    before: str
    after: str

    @classmethod
    def of(cls, path: str, text: str, start: int, end: int) -> "Around":
        """Of a value at some offsets (code points) of a text."""
        return cls(spaced(path) + "\n" + text[max(0, start - BEFORE) : start], text[end : end + AFTER])

    def nearest(self, wanted: Any) -> tuple[str, str]:
        """The match of a pattern that is nearest and the name of its last group; empty strings where there is none."""
        before = [(len(self.before) - m.end(), m) for m in wanted.finditer(self.before)][-1:]
        after = [(m.start() + _BEHIND, m) for m in (wanted.search(self.after),) if m]
        if not before and not after:
            return "", ""
        _, match = min(before + after, key=lambda one: one[0])
        return match.group(), match.lastgroup or ""


class Panel:
    """Some detectors that claim one value."""

    def __init__(self, detectors: tuple[str, ...]) -> None:
        self._claims = [found for found in map(claim, detectors) if found]

    @cached_property
    def _labels(self) -> Any:
        words = [word for one in self._claims for word in one.words]
        whole = [word for one in self._claims for word in one.whole]
        return sought(words, whole) if words or whole else None

    @cached_property
    def _countries(self) -> Any:
        names = {one.country: country_names().get(one.country, ()) for one in self._claims if one.country}
        parts = [f"(?P<{code}>{_named(called)})" for code, called in names.items() if called]
        return regex.compile("|".join(parts)) if len(names) > 1 and parts else None

    def chosen(self, scores: Sequence[float], around: Around) -> tuple[int, tuple[str, ...]]:
        """Which of them has it, by their scores; and the countries that come into question where it is not told."""
        left = self._labelled(around)
        if self._countries and len({self._claims[i].country for i in left}) > 1:
            left = self._told(left, around)
        best = max(scores[i] for i in left)
        left = [i for i in left if scores[i] >= best - ALIKE - 1e-9]
        countries = sorted({self._claims[i].country for i in left} - {""})
        return max(left, key=lambda i: (scores[i], -i)), tuple(countries) if len(countries) > 1 else ()

    def _labelled(self, around: Around) -> list[int]:
        label = around.nearest(self._labels)[0] if self._labels else ""
        if not label:
            return list(range(len(self._claims)))
        return self._sharing(label.lower()) or list(range(len(self._claims)))

    @lru_cache(maxsize=1024)  # noqa: B019 - panels live as long as the process
    def _sharing(self, label: str) -> list[int]:
        """Those that have a label among their words."""
        return [i for i, one in enumerate(self._claims) if Nearby(one.words, one.whole).near(label, len(label), 0)]

    def _told(self, left: list[int], around: Around) -> list[int]:
        code = around.nearest(self._countries)[1]
        return [i for i in left if self._claims[i].country == code] or left


def _named(called: Sequence[str]) -> str:
    """A pattern for the names of a country."""
    return "|".join(
        rf"(?<!\w){regex.escape(name)}(?!\w)" if name.isupper() else rf"(?<!\w)(?i:{regex.escape(name)})"
        for name in called
    )


@lru_cache(maxsize=4096)
def panel(detectors: tuple[str, ...]) -> Panel:
    """The panel of some detectors."""
    return Panel(detectors)


@lru_cache(maxsize=4096)
def _chosen(detectors: tuple[str, ...], scores: tuple[float, ...], around: Around) -> tuple[int, tuple[str, ...]]:
    return panel(detectors).chosen(scores, around)


def groups(row: Ints, start: Ints, end: Ints) -> list[Ints]:
    """Places of the findings with one span, two or more each."""
    order = np.lexsort((end, start, row))
    new = np.ones(len(order), bool)
    new[1:] = False
    for column in (row, start, end):
        new[1:] |= column[order][1:] != column[order][:-1]
    return [group for group in np.split(order, np.flatnonzero(new)[1:]) if len(group) > 1]


def settle(spans: pa.RecordBatch, scores: Floats, places: Ints, column: TextColumn) -> tuple[Ints, dict[int, str]]:
    """Of claims at some ``places`` of SPANS with a detector: which lose, and the details of those that stay unsure."""
    row, start, end = (spans[name].to_numpy()[places] for name in ("row", "start", "end"))
    who = spans["detector"].take(pa.array(places)).to_pylist()
    lost: list[int] = []
    details: dict[int, str] = {}
    for group in groups(row, start, end):
        ordered = sorted((who[i], int(places[i])) for i in group.tolist())
        names, where = zip(*ordered, strict=True)
        if not any(map(is_own, names)):
            continue
        first = group[0]
        text = column.texts[int(row[first])].as_py()
        around = Around.of(column.path, text, int(start[first]), int(end[first]))
        won, countries = _chosen(names, tuple(float(scores[i]) for i in where), around)
        lost += [i for i in where if i != where[won]]
        if countries:
            details[where[won]] = _several(spans["detail"][where[won]].as_py(), countries)
    return np.array(sorted(lost), np.int64), details


def _several(detail: str | None, countries: Sequence[str]) -> str:
    known = json.loads(detail) if detail else {}
    return json.dumps({**known, "country": "several", "countries": list(countries)}, sort_keys=True)
