"""Which detectors a recipe selects."""

import subprocess
import sys

import pytest
from detect_help import recipe

from auditor import detect
from auditor.detect import build, infos
from auditor.errors import AuditorError, RuleError
from auditor.rules.recipe import read, shipped
from auditor.rules.vocabulary import vocabulary


def test_catalogue_and_detectors_agree():
    made, said = build(recipe()), infos(recipe())
    assert [d.id for d in made] == [i.id for i in said] == sorted(i.id for i in said)
    assert [set(d.entities) for d in made] == [set(i.entities) for i in said]


def test_globs():
    ids = [i.id for i in infos(recipe(detectors=["secrets.*", "presidio.email.v1"], without=["*.jwt.v1"]))]
    assert "presidio.email.v1" in ids
    assert "secrets.github_token.v1" in ids
    assert "secrets.jwt.v1" not in ids
    assert not any(i.startswith("rights.") for i in ids)


def test_unknown_globs_are_faults_all_at_once():
    with pytest.raises(RuleError) as error:
        infos(recipe(detectors=["secretz.*"], without=["nope"]))
    assert len(error.value.faults) == 2


def test_nothing_left_is_a_fault():
    with pytest.raises(RuleError, match="no detector is left"):
        infos(recipe(detectors=["rights.*"], without=["*"]))


def test_clashing_ids_raise():
    rule = {"id": "secrets.jwt.v1", "title": "t", "entity": "X", "patterns": [{"regex": "x", "score": 0.5}]}
    with pytest.raises(RuleError, match="given twice"):
        build(recipe(patterns=[rule]))


def test_catalogue_is_cheap():
    code = (
        "import sys; from auditor.rules.recipe import read; from auditor.detect import infos; infos(read('full'));"
        "bad = {'presidio_analyzer', 'spacy', 'phonenumbers', 'tldextract'} & set(sys.modules); "
        "sys.exit(str(bad) if bad else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "name", sorted({"full", "quick", "pretraining-web", "chat-finetuning", "tabular", "source-code", "presidio-parity"})
)
def test_shipped_recipes(name):
    assert name in shipped()
    rules = read(name)
    assert rules.id == name
    assert infos(rules)
    assert set(rules.severity) <= set(vocabulary().entities)


def test_recipes_differ():
    chosen = {
        name: tuple(i.id for i in infos(read(name)))
        for name in ("quick", "pretraining-web", "tabular", "source-code", "full")
    }
    assert len(set(chosen.values())) == len(chosen)
    assert set(chosen["quick"]) < set(chosen["full"])


def test_every_entity_has_a_place_in_the_vocabulary():
    assert {e for i in infos(recipe()) for e in i.entities} <= set(vocabulary().entities)


def test_a_missing_model_names_the_command():
    from auditor.detect.nlp import check_names

    check_names(recipe())
    with pytest.raises(AuditorError, match="python -m spacy download en_core_web_zz"):
        check_names(recipe(names={"engine": "spacy", "model": "en_core_web_zz"}))
    with pytest.raises(AuditorError, match="model is missing"):
        check_names(recipe(names={"engine": "spacy"}))
    with pytest.raises(AuditorError, match="not installed"):
        check_names(recipe(names={"engine": "spacy", "model": "../evil"}))


def test_modules_need_both_functions():
    for module in detect._modules():
        assert callable(module.detectors)
        assert callable(module.catalogue)
