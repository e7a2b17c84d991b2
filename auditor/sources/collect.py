"""Gather Python values by path and make a batch of them: texts, and numbers and booleans for the profile."""

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa

from auditor.model import Batch, TextColumn, TypedColumn
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
    """Texts and other cells of some rows by leaf path, until they are taken as a batch."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[list[int], list[int], list[str]]] = {}
        self._cells: dict[str, list[int | float | bool]] = {}
        self._written: set[str] = set()  # paths of which some cells are texts in the source

    def add(self, row: int, path: str, item: int, text: str) -> None:
        """Keep one text; rows must not decrease."""
        self._written.add(path)
        self._add(row, path, item, text)

    def number(self, row: int, path: str, item: int, value: float | bool, digits: str | None) -> None:
        """Keep a number, true or false; ``digits`` are looked at as text. Rows must not decrease."""
        if (cells := self._cells.get(path)) is None:
            cells = self._cells[path] = []
        cells.append(value)
        if digits is not None:
            self._add(row, path, item, digits)

    def _add(self, row: int, path: str, item: int, text: str) -> None:
        if (column := self._columns.get(path)) is None:
            column = self._columns[path] = ([], [], [])
        rows, items, texts = column
        rows.append(row)
        items.append(item)
        texts.append(text)

    def take(self, first_row: int, rows: int, size: int) -> Batch:
        """All that was gathered, as one batch of ``rows`` rows for which ``size`` bytes were read; starts afresh.

        Where some cells of a path are texts all count as texts.
        """
        arrays = {
            path: (pa.array(at, pa.int64()), pa.array(items, pa.int32()), string_array(texts))
            for path, (at, items, texts) in self._columns.items()
        }
        typed = [TypedColumn(p, _typed(cells)) for p, cells in self._cells.items() if p not in self._written]
        self._columns, self._cells, self._written = {}, {}, set()
        top = {path: (at, texts) for path, (at, _, texts) in arrays.items() if not path.endswith("]")}
        columns = (TextColumn(path, texts, at, items, by_row(top, at)) for path, (at, items, texts) in arrays.items())
        return Batch(first_row, rows, tuple(columns), size, tuple(typed))


def _typed(cells: list[int | float | bool]) -> pa.Array:
    """Cells of one kind: booleans, whole numbers where all are, else decimals."""
    if all(isinstance(cell, bool) for cell in cells):
        return pa.array(cells, pa.bool_())
    if any(isinstance(cell, float) for cell in cells):
        return pa.array(map(float, cells), pa.float64())
    return pa.array(map(int, cells), pa.int64())
