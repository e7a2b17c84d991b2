"""Shared fixtures: a private key, and small datasets made on the spot."""

import json
import subprocess
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import CLI, note, rows


@pytest.fixture(autouse=True)
def _private_key(tmp_path_factory, monkeypatch):
    """Every test has its own key and configuration folder; the cache is of one run."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))  # compiled once for all tests
    monkeypatch.delenv("AUDITOR_KEY_FILE", raising=False)


@pytest.fixture
def auditor():
    """Run the command line in a process of its own; returns the finished process."""

    def run(*words, **options):
        return subprocess.run(
            [*CLI, *map(str, words)], capture_output=True, text=True, timeout=300, check=False, **options
        )

    return run


@pytest.fixture
def lake(tmp_path) -> Path:
    """A folder with one small file of each of the main formats."""
    folder = tmp_path / "lake"
    (folder / "country=de").mkdir(parents=True)
    table = pa.Table.from_pylist(rows(40))
    pq.write_table(table, folder / "country=de" / "part-0.parquet", row_group_size=10)
    (folder / "chat.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows(30)), encoding="utf-8")
    lines = ["id,note", *(f'{n},"{note(n)}"' for n in range(20))]
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pa.ipc.new_file(folder / "table.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=16)
    return folder
