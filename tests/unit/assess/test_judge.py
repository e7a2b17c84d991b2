"""Each branch of the order in which an obligation is judged, on a small regime of our own."""

from datetime import date

import pytest
from world_factory import evidence, facts, looked, together

from auditor.assess import assess, assess_all
from auditor.model import Status, Together
from auditor.rules.regime import Obligation, Regime, regimes
from auditor.rules.vocabulary import vocabulary

ON = date(2026, 11, 21)
DUTY = {
    "id": "x1",
    "title": "A duty",
    "citation": {"text": "Act s. 1", "pinpoint": "1(1)", "url": "https://example.org"},
    "provenance": {"mark": "V", "source": "Act", "checked": "2026-11-21", "review_by": "2027-11-21"},
    "in_force": {"from": "2020-01-01"},
    "trigger": {"found": ["direct"]},
    "evidence": [
        {"id": "a", "fact": "access_list", "text": "a list of access", "blocking": True},
        {"id": "b", "fact": "dpia_residual_risk", "check": {"in": ["low", "medium"]}, "text": "a low risk"},
    ],
    "severity": "high",
    "deadline": {"kind": "before", "value": "use"},
    "penalty": "P",
    "actions": [{"id": "do", "op": "document", "text": "Write it down."}],
}
GIVEN = {"gdpr_applies": True, "access_list": "r", "dpia_residual_risk": "low"}


def outcome(change=None, *, found=None, pairs=None, seen=None, on=ON, regime=None, **given):
    duty = {**DUTY, **(change or {})}
    home = {
        "id": "x",
        "title": "Act",
        "jurisdiction": "Nowhere",
        "version": "7",
        "published": "2026-01-01",
        "disclaimer": "None.",
        "scope": {"fact": "gdpr_applies", "is": True},
        "presupposes": {"always": True},
        "penalties": {"P": {"base": "a fine", "citation": "Act s. 9"}},
        "obligations": [duty],
        **(regime or {}),
    }
    rows = evidence(**({"PERSON": 3} if found is None else found))
    declared = facts(**{**GIVEN, **given})
    return assess(
        Obligation.model_validate(duty),
        Regime.model_validate(home),
        rows,
        together(pairs or {}),
        seen or looked(),
        declared,
        on,
        vocabulary(),
    )


RESEARCH = {"id": "e", "when": {"fact": "research", "is": True}, "text": "research", "citation": "s. 2"}
FAIL = {"hard_fail": {"fact": "incident", "is": True}, "hard_fail_text": "it has leaked"}
REVIEW = {"review_when": {"found": ["secret"]}, "review_text": "Secrets were found."}


