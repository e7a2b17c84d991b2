"""The prefilter loses no row, its windows neither lose nor add a finding, and its cache can be damaged."""

import os
import random
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import regex
from detect_help import STRUCTURED, column, recipe, text
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import sources
from auditor.detect import build, gates, patterns, prefilter
from auditor.detect.cells import run
from auditor.detect.derive import derive, marks
from auditor.detect.overlap import resolve
from auditor.detect.prefilter import Need, Prefilter
from auditor.detect.texts import share
from auditor.errors import SourceError
from auditor.model import Batch, Limits, SourceFile
from auditor.rules.pattern import pattern_rules

NEED = Need("[0-9]{3}", (r"\d{3}", "@[a-z]"), windowed=True)
DETECTORS = build(recipe(names={"context": "lemmas"}))
EVERYWHERE = [
    *build(recipe(names={"context": "lemmas"}, countries=["*"], detectors=["presidio.*"], curated=False)),
    *build(recipe(countries=["*"], detectors=["presidio.*"], without=["presidio.phone.v1"])),
    *build(recipe(countries=["US", "GB", "DE"], detectors=["presidio.phone.v1"])),
]


def places(texts, need=NEED):
    found = Prefilter([need]).scan(texts).places(need)
    return found.whole.tolist(), found.rows.tolist(), found.ends.tolist()


@pytest.fixture
def without_hyperscan(monkeypatch):
    monkeypatch.setattr(prefilter, "available", lambda: False)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_hits_stand_in_their_rows(kind):
    whole = pa.array(["999", "ab 123", "", "no", "12", "3", "x@y 1234"], kind)
    assert places(whole.slice(1)) == ([], [0, 5, 5, 5], [6, 19, 23, 24])
    assert places(whole.slice(1, 2)) == ([], [0], [6])
    assert places(whole.slice(0, 0)) == ([], [], [])
    assert places(pa.array([], kind)) == ([], [], [])


def test_texts_with_odd_characters_are_gated_and_taken_whole():
    assert places(pa.array(ODD)) == ([1], [3], [19])


ODD = ["12\u0661", "\u0661\u0662\u0663 456", "\u212a x", "456"]


def test_odd_characters_are_folded_where_a_need_says_so():
    texts = pa.array(ODD)
    need = NEED._replace(folds=True)
    assert places(texts, need) == ([], [0, 1, 1, 3], [3, 7, 11, 19])
    scan = Prefilter([need]).scan(texts)
    assert [ODD[row][scan.chars.of(np.array([row]), np.array([place]))[0] :] for row, place in
            zip([0, 1, 1, 3], scan.folded.original(np.array([2, 6, 8, 16])).tolist(), strict=True)
            ] == ["\u0661", "\u0663 456", "456", "456"]  # fmt: skip


def test_every_odd_character_is_folded_to_what_it_equals():
    import re

    every = "".join(chr(c) for c in range(0x80, 0x110000) if not 0xD800 <= c < 0xE000)
    for char in {*re.findall(r"(?i)\d|[a-z]", every), *regex.findall(r"(?i)\d|[a-z]", every)}:
        folded = prefilter.fold(char)
        if folded.isdigit():
            assert regex.fullmatch(r"\d", char) or re.fullmatch(r"\d", char)
        elif folded != "\0":
            assert regex.fullmatch(f"(?i)[{folded}{folded.upper()}]", char)
        else:  # newer than this Python: its texts are looked at as a whole
            assert unicodedata.category(char) == "Cn"


def test_an_odd_character_nobody_knows_takes_its_text_aside(monkeypatch):
    monkeypatch.setattr(prefilter, "fold", lambda char: "\0" if char == "\u212a" else "1")
    assert places(pa.array(["\u212a 123", "12\u0661"]), NEED._replace(folds=True)) == ([0], [1], [11])


def test_without_hyperscan_all_texts_are_gated(without_hyperscan):
    assert places(pa.array(["123", "@x", "4567"])) == ([0, 2], [], [])


