"""Findings hold shape and HMAC, and nothing of the value."""

import pyarrow as pa
import pytest
from detect_help import column
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.cells import FOUND
from auditor.detect.seal import canonical, digest, seal, shape
from auditor.model import FINDINGS

KEY = b"k" * 32


def found(*spans):
    names = ("row", "start", "end", "entity", "score", "detail", "detector")
    return pa.RecordBatch.from_pylist([dict(zip(names, span, strict=True)) for span in spans], schema=FOUND)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("digits", "(212) 555-0123", "212.555.0123"),
        ("digits", "4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("digits", "２１２", "212"),
        ("digits", "٢١٢", "212"),
        ("alnum", "de89 3704 0044", "DE89-3704-0044"),
        ("casefold", "Jane@Example.com", "jane@example.COM"),
        ("exact", "ﬁ", "fi"),
    ],
)
def test_two_spellings_give_one_hmac(kind, one, other):
    assert digest(KEY, "E", one, kind) == digest(KEY, "E", other, kind)


def test_hmac_depends_on_key_entity_and_value():
    digests = {digest(k, e, v, "exact") for k in (KEY, b"other") for e in "AB" for v in ("x", "X")}
    assert len(digests) == 8
    assert all(len(d) == 32 for d in digests)


@given(st.text(min_size=1), st.sampled_from(["digits", "alnum", "casefold", "exact"]))
def test_canonical_is_never_empty(value, kind):
    assert canonical(value, kind)


def test_rows_and_items_come_from_the_column():
    texts = column(["x", "mail jane@example.com"])
    texts = type(texts)("m[].c", texts.texts, pa.array([7, 9], pa.int64()), pa.array([0, 2], pa.int32()))
    sealed = seal(found((1, 5, 21, "EMAIL_ADDRESS", 1.0, None, "d.v1")), texts, KEY, {})
    assert sealed.schema == FINDINGS
    (row,) = sealed.to_pylist()
    assert (row["row"], row["item"], row["column"]) == (9, 2, "m[].c")
    assert row["shape"] == shape("EMAIL_ADDRESS", 16) == "[EMAIL_ADDRESS, 16 chars]"
    assert "jane" not in str(row)


def test_nothing_found():
    assert seal(found(), column(["x"]), KEY, {}).schema == FINDINGS
