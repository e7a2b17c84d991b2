"""The whole in one line: the overall result, and the gate with its exit code."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from auditor.model import Assessment, ColumnProfile, CoverageSummary, FindingGroup, Gate, Result, Severity, Status

_SHOWN = 3
_STRONG = 0.8
_BASIS = "name and profile"


class MeantColumn(NamedTuple):
    """A column that is strongly of an entity by its name and its cells, though no detector found one in it.

    ``column`` is the name as it may be shown, ``why`` what the profile of its cells shows.
    """

    column: str
    entity: str
    severity: Severity
    why: str


def meant_columns(profiles: Iterable[ColumnProfile], severity: Mapping[str, Severity]) -> tuple[MeantColumn, ...]:
    """Those of some columns; ``severity`` by entity."""
    return tuple(
        MeantColumn(profile.column, one.entity, severity[one.entity], one.why)
        for profile in profiles
        for one in profile.classes
        if one.basis == _BASIS and one.score >= _STRONG
    )


def overall(
    assessments: Sequence[Assessment],
    groups: Sequence[FindingGroup],
    coverage: CoverageSummary,
    min_coverage: float,
    columns: Sequence[MeantColumn] = (),
) -> tuple[Result, str]:
    """The result of the screening and why. Incomplete looking overrides only that nothing was found."""
    by_status = {status: sum(a.status is status for a in assessments) for status in Status}
    found = sum(group.rows > 0 for group in groups)
    gap = _gap(coverage, min_coverage)
    if by_status[Status.ACTION_NEEDED]:
        result = Result.ACTION_NEEDED
        said = [_count(by_status[Status.ACTION_NEEDED], "obligation needs", "obligations need") + " action"]
    elif by_status[Status.NEEDS_REVIEW] or found or columns:
        result, said = Result.REVIEW_NEEDED, []
    elif gap or by_status[Status.NOT_CHECKED]:
        result, said = Result.INCONCLUSIVE, []
    else:
        return Result.NOTHING_FOUND, f"Nothing was found in {coverage.rows_examined:,} rows."
    said += _also(by_status, found, len(columns)) + ([gap] if gap else [])
    return result, "; ".join(said) + "."


def _also(by_status: dict[Status, int], found: int, columns: int) -> list[str]:
    review, unchecked = by_status[Status.NEEDS_REVIEW], by_status[Status.NOT_CHECKED]
    parts = (
        (review, _count(review, "obligation needs", "obligations need") + " a person's review"),
        (found, _count(found, "group of findings deserves", "groups of findings deserve") + " a look"),
        (columns, _count(columns, "column deserves", "columns deserve") + " a look for name and cells"),
        (unchecked, _count(unchecked, "obligation", "obligations") + " could not be checked"),
    )
    return [text for count, text in parts if count]


def gate(
    groups: Sequence[FindingGroup],
    coverage: CoverageSummary,
    fail_on: str,
    min_coverage: float,
    columns: Sequence[MeantColumn] = (),
) -> Gate:
    """The policy applied: exit code 1 for findings, else 3 for coverage, else 0. Weak findings never gate.

    A column that is strongly of an entity counts as findings of it in all its rows.
    """
    least = None if fail_on == "never" else Severity(fail_on).rank
    over = [g for g in groups if least is not None and g.rows and g.severity.rank >= least]
    meant = [c for c in columns if least is not None and c.severity.rank >= least]
    gap = _gap(coverage, min_coverage)
    if over or meant:
        why = [_over(over, fail_on)] if over else []
        return Gate(fail_on, min_coverage, 1, " ".join(why + ([_meant(meant, fail_on)] if meant else [])))
    if gap:
        return Gate(fail_on, min_coverage, 3, f"{gap[:1].upper()}{gap[1:]}.")
    passed = "findings do not gate" if fail_on == "never" else f"no finding of severity {fail_on} or above"
    return Gate(
        fail_on, min_coverage, 0, f"{passed[:1].upper()}{passed[1:]}; {coverage.percent:g} % of the bytes read."
    )


def _over(groups: Sequence[FindingGroup], fail_on: str) -> str:
    rows = sum(group.rows for group in groups)
    what = f"{_count(len(groups), 'group', 'groups')} of findings of severity {fail_on} or above"
    return f"{what}, with findings in {_count(rows, 'row', 'rows')} counted by column and kind."


def _meant(columns: Sequence[MeantColumn], fail_on: str) -> str:
    shown = [f"{one.column} is {one.entity} ({one.why})" for one in columns[:_SHOWN]]
    more = len(columns) - len(shown)
    what = _count(len(columns), "column", "columns") + f" of severity {fail_on} or above by name and cells"
    return f"{what}: {'; '.join(shown)}{f' and {more:,} more' if more else ''}."


def _gap(coverage: CoverageSummary, min_coverage: float) -> str:
    """Why the scan does not reach the policy; empty when it does."""
    if not coverage.files_total or not coverage.rows_examined:
        return "nothing was audited: no row was read"
    if coverage.percent < min_coverage:
        return f"{coverage.percent:g} % of the bytes were read, below the {min_coverage:g} % asked for"
    return ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
