"""Shapes of cells: counts alone, equal for texts and for the numbers that they write."""

import datetime as dt

import pyarrow as pa
import pytest

from auditor.sources.columns import batch_of
from auditor.sources.leaves import is_read
from auditor.sources.measures import LOOKED_AT, kind_of, measured


@pytest.mark.parametrize(
    ("shape", "yes", "no"),
    [
        ("date", ["1984-03-07", "7.3.1984", "07/03/84", "7 mars 1984", "March 7, 1984", "19840307"], ["12345", "May"]),
        ("email", ["a.b@example.org"], ["a@b", "write to a@example.org now"]),
        ("phone", ["+49 30 901820", "(030) 90-1820"], ["12", "tel 030"]),
        ("words", ["Ana María", "O'Neill", "Łódź"], ["B2", "4"]),
        ("ip", ["192.0.2.7", "2001:db8::1"], ["1.2.3"]),
        ("boolean", ["yes", "FALSE", "0"], ["maybe"]),
        ("address", ["12 High Street", "Hauptstr. 5"], ["High Street", "12"]),
    ],
)  # fmt: skip
def test_shapes_of_texts(shape, yes, no):
    assert measured(pa.array(yes), {})[shape] == len(yes)
    assert measured(pa.array(no), {}).get(shape, 0) == 0


@pytest.mark.parametrize(
    "write", [lambda x: x, str, lambda x: str(x).replace(".", ",")], ids=["float", "text", "comma"]
)
def test_numbers_count_alike_however_they_are_written(write):
    cells = [write(x) for x in (52.52001, -13.404954, 120.5, 34.0)]
    counts = measured(pa.array(cells), {})
    assert {name: counts[name] for name in ("number", "decimals4", "within_90", "within_180", "age")} == {
        "number": 4, "decimals4": 2, "within_90": 3, "within_180": 4, "age": 1,
    }  # fmt: skip


def test_lists_ignore_case_and_space_and_nulls_are_not_looked_at():
    counts = measured(pa.array([" F", "m", None, "", "blue"]), {"column.gender.v1": ("m", "f")})
    assert (counts["looked"], counts["listed:column.gender.v1"]) == (3, 2)


def test_odd_numbers_do_no_harm():
    counts = measured(pa.array([float("nan"), float("inf"), -1e308, None]), {})
    assert (counts["looked"], counts["within_90"]) == (3, 0)
    assert measured(pa.array([], pa.string()), {}) == {"looked": 0}
    assert measured(pa.nulls(3, pa.int64()), {})["looked"] == 0


def test_only_the_first_cells_are_looked_at():
    assert measured(pa.array(["a"] * (LOOKED_AT + 5)), {})["looked"] == LOOKED_AT


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (pa.array([1]), "integer"),
        (pa.array([1.5]), "decimal"),
        (pa.array([dt.date(2000, 1, 1)]), "date"),
        (pa.array([True]), "boolean"),
        (pa.array(["a"]), "text"),
    ],
)
def test_kinds(array, kind):
    assert kind_of(array.type) == kind
    assert is_read(array.type)


def test_cells_that_are_no_texts_come_with_the_batch_and_hidden_ones_do_not():
    inner = pa.StructArray.from_arrays(
        [pa.array([1, 2, 3]), pa.array([dt.date(2000, 1, n) for n in (1, 2, 3)])],
        names=["n", "day"],
        mask=pa.array([False, True, False]),
    )
    batch = pa.RecordBatch.from_arrays([inner, pa.array([True, None, False])], names=["s", "flag"])
    (found,) = batch_of(batch, 0, 1, ["s", "flag"])
    assert [(c.path, len(c.cells), c.cells.null_count) for c in found.typed] == [
        ("s.n", 2, 0), ("s.day", 2, 0), ("flag", 3, 1),
    ]  # fmt: skip
    assert found.columns == ()
