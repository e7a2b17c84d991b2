"""Targets, what is skipped, and which format a file is."""

import bz2
import gzip
import json
import lzma
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from sources_helpers import read_all

from auditor.errors import AuditorError, SourceError
from auditor.model import Limits, Part
from auditor.sources import components, compress, discover, formats, locate, partitions, plan, read


def listed(found):
    return [file.path for file in found.files]


@pytest.fixture
def lake(tmp_path):
    root = tmp_path / "lake"
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.csv", "_SUCCESS", ".git/config", "k=v/d.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("some text\n")
    return root


def test_folder(lake):
    found = discover(str(lake))
    assert found.dataset == "lake"
    assert found.root == str(lake)
    assert listed(found) == sorted(["a.txt", "sub/b.txt", "sub/deep/c.csv", "_SUCCESS", ".git/config", "k=v/d.txt"])


def test_file_glob_and_missing(lake):
    found = discover(str(lake / "sub/deep/c.csv"))
    assert (found.dataset, found.root, listed(found)) == ("c", str(lake / "sub/deep"), ["c.csv"])
    assert listed(discover(f"{lake}/*.txt")) == ["a.txt"]
    assert listed(discover(f"{lake}/**/*.txt")) == ["a.txt", "k=v/d.txt", "sub/b.txt"]
    with pytest.raises(AuditorError, match="check the path"):
        discover(str(lake / "nothing"))


def test_include_exclude_skip(lake):
    found = discover(str(lake), include=("*.txt",), exclude=("sub/**",))
    assert listed(found) == ["a.txt", "k=v/d.txt"]
    assert {(path, gap.reason, gap.status) for path, gap in found.skipped} >= {("sub/b.txt", "excluded", "planned_gap")}
    assert "sub/b.txt" not in listed(discover(str(lake), skip=lake / "sub"))


def test_links(lake, tmp_path):
    (tmp_path / "outside.txt").write_text("x")
    (lake / "out").symlink_to(tmp_path / "outside.txt")
    (lake / "in").symlink_to(lake / "a.txt")
    (lake / "sub/up").symlink_to(lake)
    (lake / "self").symlink_to("self")
    (lake / "gone").symlink_to("nowhere")
    found = discover(str(lake))
    gaps = {path: (gap.reason, gap.status) for path, gap in found.skipped}
    assert "in" in listed(found)
    assert len(found.files) == 7
    assert gaps["out"] == ("symlink_outside", "lost")
    assert gaps["gone"] == ("vanished", "lost")
    assert gaps["sub/up"] == gaps["self"] == ("symlink_outside", "examined")


def test_pipe_is_never_opened(lake):
    os.mkfifo(lake / "pipe")
    ((path, gap),) = discover(str(lake)).skipped
    assert (path, gap.reason, gap.status) == ("pipe", "not_regular", "lost")
    (got,) = read(str(lake / "pipe"), "text", Part("all", 1, options='{"encoding": "utf-8"}'), Limits())
    assert got.reason == "not_regular"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_denied(lake):
    (lake / "a.txt").chmod(0)
    ((path, gap),) = discover(str(lake)).skipped
    assert (path, gap.reason) == ("a.txt", "denied")


