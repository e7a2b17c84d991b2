"""The strict loader: positions, and what it refuses."""

import hashlib
import zlib

import pytest

from auditor import assets
from auditor.errors import RuleError
from auditor.rules.load import Rule, load, plain


class Inner(Rule):
    size: int


class Outer(Rule):
    name: str
    inner: Inner = Inner(size=1)


class Rest(Rule):
    name: str


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


class TestCache:
    """The plain data of the rules that come with the auditor are kept; whatever is wrong with them, the file counts."""

    @pytest.fixture(autouse=True)
    def _own(self, tmp_path, monkeypatch):
        self.folder, self.recipes = tmp_path / "cache" / "auditor", tmp_path / "recipes"
        self.recipes.mkdir()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setattr(assets, "recipes", lambda: self.recipes)
        self.path = write(self.recipes, "name: a\n")

    def kept(self):
        return sorted(self.folder.glob("*"))

    def forged(self, name):
        """Make the entry say something else, with a checksum that holds."""
        (entry,) = self.kept()
        digest, data = entry.read_bytes()[32:64], zlib.decompress(entry.read_bytes()[64:])
        payload = digest + zlib.compress(data.replace(b'"a"', name))
        entry.write_bytes(hashlib.sha256(payload).digest() + payload)
        return entry

    def test_a_file_is_parsed_once(self, monkeypatch):
        assert load(self.path, Outer).name == "a"
        assert [entry.stat().st_mode & 0o777 for entry in self.kept()] == [0o600]
        monkeypatch.setattr("auditor.rules.load.yaml.compose", lambda *_, **__: pytest.fail("parsed again"))
        assert load(self.path, Outer) == Outer(name="a")

    def test_a_file_that_changes_is_parsed_again_and_leaves_nothing(self):
        load(self.path, Outer)
        self.path.write_text("name: b\n")
        assert load(self.path, Outer).name == "b"
        assert load(self.path, Outer).name == "b"
        assert len(self.kept()) == 1

    def test_what_is_damaged_or_of_somebody_else_is_made_anew(self):
        load(self.path, Outer)
        entry = self.forged(b'"z"')
        assert load(self.path, Outer).name == "z", "the entry is read, or the next lines say nothing"
        entry.chmod(0o644)
        assert load(self.path, Outer).name == "a"
        assert entry.stat().st_mode & 0o777 == 0o600
        entry.write_bytes(entry.read_bytes()[:-1])
        assert load(self.path, Outer).name == "a"

    def test_faults_have_their_line_all_the_same(self):
        load(self.path, Rest)
        with pytest.raises(RuleError) as caught:
            load(self.path, Inner)
        assert caught.value.faults == [
            "rule.yaml:1: 'size' is missing",
            "rule.yaml:1: unknown key 'name'; known: size",
        ]

    def test_what_is_faulty_or_of_the_user_is_not_kept(self, tmp_path):
        assert load(write(tmp_path, "name: mine\n"), Outer).name == "mine"
        self.path.write_text("name: a\nname: b\n")
        for _ in range(2):
            with pytest.raises(RuleError, match="given twice"):
                load(self.path, Outer)
        assert self.kept() == []

    def test_without_a_cache_it_works(self, monkeypatch, tmp_path):
        (tmp_path / "file").touch()
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
        assert load(self.path, Outer).name == "a"
