"""What ``auditor scan`` prints when it has ended."""

from pathlib import Path
from typing import Any

from rich.table import Table

from auditor.cli.console import console, safe, shown, size
from auditor.model import CoverageLine, FindingGroup, Result
from auditor.pipeline import Outcome

_SHOWN = 12
_STYLES = {
    Result.ACTION_NEEDED: "bold red",
    Result.REVIEW_NEEDED: "bold yellow",
    Result.INCONCLUSIVE: "bold magenta",
    Result.NOTHING_FOUND: "bold green",
}


def summary(outcome: Outcome, extra: list[Path], *, verbose: bool, color: bool) -> None:
    """The result, the gravest findings, what was not examined and where the reports are."""
    out, audited = console(color=color), outcome.audited
    coverage = audited.coverage
    out.print()
    out.print(safe(audited.title), style="bold", end="  ")
    out.print(audited.result.value, style=_STYLES[audited.result], end="  ")
    out.print(f"coverage {coverage.percent:g} % of {size(coverage.bytes_total)}")
    out.print(safe(audited.why))
    _groups(out, audited.groups)
    _lost(out, coverage.lines, verbose=verbose)
    counts: dict[str, int] = {}
    for assessment in audited.assessments:
        name = assessment.status.value.replace("_", " ")
        counts[name] = counts.get(name, 0) + 1
    out.print("Obligations: " + ", ".join(f"{n} {name}" for name, n in sorted(counts.items())))
    fragments = ", ".join(f"{n:,} {state}" for state, n in coverage.fragments.items() if n)
    kept = len(outcome.scanned.acks) - outcome.scanned.new
    out.print(f"Fragments: {fragments or 'none'}; {kept:,} unchanged since the last run")
    for path in (outcome.folder.report, outcome.folder.audit, *extra):
        out.print(f"Wrote {shown(path)}", soft_wrap=True)
    out.print(f"audit.json sha256 {outcome.run.audit_sha256}", soft_wrap=True)
    if verbose:
        for where in outcome.scanned.faults:
            out.print(safe(f"internal: {where}"))
    out.print(safe(f"exit {audited.gate.exit_code}: {audited.gate.why}"))


def _groups(out: Any, groups: tuple[FindingGroup, ...]) -> None:
    strong = sorted((g for g in groups if g.rows), key=lambda g: (-g.severity.rank, -g.max_score, -g.rows, g.id))
    if not strong:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("ID", "left"), ("SEVERITY", "left"), ("COLUMN", "left"), ("ENTITY", "left"),
                          ("ROWS", "right"), ("FINDINGS", "right"), ("SCORE", "right")):  # fmt: skip
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for g in strong[:_SHOWN]:
        place = f"{g.dataset}: {g.column}"
        table.add_row(
            g.id, g.severity.value, safe(place), g.entity, f"{g.rows:,}", f"{g.findings:,}", f"{g.max_score:.2f}"
        )
    out.print(table)
    if len(strong) > _SHOWN:
        out.print(f"and {len(strong) - _SHOWN:,} more groups: see the report")


def _lost(out: Any, lines: tuple[CoverageLine, ...], *, verbose: bool) -> None:
    lost = [line for line in lines if line.status == "lost"]
    reasons: dict[str, int] = {}
    for line in lost:
        reasons[line.reason] = reasons.get(line.reason, 0) + 1
    if lost:
        out.print("Not examined: " + ", ".join(f"{n:,} {reason}" for reason, n in sorted(reasons.items())))
    gaps = [line for line in lines if line.status == "planned_gap"]
    if gaps:
        out.print(f"Left out by plan: {len(gaps):,} places")
    shown_lines = lines if verbose else ()
    for line in shown_lines:
        out.print(
            safe(f"  {line.status}: {line.reason}: {line.dataset}/{line.file} column {line.column}"), soft_wrap=True
        )
