"""What the benchmarks share: invented texts, a clock that takes turns, ``auditor scan`` as a child process, tables.

All texts come from seeded generators. They hold no real person: hosts and addresses are below ``example.com``.
"""

import argparse
import contextlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import psutil
import pyarrow as pa
import pyarrow.parquet as pq

T = TypeVar("T")

SEED = 20_261
POLL = 0.1
FINE = frozenset({0, 1, 3})
"""Exit codes of a scan that worked: nothing, something severe, something not covered."""


class BrokenError(Exception):
    """A law does not hold, or a scan failed; the message says which."""


# texts ---------------------------------------------------------------------------------------------------------------

_ONSETS = [*"bcdfghklmnprstvw", "br", "cl", "dr", "fl", "gr", "pl", "st", "tr"]
_VOWELS = ["a", "e", "i", "o", "u", "ea", "oo"]
_CODAS = ["", "", "l", "n", "r", "s", "nt", "st"]
_CITIES = ("212", "415", "646", "305")


@cache
def words(count: int = 2_000) -> tuple[str, ...]:
    """Invented words of two or three syllables, each once."""
    rng, found = random.Random(SEED), dict[str, None]()
    while len(found) < count:
        syllables = (rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.randint(2, 3)))
        found["".join(syllables)] = None
    return tuple(found)


def sentence(rng: random.Random) -> str:
    """Eight to fourteen invented words: no digit, no address, nothing to find."""
    return " ".join(rng.choices(words(), k=rng.randint(8, 14))).capitalize() + "."


def prose(rng: random.Random, chars: int = 400) -> str:
    """A text of about ``chars`` characters without any candidate."""
    sentences, size = [], 0
    while size < chars - 40:
        sentences.append(sentence(rng))
        size += len(sentences[-1]) + 1
    return " ".join(sentences)


@cache
def _sentences(count: int = 20_000) -> tuple[str, ...]:
    rng = random.Random(SEED)
    return tuple(sentence(rng) for _ in range(count))


def _url(rng: random.Random, n: int) -> str:
    one, two = rng.choices(words(), k=2)
    return f"See https://{one}.example.com/{two}/{n}?page={n % 97}."


def _date(rng: random.Random, n: int) -> str:
    return f"It began on {n % 12 + 1:02}/{rng.randint(1, 28):02}/{1950 + n % 70}."


def _phone(rng: random.Random, n: int) -> str:
    return f"Call {rng.choice(_CITIES)}-555-{n % 10_000:04} today."


def _mail(rng: random.Random, n: int) -> str:
    one, two = rng.choices(words(), k=2)
    return f"Write to {one}.{two}{n}@example.com please."


_CANDIDATES = (_url, _date, _phone, _mail)


def web(rng: random.Random, n: int) -> str:
    """The ``n``-th text of about 500 characters as the web has them: sentences and no, one, two or three candidates."""
    parts = rng.choices(_sentences(), k=4)
    for made in rng.choices(_CANDIDATES, k=rng.choice((0, 0, 1, 1, 2, 3))):
        parts.insert(rng.randint(0, 4), made(rng, n))
    return " ".join(parts)


def web_texts(size: int, seed: int = SEED) -> Iterator[str]:
    """Texts of :func:`web` until they hold ``size`` bytes, which are as many characters."""
    rng, n = random.Random(seed), 0
    while size > 0:
        text = web(rng, n)
        size, n = size - len(text), n + 1
        yield text


def chunks(values: Iterable[T], count: int = 20_000) -> Iterator[list[T]]:
    """Values by so many at a time."""
    source = iter(values)
    while held := list(islice(source, count)):
        yield held


def write_jsonl(path: Path, texts: Iterable[str]) -> None:
    """One object with ``id`` and ``text`` per line. The texts hold nothing that JSON escapes."""
    with path.open("w", encoding="ascii") as file:
        for first, held in enumerate(chunks(texts)):
            numbered = enumerate(held, first * 20_000)
            file.write("".join(f'{{"id": {n}, "text": "{text}"}}\n' for n, text in numbered))


