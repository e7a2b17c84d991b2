"""tests/cases/regimes: evidence and facts give the stated status, for every obligation of every shipped regime."""

from datetime import date
from pathlib import Path

import pytest
from world_factory import evidence, facts, looked, together

from auditor.assess import assess, assess_all
from auditor.model import Status
from auditor.rules.load import plain
from auditor.rules.regime import load_regime, regimes
from auditor.rules.vocabulary import vocabulary

FOLDER = Path(__file__).parents[2] / "cases" / "regimes"
KEYS = {"found", "together", "facts", "on", "lost", "gaps", "without", "rows", "expect", "missing", "actions"}
OPEN = {Status.ACTION_NEEDED, Status.NEEDS_REVIEW, Status.EVIDENCE_RECORDED}


def read(path):
    """A file of cases; one that is ``like`` another has the other's cases too, under its own facts and ids."""
    data = plain(path)[0]
    if "like" not in data:
        return data
    other = read(FOLDER / f"{data['like']}.yaml")
    taken = {
        data["prefix"] + duty: [translated(case, data["instead"]) for case in cases]
        for duty, cases in other["cases"].items()
        if duty not in data["without"]
    }
    return {**data, "cases": taken | data["cases"]}


def translated(case, instead):
    return {**case, "facts": {instead.get(key, key): value for key, value in case.get("facts", {}).items()}}


FILES = {path.stem: read(path) for path in sorted(FOLDER.glob("*.yaml"))}
CASES = [
    (file, duty, i) for file, data in FILES.items() for duty, cases in data["cases"].items() for i in range(len(cases))
]
STORIES = {path.stem: plain(path)[0] for path in sorted((FOLDER / "stories").glob("*.yaml"))}


def world(case, given, on):
    """What was found and looked at, what was declared, and the day."""
    return (
        evidence(**{name.replace(" ", "__"): rows for name, rows in case.get("found", {}).items()}),
        together(case.get("together", {})),
        looked(
            case.get("rows", 1000),
            lost=case.get("lost", False),
            gaps=tuple(case.get("gaps", ())),
            without=tuple(case.get("without", ())),
        ),
        facts(**{**given, **case.get("facts", {})}),
        date.fromisoformat(case.get("on", on)),
        vocabulary(),
    )


@pytest.mark.parametrize(("file", "duty", "number"), CASES, ids=str)
def test_status(file, duty, number):
    data, case = FILES[file], FILES[file]["cases"][duty][number]
    assert set(case) <= KEYS
    regime = load_regime(data["regime"])
    rule = next(o for o in regime.obligations if o.id == duty)
    outcome = assess(rule, regime, *world(case, data["facts"], data["on"]))
    assert outcome.status.value == case["expect"], outcome.why
    assert outcome.why.endswith(".")
    assert (outcome.id, outcome.regime, outcome.version) == (duty, regime.id, regime.version)
    assert bool(outcome.missing) or outcome.status is not Status.ACTION_NEEDED or "Hard limit" in outcome.why
    for key, given, items in (("missing", outcome.missing, rule.evidence), ("actions", outcome.actions, rule.actions)):
        if key in case:
            texts = {item.id: item.text for item in items}
            assert given == tuple(texts[name] for name in case[key])


def possible(duty, regime):
    """Statuses that an obligation can have, read off the form of its rule."""
    if duty.law_status == "proposed":
        return {"not_applicable"}
    can = {"not_applicable", "needs_review"}
    if regime.trigger_of(duty).on_findings:
        can |= {"not_triggered", "not_checked"}
    if duty.law_status != "guidance" and (duty.evidence or duty.hard_fail):
        can.add("action_needed")
    if duty.law_status != "guidance" and not duty.judgement:
        can.add("evidence_recorded")
    return can


@pytest.mark.parametrize("name", regimes())
def test_every_obligation_has_a_case_of_each_status_it_can_take(name):
    regime = load_regime(name)
    for duty in regime.obligations:
        expected = {case["expect"] for case in FILES[name]["cases"].get(duty.id, [])}
        assert expected == possible(duty, regime), duty.id
    assert set(FILES[name]["cases"]) == {duty.id for duty in regime.obligations}


@pytest.mark.parametrize("name", regimes())
def test_some_case_of_every_obligation_names_what_is_missing_and_what_to_do(name):
    for duty in load_regime(name).obligations:
        full = [case for case in FILES[name]["cases"][duty.id] if {"missing", "actions"} <= set(case)]
        assert full or duty.law_status in ("proposed", "guidance"), duty.id


def test_a_case_of_an_overlay_is_one_of_its_base_or_its_own():
    own = plain(FOLDER / "uk-gdpr.yaml")[0]
    assert {f"{own['prefix']}{duty}" for duty in FILES["gdpr"]["cases"] if duty not in own["without"]} <= set(
        FILES["uk-gdpr"]["cases"]
    )


@pytest.mark.parametrize("name", STORIES)
def test_story(name):
    """A whole dataset: every obligation that it engages, and no other."""
    story = STORIES[name]
    outcomes = assess_all([load_regime(r) for r in story["regimes"]], *world(story, {}, story["on"]))
    told = {}
    for outcome in outcomes:
        if outcome.status in OPEN:
            told.setdefault(outcome.status.value, set()).add(outcome.id)
    for status in sorted({*told, *story["expect"]}):
        assert told.get(status, set()) == set(story["expect"].get(status, [])), status
    for outcome in outcomes:
        for words in story.get("why", {}).get(outcome.id, []):
            assert words in outcome.why


def test_there_are_stories_of_five_datasets():
    assert len(STORIES) >= 5
