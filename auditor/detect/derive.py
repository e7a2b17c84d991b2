"""What a prefilter and windows have to know of a detector, derived from its regular expressions.

Whatever is not certain is taken as wider than it is: an expression may hit where nothing matches, but every match
holds a hit.
"""

import functools
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, ClassVar, NamedTuple, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import regex

from auditor import cache
from auditor.detect import gates, trees
from auditor.detect.trees import (
    FAR,
    FOLDED_ODD,
    SEPARATORS,
    WORD,
    Alt,
    At,
    Chars,
    Look,
    Node,
    RefusedError,
    Rep,
    Seq,
    children,
    every,
    looks_far,
    parse,
    sides,
    union,
    width,
)  # fmt: skip

TELLING = 1.0
"""A letter and a digit (see :func:`_weight`): less than that stands in every other word of a text."""

WIDE = 70
"""A class with more ASCII characters is not followed over long repetitions: words are, lines are not."""

LONG = 64
"""Most repetitions that are kept; more are as many as one likes."""

SOME = 8
"""Most repetitions that are counted of what has no single length in bytes."""

LONGEST = 4000
"""Length of an expression from which on it is not worth its compilation."""

_BEYOND = r"\x80-\xff"
_KEPT = 10_000  # what is remembered at most, the newest


class Derived(NamedTuple):
    """What is known of some patterns: see :class:`auditor.detect.prefilter.Need` and ``windows.Reach``.

    ``gate`` may be empty, and there are no ``expressions`` where none is worth a scan. No match holds ``separator``,
    and beside it every pattern behaves as at the border of a text; it is empty where there is no such character.
    """

    gate: str
    expressions: tuple[str, ...]
    alphabet: str
    chars: int
    context: int
    separator: str
    folds: bool


_Render: TypeAlias = Callable[[Chars], str]


class _Part(NamedTuple):
    expression: str
    weight: float


def derive(patterns: Sequence[str], flags: int) -> Derived | None:
    """What is known of all ``patterns`` together under flags of ``regex``; None: look at every text as a whole."""
    row = remembered((*patterns, int(flags)), lambda: _derived(patterns, flags))
    return Derived(row[0], tuple(row[1]), *row[2:]) if row else None


class _New:
    names: ClassVar[set[str]] = set()


@functools.cache
def _file() -> str:
    """Name of the cache: another one for other code and libraries."""
    sources = (gates.__file__, trees.__file__, __file__)
    return cache.key(*(Path(source).read_bytes() for source in sources), regex.__version__, sys.version) + ".json"


@functools.cache
def _remembered() -> dict[str, Any]:
    """What was derived before, by its key, as JSON gives it."""
    raw = cache.read(_file())
    found: dict[str, Any] = json.loads(raw) if raw else {}
    return found


def remembered(parts: tuple[object, ...], made: Callable[[], Any]) -> Any:
    """What ``made`` gives, which follows from ``parts`` and this code alone and is plain JSON; kept for later."""
    known, name = _remembered(), cache.key(*parts)
    if name not in known:
        known[name] = json.loads(json.dumps(made()))
        _New.names.add(name)
    return known[name]


def looks_around(pattern: str, flags: int) -> bool:
    """Whether what stands beside a match may decide."""
    return bool(remembered(("around", pattern, int(flags)), lambda: _looks_around(pattern, flags)))


def _looks_around(pattern: str, flags: int) -> bool:
    try:
        return max(sides(parse(pattern, flags), 0, 0)) > 0
    except (re.error, RefusedError, RecursionError, OverflowError):
        return True


def remember() -> None:
    """Keep what was derived since for the next process: it takes longer than all else that makes a detector."""
    if _New.names:
        rows = dict(list(_remembered().items())[-_KEPT:])
        cache.write(_file(), json.dumps(rows).encode())
        _New.names.clear()


