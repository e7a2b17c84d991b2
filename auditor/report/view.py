"""What the templates show beyond ``audit.json``: its hash, the cuts that keep a report readable, words for codes."""

from typing import Any

from auditor.model import REASONS
from auditor.report import words
from auditor.report.build import sha256
from auditor.report.mask import mask_name

URGENT_ROWS = 6
"""Obligations on page one; the full list follows in its own section."""
TOP_ACTIONS = 4
CARDS = 200
"""Finding groups shown in full; those after them are table rows up to :data:`GROUPS`, the rest is in the CSV."""
GROUPS = 2_000
HEAT_ROWS = 60
HEAT_ENTITIES = 24
HEAT_WIDTH = 12
COLUMN_ROWS = 300
COVERAGE_ROWS = 1_000
NAMED_LOST = 6

_CALM = {"evidence_recorded", "not_triggered", "not_applicable"}


def view(audit: dict[str, Any], run: dict[str, Any] | None) -> dict[str, Any]:
    """Everything a template may use."""
    digest = sha256(audit)
    shown = [g for g in audit["findings"] if g["rows"] or g["findings"]]
    return {
        "audit": audit,
        "run": _run(run, digest),
        "sha256": digest,
        "audit_id": audit_id(digest),
        "words": words,
        "reasons": _reasons(audit),
        "urgent": [o for o in audit["obligations"] if o["status"] not in _CALM][:URGENT_ROWS],
        "urgent_total": sum(o["status"] not in _CALM for o in audit["obligations"]),
        "action_of": {a["obligation"]: a["id"] for a in audit["actions"]},
        "top_actions": audit["actions"][:TOP_ACTIONS],
        "cards": shown[:CARDS],
        "rows": shown[CARDS:GROUPS],
        "groups_total": len(shown),
        "groups_shown": min(len(shown), GROUPS),
        "anchors": {g["id"] for g in shown[:GROUPS]},
        "weak_only": len(audit["findings"]) - len(shown),
        "heat": _heat(audit["heat_map"]),
        "columns": _columns(audit["columns"])[:COLUMN_ROWS],
        "coverage_lines": audit["coverage"]["lines"][:COVERAGE_ROWS],
        "lost_names": _lost_names(audit["coverage"]["by_reason"]),
        "rights_groups": _by_id(audit, audit["rights"]["groups"][:GROUPS]),
    }


def audit_id(digest: str) -> str:
    """Short name of an audit, from the hash of its ``audit.json``."""
    return f"AUD-{digest[:12]}"


def _run(run: dict[str, Any] | None, digest: str) -> dict[str, Any] | None:
    """``run.json`` with the command line masked, and whether it speaks of this ``audit.json``."""
    if run is None:
        return None
    return {
        "started": run.get("started", ""),
        "finished": run.get("finished", ""),
        "seconds": run.get("seconds"),
        "command": " ".join(mask_name(str(part)) for part in run.get("command", ())),
        "host": {str(k): mask_name(str(v)) for k, v in sorted((run.get("host") or {}).items())},
        "matches": run.get("audit_sha256", "") in ("", digest),
    }


def _reasons(audit: dict[str, Any]) -> dict[str, str]:
    """The glossary's reason codes: those of this audit only."""
    return {c["reason"]: REASONS.get(c["reason"], c["meaning"]) for c in audit["coverage"]["by_reason"]}


def _lost_names(causes: list[dict[str, Any]]) -> dict[str, Any]:
    """The first files that were lost, by name, and how many there are."""
    lost = [c for c in causes if c["status"] == "lost"]
    names = [(n, c["meaning"]) for c in lost for n in c["named"]]
    return {"names": names[:NAMED_LOST], "more": max(sum(c["files"] for c in lost) - NAMED_LOST, 0)}


def _heat(heat: dict[str, Any]) -> dict[str, Any]:
    """The heat map cut to a readable size, as tables of at most :data:`HEAT_WIDTH` entities."""
    entities = heat["entities"][:HEAT_ENTITIES]
    rows = heat["rows"][:HEAT_ROWS]
    tables = []
    for i in range(0, len(entities), HEAT_WIDTH):
        part = entities[i : i + HEAT_WIDTH]
        tables.append({"entities": part, "rows": [r for r in rows if any(e in r["cells"] for e in part)]})
    cut = len(heat["entities"]) > len(entities) or len(heat["rows"]) > len(rows)
    return {"tables": tables, "cut": cut, "rows": len(heat["rows"]), "entities": len(heat["entities"])}


def _columns(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns with the classes that deserve a look first, surest first; those that are named alone come next."""

    def rank(column: dict[str, Any]) -> tuple[float, int]:
        best = max(column["classes"], key=lambda c: (c["score"], c["rows"]), default={"score": 0.0, "rows": 0})
        return -float(best["score"]), -int(best["rows"])

    return sorted(columns, key=rank)


def _by_id(audit: dict[str, Any], wanted: list[str]) -> list[dict[str, Any]]:
    ids = set(wanted)
    return [g for g in audit["findings"] if g["id"] in ids]
