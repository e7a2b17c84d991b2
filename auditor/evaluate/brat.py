"""brat standoff: ``NAME.txt`` holds a text, ``NAME.ann`` beside it one span a line.

``T1<TAB>LABEL START END<TAB>text``; offsets are code points of the text as it stands in the file, line ends included.
A discontinuous span (``0 5;16 23``) counts by its outer bounds. Relations, events, attributes and notes are no spans.
The form is that of https://brat.nlplab.org/standoff.html.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from auditor.evaluate.labelled import Fault, Label, LabelError, Labelled
from auditor.evaluate.record import MOVED
from auditor.sources.compress import open_regular

DISCONTINUOUS = "discontinuous spans, counted by their outer bounds"

_OTHER = ("R", "E", "A", "M", "N", "#", "*")
_SPAN = re.compile(r"T[^\t]*\t([^\t]+?) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)(?:\t(.*))?", re.DOTALL)
_FORM = "is no span; it must be T1, tab, label, start and end, tab, text"


def is_annotation(head: bytes) -> bool:
    """Whether a file begins as annotations do."""
    return re.match(rb"T\d+\t\S+ \d", head) is not None


def pairs(folder: Path) -> Iterator[Path]:
    """Annotation files and texts without one under a folder, in the order of their names."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in (".ann", ".txt"))
    return (path for path in found if path.suffix == ".ann" or not path.with_suffix(".ann").exists())


def read_pair(path: Path, file: str, record: int, limit: int) -> Labelled | Fault:
    """The text and the spans of one document, given by either of its two files."""
    try:
        text = _text(path.with_suffix(".txt"), limit)
        spans = _text(path.with_suffix(".ann"), limit)
    except FileNotFoundError:
        return Fault(file, 0, "has no file of the same name beside it; a document is NAME.txt and NAME.ann")
    except UnicodeDecodeError:
        return Fault(file, 0, "is not UTF-8, or its text is not; save both as UTF-8")
    except OverflowError:
        return Fault(file, 0, "or its text is larger than limits.document_bytes; raise it in the recipe")
    return _document(text, spans, file, record)


def _text(path: Path, limit: int) -> str:
    with open_regular(str(path)) as handle:
        data = handle.read(limit + 1)
    if len(data) > limit:
        raise OverflowError
    return data.decode("utf-8")


def _document(text: str, spans: str, file: str, record: int) -> Labelled | Fault:
    labels: list[Label] = []
    remarks: list[str] = []
    for number, line in enumerate(spans.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip() or line.startswith(_OTHER):
            continue
        match = _SPAN.fullmatch(line)
        if match is None:
            return Fault(file, number, _FORM)
        label, split = _label(match)
        try:
            Labelled(text, (label,))
        except LabelError as fault:
            return Fault(file, number, str(fault).removeprefix("span 1 "))
        labels.append(label)
        if split:
            remarks.append(DISCONTINUOUS)
        elif match[3] is not None and _flat(match[3]) != _flat(text[label.start : label.end]):
            remarks.append(MOVED)
    return Labelled(text, tuple(labels), file=file, record=record, remarks=tuple(remarks))


def _label(match: re.Match[str]) -> tuple[Label, bool]:
    parts = [tuple(map(int, part.split())) for part in match[2].split(";")]
    start, end = min(first for first, _ in parts), max(last for _, last in parts)
    broken = any(last <= first for first, last in parts)
    return Label(end, end, match[1]) if broken else Label(start, end, match[1]), len(parts) > 1


def _flat(text: str) -> str:
    """Text as brat repeats it: on one line."""
    return " ".join(text.split())
