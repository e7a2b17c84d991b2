"""What an evaluation says: counts and shares by entity, never text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from auditor.evaluate.labelled import Fault
from auditor.evaluate.match import Kind
from auditor.evaluate.score import Macro, Score, total

SCHEMA = 1

How = Literal["exact", "overlap"]
HOWS: tuple[How, How] = ("exact", "overlap")
"""Same entity at the very same place; same entity with any overlap, one to one."""


class Row(NamedTuple):
    """Counts of one entity: labelled spans, findings, and how many of both match in the two ways."""

    entity: str
    support: int
    found: int
    exact: int
    overlap: int

    def score(self, how: How) -> Score:
        """Its figures under one way of matching."""
        return Score(self.support, self.found, self.exact if how == "exact" else self.overlap)


class Error(NamedTuple):
    """The place of one error: no text. ``instead`` is what else is found, or labelled, there."""

    file: str
    record: int
    entity: str
    start: int
    end: int
    kind: Kind
    instead: str


@dataclass(frozen=True)
class Table:
    """Figures of all records, or of those of one part.

    ``rows`` are the entities that count. ``not_looked_for`` are labels that no detector of the recipe finds; in
    :meth:`micro` they do not count, in :meth:`micro_of_all` each of them is a miss. ``unlabelled`` are entities that
    the labels do not know: whether a finding of theirs is right cannot be told, so none is a false positive.
    """

    name: str
    records: int
    rows: tuple[Row, ...]
    not_looked_for: tuple[Row, ...] = ()
    unlabelled: tuple[Row, ...] = ()

    def micro(self, how: How) -> Score:
        """Counts of all rows added up."""
        return total(row.score(how) for row in self.rows)

    def micro_of_all(self, how: How) -> Score:
        """The same with what was not looked for as misses."""
        return total(row.score(how) for row in (*self.rows, *self.not_looked_for))

    def macro(self, how: How) -> Macro:
        """Means over the entities that are labelled."""
        return Macro.of(row.score(how) for row in self.rows if row.support)

    def as_dict(self) -> dict[str, Any]:
        """The table as plain data."""
        return {
            "name": self.name,
            "records": self.records,
            **{how: self._in(how) for how in HOWS},
            "not_looked_for": [{"entity": row.entity, "support": row.support} for row in self.not_looked_for],
            "unlabelled": [{"entity": row.entity, "found": row.found} for row in self.unlabelled],
        }

    def _in(self, how: How) -> dict[str, Any]:
        return {
            "entities": [{"entity": row.entity, **row.score(how).as_dict()} for row in self.rows],
            "micro": self.micro(how).as_dict(),
            "micro_with_not_looked_for": self.micro_of_all(how).as_dict(),
            "macro": self.macro(how).as_dict(),
        }


@dataclass(frozen=True)
class Report:
    """One evaluation. ``whole`` is of all records, ``parts`` of those of each part, by name.

    ``skipped`` records could not be read, the first of them in ``faults``; ``lost`` counts texts that a detector gave
    up on, by detector and reason: what it would have found there is missing from the figures.
    """

    recipe: str
    threshold: float
    strict: bool
    whole: Table
    parts: tuple[Table, ...] = ()
    skipped: int = 0
    faults: tuple[Fault, ...] = ()
    lost: tuple[tuple[str, str, int], ...] = ()
    remarks: tuple[tuple[str, int], ...] = ()
    unknown: tuple[str, ...] = ()
    """Labels that are no entities of the vocabulary."""
    errors: tuple[Error, ...] = ()

    @property
    def records(self) -> int:
        """Records that were scored."""
        return self.whole.records

    def part(self, name: str) -> Table:
        """The table of one part; KeyError where there is none."""
        return {table.name: table for table in self.parts}[name]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, ready for JSON; files by the name that the reader gave them."""
        return {
            "schema": SCHEMA,
            "recipe": self.recipe,
            "threshold": self.threshold,
            "strict": self.strict,
            "records": self.records,
            "skipped": self.skipped,
            "faults": [fault._asdict() for fault in self.faults],
            "lost": [_named(("detector", "reason", "texts"), one) for one in self.lost],
            "remarks": [_named(("remark", "count"), one) for one in self.remarks],
            "unknown_labels": list(self.unknown),
            "all": self.whole.as_dict(),
            "parts": [table.as_dict() for table in self.parts],
            "errors": [error._asdict() for error in self.errors],
        }


def _named(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))
