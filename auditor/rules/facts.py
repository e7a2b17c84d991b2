"""Declared facts: the schema in ``recipes/facts.yaml`` and the user's ``dataset.yaml`` read against it.

A fact that is missing or null is unknown, never false.
"""

import difflib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.model import Fact
from auditor.rules.condition import Condition
from auditor.rules.load import Loc, Rule, by_line, load, plain
from auditor.rules.truth import day

_ANSWERS = {"yes": True, "no": False, True: True, False: False}
_DECLARATION = ("value", "by", "on", "ref")


class FactRule(Rule):
    """One question that only a person can answer."""

    question: str
    type: Literal["yes/no", "choice", "text", "date", "list", "number"]
    values: dict[str, str] = Field(default={}, description="allowed values with their meaning; empty means any text")
    why: str = Field(description="which obligations ask for it")

    @model_validator(mode="after")
    def _choices(self) -> "FactRule":
        if self.type == "choice" and not self.values:
            raise ValueError("a choice needs 'values'")
        if self.values and self.type not in ("choice", "list"):
            raise ValueError(f"'values' belongs to a choice or a list, not to {self.type}")
        return self

    def parse(self, value: Any) -> Any:
        """The value in its plain form.

        Raises:
            ValueError: when the type does not allow it; the message says what would be allowed.
        """
        return _PARSERS[self.type](self, value)


class Group(Rule):
    """Facts under one heading of the questionnaire."""

    title: str
    facts: dict[str, FactRule]


class Contradiction(Rule):
    """Answers that cannot all be true, and why."""

    when: Condition
    text: str

    @model_validator(mode="after")
    def _facts_only(self) -> "Contradiction":
        if self.when.on_findings or not self.when.facts:
            raise ValueError("a contradiction is one of declared facts")
        return self


class FactSchema(Rule):
    """All questions, by heading, and which answers contradict one another."""

    groups: tuple[Group, ...]
    contradictions: tuple[Contradiction, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> "FactSchema":
        keys = [key for group in self.groups for key in group.facts]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"asked twice: {', '.join(twice)}")
        unknown = {key for one in self.contradictions for key in one.when.facts} - set(keys)
        if unknown:
            raise ValueError(f"'contradictions' speaks of facts nobody asks for: {', '.join(sorted(unknown))}")
        return self

    def all(self) -> dict[str, FactRule]:
        """Every fact by key, in the order of the questionnaire."""
        return {key: rule for group in self.groups for key, rule in group.facts.items()}


def _yes_no(_: FactRule, value: Any) -> bool:
    if isinstance(value, (str, bool)) and value in _ANSWERS:
        return _ANSWERS[value]
    raise ValueError("answer yes or no")


