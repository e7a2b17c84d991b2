"""Words of texts as hashes, and runs of six of them: what licence texts are compared by.

All of it is arithmetic on the bytes of many texts at once. A word is a run of ASCII letters and digits of two or more,
case ignored; words of mark-up and of comments are left out, and spellings that mean the same are one, as the matching
guidelines of the SPDX licence list have it. So neither line breaks, comment signs, quotes nor list numbers matter.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]

SHINGLE = 6
"""Words of a run."""

LEFT_OUT = "amp br brief bullet center class dd div dl dnl dt em font gt html href http https li lt nbsp ol par"
LEFT_OUT += " pre quot rem span strong td tr tt ul www"
"""Words of mark-up, of comment signs and of addresses."""

SAME = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "licencing": "licensing",
    "sublicence": "sublicense", "acknowledgement": "acknowledgment", "organisation": "organization",
    "authorisation": "authorization", "noninfringement": "infringement", "favour": "favor", "behaviour": "behavior",
    "merchantibility": "merchantability", "holders": "holder", "owner": "holder", "owners": "holder",
}  # fmt: skip
"""Spellings and the form that stands for them."""

_MULTIPLIER = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_STEPS = np.array([pow(0xBF58476D1CE4E5B9, n + 1, 1 << 64) for n in range(SHINGLE)], np.uint64)


class Words(NamedTuple):
    """Words in their order: hash, first byte, byte after the last, and the text that holds each."""

    hashes: Hashes
    starts: Ints
    ends: Ints
    texts: Ints

    def shingles(self) -> tuple[Hashes, Ints]:
        """The hash of every run within one text, and the position of its first word."""
        count = len(self.hashes) - SHINGLE + 1
        if count <= 0:
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        found = np.zeros(count, np.uint64)
        for n, step in enumerate(_STEPS):
            found += self.hashes[n : n + count] * step
        within = np.flatnonzero(self.texts[:count] == self.texts[SHINGLE - 1 :])
        return _mixed(found[within]), within


def words(data: Bytes, bounds: Ints) -> Words:
    """The words of texts that stand one after the other, text ``n`` from ``bounds[n]`` on; no word runs over a bound.

    The last bound is the length of ``data``. Between two texts there must be a byte that is no part of a word.
    """
    letters = _letters()[data]
    inside = np.concatenate([[False], letters > 0, [False]])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts > 1
    starts, ends = starts[long], ends[long]
    powers, inverse = _powers(len(data) + 1)
    summed = np.zeros(len(data) + 1, np.uint64)
    np.cumsum(letters * powers[: len(data)], out=summed[1:])
    hashes = _mixed((summed[ends] - summed[starts]) * inverse[starts])
    stays = ~np.isin(hashes, _left_out())
    starts, ends, hashes = starts[stays], ends[stays], hashes[stays]
    for spelling, form in _same():
        hashes[hashes == spelling] = form
    return Words(hashes, starts, ends, np.searchsorted(bounds, starts, side="right") - 1)


def plain_hash(word: str) -> int:
    """The hash of one word, in lower case."""
    letters = _letters()[np.frombuffer(word.encode(), np.uint8)]
    return int(_mixed(np.sum(letters * _powers(len(word))[0][: len(word)], keepdims=True, dtype=np.uint64))[0])


def _mixed(numbers: Hashes) -> Hashes:
    numbers = (numbers ^ (numbers >> _HALF)) * _MIX
    mixed: Hashes = numbers ^ (numbers >> _HALF)
    return mixed


@cache
def _letters() -> Hashes:
    """For every byte its number as part of a word, 0 where it is none."""
    table = np.zeros(256, np.uint64)
    for byte in b"abcdefghijklmnopqrstuvwxyz0123456789":
        table[byte] = table[ord(chr(byte).upper())] = byte + 1
    return table


class _Powers:
    """Powers of the multiplier and of its inverse, as many as were asked for."""

    known: tuple[Hashes, Hashes] = (np.empty(0, np.uint64), np.empty(0, np.uint64))


def _powers(count: int) -> tuple[Hashes, Hashes]:
    if len(_Powers.known[0]) < count:
        size = 1 << (count - 1).bit_length()
        _Powers.known = _row(_MULTIPLIER, size), _row(pow(_MULTIPLIER, -1, 1 << 64), size)
    return _Powers.known


def _row(base: int, count: int) -> Hashes:
    steps = np.full(count, base, np.uint64)
    steps[0] = 1
    powers: Hashes = np.cumprod(steps, dtype=np.uint64)
    return powers


@cache
def _left_out() -> Hashes:
    return np.array([plain_hash(word) for word in LEFT_OUT.split()], np.uint64)


@cache
def _same() -> tuple[tuple[np.uint64, np.uint64], ...]:
    return tuple((np.uint64(plain_hash(a)), np.uint64(plain_hash(b))) for a, b in SAME.items())
