"""Declared facts: the questionnaire and a user's dataset.yaml."""

import pytest

from auditor.errors import RuleError
from auditor.model import Fact
from auditor.rules.facts import FactRule, Facts, FactSchema, load_facts, schema, template
from auditor.rules.regime import regimes


def read(tmp_path, text):
    path = tmp_path / "dataset.yaml"
    path.write_text(text, encoding="utf-8")
    return load_facts(path)


def test_without_a_file_everything_is_unknown():
    facts = load_facts(None)
    assert facts.title == ""
    assert [f.key for f in facts.all()] == list(schema().all())
    assert {f.value for f in facts.all()} == {None}


def test_bare_values_and_declarations(tmp_path):
    facts = read(
        tmp_path,
        """
title: Forum posts
facts:
  gdpr_applies: yes
  ccpa_business: false
  sources: [scraped, direct]
  recipients: []
  lawful_basis: {value: consent, by: Ada, on: 2026-01-31, ref: LB-7}
  dpia_date: 2026-02-01
  dpo: {value: " Ada "}
  ropa_ref: null
  role: {by: Ada}
""",
    )
    assert facts.title == "Forum posts"
    assert facts.get("gdpr_applies").value is True
    assert facts.get("ccpa_business").value is False
    assert facts.get("sources").value == ("scraped", "direct")
    assert facts.get("recipients").value == ()
    assert facts.get("lawful_basis") == Fact("lawful_basis", "consent", "Ada (LB-7)", "2026-01-31")
    assert facts.get("dpo").value == "Ada"
    assert facts.get("dpia_date").value == "2026-02-01"
    assert facts.get("ropa_ref").value is None
    assert facts.get("role").value is None


def test_every_fault_at_once_with_its_line(tmp_path):
    with pytest.raises(RuleError) as caught:
        read(
            tmp_path,
            """title: [x]
titel: y
facts:
  lawful_bassis: consent
  zzz: 1
  gdpr_applies: maybe
  lawful_basis: concent
  sources: scraped
  recipients: [1]
  dpia_date: {value: 31.1.2026, by: 7, when: x}
  dpo: ""
""",
        )
    assert caught.value.faults == [
        "dataset.yaml:1: 'title': give a text",
        "dataset.yaml:2: unknown key 'titel'; did you mean 'title'?",
        "dataset.yaml:4: unknown key 'lawful_bassis'; did you mean 'lawful_basis'?",
        "dataset.yaml:5: unknown key 'zzz'; 'auditor init' writes a file with every known key",
        "dataset.yaml:6: 'gdpr_applies': answer yes or no",
        (
            "dataset.yaml:7: 'lawful_basis': did you mean 'consent'? give one of consent, contract, legal_obligation, "
            "vital_interests, public_task, legitimate_interests, recognised_legitimate_interests"
        ),
        "dataset.yaml:8: 'sources': give a list such as [one, two]; [] means none",
        "dataset.yaml:9: 'recipients': give a text, such as a link or the name of a document",
        "dataset.yaml:10: 'by': give a text",
        "dataset.yaml:10: 'dpia_date': give a date as YYYY-MM-DD",
        "dataset.yaml:10: unknown key 'when'; 'auditor init' writes a file with every known key",
        "dataset.yaml:11: 'dpo': give a text, such as a link or the name of a document",
    ]


@pytest.mark.parametrize("text", ["", "facts:", "title: x", "facts: {}"])
def test_an_empty_file_declares_nothing(tmp_path, text):
    assert {f.value for f in read(tmp_path, text).all()} == {None}


def test_a_file_must_hold_keys(tmp_path):
    with pytest.raises(RuleError, match="give keys with values"):
        read(tmp_path, "- a\n")
    with pytest.raises(RuleError, match="'facts': give keys"):
        read(tmp_path, "facts: [a]\n")


def test_the_template_loads_back_and_asks_everything(tmp_path):
    text = template()
    facts = read(tmp_path, text)
    assert (facts.title, facts.declared) == ("", {})
    assert all(f"\n  {key}: null\n" in text for key in schema().all())
    assert max(map(len, text.splitlines())) <= 120


