"""Make labelled texts, and measure detectors on them."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.errors import AuditorError
from auditor.rules.recipe import read
from benchmarks.labelled.generate import Document, documents
from benchmarks.labelled.markup import Span
from benchmarks.labelled.measure import ALL, BARE, Figures, measure

SEED, FINAL_SEED = 7, 4711
FIGURES = Path(__file__).parents[1] / "figures" / "detectors.json"


def main() -> int:
    """Exit code 2 when the command or a file is wrong."""
    given = _parser().parse_args()
    try:
        return _generate(given) if given.command == "generate" else _measure(given)
    except (AuditorError, ValueError, OSError, KeyError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    known = argparse.ArgumentParser(prog="python -m benchmarks.labelled", description=__doc__)
    commands = known.add_subparsers(dest="command", required=True)
    one = commands.add_parser("generate", help="write JSON Lines")
    one.add_argument("-o", "--output", type=Path, required=True)
    two = commands.add_parser("measure", help="score the detectors of a recipe")
    two.add_argument("file", type=Path, nargs="?", help="labelled JSON Lines; made anew without it")
    two.add_argument("-r", "--recipe", default="full")
    two.add_argument("--figures", type=Path, help=f"write the figures; with --final {FIGURES.name} by itself")
    two.add_argument("--errors", type=int, default=0, help="print the places of so many errors per entity")
    for command in (one, two):
        command.add_argument("--documents", type=int, default=4000)
        command.add_argument("--seed", type=int, help=f"{SEED}, with --final {FINAL_SEED}")
        command.add_argument("--languages", nargs="*", default=[])
        command.add_argument("--final", action="store_true", help="the held-out templates")
    return known


def _made(given: argparse.Namespace) -> Iterator[Document]:
    return documents(given.documents, _seed(given), given.languages, final=given.final)


def _seed(given: argparse.Namespace) -> int:
    return int(given.seed if given.seed is not None else FINAL_SEED if given.final else SEED)


def _generate(given: argparse.Namespace) -> int:
    with given.output.open("w", encoding="utf-8") as file:
        for document in _made(given):
            file.write(json.dumps(document.as_dict(), ensure_ascii=False) + "\n")
    return 0


def _measure(given: argparse.Namespace) -> int:
    held = list(_read(given.file) if given.file else _made(given))
    figures = measure(held, read(given.recipe))
    print(_told(figures))
    for error in _first(figures, given.errors):
        print(f"{error.kind:7}{error.entity:28}{error.start}-{error.end} of {held[error.record].id} {error.instead}")
    target = given.figures or (FIGURES if given.final else None)
    if target:
        head = {
            "date": datetime.now(UTC).date().isoformat(),
            "seed": None if given.file else _seed(given),
            "documents": figures.documents,
            "recipe": given.recipe,
            "version": __version__,
            "templates": "held out" if given.final else "development",
            "matching": "overlap, one to one, score 0.5 and above",
        }
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_json({"head": head, "rows": figures.rows()}), encoding="utf-8")
    return 0


def _json(value: dict[str, Any]) -> str:
    rows = ",\n".join(f"  {json.dumps(row)}" for row in value["rows"])
    return f'{{"head": {json.dumps(value["head"])},\n"rows": [\n{rows}\n]}}\n'


def _read(path: Path) -> Iterator[Document]:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans, optional = (tuple(Span(**span) for span in row.get(name, ())) for name in ("spans", "optional"))
        yield Document(row.get("id", ""), row["language"], row.get("register", ""), row["text"], spans, optional)


def _first(figures: Figures, count: int) -> Iterator[Any]:
    seen: dict[tuple[str, str], int] = {}
    for error in figures.errors:
        key = (error.entity, error.kind)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= count and error.kind != "bounds":
            yield error


def _told(figures: Figures) -> str:
    lines = [f"{'':30}{'support':>8}{'found':>8}  precision           recall"]
    shown = [row for row in figures.rows() if row["language"] in {ALL, BARE} or row["entity"].islower()]
    lines += [_line(row) for row in shown]
    return "\n".join(lines)


def _line(row: dict[str, Any]) -> str:
    name = row["entity"] if row["language"] == ALL else f"{row['entity']} ({row['language']})"
    shares = (_share(row, "precision"), _share(row, "recall"))
    return f"{name:36}{row['support']:>6}{row['found']:>8}  {shares[0]:20}{shares[1]}"


def _share(row: dict[str, Any], name: str) -> str:
    if row[name] is None:
        return "-"
    return f"{row[name]:.3f} ({row[name + '_low']:.3f}-{row[name + '_high']:.3f})"


if __name__ == "__main__":
    raise SystemExit(main())
