"""Shared fixtures: a private key, the command line, and small datasets made on the spot."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import called, note, rows, spawned

from auditor import server

KEPT = 20
"""Compiled databases that stay in the cache of the tests."""


@pytest.fixture(scope="session")
def _cache(pytestconfig) -> Path:
    """What is compiled once for all tests, processes and runs: it is found by the hash of what it comes from."""
    folder = pytestconfig.cache.mkdir("auditor")
    for _, path in sorted(map(_aged, folder.rglob("*.hsdb")))[:-KEPT]:
        path.unlink(missing_ok=True)
    return folder


def _aged(path: Path) -> tuple[float, Path]:
    """When a file was written; the oldest of all where another worker has taken it away since."""
    try:
        return path.stat().st_mtime, path
    except FileNotFoundError:
        return 0.0, path


@pytest.fixture(autouse=True)
def _private_key(tmp_path_factory, monkeypatch, _cache):
    """Every test has its own key and configuration folder."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache))
    monkeypatch.delenv("AUDITOR_KEY_FILE", raising=False)


@pytest.fixture
def auditor():
    """Run the command line in this process; returns what a finished process is."""
    server.start("full")
    return called


@pytest.fixture
def process():
    """Run the command line in a process of its own; returns the finished process."""
    return spawned


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
