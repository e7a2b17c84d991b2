"""Nested and encoded Arrow arrays to text columns."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model import EXAMINED, Batch, Gap
from auditor.sources.columns import batch_of, column_names


def cells(batch, first=0):
    """{path: [(row, item, text)]} without nulls, and the gaps."""
    found, gaps = {}, []
    for one in batch_of(batch, first, 0, column_names(batch.schema)):
        if isinstance(one, Gap):
            gaps.append(one)
            continue
        assert isinstance(one, Batch)
        for column in one.columns:
            assert column.texts.type == pa.string()
            rows = zip(column.rows.to_pylist(), column.items.to_pylist(), column.texts.to_pylist(), strict=True)
            found.setdefault(column.path, []).extend(row for row in rows if row[2] is not None)
    return found, gaps


def only(array, first=0):
    return cells(pa.record_batch([array], ["c"]), first)


def encodings(values):
    plain = pa.array(values, pa.string())
    runs = pa.array(range(1, len(values) + 1), pa.int32())
    yield plain
    yield plain.cast(pa.large_string())
    yield pa.array(values, pa.string_view())
    yield plain.dictionary_encode()
    yield plain.cast(pa.large_string()).dictionary_encode()
    yield pa.RunEndEncodedArray.from_arrays(runs, plain)
    yield pa.RunEndEncodedArray.from_arrays(runs, plain.dictionary_encode())
    yield plain.cast(pa.binary())
    yield plain.cast(pa.large_binary())
    yield pa.array([v and v.encode() for v in values], pa.binary_view())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1), st.integers(0, 3))
def test_every_encoding_gives_the_same(values, cut):
    expected = None
    for array in encodings(values):
        got = only(array.slice(cut), first=7)
        expected = expected or got
        assert got == expected
    assert [text for _, _, text in expected[0].get("c", [])] == [v for v in values[cut:] if v is not None]


@pytest.mark.parametrize("kind", [pa.list_, pa.large_list, pa.list_view, pa.large_list_view])
@pytest.mark.parametrize("inner", [pa.string(), pa.string_view(), pa.large_string()])
def test_lists(kind, inner):
    array = pa.array([["x"], None, ["a", None, "b"], []], kind(inner))
    assert only(array)[0] == {"c[]": [(0, 0, "x"), (2, 0, "a"), (2, 2, "b")]}
    assert only(array.slice(2))[0] == {"c[]": [(0, 0, "a"), (0, 2, "b")]}


def test_fixed_size_list_and_nulls_under_it():
    array = pa.array([["a", "b"], None, ["c", "d"]], pa.list_(pa.string(), 2))
    assert only(array.slice(1))[0] == {"c[]": [(1, 0, "c"), (1, 1, "d")]}


def test_nested_lists_count_items_through_the_row():
    array = pa.array([[["a"], ["b", "c"]], [["d"]]])
    assert only(array)[0] == {"c[][]": [(0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (1, 0, "d")]}


def test_messages():
    array = pa.array([[{"role": "u", "content": "hi"}, None, {"role": "a", "content": "yo"}]])
    found, _ = only(array)
    assert found == {"c[].content": [(0, 0, "hi"), (0, 2, "yo")], "c[].role": [(0, 0, "u"), (0, 2, "a")]}


def test_null_struct_hides_its_children():
    child = pa.array(["secret", "shown"])
    array = pa.StructArray.from_arrays([child], ["x"], mask=pa.array([True, False]))
    assert only(array)[0] == {"c.x": [(1, 0, "shown")]}
    listed = pa.StructArray.from_arrays([pa.array([["secret"], ["a", "b"]])], ["x"], mask=pa.array([True, False]))
    assert only(listed)[0] == {"c.x[]": [(1, 0, "a"), (1, 1, "b")]}


def test_values_under_a_null_list_do_not_exist():
    array = pa.ListArray.from_arrays(
        pa.array([0, 1, 2], pa.int32()), pa.array(["secret", "b"]), mask=pa.array([True, False])
    )
    assert only(array)[0] == {"c[]": [(1, 0, "b")]}


def test_map():
    array = pa.array([[("k", "v")], None, [("a", "b"), ("d", None)]], pa.map_(pa.string(), pa.string()))
    assert only(array.slice(1))[0] == {"c[].key": [(1, 0, "a"), (1, 1, "d")], "c[].value": [(1, 0, "b")]}


def test_unions():
    kinds = pa.array([0, 1, 0], pa.int8())
    sparse = pa.UnionArray.from_sparse(kinds, [pa.array(["a", "-", "c"]), pa.array([0, 12345678, 0])], ["s", "n"])
    dense = pa.UnionArray.from_dense(
        kinds, pa.array([0, 0, 1], pa.int32()), [pa.array(["a", "c"]), pa.array([12345678])], ["s", "n"]
    )
    expected = {"c.s": [(0, 0, "a"), (2, 0, "c")], "c.n": [(1, 0, "12345678")]}
    assert only(sparse)[0] == only(dense)[0] == expected
    assert only(dense.slice(1))[0] == {"c.s": [(1, 0, "c")], "c.n": [(0, 0, "12345678")]}


@pytest.mark.parametrize(
    "array",
    [
        pa.array([5551234567, 42, -5551234567, None]),
        pa.array([5551234567, 42, -5551234567, None], pa.float64()),
        pa.array(["5551234567.00", "42.5", "-5551234567", None]).cast(pa.decimal128(20, 2)),
        pa.array(["5551234567", "42", "-5551234567", None]).cast(pa.decimal256(40, 0)),
    ],
)
def test_numbers_that_look_like_identifiers(array):
    assert only(array)[0] == {"c": [(0, 0, "5551234567"), (2, 0, "5551234567")]}


def test_other_numbers_and_times_hold_no_text():
    arrays = [pa.array([1, 999_999]), pa.array([1e300, float("nan")]), pa.array([True, None])]
    arrays += [pa.array([2**62, 0], pa.timestamp("s")), pa.nulls(2), pa.array([2**40, 1], pa.duration("s"))]
    assert cells(pa.record_batch(arrays, list("abcdef"))) == ({}, [])


def test_numbers_that_number_the_rows_are_no_identifiers():
    count = pa.array(range(10_000_000, 10_000_100))
    columns, gaps = only(count)
    assert columns == {"c": []}
    assert [(g.reason, g.status, g.column, g.rows) for g in gaps] == [("serial_numbers", EXAMINED, "c", 100)]


@pytest.mark.parametrize(
    "array",
    [
        pa.array(range(10_000_000, 10_000_010)),  # too few to be sure
        pa.array([*range(10_000_000, 10_000_100), 10_000_101]),
        pa.array([*range(10_000_000, 10_000_100), None]),
        pa.array(range(10_000_200, 10_000_000, -2)),
    ],
)
def test_other_series_are_searched(array):
    columns, gaps = only(array)
    assert len(columns["c"]) >= 10
    assert gaps == []


def test_smallest_integer():
    assert only(pa.array([-(2**63)]))[0] == {"c": [(0, 0, str(2**63))]}


def test_invalid_utf8_is_repaired_and_counted():
    broken = pa.array([b"ok", b"a\xffb mail@example.com", None]).view(pa.string())
    found, (gap,) = only(broken)
    assert found["c"] == [(0, 0, "ok"), (1, 0, "a\ufffdb mail@example.com")]
    assert (gap.reason, gap.status, gap.rows, gap.column) == ("invalid_utf8", "examined", 1, "c")


def test_binary_without_text_is_a_planned_gap():
    found, (gap,) = only(pa.array([b"text", b"\x89PNG\r\n\x00", b"\xff\xd8", None]))
    assert found["c"] == [(0, 0, "text")]
    assert (gap.reason, gap.status, gap.rows) == ("opaque", "planned_gap", 2)
    assert only(pa.array([b"ab\0\0"], pa.binary(4)))[0] == {"c": [(0, 0, "ab")]}


def test_duplicate_and_odd_names():
    batch = pa.record_batch([pa.array(["1"]), pa.array(["2"]), pa.array(["3"])], ["a", "a", "x.y"])
    assert cells(batch)[0] == {"a": [(0, 0, "1")], "a#2": [(0, 0, "2")], '"x.y"': [(0, 0, "3")]}
    inner = pa.StructArray.from_arrays([pa.array(["1"]), pa.array(["2"])], ["f", "f"])
    assert only(inner)[0] == {"c.f": [(0, 0, "1")], "c.f#2": [(0, 0, "2")]}


def test_depth_50():
    array = pa.array(["deep"])
    for _ in range(50):
        array = pa.StructArray.from_arrays([array], ["s"])
    assert only(array)[0] == {"c" + ".s" * 50: [(0, 0, "deep")]}


def test_sibling_is_aligned():
    batch = pa.record_batch([pa.array([["a", "b"], ["c"]]), pa.array(["u0", "u1"]).dictionary_encode()], ["l", "url"])
    (found,) = batch_of(batch, 10, 0, ["l", "url"])
    column = next(c for c in found.columns if c.path == "l[]")
    assert column.sibling("url").to_pylist() == ["u0", "u0", "u1"]
    assert column.rows.to_pylist() == [10, 10, 11]
    assert column.sibling("nothing") is None
