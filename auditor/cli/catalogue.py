"""``auditor recipes`` and ``explain``: what the auditor knows."""

from collections.abc import Iterator
from pathlib import Path

import click

from auditor import detect
from auditor.detect.info import DetectorInfo
from auditor.errors import AuditorError, RuleError
from auditor.model import REASONS
from auditor.report.mask import safe_text
from auditor.rules import recipe as recipe_rules
from auditor.rules.check import check_all, check_recipe
from auditor.rules.obligation import Obligation
from auditor.rules.regime import regimes as all_regimes
from auditor.rules.vocabulary import vocabulary


def _all() -> tuple[DetectorInfo, ...]:
    return detect.infos(recipe_rules.read("full"))


def _line(name: str, text: str, width: int = 36) -> None:
    click.echo(f"{name:<{width}} {safe_text(text)}")


@click.group()
def recipes() -> None:
    """List, show and check recipes."""


@recipes.command("list")
def recipes_list() -> None:
    """List the shipped recipes."""
    for name in recipe_rules.shipped():
        _line(name, recipe_rules.read(name).title, 20)


@recipes.command("show")
@click.argument("name")
def recipes_show(name: str) -> None:
    """Print a recipe and the detectors that it selects."""
    recipe = check_recipe(name)
    click.echo(safe_text(recipe_rules.find(name).read_text(encoding="utf-8"), keep="\n"))
    for info in detect.infos(recipe):
        _line(info.id, ", ".join(info.entities))


@recipes.command("check")
@click.argument("names", nargs=-1)
def recipes_check(names: tuple[str, ...]) -> None:
    """Check recipes (default: everything that ships) and report all faults at once."""
    faults = [] if names else check_all()
    for name in names:
        try:
            detect.infos(check_recipe(name))
        except RuleError as error:
            faults += error.faults
    if faults:
        raise RuleError(faults)
    click.echo("no faults")


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[DIR] ID")
def explain(words: tuple[str, ...]) -> None:
    """Explain a detector, an entity, an obligation, a coverage reason, or (with DIR) a finding."""
    if len(words) > 2:
        raise click.UsageError("give one ID, with the folder of the audit before it for a finding")
    name, folder = words[-1], Path(words[0]) if len(words) == 2 else None
    for lines in (_detector(name), _entity(name), _obligation(name), _reason(name), _finding(name, folder)):
        if lines:
            click.echo("\n".join(safe_text(line) for line in lines))
            return
    raise AuditorError(
        f"nothing is called '{safe_text(name)}'; see 'auditor detectors list' and 'auditor regimes show'"
    )


def _detector(name: str) -> list[str]:
    return [line for info in _all() if info.id == name for line in _about(info)]


def _about(info: DetectorInfo) -> Iterator[str]:
    yield f"{info.id}: {info.title}"
    yield f"finds: {', '.join(info.entities)} ({info.engine})"
    yield from (f"pattern: {pattern}" for pattern in info.patterns)
    if info.context:
        yield f"words nearby that raise the score: {', '.join(info.context)}"
    yield from info.facts
    if info.false_positives:
        yield f"known false findings: {info.false_positives}"
    yield from (f"see {reference}" for reference in info.references)


def _entity(name: str) -> list[str]:
    entity = vocabulary().entities.get(name)
    if entity is None:
        return []
    finders = [info.id for info in _all() if name in info.entities]
    return [
        f"{name}: {entity.title}",
        f"class {entity.class_}, severity {entity.severity.value}",
        f"GDPR {entity.gdpr or 'n/a'}; CCPA {entity.ccpa or 'n/a'} {entity.ccpa_sensitive}".rstrip(),
        f"DPV {entity.dpv or 'none'}; fides {entity.fides or 'none'}; source {entity.source}",
        f"found by: {', '.join(finders) or 'no detector yet'}",
    ]


def _obligation(name: str) -> list[str]:
    return [
        line
        for regime in all_regimes().values()
        for one in regime.obligations
        if name in (one.id, f"{regime.id}.{one.id}")
        for line in _duty(one)
    ]


def _duty(one: Obligation) -> Iterator[str]:
    yield f"{one.id}: {one.title}"
    yield f"{one.citation}  {one.citation.url}"
    yield f"source mark: {one.provenance}; severity {one.severity.value}; {one.deadline}"
    yield from (f"asks for: {proof.text}{' (blocking)' if proof.blocking else ''}" for proof in one.evidence)
    if one.judgement:
        yield "a person must judge; the tool never settles it"
    yield from (f"to do: {action.text}" for action in one.actions)


def _reason(name: str) -> list[str]:
    return [f"{name}: {REASONS[name]}"] if name in REASONS else []


def _finding(name: str, folder: Path | None) -> list[str]:
    if not name.startswith("F-") or folder is None:
        return []
    import json

    from auditor.store.folder import Folder

    try:
        audit = json.loads(Folder.open(folder).audit.read_bytes())
    except (OSError, ValueError):
        raise AuditorError("audit.json is missing or damaged; run 'auditor rebuild DIR'") from None
    group = next((g for g in audit["findings"] if g["id"] == name), None)
    if group is None:
        return []
    lines = [f"{name}: {group['entity']} in column {group['column']} of {group['dataset']}"]
    lines += [
        f"{key}: {group[key]}" for key in ("severity", "rows", "findings", "weak", "max_score", "detectors", "shapes")
    ]
    return lines + _entity(group["entity"])
