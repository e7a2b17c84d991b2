"""Every case of every pattern detector, as its YAML states it."""

import pytest
from detect_help import column, marked, recipe

from auditor import assets
from auditor.detect.overlap import resolve
from auditor.detect.patterns import PatternDetector
from auditor.rules.load import load
from auditor.rules.pattern import PatternFile, pattern_rules

RULES = pattern_rules()
FIGURES = ("ids.", "contact.", "financial.", "online.")
"""Families whose patterns are figures: the prefilter looks for these and for no word."""


def found(rule, text):
    rows = resolve(PatternDetector(rule, recipe().limits.pattern_seconds).detect(column([text]))).to_pylist()
    return [(r["start"], r["end"]) for r in rows], [r["score"] for r in rows]


@pytest.mark.parametrize(("rule", "case"), [pytest.param(r, c, id=r.id) for r in RULES for c in r.cases.match])
def test_match(rule, case):
    text, spans = marked(case)
    assert found(rule, text)[0] == spans


@pytest.mark.parametrize(("rule", "case"), [pytest.param(r, c, id=r.id) for r in RULES for c in r.cases.miss])
def test_miss(rule, case):
    assert found(rule, case)[0] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_has_enough_cases(rule):
    assert len(rule.cases.match) >= 3
    assert len(rule.cases.miss) >= 3
    assert all("«" in case for case in rule.cases.match)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_keywords_are_lower_case(rule):
    assert rule.keywords or rule.id.startswith(FIGURES)
    assert all(word == word.lower() for word in rule.keywords)


@pytest.mark.parametrize("path", sorted((assets.recipes() / "detectors").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_patterns_pass_the_checks_of_a_users(path):
    """They are loaded without the dear ones: that they compile and do not match the empty text."""
    assert load(path, PatternFile).detectors
