"""JSON text to values by path: nothing is lost to repeated keys, long numbers or lone surrogates.

Objects are decoded to tuples of pairs. A whole number of seven digits or more is audited as text, as a phone number or
an identifier is (:func:`digits_of`); its sign is dropped. All numbers, true and false count in the profile of a column.
"""

import json
from collections.abc import Iterator
from typing import Any

from auditor.sources.paths import ROOT, child, unique

LEAST = 10**6
"""Numbers of fewer than seven digits are not looked at as texts."""

_LONG = 18
"""A whole number of more digits than an int64 holds is text alone."""

Number = int | float | bool
Leaf = str | Number


def _integer(literal: str) -> int | str:
    return int(literal) if len(literal) <= _LONG else literal.lstrip("-")


DECODER = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_integer, parse_constant=lambda _: None)
"""Raises ``json.JSONDecodeError`` (never show its message: it quotes the data) and ``RecursionError``."""


def digits_of(value: Number) -> str | None:
    """The digits of a whole number that is long enough to be looked at as text."""
    size = abs(value)
    if size < LEAST or isinstance(value, bool):
        return None
    if isinstance(size, float):
        return str(int(size)) if size < 2**53 and size.is_integer() else None
    return str(size)


def _keys(pairs: tuple[tuple[str, Any], ...]) -> list[str]:
    names = [key for key, _ in pairs]
    return names if len(set(names)) == len(names) else unique(names)


def leaves(value: Any) -> Iterator[tuple[str, int, Leaf]]:
    """(path, item, leaf) of every text, number and boolean of one decoded row, in the order of the source.

    ``item`` counts the elements of the innermost list on the path through the whole row, others than texts included.
    """
    counters: dict[str, int] = {}
    stack: list[tuple[str, int, Any]] = [("", 0, value)]
    while stack:
        path, item, node = stack.pop()
        if isinstance(node, str | int | float):
            yield path or ROOT, item, node
        elif isinstance(node, tuple):
            names = _keys(node)
            below = [(child(path, name), item, pair[1]) for name, pair in zip(names, node, strict=True)]
            stack.extend(reversed(below))
        elif isinstance(node, list):
            first = counters.get(path, 0)
            counters[path] = first + len(node)
            stack.extend((path + "[]", first + n, node[n]) for n in range(len(node) - 1, -1, -1))
