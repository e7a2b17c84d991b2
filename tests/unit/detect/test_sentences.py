"""Sentences: their bounds, words, frames, names and years."""

import pytest

from auditor.detect.sentences import SENTENCE, Mark, Sentence, frame_index, sentence


def said(text):
    return Sentence(text, 0, len(text))


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("One here. Two there. Three.", "Two", " Two there"),
        ("One here\nTwo there\r\nThree", "Two", "Two there"),
        ("Yesterday Dr. Weber came. He left.", "Weber", "Yesterday Dr. Weber came"),
        ("At ver.di they met. Fine.", "met", "At ver.di they met"),
        ('He asked "why?" and left. Fine.', "left", '" and left'),
        ("Wait… for it! Now", "for", " for it"),
        ("prof. Nowak mieszka tu. Tak.", "mieszka", "prof. Nowak mieszka tu"),
        ("one", "one", "one"),
    ],
)
def test_bounds(text, word, expected):
    low, high = sentence(text, text.index(word))
    assert text[low:high] == expected


def test_a_sentence_without_end_is_cut():
    text = "word " * 1000
    low, high = sentence(text, 2500)
    assert (low, high) == (2500 - SENTENCE - 2500 % SENTENCE, 2500 + 2 * SENTENCE - 2500 % SENTENCE)


def test_words_and_places():
    text = "Anna’s İdea – a_b 2"
    held = said(text)
    assert held.words == ("anna", "s", "idea", "a_b", "2")
    assert [text[a:b] for a, b in held.places] == ["Anna", "s", "İdea", "a_b", "2"]
    assert held.word_at(7) == 2
    assert held.word_at(8) is None
    assert held.word_at(99) is None
    assert held.between(0, 1) == "’"
    assert text[slice(*held.place(1, 2))] == "s İdea"


def test_frames():
    held = said("I was diagnosed with it")
    assert held.of("en", "person")[0] == Mark(0, 1)
    assert Mark(1, 4) in held.of("en", "HEALTH_CONDITION.claims")
    assert held.of("en", "no such kind") == []


def test_frames_end_with_their_sentence():
    """A frame at the end is one frame, though longer ones begin as it does."""
    for frame, kinds in frame_index().kinds.items():
        marks = said("x " + " ".join(frame)).of(*kinds[0])
        assert marks.count(Mark(1, 1 + len(frame))) == 1, frame
        assert all(mark.last <= 1 + len(frame) for mark in marks), frame


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("She was born in 1685 in Halle", True),
        ("Le 4 mars 1799 il partit", True),
        ("She was born in 1985", False),
        ("She takes in 1500 mg a day", False),
    ],
)
def test_long_ago(text, past):
    assert said(text).is_past is past


def test_names():
    assert said("Inês da Costa is").begins_with_name(3, "en", frozenset())
    assert said("Name: Anna is").begins_with_name(2, "en", frozenset())
    assert not said("This is").begins_with_name(1, "en", frozenset())
    assert not said("Epilepsy is").begins_with_name(1, "en", frozenset({"epilepsy"}))
    assert not said("Anna Maria Berta Clara is").begins_with_name(4, "en", frozenset())
    assert [said(text).full_name() for text in ("Anna Berg is", "Anna is", "A B C D")] == [2, 0, 0]
    assert said("with Gay Talese").is_named(2)
    assert not said("with Gay, Talese").is_named(2)
