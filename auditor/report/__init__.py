"""Turn what an audit found into ``audit.json`` and render that in every other format.

A format is one file of :mod:`auditor.report.writers` with ``FORMAT``; placing it there registers it.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from auditor.errors import AuditorError
from auditor.model import SCHEMA_VERSION
from auditor.report.build import build, dumps, sha256
from auditor.report.format import Format

__all__ = ["Format", "build", "dumps", "formats", "render", "sha256"]


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in alphabetical order; a name given twice raises."""
    from auditor.report import writers

    found: dict[str, Format] = {}
    for module in sorted(iter_modules(writers.__path__), key=lambda m: m.name):
        made: Format = import_module(f"{writers.__name__}.{module.name}").FORMAT
        if made.name in found:
            raise AuditorError(f"report format {made.name!r} is defined twice, the second time in {module.name}.py")
        found[made.name] = made
    return dict(sorted(found.items()))


def render(name: str, audit: dict[str, Any], run: dict[str, Any] | None = None) -> bytes:
    """``audit`` (the object of ``audit.json``) in the format ``name``; ``run`` (``run.json``) adds the times."""
    if name not in formats():
        raise AuditorError(f"unknown report format {name!r}; there are: {', '.join(formats())}")
    if audit.get("schema_version") != SCHEMA_VERSION:
        raise AuditorError(
            f"audit.json has schema version {audit.get('schema_version')!r}, this auditor writes {SCHEMA_VERSION}: "
            "render it with the version that wrote it, or scan again"
        )
    return formats()[name].render(audit, run)
