"""What a pattern rule can say, and what it may cost."""

import json
import random

import pyarrow as pa
import pytest
from detect_help import column, mutated, recipe, triples
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from auditor.detect import databases, gates, licences, notices, patterns, share
from auditor.detect.patterns import PatternDetector, entropy, luhn
from auditor.detect.search import Regexes
from auditor.rules.pattern import PatternRule, pattern_rules

RULES = pattern_rules()


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
    made = detector(seconds=0.2, regex=r"(a|aa)+c!")
    made.detect(column(["a" * 60 + "!ac!"] * 2, lose=lambda *x: lost.append(x)))
    assert lost == [(0, "pattern_budget"), (1, "pattern_budget")]


def test_group_is_the_span():
    assert triples(detector(regex="pin=([0-9]{4})", pattern={"group": 1}).detect(column(["my pin=1234"]))) == [
        (7, 11, "X")
    ]


def test_keywords_gate_without_regard_to_case():
    made = detector(keywords=["pin"])
    assert [r["row"] for r in rows(made, "1234", "PIN 1234", "pİn 1234", None, "")] == [1, 2]


@pytest.mark.parametrize("regex", ["[0-9]{4}", "[0-9]{4}(?:[0-9]+(?=-.*x))?"])
def test_a_rule_with_context_words_finds_nothing_without_one(regex):
    made = detector(regex=regex, context=["Pin"])
    texts = (
        "1234",
        "PIN is 1234",
        "1234 (pin)",
        "pin" + " " * 98 + "1234",
        "pin" + " " * 97 + "1234",
        "1234" + " " * 38 + "pin",
    )
    assert [r["row"] for r in rows(made, *texts)] == [1, 2, 4]
    assert {r["score"] for r in rows(made, *texts)} == {0.8}


@pytest.mark.parametrize("regex", ["[0-9]{4}", "[0-9]{4}(?:[0-9]+(?=-.*x))?"])
def test_the_name_of_a_column_is_context_for_its_cells(regex):
    made = detector(regex=regex, context=["card pin"], context_whole=["nr"])

    def found(path):
        return made.detect(column(["1234", "no", "5678"], path=path)).num_rows

    assert [found(path) for path in ("cardPin", "card_pin[].value", "x.card-pin", "PIN.NR", "nr2", "CARD_PINCode")] == [
        2
    ] * 6
    assert [found(path) for path in ("pin", "*", "number", "@cardpin", "")] == [0] * 5


@pytest.mark.parametrize("regex", ["[0-9]{4}", "[0-9]{4}(?:[0-9]+(?=-.*x))?"])
def test_words_for_names_of_columns_count_there_only(regex):
    made = detector(regex=regex, context=["card pin"], columns=["pin"])

    def found(path):
        return made.detect(column(["1234", "pin 1234", "card pin 5678"], path=path)).num_rows

    assert [found(path) for path in ("pin", "user.PIN", "pin_2", "myPin", "cardPin")] == [3] * 5
    assert [found(path) for path in ("pinned", "spin", "*", "@pin", "")] == [1] * 5


def test_a_checksum_may_hold_without_the_separators():
    made = detector(regex=r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}-[A-Z]", validator="stdnum.es.nif")
    assert [r["row"] for r in rows(made, "10.000.000-Z", "10.000.000-X")] == [0]


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
    made = [*patterns.detectors(recipe()), *notices.detectors(recipe()), *licences.detectors(recipe())]
    share(made)
    details = [r["detail"] or "" for d in made for r in d.detect(column(texts)).to_pylist()]
    assert details
    assert not any("Roe" in detail for detail in details)


# -- windows -----------------------------------------------------------------------------------------------------------

SHIPPED = {rule.id: PatternDetector(rule, 2.0, shipped=True) for rule in RULES}
PLAIN = {rule.id: [case.replace("«", "").replace("»", "") for case in (*rule.cases.match, *rule.cases.miss)]
         for rule in RULES}  # fmt: skip
share(list(SHIPPED.values()))


def around(rng, rule):
    """Cases of a rule, whole, cut and mutated, with its context words and noise between them."""
    words = [*rule.context, *rule.context_whole, "\x1c", "é", "中", "İ", "٣", "x" * 90, " " * 60, ".", "-", "7", "A"]
    parts = []
    for _ in range(rng.randint(1, 6)):
        case = rng.choice(PLAIN[rule.id])
        at = rng.randrange(len(case))
        parts.append(rng.choice([case, mutated(rng, case), case[at:], case[:at], rng.choice(words), rng.choice(words)]))
    return "".join(part + rng.choice(("", " ", "\n", ", ", "\0")) for part in parts)


def by_windows(made, texts):
    return [(r["row"], r["start"], r["end"], r["score"], r["detail"]) for r in made.detect(column(texts)).to_pylist()]


