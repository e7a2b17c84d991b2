"""Detectors made of regular expressions given as data: ``recipes/detectors/*.yaml`` and the patterns of a recipe."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import regex

from auditor.detect import gates
from auditor.detect.derive import derive
from auditor.detect.info import DetectorInfo
from auditor.detect.prefilter import Need
from auditor.detect.texts import Deadline, Span, TextDetector
from auditor.rules.pattern import Pattern, PatternRule, pattern_rules
from auditor.rules.recipe import Recipe

BEFORE, AFTER = 100, 40
"""How far around a finding its context words are looked for, in code points."""

WITHOUT_CONTEXT = 0.5
"""What is left of the score of a finding that needs a context word and has none."""

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


_VALIDATORS = {"": lambda _: True, "luhn": luhn, "entropy": entropy}


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


class PatternDetector(TextDetector):
    """One :class:`PatternRule` at work."""

    def __init__(self, rule: PatternRule, seconds: float) -> None:
        self.id = rule.id
        self.entities = frozenset({rule.entity})
        self.need = need(rule)
        self._rule, self._seconds = rule, seconds
        self._patterns = [(p, regex.compile(p.regex, regex.IGNORECASE if p.ignore_case else 0)) for p in rule.patterns]
        self._suppress = [regex.compile(p, regex.IGNORECASE) for p in rule.suppress]
        self._context = tuple(word.casefold() for word in rule.context)
        self._valid = _VALIDATORS[rule.validator]

    def spans(self, text: str) -> Iterator[Span]:
        """Findings of one text, the better of two patterns that match the same span."""
        best: dict[tuple[int, int], Span] = {}
        deadline = Deadline(self._seconds)
        for pattern, compiled in self._patterns:
            for match in compiled.finditer(text, timeout=self._seconds):
                deadline.check()
                span = self._span(text, pattern, match)
                if span and (span[:2] not in best or best[span[:2]].score < span.score):
                    best[span[:2]] = span
        return iter(best.values())

    def _span(self, text: str, pattern: Pattern, match: Any) -> Span | None:
        start, end = match.span(pattern.group)
        if end <= start or not self._valid(text[start:end]):
            return None
        if any(placeholder.search(text, start, end) for placeholder in self._suppress):
            return None
        return Span(
            start, end, self._rule.entity, self._score(text, start, end, pattern), _detail(pattern.detail, match)
        )

    def _score(self, text: str, start: int, end: int, pattern: Pattern) -> float:
        if not self._context:
            return pattern.score
        around = (text[max(0, start - BEFORE) : start] + "\0" + text[end : end + AFTER]).casefold()
        return pattern.score if any(word in around for word in self._context) else pattern.score * WITHOUT_CONTEXT


def _rules(recipe: Recipe) -> tuple[PatternRule, ...]:
    return (*pattern_rules(), *recipe.patterns)


def detectors(recipe: Recipe) -> Iterable[PatternDetector]:
    """Every shipped pattern and those of the recipe."""
    return [PatternDetector(rule, recipe.limits.pattern_seconds) for rule in _rules(recipe)]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:
    """What ``auditor explain`` says of them."""
    return [_info(rule) for rule in _rules(recipe)]


def _info(rule: PatternRule) -> DetectorInfo:
    return DetectorInfo(
        id=rule.id,
        title=rule.title,
        entities=(rule.entity,),
        engine="patterns",
        patterns=tuple(p.regex for p in rule.patterns),
        keywords=rule.keywords,
        context=rule.context,
        references=rule.references,
        false_positives=rule.false_positives,
    )
