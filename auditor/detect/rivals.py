"""One number that fits the rules of several countries, or of several documents of one: which of them it is.

Passport numbers of thirty countries look alike, so a scan for all countries finds one number thirty times. Of the
findings of national identifiers with one span one stays. What decides, until one is left:

1. the label that stands nearest: in *passport LC386782, licence no. ...* the number is a passport's; the name of the
   column is the label farthest off;
2. the country that is named nearest. Where it is none of those that come into question, and close by, a rule of no
   country (``ids.any_passport.v1``) has it: a *Philippine passport* is no Austrian one, though it looks like one;
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
_CLOSE = 40
"""How far off a country may be named that takes a value from all others."""
_COMMON = 10
"""A label that the rules of so many countries have says nothing of the country: *passport*, but not *paszport*."""
_OTHER = "other"
_BEHIND = 20
"""What a label behind a number is farther off than one before it: most stand before."""


class Claim(NamedTuple):
    """A detector that takes a value for a number of its country; ``columns`` are labels that others have rather."""

    country: str
    words: tuple[str, ...]
    whole: tuple[str, ...]
    columns: tuple[str, ...]


@cache
def claim(detector: str) -> Claim | None:
    """What the findings of a detector claim; None where they are no national identifiers."""
    if is_own(detector):
        own = next((rule for rule in pattern_rules() if rule.id == detector), None)
        return Claim(own.country, own.context, own.context_whole, own.columns) if own else None
    country, rule = _PRESIDIO.match(detector), curations().get(detector)
    if not rule or not (country or detector == _PHONES):
        return None
    code = country[1].upper() if country else ""
    return Claim(_ISO.get(code, code), rule.context, rule.context_whole, rule.columns)


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

    def nearest(self, wanted: Any) -> tuple[str, str, int]:
        """The match of a pattern that is nearest, the name of its last group and how far off it is.

        The strings are empty where there is none. Matches may overlap: in *mon numéro national* the second counts.
        """
        before = [(len(self.before) - m.end(), m) for m in wanted.finditer(self.before, overlapped=True)]
        after = [(m.start() + _BEHIND, m) for m in (wanted.search(self.after),) if m]
        if not before and not after:
            return "", "", 0
        far, match = min(before + after, key=lambda one: (one[0], one[1].start()))
        return match.group(), match.lastgroup or "", far


class Panel:
    """Some detectors that claim one value."""

    def __init__(self, detectors: tuple[str, ...]) -> None:
        known = [(name, found) for name in detectors if (found := claim(name))]
        self._claims = [found for _, found in known]
        self._any = {i for i, (name, found) in enumerate(known) if is_own(name) and not found.country}

    @cached_property
    def _labels(self) -> Any:
        words = [word for one in self._claims for word in one.words]
        whole = [word for one in self._claims for word in (*one.whole, *one.columns)]
        return sought(words, whole) if words or whole else None

    @cached_property
    def _countries(self) -> Any:
        asked = {one.country for one in self._claims if one.country}
        names = {code: called for code, called in country_names().items() if self._any or code in asked}
        parts = [f"(?P<{code or _OTHER}>{_named(called)})" for code, called in names.items() if called]
        return regex.compile("|".join(parts)) if len(names) > 1 and parts else None

    def chosen(self, scores: Sequence[float], around: Around) -> tuple[int, tuple[str, ...]]:
        """Which of them has it, by their scores; and the countries that come into question where it is not told."""
        label = around.nearest(self._labels)[0].lower() if self._labels else ""
        left = (self._sharing(label) if label else []) or list(range(len(self._claims)))
        if self._countries and len({self._claims[i].country for i in left}) > 1:
            left = self._told(left, around, anyones=not label or _speakers(label) >= _COMMON)
        best = max(scores[i] for i in left)
        left = [i for i in left if scores[i] >= best - ALIKE - 1e-9]
        countries = sorted({self._claims[i].country for i in left} - {""})
        return max(left, key=lambda i: (scores[i], -i)), tuple(countries) if len(countries) > 1 else ()

    @lru_cache(maxsize=1024)  # noqa: B019 - panels live as long as the process
    def _sharing(self, label: str) -> list[int]:
        """Those that have a label among their words, else those that have it for names of columns."""
        own = [i for i, one in enumerate(self._claims) if Nearby(one.words, one.whole).near(label, len(label), 0)]
        return own or [i for i, one in enumerate(self._claims) if Nearby((), one.columns).near(label, len(label), 0)]

    def _told(self, left: list[int], around: Around, *, anyones: bool) -> list[int]:
        """Those of the country that is named nearest; of an ``anyones`` label, those of none where it is another's."""
        _, code, far = around.nearest(self._countries)
        named = [i for i in left if code and self._claims[i].country == code]
        other = [i for i in left if i in self._any] if anyones and code and far <= _CLOSE else []
        return named or other or left


@lru_cache(maxsize=4096)
def _speakers(label: str) -> int:
    """How many countries have a label among the words of their rules."""
    known = [(rule.country, claim(rule.id)) for rule in pattern_rules() if is_own(rule.id) and rule.country]
    return len({code for code, one in known if one and Nearby(one.words, one.whole).near(label, len(label), 0)})


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