@pytest.mark.parametrize(
    ("status", "words", "arguments"),
    [
        ("not_applicable", "a proposal", {"change": {"law_status": "proposed"}}),
        ("not_applicable", "from 2020-01-01", {"on": date(2019, 12, 31)}),
        ("not_applicable", "until 2021-01-01", {"change": {"in_force": {"from": "2020-01-01", "to": "2021-01-01"}}}),
        ("not_applicable", "Out of scope by the declared facts: gdpr_applies", {"gdpr_applies": False}),
        ("needs_review", "not declared (gdpr_applies)", {"gdpr_applies": None}),
        ("needs_review", "not declared (gdpr_applies)", {"gdpr_applies": None, "access_list": None}),
        ("not_triggered", "1,000 rows", {"gdpr_applies": None, "found": {}}),
        ("not_triggered", "1,000 rows", {"found": {}}),
        ("not_triggered", "Not looked for: EMAIL", {"found": {}, "seen": looked(without=("EMAIL",))}),
        ("not_checked", "parts of the data were not read", {"found": {}, "seen": looked(lost=True)}),
        ("not_checked", "no lists for the language", {"found": {}, "seen": looked(gaps=("language_unsupported",))}),
        ("not_checked", "no detector for PERSON in this recipe", {"found": {}, "seen": looked(without=("PERSON",))}),
        ("not_checked", "nothing was read", {"found": {}, "seen": looked(0)}),
        ("needs_review", "too weak or too few", {"found": {"PERSON__weak": 900}}),
        (
            "needs_review",
            "too weak",
            {"change": {"trigger": {"found": ["direct"], "min_score": "strong"}}, "found": {"PERSON__review": 3}},
        ),
        ("not_triggered", "", {"change": {"trigger": {"found": ["direct"], "min_rows": 5}}}),
        (
            "evidence_recorded",
            "",
            {"change": {"trigger": {"found": ["direct"], "min_rows": 5}}, "found": {"PERSON": 3, "PERSON__review": 2}},
        ),
        ("not_triggered", "", {"change": {"trigger": {"found": ["direct"], "min_share": 0.01}}}),
        (
            "not_applicable",
            "Ruled out by the declared facts: incident",
            {
                "change": {"trigger": {"all": [{"found": ["direct"]}, {"fact": "incident", "is": True}]}},
                "incident": False,
            },
        ),
        (
            "needs_review",
            "Not declared: incident",
            {"change": {"trigger": {"all": [{"found": ["direct"]}, {"fact": "incident", "is": True}]}}},
        ),
        (
            "not_checked",
            "nothing was read",
            {
                "change": {"trigger": {"all": [{"found": ["direct"]}, {"fact": "incident", "is": True}]}},
                "found": {},
                "seen": looked(0),
            },
        ),
        ("needs_review", "Secrets were found.", {"change": REVIEW, "found": {"SECRET_JWT": 1}}),
        (
            "needs_review",
            "Secrets were found.",
            {"change": REVIEW, "found": {"SECRET_JWT": 1}, "seen": looked(lost=True)},
        ),
        ("evidence_recorded", "PERSON (3)", {"change": REVIEW, "found": {"SECRET_JWT": 1, "PERSON": 3}}),
        (
            "needs_review",
            "An exception is claimed: research (s. 2)",
            {"change": {"exceptions": [RESEARCH]}, "research": True},
        ),
        (
            "not_applicable",
            "Excepted (s. 2)",
            {"change": {"exceptions": [{**RESEARCH, "self_executing": True}]}, "research": True},
        ),
        ("evidence_recorded", "On file", {"change": {"exceptions": [RESEARCH]}}),
        ("evidence_recorded", "Set in motion by findings of PERSON (3). On file: a list of access; a low risk.", {}),
        ("action_needed", "Missing and decisive: a list of access.", {"access_list": None}),
        ("action_needed", "Missing: a low risk.", {"dpia_residual_risk": "high"}),
        ("action_needed", "Hard limit: it has leaked.", {"change": FAIL, "incident": True}),
        ("needs_review", "could not be ruled out that it has leaked: Not declared: incident.", {"change": FAIL}),
        ("evidence_recorded", "", {"change": FAIL, "incident": False}),
        ("needs_review", "for a person to judge", {"change": {"judgement": True}}),
        ("action_needed", "Missing", {"change": {"judgement": True}, "access_list": None}),
        ("needs_review", "for a person to judge", {"change": {"law_status": "guidance"}}),
        ("needs_review", "guidance, not law", {"change": {"law_status": "guidance"}, "access_list": None}),
        ("evidence_recorded", "It always applies.", {"change": {"trigger": {"always": True}}}),
        ("not_triggered", "", {"change": {"trigger": {"together": ["direct", "special"]}}}),
        (
            "evidence_recorded",
            "",
            {"change": {"trigger": {"together": ["special", "direct"]}}, "pairs": {"direct special.health": 1}},
        ),
        (
            "needs_review",
            "too weak",
            {"change": {"trigger": {"together": ["direct", "special"]}}, "found": {"PERSON": 3, "RELIGION__weak": 1}},
        ),
        (
            "needs_review",
            "too few",
            {
                "change": {"trigger": {"together": ["direct", "special"], "min_rows": 3}},
                "pairs": {"direct special.health": 2, "direct special.race": 2},
            },
        ),
        ("not_triggered", "", {"regime": {"presupposes": {"found": ["natid"]}}}),
        ("evidence_recorded", "", {"regime": {"presupposes": {"found": ["natid"]}}, "change": {"standalone": True}}),
    ],
)
def test_branch(status, words, arguments):
    result = outcome(**arguments)
    assert result.status.value == status, result.why
    assert words in result.why


