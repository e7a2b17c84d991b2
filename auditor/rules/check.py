"""Checks across rule files: every name that one file uses stands in the file that defines it. All faults at once."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor import assets
from auditor.errors import RuleError
from auditor.rules import columns, facts, recipe, regime, regime_check
from auditor.rules.curation import FILE, CurationFile
from auditor.rules.load import Loc, Rule, load
from auditor.rules.pattern import PatternFile, PatternRule
from auditor.rules.recipe import Recipe
from auditor.rules.rule_file import RuleFile
from auditor.rules.terms import ColumnFile, FrameFile, TermFile
from auditor.rules.vocabulary import Vocabulary, vocabulary


def check_recipe(name: str) -> Recipe:
    """Load a recipe by shipped id or path and check it against vocabulary and regimes.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault found.
    """
    path = recipe.find(name)
    loaded = load(path, Recipe)
    faults = [*_recipe_faults(RuleFile(path), loaded), *_broken_regimes(loaded.regimes)]
    if faults:
        raise RuleError(faults)
    return loaded


def _broken_regimes(wanted: Iterable[str]) -> list[str]:
    """Faults of the regimes a recipe names; a wrong rule must not judge."""
    shipped = regime.paths()
    named = [shipped.get(name, Path(name)) for name in wanted if name in shipped or Path(name).is_file()]
    return [fault for path in named for fault in regime_check.faults(path)] or regime_check.clashes(named)


def check_all() -> list[str]:
    """Every fault of every shipped rule file: vocabulary, facts, detectors, regimes, recipes."""
    base = assets.recipes()
    broken = [
        *_file_faults(base / "entities.yaml", Vocabulary, _no_more),
        *_file_faults(base / "facts.yaml", facts.FactSchema, _no_more),
    ]
    if broken:
        return broken
    return [
        *(f for path in sorted((base / "detectors").glob("*.yaml")) for f in _pattern_file_faults(path)),
        *(f for path in sorted((base / "terms").glob("*.yaml")) for f in _term_file_faults(path)),
        *_file_faults(base / FILE, CurationFile, _curation_faults),
        *(f for path in columns.paths() for f in _file_faults(path, columns.ColumnFile, _column_faults)),
        *_file_faults(base / "columns" / "words.yaml", columns.Words, _no_more),
        *(f for path in regime.paths().values() for f in regime_check.faults(path)),
        *regime_check.clashes(regime.paths().values()),
        *(f for path in recipe.shipped().values() for f in _file_faults(path, Recipe, _recipe_faults)),
    ]


def _no_more(file: RuleFile, _: Rule) -> list[str]:
    return file.faults


def _file_faults(path: Path, model: type[Rule], check: Callable[[RuleFile, Any], list[str]]) -> list[str]:
    try:
        loaded = load(path, model)
    except RuleError as error:
        return error.faults
    return check(RuleFile(path), loaded)


def _recipe_faults(file: RuleFile, loaded: Recipe) -> list[str]:
    for i, name in enumerate(loaded.regimes):
        if name not in regime.paths() and not Path(name).is_file():
            file.known(("regimes", i), "regime", name, regime.paths())
    for entity in loaded.severity:
        file.known(("severity", entity), "entity", entity, vocabulary().entities)
    for i, rule in enumerate(loaded.patterns):
        _check_pattern(file, ("patterns", i), rule)
    if loaded.patterns:
        file.unique("patterns", [rule.id for rule in loaded.patterns], _shipped_ids())
    return file.faults


def _pattern_file_faults(path: Path) -> list[str]:
    return _file_faults(path, PatternFile, _detector_faults)


def _term_file_faults(path: Path) -> list[str]:
    if path.stem == "frames":  # no entity in it
        return _file_faults(path, FrameFile, _no_more)
    if path.stem == "columns":
        return _file_faults(path, ColumnFile, _term_column_faults)
    return _file_faults(path, TermFile, _term_faults)


def _term_faults(file: RuleFile, loaded: TermFile) -> list[str]:
    file.known(("entity",), "entity", loaded.entity, vocabulary().entities)
    return file.faults


def _term_column_faults(file: RuleFile, loaded: ColumnFile) -> list[str]:
    for entity in loaded.columns:
        file.known(("columns", entity), "entity", entity, vocabulary().entities)
    return file.faults


def _curation_faults(file: RuleFile, loaded: CurationFile) -> list[str]:
    """What is replaced is so by a rule of ours or another entry; what is not has enough cases."""
    homes = {*_shipped_ids(), *(name for name, rule in loaded.recognisers.items() if not rule.off)}
    for name, rule in loaded.recognisers.items():
        if rule.off:
            file.known(("recognisers", name, "replaced_by"), "detector", rule.replaced_by, homes)
        elif not rule.cases.match or not rule.cases.miss:
            what = f"'{name}' needs at least one case that matches and one that does not"
            file.fault(("recognisers", name, "cases"), what)
    return file.faults


def _detector_faults(file: RuleFile, loaded: PatternFile) -> list[str]:
    for i, rule in enumerate(loaded.detectors):
        _check_pattern(file, ("detectors", i), rule)
    others = {rule_id for rule_id, home in _detector_ids() if home != file.name}
    file.unique("detectors", [rule.id for rule in loaded.detectors], others)
    return file.faults


def _column_faults(file: RuleFile, loaded: columns.ColumnFile) -> list[str]:
    known = vocabulary().entities
    for i, rule in enumerate(loaded.rules):
        file.known(("rules", i, "entity"), "entity", rule.entity, known)
    for i, denial in enumerate(loaded.denials):
        for j, entity in enumerate(denial.entities):
            file.known(("denials", i, "entities", j), "entity", entity, known)
    return file.faults


def _check_pattern(file: RuleFile, loc: Loc, rule: PatternRule) -> None:
    file.known((*loc, "entity"), "entity", rule.entity, vocabulary().entities)
    if not rule.cases.match or not rule.cases.miss:
        file.fault((*loc, "cases"), f"'{rule.id}' needs at least one case that matches and one that does not")


def _detector_ids() -> Iterator[tuple[str, str]]:
    """(id, file) of every shipped pattern detector that can be read."""
    for path in sorted((assets.recipes() / "detectors").glob("*.yaml")):
        yield from ((rule_id, path.name) for rule_id in _ids_of(path, path.stat().st_mtime_ns))


@lru_cache(maxsize=256)
def _ids_of(path: Path, mtime_ns: int) -> tuple[str, ...]:  # noqa: ARG001 - a file that has changed is read again
    try:
        return tuple(rule.id for rule in load(path, PatternFile, shipped=True).detectors)
    except RuleError:
        return ()


def _shipped_ids() -> set[str]:
    return {rule_id for rule_id, _ in _detector_ids()}
