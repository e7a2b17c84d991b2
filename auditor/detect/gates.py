"""Fragments of RE2 for gates: vectorised checks on Arrow arrays that a text must pass before Python looks at it.

A gate is a *necessary* condition. RE2 differs from the ``regex`` module in three ways that could lose a finding, and
the fragments here close each of them (tested over every code point):

- ``\\d`` and ``\\b`` are ASCII in RE2, so gates use :data:`DIGIT` and never ``\\b`` or ``\\w``;
- RE2 may know an older Unicode: digits added since stand in plane 1, which :data:`DIGIT` takes whole;
- without regard to case, ``regex`` lets ``İ`` and ``ı`` match ``i``, RE2 does not: see :data:`LETTER` and
  :func:`literal`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import regex

DIGIT = r"[\p{Nd}\x{10000}-\x{1FFFF}]"
"""At least every code point that ``\\d`` of ``re`` or ``regex`` matches."""

ODD = {"İ": "i", "ı": "i", "ſ": "s", "\u212a": "k"}
"""The letters beyond ASCII that equal a letter of ASCII when case is ignored, each with that letter."""


def odd_like(letter: str) -> str:
    """Inside of a class of RE2: the letters beyond ASCII that equal a small letter; empty where there are none."""
    return "".join(rf"\x{{{ord(char):X}}}" for char, plain in ODD.items() if plain == letter)


LETTER = "[A-Za-z" + "".join(map(odd_like, dict.fromkeys(ODD.values()))) + "]"
"""Every code point that ``[a-z]`` matches without regard to case."""

_FOLDS = {letter: f"[{letter}{letter.upper()}{odd_like(letter)}]" for letter in ODD.values()}


def literal(word: str) -> str:
    """RE2 for ``word`` without regard to case, at least as wide as the ``regex`` module matches it."""
    return "(?i:" + "".join(_FOLDS.get(char.lower(), re.escape(char)) for char in word) + ")"


def any_of(words: Iterable[str]) -> str:
    """RE2 for any of ``words`` without regard to case."""
    return "|".join(literal(word) for word in words)


def coded(word: str) -> str:
    """Hyperscan for the bytes of ``word`` in any case, for texts without odd characters (see ``prefilter``)."""
    return "".join(_bytes(char) if char.isascii() else _either(char) for char in word)


def _either(char: str) -> str:
    return "(?:" + "|".join(sorted(map(_bytes, cases(char)))) + ")"


def cases(char: str) -> set[str]:
    """The characters that equal ``char``, which is beyond ASCII, when case is ignored."""
    return _equals().get(_plain(char), {char})


def _plain(char: str) -> str:
    """One form for all characters that are equal when case is ignored; upper case first, for it joins the most."""
    return char.upper().lower() if len(char.upper()) == 1 else char.lower()


@cache
def _equals() -> dict[str, set[str]]:
    """Characters beyond ASCII that have case, by their common form; none stands beyond plane 1."""
    found: dict[str, set[str]] = {}
    for char in map(chr, range(0x80, 0x1F000)):
        if char.isalpha() and (char.lower() != char or char.upper() != char):
            found.setdefault(_plain(char), set()).add(char)
    return found


def by_bytes(chars: Iterable[str]) -> Iterator[str]:
    """Hyperscan for the bytes of any of some characters; those that differ in the last one together."""
    lasts: dict[bytes, list[int]] = {}
    for char in sorted(chars):
        coded = char.encode()
        lasts.setdefault(coded[:-1], []).append(coded[-1])
    for head, tail in lasts.items():
        yield _coded(head) + _one_of(tail)


def _one_of(values: list[int]) -> str:
    """A class of bytes that are given in ascending order."""
    spans: list[list[int]] = []
    for value in values:
        if spans and spans[-1][1] == value - 1:
            spans[-1][1] = value
        else:
            spans.append([value, value])
    inside = "".join(_coded([low]) if low == high else f"{_coded([low])}-{_coded([high])}" for low, high in spans)
    return inside if len(values) == 1 else f"[{inside}]"


def odd_expression() -> str:
    """Every character beyond ASCII that ``\\d`` or ``[a-z]`` without regard to case matches in ``re`` or ``regex``."""
    every = "".join(chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000)
    found = {*re.findall(r"\d|[a-z]", every, re.IGNORECASE), *regex.findall(r"\d|[a-z]", every, regex.IGNORECASE)}
    return "|".join(by_bytes(found))


def _bytes(char: str) -> str:
    return _coded(char.encode())


def _coded(raw: Iterable[int]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in raw)


def passing(texts: pa.Array, pattern: str) -> pa.Array:
    """Indices of the texts that ``pattern`` (RE2) is found in; null texts never pass."""
    return pc.indices_nonzero(pc.match_substring_regex(texts, pattern))
