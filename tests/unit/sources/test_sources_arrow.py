"""Parquet and Arrow IPC."""

import datetime as dt
import struct

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from sources_helpers import read_all

from auditor.errors import SourceError
from auditor.model import Limits
from auditor.sources import parquet


def table(rows=1000):
    return pa.table(
        {"t": [f"text {n}" for n in range(rows)], "l": [[f"a{n}", None, "b"] for n in range(rows)], "n": range(rows)}
    )


def test_parquet_parts_and_rows(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(table(), path, row_group_size=100)
    whole, split = read_all(path), read_all(path, Limits(fragment_bytes=1, batch_bytes=500))
    assert (whole.parts, split.parts) == (1, 10)
    assert whole.cells == split.cells
    assert whole.rows == 1000
    assert not whole.gaps
    assert whole.cells["l[]"][:3] == [(0, 0, "a0"), (0, 2, "b"), (1, 0, "a1")]
    assert "n" not in whole.cells


def test_no_row_groups(tmp_path):
    path = tmp_path / "d.parquet"
    pq.ParquetWriter(path, pa.schema([("a", pa.string())])).close()
    got = read_all(path)
    assert got.rows == 0
    assert not got.gaps
    pq.write_table(table(0), path)
    assert not read_all(path).gaps


def test_duplicate_columns(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["one"]), pa.array(["two"])], ["a", "a"]), path)
    assert read_all(path).cells == {"a": [(0, 0, "one")], "a#2": [(0, 0, "two")]}


def test_dates_that_python_cannot_hold(tmp_path):
    path = tmp_path / "d.parquet"
    far = pa.array([2**60], pa.timestamp("us"))
    old = pa.array([dt.datetime(2020, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)], pa.timestamp("ns"))
    pq.write_table(pa.table({"far": far, "t": ["x"]}), path)
    assert read_all(path).texts("t") == ["x"]
    pq.write_table(pa.table({"old": old, "t": ["x"]}), path, use_deprecated_int96_timestamps=True)
    assert read_all(path).texts("t") == ["x"]


def test_corrupt_page_costs_one_column_of_one_row_group(tmp_path):
    path = tmp_path / "d.parquet"
    data = pa.table({"bad": [f"bad {n}" * 20 for n in range(300)], "good": [f"good {n}" for n in range(300)]})
    pq.write_table(data, path, row_group_size=100, compression="none", use_dictionary=False, write_page_checksum=True)
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(0)
    raw = bytearray(path.read_bytes())
    raw[chunk.data_page_offset + chunk.total_compressed_size // 2] ^= 0xFF
    path.write_bytes(raw)
    got = read_all(path)
    (gap,) = got.gaps
    assert (gap.reason, gap.column, gap.rows) == ("corrupt", "bad", 100)
    assert gap.bytes > 1000
    assert got.rows == 300
    assert len(got.texts("good")) == 300
    assert len(got.texts("bad")) == 200


def test_truncated_and_encrypted(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(table(), path)
    raw = path.read_bytes()
    for data, reason in (
        (raw[:-100], "truncated"),
        (b"PARE" + raw[4:], "encrypted"),
        (raw[:-4] + b"PARE", "encrypted"),
    ):
        path.write_bytes(data)
        with pytest.raises(SourceError) as error:
            read_all(path)
        assert error.value.reason == reason


def test_repeated_long_values_stay_small(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(pa.table({"a": ["x" * 100_000] * 500}), path)
    got = read_all(path, Limits(batch_bytes=1 << 20))
    assert got.rows == 500
    assert max(batch.rows for batch in got.batches) <= 20


def test_claims_of_the_footer_are_refused(tmp_path):
    path = tmp_path / "d.parquet"
    pq.write_table(
        pa.table({"a": ["x" * 1_000_000] * 80, "b": ["y"] * 80}), path, compression="zstd", use_dictionary=False
    )
    got = read_all(path)
    (gap,) = got.gaps
    assert (gap.reason, gap.column, gap.rows) == ("expansion", "a", 80)
    assert len(got.texts("b")) == 80


@pytest.mark.parametrize("kind", ["file", "stream", "feather"])
def test_ipc(tmp_path, kind):
    path = tmp_path / "d.arrow"
    if kind == "feather":
        pyarrow.feather.write_feather(table(), str(path))
    else:
        make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
        with make(str(path), table().schema) as writer:
            writer.write_table(table(), max_chunksize=100)
    got = read_all(path, Limits(batch_bytes=500))
    assert got.rows == 1000
    assert not got.gaps
    assert got.format == "arrow"
    assert got.cells["l[]"][:2] == [(0, 0, "a0"), (0, 2, "b")]


def test_dictionary_replacement_and_delta(tmp_path):
    path = tmp_path / "d.arrows"
    schema = pa.schema([("a", pa.dictionary(pa.int32(), pa.string()))])
    with pa.ipc.new_stream(str(path), schema) as writer:
        for values in (["x", "y"], ["z", "x"]):
            writer.write_batch(pa.record_batch([pa.array(values).dictionary_encode()], schema=schema))
    assert read_all(path).texts("a") == ["x", "y", "z", "x"]


def test_broken_offsets_cost_one_column(tmp_path):
    path = tmp_path / "d.arrow"
    offsets = pa.py_buffer(struct.pack("<3i", 0, 1 << 30, 5))
    bad = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"hello")])
    batch = pa.record_batch([bad, pa.array(["x", "y"])], ["bad", "good"])
    with pa.ipc.new_file(str(path), batch.schema) as writer:
        writer.write_batch(batch)
    got = read_all(path)
    assert got.lost == {"invalid_arrow"}
    assert got.gaps[0].column == "bad"
    assert got.texts("good") == ["x", "y"]


def test_invalid_utf8_in_ipc_is_read(tmp_path):
    path = tmp_path / "d.arrow"
    batch = pa.record_batch([pa.array([b"\xff mail@example.com"]).view(pa.string())], ["a"])
    with pa.ipc.new_file(str(path), batch.schema) as writer:
        writer.write_batch(batch)
    got = read_all(path)
    assert got.texts("a") == ["\ufffd mail@example.com"]
    assert not got.lost


def test_truncated_stream_keeps_batches(tmp_path):
    path = tmp_path / "d.arrows"
    with pa.ipc.new_stream(str(path), table().schema) as writer:
        writer.write_table(table(), max_chunksize=100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    got = read_all(path)
    assert got.rows >= 300
    assert got.lost


def test_many_columns_are_read_some_at_a_time(tmp_path, monkeypatch):
    names = [f"c{n}" for n in range(11)]
    many = pa.table({name: [f"{name} {row}" for row in range(50)] for name in names})
    pq.write_table(many, tmp_path / "t.parquet", row_group_size=20)
    whole = read_all(tmp_path / "t.parquet")
    monkeypatch.setattr(parquet, "_MAX_COLUMNS", 4)
    parted = read_all(tmp_path / "t.parquet")
    assert len(parted.batches) == 3 * len(whole.batches)
    assert {name: sorted(rows) for name, rows in parted.cells.items()} == whole.cells
    assert set(whole.cells) == set(names)
