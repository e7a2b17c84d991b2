"""What the rules of columns say of the names in a database: filled into its tables, from which SQL judges."""

from collections.abc import Iterable
from typing import Any

from auditor.rules import columns

NamedRow = tuple[str, str, str, str, str, str, bool, str]
DeniedRow = tuple[str, str, str, str]
_MOST = 1e18


def names(known: Iterable[tuple[str, str]]) -> tuple[list[NamedRow], list[DeniedRow]]:
    """Rows of ``named`` and ``denied`` for (dataset, column) pairs."""
    rules, denials = columns.rules(), columns.denials()
    named: list[NamedRow] = []
    denied: list[DeniedRow] = []
    for dataset, column in known:
        for name in columns.named(column):
            if name.rule in rules:
                rule, parent = rules[name.rule], columns.parent(column)
                named.append((dataset, column, parent, rule.id, rule.entity, name.words, name.vague, rule.pair))
            else:
                denied += [(dataset, column, entity, name.rule) for entity in denials[name.rule].entities]
    return named, denied


def supports() -> list[tuple[Any, ...]]:
    """Rows of ``support``."""
    return [_row(rule, n, one) for rule in columns.rules().values() for n, one in enumerate(rule.support)]


def _row(rule: columns.ColumnRule, number: int, one: columns.Support) -> tuple[Any, ...]:
    measures = sorted({*one.at_least, *one.at_most})
    least = [one.at_least.get(name, 0.0) for name in measures]
    most = [one.at_most.get(name, _MOST) for name in measures]
    return (rule.id, number, one.score, one.why, one.clear, list(one.kinds), list(measures), least, most)
