"""Every case of every entry of recipes/presidio.yaml, as it states it; and how a curated recipe differs."""

import pytest
import regex
from detect_help import column, recipe

from auditor.detect import presidio
from auditor.detect.overlap import resolve
from auditor.detect.recognisers import KNOWN
from auditor.detect.texts import share
from auditor.errors import RuleError
from auditor.evaluate.cases import marked
from auditor.rules.curation import Curation, CurationFile, curations
from auditor.rules.load import load
from auditor.rules.recipe import read

RULES = curations()
ON = {name: rule for name, rule in RULES.items() if not rule.off}
REVIEW = 0.5


@pytest.fixture(scope="module")
def detectors():
    return {d.id: d for d in presidio.detectors(recipe(countries=["*"]))}


def found(detector, text, path="text"):
    rows = resolve(detector.detect(column([text], path=path))).to_pylist()
    return [(r["start"], r["end"]) for r in rows], [r["score"] for r in rows]


def test_every_recogniser_is_curated():
    assert set(RULES) == {known.id for known in KNOWN}


@pytest.mark.parametrize(("name", "case"), [pytest.param(n, c, id=n) for n, r in ON.items() for c in r.cases.match])
def test_match(detectors, name, case):
    text, spans = marked(case)
    assert found(detectors[name], text)[0] == spans
    assert [(s.start, s.end) for s in detectors[name].spans(text)] == spans


@pytest.mark.parametrize(("name", "case"), [pytest.param(n, c, id=n) for n, r in ON.items() for c in r.cases.miss])
def test_miss(detectors, name, case):
    assert found(detectors[name], case)[0] == []


@pytest.mark.parametrize("name", ON)
def test_has_enough_cases(name):
    cases = RULES[name].cases
    assert len(cases.match) >= 5
    assert len(cases.miss) >= 5
    assert all("«" in case for case in cases.match)


def test_shipped_entries_pass_the_checks_of_a_users():
    """They are loaded without the dear ones: that their expressions compile."""
    from auditor import assets

    assert load(assets.recipes() / "presidio.yaml", CurationFile).recognisers == RULES


def test_what_is_off_has_a_better_one():
    from auditor.detect import infos

    known = {info.id for info in infos(recipe(countries=["*"]))}
    assert {rule.replaced_by for rule in RULES.values() if rule.off} <= known
    assert not {name for name, rule in RULES.items() if rule.off} & known


@pytest.mark.parametrize("name", ON)
def test_words_and_forms_are_sound(name):
    rule = RULES[name]
    assert all(word == word.strip() and len(word.encode()) >= 3 for word in rule.context)
    assert not set(rule.context) & set(rule.context_whole)
    assert all(regex.compile(form.regex) for form in rule.forms)


def test_the_name_of_a_column_is_a_word_nearby(detectors):
    nhs = detectors["presidio.nhs.v1"]
    assert found(nhs, "943 476 5919")[0] == []
    for path in ("nhsNumber", "nhs_no", "patients[].NHS"):
        assert found(nhs, "943 476 5919", path) == ([(0, 12)], [0.85])
    assert found(nhs, "943 476 5918", "nhs_no")[0] == []


def test_a_word_far_away_says_nothing(detectors):
    nhs, number = detectors["presidio.nhs.v1"], "943 476 5919"
    assert found(nhs, "NHS: " + "x" * 90 + " " + number)[0]
    assert not found(nhs, "NHS: " + "x" * 100 + " " + number)[0]
    assert found(nhs, number + " " + "x" * 30 + " NHS")[0]
    assert not found(nhs, number + " " + "x" * 40 + " NHS")[0]


@pytest.mark.parametrize(
    ("name", "text", "score"),
    [
        ("us_ssn", "seen 219-09-9999 there", 0.5),
        ("us_ssn", "SSN 219-09-9999", 0.85),
        ("us_ssn", "SSN 219099999", 0.85),
        ("ip", "from 81.2.69.142 today", 0.6),
        ("ip", "from 10.0.0.5 today", 0.3),
        ("ip", "see 1.2.3.4 today", 0.3),
        ("url", "see www.example.org", 0.3),
        ("date", "on 2024-05-17", 0.3),
        ("phone", "+44 20 7946 0958", 0.6),
        ("phone", "(212) 555-0123", 0.5),
        ("phone", "tel 030 9018 2010", 0.75),
    ],
)
def test_scores(detectors, name, text, score):
    assert found(detectors[f"presidio.{name}.v1"], text)[1] == [score]


@pytest.mark.parametrize("text", ["219099999", "order 030 9018 2010", "A1234567", "021000021", "943 476 5919"])
def test_figures_alone_are_nobodys(detectors, text):
    assert [d.id for d in detectors.values() if any(score >= REVIEW for score in found(d, text)[1])] == []


def test_parity_recipes_are_not_curated():
    for name in ("presidio-parity", "presidio-all"):
        assert not read(name).curated
    assert {d.id for d in presidio.detectors(read("presidio-parity"))} == {k.id for k in KNOWN if k.default}


def test_regions_of_phone_numbers_come_from_the_countries():
    texts = ["tel 0664 1234567", "tel +43 664 1234567"]  # Austrian

    def spans(**fields):
        chosen = next(d for d in presidio.detectors(recipe(**fields)) if d.id == "presidio.phone.v1")
        share([chosen])
        return [bool(found(chosen, text)[0]) for text in texts]

    assert spans(countries=["AT"]) == [True, True]
    assert spans(countries=["*"]) == [True, True]
    assert spans(countries=["US"]) == [False, True]


@pytest.mark.parametrize(
    "fields",
    [
        {"needs": "context"},
        {"context": ["word"]},
        {"off": True},
        {"replaced_by": "a.b.v1"},
        {"valid_score": 0.5},
        {"forms": [{"regex": "("}]},
        {"suppress": ["["]},
    ],
    ids=str,
)
def test_an_entry_that_says_two_things_is_refused(tmp_path, fields):
    import json

    path = tmp_path / "presidio.yaml"
    entry = {"reason": "r", "source": "s", **fields}
    path.write_text(json.dumps({"recognisers": {"presidio.x.v1": entry}}))
    with pytest.raises(RuleError, match=r"presidio\.yaml:1"):
        load(path, CurationFile)


def test_an_entry_needs_a_reason():
    with pytest.raises(ValueError, match="reason"):
        Curation.model_validate({"source": "s"})
