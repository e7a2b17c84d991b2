"""``auditor regimes``: the laws the auditor knows, obligation by obligation."""

import shutil
from difflib import get_close_matches
from pathlib import Path

import click

from auditor.errors import AuditorError, RuleError
from auditor.report.mask import safe_text
from auditor.report.regime_page import Entry, about, asked, page, pages
from auditor.rules.obligation import Obligation
from auditor.rules.regime import Regime, load_regime, paths
from auditor.rules.regime import regimes as all_regimes
from auditor.rules.regime_check import check_regime


def _echo(text: str) -> None:
    click.echo(safe_text(text, keep="\n"))


@click.group()
def regimes() -> None:
    """List and show regimes and their obligations."""


@regimes.command("list")
def regimes_list() -> None:
    """List the shipped regimes."""
    width = max(map(len, paths()))
    for name in paths():
        regime = load_regime(name)
        _echo(f"{name:<{width}}  {regime.title} ({len(regime.obligations)} obligations, version {regime.version})")


@regimes.command("show")
@click.argument("name")
@click.option("--obligation", "wanted", metavar="ID", help="All that the rule of one obligation says.")
@click.option("--markdown", is_flag=True, help="The whole regime as a page in Markdown.")
def regimes_show(name: str, wanted: str | None, *, markdown: bool) -> None:
    """Show a regime, shipped or in a YAML file: its obligations, or one of them in full."""
    regime = check_regime(name)
    if wanted:
        _show(_find(regime, wanted), regime)
    elif markdown:
        click.echo(page(regime), nl=False)
    else:
        _outline(regime)


def _outline(regime: Regime) -> None:
    _echo(f"{regime.title}, {regime.jurisdiction}, version {regime.version}\n{' '.join(regime.disclaimer.split())}\n")
    width = max(len(one.id) for one in regime.obligations)
    for one in regime.obligations:
        status = "" if one.law_status == "in_force" else f"; {one.law_status}"
        about_it = f"[{one.citation}; {one.provenance.mark}; {one.severity.value}{status}]"
        _echo(f"{one.id:<{width}}  {one.title}  {about_it}")
    _echo(f"\nOne of them in full: auditor regimes show {regime.id} --obligation {regime.obligations[0].id}")


def _find(regime: Regime, wanted: str) -> Obligation:
    known = {one.id: one for one in regime.obligations}
    if wanted in known:
        return known[wanted]
    near = get_close_matches(wanted, known, 3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"see 'auditor regimes show {regime.id}'"
    raise AuditorError(f"no obligation '{safe_text(wanted)}' in {regime.id}; {hint}")


def _show(duty: Obligation, regime: Regime) -> None:
    click.echo(f"{click.style(duty.id, bold=True)}  {safe_text(duty.title)}  ({regime.id}, version {regime.version})\n")
    _entries(about(duty, regime))
    _echo("\nFacts it turns on (dataset.yaml)")
    _entries(asked(duty, regime))


def _entries(entries: tuple[Entry, ...]) -> None:
    width = max(len(entry.label) for entry in entries) + 2
    columns = min(shutil.get_terminal_size((100, 24)).columns, 110)
    for label, lines in entries:
        for i, line in enumerate(lines):
            head = f"{label:<{width}}" if i == 0 else " " * width
            _echo(click.wrap_text(line, columns, initial_indent=head, subsequent_indent=" " * width))


@regimes.command("check")
@click.argument("names", nargs=-1)
def regimes_check(names: tuple[str, ...]) -> None:
    """Check regimes, shipped or in YAML files (default: all that ship), and report all faults at once."""
    faults: list[str] = []
    for name in names or paths():
        try:
            check_regime(name)
        except RuleError as error:
            faults += error.faults
    if faults:
        raise RuleError(faults)
    click.echo("no faults")


@regimes.command("pages")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a page is not what would be written.")
def regimes_pages(folder: Path, *, check: bool) -> int:
    """Write a page in Markdown for every shipped regime into FOLDER."""
    wanted = pages(all_regimes().values())
    stale = [name for name, text in wanted.items() if _read(folder / name) != text]
    if check:
        for name in stale:
            _echo(f"{folder / name} is not what the rules say")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (folder / name).write_text(wanted[name], encoding="utf-8")
    click.echo(f"{len(wanted)} pages, {len(stale)} of them written")
    return 0


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
