"""``auditor findings`` and ``auditor coverage``: the two tables of an audit, names masked."""

import io
import sys
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from auditor.report.export import TABLES, write_table
from auditor.store.database import Database
from auditor.store.folder import Folder, draft


def _table(function: Any) -> Any:
    for option in (
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), help="File to write instead of standard output."
        ),
        click.option("-f", "--format", "format_", type=click.Choice(TABLES), default="jsonl", show_default=True),
        click.argument("folder", metavar="DIR", type=click.Path(path_type=Path)),
    ):
        function = option(function)
    return function


@click.command()
@_table
def findings(folder: Path, format_: str, output: Path | None) -> None:
    """Print the findings of the audit in DIR: positions, entities, scores and masked shapes, never a value."""
    with Database.open(Folder.open(folder)) as db:
        _write(db.findings(), format_, output)


@click.command()
@_table
def coverage(folder: Path, format_: str, output: Path | None) -> None:
    """Print the coverage ledger of the audit in DIR: what was examined, what was not, and why."""
    with Database.open(Folder.open(folder)) as db:
        _write(db.coverage(), format_, output)


def _write(reader: pa.RecordBatchReader, format_: str, output: Path | None) -> None:
    if output is None:
        _to_stdout(reader, format_)
        return
    with draft(output) as place, place.open("wb") as sink:
        write_table(reader, format_, sink)


def _to_stdout(reader: pa.RecordBatchReader, format_: str) -> None:
    stdout = sys.stdout.buffer
    if format_ in ("jsonl", "csv"):
        write_table(reader, format_, stdout)
        return
    if sys.stdout.isatty():
        raise click.UsageError(f"{format_} is binary; give a file with -o, or redirect the output")
    buffer = io.BytesIO()
    write_table(reader, format_, buffer)
    stdout.write(buffer.getvalue())
