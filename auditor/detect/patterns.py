"""Detectors made of regular expressions given as data: ``recipes/detectors/*.yaml`` and the patterns of a recipe.

Every pattern runs over windows around the hits of the prefilter (:mod:`auditor.detect.search`); a rule with one that
has no window, for it looks too far or nothing in it is telling, runs over whole texts. Both find the same (tested).
Patterns of a recipe always run under a clock.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property, partial
from importlib import import_module
from typing import Any

import numpy as np
import pyarrow as pa
import regex

from auditor.detect import gates
from auditor.detect.checksums import CHECKSUMS
from auditor.detect.derive import derive, looks_around
from auditor.detect.expressions import is_literal
from auditor.detect.info import DetectorInfo
from auditor.detect.nearby import Nearby, bound
from auditor.detect.prefilter import Need
from auditor.detect.search import Raw, Regexes, Result, look
from auditor.detect.texts import Deadline, Distinct, Found, Span, TextDetector
from auditor.detect.windows import Pieces
from auditor.errors import RuleError
from auditor.model import TextColumn
from auditor.rules.pattern import Pattern, PatternRule, pattern_rules
from auditor.rules.recipe import Recipe

_NAME = regex.compile(r"\$([A-Za-z]+)")


def need(rule: PatternRule) -> Need:
    """What every text with a finding of a rule holds: by its patterns, else by its keywords."""
    known = [derive([p.regex], regex.IGNORECASE if p.ignore_case else 0) for p in rule.patterns]
    found = [each.expressions for each in known if each and each.expressions]
    words = [(gates.coded(word),) for word in rule.keywords]
    either = found if len(found) == len(known) else words
    return Need(gates.any_of(rule.keywords), tuple(sorted({e for expressions in either for e in expressions})))


def luhn(value: str) -> bool:
    """Whether the digits of ``value`` hold the Luhn checksum."""
    digits = [int(c) for c in value if c.isdecimal()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return bool(digits) and sum(doubled) % 10 == 0


def entropy(value: str) -> bool:
    """Whether ``value`` looks random: at least 3 bits of Shannon entropy per character."""
    share = [n / len(value) for n in Counter(value).values()]
    return -sum(p * math.log2(p) for p in share) >= 3.0


_VALIDATORS: dict[str, Callable[[str], bool]] = {"": lambda _: True, "luhn": luhn, "entropy": entropy}


@cache
def _standard(name: str) -> Any:
    return import_module(name)


def _is_standard(name: str, value: str) -> bool:
    """Whether a module of python-stdnum takes a value as it is or without its separators; each knows other ones."""
    bare = "".join(filter(str.isalnum, value))
    try:
        return any(_standard(name).is_valid(one) for one in dict.fromkeys((value, bare)))
    except (ArithmeticError, LookupError, TypeError, ValueError):  # some modules fail on values that are none
        return False


def validator(name: str) -> Callable[[str], bool]:
    """What a rule names; a module of python-stdnum is imported when the first value is seen."""
    if name.startswith("checksum."):
        return _checksum(name.removeprefix("checksum."))
    return _VALIDATORS.get(name) or partial(_is_standard, name)


def _checksum(name: str) -> Callable[[str], bool]:
    if name not in CHECKSUMS:
        raise RuleError([f"no validator 'checksum.{name}'; have {', '.join(sorted(CHECKSUMS))}"])
    return CHECKSUMS[name]


def _detail(template: dict[str, str], match: Any) -> str | None:
    """Detail as JSON: ``$name`` stands for what a group matched, ``$NAME`` for the same in capitals."""
    if not template:
        return None
    return json.dumps({key: _fill(value, match) for key, value in template.items()}, sort_keys=True)


def _fill(template: str, match: Any) -> str:
    def value(name: str) -> str:
        text = match[name.lower()] or ""
        return text.upper() if name.isupper() else text

    filled: str = _NAME.sub(lambda m: value(m[1]), template)
    return filled


def _flags(pattern: Pattern) -> int:
    return int(regex.IGNORECASE) if pattern.ignore_case else 0


class _Judge:
    """What a rule asks of the value that a pattern has matched."""

    def __init__(self, rule: PatternRule) -> None:
        self._rule = rule
        self._valid = validator(rule.validator)

    @cached_property
    def _suppress(self) -> list[Any]:
        return [regex.compile(p, regex.IGNORECASE) for p in self._rule.suppress]

    def span(self, group: int, match: Any) -> tuple[int, int] | None:
        """Where the finding of a match stands; None where it is none."""
        start, end = match.span(group)
        if end <= start or not self._valid(match.string[start:end]):
            return None
        if any(placeholder.search(match.string, start, end) for placeholder in self._suppress):
            return None
        return start, end


def _is_telling(expressions: tuple[str, ...]) -> bool:
    """Whether a scan can jump by every one of them."""
    return bool(expressions) and all(map(is_literal, expressions))


class _Search(Regexes):
    """One pattern of a rule: its matches, and when they are told the group and the detail that are the finding."""

    def __init__(
        self, rule: PatternRule, pattern: Pattern, judge: _Judge, words: Nearby, seconds: float, *, shipped: bool
    ) -> None:
        flags = _flags(pattern)
        derived = derive([pattern.regex], flags)
        clock = not (shipped and derived and derived.chars)  # one that may be long can be slow, though it ends
        super().__init__([(pattern.regex, pattern.score)], flags, seconds, self._judged, clock=clock)
        self.gate = gates.any_of(rule.keywords)
        if words and not pattern.valid_score and derived and not _is_telling(derived.expressions):
            self.need, self.reach = bound(self.reach, words)
        self._asks, self._group, self._detail = judge, pattern.group, template(rule, pattern)

    @property
    def is_windowed(self) -> bool:
        """Whether the prefilter can say where to look."""
        return bool(self.need.windowed and self.need.expressions)

    def _judged(self, match: Any, score: float) -> list[Result]:
        return [(*match.span(), score)] if self._asks.span(self._group, match) else []

    def told(self, cut: Pieces, raw: Raw) -> tuple[Raw, pa.Array | None]:
        """See the base; only what needs the match again matches again."""
        fixed = not any("$" in value for value in self._detail.values())
        if fixed and not self._group:
            detail = _detail(self._detail, None)
            return raw, None if detail is None else pa.repeat(pa.scalar(detail, pa.string()), len(raw.pieces))
        texts = cut.texts.take(pa.array(raw.pieces)).to_pylist()
        compiled = self._patterns[0].compiled
        places = zip(texts, raw.starts.tolist(), strict=True)
        matches = [compiled.match(text, start, timeout=self._seconds) for text, start in places]
        spans = np.array([match.span(self._group) for match in matches], np.int64).reshape(-1, 2)
        details = pa.array([_detail(self._detail, match) for match in matches], pa.string())
        return Raw(raw.pieces, spans[:, 0], spans[:, 1], raw.scores), details


def template(rule: PatternRule, pattern: Pattern) -> dict[str, str]:
    """The detail of the findings of a pattern, with the country of its rule."""
    return {"country": rule.country, **pattern.detail} if rule.country else pattern.detail


class PatternDetector(TextDetector):
    """One :class:`PatternRule` at work; only a ``shipped`` one may do without a clock.

    Where the rule has context words, its findings have the full score near one and in a column whose name holds one.
    Elsewhere they have the ``valid_score`` of their pattern, or there are none.
    """

    def __init__(self, rule: PatternRule, seconds: float, *, shipped: bool = False) -> None:
        self.id = rule.id
        self.entities = frozenset({rule.entity})
        self.need = need(rule)
        self.nearby = Nearby(rule.context, rule.context_whole, rule.columns)
        self._rule, self._seconds, self._judge = rule, seconds, _Judge(rule)
        searches = [_Search(rule, p, self._judge, self.nearby, seconds, shipped=shipped) for p in rule.patterns]
        around = any(looks_around(pattern, regex.IGNORECASE) for pattern in rule.suppress)
        bounded = all(search.is_windowed for search in searches) and not around
        self.searches = tuple(searches) if bounded else ()
        if self.nearby and not any(pattern.valid_score for pattern in rule.patterns):
            self.need = self.nearby.need._replace(windowed=False)

    @cached_property
    def _patterns(self) -> list[tuple[Pattern, Any, dict[str, str]]]:
        return [(p, regex.compile(p.regex, _flags(p)), template(self._rule, p)) for p in self._rule.patterns]

    @property
    def needs(self) -> tuple[Need, ...]:
        """See the base."""
        return tuple(search.need for search in self.searches) or (self.need,)

    def is_about(self, path: str) -> bool:
        """Whether the name of a column holds a context word: that is one for all its cells."""
        return self.nearby.names(path)

    def found(self, texts: Distinct, column: TextColumn) -> Found:
        """Findings by value, of windows where there are some; in a column that is called so, of whole texts."""
        named = self.is_about(column.path)
        if not self.searches:
            anywhere = Need() if named else self.need
            return self.each(texts, column, lambda text: self._spans(text, named=named), anywhere)
        scan, need = texts.scan(self.prefilter), Need() if named else None
        parts = []
        for search, pattern in zip(self.searches, self._rule.patterns, strict=True):
            part = look(search, self._rule.entity, texts, scan, column, self._seconds, need)
            parts.append(part if named or not self.nearby else self._scored(part, texts, pattern))
        found = parts[0]
        for part in parts[1:]:
            found = found.joined(part)
        return _best(found) if len(parts) > 1 or self._rule.patterns[0].group else found

    def _scored(self, found: Found, texts: Distinct, pattern: Pattern) -> Found:
        """Findings with the scores that words near them leave."""
        spans = zip(found.values.tolist(), found.starts.tolist(), found.ends.tolist(), strict=True)
        near = np.array([self.nearby.near(texts.text(value), start, end) for value, start, end in spans], bool)
        if not pattern.valid_score:
            return found.take(np.flatnonzero(near))
        return found._replace(scores=np.where(near, pattern.score, _alone(pattern)))

    def spans(self, text: str) -> Iterator[Span]:
        """Findings of one text, the better of two patterns that match the same span."""
        return self._spans(text, named=False)

    def _spans(self, text: str, *, named: bool) -> Iterator[Span]:
        best: dict[tuple[int, int], Span] = {}
        deadline = Deadline(self._seconds)
        for pattern, compiled, detail in self._patterns:
            for match in compiled.finditer(text, timeout=self._seconds):
                deadline.check()
                at = self._judge.span(pattern.group, match)
                is_told = named or not self.nearby or bool(at and self.nearby.near(text, *at))
                score = pattern.score if is_told else _alone(pattern)
                if at and score and (at not in best or best[at].score < score):
                    best[at] = Span(*at, self._rule.entity, score, _detail(detail, match))
        return iter(best.values())


def _alone(pattern: Pattern) -> float:
    """The score of a finding without the word that it asks for; 0 where there is none then."""
    return min(pattern.score, pattern.valid_score or 0.0)


def _best(found: Found) -> Found:
    """The better of the findings with one span in one text, the first of equals."""
    order = np.lexsort((-found.scores, found.ends, found.starts, found.values))  # stable: equals in their order
    same = np.ones(len(order), bool)
    for column in (found.values, found.starts, found.ends):
        same[1:] &= column[order][1:] == column[order][:-1]
    same[:1] = False
    return found.take(order[~same])


def _on(rules: Iterable[PatternRule], recipe: Recipe) -> list[PatternRule]:
    return [rule for rule in rules if rule.is_on(recipe.countries)]


def detectors(recipe: Recipe) -> Iterable[PatternDetector]:
    """Every shipped pattern and those of the recipe, as far as its countries want them."""
    seconds = recipe.limits.pattern_seconds
    shipped = [PatternDetector(rule, seconds, shipped=True) for rule in _on(pattern_rules(), recipe)]
    return [*shipped, *(PatternDetector(rule, seconds) for rule in _on(recipe.patterns, recipe))]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:
    """What ``auditor explain`` says of them."""
    return [_info(rule) for rule in (*_on(pattern_rules(), recipe), *_on(recipe.patterns, recipe))]


def _info(rule: PatternRule) -> DetectorInfo:
    return DetectorInfo(
        id=rule.id,
        title=rule.title,
        entities=(rule.entity,),
        engine="patterns",
        patterns=tuple(p.regex for p in rule.patterns),
        keywords=rule.keywords,
        context=(*rule.context, *rule.context_whole),
        references=rule.references,
        false_positives=rule.false_positives,
    )
