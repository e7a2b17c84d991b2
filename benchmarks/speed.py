"""``python -m benchmarks.speed FOLDER...``: speed beside other tools over the same texts, with equal findings.

Every file of a folder that the auditor reads is a corpus. The first pass of Presidio settles its sample: the first
texts, as many as ``--presidio-seconds`` allow. From then on all tools take turns over that sample, ``--rounds`` times:

- Presidio: ``BatchAnalyzerEngine`` over its own registry, on the same tokenizer, at threshold 0;
- ours: from Arrow array to findings under ``--recipe``, every round in a new process with new detectors that have seen
  one other text, so that nothing is remembered of an earlier round;
- presidio-rs and datafog where they are installed, text by text. They find other things: only their speed is compared;
- pyarrow, which reads the whole file with one thread (formats it knows).

Figures are medians; a ratio is the other tool's seconds over ours. ``differing`` counts findings that only one of
Presidio and ours has, in the worst round: anything but 0 is a failure. ``x decoding`` is our time over the time pyarrow
takes for as large a share of the file as the sample is of its texts. ``peak MB`` is the largest resident set of our
process, which also decodes the file.
"""

import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from auditor import detect, sources
from auditor.detect import nlp, presidio
from auditor.detect.cells import run
from auditor.detect.overlap import resolve
from auditor.errors import SourceError
from auditor.model import Batch, Detector, Limits, SourceFile, TextColumn
from auditor.rules.recipe import Recipe, read
from benchmarks.common import BrokenError, apart, in_turn, judged, line, parser, peak, ratio, seconds

LIMITS = Limits()
OTHERS = ("presidio-rs", "datafog")
WARMING = (
    "jane@example.com, 4111 1111 1111 1111, +1 212-555-0123, A1234567, ::1, 1/2/2020, 2020-1-2, 2020/1/2, 1.2.2020, "
    "2-JAN-2020, 'https://example.com/a', \"www.example.org/b\", https://example.com/é, 12345678, ABCDE1234F, "
    "123e4567-e89b-12d3-a456-426614174000"
)
"""Another text, so that patterns are compiled and nothing is remembered of those that are measured."""
Finding = tuple[str, int, int, float]


def reference(recipe: str) -> Any:
    """Presidio's own registry that a recipe stands for."""
    return presidio.registry(read(recipe))


class Corpus(NamedTuple):
    """The texts of a file, or of one of its columns."""

    path: Path
    column: str = ""

    def columns(self) -> Iterator[TextColumn]:
        """Its text columns, batch by batch."""
        return (c for c in _columns(self.path) if self.column in ("", c.path))

    def texts(self) -> Iterator[list[str]]:
        """All texts as Python's, some at a time."""
        for column in self.columns():
            for first in range(0, len(column.texts), 200):
                yield [text or "" for text in column.texts.slice(first, 200).to_pylist()]

    def size(self) -> int:
        """Bytes of all texts."""
        return sum(size(column.texts) for column in self.columns())


class Measured(NamedTuple):
    """Seconds and bytes of one tool over one sample, what it found in each text, its peak memory if it was alone."""

    seconds: float
    size: int
    findings: list[set[Finding]]
    peak: int = 0

    @property
    def speed(self) -> float:
        """MB/s."""
        return ratio(self.size / 1e6, self.seconds)


def size(texts: pa.Array) -> int:
    """Bytes of an array of texts."""
    return pc.sum(pc.binary_length(texts)).as_py() or 0


def corpora(folders: Sequence[Path], column: str = "") -> Iterator[Corpus]:
    """Every file that holds texts."""
    for path in sorted(p for folder in folders for p in ([folder] if folder.is_file() else folder.rglob("*"))):
        if path.is_file() and next(Corpus(path, column).columns(), None):
            yield Corpus(path, column)


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


def column(texts: pa.Array) -> TextColumn:
    """A column of an array."""
    rows = pa.array(range(len(texts)), pa.int64())
    return TextColumn("text", texts, rows, pa.array([0] * len(texts), pa.int32()))


