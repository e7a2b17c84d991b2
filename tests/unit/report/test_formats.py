import csv
import io
import re
from dataclasses import replace

import pytest
import report_factory as make

from auditor.model import Result
from auditor.report import build, render, sha256
from auditor.report.pages import code, count, md, percent, size
from auditor.report.table import cell, csv_bytes

ATTACK = "</script><img src=x onerror=alert(1)>|`*_[x](javascript:1)\u202e\x1b\x07"
BANNED = ("compliant", "violation", "infringing")
PLANTED = ("vindaloria@locatormail.org", "415-555-2001", "536-22-4100")


def hostile(text):
    """An audit with ``text`` wherever a name of the data can stand."""
    base = make.audited()
    groups = (make.group(1, column=text, dataset=text, first={"file": text, "file_id": "f-1", "row": 3}),)
    profile = replace(base.profiles[0], column=text, dataset=text)
    evidence = tuple(replace(e, column=text, dataset=text) for e in base.assessments[0].evidence)
    return replace(
        base,
        title=text,
        datasets=(replace(base.datasets[0], name=text, target=text), base.datasets[0]),
        groups=groups,
        profiles=(profile,),
        coverage=replace(base.coverage, lines=(make.line(text, "corrupt", dataset=text, column=text),)),
        assessments=(replace(base.assessments[0], evidence=evidence), *base.assessments[1:]),
    )


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("result", list(Result))
def test_no_output_gives_a_verdict(everything, result):
    for text in everything(make.audited(result=result), make.run()).values():
        assert not [word for word in BANNED if word in text.lower()]


def test_no_planted_value_reaches_any_output(everything):
    for value in PLANTED:
        run = make.run(command=["auditor", "scan", f"lake/user={value}"], host={"name": value})
        for name, text in everything(hostile(f"lake/user={value}/part-0.parquet"), run).items():
            assert value not in text, name


def test_names_cannot_run_or_hide_in_any_output(everything):
    for name, text in everything(hostile(ATTACK)).items():
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b\u202e]", text), name
    html = everything(hostile(ATTACK))["html"]
    assert "<img" not in html
    assert html.count("</script>") == 1
    assert "U+202E" in html


def test_markdown_shows_names_as_text(everything):
    text = everything(hostile(ATTACK))["md"]
    plain = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "<img" not in plain
    assert not re.search(r"(?<!\\)\[x\]\(", plain)
    for line in plain.splitlines():
        if line.startswith("| Special categories"):
            assert line.count("|") - line.count("\\|") == 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("`x`", "\\`x\\`"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("# no heading", "\\# no heading"),
        ("1. no list", "1\\. no list"),
        ("94.37 %", "94.37 %"),
        ("two\n\nlines", "two lines"),
    ],
)
def test_markdown_escapes(text, shown):
    assert md(text) == shown


def test_code_spans_outgrow_their_backticks():
    assert code("a``b|c") == "``` a``b¦c ```"
    assert code("x") == "`x`"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_cells_are_never_formulas(text):
    assert cell(text).startswith("'")


def test_csv_is_rfc_4180():
    data = csv_bytes(["a", "b"], [['say "hi",\0 you', -1], ["=x", None]])
    assert data == b'a,b\r\n"say ""hi"", you",-1\r\n\'=x,\r\n'


def test_csv_holds_every_group_and_the_coverage(everything):
    found = rows(everything(make.many(2500))["csv"])
    assert len(found) == 2500
    assert {r["coverage_percent"] for r in found} == {"94.37"}


def test_coverage_csv_says_what_it_leaves_out(everything):
    lines = tuple(make.line(f"{n}.parquet", "encrypted") for n in range(1200))
    found = rows(everything(make.audited(coverage=replace(make.coverage(), lines=lines)))["coverage-csv"])
    assert len(found) == 1001
    assert found[0]["meaning"] == "the file is encrypted"
    assert found[-1]["meaning"].startswith("200 more lines")


def test_actions_csv_has_the_columns_of_a_plan(everything):
    first = rows(everything(make.audited())["actions-csv"])[0]
    assert (first["id"], first["status"], first["owner"], first["due"]) == ("A-1", "Action needed", "", "")


def test_lost_files_are_named_in_every_reading_format(everything):
    texts = everything(make.audited())
    for name in ("html", "md", "json", "coverage-csv"):
        assert "2025/broken.parquet" in texts[name], name
    assert "94.37" in texts["csv"]


def test_markdown_leads_with_the_result_and_the_hash(everything):
    text = everything(make.audited(), make.run())["md"]
    assert text.startswith("# ACTION NEEDED: crm")
    assert sha256(build(make.audited())) in text
    assert "2026-11-22 10:04 UTC" in text
    assert "2 action needed, 2 human decision needed, 1 not checked" in text


def test_shares_and_sizes_are_never_rounded_to_none_or_all():
    assert [percent(x) for x in (0, 1e-9, 0.0067, 0.99999, 1)] == ["0 %", "<0.1 %", "0.7 %", "99.9 %", "100 %"]
    assert [size(x) for x in (0, 999, 1500, 3e15)] == ["0 bytes", "999 bytes", "1.5 kB", "3,000.0 TB"]
    assert count(18_200_000) == "18,200,000"


def test_run_of_another_audit_is_pointed_out():
    audit = build(make.audited())
    assert "another audit.json" in render("html", audit, make.run(audit_sha256="0" * 64)).decode()
    assert "another audit.json" not in render("html", audit, make.run(audit_sha256=sha256(audit))).decode()
