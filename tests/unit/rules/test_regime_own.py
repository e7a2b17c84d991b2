"""A user's own regime: every fault of its file at once, and nothing assessed on a half-read rule base."""

import pytest

from auditor import pipeline
from auditor.errors import RuleError
from auditor.rules.regime import load_regime
from auditor.rules.regime_check import check_regime, faults

OWN = """id: house
title: "House rules"
jurisdiction: "Our firm"
version: "1"
published: 2026-01-01
disclaimer: "Ours."
scope: {fact: gdpr_applies, is: true}
presupposes: {found: [direct]}
penalties:
  warning: {base: "a word", citation: "s. 1"}
obligations:
  - id: house.names
    title: "Names"
    citation: {text: "House rules s. 1", url: "https://example.org/1"}
    provenance: {mark: V, source: "intranet", checked: 2026-11-21, review_by: 2027-11-21}
    in_force: {from: 2026-01-01}
    trigger: {found: [PERSON]}
    evidence: [{id: why, fact: necessity_note, text: "a note"}]
    severity: low
    deadline: {kind: before, value: training}
    penalty: warning
    actions: [{id: mask, op: redact, target: [PERSON], text: "Mask them."}]
  - id: house.cards
    title: "Cards"
    citation: {text: "House rules s. 2", url: "https://example.org/2"}
    provenance: {mark: V, source: "intranet", checked: 2026-11-21, review_by: 2027-11-21}
    in_force: {from: 2026-01-01}
    trigger: {all: [{found: [fin]}, {fact: dpia_date, before: training_started_on}]}
    evidence: [{id: why, fact: necessity_note, text: "a note"}]
    severity: high
    deadline: {kind: at_once}
    actions: [{id: mask, op: redact, target: [fin], text: "Mask them."}]
"""
SPOILED = (
    ('title: "House rules"', 'titel: "House rules"'),
    ("in_force: {from: 2026-01-01}", "in_force: {from: 2026-01-01, to: 2025-01-01}"),
    ("found: [PERSON]", "found: [PERSN]"),
    ("severity: low", "severity: fatal"),
    ("review_by: 2027-11-21", "review_by: 2026-11-21"),
    ("fact: dpia_date, before", "fact: dpia_ref, before"),
    ("op: redact, target: [fin]", "op: erase, target: [fin]"),
)


def test_a_sound_file_of_ones_own(tmp_path):
    path = tmp_path / "house.yaml"
    path.write_text(OWN, encoding="utf-8")
    assert faults(path) == []
    assert [duty.id for duty in check_regime(str(path)).obligations] == ["house.names", "house.cards"]


def test_all_faults_of_form_and_of_reference_at_once(tmp_path):
    text = OWN
    for old, new in SPOILED:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "house.yaml"
    path.write_text(text, encoding="utf-8")
    found = faults(path)
    lines = [int(fault.split(":")[1]) for fault in found]
    assert lines == sorted(lines)
    for line, words in (
        (1, "'title' is missing"),
        (2, "unknown key 'titel'; did you mean 'title'?"),
        (15, "'review_by' must lie after 'checked'"),
        (16, "'to' lies before 'from'"),
        (17, "no class or entity 'PERSN'; did you mean 'PERSON'?"),
        (19, "'obligations.0.severity': Input should be"),
        (28, "'before' needs a date; 'dpia_ref' is a text"),
        (32, "'redact', 'drop', 'pseudonymise', 'quarantine', 'rotate', 'document', 'notify' or 'restrict'"),
    ):
        assert [f for f in found if f.startswith(f"house.yaml:{line}: ") and words in f], (line, words, found)


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("before: training_started_on", "before: dpo", 28, "'before' needs a date; 'dpo' is a text"),
        ("before: training_started_on", "before: dpoo", 28, "no fact 'dpoo'; did you mean 'dpo'?"),
        ("id: house.cards", "id: g9", 23, "the id 'g9' is taken by gdpr.yaml"),
        ("penalty: warning", "penalty: prison", 21, "no penalty 'prison'"),
        ("  - id: house.names", "  - id: house.names\n    id: x", 13, "'id' is given twice"),
        ("scope: {fact: gdpr_applies, is: true}", "scope: {found: [PERSON]}", 7, "depends on declared facts only"),
    ],
)
def test_one_fault(tmp_path, old, new, line, fault):
    path = tmp_path / "house.yaml"
    assert old in OWN
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        check_regime(str(path))
    assert [f for f in caught.value.faults if f.startswith(f"house.yaml:{line}: ") and fault in f], caught.value.faults


@pytest.mark.parametrize(
    "text", ["", "- a\n", "obligations: {a: b}\n", "obligations: [1]\npenalties: x\n", "a: [\n", "\x00"]
)
def test_what_is_no_regime_at_all(tmp_path, text):
    path = tmp_path / "house.yaml"
    path.write_text(text, encoding="utf-8")
    assert all(fault.startswith("house.yaml:") for fault in faults(path))
    assert faults(path)


def test_a_missing_file_is_no_regime(tmp_path):
    with pytest.raises(RuleError, match=r"no regime '.*gone.yaml'; have ca-ab2013, .*, or give the path"):
        load_regime(str(tmp_path / "gone.yaml"))


def test_nothing_is_read_under_a_faulty_regime(tmp_path):
    house, mine = tmp_path / "house.yaml", tmp_path / "mine.yaml"
    house.write_text(OWN.replace("severity: low", "severity: fatal", 1), encoding="utf-8")
    mine.write_text(f"id: mine\ntitle: t\ndescription: d\nregimes: [gdpr, {house}]\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"house.yaml:19: 'obligations.0.severity'"):
        pipeline.prepare([str(tmp_path / "no such data")], str(mine))