def test_a_damaged_cache_is_made_anew(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    expected = places(pa.array(["123"]))
    (path,) = (tmp_path / "auditor").iterdir()
    whole = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    for damaged in (b"", b"x" * 40, whole[:-1], whole[:40] + b"\0" + whole[41:]):
        path.write_bytes(damaged)
        assert places(pa.array(["123"])) == expected
        assert path.read_bytes() == whole
        assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_cache_that_others_can_write_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    places(pa.array(["123"]))
    (path,) = (tmp_path / "auditor").iterdir()
    path.chmod(0o666)
    places(pa.array(["123"]))
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_cache_is_no_fault(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert places(pa.array(["123"])) == ([], [0], [3])


def test_an_expression_too_large_leaves_its_detector_without():
    need = Need("[0-9]{3}", ("(" * 3 + "x" + ")" * 2,))
    found = Prefilter([need, NEED]).scan(pa.array(["123", "x"]))
    assert found.places(need).whole.tolist() == [0]
    assert found.places(NEED).rows.tolist() == [0]


# -- windows find what the whole texts hold --------------------------------------------------------------------------


def same(texts):
    """Every recogniser finds in its windows what it finds in the whole texts."""
    work = column(texts, lose=lambda *loss: pytest.fail(str(loss)))
    for detector in EVERYWHERE:
        found = [[] for _ in texts]
        try:
            batch = detector.detect(work)
        except (KeyError, ValueError):  # Presidio's check of Italian fiscal codes knows no digits beyond ASCII
            with pytest.raises((KeyError, ValueError)):
                [list(detector.spans(value)) for value in texts if value is not None]
            continue
        for r in batch.to_pylist():
            found[r["row"]].append((r["start"], r["end"], r["score"]))
        for value, ours in zip(texts, found, strict=True):
            try:
                whole = [] if value is None else [(s.start, s.end, s.score) for s in detector.spans(value)]
            except (KeyError, ValueError):  # of what does not count for want of a word, windows see nothing
                assert detector.nearby
                continue
            assert ours == sorted(whole), (detector.id, value)


def test_windows_on_generated_texts():
    rng = random.Random(7)
    same([*STRUCTURED, None, "", *(text(rng) for _ in range(300)), *(text(rng) * 4 for _ in range(30))])


URLS = r"(?:https?://)?[a-z0-9.-]{1,9}[.](?:com|de|museum)(?:/[^\s]{0,5})?"
PHONES = r"[+(]{0,2}[0-9]{1,5}([-x ./()]{0,4}[0-9]{1,5}){0,4}( ext[.:]? [0-9]{3})?"
OWN = [p.regex for d in EVERYWHERE for p in getattr(d._recogniser, "patterns", []) if len(p.regex) < 1000]
OWN = [
    p.replace("(?i)", "") for p in OWN if not p.startswith("(?<=")
]  # look-behinds of any width are not for hypothesis
BUILT = st.sampled_from([*OWN, URLS, PHONES]).flatmap(st.from_regex)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(BUILT, st.text(max_size=6), st.sampled_from(["", " ", "-", "x", "é", "\u0663", ":", "1"]))))
def test_windows_on_texts_built_around_the_patterns(parts):
    same(["".join(parts), " ".join(parts)])


def corpus():
    """Texts of every readable file in the folder that ``AUDITOR_TEXTS`` names."""
    for path in sorted(Path(os.environ["AUDITOR_TEXTS"]).rglob("*")):
        if not path.is_file():
            continue
        state = path.stat()
        file = SourceFile("t", str(path.parent), path.name, state.st_size, state.st_mtime_ns, "1")
        try:
            name, parts, _ = sources.plan(file, Limits())
            for part in parts[:2]:
                for event in sources.read(str(path), name, part, Limits()):
                    if isinstance(event, Batch):
                        yield from (c.texts.drop_null().slice(0, 2000) for c in event.columns)
        except SourceError:
            continue


@pytest.mark.skipif("AUDITOR_TEXTS" not in os.environ, reason="AUDITOR_TEXTS names no folder of texts")
def test_windows_on_given_texts():
    for texts in corpus():
        same([value for value in texts.to_pylist() if len(value) < 50_000])


def test_equal_findings_without_hyperscan(monkeypatch):
    rng = random.Random(9)
    cells = [*STRUCTURED, *(text(rng) for _ in range(200))]
    fast = resolve(run(DETECTORS, column(cells), Limits())[0])
    monkeypatch.setattr(prefilter, "available", lambda: False)
    slow = list(build(recipe(names={"context": "lemmas"})))
    assert resolve(run(slow, column(cells), Limits())[0]).equals(fast)


