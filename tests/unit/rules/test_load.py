"""The strict loader: positions, and what it refuses."""

import pytest

from auditor.errors import RuleError
from auditor.rules.load import Rule, load, plain


class Inner(Rule):
    size: int


class Outer(Rule):
    name: str
    inner: Inner = Inner(size=1)


def write(tmp_path, text):
    path = tmp_path / "rule.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: a\nnam: b\n", "rule.yaml:2: unknown key 'nam'; did you mean 'name'?"),
        ("inner: {size: 1}\n", "rule.yaml:1: 'name' is missing"),
        ("name: a\ninner:\n  size: big\n", "rule.yaml:3: 'inner.size'"),
        ("name: a\nname: b\n", "rule.yaml:2: 'name' is given twice"),
        ("name: &x a\ninner: *x\n", "rule.yaml:2: aliases are not allowed"),
        ("name: !!python/object:os.system a\n", "rule.yaml:1: the tag"),
        ("name: [\n", "rule.yaml:2: "),
        (b"name: \xff\n", "rule.yaml:1: is not UTF-8"),
        ("name: " + "[" * 100_000, "rule.yaml:1: nested deeper than 40 levels"),
        ("- " * 5000 + "a", "rule.yaml:1: nested deeper than 40 levels"),
    ],
)
def test_faults_have_their_line(tmp_path, text, fault):
    with pytest.raises(RuleError) as caught:
        load(write(tmp_path, text), Outer)
    assert any(f.startswith(fault) for f in caught.value.faults), caught.value.faults


def test_a_missing_file(tmp_path):
    with pytest.raises(RuleError, match="cannot be read"):
        load(tmp_path / "none.yaml", Outer)


def test_only_the_plain_schema_has_meaning(tmp_path):
    text = "a: no\nb: on\nc: 2026-01-31\nd: 0o7\ne: true\nf: ~\ng: 1.5\nh: -3\ni: 1e3\nj: .inf\n"
    assert plain(write(tmp_path, text))[0] == {
        "a": "no",
        "b": "on",
        "c": "2026-01-31",
        "d": "0o7",
        "e": True,
        "f": None,
        "g": 1.5,
        "h": -3,
        "i": "1e3",
        "j": ".inf",
    }
