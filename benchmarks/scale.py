"""``python -m benchmarks.scale [PATH]``: what a second job brings.

``auditor scan`` of a file or folder as a whole process into a fresh output folder, with ``--jobs 1`` and with
``--jobs 2`` in turn, after a scan of next to nothing. Without a path it is a generated folder of ``--mb`` MB: JSON
lines of web-like texts with invented addresses, dates and numbers. Seconds are medians of wall time, ``times`` is the
seconds of one job over those of as many. Findings that are not equal are a failure.
"""

from pathlib import Path

from benchmarks import common
from benchmarks.common import (
    BrokenError,
    Home,
    Scanned,
    in_turn,
    judged,
    line,
    medians,
    ratio,
    same,
    web_texts,
    write_jsonl,
)

FILES = 4


def corpus(folder: Path, mb: float) -> Path:
    """A new folder of four files of web-like texts."""
    made = folder / f"scale-{mb:g}"
    made.mkdir(exist_ok=True)
    for n in range(FILES):
        write_jsonl(made / f"part-{n}.jsonl", web_texts(int(mb * 1e6) // FILES, common.SEED + n))
    return made


def measure(home: Home, path: Path, rounds: int) -> dict[str, tuple[float, float, int]]:
    """Seconds, ratio and findings by number of jobs.

    Raises:
        BrokenError: when findings are not equal.
    """
    home.warm()
    scans: dict[str, list[Scanned]] = in_turn(
        rounds, {"1": lambda: home.scan(path, jobs=1), "2": lambda: home.scan(path, jobs=2)}
    )
    first = scans["1"][0]
    if not all(same(first, scan) for held in scans.values() for scan in held):
        raise BrokenError("findings hang on the number of jobs")
    taken = medians({jobs: [scan.seconds for scan in held] for jobs, held in scans.items()})
    return {jobs: (t, ratio(taken["1"], t), first.findings) for jobs, t in taken.items()}


def main() -> int:
    """Exit code 1 when a scan fails or findings are not equal."""
    known = common.parser("scale", __doc__)
    known.add_argument("path", nargs="?", type=Path)
    known.add_argument("--mb", type=float, default=200.0, help="size of the generated corpus")
    known.add_argument("--rounds", type=int, default=3)
    common.place(known)
    given = known.parse_args()

    def compare() -> None:
        with Home.made(given.folder, given.recipe) as home:
            rows = measure(home, given.path or corpus(home.data, given.mb), given.rounds)
        print(line(["jobs", "seconds", "times", "findings"]))
        for jobs, cells in rows.items():
            print(line([jobs, *cells]))

    return judged(compare)


if __name__ == "__main__":
    raise SystemExit(main())
