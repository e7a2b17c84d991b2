"""JSON Lines and JSON documents."""

import gzip
import json

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_helpers import read_all

from auditor.model import Limits

LINES = b'{"a":"x"}\n\n{"a":"y","b":[1,"z"]}\n'


def test_rows_are_lines(audit):
    got = audit("d.jsonl", LINES)
    assert got.format == "jsonl"
    assert got.rows == 3
    assert not got.gaps
    assert got.cells == {"a": [(0, 0, "x"), (2, 0, "y")], "b[]": [(2, 1, "z")]}


def test_paths_and_items(audit):
    row = {"m": [{"c": "p"}, {}, {"c": "q"}], "a.b": {"": "e"}, "n": 5551234567, "s": 42, "f": 5551234567.0}
    got = audit("d.jsonl", json.dumps(row).encode())
    assert got.cells["m[].c"] == [(0, 0, "p"), (0, 2, "q")]
    assert got.texts('"a.b".""') == ["e"]
    assert got.texts("n") == got.texts("f") == ["5551234567"]
    assert "s" not in got.cells


def test_scalars_lists_and_null_are_rows(audit):
    got = audit("d.jsonl", b'null\n[1]\n"text"\n["a",["b"]]\n{"k":1}\n')
    assert got.rows == 5
    assert not got.gaps
    assert got.cells == {"$": [(2, 0, "text")], "[]": [(3, 0, "a")], "[][]": [(3, 0, "b")]}


def typed(got):
    """Kind and cells of every column of numbers or booleans, in one batch."""
    (batch,) = got.batches
    return {column.path: (str(column.cells.type), column.cells.to_pylist()) for column in batch.typed}


def test_numbers_and_booleans_count_for_the_profile(audit):
    lines = b'{"age":41,"lat":52.5,"ok":true,"m":[{"n":-7}],"id":4242424242}\n{"age":9,"lat":13,"ok":false,"id":5}\n'
    assert typed(audit("d.jsonl", lines)) == {
        "age": ("int64", [41, 9]),
        "lat": ("double", [52.5, 13.0]),
        "ok": ("bool", [True, False]),
        "m[].n": ("int64", [-7]),
        "id": ("int64", [4242424242, 5]),
    }


def test_where_some_cells_are_texts_all_count_as_texts(audit):
    got = audit("d.jsonl", b'{"a":41,"b":1}\n{"a":"x","b":null}\n')
    assert typed(got) == {"b": ("int64", [1])}
    assert got.texts("a") == ["x"]


@pytest.mark.parametrize("number", ["1e400", "-0", "1" * 18, "9" * 19, "1.5e300", "-" + "8" * 30])
def test_odd_numbers_are_read(audit, number):
    got = audit("d.jsonl", f'{{"a":{number}}}\n'.encode())
    assert not got.gaps
    assert got.texts("a") == ([number.lstrip("-")] if len(number) > 7 and "e" not in number else [])


def test_duplicate_keys_are_both_kept(audit):
    assert audit("d.jsonl", b'{"a":"one","a":"two"}\n').cells == {"a": [(0, 0, "one")], "a#2": [(0, 0, "two")]}


def test_odd_values(audit):
    got = audit("d.jsonl", b'{"n":NaN,"i":-Infinity,"big":' + b"9" * 5000 + b',"s":"\\ud800x\\ud83d\\ude00"}\n')
    assert got.texts("big") == ["9" * 5000]
    assert got.texts("s") == ["\ufffdx\U0001f600"]
    assert not got.gaps


def test_invalid_lines_are_one_gap(audit):
    got = audit("d.jsonl", b'{"a":"x"}\n{broken\n{"a":\n{"a":"y"}\n')
    (gap,) = got.gaps
    assert (gap.reason, gap.rows, gap.bytes) == ("invalid_json", 2, 8 + 6)
    assert got.texts("a") == ["x", "y"]


def test_depth(audit):
    got = audit("d.jsonl", b'{"a":"x"}\n' + b"[" * 100_000 + b'\n{"a":"y"}\n')
    assert got.lost == {"depth"}
    assert got.texts("a") == ["x", "y"]
    assert audit("d.json", b"[" * 100_000).lost == {"depth"}


