"""Scores against labelled texts: matching, counting, the formats, what is skipped; and the cases of rules."""

import gzip
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.detectors import _FORMATS
from auditor.detect.patterns import PatternDetector
from auditor.errors import AuditorError
from auditor.evaluate import FORMATS, Fault, Label, LabelError, Labelled, Names, evaluate, jsontexts, read, run
from auditor.evaluate.brat import DISCONTINUOUS
from auditor.evaluate.cases import Suite, marked, of_recipe, shipped
from auditor.evaluate.match import by_entity, instead, pairs
from auditor.evaluate.record import MOVED
from auditor.evaluate.score import Macro, Score, total, wilson
from auditor.model import Limits
from auditor.rules.pattern import PatternRule
from auditor.rules.recipe import Recipe

PATTERN = {
    "id": "own.badge.v1",
    "title": "Badge numbers",
    "entity": "ID",
    "patterns": [{"regex": r"\bB-[0-9]{4}\b", "score": 0.9}, {"regex": r"\bC-[0-9]{4}\b", "score": 0.4}],
    "cases": {"match": ["badge «B-1234» of the gate", "«C-0001»"], "miss": ["B-12", "AB-1234"]},
}
ROOM = {
    "id": "own.room.v1",
    "title": "Rooms",
    "entity": "UUID",
    "patterns": [{"regex": r"\broom [0-9]+\b", "score": 0.7}],
    "cases": {"match": ["in «room 12»"], "miss": ["rooms"]},
}


def recipe(*patterns, **fields):
    own = {"detectors": ["own.*"], "patterns": list(patterns) or [PATTERN, ROOM]}
    return Recipe.model_validate({"id": "own", "title": "t", "description": "d", **own, **fields})


def labels(*spans):
    return [Label(*span) for span in spans]


def row(table, entity):
    return next(r for r in table.rows if r.entity == entity)


def taken(tmp_path, name, content, **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read([path], **options))


# matching


def test_equal_spans_are_paired_before_larger_overlaps_of_others():
    found = pairs(labels((0, 10, "A"), (8, 12, "A")), labels((8, 12, "A"), (0, 9, "A")))
    assert sorted(found) == [(0, 1, False), (1, 0, True)]


def test_one_finding_is_matched_once():
    assert pairs(labels((0, 4, "A"), (6, 10, "A")), labels((0, 10, "A"))) == [(0, 0, False)]
    assert pairs(labels((0, 4, "A")), labels((4, 8, "A"))) == [], "half-open"


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda s: Label(s[0], s[0] + s[1], "A")))


@given(SPANS, SPANS)
def test_pairs_are_one_to_one_and_hold_all_equal_spans(gold, mine):
    gold, mine = by_entity(gold).get("A", []), by_entity(mine).get("A", [])
    matched = pairs(gold, mine)
    assert len({p.label for p in matched}) == len({p.found for p in matched}) == len(matched)
    assert all(mine[p.found].start < gold[p.label].end and gold[p.label].start < mine[p.found].end for p in matched)
    assert sum(p.exact for p in matched) == len(set(gold) & set(mine))
    free = [m for j, m in enumerate(mine) if j not in {p.found for p in matched}]
    left = [g for i, g in enumerate(gold) if i not in {p.label for p in matched}]
    assert not any(m.start < g.end and g.start < m.end for m in free for g in left), "nothing that could be paired"


def test_many_spans_in_one_text_do_not_cost_their_square():
    gold = [Label(10 * n, 10 * n + 5, "A") for n in range(100_000)]
    assert len(pairs(gold, [g._replace(start=g.start + 1) for g in gold])) == len(gold)


def test_what_stands_there_instead():
    span = Label(5, 10, "A")
    assert instead(span, labels((0, 6, "B"), (5, 9, "C"), (5, 10, "A"))) == "C"
    assert instead(span, labels((0, 5, "B"))) == ""


