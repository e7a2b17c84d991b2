"""Parquet, by ranges of row groups.

Only columns that can hold text are read. A damaged or refused column costs that column of its row group; the others and
the row groups after it are read.
"""

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.errors import SourceError
from auditor.model import Batch, Format, Gap, Limits, Part
from auditor.sources.columns import batch_of, column_names
from auditor.sources.compress import open_regular
from auditor.sources.faults import reason_of
from auditor.sources.leaves import is_read
from auditor.sources.parts import group_range, schema_hash
from auditor.sources.slicing import slices

_MAX_RATIO = 1000
_MAX_CHUNK = 64 << 20
"""A column chunk that claims more than _MAX_CHUNK bytes *and* _MAX_RATIO times those on disk is refused unread."""
_MAX_DICTIONARY = 16 << 20
_MAX_INDEX = 16  # bytes per value in a chunk that is all dictionary
_SIGNATURE = 28  # bytes of nonce and tag after the footer of a file with encrypted columns
_MAX_ROWS = 65_536  # of one batch, however narrow the rows
_MAX_COLUMNS = 2000  # read at once


def _sniff(start: bytes, name: str) -> int:
    return 100 if start.startswith((b"PAR1", b"PARE")) else 5 if name.endswith(".parquet") else 0


def _plan(path: str, size: int, _compression: str, limits: Limits) -> list[Part]:
    _check_ends(path, size)
    file = _File(path)
    options = json.dumps({"schema": schema_hash(str(file.schema.remove_metadata()))})
    if not file.groups:
        return [Part("rowgroups=none", size, 0, options)]
    parts: list[Part] = []
    first = held = rows = 0
    for n in range(file.groups):
        group = file.meta.row_group(n)
        held += max(group.total_byte_size, 0)
        rows += group.num_rows
        if held >= limits.fragment_bytes or n == file.groups - 1:
            stored = sum(file.stored(one) for one in range(first, n + 1))
            parts.append(Part(f"rowgroups={first}-{n}", stored, rows, options))
            first, held, rows = n + 1, 0, 0
    return parts


def _check_ends(path: str, size: int) -> None:
    """Tell an encrypted and a cut file by the magic at both ends."""
    with open_regular(path) as file:
        start = file.read(4)
        file.seek(max(size - 4, 0))
        end = file.read(4)
    if b"PARE" in (start, end):
        raise SourceError("encrypted")
    if start == b"PAR1" and (size < 12 or end != b"PAR1"):
        raise SourceError("truncated")