def test_long_line(audit):
    got = audit("d.jsonl", b'{"a":"' + b"x" * 500 + b'"}\n{"a":"y"}\n', Limits(line_bytes=100))
    (gap,) = got.gaps
    assert (gap.reason, gap.rows, gap.bytes) == ("line_too_long", 1, 509)
    assert got.cells["a"] == [(1, 0, "y")]


def test_invalid_utf8(audit):
    got = audit("d.jsonl", '{"a":"é"}\n'.encode() * 3 + b'{"a":"\xff mail@example.com"}\n')
    (gap,) = got.gaps
    assert (gap.reason, gap.status, gap.rows) == ("invalid_utf8", "examined", 1)
    assert got.texts("a")[-1] == "\ufffd mail@example.com"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(audit, encoding):
    got = audit("d.jsonl", '{"a":"grüße"}\n{"a":"two"}\n'.encode(encoding))
    assert got.texts("a") == ["grüße", "two"]
    assert not got.lost


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_compressed(audit, pack):
    assert audit("d.jsonl.gz", pack(LINES)).cells == audit("d.jsonl", LINES).cells


@pytest.mark.parametrize(("name", "pack"), [("d.jsonl.gz", gzip.compress), ("d.jsonl.zst", zstandard.compress)])
def test_truncated_keeps_earlier_rows(audit, name, pack):
    lines = b"".join(b'{"a":"%d %x"}\n' % (n, hash(str(n)) & 2**60) for n in range(40_000))
    data = pack(lines)
    got = audit(name, data[: len(data) * 3 // 4])
    assert "truncated" in got.lost
    assert got.rows > 1000
    assert got.texts("a")[0].startswith("0 ")


def test_concatenated_members(audit):
    assert audit("d.jsonl.gz", gzip.compress(LINES) * 2).rows == 6
    assert audit("d.jsonl.zst", zstandard.compress(LINES) * 2).rows == 6


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b'[{"a":"x"},{"a":"y"}]', 2),
        (b'[\n  {"a": "x"},\n  {"a": "y"}\n]\n', 2),
        (b'{\n  "a": ["x", "y"]\n}', 1),
        (b"[ ]", 0),
        (b'{"a":"x"}\n{"a":"y"}\n', 2),
    ],
)
def test_documents(audit, data, rows):
    got = audit("d.json", data)
    assert got.rows == rows
    assert not got.gaps
    assert [text for cells in got.cells.values() for _, _, text in cells] == (["x", "y"] if rows else [])


def test_broken_document_keeps_earlier_rows(audit):
    got = audit("d.json", b'[{"a":"x"},{"a":"y"},{"a":')
    assert got.texts("a") == ["x", "y"]
    assert got.lost == {"invalid_json"}


def test_large_document(audit):
    assert audit("d.json", b'["' + b"x" * 5000 + b'"]', Limits(document_bytes=1000)).lost == {"too_large"}


def test_sibling(audit):
    got = audit("d.jsonl", b'{"t":["a","b"],"url":"u"}\n{"t":["c"]}\n')
    column = next(c for c in got.batches[0].columns if c.path == "t[]")
    assert column.sibling("url").to_pylist() == ["u", "u", None]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda x: st.lists(x, max_size=3)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.just("") | st.just("{bad") | st.dictionaries(st.text(max_size=3), _VALUES, max_size=3).map(json.dumps)),
    st.integers(1, 60),
    st.booleans(),
)
def test_split_equals_unsplit(tmp_path, lines, step, newline):
    path = tmp_path / "d.jsonl"
    path.write_text('{"a":1}\n' + "\n".join(lines) + ("\n" if newline else ""))
    whole, split = read_all(path), read_all(path, Limits(fragment_bytes=step, batch_bytes=32))
    assert (split.rows, split.cells) == (whole.rows, whole.cells)
    assert sum(gap.bytes for gap in split.gaps) == sum(gap.bytes for gap in whole.gaps)