def warmed(recipe: Recipe) -> tuple[Detector, ...]:
    """New detectors that have seen one text, of which nothing helps with what is measured."""
    detectors = detect.build(recipe)
    run(detectors, column(pa.array([WARMING])), LIMITS)
    return detectors


def found(detectors: Sequence[Detector], texts: TextColumn) -> pa.RecordBatch:
    """What is measured of ours: the findings of a column."""
    return resolve(run(detectors, texts, LIMITS)[0])


def ours(corpus: Corpus, recipe: str, texts: int) -> Measured:
    """The auditor over the first texts of a corpus. To be called in a new process."""
    detectors, spent, read_, findings = warmed(read(recipe)), 0.0, 0, list[set[Finding]]()
    for held in _first(corpus.columns(), texts):
        start = time.perf_counter()
        batch = found(detectors, held)
        spent += time.perf_counter() - start
        read_ += size(held.texts)
        findings += _by_text(batch, len(held.texts))
    return Measured(spent, read_, findings, peak())


def _first(columns: Iterable[TextColumn], texts: int) -> Iterator[TextColumn]:
    for held in columns:
        yield column(held.texts.slice(0, texts))
        texts -= len(held.texts)
        if texts <= 0:
            return


def _by_text(batch: pa.RecordBatch, texts: int) -> list[set[Finding]]:
    findings: list[set[Finding]] = [set() for _ in range(texts)]
    for r in batch.to_pylist():
        findings[r["row"]].add((r["entity"], r["start"], r["end"], r["score"]))
    return findings


def batch_analyzer(recipe: str) -> Callable[[list[str]], list[set[Finding]]]:
    """Presidio as a recipe stands for it: a function over some texts, warmed like ours."""
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine

    loaded = read(recipe)
    engine = nlp.engine(nlp.pipeline(loaded), loaded.language)
    single = AnalyzerEngine(registry=reference(recipe), nlp_engine=engine, supported_languages=[loaded.language])
    analyzer = BatchAnalyzerEngine(analyzer_engine=single)

    def analyse(texts: list[str]) -> list[set[Finding]]:
        results = analyzer.analyze_iterator(texts, language=loaded.language, score_threshold=0)
        return [{(r.entity_type, r.start, r.end, r.score) for r in found_} for found_ in results]

    analyse([WARMING])
    return analyse


def timed(tool: Callable[[list[str]], Any], corpus: Corpus, budget: float = 0.0, texts: int = 0) -> Measured:
    """A tool over the first texts of a corpus, or over as many as the budget allows."""
    spent, read_, seen, findings = 0.0, 0, 0, []
    for chunk in corpus.texts():
        held = chunk[: texts - seen] if texts else chunk
        start = time.perf_counter()
        findings += tool(held)
        spent += time.perf_counter() - start
        read_, seen = read_ + sum(len(text.encode()) for text in held), seen + len(held)
        if (texts and seen >= texts) or (budget and spent > budget):
            break
    return Measured(spent, read_, findings)


def others() -> dict[str, Callable[[list[str]], Any]]:
    """What is installed of the other tools: a function over some texts, which keeps nothing that it finds."""
    tools: dict[str, Callable[[str], Any]] = {}
    try:
        import presidio_rs

        tools["presidio-rs"] = presidio_rs.Analyzer().analyze
    except ImportError:
        pass
    try:
        import datafog

        tools["datafog"] = datafog.scan
    except ImportError:
        pass
    return {name: _each(tool) for name, tool in tools.items()}


def _each(tool: Callable[[str], Any]) -> Callable[[list[str]], list[set[Finding]]]:
    def each(texts: list[str]) -> list[set[Finding]]:
        for text in texts:
            tool(text)
        return []

    each([WARMING])
    return each


_DECODERS: dict[str, Callable[[Path], object]] = {
    ".parquet": lambda path: pa.parquet.ParquetFile(path).read(use_threads=False),
    ".csv": lambda path: pa.csv.read_csv(path, pa.csv.ReadOptions(use_threads=False)),
    ".jsonl": lambda path: pa.json.read_json(path, pa.json.ReadOptions(use_threads=False)),
}


