"""Gates are at least as wide as what they stand before, for every code point and for generated texts."""

import random
import re
import string

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import regex
from detect_help import STRUCTURED, column, recipe, text

from auditor.detect import gates, presidio

EVERY = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
ARRAY = pa.array(EVERY)


def passed(pattern):
    return {EVERY[i] for i in gates.passing(ARRAY, pattern).to_pylist()}


def test_digit_is_at_least_every_digit():
    assert passed(gates.DIGIT) >= set(regex.findall(r"\d", "".join(EVERY))) | set(re.findall(r"\d", "".join(EVERY)))


def test_letter_is_every_letter_without_regard_to_case():
    assert passed(gates.LETTER) == set(regex.findall(r"(?i)[a-z]|[A-Z]", "".join(EVERY)))


@pytest.mark.parametrize("char", string.ascii_lowercase + "-_.:@é版")
def test_literal_matches_what_regex_matches(char):
    assert passed(gates.literal(char)) >= set(regex.findall(f"(?i){regex.escape(char)}", "".join(EVERY)))


def test_literal_is_literal():
    words = ["sg.", "a+b", "İssk", "(c)"]
    assert pc.match_substring_regex(pa.array(words), gates.any_of(["sg.", "(c)"])).to_pylist() == [
        True,
        False,
        False,
        True,
    ]


@pytest.fixture(scope="module")
def detectors():
    every = presidio.detectors(recipe(countries=["*"]))
    return [d for d in every if isinstance(d, presidio.PresidioDetector) and len(d.needs) == 1]


def test_no_gate_loses_a_finding(detectors):
    rng = random.Random(11)
    texts = [*STRUCTURED, *(text(rng) for _ in range(400))]
    array = column(texts).texts
    for detector in detectors:
        open_gate = {i for i, t in enumerate(texts) if list(detector.spans(t))}
        assert open_gate <= set(gates.passing(array, detector.needs[0].gate).to_pylist()), detector.id
