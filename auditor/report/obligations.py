"""The obligations part of ``audit.json``: outcomes, what they rest on, and what to do next."""

import re
from collections import Counter
from typing import Any

from auditor.model import Assessment, Audited, Evidence, Fact, Severity, Status
from auditor.report.plain import name, plain, prose
from auditor.report.words import BANDS, STATUS

MAX_EVIDENCE = 200
_URGENCY = {status: rank for rank, status in enumerate(STATUS)}
Groups = dict[tuple[str, str, str], str]
"""Ids of finding groups by dataset, column id and entity."""


def ordered(assessments: tuple[Assessment, ...]) -> list[Assessment]:
    """``assessments`` by urgency of status, then severity, then regime and id in natural order."""
    return sorted(assessments, key=lambda a: (_URGENCY[a.status], -a.severity.rank, a.regime, _natural(a.id)))


def _natural(text: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"([0-9]+)", text)]


def obligation(item: Assessment, groups: Groups) -> dict[str, Any]:
    """One assessment with its evidence, the strongest and largest first, up to :data:`MAX_EVIDENCE`."""
    order = list(BANDS)
    evidence = sorted(item.evidence, key=lambda e: (order.index(e.band), -e.rows, e.dataset, e.column, e.entity))
    return {
        "id": item.id,
        "regime": item.regime,
        "title": prose(item.title),
        "status": item.status.value,
        "severity": item.severity.value,
        "why": prose(item.why),
        "citation": prose(item.citation),
        "url": item.url if item.url.startswith(("https://", "http://")) else "",
        "provenance": prose(item.provenance),
        "warning": prose(item.warning),
        "judgement": item.judgement,
        "version": prose(item.version),
        "deadline": prose(item.deadline),
        "penalty": prose(item.penalty),
        "evidence_total": len(evidence),
        "evidence": [_evidence(e, groups) for e in evidence[:MAX_EVIDENCE]],
        "facts": [fact(f) for f in item.facts],
        "present": [prose(p) for p in item.present],
        "missing": [prose(m) for m in item.missing],
        "actions": [prose(a) for a in item.actions],
    }


def _evidence(item: Evidence, groups: Groups) -> dict[str, Any]:
    return {
        "dataset": name(item.dataset),
        "column": name(item.column),
        "column_id": item.column_id,
        "entity": item.entity,
        "band": item.band,
        "rows": item.rows,
        "findings": item.findings,
        "group": groups.get((item.dataset, item.column_id, item.entity), ""),
    }


def fact(item: Fact) -> dict[str, Any]:
    """A declared fact and who declared it; ``unknown`` where nobody did."""
    return {
        "key": prose(item.key),
        "state": "unknown" if item.value is None else "declared",
        "value": plain(item.value),
        "by": prose(item.by),
        "on": prose(str(item.on)),
    }


def by_status(audited: Audited) -> dict[str, int]:
    """Number of obligations in each status, the most urgent first."""
    counts = Counter(a.status for a in audited.assessments)
    return {status.value: counts[status] for status in STATUS}


def actions(assessments: list[Assessment]) -> list[dict[str, Any]]:
    """One action per obligation that calls for a person, the least doubtful of each severity first.

    Owner and date are for the reader to fill in.
    """
    open_ = [a for a in assessments if a.status in {Status.ACTION_NEEDED, Status.NEEDS_REVIEW}]
    open_.sort(key=lambda a: (-a.severity.rank, _URGENCY[a.status], len(a.open), not a.evidence))
    return [_action(f"A-{n}", a) for n, a in enumerate(open_, 1)]


def _action(id_: str, item: Assessment) -> dict[str, Any]:
    severity: Severity = item.severity
    return {
        "id": id_,
        "obligation": item.id,
        "title": prose(item.title),
        "status": item.status.value,
        "severity": severity.value,
        "what": [*_questions(item), *(prose(a) for a in item.actions)] or [_default(item)],
        "missing": [prose(m) for m in item.missing],
        "deadline": prose(item.deadline),
        "owner": "",
        "due": "",
    }


def _questions(item: Assessment) -> list[str]:
    """Before anything is done: the questions whose answers may take the obligation out of play."""
    return [f"Answer first in dataset.yaml: {', '.join(item.open)}."] if item.open else []


def _default(item: Assessment) -> str:
    if item.missing:
        return "Put on file what is missing."
    return "Look at the evidence, decide, and record the decision with its reasons."
