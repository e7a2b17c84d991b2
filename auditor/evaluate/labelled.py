"""Labelled texts: what somebody says stands in a text, and where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_NAME = re.compile(r"[^\W\d_][\w .:/+-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class LabelError(ValueError):
    """A record that cannot be scored; the message says why, without any text of it."""


class Label(NamedTuple):
    """One labelled span: code points, half-open, and the name of what it is."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class Labelled:
    """One text with everything in it that is labelled.

    ``file`` and ``record`` (from 1: the line, the element of a list, the document of a folder) say where it comes
    from, ``language`` is a code such as ``de``, ``group`` any other kind that scores are wanted for.

    Raises:
        LabelError: for a span that is empty or outside the text, and for a label that is no name.
    """

    text: str
    labels: tuple[Label, ...]
    language: str = ""
    group: str = ""
    file: str = ""
    record: int = 0
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for number, label in enumerate(self.labels, 1):
            fault = _fault(label, len(self.text))
            if fault:
                raise LabelError(f"span {number} {fault}")
        if self.language and not _LANGUAGE.fullmatch(self.language):
            raise LabelError("'language' is no language code; give one such as en or pt-BR, or leave it out")

    @classmethod
    def of(cls, text: str, spans: Iterable[tuple[int, int, str]], language: str = "", group: str = "") -> "Labelled":
        """A record from (start, end, entity) triples."""
        return cls(text, tuple(Label(*span) for span in spans), language, group)


def _fault(label: Label, length: int) -> str:
    if not _NAME.fullmatch(label.entity):
        return "has a label that is no name; names are letters, digits and _ . : / + -, at most 64"
    if label.end <= label.start:
        return f"ends at {label.end}, not after its start {label.start}; offsets are half-open"
    if label.start < 0 or label.end > length:
        return (
            f"from {label.start} to {label.end} is outside the text of {length} characters; "
            "offsets are code points from 0, not bytes"
        )
    return ""


class Fault(NamedTuple):
    """A record, or the rest of a file, that could not be read: where, what is wrong, what to do."""

    file: str
    line: int  # from 1; 0 for the file as a whole
    what: str
