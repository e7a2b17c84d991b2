"""``python -m benchmarks.again``: a second scan of what has not changed.

A generated folder of ``--gb`` GB, half JSON lines and half Parquet in files of 64 MB, of web-like texts with invented
addresses, dates and numbers, is scanned into a fresh output folder and then once more into the same one, each as a
whole process with one job per core unless ``--jobs`` says otherwise. ``times`` is the seconds of the first over those
of each. Parquet is compressed, so the sizes are those of the texts. Findings that are not equal are a failure.
"""

from pathlib import Path

from benchmarks import common
from benchmarks.common import (
    BrokenError,
    Home,
    Scanned,
    judged,
    line,
    ratio,
    web_texts,
    write_jsonl,
    write_parquet,
)

FILE = 64_000_000


def corpus(folder: Path, gb: float, file: int = FILE) -> Path:
    """A new folder of files of the size of ``file``, JSON lines and Parquet in turn."""
    made = folder / f"again-{gb:g}"
    made.mkdir(exist_ok=True)
    for n, first in enumerate(range(0, int(gb * 1e9), file)):
        texts = web_texts(min(file, int(gb * 1e9) - first), common.SEED + n)
        if n % 2:
            write_parquet(made / f"part-{n}.parquet", texts)
        else:
            write_jsonl(made / f"part-{n}.jsonl", texts)
    return made


def measure(home: Home, path: Path, jobs: int | None) -> dict[str, tuple[float, float, int]]:
    """Seconds, ratio and findings of both scans.

    Raises:
        BrokenError: when the second changed what the first had found.
    """
    home.warm()
    first = home.scan(path, jobs)
    before = _state(first)
    second = home.scan(path, jobs, first.out)
    if _state(second) != before:
        raise BrokenError("a second scan of the same data changed the findings")
    scans = {"first": first, "unchanged": second}
    return {name: (s.seconds, ratio(first.seconds, s.seconds), s.findings) for name, s in scans.items()}


def _state(scan: Scanned) -> tuple[bytes, list[tuple[str, int]]]:
    """What was concluded, and which records there are since when."""
    paths = sorted((scan.out / "findings").glob("*.parquet"))
    return (scan.out / "audit.json").read_bytes(), [(path.name, path.stat().st_mtime_ns) for path in paths]


def main() -> int:
    """Exit code 1 when a scan fails or findings are not equal."""
    known = common.parser("again", __doc__)
    known.add_argument("--gb", type=float, default=1.0)
    known.add_argument("--jobs", type=int)
    common.place(known)
    given = known.parse_args()

    def compare() -> None:
        with Home.made(given.folder, given.recipe) as home:
            rows = measure(home, corpus(home.data, given.gb), given.jobs)
        print(line([f"scan of {given.gb:g} GB", "seconds", "times", "findings"]))
        for name, cells in rows.items():
            print(line([name, *cells]))

    return judged(compare)


if __name__ == "__main__":
    raise SystemExit(main())
