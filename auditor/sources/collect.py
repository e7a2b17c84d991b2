"""Gather Python strings by path and make a batch of text columns of them."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from auditor.model import Batch, TextColumn
from auditor.sources.paths import clean, quote


def string_array(values: Sequence[str | None]) -> pa.Array:
    """Arrow strings of Python strings; lone surrogates become U+FFFD, one for one."""
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if value is None else clean(value) for value in values], pa.string())


def by_row(top: dict[str, tuple[pa.Array, pa.Array]], wanted: pa.Array) -> Callable[[str], pa.Array | None]:
    """The ``sibling`` function of a column with rows ``wanted``: ``top`` holds (rows, texts) by path."""

    def sibling(name: str) -> pa.Array | None:
        if (found := top.get(quote(name))) is None:
            return None
        rows, texts = found
        if len(rows) == 0:
            return pa.nulls(len(wanted), pa.string())
        at = np.searchsorted(rows.to_numpy(), wanted.to_numpy())
        at = np.minimum(at, len(rows) - 1)
        hit = rows.to_numpy()[at] == wanted.to_numpy()
        return texts.take(pa.array(at, mask=~hit))

    return sibling


class Collector:
    """Texts of some rows by leaf path, until they are taken as a batch."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[list[int], list[int], list[str]]] = {}

    def add(self, row: int, path: str, item: int, text: str) -> None:
        """Keep one text; rows must not decrease."""
        if (column := self._columns.get(path)) is None:
            column = self._columns[path] = ([], [], [])
        rows, items, texts = column
        rows.append(row)
        items.append(item)
        texts.append(text)

    def take(self, first_row: int, rows: int, size: int) -> Batch:
        """All that was gathered, as one batch of ``rows`` rows for which ``size`` bytes were read; starts afresh."""
        arrays = {
            path: (pa.array(at, pa.int64()), pa.array(items, pa.int32()), string_array(texts))
            for path, (at, items, texts) in self._columns.items()
        }
        self._columns = {}
        top = {path: (at, texts) for path, (at, _, texts) in arrays.items() if not path.endswith("]")}
        columns = (TextColumn(path, texts, at, items, by_row(top, at)) for path, (at, items, texts) in arrays.items())
        return Batch(first_row, rows, tuple(columns), size)
