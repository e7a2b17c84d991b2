"""Coded detectors of reservations and lyrics: their cases, and the laws that windows must not break."""

import json

import pytest
from detect_help import column

from auditor.detect import lyrics, prefilter, reservations, robots
from auditor.evaluate.cases import Case, Suite
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import coded_cases, prose

RECIPE = Recipe(id="test", title="Test", description="Test")
DETECTORS = {d.id: d for module in (lyrics, reservations, robots) for d in module.detectors(RECIPE)}
CASES = dict(coded_cases())


def texts_of(name):
    cases = CASES[name]
    return [case.replace("«", "").replace("»", "") for case in (*cases.match, *cases.miss)]


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_case_holds(name):
    cases = CASES[name]
    marked = (*(Case("match", text) for text in cases.match), *(Case("miss", text) for text in cases.miss))
    assert Suite(name, marked, lambda: DETECTORS[name]).run().failures == ()
    assert len(cases.match) >= 10
    assert len(cases.miss) >= 10
