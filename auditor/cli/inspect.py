"""``auditor inspect``: look at the places of a finding with one's own eyes. Prints to this terminal, writes nothing."""

import sys
from pathlib import Path
from typing import Any

import click

from auditor import sources
from auditor.errors import AuditorError
from auditor.model import Batch, Fragment, Limits
from auditor.pipeline import group_id
from auditor.report.mask import safe_text
from auditor.store.database import Database
from auditor.store.folder import Folder
from auditor.store.manifest import Manifest

_AROUND = 60


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("finding", metavar="FINDING")
@click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many places to show."
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask first.")
def inspect(folder: Path, finding: str, limit: int, yes: bool) -> None:
    """Show the first places of FINDING (an id such as F-1a2b3c4d) with the text around them.

    Reads the source again with your own rights. What it prints is personal data.
    """
    place = Folder.open(folder)
    fragments = {f.id: f for f in Manifest.require(place.manifest).fragments}
    with Database.open(place) as db:
        places = db.place(_group(db, finding), limit)
    _ask(len(places), yes=yes)
    for one in places:
        _show(one, fragments[one["fragment"]])


def _group(db: Database, finding: str) -> tuple[str, str, str]:
    for group in db.raw_groups():
        if group_id(*group) == finding:
            return group
    raise AuditorError(f"no finding '{safe_text(finding)}' in this audit; the report and 'auditor scan' print the ids")


def _ask(count: int, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise AuditorError("inspect prints personal data and asks first; run it on a terminal, or give --yes")
    click.confirm(f"This prints {count} places with personal data on this terminal. Go on?", abort=True, err=True)


def _show(one: dict[str, Any], fragment: Fragment) -> None:
    name = f"{fragment.path} row {one['row']} (of the fragment) column {one['column']} item {one['item']}"
    if one["row"] < 0:
        name, text = str(one["column"]), one["subject"]
        click.echo(safe_text(f"{name}  {text}  score {one['score']:.2f}  {one['detector']}"))
        return
    text = _text(fragment, one["column"], one["row"], one["item"])
    click.echo(safe_text(f"{name}  score {one['score']:.2f}  {one['detector']}"))
    if text is None:
        click.echo("    the source has changed since the scan; run the scan again")
        return
    start, end = one["start_char"], one["end_char"]
    before, after = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    click.echo(f"    {safe_text(before)}\N{HEAVY LEFT-POINTING ANGLE BRACKET ORNAMENT}{safe_text(text[start:end])}"
               f"\N{HEAVY RIGHT-POINTING ANGLE BRACKET ORNAMENT}{safe_text(after)}")  # fmt: skip


def _text(fragment: Fragment, column: str, row: int, item: int) -> str | None:
    """The text of one cell, read again; None when it is no longer there."""
    path = Path(fragment.root) / fragment.path
    for event in sources.read(str(path), fragment.format, fragment.part, Limits()):
        if not isinstance(event, Batch) or not event.first_row <= row < event.first_row + event.rows:
            continue
        for texts in event.columns:
            if texts.path == column:
                found = _pick(texts.rows.to_pylist(), texts.items.to_pylist(), row, item)
                if found is not None:
                    value: str | None = texts.texts[found].as_py()
                    return value
    return None


def _pick(rows: list[int], items: list[int], row: int, item: int) -> int | None:
    return next((i for i, pair in enumerate(zip(rows, items, strict=True)) if pair == (row, item)), None)
