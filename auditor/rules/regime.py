"""Regimes as data: ``recipes/regimes/*.yaml``, one file per law, one entry per obligation."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, PrivateAttr, field_validator

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.condition import Condition, all_of
from auditor.rules.load import Loc, Rule, load
from auditor.rules.obligation import Id, Obligation, Penalty


class Regime(Rule):
    """One law. ``scope`` and ``presupposes`` go for all its obligations and are not repeated in them."""

    id: Id
    title: str
    jurisdiction: str
    version: str
    published: date
    disclaimer: str
    scope: Condition
    presupposes: Condition
    penalties: dict[str, Penalty] = Field(default={})
    obligations: tuple[Obligation, ...] = Field(min_length=1)
    _places: tuple[Loc, ...] = PrivateAttr(default=())

    @field_validator("scope")
    @classmethod
    def _facts_only(cls, value: Condition) -> Condition:
        if value.on_findings:
            raise ValueError("depends on declared facts only")
        return value

    def place(self, number: int) -> Loc:
        """Where in its file the obligation of this number stands; an overlay holds only what it changes."""
        return self._places[number] if self._places else ("obligations", number)

    def put(self, places: tuple[Loc, ...]) -> "Regime":
        """This regime, its obligations standing at ``places``."""
        self._places = places
        return self

    def scope_of(self, obligation: Obligation) -> Condition:
        """When the obligation can concern the dataset at all."""
        return all_of(self.scope, obligation.scope)

    def trigger_of(self, obligation: Obligation) -> Condition:
        """What sets the obligation in motion, with what the regime presupposes."""
        return obligation.trigger if obligation.standalone else all_of(self.presupposes, obligation.trigger)


def paths() -> dict[str, Path]:
    """Shipped regimes by id (= file name)."""
    return {path.stem: path for path in sorted((assets.recipes() / "regimes").glob("*.yaml"))}


def find(name: str) -> Path:
    """Path of a regime given by shipped id or by file.

    Raises:
        RuleError: when there is none; the message lists the shipped ids.
    """
    known = paths()
    if name in known:
        return known[name]
    if Path(name).suffix in (".yaml", ".yml") and Path(name).is_file():
        return Path(name)
    raise RuleError([f"no regime '{name}'; have {', '.join(known)}, or give the path of a YAML file"])


@cache
def load_regime(name: str) -> Regime:
    """A regime by shipped id or by path of a YAML file.

    Raises:
        RuleError: when there is none, or with one entry for every fault of the file.
    """
    return read(find(name))


def read(path: Path) -> Regime:
    """The regime of a file, or what an overlay in it makes of another regime.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault of the file.
    """
    from auditor.rules.overlay import extends, overlaid

    return overlaid(path) if extends(path) else load(path, Regime)


def regimes() -> dict[str, Regime]:
    """All shipped regimes by id."""
    return {name: load_regime(name) for name in paths()}
