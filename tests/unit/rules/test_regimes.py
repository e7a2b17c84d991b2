"""Regimes: the form of conditions and obligations, and what the shipped ones must hold."""

import re
from datetime import date

import pytest
from pydantic import ValidationError

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.condition import ALWAYS, Condition, all_of
from auditor.rules.obligation import Deadline, InForce, Obligation, Penalty, Provenance
from auditor.rules.regime import Regime, load_regime, paths, regimes

DUTIES = [(regime, duty) for regime in regimes().values() for duty in regime.obligations]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({}, "exactly one of"),
        ({"found": ["pd"], "fact": "x", "is": 1}, "exactly one of"),
        ({"found": ["pd"], "is": 1}, "'is' belongs to fact, not to found"),
        ({"always": True, "min_rows": 2}, "'min_rows' belongs to found or together"),
        ({"together": ["a", "b"], "min_score": "weak"}, "'min_score' belongs to found"),
        ({"fact": "x"}, "exactly one of is, in, known, at_least, before"),
        ({"fact": "x", "is": 1, "known": True}, "exactly one of is, in, known, at_least"),
        ({"found": ["pd"], "before": "2026-01-01"}, "'before' belongs to fact, not to found"),
        ({"fact": "x", "before": "2026-13-01"}, "give a date as YYYY-MM-DD"),
        ({"not": {"any": [{"found": ["pd"]}]}}, "would let a finding switch an obligation off"),
        ({"all": []}, "at least 1"),
        ({"found": ["pd"], "min_rows": 0}, "greater than or equal to 1"),
        ({"always": False}, "Input should be True"),
    ],
)
def test_faulty_condition(data, fault):
    with pytest.raises(ValidationError, match=fault):
        Condition.model_validate(data)


def test_conditions_know_their_facts_and_kinds():
    found, fact = Condition(found=("pd", "URL")), Condition.model_validate({"fact": "a", "is": True})
    both = all_of(
        found,
        None,
        Condition.model_validate({"any": [{"not": {"fact": "b", "known": True}}, {"fact": "a", "in": [1]}]}),
    )
    assert both.facts == ("b", "a")
    assert both.kinds == ("pd", "URL")
    assert both.on_findings
    assert not fact.on_findings
    assert all_of(None) is ALWAYS
    assert all_of(found) is found


def changed(**change):
    duty = next(duty for duty in load_regime("gdpr").obligations if duty.id == "g5a")
    return {**duty.model_dump(by_alias=True, exclude_unset=True), **change}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"review_text": ""}, "each need their '_text'"),
        ({"hard_fail_text": "x"}, "each need their '_text'"),
        ({"evidence": []}, "needs 'judgement: true'"),
        ({"scope": {"found": ["pd"]}}, "declared facts only"),
        ({"exceptions": [{"id": "e", "when": {"found": ["pd"]}, "text": "t", "citation": "c"}]}, "never excuses"),
        ({"law_status": "future"}, "come into force after"),
        ({"actions": []}, "at least 1"),
        ({"trigger": {"found": ["pd"], "min_score": "weak"}}, "weak findings decide nothing"),
        ({"hard_fail": {"found": ["pd"], "min_score": "weak"}, "hard_fail_text": "x"}, "weak findings decide nothing"),
        ({"id": "G 5"}, "pattern"),
    ],
)
def test_faulty_obligation(change, fault):
    with pytest.raises(ValidationError, match=fault):
        Obligation.model_validate(changed(**change))


def test_dates_are_sane():
    with pytest.raises(ValidationError, match="lies before"):
        InForce.model_validate({"from": "2026-01-01", "to": "2025-01-01"})
    with pytest.raises(ValidationError, match="after 'checked'"):
        Provenance(mark="V", source="s", checked=date(2026, 1, 1), review_by=date(2026, 1, 1))
    with pytest.raises(ValidationError, match="needs a 'value'"):
        Deadline(kind="before")
    with pytest.raises(ValidationError, match="Invalid isoformat"):
        Deadline(kind="date", value="soon")


