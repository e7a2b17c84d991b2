"""Every case of every column rule, judged by the SQL that judges real columns."""

import json
from functools import cache

import duckdb
import pytest

from auditor.rules import columns
from auditor.store import database

RULES = {**columns.rules(), **columns.denials()}
CASES = [
    (rule, kind, number)
    for rule, given in RULES.items()
    for kind in ("match", "miss")
    for number in range(len(getattr(given.cases, kind)))
]


def profile(dataset, column, case):
    shapes = {"looked": 1000, **{name: round(1000 * share) for name, share in case.shapes.items()}}
    listed = [n.rule for n in columns.named(column)]
    shapes |= {f"listed:{rule}": shapes["listed"] for rule in listed if "listed" in shapes}
    filled = case.texts - case.nulls
    distinct = min(case.distinct if case.distinct is not None else filled // 2, filled)
    # a sketch of 256 hashes from which the estimator gives about the wanted number
    step = 4611686018427387904 // max(distinct, 1)
    sketch = [step * (n + 1) for n in range(min(distinct, 256))] if case.kind == "text" else []
    chars = round(case.chars * filled) if case.kind == "text" else 0
    row = (dataset, "f", column, case.texts, case.nulls, chars, round(case.chars * 2), sketch, [case.kind], 0)
    return (*row, json.dumps(shapes))


def found(dataset, case):
    at = 0
    for entity, rows in case.found.items():
        for row in range(rows):
            at += 1
            yield (dataset, row, case.column, 0, 0, 5, entity, 0.85, "test.v1", "[X, 5 chars]", f"h{at}", None, None)


@cache
def classes():
    """Classes of the columns of all cases, each a dataset of its own."""
    con = duckdb.connect()
    con.execute(database._sql("schema"))
    for rule, kind, number in CASES:
        dataset, case = f"{rule} {kind} {number}", getattr(RULES[rule].cases, kind)[number]
        fragment = (dataset, dataset, "f", 0, "csv", "all", "{}", 1, "done", "", case.texts, 0, "r")
        database._insert(con, "fragment", [fragment])
        database._insert(con, "profile", [profile(dataset, name, case) for name in (case.column, *case.beside)])
        database._insert(con, "finding", list(found(dataset, case)))
    database.classify(con)
    rows = con.execute('select dataset, "column", entity, score, rows, evidence from column_classes').fetchall()
    return {(d, c, e): (score, count, json.loads(said)) for d, c, e, score, count, said in rows}


@pytest.mark.parametrize(("rule", "kind", "number"), CASES, ids=str)
def test_case(rule, kind, number):
    given = RULES[rule]
    case = getattr(given.cases, kind)[number]
    dataset = f"{rule} {kind} {number}"
    if isinstance(given, columns.Denial):
        said = [e for e in case.found if (dataset, case.column, e) in classes()]
        assert bool(said) == (kind == "miss"), said
        return
    score, rows, _ = classes().get((dataset, case.column, given.entity), (0.0, 0, {}))
    assert (score >= 0.5) == (kind == "match"), score
    assert rows <= case.texts - case.nulls
    assert bool(rows) == (kind == "match")
