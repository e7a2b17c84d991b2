"""``python -m benchmarks.table``: the audit of a table of repetitive columns, beside reading it.

The table is a Parquet file of ``--rows`` rows in row groups of 1,000,000: six text columns that repeat 5 to 5,000
values each (country codes, status words, names of towns, names of products, mail domains, category paths) and six of
other types (whole numbers to 10^12 and below 100, floats, decimals, times, booleans). It is written once from a seed;
in ``--folder`` it is kept and used again.

In every round take turns, with one core each:

- pyarrow: ``ParquetFile.iter_batches(use_threads=False)`` over all columns, in this process;
- scan: ``auditor scan --jobs 1`` as a whole process into a fresh output folder;
- start-up: the same scan of a table of ten rows.

Seconds are medians. ``times`` is seconds over those of pyarrow; "scan without start-up" is the difference of the two.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks import common
from benchmarks.common import Home, in_turn, judged, line, medians, ratio, seconds, words

GROUP = 1_000_000
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("country", "status", "town", "product", "mail_domain", "category")),
        ("id", pa.int64()),
        ("quantity", pa.int32()),
        ("weight", pa.float64()),
        ("price", pa.decimal128(12, 2)),
        ("ordered", pa.timestamp("us")),
        ("paid", pa.bool_()),
    ]
)


def values() -> list[pa.Array]:
    """The values of the six text columns: 249, 5, 5,000, 2,000, 800 and 400."""
    names = words(5_000)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    columns = [
        [one + two for one in letters for two in letters][:249],
        ["new", "packed", "shipped", "delivered", "returned"],
        [name.capitalize() for name in names],
        [f"{one.capitalize()} {two}" for one, two in zip(names[:2_000], names[1_000:3_000], strict=True)],
        [f"{name}.example.com" for name in names[:800]],
        [f"/{one}/{two}" for one in names[:20] for two in names[20:40]],
    ]
    return [pa.array(column, pa.string()) for column in columns]


def group(rng: np.random.Generator, rows: int, texts: list[pa.Array]) -> pa.Table:
    """So many random rows."""
    drawn = [column.take(pa.array(rng.integers(0, len(column), rows))) for column in texts]
    cents = pa.array(rng.integers(1, 10_000_000, rows)).cast(pa.decimal128(19, 0))
    others = [
        pa.array(rng.integers(0, 10**12, rows)),
        pa.array(rng.integers(0, 100, rows, dtype=np.int32)),
        pa.array(rng.normal(50, 10, rows)),
        pc.multiply(cents, pa.scalar("0.01").cast(pa.decimal128(3, 2))).cast(pa.decimal128(12, 2)),
        pa.array(rng.integers(1_500_000_000_000_000, 1_700_000_000_000_000, rows)).cast(pa.timestamp("us")),
        pa.array(rng.integers(0, 2, rows).astype(bool)),
    ]
    return pa.table([*drawn, *others], schema=SCHEMA)


def _groups(rows: int) -> Iterator[pa.Table]:
    rng, texts = np.random.default_rng(common.SEED), values()
    for first in range(0, rows, GROUP):
        yield group(rng, min(GROUP, rows - first), texts)


def written(folder: Path, rows: int) -> Path:
    """The table, written if it is not there."""
    path = folder / f"table-{rows}.parquet"
    if path.exists():
        return path
    draft = folder / f"table-{rows}.draft"
    with pq.ParquetWriter(draft, SCHEMA) as writer:
        for table in _groups(rows):
            writer.write_table(table, row_group_size=GROUP)
    return draft.rename(path)


def read(path: Path) -> int:
    """Read all of a table with one thread; the number of its rows."""
    return sum(batch.num_rows for batch in pq.ParquetFile(path).iter_batches(use_threads=False))


def measure(home: Home, path: Path, rounds: int) -> dict[str, tuple[float, float]]:
    """Seconds of everything, and how many times those of pyarrow."""
    home.warm()
    taken = medians(
        in_turn(
            rounds,
            {
                "pyarrow": lambda: seconds(lambda: read(path)),
                "scan": lambda: home.scan(path).seconds,
                "start-up": lambda: home.scan(home.few()).seconds,
            },
        )
    )
    taken["scan without start-up"] = taken["scan"] - taken["start-up"]
    return {name: (t, ratio(t, taken["pyarrow"])) for name, t in taken.items()}


def main() -> int:
    """Exit code 1 when a scan fails."""
    known = common.parser("table", __doc__)
    known.add_argument("--rows", type=int, default=10_000_000)
    known.add_argument("--rounds", type=int, default=3)
    common.place(known)
    given = known.parse_args()

    def compare() -> None:
        with Home.made(given.folder, given.recipe) as home:
            path = written(home.data, given.rows)
            rows = measure(home, path, given.rounds)
        print(line([f"{given.rows:,} rows, recipe {given.recipe}", "seconds", "times"], first=34))
        for name, cells in rows.items():
            print(line([name, *cells], first=34))

    return judged(compare)


if __name__ == "__main__":
    raise SystemExit(main())
