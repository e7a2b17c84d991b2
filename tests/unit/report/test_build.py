import json
import random
from dataclasses import replace

import jsonschema
import pytest
import report_factory as make

from auditor.errors import AuditorError
from auditor.model import Fact, Result, Severity, Status
from auditor.report import build, dumps, formats, render, sha256
from auditor.report.coverage import MAX_LINES
from auditor.report.obligations import MAX_EVIDENCE
from auditor.report.schema import json_schema

EMPTY = {
    "result": Result.NOTHING_FOUND,
    "datasets": (),
    "groups": (),
    "profiles": (),
    "assessments": (),
    "facts": (),
    "recipe": {},
    "detectors": (),
    "regimes": (),
    "versions": {},
    "coverage": replace(make.coverage(), lines=(), bytes_lost=0, files_lost=0, files_partial=0),
}


def shuffled(audited):
    fields = ("groups", "profiles", "assessments", "facts", "detectors", "datasets")
    mixed = {f: tuple(random.Random(7).sample(getattr(audited, f), len(getattr(audited, f)))) for f in fields}
    lines = tuple(reversed(audited.coverage.lines))
    return replace(audited, **mixed, coverage=replace(audited.coverage, lines=lines))


def test_equal_evidence_gives_equal_bytes_in_any_order():
    audited = make.audited()
    assert dumps(build(audited)) == dumps(build(shuffled(audited)))


def test_bytes_survive_a_round_trip():
    data = dumps(build(make.audited()))
    assert dumps(json.loads(data)) == data
    assert data.endswith(b"}\n")


@pytest.mark.parametrize(
    "audited", [make.audited(), make.audited(**EMPTY), make.many(300)], ids=["usual", "empty", "many"]
)
def test_built_reports_meet_the_schema(audited):
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(dumps(build(audited))))


