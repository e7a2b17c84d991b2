"""The words of the report: what each code is called and what it means."""

from typing import Any

from auditor.model import PLANNED_GAP, REASONS, STRONG, Result, Severity, Status

DISCLAIMER = "Screening result, not legal advice"

STATUS: dict[Status, str] = {
    Status.ACTION_NEEDED: "Action needed",
    Status.NEEDS_REVIEW: "Human decision needed",
    Status.NOT_CHECKED: "Not checked",
    Status.EVIDENCE_RECORDED: "Evidence recorded",
    Status.NOT_TRIGGERED: "No evidence found in scanned data",
    Status.NOT_APPLICABLE: "Not applicable",
}
"""Status words, the most urgent first: the order of every list of obligations."""

STATUS_MEANING: dict[Status, str] = {
    Status.ACTION_NEEDED: "A required proof is missing or a hard limit is passed.",
    Status.NEEDS_REVIEW: "The tool cannot decide this; a person must.",
    Status.NOT_CHECKED: "Not everything this needs was looked at, so no statement is made.",
    Status.EVIDENCE_RECORDED: "Every proof that is asked for is on file. Whether it suffices is for a person to say.",
    Status.NOT_TRIGGERED: "Everything was looked at and nothing was found that calls for this.",
    Status.NOT_APPLICABLE: "Out of scope by a declared fact or by date.",
}

RESULT_MEANING: dict[Result, str] = {
    Result.ACTION_NEEDED: "At least one obligation needs action.",
    Result.REVIEW_NEEDED: "No action is certain, but a person must decide at least one point.",
    Result.NOTHING_FOUND: "Nothing was found in what was scanned. It is no proof that nothing is there.",
    Result.INCONCLUSIVE: "Too little could be examined to say anything.",
}

SEVERITIES: tuple[Severity, ...] = tuple(reversed(Severity))
BANDS: dict[str, str] = {
    "strong": f"score {STRONG} or more: rarely wrong",
    "review": "score 0.5 to below 0.8: worth a person's look",
    "weak": "score below 0.5: kept in the store, not counted",
}
"""Confidence bands, the strongest first."""

COVERAGE: dict[str, str] = {
    "lost": "Lost: could not be examined",
    PLANNED_GAP: "Planned gap: left out by design",
    "examined": "Examined, with a remark",
}
"""Coverage statuses, the gravest first."""

RESERVED_COLUMNS = {"@path": "file paths", "@partition": "partition values", "@column": "column names"}

KINDS = {
    "text": "text",
    "integer": "whole numbers",
    "decimal": "numbers",
    "date": "dates",
    "boolean": "yes or no",
    "mixed": "several types",
}
"""Kinds of cells."""


_LEAST_PERCENT = 0.1


def because(item: dict[str, Any]) -> str:
    """Why a column is said to be of a class, in words."""
    name = f"its name says \u201c{item['words']}\u201d" if item["words"] else ""
    if item["basis"] == "name":
        return f"{name}, and nothing in its cells does: not counted"
    found = ""
    if item["spread"] != "none":
        percent = 100.0 if item["share"] >= 1 else min(item["share"] * 100, 99.9)
        share = f"{percent:.1f}".removesuffix(".0") if percent >= _LEAST_PERCENT else f"fewer than {_LEAST_PERCENT}"
        found = f"findings in {'only ' if item['spread'] == 'sparse' else ''}{share}\u00a0% of its cells"
    return "; ".join(part for part in (name, item["why"], found) if part)


PROVENANCE = {
    "V": "checked against a copy of the primary text",
    "S": "checked against a secondary source only",
    "M": "written from memory, to be verified",
}


def reason(code: str) -> str:
    """What a reason code of the coverage ledger means."""
    return REASONS.get(code, code.replace("_", " "))
