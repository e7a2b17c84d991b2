"""``python -m benchmarks.speed FOLDER...``: speed beside Presidio in one run over the same texts, with equal findings.

Every file of a folder that the auditor reads is a corpus. Ours is the recipe ``presidio-parity`` from Arrow array to
findings, in one pass after a warm-up on another text; Presidio is its ``BatchAnalyzerEngine`` on the same tokenizer and
threshold 0, over as many texts as ``--presidio-seconds`` allow. Other tools find other things, so only their speed is
compared.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from auditor import detect, sources
from auditor.detect import nlp, presidio
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.errors import SourceError
from auditor.model import Batch, Limits, SourceFile, TextColumn
from auditor.rules.recipe import Recipe, read

LIMITS = Limits()
Finding = tuple[str, int, int, float]


class Measured(NamedTuple):
    """Seconds and bytes of one tool over one corpus, and what it found in each text it saw."""

    seconds: float
    size: int
    findings: list[set[Finding]]

    @property
    def speed(self) -> float:
        """MB/s."""
        return self.size / 1e6 / max(self.seconds, 1e-9)


def corpora(folders: Sequence[Path], column: str = "") -> Iterator[tuple[str, float, list[TextColumn]]]:
    """Name, seconds of decoding, and text columns (or one of them) of every file that can be read."""
    for path in sorted(p for folder in folders for p in ([folder] if folder.is_file() else folder.rglob("*"))):
        if path.is_file():
            start = time.perf_counter()
            columns = [c for c in _columns(path) if column in ("", c.path)]
            if columns:
                yield path.name, time.perf_counter() - start, columns


def _columns(path: Path) -> Iterator[TextColumn]:
    state = path.stat()
    file = SourceFile("benchmark", str(path.parent), path.name, state.st_size, state.st_mtime_ns, "1")
    try:
        name, parts, _ = sources.plan(file, LIMITS)
        for part in parts:
            for event in sources.read(str(path), name, part, LIMITS):
                if isinstance(event, Batch):
                    yield from event.columns
    except SourceError:
        return


def ours(columns: Sequence[TextColumn], recipe: Recipe) -> Measured:
    """The auditor over columns."""
    detectors = detect.build(recipe)
    run(detectors, _one("jane@example.com, 4111 1111 1111 1111, +1 212-555-0123, A1234567, ::1, 1/2/2020"), LIMITS)
    start = time.perf_counter()
    batches = [resolve(run(detectors, column, LIMITS)[0]) for column in columns]
    seconds = time.perf_counter() - start
    findings: list[set[Finding]] = []
    for column, batch in zip(columns, batches, strict=True):
        found: list[set[Finding]] = [set() for _ in range(len(column.texts))]
        for r in batch.to_pylist():
            found[r["row"]].add((r["entity"], r["start"], r["end"], r["score"]))
        findings += found
    return Measured(seconds, sum(_size(c.texts) for c in columns), findings)


def _one(text: str) -> TextColumn:
    """A column of one text, for warming up: what is remembered of it helps with nothing that is measured."""
    return TextColumn("text", pa.array([text]), pa.array([0], pa.int64()), pa.array([0], pa.int32()))


def theirs(columns: Sequence[TextColumn], recipe: Recipe, budget: float) -> Measured:
    """Presidio over the same texts, until the budget is spent."""
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine

    engine = nlp.engine(nlp.pipeline(recipe), recipe.language)
    single = AnalyzerEngine(registry=presidio.registry(), nlp_engine=engine, supported_languages=[recipe.language])
    analyzer = BatchAnalyzerEngine(analyzer_engine=single)
    seconds, size, findings = 0.0, 0, []
    for chunk in _chunks(columns):
        start = time.perf_counter()
        results = analyzer.analyze_iterator(chunk, language=recipe.language, score_threshold=0)
        seconds += time.perf_counter() - start
        size += sum(len(text.encode()) for text in chunk)
        findings += [{(r.entity_type, r.start, r.end, r.score) for r in found} for found in results]
        if seconds > budget:
            break
    return Measured(seconds, size, findings)


def _chunks(columns: Sequence[TextColumn], texts: int = 200) -> Iterator[list[str]]:
    for column in columns:
        for first in range(0, len(column.texts), texts):
            yield [text or "" for text in column.texts.slice(first, texts).to_pylist()]


def _size(texts: pa.Array) -> int:
    return pc.sum(pc.binary_length(texts)).as_py() or 0


def others() -> dict[str, Callable[[str], Any]]:
    """What is installed of the other tools: a function over one text."""
    found: dict[str, Callable[[str], Any]] = {}
    try:
        import datafog

        found["datafog"] = datafog.scan
    except ImportError:
        pass
    try:
        import presidio_rs

        found["presidio-rs"] = presidio_rs.Analyzer().analyze
    except ImportError:
        pass
    return found


def other(tool: Callable[[str], Any], columns: Sequence[TextColumn], budget: float) -> Measured:
    """Another tool over the same texts, until the budget is spent."""
    seconds, size = 0.0, 0
    for chunk in _chunks(columns):
        start = time.perf_counter()
        for text in chunk:
            tool(text)
        seconds += time.perf_counter() - start
        size += sum(len(text.encode()) for text in chunk)
        if seconds > budget:
            break
    return Measured(seconds, size, [])


def differing(a: Measured, b: Measured) -> int:
    """Findings that only one of the two has, over the texts that both saw."""
    return sum(len(x ^ y) for x, y in zip(a.findings, b.findings, strict=False))


def main() -> int:
    """Print one line for every corpus; exit code 1 when any finding differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--presidio-seconds", type=float, default=20.0)
    parser.add_argument("--column", default="", help="leaf path; all text columns where it is not given")
    options = parser.parse_args()
    recipe, worst = read("presidio-parity"), 0
    print("corpus                       MB    ours MB/s  Presidio  ratio  differing  x decoding  peak MB")
    for name, decoding, columns in corpora(options.folders, options.column):
        mine, presidio_ = ours(columns, recipe), theirs(columns, recipe, options.presidio_seconds)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        different = differing(mine, presidio_)
        worst = max(worst, different)
        speeds = f"{mine.speed:10.2f} {presidio_.speed:9.3f} {mine.speed / max(presidio_.speed, 1e-9):6.1f}"
        print(
            f"{name:26.26} {mine.size / 1e6:6.2f} {speeds} {different:10d} {mine.seconds / decoding:11.1f} {peak:8.0f}"
        )
        for tool, function in others().items():
            measured = other(function, columns, options.presidio_seconds)
            print(f"  {tool}: {measured.speed:.2f} MB/s, ratio {mine.speed / max(measured.speed, 1e-9):.1f}")
    return 1 if worst else 0


if __name__ == "__main__":
    raise SystemExit(main())
