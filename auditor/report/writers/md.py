"""The report as Markdown: see ``reports/templates/report.md``."""

from typing import Any

from auditor.report.format import Format


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:
    from auditor.report.pages import markdown

    return markdown(audit, run)


FORMAT = Format("md", ".md", "text/markdown; charset=utf-8", _render)
