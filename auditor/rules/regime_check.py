"""Regimes against the files they speak of: entities, facts, penalties and ids exist. All faults at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from auditor.errors import RuleError
from auditor.rules import facts, regime
from auditor.rules.condition import Condition
from auditor.rules.facts import FactRule
from auditor.rules.load import Loc, by_line, plain
from auditor.rules.obligation import Obligation
from auditor.rules.regime import Regime
from auditor.rules.rule_file import RuleFile
from auditor.rules.vocabulary import vocabulary


def check_regime(name: str) -> Regime:
    """Load a regime by shipped id or path and check it against vocabulary and facts.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault found.
    """
    path = regime.find(name)
    found = faults(path)
    if not found and name not in regime.paths():
        found = clashes([*regime.paths().values(), path])
    if found:
        raise RuleError(found)
    return regime.load_regime(name)


def faults(path: Path) -> list[str]:
    """Every fault of the file of a regime; where its form is wrong, of as much of it as can be read."""
    file = RuleFile(path)
    try:
        loaded = regime.read(path)
    except RuleError as error:
        _check_parts(file, path)
        return sorted({*error.faults, *file.faults}, key=by_line)
    _check_regime(file, loaded)
    return sorted(file.faults, key=by_line)


def clashes(files: Iterable[Path]) -> list[str]:
    """Obligations with an id that another regime has taken."""
    taken: dict[str, str] = {}
    found = []
    for path in files:
        try:
            loaded = regime.read(path)
        except RuleError:
            continue
        for i, duty in enumerate(loaded.obligations):
            if taken.setdefault(duty.id, path.name) != path.name:
                line = plain(path)[1].line((*loaded.place(i), "id"))
                found.append(f"{path.name}:{line}: the id '{duty.id}' is taken by {taken[duty.id]}")
    return found


def _check_regime(file: RuleFile, loaded: Regime) -> None:
    if loaded.id != Path(file.name).stem:
        file.fault(("id",), f"the id '{loaded.id}' must be the name of the file")
    _check_condition(file, ("scope",), loaded.scope)
    _check_condition(file, ("presupposes",), loaded.presupposes)
    seen: set[str] = set()
    for i, duty in enumerate(loaded.obligations):
        if duty.id in seen:
            file.fault((*loaded.place(i), "id"), f"the id '{duty.id}' is taken; ids are unique over all files")
        seen.add(duty.id)
        _check_obligation(file, loaded.place(i), duty, loaded.penalties)


def _check_parts(file: RuleFile, path: Path) -> None:
    """What can be said of a file whose form is wrong: its obligations and conditions, one by one."""
    try:
        data = plain(path)[0]
    except RuleError:
        return
    if not isinstance(data, dict):
        return
    for field in ("scope", "presupposes"):
        _check_raw_condition(file, (field,), data.get(field))
    for loc, raw in _raw_obligations(data):
        try:
            _check_obligation(file, loc, Obligation.model_validate(raw), data.get("penalties") or {})
        except ValidationError:
            for field in ("scope", "trigger", "review_when", "hard_fail"):
                _check_raw_condition(file, (*loc, field), raw.get(field))


def _raw_obligations(data: dict[str, Any]) -> Iterator[tuple[Loc, dict[str, Any]]]:
    listed, changed = data.get("obligations"), data.get("changes")
    yield from ((("obligations", i), one) for i, one in _items(enumerate(listed) if isinstance(listed, list) else ()))
    yield from ((("changes", key), one) for key, one in _items(changed.items() if isinstance(changed, dict) else ()))


def _items(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, dict[str, Any]]]:
    return ((key, one) for key, one in pairs if isinstance(one, dict))


def _check_raw_condition(file: RuleFile, loc: Loc, raw: object) -> None:
    if isinstance(raw, dict):
        try:
            _check_condition(file, loc, Condition.model_validate(raw))
        except ValidationError:
            return  # said with the form


def _check_obligation(file: RuleFile, loc: Loc, duty: Obligation, penalties: Iterable[str]) -> None:
    for where, condition in duty.conditions().items():
        path = tuple(int(part) if part.isdigit() else part for part in where.split("."))
        _check_condition(file, (*loc, *path), condition)
    for i, proof in enumerate(duty.evidence):
        wanted = proof.check["in"] if isinstance(proof.check, dict) else ()
        for key in proof.facts:
            if file.known((*loc, "evidence", i, "fact"), "fact", key, facts.schema().all()):
                _check_values(file, (*loc, "evidence", i, "check"), facts.schema().all()[key], wanted)
    for i, action in enumerate(duty.actions):
        for target in (t for t in action.target if t != "dataset"):
            _check_kind(file, (*loc, "actions", i, "target"), target)
    if duty.penalty:
        file.known((*loc, "penalty"), "penalty", duty.penalty, penalties)


def _check_condition(file: RuleFile, loc: Loc, condition: Condition) -> None:
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
        if condition.before and rule.type != "date":
            file.fault(loc, f"'before' needs a date; '{condition.fact}' is a {rule.type}")
    if condition.other and file.known(loc, "fact", condition.other, facts.schema().all()):
        kind = facts.schema().all()[condition.other].type
        if kind != "date":
            file.fault(loc, f"'before' needs a date; '{condition.other}' is a {kind}")


def _check_kind(file: RuleFile, loc: Loc, name: str) -> None:
    file.known(loc, "class or entity", name, vocabulary().kinds)


def _check_values(file: RuleFile, loc: Loc, rule: FactRule, values: Iterable[object]) -> None:
    for value in values:
        try:
            rule.parse([value] if rule.type == "list" else value)
        except ValueError as error:
            file.fault(loc, f"the value can never be declared: {error}")
