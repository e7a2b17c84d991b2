"""The overall result and the gate."""

from dataclasses import replace

import pytest

from auditor.assess import gate, overall
from auditor.model import Assessment, CoverageSummary, FindingGroup, Result, Severity, Status

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
