"""What is known about one audit, and the truth of a condition in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from auditor.model import REASONS, Evidence, Looked, Together
from auditor.rules.condition import Condition
from auditor.rules.facts import Facts
from auditor.rules.truth import Truth
from auditor.rules.vocabulary import Vocabulary, is_class

_BANDS = ("weak", "review", "strong")


class Absent(Enum):
    """What it counts as when something was not found."""

    HONEST = "false where the scan looked everywhere for it, else unknown"
    FALSE = "false"
    TRUE = "true: as if it had been found"


@dataclass(frozen=True)
class World:
    """Findings counted, how far the scan looked, and what was declared."""

    evidence: Sequence[Evidence]
    together: Sequence[Together]
    looked: Looked
    facts: Facts
    words: Vocabulary

    def truth(self, condition: Condition, absent: Absent = Absent.HONEST) -> Truth:
        """Whether a condition holds."""
        return condition.truth(lambda leaf: self._leaf(leaf, absent))

    def _leaf(self, leaf: Condition, absent: Absent) -> Truth:
        return leaf.declared(self._value) if leaf.fact is not None else self._seen(leaf, absent)

    def _value(self, key: str) -> Any:
        return self.facts.get(key).value

    def _seen(self, condition: Condition, absent: Absent) -> Truth:
        if absent is Absent.TRUE:
            return True
        truth = self._together(condition) if condition.together else self._found(condition)
        if truth is not False or absent is Absent.FALSE:
            return truth
        return None if self.unseen([condition]) else False

    def rows(self, names: Iterable[str], least: str = "weak") -> int:
        """Rows with findings of these classes or entities in this band or above, summed over columns."""
        wanted, bands = self.words.expand(names), _BANDS[_BANDS.index(least) :]
        return sum(e.rows for e in self.evidence if e.entity in wanted and e.band in bands)

    def _found(self, condition: Condition) -> Truth:
        """Counted at the threshold; findings below it leave the question open."""
        names, least = condition.found or (), max(condition.min_rows, condition.min_share * self.looked.rows)
        if self.rows(names, condition.min_score) >= least:
            return True
        return None if self.rows(names) >= least else False

    def _together(self, condition: Condition) -> Truth:
        """Pairs of classes may share rows, so the largest pair is sure and the sum only possible.

        So is what whole columns may share at most.
        """
        first, second = condition.together or ("", "")
        pairs = self._shared(condition)
        if max((t.rows for t in pairs), default=0) >= condition.min_rows:
            return True
        most = sum(max(t.rows, t.at_most) for t in pairs)
        return None if most >= condition.min_rows or self._maybe_together(first, second) else False

    def beside(self, condition: Condition) -> tuple[int, tuple[str, ...]]:
        """Rows that surely hold the classes of some pair of the condition, and the first classes of such pairs."""
        leaves = [leaf for leaf in condition.walk() if leaf.together]
        shared: dict[str, int] = {}
        for leaf in leaves:
            first = (leaf.together or ("",))[0]
            shared[first] = max([shared.get(first, 0), *(t.rows for t in self._shared(leaf))])
        return max(shared.values(), default=0), tuple(name for name, rows in shared.items() if rows)

    def possibly_beside(self, condition: Condition) -> int:
        """Rows that may hold some pair of the condition, where whole columns leave open which rows they share."""
        pairs = [t for leaf in condition.walk() if leaf.together for t in self._shared(leaf)]
        return max((t.at_most for t in pairs if t.at_most > t.rows), default=0)

    def _shared(self, leaf: Condition) -> list[Together]:
        first, second = leaf.together or ("", "")
        return [t for t in self.together if _pair(t, first, second)]

    def _maybe_together(self, first: str, second: str) -> bool:
        """Both occur, and weak findings, which rows in common do not count, are among them."""
        sides = [self.rows([name]) for name in (first, second)]
        weak = any(self.rows([name]) > self.rows([name], "review") for name in (first, second))
        return all(sides) and weak

    def weaker(self, condition: Condition) -> bool:
        """Whether some part of the condition is open only because what was found is too weak or too little."""
        leaves = [leaf for leaf in condition.walk() if leaf.found or leaf.together]
        return any(self._seen(leaf, Absent.FALSE) is None for leaf in leaves)

    def unseen(self, conditions: Iterable[Condition]) -> tuple[str, ...]:
        """Why the absence of findings proves nothing here, in words; empty when the scan looked everywhere."""
        leaves = [leaf for c in conditions for leaf in c.walk() if leaf.found or leaf.together]
        why = []
        if not self.looked.rows:
            why.append("nothing was read")
        if self.looked.lost:
            why.append("parts of the data were not read")
        why += [f"some of it was left out by plan ({REASONS.get(gap, gap)})" for gap in self.looked.gaps]
        blind = sorted({name for leaf in leaves for name in self._required(leaf)} - self.looked.entities)
        if blind:
            why.append(f"no detector for {listed(blind)} in this recipe")
        return tuple(why) if leaves else ()

    def _required(self, leaf: Condition) -> frozenset[str]:
        """Entities a scan must be able to find: those expected, or all where none is."""
        needed: set[str] = set()
        for names in [leaf.found] if leaf.found else [(name,) for name in leaf.together or ()]:
            meant = self.words.expand(names)
            needed |= {name for name in meant if self.words.entities[name].expected} or meant
        return frozenset(needed)

    def overlooked(self, condition: Condition) -> tuple[str, ...]:
        """Entities the condition means that no detector of this scan can find."""
        return tuple(sorted(self.words.expand(condition.kinds) - self.looked.entities))

    def undeclared(self, condition: Condition) -> tuple[str, ...]:
        """Keys of facts the condition asks for that nobody declared."""
        return tuple(key for key in condition.facts if self.facts.get(key).value is None)


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row, the rest as a number."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def _pair(seen: Together, first: str, second: str) -> bool:
    a, b = seen.class_a, seen.class_b
    return (_meant(a, first) and _meant(b, second)) or (_meant(a, second) and _meant(b, first))


def _meant(label: str, wanted: str) -> bool:
    """Whether a label of rows in common is what is wanted: names of entities are capitals, those of classes small."""
    return label == wanted or (label.islower() and is_class(label, wanted))