def by_texts(made, keywords, texts):
    """The same of whole texts, of those that hold a keyword."""
    rows = gates.passing(pa.array(texts), gates.any_of(keywords)).to_pylist() if keywords else range(len(texts))
    return {(n, s.start, s.end, s.score, s.detail) for n in rows for s in made.spans(texts[n])}


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 1 << 32))
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_windows_find_what_whole_texts_hold(rule, seed):
    rng, made = random.Random(seed), SHIPPED[rule.id]
    texts = list(dict.fromkeys(around(rng, rule) for _ in range(12)))
    found = by_windows(made, texts)
    assert set(found) == by_texts(made, rule.keywords, texts)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "rule",
    [{"pattern": {"group": 1, "detail": {"n": "$n"}}, "regex": "id=(?P<n>[0-9]{2,9})"},
     {"suppress": ["(?<=1)23"], "regex": "[0-9]{4}"}, {"regex": "(?<![0-9])[0-9]{4}$"},
     {"patterns": [{"regex": "ab.d", "score": 0.5}, {"regex": "(?i)xabcd?", "score": 0.7, "group": 0},
                   {"regex": "x(ab.d)", "score": 0.6, "group": 1}]},
     {"regex": "(?i)id.{0,9}([0-9]{4})", "pattern": {"group": 1}, "keywords": ["card"], "context": ["no"]}],
)  # fmt: skip
def test_windows_of_rules_of_a_recipe(rule):
    made, rng = detector(**rule), random.Random(5)
    parts = ["id=", "12", "3", "123", "1234", "xabcd", "abcd", "card", " no ", " ", "\n", "é", "x"]
    texts = ["".join(rng.choices(parts, k=9)) for _ in range(300)]
    found = by_windows(made, texts)
    assert bool(made.searches) == (rule.get("suppress") is None)  # it looks behind itself
    assert set(found) == by_texts(made, rule.get("keywords"), texts)
    assert len(found) == len(set(found)) > 3


def test_what_a_user_wrote_never_runs_without_a_clock():
    quick = {clock: [p.quick for s in made.searches for p in s._patterns]
             for clock, made in ((True, detector()), (False, SHIPPED["secrets.github_token.v1"]))}  # fmt: skip
    assert quick[True] == [None]
    assert all(quick[False])
    assert all(
        search._patterns[0].quick is None or search.reach.chars for m in SHIPPED.values() for search in m.searches
    )


def test_an_expression_that_nothing_is_known_of_joins_no_texts():
    made = Regexes([(r"(a)(?(1)b|c)", 0.5)], 0, 1.0, None)
    assert not made.need.expressions
    assert not made.reach.separator


# -- countries, checksums and short words ------------------------------------------------------------------------------


def ids(rule_fields, countries):
    rule = {"id": "own.x.v1", "title": "t", "entity": "X", "patterns": [{"regex": "[0-9]{4}", "score": 1}]}
    made = recipe(patterns=[{**rule, **rule_fields}], countries=countries)
    known = [info.id for info in patterns.catalogue(made)]
    assert known == [d.id for d in patterns.detectors(made)]
    return "own.x.v1" in known


def test_countries():
    assert ids({}, [])
    assert not ids({"country": "DE"}, [])
    assert not ids({"country": "DE"}, ["FR"])
    assert ids({"country": "DE"}, ["FR", "DE"])
    assert ids({"country": "DE"}, ["*"])
    assert ids({"country": "DE", "everywhere": True}, [])
    with pytest.raises(ValidationError):
        ids({"country": "Germany"}, [])


def test_country_is_a_detail():
    (row,) = rows(detector(country="DE", pattern={"detail": {"kind": "a"}}), "1234")
    assert json.loads(row["detail"]) == {"country": "DE", "kind": "a"}


def test_validators_of_stdnum():
    made = detector(regex="[0-9]{11}", validator="stdnum.de.idnr")
    assert [r["row"] for r in rows(made, "36574261809", "36574261890")] == [0]
    for unknown in ("stdnum.de.nothing", "stdnum.nowhere.x", "stdnum", "os.path", "stdnum..x"):
        with pytest.raises(ValidationError):
            detector(validator=unknown)


def test_a_value_that_tells_by_itself_needs_no_context():
    made = detector(regex="[0-9]{16}", validator="luhn", pattern={"valid_score": 0.6}, context=["card"])
    assert [r["score"] for r in rows(made, "card 4111111111111111", "no 4111111111111111")] == [0.8, 0.6]
    assert [r["score"] for r in rows(detector(pattern={"valid_score": 1.0}, context=["card"]), "1234")] == [0.8]


def test_short_words_stand_alone():
    made = detector(context_whole=["NIF"])
    texts = ("significant 1234", "nif 1234", "NIF1234", "x_nif=1234", "nifé 1234", "1234 (nif)", "9nif3 1234")
    assert [r["row"] for r in rows(made, *texts)] == [1, 2, 3, 5]


def test_a_value_that_a_validator_fails_on_is_none():
    made = detector(regex="[0-9]{18}", validator="stdnum.cn.ric")
    assert rows(made, "110000197708150121", "11010119770815012x") == []


@pytest.mark.skipif(not databases.available(), reason="needs hyperscan")
def test_hyperscan_takes_every_expression():
    """One that it refuses makes every process compile all of them again."""
    every = {e: made.id for made in SHIPPED.values() for need in made.needs for e in need.expressions}
    assert [name for expression, name in every.items() if not databases.compiles(expression)] == []