def test_words_for_deadlines_and_penalties():
    given = {"kind": "duration", "value": "1 month", "from": "the request"}
    assert str(Deadline.model_validate(given)) == "within 1 month from the request"
    assert str(Deadline(kind="date", value="2028-04-01")) == "by 2028-04-01"
    assert str(Deadline(kind="standing")) == "at all times"
    penalty = Penalty(base="$1", adjusted="$2", as_of=date(2025, 1, 1), citation="s. 1")
    assert str(penalty) == "up to $1; adjusted $2 as of 2025-01-01 (s. 1)"


def test_a_regime_scope_rests_on_facts():
    data = load_regime("gdpr").model_dump(by_alias=True, exclude_unset=True)
    with pytest.raises(ValidationError, match="declared facts only"):
        Regime.model_validate({**data, "scope": {"found": ["pd"]}})


def test_load_by_id_and_path():
    assert load_regime("gdpr") == load_regime(str(paths()["gdpr"]))
    with pytest.raises(RuleError, match="no regime 'gdrp'; have ca-ab2013, ccpa, cdsm, eu-ai-act, gdpr"):
        load_regime("gdrp")


ROWS = {
    "gdpr": "g5a g5b g5c g5d g5e g5f g5.2 g6 g6f-ai g7 g8 g9 g10 g11 g12 g13 g14 g15 g16 g17 g18 g19 g20 g21 g22 g24"
    " g25 g26 g27 g28 g30 g32 g33 g34 g35 g36 g37 g44 g87 g89",
    "ccpa": "c100a c100b c100c c100d c100e c105 c106 c110 c115 c120 c120c c121 c125 c130 c135 c140m c140v2 c140v4 c145"
    " c146 c148 c150 c82 r7001 r7120 r7150.sale r7150.sensitive r7150.decision r7150.observe r7150.place r7150.train"
    " r7151 r7152 r7153 r7155 r7157 r7220 r7221 r7222",
    "eu-ai-act": "a10.2 a10.3 a10.4 a4a a53a a53c a53d",
    "cdsm": "cdsm.4.3",
    "ca-ab2013": " ".join(f"ab2013.{n}" for n in range(1, 13)),
    "hipaa-safe-harbor": " ".join(f"hipaa.{letter}" for letter in "abcdefghijklmnopqr"),
    "uk-gdpr": "uk.g5a uk.g6 uk.g9 uk.g14 uk.g22 uk.g35 uk.g44 uk.complaints",
}
"""Provisions that each regime speaks of, by the ids of their rules."""


@pytest.mark.parametrize("name", regimes())
def test_coverage_of_the_law(name):
    have = {duty.id for duty in load_regime(name).obligations}
    assert set(ROWS[name].split()) <= have


HOSTS = (
    "https://eur-lex.europa.eu/",
    "https://www.edpb.europa.eu/",
    "https://leginfo.legislature.ca.gov/",
    "https://cppa.ca.gov/",
    "https://www.ecfr.gov/",
    "https://www.legislation.gov.uk/",
)


@pytest.mark.parametrize(("regime", "duty"), DUTIES, ids=[duty.id for _, duty in DUTIES])
def test_full_anatomy(regime, duty):
    assert duty.citation.url.startswith(HOSTS)
    assert "{" not in str(duty.citation) + duty.citation.url
    assert duty.provenance.checked == date(2026, 11, 21)
    assert duty.evidence or duty.law_status == "proposed"
    without_fine = {"g24", "uk.g24", "g6.scraping", "c82"}
    assert duty.penalty or duty.id in without_fine or duty.law_status != "in_force" or regime.id == "ca-ab2013"
    assert len({proof.id for proof in duty.evidence}) == len(duty.evidence)


@pytest.mark.parametrize(
    "path",
    [*paths().values(), assets.recipes() / "facts.yaml", assets.recipes() / "entities.yaml"],
    ids=lambda p: p.name,
)
def test_no_file_speaks_a_verdict(path):
    assert not re.search(r"complian|violat|infring", path.read_text(encoding="utf-8"), re.IGNORECASE)
