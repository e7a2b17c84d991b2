"""Laws that hold for every registered detector."""

import random

import pyarrow as pa
import pytest

from auditor.detect import build
from auditor.detect.cells import run
from auditor.model import SPANS, Limits, TextColumn
from auditor.rules.pattern import pattern_rules
from auditor.rules.recipe import Recipe

RECIPE = Recipe(id="laws", title="Laws", description="Every detector")
DETECTORS = build(RECIPE)
BASE = [
    "Call my phone 212-555-0123 or write to jane@example.com", "card 4111 1111 1111 1111",
    "IBAN DE89370400440532013000",
    "ssn 219-09-9998, passport 912345678, licence A1234567", "::1 and 192.0.2.7 00:00:5E:00:53:01",
    "https://example.org/a",
    "born 1/2/1990; uuid 123e4567-e89b-12d3-a456-426614174000",
    "DEA AB1234563 NHS 943 476 5919 ITIN 912-71-1234",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "😀 jane@example.com 😀 中文 212-555-0123 é", "", " ", "\0\n\u202e",
    "nothing here",
]  # fmt: skip
CASES = [
    case.replace("«", "").replace("»", "") for rule in pattern_rules() for case in (*rule.cases.match, *rule.cases.miss)
]


def texts():
    mixed: list[str | None] = [*BASE, *CASES, None, None, *BASE[:4]]
    random.Random(3).shuffle(mixed)
    return mixed


TEXTS = texts()


def column(values, kind=None):
    array = values if isinstance(values, pa.Array) else pa.array(values, kind or pa.string())
    return TextColumn("text", array, pa.array(range(len(array)), pa.int64()), pa.array([0] * len(array), pa.int32()))


def rows(batch, shift=0):
    return [{**row, "row": row["row"] + shift} for row in batch.to_pylist()]


@pytest.fixture(params=DETECTORS, ids=lambda d: d.id)
def detector(request):
    return request.param


def test_finds_something_in_these_texts(detector):
    assert detector.detect(column(TEXTS)).num_rows


def test_spans_are_spans(detector):
    found = detector.detect(column(TEXTS))
    assert found.schema == SPANS
    found.validate(full=True)
    for row in found.to_pylist():
        text = TEXTS[row["row"]]
        assert text is not None
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert row["entity"] in detector.entities
        assert 0 < row["score"] <= 1


def test_order(detector):
    found = [(r["row"], r["start"], r["end"], r["entity"]) for r in detector.detect(column(TEXTS)).to_pylist()]
    assert found == sorted(found)


def test_nulls_and_nothing_give_nothing(detector):
    for values in ([], [None], [None, None], ["", None]):
        assert detector.detect(column(values)).num_rows == 0


@pytest.mark.parametrize("at", [0, 1, 17, len(TEXTS)])
def test_split(detector, at):
    both = rows(detector.detect(column(TEXTS)))
    assert rows(detector.detect(column(TEXTS[:at]))) + rows(detector.detect(column(TEXTS[at:])), at) == both


def test_same_input_same_output(detector):
    assert detector.detect(column(TEXTS)).equals(detector.detect(column(TEXTS)))


def test_layout_of_the_array_does_not_matter(detector):
    plain = rows(detector.detect(column(TEXTS)))
    assert rows(detector.detect(column(TEXTS, pa.large_string()))) == plain
    assert rows(detector.detect(column(pa.array(TEXTS).dictionary_encode().dictionary_decode()))) == plain
    padded = pa.array(["x", *TEXTS, "y"], pa.string()).slice(1, len(TEXTS))
    assert rows(detector.detect(column(padded))) == plain


def test_all_together_are_each_alone():
    found, losses = run(DETECTORS, column(TEXTS), Limits())
    assert losses == ()
    alone = [{**r, "detector": d.id} for d in DETECTORS for r in rows(d.detect(column(TEXTS)))]
    assert rows(found) == alone
    assert len({d.id for d in DETECTORS}) == len(DETECTORS)
