"""Arrow record batches to text columns: nested, encoded and typed in any way. Pure.

Leaf paths are ``a.b[].c``; a map is ``m[].key`` and ``m[].value``; a union is one path per child (``u.name``). What a
null parent hides is not there. Every encoding of the same strings gives the same columns.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as pt
from numpy.typing import NDArray

from auditor.model import LOST, Batch, CoverageStatus, Gap, TextColumn, TypedColumn
from auditor.sources.leaves import Texts, holds_text, is_typed, plain, texts_of
from auditor.sources.paths import child, quote, unique
from auditor.sources.slicing import weight

_Ints = NDArray[np.int64]
_MAX_EXPANSION = 1 << 27  # elements of one list column of one batch; views may repeat their values without end


@dataclass(frozen=True)
class _Node:
    """An array on the way to its leaves: row and item of every element, and which no null parent hides."""

    path: str
    array: pa.Array
    rows: _Ints
    items: _Ints
    shown: NDArray[np.bool_]


_Found = _Node | Gap | TypedColumn


def batch_of(batch: pa.RecordBatch, first_row: int, size: int, names: list[str]) -> Iterator[Batch | Gap]:
    """The texts of a record batch whose first row is ``first_row`` of the fragment; gaps for what holds none.

    ``names`` are those of its columns, quoted and unique; ``size`` bytes of the source were read for it.
    """
    tops = {name: batch.column(n) for n, name in enumerate(names)}

    @cache
    def top(name: str) -> pa.Array | None:
        array = tops.get(quote(name))
        found = None if array is None or not holds_text(array.type) else _quietly(array)
        return found.texts if found else None

    columns: list[TextColumn] = []
    typed: list[TypedColumn] = []
    rows = np.arange(first_row, first_row + batch.num_rows)
    for name, array in tops.items():
        node = _Node(name, array, rows, np.zeros(len(rows), np.int64), np.ones(len(rows), bool))
        for one in _leaves(node):
            if isinstance(one, Gap):
                yield one
            elif isinstance(one, TypedColumn):
                typed.append(one)
            else:
                columns.append(_column(one, first_row, top))
    yield Batch(first_row, batch.num_rows, tuple(columns), size, tuple(typed))


def column_names(schema: pa.Schema) -> list[str]:
    """Quoted names of the top-level columns, repeated ones told apart, unreadable ones by position."""
    return unique(quote(_name(schema.field(n), n)) for n in range(len(schema)))


def _name(field: pa.Field, position: int) -> str:
    try:
        return str(field.name)
    except UnicodeDecodeError:
        return f"column_{position}"


def _quietly(array: pa.Array) -> Texts | None:
    try:
        return texts_of(array)
    except (pa.ArrowException, ValueError):
        return None


def _column(node: _Node, first_row: int, top: Callable[[str], pa.Array | None]) -> TextColumn:
    rows = pa.array(node.rows)

    def sibling(name: str) -> pa.Array | None:
        texts = top(name)
        return None if texts is None else texts.take(pa.array(node.rows - first_row))

    return TextColumn(node.path, node.array, rows, pa.array(node.items.astype(np.int32)), sibling)


def _leaves(node: _Node) -> Iterator[_Found]:
    """Nodes of strings and columns of other cells below ``node``; a gap where a type cannot be read."""
    if not len(node.array):  # its buffers may be missing
        return
    try:
        kind = node.array.type
        walk = next((step for test, step in _STEPS if test(kind)), _leaf)
        yield from walk(node)
    except (pa.ArrowException, ValueError, TypeError, NotImplementedError, UnicodeError):
        yield _gap("unsupported_type", LOST, node, node.shown)


def _gap(reason: str, status: CoverageStatus, node: _Node, which: NDArray[np.bool_]) -> Gap:
    """A gap over the rows of the chosen elements; its bytes are those of the array in memory."""
    return Gap(reason, status, node.path, rows=len(np.unique(node.rows[which])), bytes=max(1, weight(node.array)))


def _leaf(node: _Node) -> Iterator[_Found]:
    if is_typed(node.array.type) and node.shown.any():
        yield TypedColumn(node.path, node.array if node.shown.all() else node.array.filter(pa.array(node.shown)))
    found = texts_of(node.array)
    if found is None:
        return
    for reason, status, which in found.remarks:
        seen = which & node.shown
        if seen.any():
            gap = _gap(reason, status, node, seen)
            yield gap if status == LOST else Gap(reason, status, node.path, rows=gap.rows)
    if node.shown.all():
        yield _Node(node.path, found.texts, node.rows, node.items, node.shown)
    elif node.shown.any():
        texts = found.texts.filter(pa.array(node.shown))
        yield _Node(node.path, texts, node.rows[node.shown], node.items[node.shown], node.shown[node.shown])


def _plain(node: _Node) -> Iterator[_Found]:
    """Undo an encoding around a nested type, or around strings."""
    yield from _leaves(_Node(node.path, plain(node.array), node.rows, node.items, node.shown))


def _valid(array: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), bool)


def _struct(node: _Node) -> Iterator[_Found]:
    kind = node.array.type
    yield from _fields(node, unique(_name(kind.field(n), n) for n in range(kind.num_fields)))


def _fields(node: _Node, names: list[str]) -> Iterator[_Found]:
    array = node.array
    shown = node.shown & _valid(array)
    for n, name in enumerate(names):
        yield from _leaves(_Node(child(node.path, name), array.field(n), node.rows, node.items, shown))


def _elements(node: _Node, values: pa.Array, parents: _Ints, shown: NDArray[np.bool_]) -> Iterator[_Found]:
    """The elements of lists: ``parents`` gives the position of the list of each value."""
    rows = node.rows[parents]
    below = _Node(node.path + "[]", values, rows, _positions(rows), shown[parents])
    if pt.is_map(node.array.type):
        yield from _fields(below, ["key", "value"])
    else:
        yield from _leaves(below)


def _positions(rows: _Ints) -> _Ints:
    """0, 1, 2… within each run of equal rows."""
    if not len(rows):
        return rows
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
    return np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))


def _list(node: _Node) -> Iterator[_Found]:
    array = node.array
    offsets = array.offsets.to_numpy()
    shown = node.shown & _valid(array)
    values = array.values.slice(offsets[0], offsets[-1] - offsets[0])
    if not shown.all():  # values of null lists may be there, but do not count as positions
        keep = np.repeat(shown, np.diff(offsets))
        if not keep.all():
            yield from _sparse_list(node, values, offsets, shown)
            return
    yield from _elements(node, values, np.repeat(np.arange(len(array)), np.diff(offsets)), shown)


def _sparse_list(node: _Node, values: pa.Array, offsets: _Ints, shown: NDArray[np.bool_]) -> Iterator[_Found]:
    """A list with values under nulls: those values are cut out before they are counted."""
    pieces = [values.slice(offsets[n] - offsets[0], offsets[n + 1] - offsets[n]) for n in np.flatnonzero(shown)]
    kept = pa.concat_arrays(pieces) if pieces else values.slice(0, 0)
    lengths = np.where(shown, np.diff(offsets), 0)
    yield from _elements(node, kept, np.repeat(np.arange(len(shown)), lengths), shown)


def _list_view(node: _Node) -> Iterator[_Found]:
    array = node.array
    shown = node.shown & _valid(array)
    sizes = np.where(_valid(array), array.sizes.to_numpy(), 0)
    if sizes.sum() > _MAX_EXPANSION:
        yield _gap("expansion", LOST, node, shown)
        return
    values = array.flatten()
    yield from _elements(node, values, np.repeat(np.arange(len(array)), sizes), shown)


def _fixed_list(node: _Node) -> Iterator[_Found]:
    array, width = node.array, node.array.type.list_size
    values = array.values.slice(array.offset * width, len(array) * width)
    shown = node.shown & _valid(array)
    offsets = np.arange(len(array) + 1) * width
    if shown.all():
        yield from _elements(node, values, np.repeat(np.arange(len(array)), width), shown)
    else:
        yield from _sparse_list(node, values, offsets, shown)


def _union(node: _Node) -> Iterator[_Found]:
    array = node.array
    codes = _sliced(array, 1, np.int8)
    for n, code in enumerate(array.type.type_codes):
        field = array.type.field(n)
        path = child(node.path, _name(field, n) or str(n))
        mine = codes == code
        if array.type.mode == "sparse":
            yield from _leaves(_Node(path, array.field(n), node.rows, node.items, node.shown & mine))
        else:
            yield from _leaves(_dense(node, path, array.field(n), _sliced(array, 2, np.int32)[mine], mine))


def _sliced(array: pa.Array, buffer: int, kind: type) -> _Ints:
    """A buffer of a union from the offset of the array on; ``type_codes`` and ``offsets`` of pyarrow 26 forget it."""
    return np.frombuffer(array.buffers()[buffer], kind)[array.offset : array.offset + len(array)].astype(np.int64)


def _dense(node: _Node, path: str, values: pa.Array, offsets: _Ints, mine: NDArray[np.bool_]) -> _Node:
    """One child of a dense union: its values with the row each of them belongs to; unused ones stay hidden."""
    rows = np.zeros(len(values), np.int64)
    items, shown = rows.copy(), np.zeros(len(values), bool)
    rows[offsets], items[offsets], shown[offsets] = node.rows[mine], node.items[mine], node.shown[mine]
    return _Node(path, values, rows, items, shown)


def _encoded(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType) or pt.is_dictionary(kind) or pt.is_run_end_encoded(kind)


def _ordinary_list(kind: pa.DataType) -> bool:
    return bool(pt.is_list(kind) or pt.is_large_list(kind) or pt.is_map(kind))


def _any_view(kind: pa.DataType) -> bool:
    return bool(pt.is_list_view(kind) or pt.is_large_list_view(kind))


_STEPS: tuple[tuple[Callable[[pa.DataType], Any], Callable[[_Node], Iterator[_Found]]], ...] = (
    (_encoded, _plain),
    (pt.is_struct, _struct),
    (_ordinary_list, _list),
    (_any_view, _list_view),
    (pt.is_fixed_size_list, _fixed_list),
    (pt.is_union, _union),
)
