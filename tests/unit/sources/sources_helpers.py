"""Read a file as an audit does: discover, plan, read; and look at what came out."""

from dataclasses import dataclass, field
from pathlib import Path

from auditor.model import LOST, Batch, Gap, Limits
from auditor.sources import discover, plan, read


@dataclass
class Outcome:
    """Everything one file gave: (row, item, text) by path with rows of the file, and the gaps by reason."""

    format: str = ""
    options: str = ""
    parts: int = 0
    rows: int = 0
    cells: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def texts(self, path: str) -> list[str]:
        return [text for _, _, text in self.cells.get(path, [])]

    @property
    def reasons(self) -> set[str]:
        return {gap.reason for gap in self.gaps}

    @property
    def lost(self) -> set[str]:
        return {gap.reason for gap in self.gaps if gap.status == LOST}


def read_all(path: Path, limits: Limits | None = None) -> Outcome:
    limits = limits or Limits()
    (file,) = discover(str(path)).files
    name, parts, _ = plan(file, limits)
    outcome = Outcome(name, parts[0].options if parts else "", len(parts))
    for part in parts:
        first, before = outcome.rows, outcome.rows
        for one in read(str(path), name, part, limits):
            if isinstance(one, Gap):
                assert one.status != LOST or one.bytes >= 1
                outcome.gaps.append(one)
            else:
                assert one.first_row == outcome.rows - first or one.first_row in {b.first_row for b in outcome.batches}
                outcome.rows = max(outcome.rows, first + one.first_row + one.rows)
                outcome.batches.append(one)
                _collect(outcome, one, before)
    return outcome


def _collect(outcome: Outcome, batch: Batch, before: int) -> None:
    for column in batch.columns:
        column.texts.validate(full=True)
        cells = outcome.cells.setdefault(column.path, [])
        for row, item, text in zip(column.rows, column.items, column.texts, strict=True):
            assert batch.first_row <= row.as_py() < batch.first_row + batch.rows
            if text.is_valid:
                cells.append((before + row.as_py(), item.as_py(), text.as_py()))
