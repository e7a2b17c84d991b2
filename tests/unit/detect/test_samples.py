"""The sample datasets: the generator writes what is committed, and every planted identifier is found."""

import csv
import gzip
import importlib.util
import json
from collections import defaultdict

import pyarrow.parquet as pq
import pytest
from detect_help import column, recipe

from auditor import assets
from auditor.detect import build
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.model import Limits
from auditor.rules.vocabulary import vocabulary

SAMPLES = assets.samples()
TRUTH = SAMPLES.parents[1] / "tests" / "truth" / "samples.jsonl"
NOT_STRUCTURED = {"PERSON", "HEALTH_CONDITION"}
"""Planted for later detectors: names and conditions have no form of their own."""


def read(path):
    """Columns of a sample file, ``{path: [(row, item, text)]}``, without the sources stage."""
    found = defaultdict(list)
    if path.suffix == ".parquet":
        rows = pq.read_table(path, partitioning=None).to_pylist()
    elif path.suffix == ".csv":
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(keepends=True)))
    else:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = [json.loads(line) for line in data.decode().splitlines()]
    for row, cells in enumerate(rows):
        for name, value in cells.items():
            if isinstance(value, str):
                found[name].append((row, 0, value))
            if name == "messages":
                found["messages[].content"] += ((row, i, m["content"]) for i, m in enumerate(value))
    return found


def files(folder):
    return sorted(p for p in folder.rglob("*") if p.name.endswith((".jsonl", ".gz", ".csv", ".parquet")))


@pytest.fixture(scope="module")
def truth():
    return [json.loads(line) for line in TRUTH.read_text(encoding="utf-8").splitlines()]


def test_generator_writes_what_is_committed(tmp_path):
    spec = importlib.util.spec_from_file_location("samples_generate", SAMPLES.parent / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.generate(tmp_path / "data", tmp_path / "truth.jsonl")
    assert (tmp_path / "truth.jsonl").read_bytes() == TRUTH.read_bytes()
    made = files(tmp_path / "data")
    assert [p.relative_to(tmp_path / "data") for p in made] == [p.relative_to(SAMPLES) for p in files(SAMPLES)]
    for path in made:
        committed = SAMPLES / path.relative_to(tmp_path / "data")
        if path.suffix == ".parquet":
            assert pq.read_table(path, partitioning=None).equals(pq.read_table(committed, partitioning=None))
            assert pq.ParquetFile(path).num_row_groups == pq.ParquetFile(committed).num_row_groups
        elif path.suffix == ".gz":
            assert gzip.decompress(path.read_bytes()) == gzip.decompress(committed.read_bytes())
        else:
            assert path.read_bytes() == committed.read_bytes()


def test_small():
    assert sum(p.stat().st_size for p in files(SAMPLES)) < 1_500_000


def test_truth_points_at_what_it_names(truth):
    assert len(truth) > 3000
    assert {t["entity"] for t in truth} <= set(vocabulary().entities)
    assert {t["file"] for t in truth} == {str(p.relative_to(SAMPLES)) for p in files(SAMPLES)}
    emails = [t for t in truth if t["entity"] == "EMAIL_ADDRESS" and t["file"] == "customers.parquet"]
    texts = {(row, 0): text for row, _, text in read(SAMPLES / "customers.parquet")["email"]}
    assert all("@" in texts[t["row"], 0][t["start"] : t["end"]] for t in emails)
    assert len(emails) == 1000


def test_every_planted_identifier_is_found(truth):
    detectors = build(recipe())
    wanted = defaultdict(set)
    for t in truth:
        if t["entity"] not in NOT_STRUCTURED:
            wanted[t["file"], t["column"]].add((t["row"], t["item"], t["start"], t["end"], t["entity"]))
    missed = []
    for (file, name), planted in wanted.items():
        cells = read(SAMPLES / file)[name]
        found, losses = run(detectors, column([text for _, _, text in cells]), Limits())
        assert not losses
        spans = defaultdict(list)
        for r in resolve(found).to_pylist():
            spans[*cells[r["row"]][:2], r["entity"]].append((r["start"], r["end"], r["score"]))
        for row, item, start, end, entity in planted:
            if not any(s < end and start < e and score >= 0.4 for s, e, score in spans[row, item, entity]):
                missed.append((file, name, row, item, entity))
    assert missed == []
