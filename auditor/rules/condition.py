"""Conditions of regimes as structured YAML: no expression language, exactly one kind of test per mapping."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from auditor.rules.load import Rule
from auditor.rules.truth import Truth, day, every, negate, some

Value = bool | int | float | str

_KINDS = {"all_": "all", "any_": "any", "not_": "not", "found": "found", "together": "together", "fact": "fact",
          "always": "always"}  # fmt: skip
_MODIFIERS = {
    "min_rows": ("found", "together"), "min_score": ("found",), "min_share": ("found",), "is_": ("fact",),
    "in_": ("fact",), "known": ("fact",), "at_least": ("fact",), "before": ("fact",),
}  # fmt: skip
_TESTS = ("is_", "in_", "known", "at_least", "before")
_DAY = re.compile(r"\d{4}-")


class Condition(Rule):
    """One test, or several joined by ``all``, ``any`` and ``not``.

    ``found`` names classes or entities; ``together`` two of them in one row, the second being what it is about;
    ``fact`` a declared fact with one of ``is``, ``in``, ``known``, ``at_least`` (a number, or the length of a list)
    and ``before`` (a day, or the key of another fact that is a day). A list ``is`` or is ``in`` something when any of
    its items is.
    """

    all_: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    any_: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    not_: "Condition | None" = Field(default=None, alias="not")
    found: tuple[str, ...] | None = Field(default=None, min_length=1)
    together: tuple[str, str] | None = None
    fact: str | None = None
    always: Literal[True] | None = None
    min_rows: int = Field(default=1, ge=1)
    min_score: Literal["weak", "review", "strong"] = "review"
    min_share: float = Field(default=0.0, ge=0, le=1)
    is_: Value | None = Field(default=None, alias="is")
    in_: tuple[Value, ...] | None = Field(default=None, alias="in", min_length=1)
    known: Literal[True] | None = None
    at_least: int | None = Field(default=None, ge=1)
    before: str | None = None

    @field_validator("before")
    @classmethod
    def _day(cls, value: str | None) -> str | None:
        return day(value) if value and _DAY.match(value) else value

    @model_validator(mode="after")
    def _one_kind(self) -> "Condition":
        given = self.model_fields_set
        kinds = [name for field, name in _KINDS.items() if getattr(self, field) is not None]
        if len(kinds) != 1:
            raise ValueError(f"give exactly one of {', '.join(_KINDS.values())}; here {', '.join(kinds) or 'none'}")
        for field, allowed in _MODIFIERS.items():
            if field in given and kinds[0] not in allowed:
                raise ValueError(f"'{field.rstrip('_')}' belongs to {' or '.join(allowed)}, not to {kinds[0]}")
        if self.fact is not None and sum(getattr(self, name) is not None for name in _TESTS) != 1:
            raise ValueError("a fact needs exactly one of is, in, known, at_least, before")
        if self.not_ is not None and self.not_.on_findings:
            raise ValueError("'not' over findings would let a finding switch an obligation off")
        return self

    def walk(self) -> Iterator["Condition"]:
        """This condition and all within it."""
        yield self
        for child in (*(self.all_ or ()), *(self.any_ or ()), *((self.not_,) if self.not_ else ())):
            yield from child.walk()

    def truth(self, leaf: Callable[["Condition"], Truth]) -> Truth:
        """Whether it holds, given what ``leaf`` says of every single test; unknown is None."""
        if self.all_ is not None:
            return every(child.truth(leaf) for child in self.all_)
        if self.any_ is not None:
            return some(child.truth(leaf) for child in self.any_)
        if self.not_ is not None:
            return negate(self.not_.truth(leaf))
        return True if self.always else leaf(self)

    def declared(self, value: Callable[[str], Any]) -> Truth:
        """The truth of a test on a declared fact; ``value`` gives a fact by its key, None where nobody declared it.

        Unknown where a value is, save for ``known``.
        """
        own = value(self.fact or "")
        if self.known:
            return own is not None
        other = value(self.other) if self.other else self.before
        if own is None or (self.before and other is None):
            return None
        if self.at_least is not None:
            return bool((len(own) if isinstance(own, tuple) else own) >= self.at_least)
        if self.before:
            return bool(own < other)
        wanted = self.in_ or (self.is_,)
        return any(item in wanted for item in (own if isinstance(own, tuple) else (own,)))

    @property
    def other(self) -> str:
        """Key of the fact it compares with; empty where it compares with a day, or not at all."""
        return self.before if self.before and not _DAY.match(self.before) else ""

    @property
    def on_findings(self) -> bool:
        """Whether anything in it depends on what was found."""
        return any(leaf.found or leaf.together for leaf in self.walk())

    @property
    def facts(self) -> tuple[str, ...]:
        """Keys of the facts it asks for, each once."""
        return tuple(dict.fromkeys(key for leaf in self.walk() for key in (leaf.fact, leaf.other) if key))

    @property
    def kinds(self) -> tuple[str, ...]:
        """Classes and entities it asks for, each once."""
        names = (name for leaf in self.walk() for name in (*(leaf.found or ()), *(leaf.together or ())))
        return tuple(dict.fromkeys(names))

    @property
    def matter(self) -> tuple[str, ...]:
        """Like :attr:`kinds`, but of two classes together the second alone: what the condition is about."""
        names = (name for leaf in self.walk() for name in (*(leaf.found or ()), *(leaf.together or ())[1:]))
        return tuple(dict.fromkeys(names))


ALWAYS = Condition(always=True)


def all_of(*conditions: Condition | None) -> Condition:
    """The conjunction of the conditions that are given."""
    given = tuple(c for c in conditions if c is not None)
    return given[0] if len(given) == 1 else Condition(all=given) if given else ALWAYS
