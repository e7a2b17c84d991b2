"""The figures of an evaluation on a terminal."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from rich.table import Table as Grid

from auditor.cli.console import console, safe
from auditor.evaluate import HOWS, Report, Row, Score, Table
from auditor.evaluate.report import How
from auditor.evaluate.score import Macro, wilson
from auditor.rules.vocabulary import vocabulary

_KINDS = {
    "missed": "labelled, not found",
    "false": "found, not labelled",
    "bounds": "found with other bounds",
}


def show(report: Report) -> None:
    """Print the tables, and all that the figures do not hold."""
    out = console()
    for table in (report.whole, *report.parts):
        _table(out, table, report)
    for line in (*_told(report), *_errors(report)):
        out.print(safe(line), soft_wrap=True)


def _table(out: Any, table: Table, report: Report) -> None:
    out.print(safe(f"{table.name}: {table.records:,} records, recipe {report.recipe}, threshold {report.threshold:g}"),
              style="bold")  # fmt: skip
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in ("ENTITY", "LABELLED", "FOUND", "EXACT", "PRECISION", "RECALL", "F1", "OVERLAP", "PRECISION", "RECALL", "F1"):  # fmt: skip  # noqa: E501
        grid.add_column(name, justify="left" if name == "ENTITY" else "right", no_wrap=True)
    for row in table.rows:
        grid.add_row(*_cells(row.entity, {how: row.score(how) for how in HOWS}))
    if table.rows or table.not_looked_for:
        grid.add_row(*_cells("micro", {how: table.micro(how) for how in HOWS}), style="bold")
        if table.not_looked_for:
            everything = {how: table.micro_of_all(how) for how in HOWS}
            grid.add_row(*_cells("micro, all labels", everything), style="bold")
        grid.add_row(*_means({how: table.macro(how) for how in HOWS}), style="bold")
    out.print(grid)
    for line in _apart(table):
        out.print(safe(line), soft_wrap=True)
    out.print()


def _cells(name: str, scores: dict[How, Score]) -> list[Any]:
    any_ = scores["exact"]
    cells: list[Any] = [safe(name), f"{any_.support:,}", f"{any_.found:,}"]
    for how in HOWS:
        score = scores[how]
        cells += [f"{score.tp:,}", _share(score.tp, score.found), _share(score.tp, score.support), _number(score.f1)]
    return cells


def _means(means: dict[How, Macro]) -> list[Any]:
    cells: list[Any] = ["macro", "", ""]
    for how in HOWS:
        cells += ["", *map(_number, means[how])]
    return cells


def _share(hits: int, of: int) -> str:
    """A share with its interval."""
    if not of:
        return "-"
    low, high = wilson(hits, of)
    return f"{hits / of:.3f} [{low:.3f}, {high:.3f}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _apart(table: Table) -> Iterable[str]:
    """What is not in the rows."""
    if table.not_looked_for:
        yield f"not looked for by this recipe: {_counts(table.not_looked_for, 'support')}"
    if table.unlabelled:
        yield (
            f"found, but labelled nowhere, so neither right nor wrong here: {_counts(table.unlabelled, 'found')} "
            "(--strict counts them as false positives)"
        )


def _counts(rows: Iterable[Row], what: str) -> str:
    return ", ".join(f"{row.entity} {getattr(row, what):,}" for row in rows)


def _told(report: Report) -> Iterable[str]:
    known = sorted(vocabulary().entities)
    for name in report.unknown:
        near = get_close_matches(name.upper(), known, 1)
        yield f"label {name} is none of our entities; --map {name}={near[0] if near else 'ENTITY'} says what it means"
    yield from (f"{count:,} {remark}" for remark, count in report.remarks)
    yield from (
        f"{texts:,} texts were lost to {detector} ({reason}); what it finds there is missing above"
        for detector, reason, texts in report.lost
    )
    if report.skipped:
        yield f"{report.skipped:,} records were skipped:"
        yield from (f"  {place(fault.file, fault.line)}: {fault.what}" for fault in report.faults)
        if report.skipped > len(report.faults):
            yield f"  and {report.skipped - len(report.faults):,} more"


def place(file: str, line: int) -> str:
    """A file and its line, where there is one."""
    return f"{file}:{line}" if line else file


def _errors(report: Report) -> Iterable[str]:
    for error in report.errors:
        instead = f"; {error.instead} is {'found' if error.kind == 'missed' else 'labelled'} there" * bool(
            error.instead
        )
        where = f"{error.file} record {error.record} at {error.start} to {error.end}"
        yield f"{error.entity}: {_KINDS[error.kind]}: {where}{instead}"


def nothing(report: Report) -> str:
    """Why there are no figures."""
    if not report.faults:
        return "no record was read: the files are empty"
    fault = report.faults[0]
    return f"no record could be read; the first fault is {place(fault.file, fault.line)}: {fault.what}"