# figures


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson(hits, of, low, high):
    """The last is the example of Newcombe (1998), method 3."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-4)


def test_scores_add_up():
    one, two = Score(4, 5, 3), Score(6, 1, 1)
    assert (one.fp, one.fn, one.precision, one.recall) == (2, 1, 0.6, 0.75)
    assert total([one, two]) == Score(10, 6, 4)
    assert total([]) == Score(0, 0, 0)
    assert Score(0, 0, 0).f1 is None
    assert Macro.of([one, Score(2, 0, 0)]).precision == 0.6, "an entity without findings has no precision"
    assert Macro.of([one, Score(2, 0, 0)]).recall == 0.375


# counting

RECORDS = (
    Labelled.of("badge B-1234, room 7", [(6, 12, "ID")], "en"),
    Labelled.of("B-1111 and B-22", [(0, 6, "ID"), (11, 15, "ID"), (0, 3, "PERSON")], "de"),
    Labelled.of("my B-3333 here", [(0, 9, "ID")], "de"),
    Labelled.of("C-4444 is weak, B-5555 is not labelled", [], "en"),
)


def test_counts_by_entity_and_part():
    report = evaluate(RECORDS, recipe(), by=lambda record: record.language)
    assert [r._asdict() for r in report.whole.rows] == [
        {"entity": "ID", "support": 4, "found": 4, "exact": 2, "overlap": 3}
    ]
    assert [(t.name, t.records, row(t, "ID")[1:]) for t in report.parts] == [
        ("de", 2, (3, 2, 1, 2)),
        ("en", 2, (1, 2, 1, 1)),
    ]
    assert report.part("en").micro("exact") == Score(1, 2, 1)
    assert (report.records, report.skipped, report.lost, report.errors) == (4, 0, (), ())


def test_what_nobody_looked_for_counts_in_the_second_total():
    report = evaluate(RECORDS, recipe())
    assert [(r.entity, r.support) for r in report.whole.not_looked_for] == [("PERSON", 1)]
    assert report.whole.micro("overlap") == Score(4, 4, 3)
    assert report.whole.micro_of_all("overlap") == Score(5, 4, 3)


def test_findings_of_entities_without_labels_count_under_strict_alone():
    report, strict = (evaluate(RECORDS, recipe(), strict=strict) for strict in (False, True))
    assert [(r.entity, r.found) for r in report.whole.unlabelled] == [("UUID", 1)]
    assert strict.whole.unlabelled == ()
    assert row(strict.whole, "UUID")[1:] == (0, 1, 0, 0)
    assert strict.whole.micro("exact") == Score(4, 5, 2)


def test_entities_limit_what_counts_and_are_known_to_the_labels():
    report = evaluate(RECORDS, recipe(), entities=["UUID"])
    assert [r.entity for r in report.whole.rows] == ["UUID"]
    assert report.whole.unlabelled == report.whole.not_looked_for == ()


def test_the_threshold_decides():
    weak = Labelled.of("C-4444", [(0, 6, "ID")])
    assert row(evaluate([weak], recipe()).whole, "ID")[2:] == (0, 0, 0)
    assert row(evaluate([weak], recipe(), 0.4).whole, "ID")[2:] == (1, 1, 1)
    assert row(evaluate([weak], recipe(threshold=0.6), 0.4).whole, "ID").found == 0, "that of the recipe holds, too"


def test_names_are_mapped_on_both_sides():
    record = Labelled.of("badge B-1234 in room 7", [(6, 12, "STAFF"), (16, 22, "PLACE"), (0, 5, "O")])
    names = Names((("STAFF", "THING"), ("ID", "THING"), ("UU*", "PLACE"), ("O", "")))
    report = evaluate([record], recipe(), names=names)
    assert [r[:5] for r in report.whole.rows] == [("PLACE", 1, 1, 1, 1), ("THING", 1, 1, 1, 1)]
    assert report.whole.not_looked_for == ()
    assert evaluate([record], recipe()).unknown == ("O", "PLACE", "STAFF")
    assert report.unknown == ()


def test_two_of_our_entities_under_one_name_are_one_finding():
    twin = {**ROOM, "id": "own.twin.v1", "entity": "URL", "patterns": [{"regex": r"room [0-9]+", "score": 0.6}]}
    names = Names((("UUID", "PLACE"), ("URL", "PLACE")))
    report = evaluate([Labelled.of("room 7", [(0, 6, "PLACE")])], recipe(ROOM, twin), names=names)
    assert row(report.whole, "PLACE")[1:] == (1, 1, 1, 1)


def test_errors_have_a_place_and_no_text():
    report = evaluate(RECORDS, recipe(), show_errors=1)
    assert {error[2:] for error in report.errors} == {
        ("ID", 11, 15, "missed", ""),
        ("ID", 3, 9, "bounds", ""),
        ("ID", 16, 22, "false", ""),
        ("PERSON", 0, 3, "missed", "ID"),
    }
    assert len(report.errors) == 4
    assert "B-5555" not in json.dumps(report.as_dict())


def test_labels_given_twice_count_once():
    report = evaluate([Labelled.of("B-1234", [(0, 6, "ID"), (0, 6, "ID")])], recipe())
    assert row(report.whole, "ID").support == 1
    assert report.remarks == (("labels given twice, counted once", 1),)


def test_batches_do_not_change_the_figures(monkeypatch):
    rng = random.Random(5)
    records = [rng.choice(RECORDS) for _ in range(300)]
    whole = evaluate(records, recipe()).as_dict()
    monkeypatch.setattr(run, "_AT_ONCE", 7)
    assert evaluate(records, recipe()).as_dict() == whole


def test_texts_that_a_detector_gives_up_on_are_told():
    slow = {**PATTERN, "patterns": [{"regex": r"(a|aa)+$", "score": 0.9}]}
    report = evaluate(
        [Labelled.of("a" * 60 + "!", []), Labelled.of("aa", [(0, 2, "ID")])],
        recipe(slow, limits={"pattern_seconds": 0.2}),
    )
    assert report.lost == (("own.badge.v1", "pattern_budget", 1),)
    assert row(report.whole, "ID").exact == 1


def test_a_field_that_holds_no_labels_is_refused(monkeypatch):
    monkeypatch.setattr(run, "MOST_LABELS", 5)
    records = [Labelled.of("x", [(0, 1, f"word{n}")]) for n in range(6)]
    with pytest.raises(AuditorError, match="distinct labels"):
        evaluate(records, recipe())


def test_half_a_surrogate_pair_keeps_its_place():
    assert row(evaluate([Labelled.of("\ud83d B-1234", [(2, 8, "ID")])], recipe()).whole, "ID").exact == 1


def test_offsets_are_code_points():
    assert row(evaluate([Labelled.of("😀é B-1234", [(3, 9, "ID")])], recipe()).whole, "ID").exact == 1


@pytest.mark.parametrize(
    ("span", "why"),
    [
        ((0, 9, "A"), "outside the text of 5"),
        ((-1, 2, "A"), "outside the text"),
        ((3, 3, "A"), "not after its start"),
        ((4, 2, "A"), "not after its start"),
        ((0, 2, "jane@planted-mail.org"), "no name"),
        ((0, 2, ""), "no name"),
        ((0, 2, "A" * 65), "no name"),
    ],
)
def test_spans_that_cannot_be_scored(span, why):
    with pytest.raises(LabelError, match=why) as error:
        Labelled.of("abcde", [span])
    assert "jane" not in str(error.value)
    assert "abcde" not in str(error.value)


# formats

TEXT = "badge B-1234"


@pytest.mark.parametrize(
    "value",
    [
        {"text": TEXT, "spans": [{"start": 6, "end": 12, "entity": "ID"}]},
        {"text": TEXT, "spans": [{"start": 6, "end": 12, "label": "ID", "text": "B-1234"}], "id": 7},
        {"text": TEXT, "spans": [{"start": 6, "end": 12, "entity_type": "ID"}], "meta": {"a": [1]}},
        {"text": TEXT, "label": [[6, 12, "ID"]]},
        {"text": TEXT, "entities": [[6, 12, "ID"]]},
        {
            "full_text": TEXT,
            "masked": "badge {{ID}}",
            "spans": [{"entity_type": "ID", "entity_value": "B-1234", "start_position": 6, "end_position": 12}],
        },
    ],
)
@pytest.mark.parametrize("form", ["jsonl", "presidio"])
def test_json_in_all_its_forms(tmp_path, value, form):
    content = json.dumps(value) + "\n" if form == "jsonl" else json.dumps([value, value], indent=1)
    found = taken(tmp_path, "a.json", content)
    assert [(r.text, r.labels, r.remarks) for r in found] == [(TEXT, (Label(6, 12, "ID"),), ())] * len(found)
    assert [r.record for r in found] == list(range(1, len(found) + 1))
    assert len(found) == (1 if form == "jsonl" else 2)


def test_language_and_group_come_along(tmp_path):
    line = {"text": "x", "spans": [], "language": "pt-BR", "group": "chat"}
    found = taken(tmp_path, "a.jsonl", json.dumps(line) + "\n" + json.dumps({**line, "language": None}))
    assert [(r.language, r.group) for r in found] == [("pt-BR", "chat"), ("", "chat")]


GOOD = json.dumps({"text": TEXT, "spans": [[6, 12, "ID"]]})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not valid JSON"),
        ("[1]", "is no object"),
        ('{"spans": []}', "no text"),
        ('{"text": 5, "spans": []}', "no text"),
        ('{"text": "secret"}', "no list of spans"),
        ('{"text": "secret", "spans": {}}', "no list of spans"),
        ('{"text": "secret", "spans": [[0, 1]]}', "span 1 has no start"),
        ('{"text": "secret", "spans": [[0, 1, "A"], [0.0, 1, "A"]]}', "span 2 has no start"),
        ('{"text": "secret", "spans": [[false, 1, "A"]]}', "span 1 has no start"),
        ('{"text": "secret", "spans": ["A"]}', "span 1 has no start"),
        ('{"text": "secret", "spans": [{"start": 0, "entity": "A"}]}', "span 1 has no start"),
        ('{"text": "secret", "spans": [[2, 99, "A"]]}', "outside the text of 6"),
        ('{"text": "secret", "spans": [], "language": "English (UK)"}', "language code"),
        ('{"text": "secret", "spans": [[%s, 1, "A"]]}' % ("9" * 5000), "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('{"a": "\xff', "not UTF-8"),
    ],
)
def test_a_bad_line_costs_that_line_and_is_told(tmp_path, line, why):
    content = b"\n".join([GOOD.encode(), line.encode("latin-1"), b"", GOOD.encode()])
    found = taken(tmp_path, "a.jsonl", content)
    assert [type(item) for item in found] == [Labelled, Fault, Labelled]
    assert found[1].line == 2
    assert why in found[1].what
    assert "secret" not in found[1].what
    report = evaluate(found, recipe())
    assert (report.records, report.skipped, report.faults) == (2, 1, (found[1],))


def test_a_line_beyond_the_limit_is_told(tmp_path):
    found = taken(
        tmp_path, "a.jsonl", GOOD + "\n" + '{"text": "' + "x" * 5000 + '"}\n' + GOOD, limits=Limits(line_bytes=1024)
    )
    assert [type(item) for item in found] == [Labelled, Fault, Labelled]
    assert "longer than the limit" in found[1].what


def test_a_list_is_read_piece_by_piece(tmp_path, monkeypatch):
    value = {"full_text": "x" * 300 + ' é\U0001f600\\"]},', "spans": [], "n": -1.5e3, "none": None, "yes": True}
    content = "\ufeff \n" + json.dumps([value] * 40, ensure_ascii=False, indent=2) + "\n"
    for step in (1, 7, 64, 1 << 20):
        monkeypatch.setattr(jsontexts, "_STEP", step)
        found = taken(tmp_path, "a.json", content)
        assert [r.text for r in found] == [value["full_text"]] * 40, step
        assert [r.record for r in found] == list(range(1, 41))


def test_a_list_that_breaks_off_keeps_what_came_before(tmp_path):
    whole = json.dumps([json.loads(GOOD)] * 3, indent=1)
    for content, count in ((whole[:-20], 2), (whole[:-1], 3), (whole + "x", 3), (whole.replace("},", "}", 1), 1)):
        found = taken(tmp_path, "a.json", content)
        assert [type(item) for item in found] == [Labelled] * count + [Fault]
        assert "the rest of the file was not read" in found[-1].what
        assert found[-1].line > 1
    assert taken(tmp_path, "a.json", "[]") == []
    assert [type(i) for i in taken(tmp_path, "a.json", "[" + GOOD + ', {"x": 1}, ' + GOOD + "]")] == [
        Labelled, Fault, Labelled
    ]  # fmt: skip


def test_compressed_files_are_read(tmp_path):
    assert len(taken(tmp_path, "a.jsonl.gz", gzip.compress((GOOD + "\n").encode() * 3))) == 3
    cut = gzip.compress("".join(f'{GOOD[:-1]}, "n": {n}}}\n' for n in range(3000)).encode())[:-200]
    found = taken(tmp_path, "b.jsonl.gz", cut)
    assert isinstance(found[-1], Fault)
    assert "ends in the middle" in found[-1].what


def brat(folder, name, text, spans):
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(spans.encode())
    return folder


def test_brat_pairs_of_a_folder(tmp_path):
    folder = brat(
        tmp_path / "docs", "b", "é B-1234\r\nroom 7", "T1\tID 2 8\tB-1234\r\nR1\tOf Arg1:T1 Arg2:T2\n#1\tNote T1\tx\n"
    )
    brat(
        folder,
        "a",
        "Ann and Bob Roe",
        "T1\tPERSON 0 3;12 15\tAnn Roe\nT2\tPERSON 8 15\tBob\nE1\tEv:T1\n* Eq\n\nA1\tx T1\n",
    )
    (folder / "c.txt").write_text("alone")
    (folder / "d.ann").write_text("T1\tID 0 1\tx\n")
    first, second, *others = read([folder])
    assert first.labels == (Label(0, 15, "PERSON"), Label(8, 15, "PERSON"))
    assert first.remarks == (DISCONTINUOUS, MOVED)
    assert second.labels == (Label(2, 8, "ID"),)
    assert second.text[2:8] == "B-1234"
    assert [type(item) for item in others] == [Fault, Fault]
    assert all("no file of the same name" in item.what for item in others)
    for path in (folder / "b.ann", folder / "b.txt"):
        assert next(read([path])).labels == second.labels


@pytest.mark.parametrize(
    ("spans", "line", "why"),
    [
        ("T1\tID 0 2\tab\nT2\tID 5\tx\n", 2, "is no span"),
        ("nonsense\n", 1, "is no span"),
        ("T1\tID 0 99\tx\n", 1, "outside the text of 4"),
        ("T1\tID 2 2\tx\n", 1, "not after its start"),
        ("\nT1\tID 3 4;2 1\tx\n", 2, "not after its start"),
    ],
)
def test_brat_documents_with_a_fault_are_told_with_their_line(tmp_path, spans, line, why):
    (fault,) = read([brat(tmp_path / "d", "a", "abcd", spans)])
    assert isinstance(fault, Fault)
    assert fault.line == line
    assert why in fault.what


def test_values_beside_their_place_are_a_remark(tmp_path):
    value = {"text": TEXT, "spans": [{"start": 5, "end": 11, "entity": "ID", "value": "B-1234"}]}
    report = evaluate(taken(tmp_path, "a.jsonl", json.dumps(value)), recipe())
    assert report.remarks == ((MOVED, 1),)


def test_files_in_no_known_format_and_that_are_not_there(tmp_path):
    (fault,) = taken(tmp_path, "a.md", "# Title\n")
    assert "--format" in fault.what
    (tmp_path / "empty").mkdir()
    (fault,) = read([tmp_path / "empty"])
    assert "no brat documents" in fault.what
    with pytest.raises(AuditorError, match="no such file"):
        read([tmp_path / "a.md", tmp_path / "gone.jsonl"])


def test_the_names_of_files_are_masked(tmp_path):
    (fault,) = taken(tmp_path, "jane@planted-mail.org.jsonl", "{")
    assert "jane" not in fault.file


def test_the_format_can_be_said(tmp_path):
    content = "\n\n  " + GOOD
    assert [type(i) for i in taken(tmp_path, "a", content, format_="presidio")] == [Fault]
    assert len(taken(tmp_path, "a", content, format_="jsonl")) == 1
    assert FORMATS == _FORMATS, "the command line lists them without loading them"


# cases


def test_marks():
    assert marked("a «b» c «d»") == ("a b c d", [(2, 3), (6, 7)])
    assert marked("nothing") == ("nothing", [])


def test_cases_of_a_recipe_hold_or_say_why_not():
    (badge, _) = of_recipe(recipe())
    assert (badge.id, len(badge.cases), badge.run().failures) == ("own.badge.v1", 4, ())
    wrong = {**PATTERN, "cases": {"match": ["badge B-«1234»", "«B-12»"], "miss": ["B-1234", "x"]}}
    outcome = of_recipe(recipe(wrong))[0].run()
    assert [(f.case.marked, f.found) for f in outcome.failures] == [
        ("badge B-«1234»", (("B-1234", 0.9),)),
        ("«B-12»", ()),
        ("B-1234", (("B-1234", 0.9),)),
    ]


def test_a_pattern_that_never_ends_fails_its_case():
    slow = {**PATTERN, "patterns": [{"regex": r"(a|aa)+$", "score": 0.9}], "cases": {"miss": ["a" * 60 + "!"]}}
    (failure,) = of_recipe(recipe(slow, limits={"pattern_seconds": 0.2}))[0].run().failures
    assert failure.lost == "pattern_budget"


def test_every_kind_of_rule_has_its_suites():
    suites = {suite.id: suite for suite in shipped()}
    assert {"ids.us_ptin.v1", "special.religion.v1", "secrets.password.v1", "presidio.crypto.v1"} <= set(suites)
    assert {case.kind for case in suites["special.religion.v1"].cases} == {"sure", "found", "miss"}
    assert all(isinstance(suite, Suite) and suite.cases for suite in suites.values())
    assert suites["presidio.crypto.v1"].run().failures == ()
    assert suites["special.religion.v1"].run().failures == ()
    rule = PatternRule.model_validate(PATTERN)
    assert PatternDetector(rule, 1.0).id == "own.badge.v1"
