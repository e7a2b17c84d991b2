"""``auditor scan``: the main job."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from auditor import pipeline, report
from auditor.cli.console import Watcher, console, safe, shown, size
from auditor.model import CoverageLine, FindingGroup, Result
from auditor.pipeline import Outcome
from auditor.rules.check import check_recipe
from auditor.rules.recipe import Filters, Recipe
from auditor.store.folder import write_private

_GATES = ("critical", "high", "medium", "low", "never")
_SHOWN = 12
_STYLES = {
    Result.ACTION_NEEDED: "bold red",
    Result.REVIEW_NEEDED: "bold yellow",
    Result.INCONCLUSIVE: "bold magenta",
    Result.NOTHING_FOUND: "bold green",
}


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option("-o", "--output", "out", required=True, type=click.Path(path_type=Path), help="Folder for the audit.")
@click.option("-r", "--recipe", default="full", show_default=True, help="Shipped recipe or YAML file.")
@click.option(
    "--facts", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Declared facts: dataset.yaml."
)
@click.option("-j", "--jobs", type=click.IntRange(1, 1024), help="Worker processes (default: one per core).")
@click.option("--include", multiple=True, metavar="GLOB", help="Only files that match; repeatable.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files that match; repeatable.")
@click.option(
    "--columns", multiple=True, metavar="GLOB", help="Only columns that match; repeatable, or comma-separated."
)
@click.option("--fail-on", type=click.Choice(_GATES), help="Severity that makes the exit code 1 (default: high).")
@click.option(
    "--min-coverage", type=click.FloatRange(0, 100), metavar="PERCENT", help="Below it the exit code is 3 (100)."
)
@click.option("--report", "reports", multiple=True, metavar="FMT[=PATH]", help="Write another format too; repeatable.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Name everything that was not examined.")
@click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR).")
def scan(
    targets: tuple[str, ...],
    out: Path,
    recipe: str,
    facts: Path | None,
    jobs: int | None,
    reports: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    no_color: bool,
    **policy: Any,
) -> int:
    """Audit files, folders, globs or Hive-partitioned folders into the folder given with -o.

    Running the same command again continues an unfinished audit and skips what has not changed.
    """
    wanted = [_report(text, out) for text in reports]
    pipeline.ready()
    job = pipeline.prepare(targets, _with_policy(check_recipe(recipe), policy), facts, jobs)
    with Watcher(quiet=quiet, color=not no_color) as watch:
        outcome = pipeline.run(job, out, watch, command=("auditor", "scan", *targets, "-o", str(out)))
    for name, path in wanted:
        write_private(path, report.render(name, outcome.audit, asdict(outcome.run)))
    if not quiet:
        _summary(outcome, [path for _, path in wanted], verbose=verbose, color=not no_color)
    return outcome.audited.gate.exit_code


def _report(text: str, out: Path) -> tuple[str, Path]:
    name, _, path = text.partition("=")
    known = report.formats()
    if name not in known:
        raise click.BadParameter(f"no format '{name}'; have {', '.join(known)}", param_hint="--report")
    return name, Path(path) if path else out / f"report{known[name].suffix}"


def _with_policy(recipe: Recipe, policy: dict[str, Any]) -> Recipe:
    """The recipe with what the command line sets over it."""
    columns = tuple(part for text in policy["columns"] for part in text.split(",") if part)
    files = Filters(include=policy["include"] or recipe.files.include, exclude=recipe.files.exclude + policy["exclude"])
    update: dict[str, Any] = {"files": files}
    if columns:
        update["columns"] = Filters(include=columns, exclude=recipe.columns.exclude)
    update |= {name: policy[name] for name in ("fail_on", "min_coverage") if policy[name] is not None}
    return recipe.model_copy(update=update)


def _summary(outcome: Outcome, extra: list[Path], *, verbose: bool, color: bool) -> None:
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
