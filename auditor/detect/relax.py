"""From a regular expression to a Hyperscan expression that every match of it holds.

The pattern is parsed by the standard library; what the ``regex`` module knows beyond it is not relaxed, and its rule
falls back to its keywords. Of a sequence the most telling stretch is kept: anchors and look-arounds say nothing here,
and long repetitions of anything would make every place a hit. Bytes from 80 to FF stand for all characters beyond
ASCII, which have two to four of them. Case is ignored throughout. All of it only widens what matches.
"""

import re
from collections.abc import Iterable, Sequence
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from auditor.detect import gates
from auditor.rules.pattern import PatternRule

LONG = 64
"""Most repetitions that are kept; more are as many as one likes."""

TELLING = 3.0
"""Literal characters, or as much in narrow classes, that an expression must hold to be worth a scan."""

_BEYOND = r"\x80-\xff"
_ANY = r"[\x00-\xff]"
_BEYOND_RE = re.compile(r"\[:\^?\w+:\]|\{(?!\d*,?\d*\})")
"""POSIX classes and fuzzy matching, which the standard library reads as something else."""

_TESTS: dict[Any, str] = {
    c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s", c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


class _RefusedError(Exception):
    """A construct that cannot be relaxed."""


class Part(NamedTuple):
    """An expression for one item: how telling it is, and whether it is worth nothing as a link between others."""

    expression: str
    weight: float
    weak: bool = False


def expressions(rule: PatternRule) -> tuple[str, ...]:
    """What every text with a finding of a rule holds: by its patterns, else by its keywords; or nothing."""
    relaxed = [relax(pattern.regex, ignore_case=pattern.ignore_case) for pattern in rule.patterns]
    if all(relaxed):
        return tuple(sorted({expression for expression in relaxed if expression}))
    return tuple(gates.coded(word) for word in rule.keywords)


def relax(pattern: str, *, ignore_case: bool = False) -> str | None:
    """An expression that every match of ``pattern`` holds; None when there is none worth a scan."""
    if _BEYOND_RE.search(re.sub(r"\\.", "", pattern, flags=re.DOTALL)):
        return None
    try:
        parsed = parser.parse(pattern, re.IGNORECASE if ignore_case else 0)
        part = _Relaxer(folds=bool(parsed.state.flags & re.IGNORECASE) or "(?i" in pattern).best(parsed)
    except (re.error, _RefusedError, RecursionError, OverflowError):
        return None
    return part.expression if part.weight >= TELLING and len(part.expression) < 4000 else None


def marks(pattern: str) -> tuple[str, ...]:
    """ASCII characters, neither letters nor digits: every match of ``pattern`` holds one of each of the strings."""
    try:
        return tuple(sorted(_marks(parser.parse(pattern))))
    except re.error:
        return ()


def _marks(items: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for op, value in items:
        if op is c.LITERAL or op is c.IN:
            literals = [value] if op is c.LITERAL else [v if o is c.LITERAL else -1 for o, v in value]
            if all(0 <= code < 0x80 and not chr(code).isalnum() for code in literals):
                found.add("".join(map(chr, literals)))
        elif op is c.SUBPATTERN:
            found |= _marks(value[3])
        elif op is c.BRANCH:
            found |= set.intersection(*map(_marks, value[1]))
        elif op is c.MAX_REPEAT and value[0]:
            found |= _marks(value[2])
    return found


class _Relaxer:
    def __init__(self, *, folds: bool) -> None:
        self._folds = folds

    def best(self, items: Sequence[Any]) -> Part:
        """The most telling stretch of a sequence."""
        items = [item for item in items if item[0] not in (c.AT, c.ASSERT, c.ASSERT_NOT)]
        if len(items) == 1:
            return self._alone(*items[0])
        stretches: list[list[Part]] = [[]]
        for op, value in items:
            part = self._part(op, value)
            if part.weak:
                stretches.append([])
            else:
                stretches[-1].append(part)
        joined = [Part("".join(p.expression for p in s), sum(p.weight for p in s)) for s in stretches]
        inner = [self._alone(op, value) for op, value in items if op in (c.SUBPATTERN, c.BRANCH, c.ATOMIC_GROUP)]
        return max([*joined, *inner], key=lambda part: part.weight)

    def _alone(self, op: Any, value: Any) -> Part:
        """One item with nothing beside it, so that a stretch of it will do."""
        if op is c.SUBPATTERN:
            return self.best(value[3])
        if op is c.ATOMIC_GROUP:
            return self.best(value)
        if op is c.BRANCH:
            return _either([self.best(branch) for branch in value[1]])
        return self._part(op, value)

    def _part(self, op: Any, value: Any) -> Part:
        if op is c.LITERAL:
            return self._literal(value)
        if op in (c.AT, c.ASSERT, c.ASSERT_NOT):
            return Part("", 0)
        if op is c.ANY or op is c.NOT_LITERAL:
            return Part(_ANY + "{1,4}", 0)
        if op is c.IN:
            return _class(value)
        if op is c.SUBPATTERN:
            return self._all(value[3])
        if op is c.ATOMIC_GROUP:
            return self._all(value)
        if op is c.BRANCH:
            return _either([self._all(branch) for branch in value[1]])
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            return self._repeat(*value)
        raise _RefusedError

    def _all(self, items: Iterable[Any]) -> Part:
        parts = [self._part(op, value) for op, value in items]
        weak = any(part.weak for part in parts)
        return Part("(?:" + "".join(p.expression for p in parts) + ")", sum(p.weight for p in parts), weak)

    def _literal(self, code: int) -> Part:
        if code < 0x80:
            return Part(f"\\x{code:02x}", 1 if chr(code).isalnum() else 0.7)
        if self._folds:
            return Part(_ANY + "{1,4}", 0)
        return Part("".join(f"\\x{byte:02x}" for byte in chr(code).encode()), 1)

    def _repeat(self, least: int, most: Any, items: Any) -> Part:
        inner = self._all(items)
        if inner.expression == "(?:)":
            return Part("", 0)
        high = "" if most is c.MAXREPEAT or most > LONG else str(most)
        low = min(least, LONG)
        weak = inner.weak or (not high and inner.weight < 1)
        return Part(f"(?:{inner.expression}){{{low},{high}}}", inner.weight * low, weak)


def _either(parts: list[Part]) -> Part:
    expression = "(?:" + "|".join(part.expression for part in parts) + ")"
    return Part(expression, min(part.weight for part in parts), any(part.weak for part in parts))


def _class(items: Sequence[Any]) -> Part:
    """A class of characters: the ASCII ones it holds, and all others if it may hold one."""
    negated = items[0][0] is c.NEGATE
    held = {code for code in range(0x80) if any(_holds(item, code) for item in items)}
    if negated:
        held = set(range(0x80)) - held
    beyond = negated or any(_may_hold_beyond(item) for item in items)
    ascii_class = "".join(f"\\x{code:02x}" for code in sorted(held))
    weight = 0.7 if len(held) <= 10 else 0.5 if len(held) <= 26 else 0.25 if len(held) <= 64 else 0.0
    if not beyond:
        return Part(f"[{ascii_class}]", weight) if held else Part("[^\\x00-\\xff]", weight)
    single = f"[{ascii_class}]|" if held else ""
    return Part(f"(?:{single}[{_BEYOND}]{{2,4}})", 0.0 if len(held) > 10 else 0.5)


def _holds(item: Any, code: int) -> bool:
    op, value = item
    if op is c.LITERAL:
        return bool(value == code)
    if op is c.RANGE:
        return bool(value[0] <= code <= value[1])
    return op is c.CATEGORY and re.match(_TESTS[value], chr(code)) is not None


def _may_hold_beyond(item: Any) -> bool:
    """Whether an item may hold a character beyond ASCII that is not odd."""
    op, value = item
    if op is c.LITERAL:
        return bool(value >= 0x80)
    if op is c.RANGE:
        return bool(value[1] >= 0x80)
    return op is c.CATEGORY and value is not c.CATEGORY_DIGIT