def decoded(path: Path) -> Measured:
    """pyarrow over a file; no time where it cannot read it."""
    try:
        return Measured(seconds(lambda: _DECODERS[path.suffix](path)), 0, [])
    except (KeyError, pa.ArrowException):
        return Measured(0.0, 0, [])


def differing(a: Measured, b: Measured) -> int:
    """Findings that only one of the two has; both saw the same texts."""
    return sum(len(x ^ y) for x, y in zip(a.findings, b.findings, strict=True))


class Row(NamedTuple):
    """What one corpus says, in the order of :data:`HEADER`; a tool that is missing has no figure."""

    name: str
    mb: float
    ours: float
    presidio: float
    ratio: float
    other: tuple[float | str, ...]  # speed and ratio of each of OTHERS
    differing: int
    decoding: float | str
    peak_mb: float

    def cells(self) -> list[object]:
        """One cell for every column."""
        return [*self[:5], *self.other, self.differing, self.decoding, self.peak_mb]


HEADER = ["corpus", "MB", "ours MB/s", "Presidio", "ratio"]
HEADER += [cell for name in OTHERS for cell in (name, "ratio")] + ["differing", "x decoding", "peak MB"]


def measure(corpus: Corpus, recipe: str, budget: float, rounds: int) -> Row:
    """All rounds over one corpus."""
    analyse, share = batch_analyzer(recipe), corpus.size()
    sample = timed(analyse, corpus, budget)
    texts = len(sample.findings)
    tools: dict[str, Callable[[], Measured]] = {
        "ours": lambda: apart(ours, corpus, recipe, texts),
        "presidio": lambda: timed(analyse, corpus, texts=texts),
        "decoding": lambda: decoded(corpus.path),
        **{name: lambda tool=tool: timed(tool, corpus, texts=texts) for name, tool in others().items()},  # type: ignore[misc]
    }
    return _row(corpus, in_turn(rounds, tools), share)


def _row(corpus: Corpus, rounds: dict[str, list[Measured]], whole: int) -> Row:
    spent = {name: median(m.seconds for m in held) for name, held in rounds.items()}
    first, mine = rounds["ours"][0], spent["ours"]
    speeds = {name: ratio(first.size / 1e6, taken) for name, taken in spent.items()}
    beside = (_beside(name, speeds) for name in OTHERS)
    worst = max(differing(a, b) for a, b in zip(rounds["ours"], rounds["presidio"], strict=True))
    decoding = spent["decoding"] * ratio(first.size, whole)
    return Row(
        name=corpus.path.name,
        mb=first.size / 1e6,
        ours=speeds["ours"],
        presidio=speeds["presidio"],
        ratio=ratio(spent["presidio"], mine),
        other=tuple(cell for pair in beside for cell in pair),
        differing=worst,
        decoding=ratio(mine, decoding) if decoding else "-",
        peak_mb=max(m.peak for m in rounds["ours"]) / 1e6,
    )


def _beside(name: str, speeds: dict[str, float]) -> tuple[float | str, float | str]:
    return (speeds[name], ratio(speeds["ours"], speeds[name])) if name in speeds else ("-", "-")


def options() -> Namespace:
    """The command line."""
    known = parser("speed", __doc__)
    known.add_argument("folders", nargs="+", type=Path)
    known.add_argument("--column", default="", help="leaf path; all text columns where it is not given")
    known.add_argument("--recipe", default="presidio-parity", help="a recipe with a reference in Presidio")
    known.add_argument("--presidio-seconds", type=float, default=20.0, help="of one pass, which settles the sample")
    known.add_argument("--rounds", type=int, default=5)
    return known.parse_args()


def compare(given: Namespace) -> None:
    """Print one line for every corpus.

    Raises:
        BrokenError: when any finding differs.
    """
    print(line(HEADER))
    different = 0
    for corpus in corpora(given.folders, given.column):
        row = measure(corpus, given.recipe, given.presidio_seconds, given.rounds)
        print(line(row.cells()), flush=True)
        different += row.differing
    if different:
        raise BrokenError(f"{different} findings differ from Presidio's")


def main() -> int:
    """Exit code 1 when any finding differs."""
    given = options()
    return judged(lambda: compare(given))


if __name__ == "__main__":
    raise SystemExit(main())
