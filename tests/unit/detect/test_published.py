"""Patterns of reservations and of published works: cases of every kind, details, and columns that say what they are."""

import json
from collections import defaultdict

import pytest
from detect_help import column, recipe

from auditor.detect.patterns import PatternDetector
from auditor.evaluate.cases import marked
from auditor.rules.pattern import pattern_rules

ENTITIES = {"TDM_OPT_OUT", "TDM_OPT_OUT_PROSE", "PUBLISHED_WORK"}
RULES = [rule for rule in pattern_rules() if rule.entity in ENTITIES and rule.id.startswith("rights.")]
BY_COLUMN = {"rights.opt_out_column.v1", "rights.tdm_reservation_column.v1"}
"""Other forms of kinds that have their cases elsewhere."""
ENOUGH = 10


def build(name):
    (rule,) = (rule for rule in RULES if rule.id == name)
    return PatternDetector(rule, recipe().limits.pattern_seconds, shipped=True)


def values(name, texts, path="text"):
    found = build(name).detect(column(texts, path=path)).to_pylist()
    return [texts[row["row"]][row["start"] : row["end"]] for row in found]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.id not in BY_COLUMN], ids=lambda rule: rule.id)
def test_has_ten_cases_of_either_sort(rule):
    assert len(rule.cases.match) >= ENOUGH
    assert len(rule.cases.miss) >= ENOUGH


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_finding_says_its_kind(rule):
    texts = [marked(case)[0] for case in rule.cases.match]
    found = build(rule.id).detect(column(texts)).to_pylist()
    assert all(json.loads(row["detail"])["kind"] for row in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_pattern_has_a_case_of_its_own(rule):
    found = defaultdict(int)
    for n, pattern in enumerate(rule.patterns):
        alone = PatternDetector(rule.model_copy(update={"patterns": (pattern,)}), 5.0, shipped=True)
        found[n] = alone.detect(column([marked(case)[0] for case in rule.cases.match])).num_rows
    assert all(found[n] for n in range(len(rule.patterns))), dict(found)


@pytest.mark.parametrize("path", ["tdm-reservation", "headers.tdm_reservation", "tdmReservation", "TDM Reservation"])
def test_a_bare_one_in_a_column_of_reservations(path):
    assert values("rights.tdm_reservation_column.v1", ["1", "0", "", "12"], path) == ["1"]


def test_a_bare_one_elsewhere_says_nothing():
    assert values("rights.tdm_reservation_column.v1", ["1", "0"], "reservation") == []


@pytest.mark.parametrize("path", ["robots", "meta_robots", "headers.x-robots-tag", "xRobotsTag"])
def test_a_bare_directive_in_a_column_of_robots(path):
    texts = ["noai, noimageai", "noindex", "index, follow"]
    assert values("rights.opt_out_column.v1", texts, path) == ["noai", "noimageai"]


def test_usage_and_signals_in_columns_of_their_own():
    assert values("rights.opt_out_column.v1", ["search=y, train-ai=n", "train-ai=y"], "content_usage") == ["train-ai=n"]
    assert values("rights.opt_out_column.v1", ["ai-train=no", "ai-train=yes"], "contentSignal") == ["ai-train=no"]


def test_a_column_of_numbers_of_books():
    texts = ["9780306406157", "9780306406158", "0-306-40615-2"]
    assert values("rights.isbn.v1", texts, "isbn13") == ["9780306406157", "0-306-40615-2"]
    assert values("rights.isbn.v1", texts, "ean") == []
