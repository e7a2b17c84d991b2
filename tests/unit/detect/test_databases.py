"""Expressions stand with those of their kind, each once, and a damaged cache is made anew."""

import pytest

from auditor.detect.databases import groups
from auditor.detect.expressions import is_figures, is_literal, kind

KINDS = {
    r"[0-9]{3}-[0-9]{2}": "figures",
    r"\bpassport\b": "literal",
    r"a\xc3[\x91\xb1]os": "literal",
    r"(?:rue|avenue) [0-9]": "literal",
    r"[0-9]{4}[a-z]": "digit",
    r"(?:\b[0-9]){2}x?[a-z]": "digit",
    r"@[a-z]{2}": "mark",
    r"\xc3[\xa9\x89]": "mark",
    r"[13x][a-z]{25}": "few",
    r"t[a-z0-9]{33}": "few",
    r"[a-z]{2}[0-9]{2}[a-z]": "any",
    r"(?:[0-9])?[a-z]@": "any",
    r"(?:|[0-9])[a-z]@": "any",
    r"[^0-9][a-z]@": "any",
}


@pytest.mark.parametrize(("expression", "name"), KINDS.items())
def test_kind(expression, name):
    assert kind(expression) == name
    assert is_literal(expression) is (name == "literal")
    assert is_figures(expression) is (name == "figures")


@pytest.mark.parametrize("times", [1, 30, 300])
def test_every_expression_is_in_one_group_of_its_kind(times):
    expressions = [f"{expression}{{{n + 1}}}" if n else expression for n in range(times) for expression in KINDS]
    seen = {}
    for name, group in groups(expressions):
        assert {kind(expression) for expression in group.values()} == {name}
        assert not seen.keys() & group.keys()
        seen |= group
    assert seen == dict(enumerate(expressions, 1))


def test_few_of_a_kind_stand_alone_and_literals_together():
    literals = [f"word{n}" for n in range(100)]
    sizes = [(name, len(group)) for name, group in groups([*literals, "[0-9]{4}", "[0-9]{5}"])]
    assert sizes == [("figures", 1), ("figures", 1), ("literal", 100)]
