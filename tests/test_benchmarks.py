"""The benchmarks measure what they say, on a few KB each; no figure is judged."""

import random
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import note

from benchmarks import again, common, memory, prose, scale, speed, table
from benchmarks.common import BrokenError, Home, Scanned


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "notes.parquet"
    pq.write_table(pa.table({"note": [note(n) for n in range(40)], "n": list(range(40))}), path)
    return path


class Idle(Home):
    """A home whose scans take no time: exit codes and processes are for the other tests."""

    def scan(self, target, jobs=1, out=None, *, watched=False):
        out = out or self.fresh()
        (out / "findings").mkdir(exist_ok=True)
        (out / "audit.json").touch()
        record = out / "findings" / "one.parquet"
        if not record.exists():
            pq.write_table(pa.table({"row": [1, 2]}), record)
        return Scanned(out, 2.0 / (jobs or 1), 1 << 20 if watched else 0)


def test_generators_are_seeded_and_varied():
    one, two = (list(common.web_texts(40_000)) for _ in range(2))
    assert one == two
    assert len(set(one)) == len(one)
    assert 40_000 <= sum(map(len, one)) < 42_000
    assert {"@", "http", "555-", "/19"} <= {mark for mark in ("@", "http", "555-", "/19") if mark in "".join(one)}
    assert not set("0123456789@:/") & set(common.prose(random.Random(1)))
    assert len(set(common.words())) == 2_000


def test_tools_take_turns():
    calls = []
    rounds = common.in_turn(2, {"a": lambda: calls.append("a") or 3.0, "b": lambda: calls.append("b") or 4.0})
    assert calls == ["a", "b", "a", "b"]
    assert common.medians(rounds) == {"a": 3.0, "b": 4.0}


def test_speed_beside_presidio(texts):
    corpus = next(speed.corpora([texts.parent]))
    row = speed.measure(corpus, "presidio-parity", budget=0.001, rounds=1)
    assert row.differing == 0
    assert row.name == "notes.parquet"
    assert row.mb == pytest.approx(sum(len(note(n)) for n in range(40)) / 1e6)
    assert min(row.ours, row.presidio, row.ratio, row.decoding, row.peak_mb) > 0
    assert len(row.cells()) == len(speed.HEADER)


def test_speed_counts_what_only_one_has():
    a, b = {("X", 0, 1, 1.0)}, {("Y", 0, 1, 1.0)}
    assert speed.differing(speed.Measured(1, 1, [a, a]), speed.Measured(1, 1, [a, b])) == 2


def test_the_sample_is_the_same_for_all(texts):
    corpus = speed.Corpus(texts, "note")
    seen = speed.timed(lambda held: [{("X", len(text), 0, 0.0)} for text in held], corpus, texts=7)
    assert len(seen.findings) == 7
    assert seen.size == sum(speed.size(column.texts) for column in speed._first(corpus.columns(), 7))


def test_prose_holds_nothing():
    rows = prose.measure("presidio-parity", mb=0.02, rounds=1)
    assert list(rows)[:2] == ["detection", "utf8_length"]
    assert all(speed_ > 0 for speed_, _ in rows.values())


def test_prose_with_a_finding_is_a_failure():
    detectors = speed.warmed(speed.read("presidio-parity"))
    with pytest.raises(BrokenError, match="findings in prose"):
        prose.tools(detectors, [pa.array(["jane@example.com"])])["detection"]()


def test_table_is_written_once(tmp_path):
    path = table.written(tmp_path, 300)
    before = path.stat().st_mtime_ns
    assert table.written(tmp_path, 300).stat().st_mtime_ns == before
    assert table.read(path) == 300
    assert pq.read_schema(path).equals(table.SCHEMA)
    assert [len(values) for values in table.values()] == [249, 5, 5_000, 2_000, 800, 400]


def test_table_rows(tmp_path):
    home = Idle(tmp_path, tmp_path, "full")
    rows = table.measure(home, table.written(tmp_path, 50), rounds=1)
    assert list(rows) == ["pyarrow", "scan", "start-up", "scan without start-up"]
    assert rows["pyarrow"][1] == 1
    assert rows["scan without start-up"][0] == 0


def test_scale_rows(tmp_path):
    home = Idle(tmp_path, tmp_path, "full")
    assert scale.measure(home, tmp_path, rounds=2) == {"1": (2.0, 1.0, 2), "2": (1.0, 2.0, 2)}


def test_findings_that_differ_are_a_failure(tmp_path):
    home = Idle(tmp_path, tmp_path, "full")
    one, other = home.scan(tmp_path), home.scan(tmp_path)
    assert common.same(one, other)
    pq.write_table(pa.table({"row": [1, 3]}), other.out / "findings" / "one.parquet")
    assert not common.same(one, other)


def test_corpora_have_their_size(tmp_path):
    made = again.corpus(tmp_path, 0.0001, file=40_000)
    assert sorted(path.name for path in made.iterdir()) == ["part-0.jsonl", "part-1.parquet", "part-2.jsonl"]
    read = [column for corpus in speed.corpora([made], "text") for column in corpus.columns()]
    assert 100_000 <= sum(speed.size(column.texts) for column in read) < 103_000
    assert len(list(scale.corpus(tmp_path, 0.02).iterdir())) == scale.FILES


def test_memory_rows(tmp_path):
    home = Idle(tmp_path, tmp_path, "full")
    assert [row[:3] for row in memory.measure(home, [0.01, 0.02], 2)] == [(0.01, 1.048576, 1), (0.02, 1.048576, 1)]
    assert not list(tmp_path.glob("memory-*"))


def test_again_with_real_scans(tmp_path):
    with Home.made(tmp_path / "data", "presidio-parity") as home:
        rows = again.measure(home, again.corpus(home.data, 0.00001), 1)
    assert rows["first"][2] == rows["unchanged"][2] > 0
    assert rows["first"][1] == 1


def test_the_largest_process_of_a_tree_counts():
    inner = "held = bytearray(60_000_000)\nfor i in range(0, 60_000_000, 4096): held[i] = 1\nimport time; time.sleep(1)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer]) as process:
        assert 60_000_000 < common._largest(process) < 120_000_000


def test_a_scan_that_fails_is_a_failure(tmp_path, capsys):
    with Home.made(tmp_path, "no-such-recipe") as home:
        assert common.judged(home.warm) == 1
    assert "ended with 2" in capsys.readouterr().err