def test_schema_refuses_what_it_does_not_know():
    audit = {**build(make.audited()), "extra": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(audit, json_schema())


def test_groups_are_ranked_by_risk():
    assert [g["id"] for g in build(make.audited())["findings"]][:4] == ["F-000002", "F-000001", "F-000005", "F-000004"]


def test_obligations_are_listed_by_urgency_and_counted():
    audit = build(make.audited())
    assert [o["id"] for o in audit["obligations"]][:5] == [
        "gdpr.art9",
        "gdpr.art6",
        "gdpr.art5.1c",
        "gdpr.art35",
        "ccpa.1798.121",
    ]
    assert audit["obligation_counts"]["action_needed"] == 2
    assert sum(audit["obligation_counts"].values()) == len(audit["obligations"]) == 8


def test_evidence_names_its_finding_group_and_is_capped():
    first = build(make.audited())["obligations"][0]
    assert [e["group"] for e in first["evidence"]] == [""] or first["evidence"][0]["group"] == "F-000001"
    item = make.audited().assessments[0]
    huge = replace(item, evidence=item.evidence * 500)
    capped = build(make.audited(assessments=(huge,)))["obligations"][0]
    assert (capped["evidence_total"], len(capped["evidence"])) == (1000, MAX_EVIDENCE)


def test_actions_have_room_for_owner_and_date_and_follow_severity():
    actions = build(make.audited())["actions"]
    assert [a["id"] for a in actions] == ["A-1", "A-2", "A-3", "A-4"]
    assert actions[0]["severity"] == "critical"
    assert all(a["what"] and (a["owner"], a["due"]) == ("", "") for a in actions)
    missing = make.assessment("x.1", Status.ACTION_NEEDED, missing=("a notice",))
    assert build(make.audited(assessments=(missing,)))["actions"][0]["what"] == ["Put on file what is missing."]


def test_the_grid_counts_every_group_once():
    audit = build(make.audited())
    assert sum(row[b]["groups"] for row in audit["confidence"] for b in ("strong", "review", "weak")) == len(
        make.GROUPS
    )
    assert audit["confidence"][0] == {
        "severity": "critical",
        "strong": {"groups": 3, "findings": 211 + 177_990 + 2},
        "review": {"groups": 0, "findings": 1200},
        "weak": {"groups": 0, "findings": 0},
    }


def test_coverage_is_summed_by_cause_and_capped_with_the_count_said():
    lines = tuple(make.line(f"bad/{n}.parquet", "corrupt") for n in range(MAX_LINES + 5))
    made = build(make.audited(coverage=replace(make.coverage(), lines=lines)))["coverage"]
    assert (len(made["lines"]), made["lines_total"]) == (MAX_LINES, MAX_LINES + 5)
    assert made["by_reason"][0]["lines"] == MAX_LINES + 5
    assert len(made["by_reason"][0]["named"]) == 20
    assert (made["met"], made["lost"]) == (False, True)


def test_what_was_not_searched_is_said():
    audit = build(make.audited())
    assert audit["method"]["not_searched"] == [
        {"family": "names", "entities": ["PERSON", "LOCATION", "ORGANIZATION", "NRP"], "why": "no names engine"}
    ]
    assert "Not searched (no names engine): PERSON, LOCATION, ORGANIZATION, NRP." in audit["limitations"]
    with_engine = make.audited(
        recipe={"names": {"engine": "spacy"}, "patterns": [{"id": "own.x.v1", "cases": ["secret"]}]}
    )
    assert build(with_engine)["method"]["not_searched"][0]["why"] == "no detector in this recipe"
    assert build(with_engine)["method"]["recipe"]["patterns"] == ["own.x.v1"]


def test_paths_in_the_recipe_are_masked():
    recipe = {"id": "own", "files": {"exclude": ["user=jane@x.org/**"]}}
    audit = build(make.audited(recipe=recipe))
    assert audit["method"]["recipe"]["files"] == {"exclude": ["user=[EMAIL_ADDRESS, 10 chars]/**"]}


def test_facts_are_declared_or_unknown():
    facts = {f["key"]: f for f in build(make.audited())["facts"]}
    assert (facts["role"]["state"], facts["role"]["by"]) == ("declared", "J. Roe")
    assert facts["lawful_basis"]["state"] == "unknown"
    assert facts["public_release"] == {
        "key": "public_release",
        "state": "declared",
        "value": False,
        "by": "J. Roe",
        "on": "2026-10-01",
    }


def test_odd_values_become_plain_json():
    profile = replace(make.audited().profiles[0], mean_chars=float("nan"))
    fact = Fact("odd", {"b": {"x", "a"}, "a": (Severity.LOW, "\ud800")})
    audit = json.loads(dumps(build(make.audited(profiles=(profile,), facts=(fact,)))))
    assert audit["columns"][0]["mean_chars"] is None
    assert audit["facts"][0]["value"] == {"a": ["low", "[U+D800]"], "b": ["a", "x"]}


def test_names_are_masked_once_more_and_cut():
    group = make.group(1, column="x" * 1000, first={})
    audit = build(make.audited(title="crm of jane@x.org", groups=(group,)))
    assert "jane" not in audit["title"]
    assert audit["findings"][0]["column"].endswith("[760 more chars]")
    assert audit["findings"][0]["first"] is None


def test_only_web_addresses_become_links():
    item = make.assessment("x.1", Status.NEEDS_REVIEW, url="javascript:alert(1)")
    assert build(make.audited(assessments=(item,)))["obligations"][0]["url"] == ""


def test_formats_are_found_and_named():
    assert list(formats()) == ["actions-csv", "coverage-csv", "csv", "html", "json", "md"]
    audit = build(make.audited())
    assert render("json", audit) == dumps(audit)
    assert len(sha256(audit)) == 64
    with pytest.raises(AuditorError, match="there are: actions-csv"):
        render("docx", audit)
    with pytest.raises(AuditorError, match="schema version 99"):
        render("html", {**audit, "schema_version": 99})
