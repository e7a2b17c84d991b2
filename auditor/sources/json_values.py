"""JSON text to texts by path: nothing is lost to repeated keys, long numbers or lone surrogates.

Objects are decoded to tuples of pairs, numbers to their digits or None: a number is audited as text when it is a whole
number of seven digits or more (as a phone number or an identifier is); its sign is dropped.
"""

import json
from collections.abc import Iterator
from typing import Any

from auditor.sources.paths import ROOT, child, unique

MIN_DIGITS = 7
"""Whole numbers with fewer digits are not looked at."""


def _integer(literal: str) -> str | None:
    digits = literal.lstrip("-")
    return digits if len(digits) >= MIN_DIGITS else None


def _real(literal: str) -> str | None:
    value = abs(float(literal))
    return str(int(value)) if 10 ** (MIN_DIGITS - 1) <= value < 2**53 and value.is_integer() else None


DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=_integer, parse_float=_real, parse_constant=lambda _: None
)
"""Raises ``json.JSONDecodeError`` (never show its message: it quotes the data) and ``RecursionError``."""


def _keys(pairs: tuple[tuple[str, Any], ...]) -> list[str]:
    names = [key for key, _ in pairs]
    return names if len(set(names)) == len(names) else unique(names)


def leaves(value: Any) -> Iterator[tuple[str, int, str]]:
    """(path, item, text) of every text of one decoded row, in the order of the source.

    ``item`` counts the elements of the innermost list on the path through the whole row, others than texts included.
    """
    counters: dict[str, int] = {}
    stack: list[tuple[str, int, Any]] = [("", 0, value)]
    while stack:
        path, item, node = stack.pop()
        if isinstance(node, str):
            yield path or ROOT, item, node
        elif isinstance(node, tuple):
            names = _keys(node)
            below = [(child(path, name), item, pair[1]) for name, pair in zip(names, node, strict=True)]
            stack.extend(reversed(below))
        elif isinstance(node, list):
            first = counters.get(path, 0)
            counters[path] = first + len(node)
            stack.extend((path + "[]", first + n, node[n]) for n in range(len(node) - 1, -1, -1))
