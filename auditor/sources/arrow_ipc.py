"""Arrow IPC files, streams and Feather, batch by batch.

Every column of every batch is validated in full before anything else touches it: reading an array with broken offsets
can end the process.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.feather

from auditor.model import EXAMINED, LOST, Batch, CoverageStatus, Format, Gap, Limits, Part
from auditor.sources.columns import batch_of, column_names
from auditor.sources.leaves import holds_text, is_read
from auditor.sources.parts import schema_hash
from auditor.sources.slicing import slices

_SUFFIXES = (".arrow", ".feather", ".ipc", ".arrows", ".stream", ".arrow_file")
_MAX_METADATA = 64 << 20  # a schema message is smaller


def _sniff(start: bytes, name: str) -> int:
    if start.startswith((b"ARROW1", b"FEA1")):
        return 100
    claimed = name.endswith(_SUFFIXES)
    marked = start.startswith(b"\xff\xff\xff\xff")
    message = start[4:] if marked else start
    size, root = (int.from_bytes(message[n : n + 4], "little") for n in (0, 4))
    if 8 <= size <= _MAX_METADATA and 4 <= root < min(size, 1024) and len(message) > 8:
        return 90 if marked else 80 if claimed else 40
    return 5 if claimed else 0


def _plan(path: str, size: int, _compression: str, _limits: Limits) -> list[Part]:
    with pa.OSFile(os.fsencode(path)) as file:
        kind = _kind(file.read(8))
        file.seek(0)
        schema = _reader(file, kind).schema
    options = {"kind": kind, "schema": schema_hash(str(schema.remove_metadata()))}
    return [Part("all", size, options=json.dumps(options))]


def _kind(magic: bytes) -> str:
    return "file" if magic.startswith(b"ARROW1") else "feather" if magic.startswith(b"FEA1") else "stream"


def _reader(file: pa.NativeFile, kind: str) -> Any:
    if kind == "feather":
        return pyarrow.feather.read_table(file)
    return pa.ipc.open_file(file) if kind == "file" else pa.ipc.open_stream(file)


def _read(path: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    kind = json.loads(part.options)["kind"]
    with pa.OSFile(os.fsencode(path)) as file:
        reader = _reader(file, kind)
        row = mark = 0
        for batch in _batches(reader, kind):
            here = max(file.tell() - mark, 0) if kind == "stream" else part.bytes // max(_count(reader, kind), 1)
            mark += here
            yield from _batch(batch, row, here, limits)
            row += batch.num_rows


def _count(reader: Any, kind: str) -> int:
    return int(reader.num_record_batches) if kind == "file" else 1


def _batches(reader: Any, kind: str) -> Iterator[pa.RecordBatch]:
    if kind == "file":
        return (reader.get_batch(n) for n in range(reader.num_record_batches))
    return iter(reader.to_batches() if kind == "feather" else reader)


def _batch(batch: pa.RecordBatch, row: int, size: int, limits: Limits) -> Iterator[Batch | Gap]:
    """Texts of the columns that are valid; a gap for each that is not."""
    names = column_names(batch.schema)
    sound: list[int] = []
    for n, name in enumerate(names):
        if fault := _fault(batch, n):
            textless = fault == "invalid_arrow" and not holds_text(batch.schema.field(n).type)
            status: CoverageStatus = EXAMINED if textless else LOST
            yield Gap(fault, status, name, rows=batch.num_rows, bytes=max(1, size // len(names)))
        elif is_read(batch.column(n).type):
            sound.append(n)
    if not sound:
        yield Batch(row, batch.num_rows, (), size)
        return
    for piece in slices(batch.select(sound), limits.batch_bytes):
        share = size * piece.num_rows // max(batch.num_rows, 1)
        yield from batch_of(piece, row, share, [names[n] for n in sound])
        row += piece.num_rows


def _fault(batch: pa.RecordBatch, position: int) -> str:
    """Why a column cannot be touched, or ""."""
    try:
        column = batch.column(position)
    except (KeyError, pa.ArrowException):  # a type that pyarrow does not know
        return "unsupported_type"
    try:
        column.validate(full=True)
    except (pa.ArrowException, UnicodeError) as error:
        return "" if _only_utf8(column, error) else "invalid_arrow"
    return ""


def _only_utf8(column: pa.Array, error: Exception) -> bool:
    """Whether all that is wrong with a string column is its UTF-8, which is repaired later."""
    kinds = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}
    if "utf8" not in str(error).lower() or column.type not in kinds:
        return False
    try:
        column.view(kinds[column.type]).validate(full=True)
    except pa.ArrowException:
        return False
    return True


FORMATS = (Format("arrow", _SUFFIXES, _sniff, _plan, _read),)
