"""What several test files share: how to call the auditor, rows with planted values, a search for leaks."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

from auditor import cli

CLI = [sys.executable, "-m", "auditor"]
PEOPLE = ["ada", "bela", "cleo", "dario", "edda", "fritz", "gina", "hugo"]


def spawned(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [*CLI, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


def called(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, which spares all the imports."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    umask = os.umask(0o077)  # as the entry point sets it
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.run([*map(str, words)])
    finally:
        os.umask(umask)
    printed = (stream.buffer.getvalue().decode().replace("\r\n", "\n") for stream in (out, err))
    return subprocess.CompletedProcess(words, code, *printed)


def note(n: int) -> str:
    """A sentence with an e-mail address, a card number and an address on the net."""
    who = PEOPLE[n % len(PEOPLE)]
    return f"Row {n}: write to {who}.{n}@planted-mail.org, card 4111 1111 1111 1111, host 192.0.2.{n % 250}."


def rows(count: int) -> list[dict[str, object]]:
    """Rows of one text, one nested list and one number."""
    return [{"note": note(n), "turns": [{"text": "hello"}, {"text": note(n + 1)}], "n": n} for n in range(count)]


def jsonl(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """Rows that a command printed."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def free_of(folder: Path, needle: str, *, store: bool = False) -> bool:
    """Whether no file below ``folder`` holds ``needle``; the store is passed over unless asked for."""
    names = (Path(base) / name for base, _, files in os.walk(folder) for name in files)
    kept = (
        p for p in names if store or (p.suffix not in {".duckdb", ".parquet"} and not p.name.startswith("manifest"))
    )
    return not any(needle.encode() in path.read_bytes() for path in kept)
