"""``auditor report`` and ``auditor rebuild``: from what an audit left, without reading data again."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from auditor import report as reports
from auditor.cli.console import shown
from auditor.errors import AuditorError
from auditor.store.folder import Folder, write_private

_FORMATS = tuple(reports.formats())


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("-f", "--format", "format_", type=click.Choice(_FORMATS), default="html", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write instead of standard output.")
def report(folder: Path, format_: str, output: Path | None) -> None:
    """Render the audit in DIR again; needs audit.json alone."""
    data = reports.render(format_, *_read(Folder.open(folder)))
    if output is None:
        sys.stdout.buffer.write(data)
        return
    write_private(output, data)
    click.echo(f"Wrote {shown(output)}", err=True)


def _read(folder: Folder) -> tuple[dict[str, Any], dict[str, Any] | None]:
    try:
        audit = json.loads(folder.audit.read_bytes())
        run = json.loads(folder.run.read_bytes()) if folder.run.is_file() else None
    except (OSError, ValueError):
        raise AuditorError(
            "audit.json is missing or damaged; run 'auditor rebuild DIR', or the same scan again"
        ) from None
    return audit, run


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def rebuild(folder: Path) -> int:
    """Build the database, audit.json and report.html in DIR again from the findings files."""
    from auditor import pipeline

    outcome = pipeline.rebuild(Folder.open(folder))
    gate = outcome.audited.gate
    click.echo(f"Rebuilt {shown(folder)}: {outcome.audited.result.value}; exit {gate.exit_code}: {gate.why}")
    return gate.exit_code
