"""Every case of every pattern detector, as its YAML states it."""

import pytest
from detect_help import recipe

from auditor import assets
from auditor.evaluate.cases import pattern_suite
from auditor.rules.load import load
from auditor.rules.pattern import PatternFile, pattern_rules

RULES = pattern_rules()
FIGURES = ("ids.", "contact.", "dates.", "financial.", "geo.", "online.", "people.", "rights.", "secrets.password_")
"""Families whose patterns the prefilter takes as they are, figures or words: a list of keywords would cost a look."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_case_holds(rule):
    outcome = pattern_suite(rule, recipe().limits.pattern_seconds, shipped=True).run()
    assert outcome.failures == ()
    assert outcome.cases == len(rule.cases.match) + len(rule.cases.miss)


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