def write_parquet(path: Path, texts: Iterable[str]) -> None:
    """The column ``text`` in row groups of 20,000."""
    schema = pa.schema([("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for held in chunks(texts):
            writer.write_table(pa.table({"text": pa.array(held, pa.string())}, schema))


# time and memory -----------------------------------------------------------------------------------------------------


def seconds(function: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_turn(rounds: int, tools: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What every tool returns in every round, one tool after the other: a busy machine hits all of them alike."""
    found: dict[str, list[T]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, tool in tools.items():
            found[name].append(tool())
    return found


def medians(rounds: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The median of every tool's rounds."""
    return {name: median(values) for name, values in rounds.items()}


def apart(function: Callable[..., T], *words: Any) -> T:
    """Call a function in a new process, which remembers nothing of this one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *words).result()


def peak() -> int:
    """Bytes of the largest resident set of this process.

    Linux counts what a process was before ``exec`` into ``getrusage``: a child of a large parent looks as large. So the
    system's own high-water mark is read where there is one.
    """
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) << 10
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


# scans ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scanned:
    """One run of ``auditor scan``: output folder, wall seconds, and the largest resident set where it was watched."""

    out: Path
    seconds: float
    peak: int = 0

    def records(self) -> list[pa.Table]:
        """All findings as they were recorded, fragment by fragment, in the order of their names."""
        return [pq.read_table(path) for path in sorted((self.out / "findings").glob("*.parquet"))]

    @property
    def findings(self) -> int:
        """How many findings were recorded."""
        return sum(pq.read_metadata(path).num_rows for path in (self.out / "findings").glob("*.parquet"))


class Home:
    """A place to benchmark in: data, output folders, and a key and a cache of its own."""

    def __init__(self, data: Path, scratch: Path, recipe: str) -> None:
        self.data, self._scratch, self._recipe = data, scratch, recipe
        self._environment = os.environ | {
            "AUDITOR_KEY_FILE": str(scratch / "key"),
            "XDG_CACHE_HOME": str(scratch / "cache"),
        }

    @classmethod
    @contextlib.contextmanager
    def made(cls, folder: Path | None, recipe: str) -> Iterator["Home"]:
        """A home that is gone at the end; data stay where ``folder`` is given."""
        with tempfile.TemporaryDirectory(prefix="auditor-benchmark-", ignore_cleanup_errors=True) as name:
            scratch = Path(name)
            data = folder or scratch / "data"
            data.mkdir(parents=True, exist_ok=True)
            yield cls(data, scratch, recipe)

    def few(self, rows: int = 10) -> Path:
        """A table that is hardly there: what its scan takes is start-up."""
        path = self._scratch / f"few-{rows}.parquet"
        if not path.exists():
            write_parquet(path, (f"row {n}" for n in range(rows)))
        return path

    def warm(self) -> None:
        """Scan next to nothing, so that compiled databases, byte code and the key are there."""
        self.scan(self.few())

    def fresh(self) -> Path:
        """A new path for an output folder."""
        return Path(tempfile.mkdtemp(prefix="out-", dir=self._scratch))

    def scan(self, target: Path, jobs: int | None = 1, out: Path | None = None, *, watched: bool = False) -> Scanned:
        """Run ``auditor scan`` as a process, into a fresh folder unless one is given.

        Raises:
            BrokenError: when it fails.
        """
        out = out or self.fresh()
        command = [sys.executable, "-m", "auditor", "scan", str(target), "-o", str(out), "-r", self._recipe, "-q"]
        command += ["--jobs", str(jobs)] if jobs else []
        with tempfile.TemporaryFile() as errors:
            start = time.perf_counter()
            process = subprocess.Popen(command, env=self._environment, stdout=errors, stderr=errors)
            most = _largest(process) if watched else 0
            code = process.wait()
            taken = time.perf_counter() - start
            errors.seek(0)
            if code not in FINE:
                raise BrokenError(f"auditor scan ended with {code}: {errors.read().decode(errors='replace')[-500:]}")
        return Scanned(out, taken, most)


def _largest(process: "subprocess.Popen[bytes]") -> int:
    """Bytes of the largest resident set that any process of a tree was seen with, until its root ends."""
    root, most = psutil.Process(process.pid), 0
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            most = max(most, *(_resident(p) for p in (root, *root.children(recursive=True))))
        time.sleep(POLL)
    return most


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def same(one: Scanned, other: Scanned) -> bool:
    """Whether two scans recorded equal findings."""
    mine, theirs = one.records(), other.records()
    return len(mine) == len(theirs) and all(a.equals(b) for a, b in zip(mine, theirs, strict=True))


# what is printed -----------------------------------------------------------------------------------------------------


def line(cells: Iterable[object], first: int = 26, others: int = 12) -> str:
    """One line of a table: a name to the left, figures to the right."""
    name, *figures = (f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in cells)
    return f"{name:{first}.{first}}" + "".join(f"{figure:>{others}}" for figure in figures)


def ratio(one: float, other: float) -> float:
    """``one / other``, where ``other`` may be next to nothing."""
    return one / max(other, 1e-9)


def parser(name: str, text: str | None) -> argparse.ArgumentParser:
    """A parser of ``python -m benchmarks.NAME`` that shows the docstring of its module."""
    raw = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=text, formatter_class=raw)


def place(options: argparse.ArgumentParser, recipe: str = "full") -> None:
    """The options of benchmarks that scan."""
    options.add_argument("--recipe", default=recipe, help=f"recipe of the scans (default: {recipe})")
    options.add_argument("--folder", type=Path, help="where generated data are kept (default: a temporary folder)")


def judged(main: Callable[[], None]) -> int:
    """Exit code of a benchmark: 1, with the reason on standard error, when a law is broken."""
    try:
        main()
    except BrokenError as broken:
        print(f"broken: {broken}", file=sys.stderr)
        return 1
    return 0