def _choice(rule: FactRule, value: Any) -> str:
    if value in list(rule.values):
        return str(value)
    near = difflib.get_close_matches(str(value), list(rule.values), 1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    raise ValueError(f"{hint}give one of {', '.join(rule.values)}")


def _text(_: FactRule, value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("give a text, such as a link or the name of a document")


def _date(_: FactRule, value: Any) -> str:
    return day(value)


def _list(rule: FactRule, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("give a list such as [one, two]; [] means none")
    one = _choice if rule.values else _text
    return tuple(one(rule, item) for item in value)


def _number(_: FactRule, value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise ValueError("give a number")


_PARSERS = {
    "yes/no": _yes_no, "choice": _choice, "text": _text, "date": _date, "list": _list, "number": _number,
}  # fmt: skip


@cache
def schema() -> FactSchema:
    """The shipped questions."""
    return load(assets.recipes() / "facts.yaml", FactSchema)


@dataclass(frozen=True)
class Facts:
    """What was declared for one dataset; a key nobody declared has the value None."""

    title: str = ""
    declared: dict[str, Fact] = field(default_factory=dict)

    def get(self, key: str) -> Fact:
        """The fact of this key, unknown when not declared."""
        return self.declared.get(key, Fact(key, None))

    def all(self) -> tuple[Fact, ...]:
        """Every known key in the order of the questionnaire, undeclared ones with the value None."""
        return tuple(self.get(key) for key in schema().all())


def load_facts(path: Path | None) -> Facts:
    """Read a ``dataset.yaml``; without a path everything is unknown.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault found.
    """
    if path is None:
        return Facts()
    reader = _DatasetFile(path)
    facts = reader.read()
    if reader.faults:
        raise RuleError(sorted(set(reader.faults), key=by_line))
    return facts


class _DatasetFile:
    """One ``dataset.yaml`` on its way to :class:`Facts`; collects every fault with its line."""

    def __init__(self, path: Path) -> None:
        self.data, self.reader = plain(path)
        self.name = path.name
        self.faults = list(self.reader.faults)

    def fault(self, loc: Loc, what: str) -> None:
        self.faults.append(f"{self.name}:{self.reader.line(loc)}: {what}")

    def read(self) -> Facts:
        data = self.mapping(self.data, (), ("title", "facts"))
        title = data.get("title") or ""
        if not isinstance(title, str):
            self.fault(("title",), "'title': give a text")
            title = ""
        given = self.mapping(data.get("facts"), ("facts",), tuple(schema().all()))
        declared = {key: self.fact(key, value) for key, value in given.items()}
        self.contradictions(declared)
        return Facts(title, {key: fact for key, fact in declared.items() if fact.value is not None})

    def contradictions(self, declared: dict[str, Fact]) -> None:
        """Note answers that cannot all be true, at the line of the last of them."""

        def value(key: str) -> Any:
            return declared[key].value if key in declared else None

        for one in schema().contradictions:
            if one.when.truth(lambda leaf: leaf.declared(value)):
                keys = [key for key in one.when.facts if value(key) is not None]
                last = max(keys, key=lambda key: self.reader.line(("facts", key)))
                said = " and ".join(f"'{key}'" for key in keys)
                self.fault(("facts", last), f"{said} contradict one another: {one.text}; correct one or make it null")

    def mapping(self, value: Any, loc: Loc, known: tuple[str, ...]) -> dict[str, Any]:
        """The known keys of a mapping; null counts as empty."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fault(loc, f"'{loc[-1] if loc else 'file'}': give keys with values")
            return {}
        for key in [k for k in value if k not in known]:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else "'auditor init' writes a file with every known key"
            self.fault((*loc, key), f"unknown key '{key}'; {hint}")
        return {k: v for k, v in value.items() if k in known}

    def fact(self, key: str, given: Any) -> Fact:
        loc: Loc = ("facts", key)
        if not isinstance(given, dict):
            return Fact(key, self.value(key, given, loc))
        said = self.mapping(given, loc, _DECLARATION)
        by, on, ref = (self.note(said.get(name), (*loc, name)) for name in _DECLARATION[1:])
        return Fact(key, self.value(key, said.get("value"), (*loc, "value")), f"{by} ({ref})" if ref else by, on)

    def value(self, key: str, given: Any, loc: Loc) -> Any:
        try:
            return None if given is None else schema().all()[key].parse(given)
        except ValueError as error:
            self.fault(loc, f"'{key}': {error}")
            return None

    def note(self, given: Any, loc: Loc) -> str:
        if given is None:
            return ""
        if not isinstance(given, str):
            self.fault(loc, f"'{loc[-1]}': give a text")
            return ""
        return self.day(given, loc) if loc[-1] == "on" else given

    def day(self, given: str, loc: Loc) -> str:
        try:
            return day(given)
        except ValueError as error:
            self.fault(loc, f"'{loc[-1]}': {error}")
            return ""


def template() -> str:
    """A commented ``dataset.yaml`` with every question and no answer."""
    return "\n".join(_template_lines()) + "\n"


def _template_lines() -> Iterator[str]:
    yield from _comment(
        "What a scan cannot see. Answer what you know: null means unknown, never no. Instead of a bare value you may"
        " write {value: ..., by: who says so, on: 2026-01-31, ref: where it is written}."
    )
    yield from ("title: null", "facts:")
    for group in schema().groups:
        yield from ("", *_comment(f"--- {group.title} ---", "  "))
        for key, rule in group.facts.items():
            yield from ("", *_comment(rule.question, "  "), *_comment(f"Asked for: {rule.why}", "  "))
            yield from _allowed(rule)
            yield f"  {key}: null"


def _allowed(rule: FactRule) -> Iterator[str]:
    kinds = {"yes/no": "yes or no", "date": "a date, YYYY-MM-DD", "number": "a number", "text": "a text or link"}
    if not rule.values:
        yield from _comment(f"Answer: {kinds.get(rule.type, 'a list of texts')}", "  ")
        return
    yield from _comment("Answer: a list of" if rule.type == "list" else "Answer: one of", "  ")
    for value, meaning in rule.values.items():
        yield from _comment(f"  {value}: {meaning}", "  ")


def _comment(text: str, indent: str = "") -> list[str]:
    inner = "  " if text.startswith("  ") else ""
    return textwrap.wrap(text.strip(), 110, initial_indent=f"{indent}# {inner}", subsequent_indent=f"{indent}# {inner}")
