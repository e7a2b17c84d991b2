"""The Python interface: :func:`audit` and what it returns."""

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from auditor import pipeline, report
from auditor.pipeline import Outcome
from auditor.rules.recipe import Recipe
from auditor.store.database import Database
from auditor.store.folder import write_private


class Audit:
    """A finished audit. Tables are Arrow; no value of the data is in any of them."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.folder: Path = outcome.folder.path
        """The output folder, which every ``auditor`` command takes."""
        self.result: str = outcome.audited.result.value
        """The overall screening result."""
        self.exit_code: int = outcome.audited.gate.exit_code
        """What ``auditor scan`` would have exited with."""
        self.coverage_percent: float = outcome.audited.coverage.percent
        """Share of bytes that could be read, in percent."""

    @property
    def findings(self) -> pa.Table:
        """One row per finding, names masked: the ``findings`` view of the database."""
        with Database.open(self._outcome.folder) as db:
            return db.findings().read_all()

    @property
    def coverage(self) -> pa.Table:
        """The coverage ledger, names masked."""
        with Database.open(self._outcome.folder) as db:
            return db.coverage().read_all()

    @property
    def assessments(self) -> pa.Table:
        """One row per obligation: id, regime, title, status, why, severity, citation, missing evidence, actions."""
        keep = (
            "id",
            "regime",
            "title",
            "status",
            "why",
            "severity",
            "citation",
            "url",
            "missing",
            "actions",
            "deadline",
        )
        rows = [asdict(a) for a in self._outcome.audited.assessments]
        columns = {name: pa.array([_plain(row[name]) for row in rows], _TYPES.get(name, pa.string())) for name in keep}
        return pa.table(columns)

    @property
    def data(self) -> dict[str, Any]:
        """The object of ``audit.json``."""
        return self._outcome.audit

    def report(self, path: str | Path, name: str = "") -> Path:
        """Write the report to ``path``; the format follows the suffix unless ``name`` gives it. Returns the path."""
        place = Path(path)
        name = name or place.suffix.lstrip(".")
        data = report.render(name, self._outcome.audit, asdict(self._outcome.run))
        write_private(place, data)
        return place

    def __repr__(self) -> str:
        return f"<Audit {self.result}: coverage {self.coverage_percent:g} %, {self.folder}>"


_TYPES = {"missing": pa.list_(pa.string()), "actions": pa.list_(pa.string())}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value.value if hasattr(value, "value") else value


def audit(
    target: str | Path | Sequence[str | Path],
    recipe: str | Recipe = "full",
    facts: str | Path | None = None,
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    on: date | None = None,
) -> Audit:
    """Audit one or several targets and wait for the end.

    ``out`` is the output folder, by default a new temporary one; an unfinished audit there is continued.

    Raises:
        auditor.errors.AuditorError: when the recipe, the facts, a target or the folder cannot be used. A fault of the
            data never raises: it is a row of ``coverage``.
    """
    targets = [target] if isinstance(target, (str, Path)) else list(target)
    job = pipeline.prepare([str(t) for t in targets], recipe, facts, jobs, on)
    folder = Path(out) if out else Path(tempfile.mkdtemp(prefix="auditor-"))
    return Audit(pipeline.run(job, folder))
