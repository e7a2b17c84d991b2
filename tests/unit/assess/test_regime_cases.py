"""tests/cases/regimes: evidence and facts give the stated status, for every obligation of every shipped regime."""

from datetime import date
from pathlib import Path

import pytest
from world_factory import evidence, facts, looked, together

from auditor.assess import assess
from auditor.model import Status
from auditor.rules.load import plain
from auditor.rules.regime import load_regime, regimes
from auditor.rules.vocabulary import vocabulary

FILES = {path.stem: plain(path)[0] for path in sorted((Path(__file__).parents[2] / "cases" / "regimes").glob("*.yaml"))}
CASES = [
    (file, duty, i) for file, data in FILES.items() for duty, cases in data["cases"].items() for i in range(len(cases))
]
KEYS = {"found", "together", "facts", "on", "lost", "gaps", "without", "rows", "expect"}


@pytest.mark.parametrize(("file", "duty", "number"), CASES, ids=str)
def test_status(file, duty, number):
    data, case = FILES[file], FILES[file]["cases"][duty][number]
    assert set(case) <= KEYS
    regime = load_regime(data["regime"])
    outcome = assess(
        next(o for o in regime.obligations if o.id == duty),
        regime,
        evidence(**{name.replace(" ", "__"): rows for name, rows in case.get("found", {}).items()}),
        together(case.get("together", {})),
        looked(
            case.get("rows", 1000),
            lost=case.get("lost", False),
            gaps=tuple(case.get("gaps", ())),
            without=tuple(case.get("without", ())),
        ),
        facts(**{**data["facts"], **case.get("facts", {})}),
        date.fromisoformat(case.get("on", data["on"])),
        vocabulary(),
    )
    assert outcome.status.value == case["expect"], outcome.why
    assert outcome.why.endswith(".")
    assert (outcome.id, outcome.regime, outcome.version) == (duty, regime.id, regime.version)
    assert bool(outcome.missing) or outcome.status is not Status.ACTION_NEEDED or "Hard limit" in outcome.why


@pytest.mark.parametrize("name", regimes())
def test_every_obligation_has_a_case_that_sets_it_in_motion_and_one_that_does_not(name):
    quiet = {"not_triggered", "not_applicable", "not_checked"}
    for duty in load_regime(name).obligations:
        expected = {case["expect"] for case in FILES[name]["cases"].get(duty.id, [])}
        assert expected & quiet, duty.id
        assert expected - quiet, duty.id
