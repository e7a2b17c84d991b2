"""The report as one HTML file: see ``reports/templates/report.html``."""

from typing import Any

from auditor.report.format import Format


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:
    from auditor.report.pages import html

    return html(audit, run)


FORMAT = Format("html", ".html", "text/html; charset=utf-8", _render)
