"""The format of term lists."""

import pytest
from pydantic import ValidationError

from auditor.errors import RuleError
from auditor.rules.load import load
from auditor.rules.terms import (
    LANGUAGES,
    MOST_FORMS,
    TermFile,
    Terms,
    columns,
    expand,
    forms,
    frames,
    plainly,
    term_files,
    words,
)
from auditor.rules.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("asthma", ("asthma",)),
        ("diabet(es|ic)", ("diabetes", "diabetic")),
        ("kind(|er)", ("kind", "kinder")),
        ("(a|b) (c|d)", ("a c", "a d", "b c", "b d")),
        ("an(a|)emia", ("anaemia", "anemia")),
        ("x (y|an(a|)emia)", ("x y", "x anaemia", "x anemia")),
    ],
)
def test_expand(pattern, expected):
    assert sorted(expand(pattern)) == sorted(expected)


def test_words():
    assert words("Crohn's Disease") == ("crohn", "s", "disease")
    assert words("post-traumatic") == ("post", "traumatic")
    assert plainly("İſKı") == "iski"
    assert all(len(plainly(chr(c))) == 1 for c in range(0x110000) if not 0xD800 <= c < 0xE000)


def test_the_weaker_class_stays():
    terms = Terms(strong=("a", "b"), plain=("b",), ambiguous=("b c",))
    assert terms.classes() == {("a",): "strong", ("b",): "plain", ("b", "c"): "ambiguous"}


def test_capitals():
    one, other = Terms(plain=("ALS", "als ob", "MS")), Terms(ambiguous=("als", "MS"))
    assert one.capitals() == {("als",), ("ms",)}
    languages = {language: Terms() for language in LANGUAGES} | {"en": one, "de": other}
    file = TermFile(id="special.x.v1", entity="X", title="x", source="x", languages=languages)
    assert file.capitals() == {("ms",)}


@pytest.mark.parametrize("pattern", ["a(b", "a|b", "a)b", "", "(|a)", " ", "(a|b)" * 9])
def test_faults(pattern):
    with pytest.raises(ValidationError):
        Terms(strong=(pattern,))
    assert MOST_FORMS < 2**9


def test_a_fault_has_its_line(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(
        "id: special.x.v1\nentity: X\ntitle: x\nsource: x\nlanguages:\n  en:\n    strong: ['a(b']\n  xx: {}\n",
        encoding="utf-8",
    )
    with pytest.raises(RuleError) as error:
        load(path, TermFile)
    assert any(fault.startswith("x.yaml:7:") for fault in error.value.faults)


def test_every_language_is_needed():
    with pytest.raises(ValidationError, match="no terms in"):
        TermFile(id="special.x.v1", entity="X", title="x", source="x", languages={"en": Terms()})


def test_terms_by_language():
    file = TermFile(
        id="special.x.v1",
        entity="X",
        title="x",
        source="x",
        everywhere=Terms(strong=("metformin",)),
        languages={language: Terms(plain=("gift",) if language == "de" else ()) for language in LANGUAGES},
    )
    assert file.terms() == {("metformin",): dict.fromkeys(LANGUAGES, "strong"), ("gift",): {"de": "plain"}}


def test_shipped_files():
    assert len(term_files()) == 10
    assert set(frames()) == set(LANGUAGES)
    assert set(columns()) == {file.entity for file in term_files()} <= set(vocabulary().entities)
    assert forms(("a b(|s)",)) == {("a", "b"), ("a", "bs")}
    for file in term_files():
        for language, terms in file.languages.items():
            assert terms.claims, (file.entity, language)
            assert terms.light, (file.entity, language)
