"""Laws that hold for every registered detector."""

import random

import pyarrow as pa
import pytest

from auditor.detect import build
from auditor.detect.cells import run
from auditor.evaluate.cases import age_suite, notice_suite
from auditor.model import SPANS, Limits, TextColumn
from auditor.rules.ages import age_files
from auditor.rules.pattern import pattern_rules
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import coded_cases
from auditor.rules.terms import term_files

RECIPE = Recipe(id="laws", title="Laws", description="Every detector")
DETECTORS = build(RECIPE)
BASE = [
    "Call my phone 212-555-0123 or write to jane@example.com", "card 4111 1111 1111 1111",
    "IBAN DE89370400440532013000",
    "ssn 219-09-9998, US passport 912345678, driver license A1234567", "::1 and 192.0.2.7 00:00:5E:00:53:01",
    "https://example.org/a",
    "born 1/2/1990; uuid 123e4567-e89b-12d3-a456-426614174000",
    "DEA AB1234563 NHS 943 476 5919 ITIN 912-71-1234",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "😀 jane@example.com 😀 中文 212-555-0123 é", "", " ", "\0\n\u202e",
    "nothing here",
]  # fmt: skip


def plain(cases):
    return [case.replace("«", "").replace("»", "") for case in cases]


OWN = {rule.id: plain((*rule.cases.match, *rule.cases.miss)) for rule in pattern_rules()}
OWN |= {f.id: plain(case for t in f.languages.values() for case in (*t.sure, *t.found)) for f in term_files()}
OWN |= {name: plain((*cases.match, *cases.miss)) for name, cases in coded_cases()}
OWN |= {
    suite.id: plain(case.marked for case in suite.cases) for suite in [notice_suite(), *map(age_suite, age_files())]
}
OWN["rights.licence.v1"] = [
    "SPDX-License-Identifier: MIT",
    "Licensed under the Apache License, Version 2.0",
    "a licence",
]
CASES = [case for cases in OWN.values() for case in cases]


def mixed(own):
    """Texts of all kinds, some of them of one detector."""
    rng = random.Random(3)
    values: list[str | None] = [*BASE, *own, *rng.sample(CASES, 20), None, None, *BASE[:4]]
    rng.shuffle(values)
    return values


def column(values, kind=None):
    array = values if isinstance(values, pa.Array) else pa.array(values, kind or pa.string())
    return TextColumn("text", array, pa.array(range(len(array)), pa.int64()), pa.array([0] * len(array), pa.int32()))


def rows(batch, shift=0):
    return [{**row, "row": row["row"] + shift} for row in batch.to_pylist()]


@pytest.fixture(params=DETECTORS, ids=lambda d: d.id)
def detector(request):
    return request.param


@pytest.fixture
def texts(detector):
    return mixed(OWN.get(detector.id, ()))


def test_finds_something_in_these_texts(detector, texts):
    assert detector.detect(column(texts)).num_rows


def test_spans_are_spans(detector, texts):
    found = detector.detect(column(texts))
    assert found.schema == SPANS
    found.validate(full=True)
    for row in found.to_pylist():
        text = texts[row["row"]]
        assert text is not None
        assert 0 <= row["start"] < row["end"] <= len(text)
        assert row["entity"] in detector.entities
        assert 0 < row["score"] <= 1


def test_order(detector, texts):
    found = [(r["row"], r["start"], r["end"], r["entity"]) for r in detector.detect(column(texts)).to_pylist()]
    assert found == sorted(found)


def test_nulls_and_nothing_give_nothing(detector):
    for values in ([], [None], [None, None], ["", None]):
        assert detector.detect(column(values)).num_rows == 0


def test_split(detector, texts):
    both = rows(detector.detect(column(texts)))
    for at in (0, 1, 17, len(texts)):
        assert rows(detector.detect(column(texts[:at]))) + rows(detector.detect(column(texts[at:])), at) == both


def test_same_input_same_output(detector, texts):
    assert detector.detect(column(texts)).equals(detector.detect(column(texts)))


def test_layout_of_the_array_does_not_matter(detector, texts):
    expected = rows(detector.detect(column(texts)))
    assert rows(detector.detect(column(texts, pa.large_string()))) == expected
    assert rows(detector.detect(column(pa.array(texts).dictionary_encode().dictionary_decode()))) == expected
    padded = pa.array(["x", *texts, "y"], pa.string()).slice(1, len(texts))
    assert rows(detector.detect(column(padded))) == expected


def test_all_together_are_each_alone():
    texts = mixed(CASES[::5])
    found, losses = run(DETECTORS, column(texts), Limits())
    assert losses == ()
    alone = [{**r, "detector": d.id} for d in DETECTORS for r in rows(d.detect(column(texts)))]
    assert rows(found) == alone
    assert len({d.id for d in DETECTORS}) == len(DETECTORS)