def test_what_is_not_utf8_is_lost_and_nothing_else():
    raw = b"jane@example.com\xff\xfe212-555-0123mail jane@example.com"
    offsets = np.array([0, 16, 18, 30, len(raw)], np.int32)
    texts = pa.StringArray.from_buffers(4, pa.py_buffer(offsets), pa.py_buffer(raw))
    spans, losses = run(DETECTORS, column(texts), Limits())
    assert {loss.index for loss in losses} == {1}
    assert {loss.detector for loss in losses} == {d.id for d in DETECTORS}
    found = {(r["row"], r["entity"], r["start"]) for r in spans.to_pylist()}
    assert found >= {(0, "EMAIL_ADDRESS", 0), (2, "PHONE_NUMBER", 0), (3, "EMAIL_ADDRESS", 5)}


def test_garbage_under_a_null_is_not_seen():
    raw = b"a jane@example.com\xffok"
    offsets = np.array([0, 1, 19, 21], np.int32)
    texts = pa.StringArray.from_buffers(3, pa.py_buffer(offsets), pa.py_buffer(raw), pa.py_buffer(b"\x05"))
    spans, losses = run(DETECTORS, column(texts), Limits())
    assert (spans.num_rows, losses) == (0, ())


# -- patterns given as data --------------------------------------------------------------------------------------------


def test_derived_needs_lose_no_case():
    needs = {rule.id: Need("", patterns.need(rule).expressions) for rule in pattern_rules()}
    every = Prefilter(needs.values())
    for rule in pattern_rules():
        cells = [case.replace("«", "").replace("»", "") for case in rule.cases.match]
        cells = [cell for cell in cells if any(word in cell.lower() for word in rule.keywords)]
        found = every.scan(pa.array(cells, pa.string())).places(needs[rule.id]).whole.tolist()
        assert found == list(range(len(cells))), rule.id


@settings(max_examples=60, deadline=None)
@given(st.data())
@pytest.mark.parametrize(
    "pattern",
    [r"(?i)\bstraße[0-9]{2,}\b", r"(?:foo|ba[rz]|x{3,9})\s{1,3}\w+-\d{3}", r"(?<=a)key[=:]\S{4,}(?!x)", r"(ab|c)\.d+?e",
     r"[^\n]{0,100}secret[^\n]{3}", r"é{2}\d\dü", r"(?s)begin.{1,30}end", r"\d{3}\s\d{3}"],
)  # fmt: skip
def test_derived_expressions_are_necessary(pattern, data):
    value = data.draw(st.from_regex(pattern))
    derived = derive([pattern], 0)
    if derived and derived.expressions and regex.search(pattern, value):
        need = Need(".", derived.expressions)
        assert Prefilter([need]).scan(pa.array([value])).places(need).whole.tolist() == [0]


def test_keywords_in_any_case():
    every = "".join(chr(c) for c in range(0x80, 0x11000) if not 0xD800 <= c < 0xE000)
    odd = set(regex.findall(r"(?i)\d|[a-z]", every))
    for char in {c for rule in pattern_rules() for word in rule.keywords for c in word if not c.isascii()}:
        same_letter = set(regex.findall(f"(?i){regex.escape(char)}", every)) - odd
        assert {c for c in same_letter if regex.fullmatch(gates.coded(char).encode(), c.encode())} == same_letter


def test_inline_patterns_need_no_keyword():
    own = {
        "id": "own.badge.v1",
        "title": "B",
        "entity": "EMPLOYEE_ID",
        "patterns": [{"regex": "B-[0-9]{4}", "score": 1}],
    }
    made = [d for d in patterns.detectors(recipe(patterns=[own])) if d.id == "own.badge.v1"]
    share(made)
    assert made[0].need.expressions
    assert made[0].detect(column(["x", "badge B-1234", "B-12"]))["row"].to_pylist() == [1]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\d/\d-?", ("/",)),
        (r"[\"'](x)+[- ]?", ("\"'",)),
        (r"a-b|c-[:.]", ("-",)),
        (r"(?:\.x){2}[^,]", (".",)),
        (r"\p{Lu}-", ()),
    ],
)
def test_marks_are_in_every_match(pattern, expected):
    assert marks(pattern) == expected
