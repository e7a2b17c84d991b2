"""CSV: encodings, dialects, damage, splits."""

import csv
import gzip
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_helpers import read_all

from auditor.model import Limits

TABLE = "name,note\nAda,one\nBob,grüße\n"


def test_header_and_rows(audit):
    got = audit("d.csv", TABLE.encode())
    assert got.format == "csv"
    assert got.rows == 2
    assert not got.gaps
    assert got.cells == {"name": [(0, 0, "Ada"), (1, 0, "Bob")], "note": [(0, 0, "one"), (1, 0, "grüße")]}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"])
def test_encodings(audit, encoding):
    assert audit("d.csv", TABLE.encode(encoding)).texts("note") == ["one", "grüße"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(audit, delimiter):
    got = audit("d.csv", TABLE.replace(",", delimiter).encode())
    assert got.texts("name") == ["Ada", "Bob"]
    assert json.loads(got.options)["delimiter"] == delimiter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(audit, end):
    assert audit("d.csv", TABLE.replace("\n", end).encode()).texts("note") == ["one", "grüße"]


@pytest.mark.parametrize("first", ["ada@example.com,x", "5551234567,x", "1,2", "a,a"])
def test_no_header(audit, first):
    got = audit("d.csv", f"{first}\nb,c\n".encode())
    assert got.rows == 2
    assert got.texts("column_0")[0] == first.split(",")[0]


def test_unnamed_index_column_is_a_header(audit):
    assert set(audit("d.csv", b",name\n0,Ada\n1,Bob\n").cells) == {'""', "name"}


def test_ragged(audit):
    got = audit("d.csv", b"a,b\n1,2\n3\n4,5,extra,more\n6,7\n8,9\n")
    assert got.cells["column_2"] == [(2, 0, "extra")]
    assert got.cells["column_3"] == [(2, 0, "more")]
    assert [(gap.reason, gap.status, gap.rows) for gap in got.gaps] == [("ragged_rows", "examined", 2)]


def test_open_quote_loses_no_text(audit):
    got = audit("d.csv", b'a,b\nx,y\nz,"open\nmail@example.com,w\n')
    assert got.lost == {"invalid_csv"}
    assert "mail@example.com" in got.texts("a")


def test_quoted_newlines_and_nul(audit):
    got = audit("d.csv", b'a,b\n"x\ny","q""q"\n\0n,m\n')
    assert got.texts("a") == ["x\ny", "\0n"]
    assert got.texts("b") == ['q"q', "m"]
    assert not got.gaps


def test_record_over_the_limit(audit):
    got = audit("d.csv", b'a,b\nx,"' + b"long\n" * 100 + b'",y\nq,r\n', Limits(line_bytes=100))
    assert "invalid_csv" in got.lost
    assert "long" in got.texts("a")


def test_long_line(audit):
    got = audit("d.csv", b"a,b\nx," + b"y" * 500 + b"\nq,r\n", Limits(line_bytes=100))
    assert got.lost == {"line_too_long"}
    assert got.texts("a") == ["q"]


def test_invalid_utf8(audit):
    data = "a,b\n" + "é,ü\n" * 5
    got = audit("d.csv", data.encode() + b"\xff,mail@example.com\n")
    assert got.texts("a")[-1] == "\ufffd"
    assert got.reasons == {"invalid_utf8"}
    assert not got.lost


def test_compressed(audit):
    assert audit("d.csv.gz", gzip.compress(TABLE.encode())).cells == audit("d.csv", TABLE.encode()).cells


def test_wide_header(audit):
    names = [f"column number {n:x}" for n in range(0xA000, 0xC000)]
    got = audit("d.csv", (",".join(names) + "\n" + ",".join("v" * len(names)) + "\n").encode())
    assert got.rows == 1
    assert len(got.cells) == len(names)


_CELL = st.text(st.sampled_from('ab ",\n\té'), max_size=6)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=30), st.integers(10, 60))
def test_split_equals_unsplit(tmp_path, rows, step):
    path = tmp_path / "d.csv"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([("left", "right"), *rows])
    path.write_bytes(out.getvalue().encode())
    whole, split = read_all(path), read_all(path, Limits(fragment_bytes=step, batch_bytes=40))
    assert (split.rows, split.cells) == (whole.rows, whole.cells)
    assert not whole.lost
    assert whole.texts("left") == [left for left, _ in rows]


def test_splits_and_stray_quotes(audit):
    rows = b'"quoted, x",y\n' * 50
    assert audit("d.csv", b"a,b\n" + rows, Limits(fragment_bytes=100)).parts > 3
    inch = b"a,b\n" + b'5" pipe,x\n' * 50
    got = audit("e.csv", inch, Limits(fragment_bytes=100))
    assert got.parts == 1
    assert got.rows == 50
    assert not got.lost