def _derived(patterns: Sequence[str], flags: int) -> Derived | None:
    try:
        trees = [parse(pattern, flags) for pattern in patterns]
        alphabet = _alphabet(trees)
        gate, expressions = _gate(trees), _expressions(trees)
    except (re.error, RefusedError, RecursionError, OverflowError):
        return None
    if not alphabet:
        return None
    longest = max(width(tree)[1] for tree in trees)
    bounded = longest <= FAR and not any(map(looks_far, trees))
    context = max(max(sides(tree, 0, 0)) for tree in trees)
    separator = next((s for s in SEPARATORS if all(_parted(tree, s) for tree in trees)), "")
    folds = all(each.folds for tree in trees for each in every(tree) if isinstance(each, Chars))
    return Derived(gate, expressions, alphabet, int(longest) if bounded else 0, int(context), separator, folds)


def _alphabet(trees: Sequence[Node]) -> str:
    every_char = union(Alt(tuple(trees)))
    return _inside(every_char.held) + _BEYOND * every_char.beyond


def _parted(tree: Node, separator: str) -> bool:
    """Whether a separator is to a pattern what the border of a text is; empty matches would stand on both sides."""
    held = (each.held for each in every(tree) if isinstance(each, Chars))
    anchors = (each.separators for each in every(tree) if isinstance(each, At))
    apart = not any(ord(separator) in codes for codes in held) and all(separator in known for known in anchors)
    return apart and width(tree)[0] > 0


def _expressions(trees: Sequence[Node]) -> tuple[str, ...]:
    parts = [max(_best(tree, _coded), _seen_ahead(tree), key=lambda part: part.weight) for tree in trees]
    if not all(map(_is_worth, parts)):
        return ()
    return tuple(sorted({part.expression for part in parts}))


def _is_worth(part: _Part) -> bool:
    """Whether an expression hits seldom enough: it is telling, or a whole word and so a hit at most once a word."""
    return len(part.expression) <= LONGEST and (part.weight >= TELLING or part.expression.count(r"\b") > 1)


def _seen_ahead(tree: Node) -> _Part:
    r"""What an unbounded look-ahead at the start of a match sees: ``(?=[A-Z0-9]*\d)[A-Z]…`` needs a letter and a digit.

    It lies in the window of the match, for windows are as long as their alphabet holds (see :func:`looks_far`).
    """
    items = [item for item in (tree.items if isinstance(tree, Seq) else ()) if not isinstance(item, At)]
    first = next((_edge(item, 0) for item in items if not isinstance(item, Look)), None)
    for look in items:
        if first is None or not isinstance(look, Look):
            break
        inner = _flat(look.item)
        if look.ahead and look.positive and looks_far(look) and len(inner) == 2 and isinstance(inner[0], Rep):
            sought = inner[1]
            if isinstance(sought, Chars) and not (sought.beyond or sought.held & first.held):
                return _whole(Seq((first, *inner)), _coded)
    return _Part("", 0)


def _gate(trees: Sequence[Node]) -> str:
    """RE2, which may also ask for what a look-around wants to see: it speaks of texts as wholes."""
    parts = []
    for tree in trees:
        wanted = [each.item for each in _wanted(tree)]
        parts.append(max((_best(node, _wide_coded) for node in [tree, *wanted]), key=lambda part: part.weight))
    gate = "|".join(dict.fromkeys(part.expression for part in parts))
    if len(gate) > LONGEST * len(parts) or not all(part.weight for part in parts):
        return ""
    try:
        pc.match_substring_regex(pa.array([""]), gate)
    except pa.ArrowInvalid:
        return ""
    return gate


def _wanted(node: Node) -> "Iterator[Look]":
    """Positive look-arounds that every match passes."""
    if isinstance(node, Look) and node.positive:
        yield node
    if isinstance(node, Seq) or (isinstance(node, Rep) and node.low):
        for child in children(node):
            yield from _wanted(child)


