"""The overall result and the gate."""

from dataclasses import replace

import pytest

from auditor.assess import gate, overall
from auditor.assess.result import MeantColumn, meant_columns
from auditor.model import (
    Assessment,
    ColumnClass,
    ColumnProfile,
    CoverageSummary,
    FindingGroup,
    Result,
    Severity,
    Status,
)

FULL = CoverageSummary(1000, 0, 2, 0, 0, 100, 100, {"done": 2}, ())
LOST = replace(FULL, bytes_lost=500)
EMPTY = CoverageSummary(0, 0, 0, 0, 0, 0, 0, {}, ())
UNREAD = replace(FULL, rows_seen=0, rows_examined=0)


def group(severity="high", rows=3, weak=0):
    return FindingGroup(
        "F-1", "d", "text", "c", "PERSON", Severity(severity), rows, 100, rows, weak, 0.9, {}, 1, (), (), rows, {}
    )


def assessment(status):
    return Assessment("x", "r", "t", Status(status), "w", Severity.HIGH, "c", "u", "p")


@pytest.mark.parametrize(
    ("statuses", "groups", "coverage", "result", "words"),
    [
        (
            ["action_needed", "needs_review"],
            [],
            LOST,
            Result.ACTION_NEEDED,
            "1 obligation needs action; 1 obligation needs a",
        ),
        (["needs_review"], [], LOST, Result.REVIEW_NEEDED, "50 % of the bytes were read"),
        ([], [group()], FULL, Result.REVIEW_NEEDED, "1 group of findings deserves a look"),
        (["not_triggered"], [group(rows=0, weak=9)], FULL, Result.NOTHING_FOUND, "100 rows"),
        (["not_triggered"], [], LOST, Result.INCONCLUSIVE, "below the 100 %"),
        (["not_triggered"], [], EMPTY, Result.INCONCLUSIVE, "no row was read"),
        (["not_triggered"], [], UNREAD, Result.INCONCLUSIVE, "no row was read"),
        (["not_checked"], [], FULL, Result.INCONCLUSIVE, "1 obligation could not be checked"),
        (["evidence_recorded", "not_applicable"], [], FULL, Result.NOTHING_FOUND, ""),
    ],
)
def test_overall(statuses, groups, coverage, result, words):
    got, why = overall([assessment(s) for s in statuses], groups, coverage, 100.0)
    assert got is result
    assert words in why
    assert why.endswith(".")


@pytest.mark.parametrize(
    ("groups", "coverage", "fail_on", "minimum", "code", "words"),
    [
        ([group("high")], LOST, "high", 100.0, 1, "1 group of findings of severity high or above"),
        ([group("critical")], FULL, "high", 100.0, 1, "3 rows"),
        ([group("medium")], FULL, "high", 100.0, 0, "No finding of severity high or above; 100 %"),
        ([group("critical", rows=0, weak=99)], FULL, "low", 100.0, 0, ""),
        ([group("critical")], FULL, "never", 100.0, 0, "do not gate"),
        ([group("critical")], LOST, "never", 100.0, 3, "50 % of the bytes were read"),
        ([], LOST, "high", 50.0, 0, "50 % of the bytes"),
        ([], EMPTY, "high", 0.0, 3, "nothing was audited"),
    ],
)
def test_gate(groups, coverage, fail_on, minimum, code, words):
    got = gate(groups, coverage, fail_on, minimum)
    assert got.exit_code == code
    assert words.lower() in got.why.lower()
    assert (got.fail_on, got.min_coverage) == (fail_on, minimum)


def meant(severity="high", column="ssn"):
    return MeantColumn(column, "US_SSN", Severity(severity), "long whole numbers")


@pytest.mark.parametrize(
    ("columns", "fail_on", "code", "words"),
    [
        ([meant()], "high", 1, "1 column of severity high or above by name and cells: ssn is US_SSN (long whole"),
        ([meant("medium")], "high", 0, "no finding of severity high"),
        ([meant("critical")], "never", 0, "do not gate"),
        ([meant(column=f"c{n}") for n in range(5)], "low", 1, "c2 is US_SSN (long whole numbers) and 2 more."),
        ([], "low", 0, "no finding"),
    ],
)
def test_a_column_that_is_meant_gates_as_findings_do(columns, fail_on, code, words):
    got = gate([], FULL, fail_on, 100.0, columns)
    assert got.exit_code == code
    assert words.lower() in got.why.lower()


def test_findings_and_columns_are_both_said():
    why = gate([group()], FULL, "high", 100.0, [meant()]).why
    assert "1 group of findings" in why
    assert "1 column of severity high" in why


def test_a_meant_column_is_something_found():
    result, why = overall([], [], FULL, 100.0, [meant()])
    assert result is Result.REVIEW_NEEDED
    assert why == "1 column deserves a look for name and cells."


def test_only_strong_columns_without_findings_are_meant():
    def kind(entity, score, basis):
        return ColumnClass(entity, score, 9, 1, basis, "none", 0.0, (), "column.ssn.v1", "ssn", "long whole numbers")

    classes = (
        kind("US_SSN", 0.8, "name and profile"),
        kind("PASSPORT", 0.7, "name and profile"),
        kind("TAX_ID", 0.3, "name"),
        kind("PERSON", 0.9, "findings, name and profile"),
    )
    profile = ColumnProfile("d", "ssn", "c", 9, 0, 9, 9.0, 9, {}, "integer", classes)
    found = meant_columns([profile], {"US_SSN": Severity.HIGH, "PASSPORT": Severity.LOW})
    assert found == (meant(),)
