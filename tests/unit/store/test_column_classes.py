"""Column classes counted with findings: never twice, never hidden, and what stands beside what."""

import json

import duckdb
import pytest

from auditor.store import database

SPREAD = [4611686018427387904 // 900 * (n + 1) for n in range(256)]
EMAILS = {"looked": 100, "email": 98, "digits": 50, "letters": 100}


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute(database._sql("schema"))
    kinds = {"EMAIL_ADDRESS": "direct", "HEALTH_CONDITION": "special.health", "PERSON": "direct"}
    database._insert(con, "entity", [(name, kind, "medium") for name, kind in kinds.items()])
    return con


def file(con, columns, rows=100, path="f"):
    database._insert(con, "fragment", [(path, "d", path, 0, "csv", "all", "{}", 1, "done", "", rows, 0, "r")])
    database._insert(
        con,
        "profile",
        [
            ("d", path, name, rows, rows - filled, 12 * filled, 20, SPREAD, ["text"], 0, json.dumps(shapes))
            for name, filled, shapes in columns
        ],
    )


def found(con, column, entity, rows, score=0.9, path="f"):
    rows = [(path, n, column, 0, 0, 5, entity, score, "t.v1", "s", f"h{n}", None, None) for n in rows]
    database._insert(con, "finding", rows)


def evidence(con):
    database.classify(con)
    rows = con.execute(database._sql("evidence")).fetchall()
    return {(column, entity, band): (rows, findings) for _, column, entity, band, rows, findings in rows}


def together(con, entities=()):
    rows = con.execute(database._sql("together"), {"entities": list(entities)}).fetchall()
    return {(a, b): (least, most) for a, b, least, most in rows}


def test_a_column_counts_all_its_rows_and_rows_with_findings_once(con):
    file(con, [("email", 90, EMAILS)])
    found(con, "email", "EMAIL_ADDRESS", range(60))
    found(con, "email", "EMAIL_ADDRESS", range(60, 70), score=0.6)
    found(con, "email", "EMAIL_ADDRESS", range(70, 75), score=0.2)
    assert evidence(con) == {
        ("email", "EMAIL_ADDRESS", "strong"): (90, 60),
        ("email", "EMAIL_ADDRESS", "review"): (0, 10),
        ("email", "EMAIL_ADDRESS", "weak"): (0, 5),
    }


def test_a_class_at_review_leaves_strong_findings_strong(con):
    file(con, [("first_name", 100, {"looked": 100, "words": 100, "capital": 100})])
    found(con, "first_name", "PERSON", range(20))
    assert evidence(con) == {
        ("first_name", "PERSON", "strong"): (20, 20),
        ("first_name", "PERSON", "review"): (80, 0),
    }


def test_a_name_alone_and_weak_findings_lift_nothing(con):
    file(con, [("email", 100, {"looked": 100, "boolean": 100}), ("text", 100, {})])
    found(con, "text", "PERSON", [3], score=0.3)
    assert evidence(con) == {("text", "PERSON", "weak"): (1, 1)}
    rows = con.execute('select "column", score, rows from column_classes').fetchall()
    assert rows == [("email", 0.3, 0)]


def test_one_finding_among_many_stays_and_is_called_sparse(con):
    file(con, [("note", 100, {})])
    found(con, "note", "EMAIL_ADDRESS", [7])
    assert evidence(con) == {("note", "EMAIL_ADDRESS", "strong"): (1, 1)}
    rows, said = con.execute("select rows, evidence from column_classes").fetchone()
    assert (rows, json.loads(said)["spread"], json.loads(said)["share"]) == (1, "sparse", 0.01)


def test_files_are_kept_apart(con):
    file(con, [("email", 100, EMAILS)])
    file(con, [("email", 100, {"looked": 100, "boolean": 100})], path="g")
    database.classify(con)
    rows = con.execute("select file, score >= 0.5, rows from column_classes order by file").fetchall()
    assert rows == [("f", True, 100), ("g", False, 0)]


@pytest.mark.parametrize(("a", "b", "expected"), [(100, 100, (100, 100)), (60, 70, (30, 60)), (40, 50, (0, 40))])
def test_two_columns_share_at_least_and_at_most_so_many_rows(con, a, b, expected):
    file(con, [("email", a, EMAILS), ("diagnosis", b, {"looked": 100, "letters": 100})])
    database.classify(con)
    assert together(con)["direct", "special.health"] == expected


def test_findings_beside_a_full_column_stand_in_its_rows(con):
    file(con, [("email", 100, EMAILS), ("note", 100, {})])
    found(con, "note", "HEALTH_CONDITION", range(4))
    database.classify(con)
    assert together(con) == {("direct", "special.health"): (4, 4)}
    asked = together(con, ["EMAIL_ADDRESS"])
    assert asked["EMAIL_ADDRESS", "special.health"] == (4, 4)


def test_columns_of_different_files_never_stand_together(con):
    file(con, [("email", 100, EMAILS)])
    file(con, [("diagnosis", 100, {"looked": 100, "letters": 100})], path="g")
    database.classify(con)
    assert together(con) == {}


def test_of_a_list_it_is_not_known_how_many_rows_it_fills(con):
    file(con, [("contacts[].email", 100, EMAILS), ("diagnosis", 100, {"looked": 100, "letters": 100})])
    database.classify(con)
    assert together(con)["direct", "special.health"] == (0, 100)
