"""``audit.json`` itself."""

from typing import Any

from auditor.report.build import dumps
from auditor.report.format import Format


def _render(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:  # noqa: ARG001 - holds no time
    return dumps(audit)


FORMAT = Format("json", ".json", "application/json", _render)
