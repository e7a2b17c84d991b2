"""Tables for other programs: findings and coverage as JSON Lines, CSV, Parquet or Arrow IPC."""

import json
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.report.table import csv_bytes

TABLES = ("jsonl", "csv", "parquet", "arrow")


def write_table(reader: pa.RecordBatchReader, name: str, sink: BinaryIO) -> None:
    """Write every batch of ``reader`` to ``sink`` in one of :data:`TABLES`, a batch at a time."""
    {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet, "arrow": _arrow}[name](reader, sink)


def _jsonl(reader: pa.RecordBatchReader, sink: BinaryIO) -> None:
    for batch in reader:
        lines = (json.dumps(row, ensure_ascii=False) for row in batch.to_pylist())
        sink.writelines(line.encode("utf-8", "backslashreplace") + b"\n" for line in lines)


def _csv(reader: pa.RecordBatchReader, sink: BinaryIO) -> None:
    header: list[str] | None = reader.schema.names
    for batch in reader:
        sink.write(csv_bytes(header, zip(*(column.to_pylist() for column in batch.columns), strict=True)))
        header = None
    if header:
        sink.write(csv_bytes(header, ()))


def _parquet(reader: pa.RecordBatchReader, sink: BinaryIO) -> None:
    with pq.ParquetWriter(sink, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def _arrow(reader: pa.RecordBatchReader, sink: BinaryIO) -> None:
    with pa.ipc.new_stream(sink, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)
