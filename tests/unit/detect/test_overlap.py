"""Overlap keeps what Presidio's remove_duplicates keeps."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.cells import FOUND
from auditor.detect.overlap import resolve

SPAN = st.tuples(
    st.integers(0, 2), st.integers(0, 12), st.integers(1, 8), st.sampled_from(["A", "B"]),
    st.sampled_from([0.0, 0.4, 0.5, 1.0]),
    st.sampled_from(["x.v1", "y.v1"]),
)  # fmt: skip


def batch(spans):
    rows = [
        {"row": r, "start": s, "end": s + n, "entity": e, "score": p, "detail": None, "detector": d}
        for r, s, n, e, p, d in spans
    ]
    return pa.RecordBatch.from_pylist(rows, schema=FOUND)


@given(st.lists(SPAN, max_size=14))
def test_as_presidio(spans):
    from presidio_analyzer import EntityRecognizer, RecognizerResult

    found = batch(spans)
    kept = {(r["row"], r["entity"], r["start"], r["end"], r["score"]) for r in resolve(found).to_pylist()}
    expected = set()
    for row in range(3):
        results = [RecognizerResult(e, s, s + n, p) for r, s, n, e, p, _ in spans if r == row]
        kept_here = EntityRecognizer.remove_duplicates(results)
        expected |= {(row, r.entity_type, r.start, r.end, r.score) for r in kept_here}
    assert kept == expected
    assert resolve(found).num_rows == len(expected)


@given(st.lists(SPAN, max_size=10), st.randoms())
def test_order_of_detectors_does_not_matter(spans, random):
    def kept(some):
        return sorted(map(str, resolve(batch(some)).to_pylist()))

    shuffled = list(dict.fromkeys(spans))
    first = kept(shuffled)
    random.shuffle(shuffled)
    assert kept(shuffled) == first


def test_equal_findings_leave_the_first_detector():
    kept = resolve(batch([(0, 0, 5, "A", 0.5, "y.v1"), (0, 0, 5, "A", 0.5, "x.v1")]))
    assert kept["detector"].to_pylist() == ["x.v1"]


def test_nothing():
    assert resolve(batch([])).num_rows == 0