def test_an_assessment_says_what_it_relied_on():
    result = outcome(found={"PERSON": 3, "PERSON__weak": 9, "URL": 5})
    assert [(e.entity, e.band) for e in result.evidence] == [("PERSON", "strong")]
    assert [fact.key for fact in result.facts] == ["gdpr_applies", "access_list", "dpia_residual_risk"]
    assert (result.citation, result.url) == ("Act s. 1 (1(1))", "https://example.org")
    assert result.provenance == "V(Act), checked 2026-11-21, review by 2027-11-21"
    assert (result.deadline, result.penalty) == ("before use", "up to a fine (Act s. 9)")
    assert result.actions == ("Write it down.",)
    assert result.present == ("a list of access", "a low risk")


def test_classes_together_are_cited_by_what_the_duty_is_about():
    result = outcome(
        {"trigger": {"any": [{"together": ["direct", "special"]}, {"together": ["online", "special"]}]}},
        found={"PERSON": 90, "HEALTH_CONDITION": 5},
        pairs={"direct special.health": 4},
    )
    assert [e.entity for e in result.evidence] == ["HEALTH_CONDITION"]
    assert "findings of HEALTH_CONDITION (5) (in at least 4 rows beside data of kind direct)." in result.why


def test_what_does_not_concern_the_dataset_asks_for_nothing():
    result = outcome(found={}, access_list=None)
    assert (result.missing, result.actions, result.evidence) == ((), (), ())


def test_a_rule_past_its_date_of_review_warns():
    assert outcome(on=date(2027, 11, 21)).warning == ""
    late = outcome(on=date(2027, 11, 22))
    assert late.warning.startswith("This rule was to be reviewed by 2027-11-21")
    assert late.status is outcome().status


def test_evidence_that_lies_ahead_is_not_on_file():
    dated = {"evidence": [{"id": "d", "fact": "dpia_date", "check": "known", "text": "a dated assessment"}]}
    assert outcome(dated, dpia_date="2026-11-21").present == ("a dated assessment",)
    assert outcome(dated, dpia_date="2026-11-22").missing == ("a dated assessment",)


def test_any_of_several_facts_shows_one_item_of_evidence():
    proof = {"evidence": [{"id": "n", "fact": "notice13", "or": ["notice14"], "text": "a notice"}]}
    assert outcome(proof, notice14="r").present == ("a notice",)
    assert outcome(proof, notice13="r").present == ("a notice",)
    assert outcome(proof).missing == ("a notice",)
    assert [f.key for f in outcome(proof).facts][-2:] == ["notice13", "notice14"]


def test_too_little_found_is_not_nothing():
    few = outcome({"trigger": {"found": ["direct"], "min_rows": 9}}, seen=looked(lost=True))
    assert few.why.startswith("Too little was found to set it in motion, but parts of the data were not read")


def test_a_fact_without_answer_is_cited_as_unknown():
    result = outcome(access_list=None)
    assert [fact.value for fact in result.facts if fact.key == "access_list"] == [None]


def test_all_obligations_of_all_regimes_in_order():
    both = regimes().values()
    results = assess_all(both, [], [Together("direct", "natid", 0)], looked(), facts(), ON, vocabulary())
    assert [r.id for r in results] == [o.id for regime in both for o in regime.obligations]
    on_findings = {"gdpr", "ccpa", "uk-gdpr"}
    assert {r.status for r in results if r.regime in on_findings} <= {Status.NOT_TRIGGERED, Status.NOT_APPLICABLE}
    rest = {r.status for r in results if r.regime not in on_findings}
    assert not rest & {Status.ACTION_NEEDED, Status.EVIDENCE_RECORDED}
