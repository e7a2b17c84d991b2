"""One rule file while it is checked: places of its values, and the faults found so far."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from auditor.rules.load import Loc, plain


class RuleFile:
    """One rule file that loaded, with the lines of its values and the faults found so far."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self.faults: list[str] = []

    @cached_property
    def _reader(self) -> Any:
        """Who knows the lines: a file without a fault needs none."""
        return plain(self._path)[1]

    def fault(self, loc: Loc, what: str) -> None:
        """Note a fault at the place of a value."""
        self.faults.append(f"{self.name}:{self._reader.line(loc)}: {what}")

    def known(self, loc: Loc, what: str, name: str, names: Iterable[str]) -> bool:
        """Whether ``name`` is one of ``names``; notes a fault with a suggestion when it is not."""
        have = frozenset(names)
        if name in have:
            return True
        near = get_close_matches(name, sorted(have), 1)
        hint = f"did you mean '{near[0]}'?" if near else "see " + _HOMES[what]
        self.fault(loc, f"no {what} '{name}'; {hint}")
        return False

    def unique(self, key: str, ids: list[str], taken: Iterable[str]) -> None:
        """Note every id of the list under ``key`` that is given twice or taken elsewhere."""
        seen = set(taken)
        for i, rule_id in enumerate(ids):
            if rule_id in seen:
                self.fault((key, i, "id"), f"the id '{rule_id}' is taken; ids are unique over all files")
            seen.add(rule_id)


_HOMES = {
    "entity": "recipes/entities.yaml",
    "detector": "recipes/detectors/",
    "class or entity": "recipes/entities.yaml",
    "fact": "recipes/facts.yaml",
    "regime": "recipes/regimes/",
    "penalty": "the 'penalties' of the regime",
}
