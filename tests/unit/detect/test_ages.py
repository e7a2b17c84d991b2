"""Ages: every case of every language, which entity an age comes to, and what denies one."""

import json

import pytest
import regex
from detect_help import column, recipe

from auditor import assets
from auditor.detect import ages
from auditor.detect.overlap import resolve
from auditor.evaluate.cases import age_suite
from auditor.rules.ages import AgeFile, age_files
from auditor.rules.load import load
from auditor.rules.terms import LANGUAGES

FILES = {file.language: file for file in age_files()}


def found(language, text):
    detector = ages.AgeDetector(FILES[language], 2.0)
    rows = resolve(detector.detect(column([text]))).to_pylist()
    assert [(r["start"], r["end"], r["entity"]) for r in rows] == sorted(
        {(s.start, s.end, s.entity) for s in detector.spans(text)} & {(r["start"], r["end"], r["entity"]) for r in rows}
    )
    return [(text[r["start"] : r["end"]], r["entity"], r["detail"]) for r in rows]


def test_every_language_with_lists_has_ages():
    assert set(FILES) == set(LANGUAGES)


@pytest.mark.parametrize("file", age_files(), ids=lambda file: file.id)
def test_every_case_holds(file):
    assert age_suite(file).run().failures == ()
    assert len(file.cases.match) >= 10
    assert len(file.cases.miss) >= 10
    assert all("«" in case for case in file.cases.match)


@pytest.mark.parametrize("file", age_files(), ids=lambda file: file.id)
def test_every_pattern_is_looked_for_in_windows(file):
    assert ages.AgeDetector(file, 2.0).searches


@pytest.mark.parametrize("file", age_files(), ids=lambda file: file.id)
def test_parts_are_all_put_in(file):
    for pattern in file.rule().patterns:
        compiled = regex.compile(pattern.regex)
        assert compiled.groups >= 1
        assert not regex.search(r"\{[a-z]+\}", pattern.regex)


@pytest.mark.parametrize("path", sorted((assets.recipes() / "ages").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_pass_the_checks_of_a_users(path):
    assert load(path, AgeFile).patterns


@pytest.mark.parametrize(
    ("years", "entity", "age"),
    [(0, "CHILD_DATA", "under_13"), (12, "CHILD_DATA", "under_13"), (13, "CHILD_DATA", "13_to_15"),
     (15, "CHILD_DATA", "13_to_15"), (16, "AGE", None), (119, "AGE", None), (120, "", None), (None, "", None)],
)  # fmt: skip
def test_the_number_tells_the_entity(years, entity, age):
    name, detail = ages.entity(years)
    assert name == entity
    assert (json.loads(detail)["age"] if detail else None) == age


@pytest.mark.parametrize(
    ("language", "told", "years"),
    [
        ("en", "thirty-four years old", 34),
        ("en", "9-month-old", 0),
        ("en", "18 months", 1),
        ("de", "vierunddreißigjähriger", 34),
        ("de", "achtzehnjährige", 18),
        ("de", "6 Monate", 0),
        ("fr", "cinq ans", 5),
        ("pl", "dwunastoletnia", 12),
        ("en", "old", None),
    ],
)
def test_numbers_are_read(language, told, years):
    assert ages.Reader(FILES[language]).years(told) == years


@pytest.mark.parametrize(
    ("language", "text", "entities"),
    [
        ("en", "She is a 34-year-old nurse, her son (9) and a 14-year-old girl.", ["AGE", "CHILD_DATA", "CHILD_DATA"]),
        ("de", "Die 34-Jährige und ihr 15-jähriger Sohn", ["AGE", "CHILD_DATA"]),
        ("es", "una mujer de 34 años y su hijo de 8 meses", ["AGE", "CHILD_DATA"]),
        ("en", "a 340-year-old vampire", []),
    ],
)
def test_adults_and_children_are_told_apart(language, text, entities):
    assert [entity for _, entity, _ in found(language, text)] == entities


def test_what_stands_beside_an_age_denies_it():
    assert [age for age, _, _ in found("en", "My car is 9 years old, my son is 9 years old.")] == ["9 years old"]
    assert found("fr", "il a 20 ans d’expérience") == []


def test_they_are_in_every_recipe_that_asks_for_people():
    ids = {info.id for info in ages.catalogue(recipe())}
    assert ids == {detector.id for detector in ages.detectors(recipe())}
    assert "people.age_en.v1" in ids
