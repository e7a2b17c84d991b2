"""What was not examined, or examined with a remark, as CSV."""

from typing import Any

from auditor.report.format import Format
from auditor.report.table import csv_bytes
from auditor.report.words import reason

_BEFORE = ("dataset", "file", "file_id", "column", "detector", "status", "reason")
_AFTER = ("rows_seen", "rows_examined", "bytes_lost")


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:  # noqa: ARG001 - holds no time
    coverage = audit["coverage"]
    rows = [
        [*(line[k] for k in _BEFORE), reason(line["reason"]), *(line[k] for k in _AFTER)] for line in coverage["lines"]
    ]
    if hidden := coverage["lines_total"] - len(rows):
        rows.append([*["*"] * 5, "", "", f"{hidden} more lines: run auditor coverage DIR", None, None, None])
    return csv_bytes([*_BEFORE, "meaning", *_AFTER], rows)


FORMAT = Format("coverage-csv", ".coverage.csv", "text/csv; charset=utf-8; header=present", _render)
