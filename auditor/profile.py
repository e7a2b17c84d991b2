"""What is counted of a column while it is scanned: sizes, kinds, shapes and distinct values, and never a value."""

import hashlib
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa

from auditor.detect.texts import distinct
from auditor.rules import columns as column_rules
from auditor.sources.measures import LOOKED_AT, kind_of, measured
from auditor.store.record import ProfileRow

KEPT = 256
"""Hashes that are kept of a column."""

_Hashes = np.ndarray[Any, np.dtype[np.uint64]]

_WORD = 8  # bytes
_WORDS = 8  # a value of more is hashed by blake2b alone
_ORDER, _REST = 30, 32  # bits of a hash: those that order it, and those that tell values apart


class Sketch:
    """The :data:`KEPT` smallest of the keyed hashes of some values, which have 62 bits (Bar-Yossef et al. 2002).

    Hashes of long values are of blake2b. Those of short ones are ordered by a multilinear hash with secret factors
    (Carter and Wegman 1979), which is arithmetic on arrays, and told apart by blake2b, which only the smallest need.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key[:64]
        secret = hashlib.shake_128(b"sketch" + self._key).digest(2 * _WORD * (_WORDS + 1))
        numbers = np.frombuffer(secret, np.uint64) | np.uint64(1)
        self._factors, self._terms = numbers[: _WORDS + 1], numbers[_WORDS + 1 :]
        self._kept: set[int] = set()

    @property
    def hashes(self) -> tuple[int, ...]:
        """What is kept, ascending."""
        return tuple(sorted(self._kept))

    def add(self, values: pa.Array) -> None:
        """Take strings without nulls; the same one may come again."""
        if not len(values):
            return
        starts, data = _laid_out(values)
        lengths = np.diff(starts)
        short, long = np.flatnonzero(lengths <= _WORD * _WORDS), np.flatnonzero(lengths > _WORD * _WORDS)
        orders = self._orders(data, starts[:-1][short], lengths[short])
        small = np.arange(len(short))
        if len(short) > KEPT:
            small = np.flatnonzero(orders <= np.partition(orders, KEPT - 1)[KEPT - 1])
        if len(self._kept) == KEPT:
            small = small[orders[small] <= np.uint64(max(self._kept) >> _REST)]
        new = {self._of(values[n]) for n in long.tolist()}
        for n, order in zip(short[small].tolist(), orders[small].tolist(), strict=True):
            new.add(order << _REST | self._of(values[n]) & ((1 << _REST) - 1))
        self._kept = set(sorted(self._kept | new)[:KEPT])

    def _of(self, value: pa.Scalar) -> int:
        digest = hashlib.blake2b(value.as_buffer(), digest_size=_WORD, key=self._key).digest()
        return int.from_bytes(digest, "big") >> 2

    def _orders(self, data: _Hashes, starts: Any, lengths: Any) -> _Hashes:
        """The bits that order the hashes of short values."""
        found = (lengths.astype(np.uint64) + self._terms[_WORDS]) * self._factors[_WORDS]
        for word in range(-(-int(lengths.max(initial=0)) // _WORD)):
            left = np.clip(lengths - word * _WORD, 0, _WORD)
            some = np.flatnonzero(left)
            # little-endian: what lies behind the value is shifted out
            bits = np.uint64(8) * (np.uint64(_WORD) - left[some].astype(np.uint64))
            words = data[starts[some] + word * _WORD] << bits
            found[some] += (words + self._terms[word]) * self._factors[word]
        found = (found ^ (found >> np.uint64(32))) * self._factors[_WORDS]
        ordered: _Hashes = (found ^ (found >> np.uint64(29))) >> np.uint64(64 - _ORDER)
        return ordered


def _laid_out(values: pa.Array) -> tuple[Any, _Hashes]:
    """Where each string starts, and where the last one ends; and the eight bytes from every byte on as one number."""
    _, offsets, raw = values.buffers()
    kind = np.int64 if pa.types.is_large_string(values.type) else np.int32
    starts = np.frombuffer(offsets, kind)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    part = np.frombuffer(raw or b"", np.uint8)[starts[0] : starts[-1]]
    padded = np.concatenate([part, np.zeros(_WORD, np.uint8)])
    words: _Hashes = np.ndarray((len(padded) - _WORD + 1,), "<u8", padded, strides=(1,))
    return starts - starts[0], words


class Profile:
    """Counts of one column.

    The shapes of its cells are counted where its name means something to a rule of :mod:`auditor.rules.columns`.
    """

    def __init__(self, column: str, key: bytes) -> None:
        self.column = column
        self._texts = self._nulls = self._chars = self._max = self._blank = 0
        self._sketch = Sketch(key)
        self._kinds: set[str] = set()
        self._shapes: Counter[str] = Counter()
        rules = column_rules.rules()
        known = [rules[n.rule] for n in column_rules.named(column) if n.rule in rules]
        self._lists = {rule.id: rule.listed for rule in known if rule.listed} if known else None

    def texts(self, texts: pa.Array, *, counted: bool = False) -> None:
        """Count the texts of one batch; the cells that are ``counted`` already are numbers."""
        if not counted:
            self._count(texts)
        known = distinct(texts)
        lengths = known.lengths
        self._chars += int(lengths.sum())
        self._blank += int((lengths == 0).sum())
        self._max = max(self._max, int(lengths.max(initial=0)))
        self._sketch.add(known.values)

    def cells(self, cells: pa.Array) -> None:
        """Count numbers, dates or booleans of one batch."""
        self._count(cells)

    def _count(self, cells: pa.Array) -> None:
        self._texts += len(cells)
        self._nulls += cells.null_count
        self._kinds.add(kind_of(cells.type))
        if self._lists is not None and self._shapes["looked"] < LOOKED_AT:
            self._shapes.update(measured(cells, self._lists))

    def row(self) -> ProfileRow:
        """The counts as they stand in the record."""
        return ProfileRow(
            self.column,
            self._texts,
            self._nulls,
            self._chars,
            self._max,
            self._sketch.hashes,
            tuple(sorted(self._kinds)),
            self._blank,
            dict(sorted(self._shapes.items())),
        )
