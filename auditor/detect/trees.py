"""Regular expressions as small trees, from which :mod:`auditor.detect.derive` reads what a prefilter has to know.

A pattern is parsed by the standard library. The tree speaks of texts without *odd* characters (see
:mod:`auditor.detect.prefilter`); of characters beyond ASCII it knows only whether one can stand at a place. What the
``regex`` module reads in another way than the parser is refused.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple, TypeAlias

import regex

from auditor.detect import gates

MANY = 100
"""An alternation of more (top-level domains) is told by its characters and its length only."""

FAR = 1000
"""Matches that can be longer are as long as one likes."""

FEW = 16
"""Most characters beyond ASCII of a class that are told one by one."""

SEPARATORS = "\n\0"

WORD = frozenset(code for code in range(0x80) if chr(code).isalnum() or chr(code) == "_")

_KNOWN_FLAGS = int(regex.I | regex.M | regex.S | regex.X)
_HARMLESS_FLAGS = int(regex.U | regex.V0)
FOLDED_ODD = {ord(char): {ord(plain), ord(plain.upper())} for char, plain in gates.ODD.items()}
"""Letters beyond ASCII that equal ASCII letters when case is ignored."""

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?([isu]+)\)", re.DOTALL)
_POSIX = re.compile(r"\[:\^?\w+:\]")
_BRACE = re.compile(r"\{(?!\d*,?\d*\})")
"""Fuzzy matching, which the standard library reads as something else."""

_TESTS: dict[Any, str] = {
    c.CATEGORY_DIGIT: r"\d", c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_SPACE: r"\s", c.CATEGORY_NOT_SPACE: r"\S",
    c.CATEGORY_WORD: r"\w", c.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


class RefusedError(Exception):
    """A construct that cannot be told."""


class Chars(NamedTuple):
    """One character: of some ASCII ones, or of those beyond.

    ``folds``: with an odd character it holds the digit or letter that this is folded to (see ``prefilter``).
    ``known`` are all those beyond ASCII that are not odd, where they are few; else it is empty.
    """

    held: frozenset[int]  # ASCII
    beyond: bool
    folds: bool = True
    known: frozenset[int] = frozenset()


class At(NamedTuple):
    """A place; ``code`` is ``\\b`` for the border of a word."""

    behind: int  # characters it looks at
    ahead: int
    separators: str  # beside which it behaves as at the border of a text
    code: str = ""


class Seq(NamedTuple):
    """One thing after the other."""

    items: "tuple[Node, ...]"


class Alt(NamedTuple):
    """One of several things."""

    branches: "tuple[Node, ...]"


class Rep(NamedTuple):
    """A thing some times."""

    item: "Node"
    low: int
    high: float
    cut: bool = False  # possessive or atomic: what it tries first decides, even where no match follows


class Look(NamedTuple):
    """A look-around."""

    item: "Node"
    ahead: bool
    positive: bool


Node: TypeAlias = Chars | At | Seq | Alt | Rep | Look


def parse(pattern: str, flags: int) -> Node:
    """The tree of a pattern under flags of ``regex``.

    Raises:
        RefusedError: for what cannot be told; ``re.error`` and others of the parser.
    """
    if flags & ~(_KNOWN_FLAGS | _HARMLESS_FLAGS) or _is_beyond(pattern):
        raise RefusedError
    # regex lets (?i) and (?s) stand anywhere and act from there on; to act everywhere is wider
    inline = "".join(match[1] or "" for match in _TOKEN.finditer(pattern))
    if inline and not flags & re.VERBOSE:
        pattern = f"(?{inline})" + _TOKEN.sub(lambda match: "" if match[1] else match[0], pattern)
    parsed = parser.parse(pattern, flags & _KNOWN_FLAGS)
    return _Reader().sequence(parsed, parsed.state.flags)


def _is_beyond(pattern: str) -> bool:
    """Whether the standard library would misread a pattern; a brace in a class is only a brace."""
    classes = "".join(match[0] for match in _TOKEN.finditer(pattern))
    return bool(_POSIX.search(classes) or _BRACE.search(_TOKEN.sub("", pattern)))


class _Reader:
    def __init__(self) -> None:
        self._groups: dict[int, Node] = {}

    def sequence(self, items: Iterable[Any], flags: int) -> Node:
        return Seq(tuple(self._node(op, value, flags) for op, value in items))

    def _node(self, op: Any, value: Any, flags: int) -> Node:
        if op in (c.LITERAL, c.NOT_LITERAL, c.ANY, c.IN):
            return _class(_items(op, value, flags), folds=bool(flags & re.IGNORECASE))
        if op is c.AT:
            return _anchor(value, flags)
        if op in (c.ASSERT, c.ASSERT_NOT):
            return Look(self.sequence(value[1], flags), value[0] > 0, op is c.ASSERT)
        if op is c.BRANCH:
            return _summary(Alt(tuple(self.sequence(branch, flags) for branch in value[1])))
        if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            high = math.inf if value[1] is c.MAXREPEAT else value[1]
            return Rep(self.sequence(value[2], flags), value[0], high, op is c.POSSESSIVE_REPEAT)
        if op is c.ATOMIC_GROUP:
            return Rep(self.sequence(value, flags), 1, 1, cut=True)
        if op is c.SUBPATTERN:
            return self._group(value, flags)
        if op is c.GROUPREF and value in self._groups:  # as wide as the group, whatever that matched
            return self._groups[value]
        raise RefusedError

    def _group(self, value: Any, flags: int) -> Node:
        number, add, remove, items = value
        made = self.sequence(items, (flags | add) & ~remove)
        if number is not None:
            self._groups[number] = made
        return made


def _summary(node: Alt) -> Node:
    plain = not any(isinstance(each, At | Look) for each in every(node))
    return Rep(union(node), *width(node)) if plain and len(node.branches) > MANY else node


def _items(op: Any, value: Any, flags: int) -> tuple[Any, ...]:
    """One character, as items of a class."""
    if op is c.IN:
        return tuple(value)
    if op is c.LITERAL:
        return ((c.LITERAL, value),)
    if op is c.NOT_LITERAL:
        return (c.NEGATE, None), (c.LITERAL, value)
    return ((c.RANGE, (0, 0x10FFFF)),) if flags & re.DOTALL else ((c.NEGATE, None), (c.LITERAL, 10))


@lru_cache(maxsize=1024)
def _class(items: tuple[Any, ...], *, folds: bool) -> Chars:
    negated = items[0][0] is c.NEGATE
    items = items[1:] if negated else items
    held = set().union(*map(_ascii, items))
    odd = frozenset().union(*map(_odd, items))
    if negated:
        held, odd = set(range(0x80)) - held, frozenset(_folded()) - odd
    if folds:  # once complemented: wider than what ignores case in the class itself
        held |= {ord(chr(code).swapcase()) for code in held}
        held = held.union(*(equal for code, equal in FOLDED_ODD.items() if any(_holds(item, code) for item in items)))
    beyond = negated or any(map(_may_hold_beyond, items))
    if not held and not beyond:
        raise RefusedError
    plain, folded = {chr(code).lower() for code in held}, _folded()
    known = frozenset[int]() if negated else _known(items, folds=folds)
    return Chars(frozenset(held), beyond, not beyond or all(folded[code] in plain for code in odd), known)


def _known(items: tuple[Any, ...], *, folds: bool) -> frozenset[int]:
    """The characters beyond ASCII that are not odd, where they are few; a class that knows others too has none."""
    found = set[int]()
    for op, value in items:
        low, high = (value, value) if op is c.LITERAL else value if op is c.RANGE else (0, 0)
        if high - low > FEW or (op is c.CATEGORY and value is not c.CATEGORY_DIGIT):
            return frozenset()
        found.update(range(max(low, 0x80), high + 1))
    if folds:
        found = {ord(equal) for code in found for equal in gates.cases(chr(code))}
    found -= _folded().keys()
    return frozenset(found) if len(found) <= FEW and not any(map(_is_surrogate, found)) else frozenset()


def _is_surrogate(code: int) -> bool:
    return 0xD800 <= code < 0xE000


@cache
def _folded() -> dict[int, str]:
    """Odd characters with what they are folded to."""
    digits = {code: str(unicodedata.decimal(chr(code), "")) for code in range(0x80, 0x20000)}
    letters = {ord(char): plain for char, plain in gates.ODD.items()}
    return {code: digit for code, digit in digits.items() if digit} | letters


@lru_cache(maxsize=1024)
def _ascii(item: Any) -> frozenset[int]:
    return frozenset(code for code in range(0x80) if _holds(item, code))


@lru_cache(maxsize=1024)
def _odd(item: Any) -> frozenset[int]:
    return frozenset(code for code in _folded() if _holds(item, code))


def _anchor(kind: Any, flags: int) -> At:
    lines = bool(flags & re.MULTILINE)
    if kind in (c.AT_BOUNDARY, c.AT_NON_BOUNDARY):
        return At(1, 1, SEPARATORS, r"\b" if kind is c.AT_BOUNDARY else "")
    if kind in (c.AT_BEGINNING, c.AT_BEGINNING_STRING):
        return At(1, 0, "\n" if lines and kind is c.AT_BEGINNING else "")
    if kind is c.AT_END:
        return At(0, 1, "\n") if lines else At(0, 2, "")  # before a line feed at the end, too
    return At(0, 1, "")


def children(node: Node) -> "tuple[Node, ...]":
    """What a node is made of."""
    if isinstance(node, Seq):
        return node.items
    if isinstance(node, Alt):
        return node.branches
    return (node.item,) if isinstance(node, Rep | Look) else ()


def every(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for child in children(node):
        yield from every(child)


def width(node: Node) -> tuple[int, float]:
    """Fewest and most characters of a match."""
    if isinstance(node, Chars):
        return 1, 1
    if isinstance(node, At | Look):
        return 0, 0
    inner = [width(child) for child in children(node)]
    if isinstance(node, Seq):
        return sum(low for low, _ in inner), sum(high for _, high in inner)
    if isinstance(node, Alt):
        return min(low for low, _ in inner), max(high for _, high in inner)
    low, high = inner[0]
    return low * node.low, high * node.high if high and node.high else 0


def looks_far(node: Node) -> bool:
    """Whether a look-around has no bound: its characters are then in the alphabet, so it stays within the window."""
    return any(isinstance(each, Look) and width(each.item)[1] > FAR for each in every(node))


def union(node: Node) -> Chars:
    """All characters that a match can hold, and those of look-arounds without bound."""
    if isinstance(node, Chars):
        return node
    if isinstance(node, Look) and not looks_far(node):
        return Chars(frozenset(), beyond=False)
    inner = [union(child) for child in children(node)]
    held, known = frozenset().union(*(part.held for part in inner)), frozenset().union(*(part.known for part in inner))
    beyond = [part for part in inner if part.beyond]
    return Chars(held, bool(beyond), known=known if all(part.known for part in beyond) else frozenset())


def sides(node: Node, before: int, after: int) -> tuple[float, float]:
    """How many characters before the start and after the end of a match decide.

    At least ``before`` characters of the match come before the node, and ``after`` after it.
    """
    if isinstance(node, At):
        return max(node.behind - before, 0), max(node.ahead - after, 0)
    if isinstance(node, Look):
        return _looked(node, before, after)
    if isinstance(node, Seq):
        lows = [width(item)[0] for item in node.items]
        places = ((before + sum(lows[:i]), after + sum(lows[i + 1 :])) for i in range(len(lows)))
        found = [sides(item, *place) for item, place in zip(node.items, places, strict=True)]
    else:
        cut = isinstance(node, Rep) and node.cut
        found = [sides(child, *((0, 0) if cut else (before, after))) for child in children(node)]
    return max((side[0] for side in found), default=0), max((side[1] for side in found), default=0)


def _looked(node: Look, before: int, after: int) -> tuple[float, float]:
    behind, ahead = sides(node.item, 0, 0)
    wide = width(node.item)[1]
    if wide > FAR:  # it ends in the window, or sees the first character beside it
        return max(behind, 1), max(ahead, 1)
    if node.ahead:
        return max(behind - before, 0), max(wide + ahead - after, 0)
    return max(wide + behind - before, 0), max(ahead - after, 0)


def _holds(item: Any, code: int) -> bool:
    op, value = item
    if op is c.LITERAL:
        return bool(value == code)
    if op is c.RANGE:
        return bool(value[0] <= code <= value[1])
    return op is c.CATEGORY and _test(value).match(chr(code)) is not None  # re has more spaces than regex


@cache
def _test(category: Any) -> Any:
    return regex.compile(_TESTS[category])


def _may_hold_beyond(item: Any) -> bool:
    """Whether an item may hold a character beyond ASCII that is not odd."""
    op, value = item
    if op is c.LITERAL:
        return bool(value >= 0x80)
    if op is c.RANGE:
        return bool(value[1] >= 0x80)
    return op is c.CATEGORY and value is not c.CATEGORY_DIGIT
