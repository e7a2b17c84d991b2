"""Writing to the terminal: names escaped, width and colour decided in one place."""

import os
import sys
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from auditor import pipeline
from auditor.report.mask import mask_name, safe_text

_WIDE = 160
_PLAIN_SECONDS = 30.0


def console(*, stderr: bool = False, color: bool = True) -> Console:
    """A console that does not cut tables at 80 columns where nobody looks at a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    tty = stream.isatty()
    plain = not color or bool(os.environ.get("NO_COLOR"))
    return Console(
        stderr=stderr,
        no_color=plain,
        highlight=False,
        emoji=False,
        markup=False,
        width=None if tty else _WIDE,
        force_terminal=False if plain and not tty else None,
    )


def safe(text: object) -> Text:
    """Text for a console cell: no markup, nothing that steers a terminal."""
    return Text(safe_text(str(text)))


def shown(path: object) -> str:
    """A path of the user's own as it may be printed."""
    return safe_text(mask_name(str(path)))


def size(number: float) -> str:
    """Bytes in decimal units, as storage is sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


class Watcher:
    """Shows progress: a bar on a terminal, a plain line every 30 seconds elsewhere, nothing when quiet."""

    def __init__(self, *, quiet: bool, color: bool) -> None:
        import time

        self._clock = time.monotonic
        self._begun = self._said = self._clock()
        self._quiet = quiet
        self._bar = _bar(color) if sys.stderr.isatty() and not quiet else None
        self._task = self._bar.add_task("planning", total=None, info="") if self._bar else None

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, progress: pipeline.Progress) -> None:
        """Show where the run stands."""
        if self._bar and self._task is not None:
            self._show(progress)
        elif not self._quiet and self._clock() - self._said >= _PLAIN_SECONDS:
            self._said = self._clock()
            click.echo(f"auditor: {_words(progress, self._clock() - self._begun)}", err=True)

    def _show(self, progress: pipeline.Progress) -> None:
        assert self._bar is not None
        assert self._task is not None
        planning = progress.stage == "plan"
        self._bar.update(
            self._task,
            description="planning" if planning else "scanning",
            total=(progress.total if planning else progress.bytes_total) or None,
            completed=progress.done if planning else progress.bytes_done,
            info=_words(progress, self._clock() - self._begun),
        )


def _bar(color: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TextColumn("{task.fields[info]}"))
    return Progress(*columns, console=console(stderr=True, color=color), transient=True)


def _words(p: pipeline.Progress, seconds: float) -> str:
    if p.stage == "plan":
        return f"{p.done:,}/{p.total:,} files planned"
    rate = p.bytes_done / seconds if seconds > 0 else 0
    left = (p.bytes_total - p.bytes_done) / rate if rate else 0
    return (
        f"{p.done:,}/{p.total:,} fragments, {p.rows:,} rows, {size(p.bytes_done)} of {size(p.bytes_total)}, "
        f"{size(rate)}/s, {left:,.0f} s left"
    )
