"""The findings part of ``audit.json``: groups by risk, the confidence grid, the heat map, columns and rights."""

from collections import Counter
from typing import Any

from auditor.model import Audited, ColumnClass, ColumnProfile, FindingGroup, band
from auditor.report.plain import name, number, prose
from auditor.report.words import BANDS, SEVERITIES

_RIGHTS = ("COPYRIGHT_NOTICE", "LICENSE_MARKER")
_RIGHTS_PREFIX = "TDM_"


def strongest(group: FindingGroup) -> str:
    """The strongest band in which a group has findings."""
    return next((b for b in BANDS if group.bands.get(b)), band(group.max_score))


def ranked(groups: tuple[FindingGroup, ...]) -> list[FindingGroup]:
    """``groups`` by risk: severity, then confidence, then rows."""
    order = list(BANDS)
    return sorted(groups, key=lambda g: (-g.severity.rank, order.index(strongest(g)), -g.rows, g.id))


def share(rows: int, of: int) -> float:
    """``rows`` as a part of ``of``, 0 where there are none."""
    return round(min(rows / of, 1.0), 6) if of > 0 else 0.0


def finding_group(group: FindingGroup) -> dict[str, Any]:
    """One group as the report shows it."""
    return {
        "id": group.id,
        "dataset": name(group.dataset),
        "column": name(group.column),
        "column_id": group.column_id,
        "entity": group.entity,
        "severity": group.severity.value,
        "band": strongest(group),
        "rows": group.rows,
        "rows_scanned": group.rows_scanned,
        "share": share(group.rows, group.rows_scanned),
        "findings": group.findings,
        "weak": group.weak,
        "max_score": number(group.max_score),
        "bands": {b: group.bands.get(b, 0) for b in BANDS},
        "files": group.files,
        "detectors": sorted(map(prose, group.detectors)),
        "shapes": [prose(s) for s in group.shapes],
        "values": group.values,
        "first": _first(group.first),
    }


def _first(place: dict[str, Any]) -> dict[str, Any] | None:
    if not place:
        return None
    return {"file": name(str(place["file"])), "file_id": str(place["file_id"]), "row": int(place["row"])}


def confidence(groups: list[FindingGroup]) -> list[dict[str, Any]]:
    """Groups and findings by severity and confidence, the gravest severity first."""
    number_of = Counter((g.severity, strongest(g)) for g in groups)
    findings: Counter[tuple[str, str]] = Counter()
    for g in groups:
        findings.update({(g.severity, b): n for b, n in g.bands.items()})
    return [
        {"severity": s.value, **{b: {"groups": number_of[s, b], "findings": findings[s, b]} for b in BANDS}}
        for s in SEVERITIES
    ]


def heat_map(groups: list[FindingGroup]) -> dict[str, Any]:
    """Share of rows with a finding at review or above, by column and entity, the riskiest first."""
    hot = [g for g in groups if g.rows]
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for g in hot:
        row = rows.setdefault((g.dataset, g.column, g.column_id), {"cells": {}})
        row["cells"][g.entity] = share(g.rows, g.rows_scanned)
    return {
        "entities": list(dict.fromkeys(g.entity for g in hot)),
        "rows": [{"dataset": name(d), "column": name(c), "column_id": i, **row} for (d, c, i), row in rows.items()],
    }


def profile(column: ColumnProfile) -> dict[str, Any]:
    """One column: sizes, shares, and what it is and why."""
    return {
        "dataset": name(column.dataset),
        "column": name(column.column),
        "column_id": column.column_id,
        "texts": column.texts,
        "nulls": column.nulls,
        "distinct": column.distinct,
        "mean_chars": number(column.mean_chars),
        "max_chars": column.max_chars,
        "kind": column.kind,
        "classes": [column_class(c) for c in sorted(column.classes, key=lambda c: (-c.score, -c.rows, c.entity))],
        "entities": {e: number(s) for e, s in sorted(column.entities.items())},
    }


def column_class(item: ColumnClass) -> dict[str, Any]:
    """One class of a column with its evidence; words are those of our rules."""
    return {
        "entity": item.entity,
        "score": number(item.score),
        "band": band(item.score),
        "rows": item.rows,
        "files": item.files,
        "basis": item.basis,
        "spread": item.spread,
        "share": number(item.share),
        "detectors": [prose(d) for d in item.detectors],
        "rule": item.rule,
        "words": prose(item.words),
        "why": prose(item.why),
    }


def rights(audited: Audited, groups: list[FindingGroup]) -> dict[str, Any]:
    """Copyright notices, licence markers and reservations: what was searched and where it was found."""
    declared = {e for d in audited.detectors for e in d["entities"]}
    mine = [g for g in groups if g.entity in _RIGHTS or g.entity.startswith(_RIGHTS_PREFIX)]
    entities = sorted({g.entity for g in mine} | {*_RIGHTS, *(e for e in declared if e.startswith(_RIGHTS_PREFIX))})
    return {
        "entities": [
            {
                "entity": e,
                "searched": e in declared,
                "groups": sum(g.entity == e for g in mine),
                "rows": sum(g.rows for g in mine if g.entity == e),
                "findings": sum(g.findings for g in mine if g.entity == e),
            }
            for e in entities
        ],
        "groups": [g.id for g in mine],
    }
