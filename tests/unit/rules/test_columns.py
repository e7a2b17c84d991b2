"""Names of columns: words, companions, persons and things."""

import pytest

from auditor.rules import columns
from auditor.rules.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("patient.dateOfBirth", [["patient"], ["date", "of", "birth"]]),
        ("DATE_OF_BIRTH", [["date", "of", "birth"]]),
        ("date-of-birth", [["date", "of", "birth"]]),
        ("prénom2", [["prenom", "2"]]),
        ('"a.b".Straße', [["a", "b"], ["strasse"]]),
        ("people[].IPAddress", [["people"], ["ip", "address"]]),
        ("[]", []),
    ],
)
def test_words_of_a_path(path, expected):
    assert columns.steps(path) == expected


@pytest.mark.parametrize(
    "path",
    ["email", "E-Mail", "contact_email_2", "userEmail", "EMAILS", "kunde.email", "messages[].email", "EmailAdresse"],
)
def test_the_same_name_in_every_case(path):
    assert [name.rule for name in columns.named(path)] == ["column.email.v1"]


@pytest.mark.parametrize("path", ["email_sent", "emailed", "vehicle.email", "@column", "", "x" * 5000, "_" * 50])
def test_other_words_make_another_name(path):
    assert columns.named(path) == ()


def test_german_umlauts_in_either_writing():
    assert columns.named("Staatsangehörigkeit") == columns.named("staatsangehoerigkeit") != ()


def test_entities_and_pairs_exist():
    known = vocabulary().entities
    assert columns.entities() <= set(known)
    assert all(e in known for denial in columns.denials().values() for e in denial.entities)
    assert all(rule.pair in columns.rules() for rule in columns.rules().values() if rule.pair)


def test_a_support_that_asks_nothing_is_refused():
    with pytest.raises(ValueError, match="name alone"):
        columns.Support(score=0.5, why="because")
