"""Checks across rule files: every name that one file uses stands in the file that defines it. All faults at once."""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor import assets
from auditor.errors import RuleError
from auditor.rules import columns, facts, recipe, regime
from auditor.rules.condition import Condition
from auditor.rules.curation import FILE, CurationFile
from auditor.rules.facts import FactRule
from auditor.rules.load import Loc, Rule, by_line, load, plain
from auditor.rules.pattern import PatternFile, PatternRule
from auditor.rules.recipe import Recipe
from auditor.rules.regime import Obligation, Regime
from auditor.rules.terms import ColumnFile, FrameFile, TermFile
from auditor.rules.vocabulary import Vocabulary, vocabulary


class _File:
    """One rule file that loaded, with the lines of its values and the faults found so far."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.reader = plain(path)[1]
        self.faults: list[str] = []

    def fault(self, loc: Loc, what: str) -> None:
        self.faults.append(f"{self.name}:{self.reader.line(loc)}: {what}")

    def known(self, loc: Loc, what: str, name: str, names: Iterable[str]) -> bool:
        """Whether ``name`` is one of ``names``; notes a fault with a suggestion when it is not."""
        have = sorted(names)
        if name in have:
            return True
        near = get_close_matches(name, have, 1)
        hint = f"did you mean '{near[0]}'?" if near else "see " + _HOME[what]
        self.fault(loc, f"no {what} '{name}'; {hint}")
        return False


_HOME = {
    "entity": "recipes/entities.yaml",
    "detector": "recipes/detectors/",
    "class or entity": "recipes/entities.yaml",
    "fact": "recipes/facts.yaml",
    "regime": "recipes/regimes/",
    "penalty": "the 'penalties' of the regime",
}


def check_recipe(name: str) -> Recipe:
    """Load a recipe by shipped id or path and check it against vocabulary and regimes.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault found.
    """
    path = recipe.find(name)
    loaded = load(path, Recipe)
    faults = [*_recipe_faults(_File(path), loaded), *_broken_regimes(loaded.regimes)]
    if faults:
        raise RuleError(faults)
    return loaded


def _broken_regimes(wanted: Iterable[str]) -> list[str]:
    """Faults of the regimes a recipe names; a wrong rule must not judge."""
    shipped = regime.paths()
    named = [shipped.get(name, Path(name)) for name in wanted if name in shipped or Path(name).is_file()]
    return [fault for path in named for fault in _file_faults(path, Regime, _regime_faults)]


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
        *(f for path in regime.paths().values() for f in _file_faults(path, Regime, _regime_faults)),
        *_clashes(),
        *(f for path in recipe.shipped().values() for f in _file_faults(path, Recipe, _recipe_faults)),
    ]


def _no_more(file: _File, _: Rule) -> list[str]:
    return file.faults


def _file_faults(path: Path, model: type[Rule], check: Callable[[_File, Any], list[str]]) -> list[str]:
    try:
        loaded = load(path, model)
    except RuleError as error:
        return error.faults
    return check(_File(path), loaded)


def _recipe_faults(file: _File, loaded: Recipe) -> list[str]:
    for i, name in enumerate(loaded.regimes):
        if name not in regime.paths() and not Path(name).is_file():
            file.known(("regimes", i), "regime", name, regime.paths())
    for entity in loaded.severity:
        file.known(("severity", entity), "entity", entity, vocabulary().entities)
    for i, rule in enumerate(loaded.patterns):
        _check_pattern(file, ("patterns", i), rule)
    if loaded.patterns:
        _check_ids(file, "patterns", [rule.id for rule in loaded.patterns], _shipped_ids())
    return file.faults


def _pattern_file_faults(path: Path) -> list[str]:
    return _file_faults(path, PatternFile, _detector_faults)


def _term_file_faults(path: Path) -> list[str]:
    if path.stem == "frames":  # no entity in it
        return _file_faults(path, FrameFile, _no_more)
    if path.stem == "columns":
        return _file_faults(path, ColumnFile, _term_column_faults)
    return _file_faults(path, TermFile, _term_faults)


def _term_faults(file: _File, loaded: TermFile) -> list[str]:
    file.known(("entity",), "entity", loaded.entity, vocabulary().entities)
    return file.faults


def _term_column_faults(file: _File, loaded: ColumnFile) -> list[str]:
    for entity in loaded.columns:
        file.known(("columns", entity), "entity", entity, vocabulary().entities)
    return file.faults


def _curation_faults(file: _File, loaded: CurationFile) -> list[str]:
    """What is replaced is so by a rule of ours or another entry; what is not has enough cases."""
    homes = {*_shipped_ids(), *(name for name, rule in loaded.recognisers.items() if not rule.off)}
    for name, rule in loaded.recognisers.items():
        if rule.off:
            file.known(("recognisers", name, "replaced_by"), "detector", rule.replaced_by, homes)
        elif not rule.cases.match or not rule.cases.miss:
            what = f"'{name}' needs at least one case that matches and one that does not"
            file.fault(("recognisers", name, "cases"), what)
    return file.faults


def _detector_faults(file: _File, loaded: PatternFile) -> list[str]:
    for i, rule in enumerate(loaded.detectors):
        _check_pattern(file, ("detectors", i), rule)
    others = {rule_id for rule_id, home in _detector_ids() if home != file.name}
    _check_ids(file, "detectors", [rule.id for rule in loaded.detectors], others)
    return file.faults


def _column_faults(file: _File, loaded: columns.ColumnFile) -> list[str]:
    known = vocabulary().entities
    for i, rule in enumerate(loaded.rules):
        file.known(("rules", i, "entity"), "entity", rule.entity, known)
    for i, denial in enumerate(loaded.denials):
        for j, entity in enumerate(denial.entities):
            file.known(("denials", i, "entities", j), "entity", entity, known)
    return file.faults


def _check_pattern(file: _File, loc: Loc, rule: PatternRule) -> None:
    file.known((*loc, "entity"), "entity", rule.entity, vocabulary().entities)
    if not rule.cases.match or not rule.cases.miss:
        file.fault((*loc, "cases"), f"'{rule.id}' needs at least one case that matches and one that does not")


def _check_ids(file: _File, key: str, ids: list[str], taken: Iterable[str]) -> None:
    seen = set(taken)
    for i, rule_id in enumerate(ids):
        if rule_id in seen:
            file.fault((key, i, "id"), f"the id '{rule_id}' is taken; ids are unique over all files")
        seen.add(rule_id)


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


def _clashes() -> list[str]:
    """Obligations with an id that another regime has taken."""
    taken: dict[str, str] = {}
    faults = []
    for path in regime.paths().values():
        try:
            loaded = load(path, Regime)
        except RuleError:
            continue
        for i, duty in enumerate(loaded.obligations):
            if taken.setdefault(duty.id, path.name) != path.name:
                line = plain(path)[1].line(("obligations", i, "id"))
                faults.append(f"{path.name}:{line}: the id '{duty.id}' is taken by {taken[duty.id]}")
    return faults


def _regime_faults(file: _File, loaded: Regime) -> list[str]:
    if loaded.id != Path(file.name).stem:
        file.fault(("id",), f"the id '{loaded.id}' must be the name of the file")
    _check_condition(file, ("scope",), loaded.scope)
    _check_condition(file, ("presupposes",), loaded.presupposes)
    _check_ids(file, "obligations", [duty.id for duty in loaded.obligations], ())
    for i, duty in enumerate(loaded.obligations):
        _check_obligation(file, ("obligations", i), duty, loaded)
    file.faults.sort(key=by_line)
    return file.faults


def _check_obligation(file: _File, loc: Loc, duty: Obligation, home: Regime) -> None:
    for where, condition in duty.conditions().items():
        path = tuple(int(part) if part.isdigit() else part for part in where.split("."))
        _check_condition(file, (*loc, *path), condition)
    for i, proof in enumerate(duty.evidence):
        if file.known((*loc, "evidence", i, "fact"), "fact", proof.fact, facts.schema().all()):
            wanted = proof.check["in"] if isinstance(proof.check, dict) else ()
            _check_values(file, (*loc, "evidence", i, "check"), facts.schema().all()[proof.fact], wanted)
    for i, action in enumerate(duty.actions):
        for target in (t for t in action.target if t != "dataset"):
            _check_kind(file, (*loc, "actions", i, "target"), target)
    if duty.penalty:
        file.known((*loc, "penalty"), "penalty", duty.penalty, home.penalties)


def _check_condition(file: _File, loc: Loc, condition: Condition) -> None:
    for key, children in (("all", condition.all_), ("any", condition.any_)):
        for i, child in enumerate(children or ()):
            _check_condition(file, (*loc, key, i), child)
    if condition.not_ is not None:
        _check_condition(file, (*loc, "not"), condition.not_)
    for name in (*(condition.found or ()), *(condition.together or ())):
        _check_kind(file, loc, name)
    if condition.fact is not None and file.known(loc, "fact", condition.fact, facts.schema().all()):
        rule = facts.schema().all()[condition.fact]
        _check_values(file, loc, rule, condition.in_ or (() if condition.is_ is None else (condition.is_,)))
        if condition.at_least and rule.type not in ("list", "number"):
            file.fault(loc, f"'at_least' needs a list or a number; '{condition.fact}' is a {rule.type}")


def _check_kind(file: _File, loc: Loc, name: str) -> None:
    file.known(loc, "class or entity", name, {*vocabulary().classes, *vocabulary().entities})


def _check_values(file: _File, loc: Loc, rule: FactRule, values: Iterable[object]) -> None:
    for value in values:
        try:
            rule.parse([value] if rule.type == "list" else value)
        except ValueError as error:
            file.fault(loc, f"the value can never be declared: {error}")
