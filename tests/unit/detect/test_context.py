"""Words found chunk by chunk are the words of a whole spaCy analysis."""

import random

import pytest
from detect_help import LEADS, recipe, text
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.detect import context, nlp

PIPELINE = nlp.pipeline(recipe())
TOKENIZER = context.Tokenizer(lambda: PIPELINE)


def same(value, step=7):
    near, whole = context.NearbyWords(value, TOKENIZER), context.AllWords(PIPELINE(value))
    for start in range(0, len(value.rstrip()), step):
        assert near.around(start) == whole.around(start), (value, start)


def test_generated_texts():
    rng = random.Random(5)
    for _ in range(200):
        same(text(rng))


def test_long_text_reaches_as_far_as_needed():
    same("phone " + "the a of " * 200 + "x212-555-0123 " + "\n \n" * 30 + "the " * 100 + "end", step=41)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from([*LEADS, ":", "the:", ":)", "can't", "U.K.", "...", "10:30"]), st.text(max_size=9))
    )
)
def test_any_text(parts):
    same(" ".join(parts), step=3)


@pytest.mark.parametrize("value", ["", " ", "\n", "a", " a", "a "])
def test_edges(value):
    same(value)


def test_tokenizer_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(context, "_CACHE", 10)
    made = []
    tokenizer = context.Tokenizer(lambda: made.append(1) or PIPELINE)
    for i in range(35):
        tokenizer(f"w{i}")
    assert len(made) == 4
    assert len(tokenizer._known) <= 10
