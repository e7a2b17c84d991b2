from collections.abc import Callable
from typing import Any

import pytest
import report_factory

from auditor.report import build, formats, render


@pytest.fixture
def everything() -> Callable[..., dict[str, str]]:
    """Render an audit in every format, as text by format name."""

    def rendered(audited: Any, run: dict[str, Any] | None = None) -> dict[str, str]:
        audit = build(audited)
        return {name: render(name, audit, run).decode() for name in formats()}

    return rendered


@pytest.fixture
def page() -> str:
    """The HTML report of the usual audit."""
    return render("html", build(report_factory.audited()), report_factory.run()).decode()