def test_strange_names(tmp_path):
    for name in (b"\xff\xfe.txt", b"new\nline.txt", b"-rf", "übung [1].txt".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("mail@example.com")
    found = discover(str(tmp_path))
    assert len(found.files) == 4
    for file in found.files:
        assert read_all(Path(file.root, file.path)).texts("text") == ["mail@example.com"]
        "".join(components(file.path)).encode()
    assert len(discover(str(tmp_path / "übung [1].txt")).files) == 1


def test_strange_name_of_a_parquet_file(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.parquet"))
    with path.open("wb") as file:
        pq.write_table(pa.table({"a": ["x"]}), file)
    assert read_all(path).texts("a") == ["x"]


def test_version_follows_content(tmp_path):
    path = tmp_path / "a.bin"
    versions = set()
    for data in (b"a", b"b", b"a" * (9 << 20), b"a" * ((9 << 20) - 1) + b"b"):
        path.write_bytes(data)
        os.utime(path, (1, 1))
        versions.add(discover(str(path)).files[0].version)
    assert len(versions) == 4


def test_partitions_and_components():
    path = "users/email=ada%40example.com/day=1/jane.doe@example.com.jsonl.gz"
    assert partitions(path) == [("email", "ada@example.com"), ("day", "1")]
    assert components(path) == ["users", "jane.doe@example.com"]
    places = locate(path)
    assert [path[slice(*places[n])] for n in (0, 1)] == components(path)
    assert [path[slice(*places[n])] for n in (-1, -2)] == ["ada%40example.com", "1"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "empty_file"),
        ("a.pdf", b"%PDF-1.7 text", "unsupported_format"),
        ("a.txt", b"PK\x03\x04zip", "unsupported_format"),
        ("a.pkl", b"\x80\x04\x95", "unsupported_format"),
        ("a", bytes(range(256)) * 4, "unsupported_format"),
        ("a.gz", gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "unsupported_format"),
        ("a.gz", gzip.compress(b"x" * 5000, mtime=0)[:12], "truncated"),
        ("a.parquet", b"\0" * 100, "corrupt"),
    ],
)
def test_refused(audit, name, data, reason):
    with pytest.raises(SourceError) as error:
        audit(name, data)
    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.md", b"# Title\n\nProse, with commas, here.\nMore, of, it.\nAnd, again, so.\n", "text"),
        ("a.py", b"import a, b\nx = [1, 2]\ny = {3, 4}\n", "text"),
        ("notes", b"Dear all, hello.\nThis is prose, really.\nBye, now.\n", "text"),
        ("rows", b"a\tb\n1\t2\n3\t4\n", "csv"),
        ("rows.txt", b'{"a":1}\n{"a":2}\n', "jsonl"),
        ("rows.csv", b'{"a":1}\n{"a":2}\n', "jsonl"),
        ("rows.jsonl", b"a,b,c\n1,2,3\n4,5,6\n", "csv"),
        ("p.csv", b"\x89PNG\r\n\x1a\n\0\0", "png"),
        ("a.html", b"<html>\n<p>x</p></html>", "text"),
        ("broken.json", b"nonsense", "jsonl"),
    ],
)
def test_recognised(audit, name, data, expected):
    assert audit(name, data).format == expected


def test_mismatch_is_noted(audit, tmp_path):
    pq.write_table(pa.table({"a": ["x"]}), tmp_path / "p")
    got = audit("a.csv", (tmp_path / "p").read_bytes())
    assert got.format == "parquet"
    assert got.texts("a") == ["x"]
    assert json.loads(got.options)["suffix_mismatch"] is True
    assert json.loads(audit("a.csv.gz", b"a,b\n1,2\n").options)["suffix_mismatch"] is True
    assert "suffix_mismatch" not in audit("b.csv", b"a,b\n1,2\n").options


def test_opaque(audit):
    (gap,) = audit("a.png", b"\x89PNG\r\n\x1a\n\0\0").gaps
    assert (gap.reason, gap.status) == ("opaque", "planned_gap")
    assert formats()["png"].opaque


def test_text_chunks(audit):
    line = b"x" * 99 + b"\n"
    got = audit("a.txt", line * 25_000)
    assert got.rows == 3
    assert "".join(got.texts("text")) == (line * 25_000).decode()
    assert audit("b.txt", "grüße\r\n".encode("utf-16")).texts("text") == ["grüße\r\n"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_compressions(audit, pack):
    data = b"line of text\n" * 20_000
    assert audit("a.txt", pack(data)).texts("text") == [data.decode()]
    assert audit("a.txt", pack(data) + pack(b"")).texts("text") == [data.decode()]
    assert "corrupt" in audit("a.txt", pack(data) + b"garbage").lost


def test_expansion(audit, monkeypatch):
    monkeypatch.setattr(compress, "MAX_OUTPUT", 1 << 20)
    monkeypatch.setattr(compress, "MAX_RATIO", 100)
    got = audit("a.txt.zst", zstandard.compress((b"0" * 100 + b"\n") * 1_000_000))
    assert "expansion" in got.lost
    assert got.rows >= 1


def test_vanished():
    (gap,) = read(
        "/nowhere/at/all", "jsonl", Part("all", 5, options='{"layout": "lines", "encoding": "utf-8"}'), Limits()
    )
    assert (gap.reason, gap.bytes) == ("vanished", 5)


def test_plan_raises_only_source_errors(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")
    (file,) = discover(str(path)).files
    path.unlink()
    with pytest.raises(SourceError) as error:
        plan(file, Limits())
    assert error.value.reason == "vanished"
