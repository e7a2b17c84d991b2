"""The whole in one line: the overall result, and the gate with its exit code."""

from collections.abc import Sequence

from auditor.model import Assessment, CoverageSummary, FindingGroup, Gate, Result, Severity, Status


def overall(
    assessments: Sequence[Assessment],
    groups: Sequence[FindingGroup],
    coverage: CoverageSummary,
    min_coverage: float,
) -> tuple[Result, str]:
    """The result of the screening and why. Incomplete looking overrides only that nothing was found."""
    by_status = {status: sum(a.status is status for a in assessments) for status in Status}
    found = sum(group.rows > 0 for group in groups)
    gap = _gap(coverage, min_coverage)
    if by_status[Status.ACTION_NEEDED]:
        result = Result.ACTION_NEEDED
        said = [_count(by_status[Status.ACTION_NEEDED], "obligation needs", "obligations need") + " action"]
    elif by_status[Status.NEEDS_REVIEW] or found:
        result, said = Result.REVIEW_NEEDED, []
    elif gap or by_status[Status.NOT_CHECKED]:
        result, said = Result.INCONCLUSIVE, []
    else:
        return Result.NOTHING_FOUND, f"Nothing was found in {coverage.rows_examined:,} rows."
    said += _also(by_status, found) + ([gap] if gap else [])
    return result, "; ".join(said) + "."


def _also(by_status: dict[Status, int], found: int) -> list[str]:
    review, unchecked = by_status[Status.NEEDS_REVIEW], by_status[Status.NOT_CHECKED]
    parts = (
        (review, _count(review, "obligation needs", "obligations need") + " a person's review"),
        (found, _count(found, "group of findings deserves", "groups of findings deserve") + " a look"),
        (unchecked, _count(unchecked, "obligation", "obligations") + " could not be checked"),
    )
    return [text for count, text in parts if count]


def gate(groups: Sequence[FindingGroup], coverage: CoverageSummary, fail_on: str, min_coverage: float) -> Gate:
    """The policy applied: exit code 1 for findings, else 3 for coverage, else 0. Weak findings never gate."""
    over = [] if fail_on == "never" else [g for g in groups if g.rows and g.severity.rank >= Severity(fail_on).rank]
    gap = _gap(coverage, min_coverage)
    if over:
        rows = sum(group.rows for group in over)
        what = f"{_count(len(over), 'group', 'groups')} of findings of severity {fail_on} or above"
        why = f"{what}, with findings in {_count(rows, 'row', 'rows')} counted by column and kind."
        return Gate(fail_on, min_coverage, 1, why)
    if gap:
        return Gate(fail_on, min_coverage, 3, f"{gap[:1].upper()}{gap[1:]}.")
    passed = "findings do not gate" if fail_on == "never" else f"no finding of severity {fail_on} or above"
    return Gate(
        fail_on, min_coverage, 0, f"{passed[:1].upper()}{passed[1:]}; {coverage.percent:g} % of the bytes read."
    )


def _gap(coverage: CoverageSummary, min_coverage: float) -> str:
    """Why the scan does not reach the policy; empty when it does."""
    if not coverage.files_total or not coverage.rows_examined:
        return "nothing was audited: no row was read"
    if coverage.percent < min_coverage:
        return f"{coverage.percent:g} % of the bytes were read, below the {min_coverage:g} % asked for"
    return ""


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
