"""Copyright notices: the cases of the rule files, and the laws of windows."""

import json
import random

import pytest
from detect_help import column, recipe, text

from auditor.detect import notice_holder, notices, prefilter
from auditor.detect.notices import NoticeDetector, notices_in
from auditor.detect.texts import Deadline
from auditor.evaluate.cases import marked
from auditor.model import REVIEW
from auditor.rules.notices import cases, flat, organisations, reserved

SECONDS = 2.0
KINDS = cases()
MATCHES = [(kind, case) for kind, each in KINDS.items() for case in each.match]
MISSES = [(kind, case) for kind, each in KINDS.items() for case in each.miss]
TEXTS = [marked(case if isinstance(case, str) else case.text)[0] for _, case in MATCHES] + [case for _, case in MISSES]


@pytest.fixture
def pure(monkeypatch):
    monkeypatch.setattr(prefilter, "available", lambda: False)


def rows(texts, detector=None):
    return (detector or NoticeDetector(SECONDS)).detect(column(texts)).to_pylist()


def told(found):
    return json.loads(found.detail)


@pytest.mark.parametrize(("kind", "case"), MATCHES)
def test_every_statement_is_found(kind, case):
    given, detail = (case, {}) if isinstance(case, str) else (case.text, case.detail)
    plain, spans = marked(given)
    found = notices_in(plain)
    assert [(one.start, one.end) for one in found] == spans
    assert told(found[0])["kind"] == detail.get("kind", kind)
    assert {name: told(found[0]).get(name) for name in detail} == detail
    assert (found[0].score < REVIEW) == (kind == "placeholder")


@pytest.mark.parametrize(("kind", "case"), MISSES)
def test_near_misses(kind, case):
    wanted = {"placeholder"} if kind == "placeholder" else set()
    found = [one for one in notices_in(case) if told(one)["kind"] in wanted or (not wanted and one.score >= REVIEW)]
    assert [(case[one.start : one.end], one.detail) for one in found] == []


@pytest.mark.parametrize("kind", KINDS)
def test_has_enough_cases(kind):
    assert len(KINDS[kind].match) >= 5
    assert len(KINDS[kind].miss) >= 5
    assert len(set(map(str, KINDS[kind].match))) == len(KINDS[kind].match)


def test_every_language_has_a_case():
    languages = {told(one).get("language") for each in TEXTS for one in notices_in(each)}
    assert set(reserved()) <= languages


def mixed(rng):
    """Texts of statements, near misses and noise, some long."""
    for _ in range(60):
        parts = [rng.choice(TEXTS) if rng.random() < 0.6 else text(rng) for _ in range(rng.randint(1, 8))]
        yield rng.choice(("\n", " ", "\n\n", "; ", "\r\n")).join(parts)
    filler = "words of prose that say nothing of rights. " * 40
    for _ in range(20):
        yield filler.join(rng.choice(TEXTS) for _ in range(4)) + rng.choice(("", "é", "İ中", "😀"))


def test_windows_find_what_the_whole_text_holds():
    texts = list(mixed(random.Random(5)))
    expected = [(row, *one) for row, each in enumerate(texts) for one in notices_in(each)]
    found = [tuple(one[name] for name in ("row", "start", "end", "entity", "score", "detail")) for one in rows(texts)]
    assert sorted(found) == sorted(expected)
    assert len(found) > 100


def test_without_hyperscan(pure):
    texts = list(mixed(random.Random(6)))
    found = rows(texts)
    assert len(found) > 100
    assert {one["row"] for one in found} <= set(range(len(texts)))


def test_with_and_without_hyperscan_find_the_same(monkeypatch):
    texts = list(mixed(random.Random(7)))
    fast = rows(texts)
    monkeypatch.setattr(prefilter, "available", lambda: False)
    assert rows(texts) == fast


def test_batches_do_not_matter():
    texts = list(mixed(random.Random(8)))
    detector = NoticeDetector(SECONDS)
    every = rows(texts, detector)
    apart = [{**one, "row": n} for n, each in enumerate(texts) for one in rows([each], detector)]
    assert apart == every


