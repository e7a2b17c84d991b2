"""Cross-file checks: every fault at once, with file and line."""

import shutil

import pytest

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.check import check_all, check_recipe


@pytest.fixture
def recipes(tmp_path, monkeypatch):
    """A copy of the shipped rules in which a test may spoil a file."""
    copy = tmp_path / "recipes"
    copy.mkdir()
    for name in ("entities.yaml", "facts.yaml", "full.yaml"):
        shutil.copy(assets.recipes() / name, copy / name)
    shutil.copytree(assets.recipes() / "regimes", copy / "regimes")
    (copy / "detectors").mkdir()
    shutil.copytree(assets.recipes() / "columns", copy / "columns")
    (copy / "presidio.yaml").write_text("recognisers: {}\n", encoding="utf-8")
    monkeypatch.setattr(assets, "recipes", lambda: copy)
    return copy


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


PATTERN = """family: x
title: X
source: own
detectors:
  - id: x.one.v1
    title: One
    entity: PERSN
    patterns: [{regex: abc, score: 0.5}]
    cases: {match: ["«abc»"], miss: [xyz]}
  - id: x.one.v1
    title: Two
    entity: PERSON
    patterns: [{regex: abc, score: 0.5}]
    cases: {match: ["«abc»"]}
"""
RECIPE = """id: mine
title: Mine
description: Mine.
regimes: [gdpr, gdrp]
severity:
  PERSON: low
  PERSONN: low
patterns:
  - id: x.mine.v1
    title: Mine
    entity: MINE
    patterns: [{regex: abc, score: 0.5}]
"""


def test_what_ships_is_sound():
    assert check_all() == []
    assert check_recipe("full").id == "full"


def test_a_recipe_with_wrong_names(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        check_recipe(str(path))
    assert caught.value.faults == [
        "mine.yaml:4: no regime 'gdrp'; did you mean 'gdpr'?",
        "mine.yaml:7: no entity 'PERSONN'; did you mean 'PERSON'?",
        "mine.yaml:11: no entity 'MINE'; see recipes/entities.yaml",
        "mine.yaml:9: 'x.mine.v1' needs at least one case that matches and one that does not",
    ]


def test_a_recipe_is_refused_with_a_faulty_regime(recipes):
    spoil(recipes / "regimes" / "gdpr.yaml", "fact: source_record", "fact: source_recrod")
    with pytest.raises(RuleError, match=r"gdpr.yaml:\d+: no fact 'source_recrod'; did you mean 'source_record'"):
        check_recipe("full")


def test_detectors(recipes):
    (recipes / "detectors" / "x.yaml").write_text(PATTERN, encoding="utf-8")
    assert check_all() == [
        "x.yaml:7: no entity 'PERSN'; did you mean 'PERSON'?",
        "x.yaml:14: 'x.one.v1' needs at least one case that matches and one that does not",
        "x.yaml:10: the id 'x.one.v1' is taken; ids are unique over all files",
    ]


def test_curation_and_terms_name_what_there_is(recipes):
    entry = "{reason: r, source: s, off: true, replaced_by: x.two.v1}"
    text = f"recognisers:\n  presidio.a.v1: {entry}\n  presidio.b.v1: {{reason: r, source: s}}\n"
    (recipes / "presidio.yaml").write_text(text, encoding="utf-8")
    (recipes / "terms").mkdir()
    (recipes / "terms" / "columns.yaml").write_text("columns:\n  PERSN: [who]\n", encoding="utf-8")
    assert check_all() == [
        "columns.yaml:2: no entity 'PERSN'; did you mean 'PERSON'?",
        "presidio.yaml:2: no detector 'x.two.v1'; see recipes/detectors/",
        "presidio.yaml:3: 'presidio.b.v1' needs at least one case that matches and one that does not",
    ]


def test_detectors_clash_over_files(recipes):
    sound = PATTERN.split("  - id: x.one.v1\n    title: Two", maxsplit=1)[0].replace("PERSN", "PERSON")
    for name in ("x.yaml", "y.yaml"):
        (recipes / "detectors" / name).write_text(sound, encoding="utf-8")
    (recipes / "detectors" / "z.yaml").write_text("family: z\n", encoding="utf-8")
    faults = check_all()
    assert [f for f in faults if "taken" in f] == [
        f"{name}.yaml:5: the id 'x.one.v1' is taken; ids are unique over all files" for name in "xy"
    ]
    assert any(f.startswith("z.yaml:1: 'title' is missing") for f in faults)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  - id: g5b", "  - id: g5a", "the id 'g5a' is taken; ids are unique over all files"),
        ("  - id: g5b", "  - id: c105", "the id 'c105' is taken by ccpa.yaml"),
        (
            "trigger: {fact: purpose_changed, is: true}",
            "trigger: {fact: purpose_change, is: true}",
            "no fact 'purpose_change'; did you mean 'purpose_changed'?",
        ),
        (
            "trigger: {fact: purpose_changed, is: true}",
            "trigger: {fact: purpose_changed, is: 7}",
            "the value can never be declared: answer yes or no",
        ),
        (
            "trigger: {fact: purpose_changed, is: true}",
            "trigger: {fact: purpose_changed, at_least: 2}",
            "'at_least' needs a list or a number; 'purpose_changed' is a yes/no",
        ),
        (
            "trigger: {found: [direct, natid, special]}",
            "trigger: {found: [direct, natid, spezial]}",
            "no class or entity 'spezial'; did you mean 'special'?",
        ),
        (
            "{together: [direct, special]}",
            "{together: [PERSONS, special]}",
            "no class or entity 'PERSONS'",
        ),
        ("penalty: T2", "penalty: T9", "no penalty 'T9'; see the 'penalties' of the regime"),
        ("target: [direct, natid, special]", "target: [direkt, natid, special]", "no class or entity 'direkt'"),
        ("id: gdpr\n", "id: gdrp\n", "the id 'gdrp' must be the name of the file"),
        (
            '    title: "Purpose limitation"',
            '    titel: "Purpose limitation"',
            "unknown key 'titel'; did you mean 'title'?",
        ),
        (
            "trigger: {fact: purpose_changed, is: true}",
            "trigger: {fact: purpose_changed}",
            "a fact needs exactly one of",
        ),
    ],
)
def test_a_faulty_regime(recipes, old, new, fault):
    line = spoil(recipes / "regimes" / "gdpr.yaml", old, new)
    assert any(f.startswith(f"gdpr.yaml:{line}: ") and fault in f for f in check_all())


def test_the_values_a_proof_accepts(recipes):
    line = spoil(recipes / "regimes" / "gdpr.yaml", "check: known", "check: {in: [consentt]}")
    assert any(f.startswith(f"gdpr.yaml:{line}: the value can never") for f in check_all())


@pytest.mark.parametrize("name", ["entities.yaml", "facts.yaml"])
def test_a_faulty_vocabulary_stops_the_rest(recipes, name):
    spoil(recipes / name, "\n", "\nnonsense: 1\n")
    assert len([f for f in check_all() if f.startswith(f"{name}:2: unknown key 'nonsense'")]) == 1
