"""The action plan as CSV, with owner and date to fill in."""

from typing import Any

from auditor.report.format import Format
from auditor.report.table import csv_bytes
from auditor.report.words import STATUS


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:  # noqa: ARG001 - holds no time
    header = (
        "id",
        "obligation",
        "title",
        "status",
        "severity",
        "what",
        "missing",
        "deadline",
        "owner",
        "due",
        "comment",
    )
    return csv_bytes(header, [_row(action) for action in audit["actions"]])


def _row(action: dict[str, Any]) -> list[Any]:
    word = {code.value: text for code, text in STATUS.items()}[action["status"]]
    return [
        *(action[k] for k in ("id", "obligation", "title")),
        word,
        action["severity"],
        "; ".join(action["what"]),
        "; ".join(action["missing"]),
        *(action[k] for k in ("deadline", "owner", "due")),
        "",
    ]


FORMAT = Format("actions-csv", ".actions.csv", "text/csv; charset=utf-8; header=present", _render)
