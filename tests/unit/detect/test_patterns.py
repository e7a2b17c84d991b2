"""What a pattern rule can say, and what it may cost."""

import json

import pytest
from detect_help import column, recipe, triples

from auditor.detect import patterns
from auditor.detect.patterns import PatternDetector, entropy, luhn
from auditor.rules.pattern import PatternRule


def detector(seconds=2.0, **fields):
    pattern = {"regex": fields.pop("regex", "[0-9]{4}"), "score": 0.8, **fields.pop("pattern", {})}
    rule = {"id": "t.x.v1", "title": "t", "entity": "X", "patterns": [pattern], **fields}
    return PatternDetector(PatternRule.model_validate(rule), seconds)


def rows(made, *texts):
    return made.detect(column(list(texts))).to_pylist()


@pytest.mark.parametrize("evil", [r"(a|a)*b$", r"(a|aa)+c", r"(.*a){20}$", r"(a+)+$"])
def test_a_hostile_pattern_stops_and_costs_one_text(evil):
    lost = []
    made = detector(seconds=0.2, regex=evil)
    found = made.detect(column(["a" * 40 + "!", "aab", "aac"], lose=lambda *x: lost.append(x)))
    assert set(lost) <= {(0, "pattern_budget")}
    assert not lost or all(r["row"] != 0 for r in found.to_pylist())


def test_at_least_one_of_them_is_stopped():
    lost = []
    detector(seconds=0.2, regex=r"(a|aa)+c").detect(column(["a" * 60 + "b ac"] * 2, lose=lambda *x: lost.append(x)))
    assert lost == [(0, "pattern_budget"), (1, "pattern_budget")]


def test_group_is_the_span():
    assert triples(detector(regex="pin=([0-9]{4})", pattern={"group": 1}).detect(column(["my pin=1234"]))) == [
        (7, 11, "X")
    ]


def test_keywords_gate_without_regard_to_case():
    made = detector(keywords=["pin"])
    assert [r["row"] for r in rows(made, "1234", "PIN 1234", "pİn 1234", None, "")] == [1, 2]


def test_context_halves_the_score_where_it_is_missing():
    made = detector(context=["Pin"])
    assert [r["score"] for r in rows(made, "1234", "PIN is 1234", "1234 (pin)", "pin" + " " * 200 + "1234")] == [
        0.4,
        0.8,
        0.8,
        0.4,
    ]


def test_suppress_and_validator():
    assert rows(detector(suppress=["0000"]), "0000") == []
    assert rows(detector(regex="[0-9]{16}", validator="luhn"), "4111111111111112") == []
    assert len(rows(detector(regex="[0-9]{16}", validator="luhn"), "4111111111111111")) == 1


def test_validators():
    assert luhn("4111 1111 1111 1111")
    assert not luhn("")
    assert not entropy("aaaaaaaa")
    assert entropy("q7Zp2LkX9vB4")


def test_detail_fills_groups():
    pattern = {"detail": {"kind": "cc", "spdx": "CC-$TYPE-$v"}}
    (row,) = rows(detector(regex="(?P<type>by-sa)/(?P<v>4.0)", pattern=pattern), "by-sa/4.0")
    assert json.loads(row["detail"]) == {"kind": "cc", "spdx": "CC-BY-SA-4.0"}


def test_the_better_pattern_of_one_span_wins():
    pair = [{"regex": "ab", "score": 0.5}, {"regex": "a.", "score": 0.7}]
    assert [r["score"] for r in rows(detector(patterns=pair), "ab")] == [0.7]


def test_patterns_of_the_recipe_run():
    own = {
        "id": "own.badge.v1",
        "title": "Badge",
        "entity": "EMPLOYEE_ID",
        "patterns": [{"regex": "B-[0-9]{4}", "score": 0.9}],
    }
    made = {d.id: d for d in patterns.detectors(recipe(patterns=[own]))}["own.badge.v1"]
    assert triples(made.detect(column(["badge B-1234"]))) == [(6, 12, "EMPLOYEE_ID")]


def test_details_of_shipped_patterns_hold_no_name():
    texts = ["Copyright (c) 2020 Jane Roe", "SPDX-FileCopyrightText: 2020 Jane Roe <j@example.org>",
             "SPDX-License-Identifier: LicenseRef-Jane-Roe", "SPDX-License-Identifier: Jane-Roe"]  # fmt: skip
    details = [r["detail"] or "" for d in patterns.detectors(recipe()) for r in d.detect(column(texts)).to_pylist()]
    assert details
    assert not any("Roe" in detail for detail in details)
