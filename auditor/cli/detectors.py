"""``auditor detectors``: list them, test them by their own cases, score them against labelled texts."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor import detect
from auditor.errors import AuditorError
from auditor.report.mask import safe_text
from auditor.rules import recipe as recipe_rules
from auditor.rules.check import check_recipe
from auditor.rules.vocabulary import vocabulary

if TYPE_CHECKING:
    from auditor.evaluate.cases import Failure, Outcome, Suite

_FORMATS = ("jsonl", "presidio", "brat")  # as in auditor.evaluate.read, which loads later; tested


@click.group()
def detectors() -> None:
    """List detectors, test them by their cases, score them against labelled texts."""


@detectors.command("list")
@click.option("-r", "--recipe", default="", help="Only those that a recipe selects.")
def detectors_list(recipe: str) -> None:
    """List the detectors with what they find."""
    for info in detect.infos(check_recipe(recipe) if recipe else recipe_rules.read("full")):
        click.echo(f"{info.id:<40} {safe_text(', '.join(info.entities) + ': ' + info.title)}")


@detectors.command("test")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("-r", "--recipe", default="", help="Test the patterns that a recipe brings itself (shipped id or file).")
def detectors_test(ids: tuple[str, ...], recipe: str) -> int:
    """Run the cases of detectors: all of them, or those whose ID is given; globs such as 'ids.*' work.

    Every rule carries texts in which it must find the spans marked «so», and near misses in which it must find
    nothing. The exit code is 1 when a case fails.
    """
    from auditor.evaluate import cases

    suites = cases.of_recipe(check_recipe(recipe)) if recipe else cases.shipped()
    if not suites:
        raise AuditorError(f"recipe '{safe_text(recipe)}' brings no patterns; leave -r out to test what ships")
    outcomes = [suite.run() for suite in _chosen(suites, ids)]
    for outcome in outcomes:
        _tell(outcome)
    failed = sum(len(outcome.failures) for outcome in outcomes)
    count = sum(outcome.cases for outcome in outcomes)
    click.echo(f"{len(outcomes):,} detectors, {count:,} cases, {failed:,} failed")
    return int(failed > 0)


def _chosen(suites: "Sequence[Suite]", ids: Sequence[str]) -> "list[Suite]":
    """The suites that are meant; an id that means none is an error."""
    known = [suite.id for suite in suites]
    for wanted in ids:
        if not any(fnmatchcase(name, wanted) for name in known):
            raise AuditorError(_unknown(wanted, known))
    return [suite for suite in suites if not ids or any(fnmatchcase(suite.id, wanted) for wanted in ids)]


def _unknown(wanted: str, known: Sequence[str]) -> str:
    name = safe_text(wanted)
    every = recipe_rules.read("full").model_copy(update={"countries": ("*",)})
    if any(info.id == wanted for info in detect.infos(every)):
        return f"'{name}' has no cases of its own; 'auditor explain {name}' says what it does"
    near = get_close_matches(wanted, known, 1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "leave the ID out to test all of them"
    return f"no detector with cases is called '{name}'; {hint}"


def _tell(outcome: "Outcome") -> None:
    click.echo(f"{outcome.id:<40} {outcome.cases:>4} cases, {len(outcome.failures)} failed")
    for failure in outcome.failures:
        for line in _details(failure):
            click.echo(f"    {safe_text(line)}")


def _details(failure: "Failure") -> list[str]:
    """A case that fails; cases are made up, so their text may be shown."""
    case = failure.case
    at_least = f", from a score of {case.least:g}" if case.least else ""
    if failure.lost:
        found = f"nothing: the detector gave up ({failure.lost})"
    else:
        found = ", ".join(f"«{text}» {score:.2f}" for text, score in failure.found) or "nothing"
    return [f"{case.kind}: {case.marked}", f"  found{at_least}: {found}"]


def _pairs(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    split = [tuple(part.strip() for part in value.partition("=")) for value in values]
    if any(not sign or not name for name, sign, _ in split):
        raise click.BadParameter("give LABEL=ENTITY, or LABEL= to leave a label out")
    return tuple((name, to) for name, _, to in split)


@detectors.command("evaluate")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("-r", "--recipe", default="full", show_default=True, help="Shipped recipe or YAML file.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="Format of the files (default: by content).")
@click.option(
    "--threshold", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Least score of a finding."
)
@click.option(
    "--map", "renames", multiple=True, metavar="A=B", callback=_pairs,
    help="Call labels and findings named A (globs work) B; 'A=' leaves them out; repeatable.",
)  # fmt: skip
@click.option("--entities", default="", metavar="A,B", help="Compare these only; the labels are taken to know them.")
@click.option("--strict", is_flag=True, help="Findings of entities that are labelled nowhere are false positives.")
@click.option("--by-language", is_flag=True, help="Also one table for every language.")
@click.option("--show-errors", type=click.IntRange(0, 10_000), default=0, metavar="N",
              help="Places of up to N errors per entity and kind; never text.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write all figures as JSON to a file.")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON instead of tables.")
def detectors_evaluate(
    files: tuple[Path, ...],
    recipe: str,
    format_: Any,
    threshold: float,
    renames: tuple[tuple[str, str], ...],
    entities: str,
    output: Path | None,
    *,
    strict: bool,
    by_language: bool,
    show_errors: int,
    as_json: bool,
) -> int:
    """Score the detectors against labelled texts: precision, recall and F1 by entity, with 95 % intervals.

    \b
    JSON Lines    {"text": "...", "spans": [{"start": 0, "end": 4, "entity": "PERSON"}], "language": "en"}
    presidio      a JSON list of {"full_text": ..., "spans": [{"entity_type", "start_position", "end_position"}]}
    brat          NAME.txt beside NAME.ann, or a folder of such pairs

    Offsets are code points, half-open. Records that cannot be read are counted and named, and the others scored; the
    exit code is 2 only when none can be read. No text is printed.
    """
    from auditor.cli import scores
    from auditor.evaluate import Names, evaluate, read
    from auditor.store.folder import write_private

    chosen = check_recipe(recipe)
    wanted = _entities(entities, [to for _, to in renames])
    report = evaluate(
        read(files, format_, chosen.bounds()),
        chosen,
        threshold,
        entities=wanted,
        names=Names(renames),
        by=(lambda record: record.language or "unknown") if by_language else None,
        strict=strict,
        show_errors=show_errors,
    )
    data = json.dumps(report.as_dict(), indent=2, ensure_ascii=False) + "\n"
    if output is not None:
        write_private(output, data.encode("utf-8"))
    if as_json:
        click.echo(data, nl=False)
    else:
        scores.show(report)
    if not report.records:
        raise AuditorError(scores.nothing(report))
    return 0


def _entities(text: str, targets: Sequence[str]) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    known = [*vocabulary().entities, *targets]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else "'auditor detectors list' names them"
            raise click.BadParameter(f"no entity '{safe_text(name)}'; {hint}", param_hint="--entities")
    return names
