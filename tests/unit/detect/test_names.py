"""Names by a spaCy pipeline; a ruler stands in for a model, which the tests do not have."""

import random

import pytest
import spacy
from detect_help import column, recipe, text

from auditor.detect import nlp, presidio
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.model import Limits

RECIPE = recipe(curated=False, names={"engine": "spacy", "model": "stand_in"})
RULES = [("PERSON", "Jane Roe"), ("GPE", "Norwell"), ("ORG", "Sample Press"), ("DATE", "birthday"), ("CARDINAL", "six")]


def stand_in(_name):
    made = spacy.blank("en")
    made.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": value} for label, value in RULES])
    return made


@pytest.fixture
def _installed(monkeypatch):
    monkeypatch.setattr(spacy, "load", stand_in)
    monkeypatch.setattr(nlp, "check_names", lambda recipe: None)


@pytest.mark.usefixtures("_installed")
def test_parity_with_names():
    from presidio_analyzer import AnalyzerEngine

    detectors = presidio.detectors(RECIPE)
    engine = AnalyzerEngine(
        registry=presidio.registry(RECIPE),
        nlp_engine=nlp.engine(nlp.pipeline(RECIPE), "en"),
        supported_languages=["en"],
    )
    rng = random.Random(4)
    values = [rng.choice(RULES)[1] + " " + text(rng) for _ in range(60)]
    values += ["Jane Roe of Sample Press, Norwell, has six birthday cards", "x" * 1_200_000 + " Jane Roe"]
    spans, losses = run(detectors, column(values), Limits(cell_chars=2_000_000))
    assert losses == ()
    ours = [set() for _ in values]
    for r in resolve(spans).to_pylist():
        ours[r["row"]].add((r["entity"], r["start"], r["end"], r["score"]))
    for value, found in zip(values, ours, strict=True):
        theirs = engine.analyze(value, language="en", score_threshold=0)
        assert found == {(r.entity_type, r.start, r.end, r.score) for r in theirs}
    assert {e for found in ours for e, *_ in found} >= {"PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME"}


@pytest.mark.usefixtures("_installed")
def test_the_catalogue_names_them():
    from auditor.detect import build, infos

    assert presidio.NAMES_ID in {i.id for i in infos(RECIPE)}
    assert presidio.NAMES_ID in {d.id for d in build(RECIPE)}
