"""``python -m benchmarks.memory``: the largest process of a scan, over a small and a large input.

A file of JSON lines of ``--mb`` MB of web-like texts with invented addresses, dates and numbers, and one of ``--gb``
GB, are scanned as whole processes with one job per core unless ``--jobs`` says otherwise. Ten times a second the
resident set of the process and of all below it is looked at; ``peak MB`` is the largest of any one process, memory it
shares with others included. ``times`` compares it with that of the small input. The files are written as a stream and
deleted after their scan unless ``--keep`` is given, which needs ``--folder``.
"""

from benchmarks import common
from benchmarks.common import Home, judged, line, ratio, web_texts, write_jsonl


def measure(home: Home, sizes: list[float], jobs: int | None, *, keep: bool = False) -> list[tuple[float, ...]]:
    """MB of input, peak MB, seconds, and the peak as a multiple of the first, size by size."""
    home.warm()
    rows: list[tuple[float, ...]] = []
    for mb in sizes:
        path = home.data / f"memory-{mb:g}.jsonl"
        write_jsonl(path, web_texts(int(mb * 1e6)))
        scan = home.scan(path, jobs, watched=True)
        if not keep:
            path.unlink()
        most = scan.peak / 1e6
        rows.append((mb, most, ratio(most, rows[0][1] if rows else most), scan.seconds))
    return rows


def main() -> int:
    """Exit code 1 when a scan fails."""
    known = common.parser("memory", __doc__)
    known.add_argument("--mb", type=float, default=100.0, help="the small input")
    known.add_argument("--gb", type=float, default=5.0, help="the large input")
    known.add_argument("--jobs", type=int)
    known.add_argument("--keep", action="store_true", help="leave the files in --folder")
    common.place(known)
    given = known.parse_args()
    if given.keep and not given.folder:
        known.error("--keep needs --folder")

    def compare() -> None:
        with Home.made(given.folder, given.recipe) as home:
            rows = measure(home, [given.mb, given.gb * 1e3], given.jobs, keep=given.keep)
        print(line(["input MB", "peak MB", "times", "seconds"]))
        for mb, *cells in rows:
            print(line([f"{mb:,g}", *cells]))

    return judged(compare)


if __name__ == "__main__":
    raise SystemExit(main())
