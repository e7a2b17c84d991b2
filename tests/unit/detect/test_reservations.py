"""Coded detectors of reservations and lyrics: their cases, and the laws that windows must not break."""

import json
import random

import pytest
from detect_help import column

from auditor.detect import lyrics, prefilter, reservations, robots
from auditor.evaluate.cases import Case, Suite
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import Agent, coded_cases, prose
from auditor.rules.reservations import robots as robots_file
from auditor.rules.vocabulary import vocabulary

RECIPE = Recipe(id="test", title="Test", description="Test")
MODULES = (lyrics, reservations, robots)
CASES = dict(coded_cases())
FILLER = "The library opens at nine and closes at six. Nobody could say who had moved the boats. Ä é 中 😀 "


def build():
    return {d.id: d for module in MODULES for d in module.detectors(RECIPE)}


DETECTORS = build()


def plain(text):
    return text.replace("«", "").replace("»", "")


def details(name, text):
    return [json.loads(row["detail"]) for row in DETECTORS[name].detect(column([text])).to_pylist()]


def rows(detector, texts):
    return detector.detect(column(texts)).to_pylist()


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_case_holds(name):
    cases = CASES[name]
    marked = (*(Case("match", text) for text in cases.match), *(Case("miss", text) for text in cases.miss))
    assert Suite(name, marked, lambda: DETECTORS[name]).run().failures == ()
    assert len(cases.match) >= 10
    assert len(cases.miss) >= 10


def test_catalogue_names_what_is_built():
    infos = {info.id: info for module in MODULES for info in module.catalogue(RECIPE)}
    assert infos.keys() == DETECTORS.keys() == CASES.keys()
    assert {rule.id: rule.title for rule in prose().rules} == reservations.KINDS
    for name, info in infos.items():
        assert set(info.entities) == DETECTORS[name].entities <= set(vocabulary().entities)


@pytest.mark.parametrize("name", sorted(CASES))
def test_same_in_a_long_text(name):
    """A case in the midst of prose is found as it is alone: nothing further away decides."""
    for case in CASES[name].match:
        text = plain(case)
        alone = rows(DETECTORS[name], [text])
        before = FILLER * 30 + "\n\n"
        within = rows(DETECTORS[name], [before + text + "\n\n" + FILLER * 30])
        shifted = [{**row, "start": row["start"] + len(before), "end": row["end"] + len(before)} for row in alone]
        assert within == shifted


@pytest.mark.parametrize("name", sorted(CASES))
def test_same_without_hyperscan(name, monkeypatch):
    rng = random.Random(name)
    cases = [plain(text) for text in (*CASES[name].match, *CASES[name].miss)]
    texts = [*cases, *("\n".join(rng.choices([*cases, FILLER * 9, "ſtrain K İ"], k=5)) for _ in range(30))]
    fast = rows(DETECTORS[name], texts)
    monkeypatch.setattr(prefilter, "available", lambda: False)
    assert rows(build()[name], texts) == fast
    assert fast


@pytest.mark.parametrize("name", sorted(reservations.KINDS))
def test_prose_names_kind_and_language(name):
    found = {detail["language"] for case in CASES[name].match for detail in details(name, plain(case))}
    assert found == {"en", "de", "fr", "es", "it"}


def test_a_sentence_without_end_is_cut_at_words():
    text = "word " * 200 + "you may not use text and data mining here " + "word " * 200
    (row,) = rows(DETECTORS["rights.tdm_prose.v1"], [text])
    assert row["end"] - row["start"] < 3 * reservations.SENTENCE
    said = text[row["start"] : row["end"]]
    assert said.startswith("word word")
    assert said.endswith("word word")


@pytest.mark.parametrize(
    ("text", "score", "detail"),
    [
        ("User-agent: GPTBot\nDisallow: /", robots.SITE, {"scope": "site", "agents": ["GPTBot"]}),
        ("User-agent: GPTBot\nAllow: /p\nDisallow: /", robots.EXCEPT, {"scope": "site", "exceptions": "yes"}),
        ("User-agent: CCBot\nDisallow: /a", robots.PATH, {"scope": "path"}),
        ("User-agent: ChatGPT-User\nDisallow: /", robots.OTHER, {"purposes": ["assistant"]}),
        ("User-agent: *\nDisallow: /", robots.ALL, {"kind": "robots_all"}),
        ("User-agent: *\nUser-agent: ccbot\nDisallow: /", robots.SITE, {"kind": "robots_agents", "agents": ["CCBot"]}),
    ],
)
def test_robots_scores_and_details(text, score, detail):
    (row,) = rows(DETECTORS[robots.ID], [text])
    assert row["score"] == score
    assert detail.items() <= json.loads(row["detail"]).items()


def test_rules_far_from_their_agents_are_another_groups():
    text = "User-agent: GPTBot\n" + FILLER * 20 + "\nDisallow: /"
    assert rows(DETECTORS[robots.ID], [text]) == []


def test_every_crawler_is_known_by_its_token_in_any_case():
    for agent in robots_file().agents:
        text = f"user-agent: {agent.name.upper()}\ndisallow: /"
        assert [d["agents"] for d in details(robots.ID, text)] == [[agent.name]]
    assert len({agent.name.lower() for agent in robots_file().agents}) == len(robots_file().agents)
    assert all(isinstance(agent, Agent) and agent.source for agent in robots_file().agents)


def test_songs_far_apart_are_two():
    song = "[Verse 1]\nline\n[Chorus]\nline\n"
    found = details(lyrics.ID, song + FILLER * 30 + "\n" + song)
    assert [detail["sections"] for detail in found] == [2, 2]
