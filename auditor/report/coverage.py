"""The coverage part of ``audit.json``: what was not examined, by cause and by name."""

from itertools import groupby
from typing import Any

from auditor.model import LOST, CoverageLine, CoverageSummary
from auditor.report.plain import name, plain, prose
from auditor.report.words import COVERAGE, reason

MAX_LINES = 1_000
NAMED_FILES = 20
_ORDER = {status: rank for rank, status in enumerate(COVERAGE)}


def coverage(summary: CoverageSummary, min_coverage: float) -> dict[str, Any]:
    """The ledger in sum, by cause, and line by line up to :data:`MAX_LINES`."""
    lines = sorted(summary.lines, key=_gravest)
    return {
        "percent": summary.percent,
        "min_percent": min_coverage,
        "met": summary.percent >= min_coverage,
        "bytes_total": summary.bytes_total,
        "bytes_lost": summary.bytes_lost,
        "files_total": summary.files_total,
        "files_lost": summary.files_lost,
        "files_partial": summary.files_partial,
        "rows_seen": summary.rows_seen,
        "rows_examined": summary.rows_examined,
        "fragments": plain(summary.fragments),
        "lost": any(line.status == LOST for line in lines) or summary.bytes_lost > 0 or summary.files_lost > 0,
        "by_reason": [_cause(list(group)) for _, group in groupby(lines, key=lambda x: (x.status, x.reason))],
        "lines_total": len(lines),
        "lines": [_line(line) for line in lines[:MAX_LINES]],
    }


def _gravest(line: CoverageLine) -> tuple[Any, ...]:
    return _ORDER[line.status], line.reason, -line.bytes_lost, line.dataset, line.file, line.column, line.detector


def _cause(lines: list[CoverageLine]) -> dict[str, Any]:
    """All lines of one status and reason in sum, with the first files named."""
    files = {(line.dataset, line.file_id): name(line.file) for line in lines}
    return {
        "status": lines[0].status,
        "reason": prose(lines[0].reason),
        "meaning": reason(prose(lines[0].reason)),
        "lines": len(lines),
        "files": len(files),
        "rows_not_examined": sum(max(line.rows_seen - line.rows_examined, 0) for line in lines),
        "bytes_lost": sum(line.bytes_lost for line in lines),
        "named": list(dict.fromkeys(files.values()))[:NAMED_FILES],
    }


def _line(line: CoverageLine) -> dict[str, Any]:
    return {
        "dataset": name(line.dataset),
        "file": name(line.file),
        "file_id": line.file_id,
        "column": name(line.column),
        "detector": prose(line.detector),
        "status": line.status,
        "reason": prose(line.reason),
        "rows_seen": line.rows_seen,
        "rows_examined": line.rows_examined,
        "bytes_lost": line.bytes_lost,
    }