class _File:
    """An open file. Of encrypted columns the metadata must not be asked for: pyarrow 26 aborts the process."""

    def __init__(self, path: str, groups: range = range(0)) -> None:
        file = _open(path)
        self.meta = file.metadata
        self.schema: pa.Schema = file.schema_arrow
        self.groups = int(self.meta.num_row_groups)
        self._size, self._sealed = _footer(path, self.meta.serialized_size)
        names = self._dictionaries(groups)
        self.reader = (_open(path, names) if names else file).reader

    def chunks(self, group: int, leaves: Iterable[int]) -> list[Any]:
        """Metadata of some column chunks; none at all where some columns are encrypted."""
        found = self.meta.row_group(group)
        return [] if self._sealed else [found.column(leaf) for leaf in leaves]

    def stored(self, group: int, leaves: Iterable[int] | None = None) -> int:
        """Compressed bytes of a row group, or of some of its leaf columns; an estimate at least 1."""
        total = int(self.meta.num_columns)
        wanted = range(total) if leaves is None else list(leaves)
        if self._sealed:
            return max(1, self._size * len(wanted) // max(total * self.groups, 1))
        return max(1, sum(max(int(one.total_compressed_size), 0) for one in self.chunks(group, wanted)))

    def _dictionaries(self, groups: range) -> list[str]:
        """Paths of strings with dictionary pages: kept encoded, so that repeated long values stay small."""
        chunks = (one for n in groups for one in self.chunks(n, range(self.meta.num_columns)))
        strings = [one for one in chunks if one.physical_type == "BYTE_ARRAY"]
        large = {one.path_in_schema for one in strings if _outgrown(one)}
        return list(dict.fromkeys(one.path_in_schema for one in strings if one.path_in_schema not in large))


def _outgrown(chunk: Any) -> bool:
    """Whether a chunk has no dictionary, or one that was given up: too many long values to hold them all."""
    size = chunk.total_uncompressed_size
    return not chunk.has_dictionary_page or size > max(_MAX_DICTIONARY, _MAX_INDEX * chunk.num_values)


def _footer(path: str, read: int) -> tuple[int, bool]:
    """(bytes of the file, whether its footer is followed by the signature that goes with encrypted columns)."""
    with open_regular(path) as file:
        size = file.seek(-8, os.SEEK_END) + 8
        return size, int.from_bytes(file.read(4), "little") == read + _SIGNATURE


def _open(path: str, dictionaries: list[str] | None = None) -> pq.ParquetFile:
    return pq.ParquetFile(
        pa.OSFile(os.fsencode(path)),
        buffer_size=1 << 20,
        pre_buffer=False,
        page_checksum_verification=True,
        thrift_string_size_limit=256 << 20,
        thrift_container_size_limit=16 << 20,
        read_dictionary=dictionaries,
    )


def _read(path: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    groups = group_range(part)
    file = _File(path, groups)
    row = 0
    for group in groups:
        yield from _Group(file, group, row, limits.batch_bytes).read()
        row += file.meta.row_group(group).num_rows


class _Group:
    """One row group; ``row`` is its first row in the fragment."""

    def __init__(self, file: _File, group: int, row: int, batch_bytes: int) -> None:
        self._file, self._group, self._row, self._batch_bytes = file, group, row, batch_bytes
        self._schema = file.schema
        self._names = column_names(file.schema)
        self._leaves = _leaf_columns(self._schema, file.meta.num_columns)
        meta = file.meta.row_group(group)
        self._rows = int(meta.num_rows)
        self._size = file.stored(group)
        self._total = max(meta.total_byte_size, 1)
        self._step = self._rows_of(self._total)

    def _rows_of(self, size: int) -> int:
        """How many rows make a batch of columns of ``size`` bytes."""
        return max(1, min(_MAX_ROWS, int(self._batch_bytes * max(self._rows, 1) / max(size, 1))))

    def read(self) -> Iterator[Batch | Gap]:
        """All columns together, or many at a time; from the first fault on each by itself."""
        columns = []
        for n in range(len(self._schema)):
            if not is_read(self._schema.field(n).type):
                continue
            if self._refused(n):
                yield self._lost(n, "expansion", 0)
            else:
                columns.append(n)
        for first in range(0, len(columns), _MAX_COLUMNS):
            yield from self._some(columns[first : first + _MAX_COLUMNS], all_=len(columns) <= _MAX_COLUMNS)
        if not columns:
            yield Batch(self._row, self._rows, (), self._size)

    def _some(self, columns: list[int], *, all_: bool) -> Iterator[Batch | Gap]:
        if not all_:  # each open column takes memory, and a batch as many rows as its columns allow
            leaves = [leaf for n in columns for leaf in self._leaves[n]]
            chunks = self._file.chunks(self._group, leaves)
            self._size = self._file.stored(self._group, leaves)
            self._step = self._rows_of(sum(one.total_uncompressed_size for one in chunks) or self._total)
        done = 0
        try:
            for batch in self._batches(columns):
                yield from self._texts(batch, columns, done)
                done += batch.num_rows
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - whatever the decoder raises costs one column
            yield from self._apart(columns, done)

    def _batches(self, columns: list[int]) -> Iterator[pa.RecordBatch]:
        if not columns:
            return iter(())
        wanted = [leaf for n in columns for leaf in self._leaves[n]]
        batches: Iterator[pa.RecordBatch] = self._file.reader.iter_batches(
            self._step, row_groups=[self._group], column_indices=wanted, use_threads=False
        )  # the public iter_batches selects by name, and names may repeat
        return batches

    def _texts(self, batch: pa.RecordBatch, columns: list[int], done: int) -> Iterator[Batch | Gap]:
        """Text columns of a batch under the names of the whole schema."""
        names = [self._names[n] for n in columns]
        for piece in slices(batch, self._batch_bytes):
            share = self._size * piece.num_rows // max(self._rows, 1)
            yield from batch_of(piece, self._row + done, share, names)
            done += piece.num_rows

    def _apart(self, columns: list[int], done: int) -> Iterator[Batch | Gap]:
        """Columns read one by one from row ``done`` on; those that fail are lost from where they fail."""
        sources = {n: _Steady(self._batches([n]), done) for n in columns}
        while sources and done < self._rows:
            step = min(self._step, self._rows - done)
            arrays: dict[int, pa.Array] = {}
            for n in list(sources):
                try:
                    arrays[n] = sources[n].take(step)
                except Exception as error:  # noqa: BLE001 - as above
                    del sources[n]
                    yield self._lost(n, reason_of(error), done)
            if arrays:
                batch = pa.RecordBatch.from_arrays(list(arrays.values()), [self._names[n] for n in arrays])
                yield from self._texts(batch, list(arrays), done)
            done += step

    def _refused(self, column: int) -> bool:
        chunks = self._file.chunks(self._group, self._leaves[column])
        sizes = ((one.total_uncompressed_size, one.total_compressed_size) for one in chunks)
        return any(claimed > max(_MAX_CHUNK, _MAX_RATIO * stored) for claimed, stored in sizes)

    def _lost(self, column: int, reason: str, done: int) -> Gap:
        rows = max(self._rows - done, 0)
        size = self._file.stored(self._group, self._leaves[column]) * rows // max(self._rows, 1)
        return Gap(reason, column=self._names[column], rows=rows, bytes=max(1, size))


class _Steady:
    """The one column of an iterator of batches in arrays of a wanted length, from row ``skip`` on."""

    def __init__(self, source: Iterator[pa.RecordBatch], skip: int) -> None:
        self._source = source
        self._skip = skip
        self._held: list[pa.Array] = []

    def take(self, rows: int) -> pa.Array:
        """The next ``rows`` values; SourceError ``corrupt`` when the column ends before."""
        while sum(len(one) for one in self._held) < self._skip + rows:
            batch = next(self._source, None)
            if batch is None:
                raise SourceError("corrupt")
            self._hold(batch.column(0))
        joined = pa.concat_arrays(self._held) if len(self._held) > 1 else self._held[0]
        self._held = [joined.slice(rows)]
        return joined.slice(0, rows)

    def _hold(self, array: pa.Array) -> None:
        cut = min(self._skip, len(array))
        self._skip -= cut
        self._held.append(array.slice(cut))


def _leaf_columns(schema: pa.Schema, total: int) -> list[range]:
    """For every top-level field the indices of its leaf columns."""
    result: list[range] = []
    at = 0
    for n in range(len(schema)):
        count = _leaf_count(schema.field(n).type)
        result.append(range(at, at + count))
        at += count
    if at != total:
        raise SourceError("corrupt")
    return result


def _leaf_count(kind: pa.DataType) -> int:
    if isinstance(kind, pa.BaseExtensionType):
        return _leaf_count(kind.storage_type)
    fields = [kind.field(n).type for n in range(kind.num_fields)]
    if pa.types.is_map(kind):
        fields = [kind.key_type, kind.item_type]
    return sum(_leaf_count(one) for one in fields) if fields else 1


FORMATS = (Format("parquet", (".parquet", ".pq", ".parq"), _sniff, _plan, _read),)
