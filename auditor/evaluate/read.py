"""Read labelled texts in the formats that people have; which one it is, content decides."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from auditor.errors import AuditorError, SourceError
from auditor.evaluate import brat
from auditor.evaluate.jsontexts import Item, fault_of, read_lines, read_list
from auditor.evaluate.labelled import Fault
from auditor.model import Limits
from auditor.report.mask import mask_name, safe_text
from auditor.sources.compress import compression_of, head

Format = Literal["jsonl", "presidio", "brat"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""JSON Lines; a JSON list as presidio-research writes it; brat standoff."""

_HEAD = 4096
_UNKNOWN = (
    "is in no known format; give JSON Lines, a JSON list of presidio-research, or brat (NAME.txt beside NAME.ann), "
    "and say which with --format where the content does not tell"
)


def read(paths: Sequence[str | Path], format_: Format | None = None, limits: Limits | None = None) -> Iterator[Item]:
    """Records of some files and of folders with brat documents, one after the other, and what could not be read.

    Files are named masked, as everywhere in the auditor's output.

    Raises:
        AuditorError: at once, when a path does not exist.
    """
    given = [Path(path) for path in paths]
    missing = [path for path in given if not path.exists()]
    if missing:
        names = ", ".join(shown(path) for path in missing)
        raise AuditorError(f"no such file or folder: {names}; give files of labelled texts")
    return _all(given, format_, limits or Limits())


def _all(paths: Sequence[Path], format_: Format | None, limits: Limits) -> Iterator[Item]:
    for path in paths:
        if path.is_dir():
            yield from _folder(path, limits)
        else:
            yield from _file(path, format_, limits)


def _folder(path: Path, limits: Limits) -> Iterator[Item]:
    number = 0
    for number, document in enumerate(brat.pairs(path), 1):
        yield _document(document, number, limits)
    if not number:
        yield Fault(shown(path), 0, "holds no brat documents (NAME.txt beside NAME.ann); name other files one by one")


def _document(path: Path, number: int, limits: Limits) -> Item:
    try:
        return brat.read_pair(path, shown(path), number, limits.document_bytes)
    except (OSError, SourceError) as error:
        return fault_of(error, shown(path))


def _file(path: Path, format_: Format | None, limits: Limits) -> Iterator[Item]:
    file = shown(path)
    try:
        kind = format_ or found(path)
        if kind == "brat":
            yield _document(path, 1, limits)
        elif kind == "jsonl":
            yield from read_lines(str(path), file, limits)
        elif kind == "presidio":
            yield from read_list(str(path), file, limits)
        else:
            yield Fault(file, 0, _UNKNOWN)
    except (OSError, SourceError) as error:
        yield fault_of(error, file)


def found(path: Path) -> Format | None:
    """The format of a file by its content; None where it is none of them."""
    raw = head(str(path), "", _HEAD)
    start = head(str(path), compression_of(raw), _HEAD).removeprefix(b"\xef\xbb\xbf")
    if brat.is_annotation(start) or (path.suffix == ".txt" and path.with_suffix(".ann").exists()):
        return "brat"
    known: dict[bytes, Format] = {b"{": "jsonl", b"[": "presidio"}
    return known.get(start.lstrip()[:1])


def shown(path: Path) -> str:
    """A path as it may be printed."""
    return safe_text(mask_name(str(path)))
