"""What kind an expression of the prefilter is: what a match of it begins with, and whether a scan can jump by it.

Expressions are those of Hyperscan over bytes, without regard to case. Those of one kind are fast as one database, for
Hyperscan then skips whatever none of them begins with; one of another kind among them makes it read every byte.
"""

import re
from collections.abc import Iterable
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

FIGURES = b"0123456789.-+\n"
"""What a column of figures holds."""

_TELLING = 3  # bytes of a literal by which Hyperscan can jump
_FEW = 3  # letters
_MOST = 40  # bytes that are no letters
_DIGITS = frozenset(b"0123456789")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_ANY = frozenset(range(256))


def kind(expression: str) -> str:
    """``figures`` alone can match, ``literal``; else by what a match begins with.

    That is ``digit``, ``mark`` (few bytes, none a letter), ``few`` letters, or ``any``.
    """
    if is_figures(expression):
        return "figures"
    if is_literal(expression):
        return "literal"
    first = {ord(chr(byte).lower()) for byte in _begins(expression)}
    if first <= _DIGITS:
        return "digit"
    if len(first) > _MOST or len(first & _LETTERS) > _FEW:
        return "any"
    return "few" if first & _LETTERS else "mark"


def is_figures(expression: str) -> bool:
    """Whether figures alone may hold a match."""
    try:
        return not _asks_more(parser.parse(expression.encode(), re.IGNORECASE))
    except re.error:  # not for Hyperscan either
        return True


def _asks_more(items: Iterable[Any]) -> bool:
    """Whether every match holds a byte that no figure has."""
    for op, value in items:
        if op is c.LITERAL:
            asks = value not in FIGURES
        elif op is c.IN:
            asks = not _may_be_figure(value)
        elif op is c.SUBPATTERN:
            asks = _asks_more(value[3])
        elif op is c.BRANCH:
            asks = all(map(_asks_more, value[1]))
        else:
            asks = op is c.MAX_REPEAT and bool(value[0]) and _asks_more(value[2])
        if asks:
            return True
    return False


def _may_be_figure(members: Iterable[Any]) -> bool:
    """Whether a class holds a byte of figures; whatever is no plain range may."""
    for op, value in members:
        if op is c.RANGE and not any(value[0] <= byte <= value[1] for byte in FIGURES):
            continue
        if op is c.LITERAL and value not in FIGURES:
            continue
        return True
    return False


def is_literal(expression: str) -> bool:
    """Whether every match holds a literal that is long enough for a scan to jump by."""
    try:
        return _literal(parser.parse(expression.encode())) >= _TELLING
    except re.error:  # not for Hyperscan either
        return False


def _literal(items: Iterable[Any]) -> int:
    """Length of the longest literal in every match; one of two bytes counts as such."""
    longest = run = 0
    for op, value in items:
        inner = 0
        if op is c.LITERAL or (op is c.IN and len(value) <= 2 and all(o is c.LITERAL for o, _ in value)):
            run += 1
        else:
            run = 0
            if op is c.SUBPATTERN:
                inner = _literal(value[3])
            elif op is c.BRANCH:
                inner = min(map(_literal, value[1]))
            elif op is c.MAX_REPEAT and value[0]:
                inner = _literal(value[2])
        longest = max(longest, run, inner)
    return longest


def _begins(expression: str) -> set[int]:
    found, empty = _first(parser.parse(expression.encode()))
    return set(_ANY) if empty else found


def _first(items: Iterable[Any]) -> tuple[set[int], bool]:
    """Bytes that matches can begin with, or more, and whether one may be empty."""
    found = set[int]()
    for op, value in items:
        inner, empty = _first_of(op, value)
        found |= inner
        if not empty:
            return found, False
    return found, True


def _first_of(op: Any, value: Any) -> tuple[set[int], bool]:
    """The same of one item."""
    if op is c.AT:
        return set(), True
    if op is c.LITERAL:
        return {value}, False
    if op is c.IN:
        return _members(value), False
    if op is c.SUBPATTERN:
        return _first(value[3])
    if op is c.BRANCH:
        parts = list(map(_first, value[1]))
        return set().union(*(part for part, _ in parts)), any(empty for _, empty in parts)
    if op is c.MAX_REPEAT:
        inner, empty = _first(value[2])
        return inner, empty or not value[0]
    return set(_ANY), False


def _members(members: Iterable[Any]) -> set[int]:
    """The bytes of a class; all of them where it is no plain one."""
    found = set[int]()
    for op, value in members:
        if op is c.LITERAL:
            found.add(value)
        elif op is c.RANGE:
            found.update(range(value[0], value[1] + 1))
        else:
            return set(_ANY)
    return found
