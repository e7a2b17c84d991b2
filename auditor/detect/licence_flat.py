"""Windows side by side as *flat* text, and where the keys of rules stand in it.

Flat text has small letters, digits, dots and plus signs, and one blank for whatever parts two words: blanks, line
breaks, comment signs, quotes, hyphens. All windows are made flat and searched for keys at once; a key stands at the
beginning of a word.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from auditor.detect.licence_words import Bytes, Ints

_BLANK = 32
_KEPT = b".+0123456789abcdefghijklmnopqrstuvwxyz"
_HEAD, _LONGEST = 3, 8
"""First bytes of a key by which words are passed over, and by which it is looked up."""
_SPREAD = np.uint32(0x9E3779B1)
_BITS = 16


def _table() -> Bytes:
    letters = [chr(code).isalnum() for code in range(128, 256)]
    table = np.full(256, _BLANK, np.uint8)
    kept = [*_KEPT, *(code for code, letter in enumerate(letters, 128) if letter)]
    table[kept] = kept
    return table


_FLAT = _table()


def flattened(text: str) -> str:
    """A short text in that form, without blanks around it."""
    return _FLAT[np.frombuffer(text.lower().encode("latin-1", "replace"), np.uint8)].tobytes().decode("latin-1").strip()


class Flat:
    """One window as flat text, and where its characters stand in the window."""

    def __init__(self, text: str, places: Ints, first: int, small: str) -> None:
        self.text = text
        self._places, self._first, self._small = places, first, small

    @cached_property
    def may_choose(self) -> bool:
        """Whether it speaks of licences to choose from."""
        return "alternatively" in self.text or " dual" in self.text

    def at(self, place: int) -> int:
        """The character of the window that a character of the flat text is; the first for the blank before it."""
        return max(int(self._places[place]) - self._first, 0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the text stands in the window, without blanks at its edges."""
        part = self.text[start:end]
        start += len(part) - len(part.lstrip())
        end -= len(part) - len(part.rstrip())
        return self.at(start), self.at(end - 1) + 1

    def parted(self, end: int, start: int) -> bool:
        """Whether a line or a bracket ends between the end of one word and the start of another."""
        between = self._small[self.at(end - 1) + 1 : self.at(start)]
        return "\n" in between or ")" in between


class Batch:
    """Some windows, in small letters: ``data`` has a byte for each character and a line feed around each window.

    Window ``n`` begins at ``firsts[n]``; the last of them is the length of ``data``.
    """

    def __init__(self, small: Sequence[str]) -> None:
        raw = [text.encode("latin-1", "replace") for text in small]
        self._small = small
        self.firsts = np.cumsum([1, *(len(text) + 1 for text in raw)])
        self.data = np.frombuffer(b"\n".join([b"", *raw, b""]), np.uint8)
        plain = _FLAT[self.data]
        blank = plain == _BLANK
        blank[1:] &= blank[:-1]
        blank[0] = False
        self._places = np.flatnonzero(~blank)
        self._bytes = plain[self._places].tobytes()
        self._edges = np.searchsorted(self._places, self.firsts).tolist()

    def flat(self, n: int) -> Flat:
        """One window."""
        low, high = self._edges[n] - 1, self._edges[n + 1]
        text = self._bytes[low:high].decode("latin-1")
        return Flat(text, self._places[low:high], int(self.firsts[n]), self._small[n])

    @cached_property
    def words(self) -> Ints:
        """Where words begin in the flat text of all windows."""
        flat = np.frombuffer(self._bytes, np.uint8)
        starts: Ints = np.flatnonzero((flat[:-1] == _BLANK) & (flat[1:] != _BLANK)) + 1
        return starts

    def heads(self, starts: Ints) -> Any:
        """The bytes from some places on as numbers, the first of them the lowest."""
        padded = np.frombuffer(self._bytes + bytes(_LONGEST), np.uint8)
        found = np.zeros(len(starts), np.uint64)
        for n in range(_LONGEST):
            found |= padded[starts + n].astype(np.uint64) << np.uint64(8 * n)
        return found

    def begins(self, key: bytes, at: int) -> bool:
        """Whether a key stands at a place of the flat text of all windows."""
        return self._bytes.startswith(key, at)

    def window_of(self, places: Ints) -> tuple[list[int], list[int]]:
        """The windows that hold some places, and the places in their flat texts."""
        edges = np.array(self._edges)
        which = np.searchsorted(edges, places, side="right") - 1
        return which.tolist(), (places - edges[which] + 1).tolist()


class _Head(NamedTuple):
    """Keys that begin alike: what of a number of eight bytes counts, and by what is left of it the keys' numbers."""

    mask: np.uint64
    numbers: Any
    keys: list[list[int]]


class Keys:
    """Keys of rules: finds all of them in a batch at once."""

    def __init__(self, keys: Mapping[str, Sequence[int]]) -> None:
        """``keys`` in flat text, each with the numbers of its rules."""
        self._keys = [(key.encode("latin-1"), tuple(rules)) for key, rules in sorted(keys.items())]
        by_length = defaultdict[int, dict[int, list[int]]](lambda: defaultdict(list))
        for n, (key, _) in enumerate(self._keys):
            length = min(len(key), _LONGEST)
            by_length[length][int.from_bytes(key[:length], "little")].append(n)
        self._heads = [_head(length, held) for length, held in by_length.items()]
        self._first = np.zeros(1 << _BITS, bool)
        for key, _ in self._keys:
            self._first[_hashed(np.array([int.from_bytes(key[:_HEAD], "little")], np.uint64))] = True

    def found(self, batch: Batch) -> dict[int, dict[int, list[int]]]:
        """By window and then by rule the places of keys in its flat text, ascending."""
        heads = batch.heads(batch.words)
        likely = np.flatnonzero(self._first[_hashed(heads)])
        starts, heads = batch.words[likely], heads[likely]
        hits = sorted(hit for head in self._heads for hit in self._held(batch, head, starts, heads))
        found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        windows, places = batch.window_of(np.array([at for at, _ in hits], np.int64))
        for window, place, (_, key) in zip(windows, places, hits, strict=True):
            for rule in self._keys[key][1]:
                found[window][rule].append(place)
        return found

    def _held(self, batch: Batch, head: _Head, starts: Ints, heads: Any) -> Iterator[tuple[int, int]]:
        left = heads & head.mask
        at = np.minimum(np.searchsorted(head.numbers, left), len(head.numbers) - 1)
        same = np.flatnonzero(head.numbers[at] == left)
        for start, which in zip(starts[same].tolist(), at[same].tolist(), strict=True):
            for key in head.keys[which]:
                if len(self._keys[key][0]) <= _LONGEST or batch.begins(self._keys[key][0], start):
                    yield start, key


def _head(length: int, held: Mapping[int, list[int]]) -> _Head:
    numbers = sorted(held)
    return _Head(np.uint64((1 << 8 * length) - 1), np.array(numbers, np.uint64), [held[number] for number in numbers])


def _hashed(heads: Any) -> Any:
    three = (heads & np.uint64((1 << 8 * _HEAD) - 1)).astype(np.uint32)
    return (three * _SPREAD) >> np.uint32(32 - _BITS)