def _best(node: Node, render: _Render) -> _Part:
    """The most telling stretch of what a node matches."""
    items = _flat(node)
    if len(items) == 1 and isinstance(items[0], Alt):
        return _either([_best(branch, render) for branch in items[0].branches])
    stretches = [_whole(Seq(tuple(_trimmed(stretch))), render) for stretch in _stretches(items)]
    inner = [_best(item, render) for item in items if isinstance(item, Alt)]
    inner += [_best(item.item, render) for item in items if isinstance(item, Rep) and item.low]
    return max([*stretches, *inner], key=lambda part: part.weight)


def _flat(node: Node) -> list[Node]:
    """The items of a sequence that match characters, and borders of words."""
    if isinstance(node, At | Look):
        return [node] if isinstance(node, At) and node.code else []
    if isinstance(node, Seq):
        return [item for child in node.items for item in _flat(child)]
    return _flat(node.item) if isinstance(node, Rep) and node.low == node.high == 1 else [node]


def _bordered(items: Sequence[Node]) -> list[Node]:
    """Items without the borders that may be none for ASCII: between ``é`` and ``-`` is one for the ``regex`` module.

    Beside a letter, digit or ``_`` of ASCII both see a border in the same places. Where something else may stand there
    too, it stands without a border.
    """
    items = list(items)
    for n in reversed(range(len(items))):
        if isinstance(items[n], At) and not _is_sure(items, n):
            for step in (1, -1):
                if 0 <= n + step < len(items) and (parted := _parted_edge(items[n], items[n + step], step)):
                    low = min(n, n + step)
                    items[low : low + 2] = parted[::step]
                    break
            else:
                del items[n]
    return items


def _parted_edge(border: Node, item: Node, step: int) -> list[Node]:
    """A border and the characters behind (1) or before (-1) it, told apart by what is sure; nothing where none is."""
    rest: list[Node] = []
    if isinstance(item, Rep) and item.low:
        rest = [item._replace(low=item.low - 1, high=item.high - 1)]
        item = item.item
    while isinstance(item, Seq) and len(item.items) == 1:
        item = item.items[0]
    if not isinstance(item, Chars) or not item.held & WORD:
        return []
    sure = (border, Chars(item.held & WORD, beyond=False))
    return [Alt((Seq(sure[::step]), item._replace(held=item.held - WORD))), *rest]


def _is_sure(items: Sequence[Node], n: int) -> bool:
    before, after = items[n - 1] if n else None, items[n + 1] if n + 1 < len(items) else None
    return any(
        chars and not chars.beyond and chars.held <= WORD
        for chars in (before and _edge(before, -1), after and _edge(after, 0))
    )


def _edge(node: Node, end: int) -> Chars | None:
    """The characters that matches begin (0) or end (-1) with; None where one may be empty."""
    if isinstance(node, Chars):
        return node
    if isinstance(node, Seq):
        return _edge(node.items[end], end) if node.items else None
    if isinstance(node, Rep):
        return _edge(node.item, end) if node.low else None
    if not isinstance(node, Alt):
        return None
    edges = [_edge(branch, end) for branch in node.branches]
    return union(Alt(tuple(edge for edge in edges if edge))) if all(edges) else None


def _stretches(items: Sequence[Node]) -> list[list[Node]]:
    """Items without those between them that hold long repetitions of nearly anything."""
    made: list[list[Node]] = [[]]
    for item in items:
        if any(map(_is_loose, every(item))):
            made.append([])
        else:
            made[-1].append(item)
    return made


def _is_loose(node: Node) -> bool:
    return isinstance(node, Rep) and node.high > LONG and len(union(node).held) > WIDE


def _trimmed(items: list[Node]) -> list[Node]:
    """Items with no more at both ends than every match holds, for every further place is a hit of its own.

    What ends at the border of a word ends in one place only.
    """
    items = _bordered(items)
    for at in (0, -1):
        while items:
            item = items[at]
            if isinstance(item, At) and _is_sure(items, at % len(items)):
                break
            if width(item)[0] == 0:
                del items[at]
            elif isinstance(item, Rep) and item.low != item.high:
                index = at % len(items)
                items[index : index + 1] = _flat(item._replace(high=item.low))
            else:
                break
    return items


