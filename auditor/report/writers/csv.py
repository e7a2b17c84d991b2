"""Finding groups as CSV, all of them; each row says how much of the bytes was read."""

from typing import Any

from auditor.report.format import Format
from auditor.report.table import csv_bytes
from auditor.report.words import BANDS

_PLAIN = ("id", "severity", "band", "dataset", "column", "column_id", "entity", "rows", "rows_scanned", "share")
_MORE = ("findings", "weak", "max_score", "files", "values")


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:  # noqa: ARG001 - holds no time
    header = [*_PLAIN, *_MORE, *(f"band_{b}" for b in BANDS), "detectors", "shapes", "first_file", "first_file_id"]
    rows = [_row(group, audit["coverage"]["percent"]) for group in audit["findings"]]
    return csv_bytes([*header, "first_row", "coverage_percent"], rows)


def _row(group: dict[str, Any], coverage: float) -> list[Any]:
    first = group["first"] or {"file": "", "file_id": "", "row": None}
    return [
        *(group[key] for key in (*_PLAIN, *_MORE)),
        *(group["bands"][b] for b in BANDS),
        "; ".join(group["detectors"]),
        "; ".join(group["shapes"]),
        first["file"],
        first["file_id"],
        first["row"],
        coverage,
    ]


FORMAT = Format("csv", ".csv", "text/csv; charset=utf-8; header=present", _render)
