"""Keys of terms and where they stand in a text."""

import pytest

from auditor.detect.lexicon import Lexicon, every_word, stems
from auditor.rules.terms import LANGUAGES, TermFile, Terms

ENGLISH = Terms(strong=("back pain", "pain in the neck", "asthma", "type 2 diabetes"), ambiguous=("cold",))
LEXICON = Lexicon(
    TermFile(
        id="special.x.v1",
        entity="X",
        title="x",
        source="x",
        languages={language: ENGLISH if language == "en" else Terms() for language in LANGUAGES},
    )
)


def keys(text, ends):
    return [(key.start, key.end, key.word) for key in LEXICON.keys(text, ends)]


def test_terms_have_one_key():
    held = [term for terms in LEXICON.by_key.values() for term in terms]
    assert sorted(" ".join(term.words) for term in held) == sorted((*ENGLISH.strong, *ENGLISH.ambiguous))
    assert all(term.words[term.key] == key for key, terms in LEXICON.by_key.items() for term in terms)
    assert [term.words for term in held if term.ambiguous] == [("cold",)]


@pytest.mark.parametrize(
    ("text", "ends", "expected"),
    [
        ("An Asthma", [9], [(3, 9, "asthma")]),
        ("An asthmatic", [9], [(3, 12, "asthmatic")]),  # a key that a longer word begins with
        ("asthma asthma", [6, 13], [(0, 6, "asthma"), (7, 13, "asthma")]),
        ("asthma", [4, 6], [(0, 6, "asthma")]),  # each word once
        ("no, ", [4], []),
        ("", [0], []),
    ],
)
def test_the_words_that_hits_mean(text, ends, expected):
    assert keys(text, ends) == expected


def test_a_hit_may_mean_the_word_before():
    behind = {term.words[1] for terms in LEXICON.by_key.values() for term in terms if term.words[1:] and not term.key}
    for word in behind:
        text = f"so back\u00a0{word}"
        assert keys(text, [len(text)]) == [(3, 7, "back"), (8, len(text), word)]
        assert keys(text, [7, len(text)]) == [(3, 7, "back"), (8, len(text), word)]  # and each once
        assert keys(f"back -- {word}", [8 + len(word)]) == [(8, 8 + len(word), word)]  # too far away
        assert keys(word, [len(word)]) == [(0, len(word), word)]
    assert behind


def test_every_word():
    assert [(word.start, word.word) for word in every_word("İt is, so")] == [(0, "it"), (3, "is"), (7, "so")]


def test_stems():
    words = ["asthma", "asthmatic", "asthmatics", "catholic", "catholics", "schizophrenia", "schizophrenic"]
    made = list(stems(words))
    assert all(any(word.startswith(stem) for stem in made) for word in words)
    assert len(made) < len(words)
    assert list(stems([])) == []
