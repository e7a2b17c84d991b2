"""``auditor scan``: the main job."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor import server

if TYPE_CHECKING:
    from auditor.rules.recipe import Recipe

_GATES = ("critical", "high", "medium", "low", "never")


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
    server.start(recipe)  # beside the imports that follow: both take long
    from auditor import pipeline, report
    from auditor.cli.console import Watcher
    from auditor.cli.summary import summary
    from auditor.rules.check import check_recipe
    from auditor.store.folder import write_private

    wanted = [_report(text, out) for text in reports]
    job = pipeline.prepare(targets, _with_policy(check_recipe(recipe), policy), facts, jobs)
    with Watcher(quiet=quiet, color=not no_color) as watch:
        outcome = pipeline.run(job, out, watch, command=("auditor", "scan", *targets, "-o", str(out)))
    for name, path in wanted:
        write_private(path, report.render(name, outcome.audit, asdict(outcome.run)))
    if not quiet:
        summary(outcome, [path for _, path in wanted], verbose=verbose, color=not no_color)
    return outcome.audited.gate.exit_code


def _report(text: str, out: Path) -> tuple[str, Path]:
    from auditor import report

    name, _, path = text.partition("=")
    known = report.formats()
    if name not in known:
        raise click.BadParameter(f"no format '{name}'; have {', '.join(known)}", param_hint="--report")
    return name, Path(path) if path else out / f"report{known[name].suffix}"


def _with_policy(recipe: "Recipe", policy: dict[str, Any]) -> "Recipe":
    """The recipe with what the command line sets over it."""
    from auditor.rules.recipe import Filters

    columns = tuple(part for text in policy["columns"] for part in text.split(",") if part)
    files = Filters(include=policy["include"] or recipe.files.include, exclude=recipe.files.exclude + policy["exclude"])
    update: dict[str, Any] = {"files": files}
    if columns:
        update["columns"] = Filters(include=columns, exclude=recipe.columns.exclude)
    update |= {name: policy[name] for name in ("fail_on", "min_coverage") if policy[name] is not None}
    return recipe.model_copy(update=update)