def test_a_statement_reserves_the_rights_behind_it():
    found = notices_in("Copyright 2004 Sample Inc. All rights reserved.")
    assert [told(one)["rights_reserved"] for one in found] == ["en"]
    apart = notices_in("Copyright 2004 Sample Inc.\n\n" + "text " * 40 + " All rights reserved.")
    assert [told(one)["kind"] for one in apart] == ["notice", "rights_reserved"]


@pytest.mark.parametrize("name", ["Jane Roe", "Jane Q. Roe", "Max Muster and Jane Roe", "J. Roe", "jroe", "Roe, Jane"])
@pytest.mark.parametrize("form", ["Copyright (c) 2004 {}", "© 1999-2004 {} <roe@example.org>", "Copyright {}, 2003"])
def test_persons_are_not_named(name, form):
    found = notices_in(form.format(name))
    assert found
    for one in found:
        assert "holder" not in told(one)
        assert told(one)["holder_shape"].startswith("[PERSON, ")
        assert not any(word in one.detail for word in ("Roe", "Jane", "Max", "roe"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Copyright 2004 Jane Roe, Sample GmbH", "Sample GmbH"),
        ("Copyright 2004 Sample, Inc.", "Sample, Inc."),
        ("Copyright 2004 Jane Roe (Sample Corp.)", "Sample Corp."),
        ("Copyright 2004 Sample University and Muster AG", "Sample University; Muster AG"),
        ("Copyright 2004 the Sample project contributors", "Sample project contributors"),
        ("Copyright 2001 Jane Roe\n * Sample Department", "Sample Department"),
        ("Copyright 2004 The Sample Project", "Sample Project"),
        ("Copyright 2004 Max Muster Institute", None),
        ("Copyright 2004 Software", None),
    ],
)
def test_organisations(statement, expected):
    assert notice_holder.holder(statement).get("holder") == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("2004", ["2004"]),
        ("1999-2004", ["1999-2004"]),
        ("1999-04, 2006", ["1999-2004", "2006"]),
        ("1999 – 2004", ["1999-2004"]),
        ("1999 to 2004", ["1999-2004"]),
        ("2010-present", ["2010-present"]),
        ("2004, 2004", ["2004"]),
        ("2004-1999", ["2004"]),
        ("12004 20045", []),
        ("1899 2099", []),
    ],
)
def test_years(statement, expected):
    assert notice_holder.years(statement) == expected


def test_hostile_texts_end():
    starts = ("Copyright (c) 2004" + "," * 10000, "copyright" + "#" * 10000, "Copyright 2004 " + "a@" * 6000)
    ends = ("<s>" * 4000 + "copyright", "\n* " * 4000 + "Copyright 2004", "#" * 10000 + "(c) Jane Roe")
    for hostile in ("(c) " * 4000, "copyright " * 4000, "©" * 10000, *starts, *ends):
        notices_in(hostile, spent=Deadline(20.0))


def test_a_text_over_budget_is_lost(monkeypatch):
    lost = []
    detector = NoticeDetector(-1.0)
    found = detector.detect(
        column(["Copyright 2004 Sample Inc.\n" * 400, "nothing"], lambda row, reason: lost.append((row, reason)))
    )
    assert (found.num_rows, lost) == (0, [(0, "pattern_budget")])


def test_flat():
    assert flat("(?:a|b)c") == ("ac", "bc")
    assert flat("(?:a)?b") == ("ab", "b")
    assert flat("a(?:b|c)") == ("a(?:b|c)",)
    assert flat("(?:a|(?:b|c)d)e") == ("ae", "bde", "cde")
    assert flat("(?:a[)]|b\\))c") == ("a[)]c", "b\\)c")
    assert flat("(?:ab)+c") == ("(?:ab)+c",)


def test_words_of_organisations_are_given_once():
    known = organisations()
    assert set(known.kinds).isdisjoint(known.given_names)


def test_catalogue():
    (info,) = notices.catalogue(recipe())
    (detector,) = notices.detectors(recipe())
    assert info.id == detector.id
    assert set(info.entities) == detector.entities
