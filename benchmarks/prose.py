"""``python -m benchmarks.prose``: how fast texts pass in which nothing can be found.

Texts of about 400 characters of invented words, without digits, addresses or anything else a recogniser looks for, in
Arrow arrays as large as the batches of a scan. In every round the tools take turns over the same new texts:

- detection: from Arrow array to findings, by warmed detectors of ``--recipe``;
- utf8_length: ``pyarrow.compute.utf8_length`` of every array, a floor for anything that looks at all bytes;
- Hyperscan: one pass of the ruleset's Hyperscan database over every array, where hyperscan is installed.

Speeds are MB/s of text, from medians; ``share`` is that of the detection as a multiple of the tool's time. Any finding
is a failure.
"""

import random
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from auditor.detect.databases import available
from auditor.detect.prefilter import Prefilter
from auditor.model import Detector, Limits
from auditor.rules.recipe import read
from benchmarks import common
from benchmarks.common import BrokenError, in_turn, judged, line, medians, ratio, seconds
from benchmarks.speed import column, found, size, warmed


def arrays(mb: float, seed: int, batch: int = Limits.batch_bytes) -> list[pa.Array]:
    """Prose of that size, in arrays of about ``batch`` bytes."""
    rng = random.Random(seed)
    return list(_filled(rng, int(mb * 1e6), batch))


def _filled(rng: random.Random, left: int, batch: int) -> Iterator[pa.Array]:
    while left > 0:
        held, most = [], min(batch, left)
        while most > 0:
            held.append(common.prose(rng))
            most -= len(held[-1])
        array = pa.array(held, pa.string())
        left -= size(array)
        yield array


def tools(detectors: tuple[Detector, ...], texts: list[pa.Array]) -> dict[str, Callable[[], float]]:
    """Seconds of every tool over the texts.

    Raises:
        BrokenError: by the first of them, when it finds anything.
    """

    def detection() -> float:
        columns, counts = [column(array) for array in texts], list[int]()
        taken = seconds(lambda: counts.extend(found(detectors, held).num_rows for held in columns))
        if any(counts):
            raise BrokenError(f"{sum(counts)} findings in prose")
        return taken

    every = {"detection": detection, "utf8_length": lambda: seconds(lambda: [pc.utf8_length(a) for a in texts])}
    if available():
        scanner = Prefilter(need for detector in detectors for need in getattr(detector, "needs", ()))
        scanner.scan(texts[0])
        every["Hyperscan"] = lambda: seconds(lambda: [scanner.scan(a) for a in texts])
    return every


def measure(recipe: str, mb: float, rounds: int) -> dict[str, tuple[float, float]]:
    """MB/s of every tool, and how many times its seconds the detection took.

    Raises:
        BrokenError: when anything is found.
    """
    detectors, taken, read_ = warmed(read(recipe)), dict[str, list[float]](), 0
    for n in range(rounds):
        texts = arrays(mb, common.SEED + n)
        read_ += sum(map(size, texts))
        for name, values in in_turn(1, tools(detectors, texts)).items():
            taken.setdefault(name, []).extend(values)
    middle = medians(taken)
    return {name: (read_ / rounds / 1e6 / t, ratio(middle["detection"], t)) for name, t in middle.items()}


def main() -> int:
    """Exit code 1 when anything is found."""
    known = common.parser("prose", __doc__)
    known.add_argument("--mb", type=float, default=64.0)
    known.add_argument("--rounds", type=int, default=3)
    known.add_argument("--recipe", default="presidio-parity")
    given = known.parse_args()

    def compare() -> None:
        rows = measure(given.recipe, given.mb, given.rounds)
        print(line([f"prose, {given.mb:g} MB, 0 findings", "MB/s", "times"], first=34))
        for name, cells in rows.items():
            print(line([name, *cells], first=34))

    return judged(compare)


if __name__ == "__main__":
    raise SystemExit(main())