def test_every_value_the_template_offers_is_accepted():
    for rule in schema().all().values():
        for value in rule.values:
            assert rule.parse([value] if rule.type == "list" else value)


def test_every_fact_is_asked_by_some_obligation():
    asked = set()
    for regime in regimes().values():
        asked |= set(regime.scope.facts) | set(regime.presupposes.facts)
        for duty in regime.obligations:
            asked |= {proof.fact for proof in duty.evidence}
            asked |= {key for condition in duty.conditions().values() for key in condition.facts}
    assert asked == set(schema().all())


def test_number_and_faulty_questions():
    number = FactRule(question="?", type="number", why="w")
    assert number.parse(3) == 3
    with pytest.raises(ValueError, match="give a number"):
        number.parse(True)
    with pytest.raises(ValueError, match="needs 'values'"):
        FactRule(question="?", type="choice", why="w")
    with pytest.raises(ValueError, match="belongs to a choice"):
        FactRule(question="?", type="text", why="w", values={"a": "b"})
    group = {"title": "t", "facts": {"a": number}}
    with pytest.raises(ValueError, match="asked twice: a"):
        FactSchema.model_validate({"groups": [group, group]})


def test_unknown_is_never_false():
    assert Facts().get("incident").value is None


@pytest.mark.parametrize(
    ("given", "line", "keys"),
    [
        ("  incident: no\n  incident_aware_on: 2026-01-01\n", 3, "'incident' and 'incident_aware_on'"),
        ("  incident_aware_on: 2026-01-01\n  incident: no\n", 3, "'incident' and 'incident_aware_on'"),
        ("  intended_uses: [general_model, face_recognition]\n", 2, "'intended_uses'"),
        ("  large_scale: yes\n  dpia_criteria: []\n", 3, "'large_scale' and 'dpia_criteria'"),
        (
            "  risk_assessment_date: 2026-02-02\n  risk_assessment_submitted: 2026-02-01\n",
            3,
            "'risk_assessment_submitted' and 'risk_assessment_date'",
        ),
        ("  recipients: []\n  ccpa_sells_or_shares: yes\n", 3, "'recipients' and 'ccpa_sells_or_shares'"),
        ("  ai_act_applies: no\n  gpai_provider: yes\n", 3, "'gpai_provider' and 'ai_act_applies'"),
    ],
)
def test_answers_that_contradict_one_another(tmp_path, given, line, keys):
    with pytest.raises(RuleError) as caught:
        read(tmp_path, f"facts:\n{given}")
    (fault,) = caught.value.faults
    assert fault.startswith(f"dataset.yaml:{line}: {keys} contradict")
    assert fault.endswith("; correct one or make it null")


@pytest.mark.parametrize(
    "given",
    [
        "  incident: yes\n  incident_aware_on: 2026-01-01\n",
        "  incident: null\n  incident_aware_on: 2026-01-01\n",
        "  incident: no\n  incident_high_risk: no\n",
        "  intended_uses: [face_recognition, emotion_recognition]\n",
        "  large_scale: yes\n  dpia_criteria: [large_scale]\n",
        "  large_scale: yes\n",
        "  risk_assessment_date: 2026-02-01\n  risk_assessment_submitted: 2026-02-01\n",
        "  ccpa_sells_or_shares: yes\n",
        "  recipients: [a firm]\n  ccpa_sells_or_shares: yes\n",
    ],
)
def test_answers_that_go_together(tmp_path, given):
    assert read(tmp_path, f"facts:\n{given}").declared


def test_contradictions_and_faults_come_at_once(tmp_path):
    with pytest.raises(RuleError) as caught:
        read(
            tmp_path,
            "facts:\n  incident: no\n  incident_notified: r\n  research: maybe\n  dpo: {value: A, on: 3.4.26}\n",
        )
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [
        "dataset.yaml:3",
        "dataset.yaml:4",
        "dataset.yaml:5",
    ]
