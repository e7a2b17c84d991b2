"""Build ``audit.json``: the plain, versioned object that every other format renders. Pure: no time, no chance."""

import hashlib
import json
from typing import Any

from auditor.model import SCHEMA_VERSION, Audited, DatasetSummary
from auditor.report.coverage import coverage
from auditor.report.findings import confidence, finding_group, heat_map, profile, ranked, rights
from auditor.report.method import limitations, method
from auditor.report.obligations import actions, by_status, fact, obligation, ordered
from auditor.report.plain import name, plain, prose
from auditor.report.words import DISCLAIMER


def build(audited: Audited) -> dict[str, Any]:
    """The object of ``audit.json``: equal evidence gives an equal object, in an equal order."""
    groups = ranked(audited.groups)
    assessments = ordered(audited.assessments)
    ids = {(g.dataset, g.column_id, g.entity): g.id for g in groups}
    return {
        "schema_version": SCHEMA_VERSION,
        "title": name(audited.title),
        "disclaimer": DISCLAIMER,
        "result": {"word": audited.result.value, "why": prose(audited.why)},
        "gate": _gate(audited),
        "scope": _scope(audited),
        "coverage": coverage(audited.coverage, audited.gate.min_coverage),
        "confidence": confidence(groups),
        "obligation_counts": by_status(audited),
        "obligations": [obligation(a, ids) for a in assessments],
        "actions": actions(assessments),
        "findings": [finding_group(g) for g in groups],
        "heat_map": heat_map(groups),
        "columns": [profile(p) for p in sorted(audited.profiles, key=lambda p: (p.dataset, p.column, p.column_id))],
        "rights": rights(audited, groups),
        "facts": [fact(f) for f in sorted(audited.facts, key=lambda f: f.key)],
        "method": method(audited),
        "limitations": limitations(audited),
        "provenance": _provenance(audited),
    }


def dumps(audit: dict[str, Any]) -> bytes:
    """The bytes of ``audit.json``: UTF-8, one space of indent, a line feed at the end."""
    return (json.dumps(audit, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def sha256(audit: dict[str, Any]) -> str:
    """SHA-256 of :func:`dumps`: what a sign-off refers to."""
    return hashlib.sha256(dumps(audit)).hexdigest()


def _gate(audited: Audited) -> dict[str, Any]:
    gate = audited.gate
    return {
        "passed": gate.exit_code == 0,
        "exit_code": gate.exit_code,
        "why": prose(gate.why),
        "fail_on": gate.fail_on,
        "min_coverage": gate.min_coverage,
    }


def _scope(audited: Audited) -> dict[str, Any]:
    datasets = sorted(audited.datasets, key=lambda d: (d.name, d.target))
    sums = ("files", "rows", "bytes", "text_bytes", "columns")
    return {
        "datasets": [_dataset(d) for d in datasets],
        **{s: sum(getattr(d, s) for d in datasets) for s in sums},
        "language": prose(str(audited.recipe.get("language", "en"))),
    }


def _dataset(item: DatasetSummary) -> dict[str, Any]:
    return {
        "name": name(item.name),
        "target": name(item.target),
        "files": item.files,
        "rows": item.rows,
        "bytes": item.bytes,
        "text_bytes": item.text_bytes,
        "columns": item.columns,
        "formats": plain(item.formats),
    }


def _provenance(audited: Audited) -> dict[str, Any]:
    return {
        "tool": "auditor",
        "tool_version": prose(audited.versions.get("auditor", "unknown")),
        "ruleset": audited.ruleset,
        "key_id": audited.key_id,
        "manifest_sha256": audited.manifest_sha256,
        "versions": plain(audited.versions),
    }