def _whole(node: Node, render: _Render) -> _Part:
    """An expression for all that a node matches."""
    if isinstance(node, Chars):
        return _Part(render(node), _weight(node))
    if isinstance(node, At | Look):
        return _Part(node.code if isinstance(node, At) and render is _coded else "", 0)
    below = _bordered(node.items) if isinstance(node, Seq) else children(node)
    inner = [_whole(child, render) for child in below]
    if isinstance(node, Alt):
        return _either(inner)
    if isinstance(node, Seq):
        return _Part("".join(part.expression for part in inner), sum(part.weight for part in inner))
    if not inner[0].expression:
        return _Part("", 0)
    low, high = min(node.low, LONG), node.high
    if high > SOME and not (isinstance(node.item, Seq) and all(map(_is_one_byte, node.item.items))):
        high = math.inf  # counting what has no single length is too much for Hyperscan
    return _Part(f"(?:{inner[0].expression}){_times(low, high)}", inner[0].weight * low)


def _is_one_byte(node: Node) -> bool:
    return isinstance(node, Chars) and not node.beyond


def _times(low: int, high: float) -> str:
    if high > LONG:
        return f"{{{low},}}"
    return f"{{{low}}}" if low == high else f"{{{low},{int(high)}}}"


def _either(parts: list[_Part]) -> _Part:
    expressions = dict.fromkeys(part.expression for part in parts)
    return _Part("(?:" + "|".join(expressions) + ")", min(part.weight for part in parts))


def _weight(chars: Chars) -> float:
    """How telling a character is: digits and marks are rarer in prose than letters, two letters rarer than any two."""
    folded = {chr(code).lower() for code in (*chars.held, *chars.known)}
    letters = any(char.isalpha() for char in folded)
    size = len(folded) + 20 * (chars.beyond and not chars.known)
    if not letters:
        return 0.2 if " " in folded else 0.7 if size <= 12 else 0.3 if size <= 40 else 0.0
    return 1.0 if size == 1 else 0.6 if size <= 10 else 0.3 if size <= 30 else 0.05 if size <= WIDE else 0.0


def _inside(codes: Iterable[int]) -> str:
    """The inside of a class of ASCII characters."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1 and chr(code).isalnum() == chr(code - 1).isalnum():
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(_char(low) + (f"-{_char(high)}" if low < high else "") for low, high in found)


def _char(code: int) -> str:
    return chr(code) if chr(code).isalnum() else f"\\x{code:02x}"


def _coded(chars: Chars) -> str:
    """Hyperscan, which ignores case."""
    lower = {ord(chr(code).lower()) for code in chars.held}
    ascii_class = _char(*lower) if len(lower) == 1 else f"[{_inside(lower)}]"
    if not chars.beyond:
        return ascii_class
    others = list(gates.by_bytes(map(chr, chars.known))) if chars.known else [f"[{_BEYOND}]{{2,4}}"]
    every = [ascii_class, *others] if lower else others
    return every[0] if len(every) == 1 else f"(?:{'|'.join(every)})"


def _wide_coded(chars: Chars) -> str:
    """RE2, with the odd characters that equal what a class holds."""
    odd = "".join(rf"\x{{{code:X}}}" for code, equal in FOLDED_ODD.items() if equal & chars.held)
    if set(range(48, 58)) <= chars.held:
        odd += r"\p{Nd}\x{10000}-\x{1FFFF}"
    if chars.beyond:
        odd += "".join(rf"\x{{{code:X}}}" for code in sorted(chars.known)) or r"\x{80}-\x{10FFFF}"
    return "[" + _inside(chars.held) + odd + "]"


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
