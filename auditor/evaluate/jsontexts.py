"""Labelled texts in JSON: one record per line, or a list of them; read piece by piece."""

import io
import json
from collections.abc import Iterator
from typing import Any

from auditor.errors import SourceError
from auditor.evaluate.labelled import Fault, LabelError, Labelled
from auditor.evaluate.record import labelled
from auditor.model import REASONS, Limits
from auditor.sources.compress import compression_of, head, open_stream
from auditor.sources.encoding import lines

_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()
_STEP = 1 << 20
_NEAR = 16  # characters before the end of what was read in which a value may be cut
_NO_JSON = "is not valid JSON; write one object a line, without a line break inside"
_BREAKS = "the list is no valid JSON from here on, so the rest of the file was not read; repair it"
_UTF8 = "is not UTF-8; save the file as UTF-8"

Item = Labelled | Fault


def read_lines(path: str, file: str, limits: Limits) -> Iterator[Item]:
    """Records of JSON Lines, plain or compressed; blank lines are passed over. ``file`` is how the file is called."""
    with _opened(path) as stream:
        for number, (line, _) in enumerate(lines(stream.reader, limits.line_bytes), 1):
            if line is None:
                yield Fault(file, number, f"{REASONS['line_too_long']}; raise limits.line_bytes")
            elif line.strip():
                yield _line(line, file, number)


def _line(line: bytes, file: str, number: int) -> Item:
    try:
        return labelled(json.loads(line.decode("utf-8")), file, number)
    except UnicodeDecodeError:
        return Fault(file, number, _UTF8)
    except LabelError as fault:
        return Fault(file, number, str(fault))
    except (ValueError, RecursionError):
        return Fault(file, number, _NO_JSON)


def read_list(path: str, file: str, limits: Limits) -> Iterator[Item]:
    """Records of a file that is one list; ``record`` of each is its number in the list."""
    with _opened(path) as stream:
        values = _List(io.TextIOWrapper(stream.reader, "utf-8-sig", newline=""), limits.document_bytes)
        try:
            for number, (value, line) in enumerate(values, 1):
                yield _element(value, file, number, line)
        except UnicodeDecodeError:
            yield Fault(file, values.line, _UTF8)
        except (ValueError, RecursionError):
            yield Fault(file, values.line, _BREAKS)


def _element(value: Any, file: str, number: int, line: int) -> Item:
    try:
        return labelled(value, file, number)
    except LabelError as fault:
        return Fault(file, line, str(fault))


def _opened(path: str) -> Any:
    return open_stream(path, compression_of(head(path, "", 8)))


class _List:
    """Elements of one JSON list with the line each begins in; no more than a few of them are in memory."""

    def __init__(self, source: io.TextIOBase, limit: int) -> None:
        self._source, self._limit = source, limit
        self._text, self._at, self._ended = "", 0, False
        self.line = 1

    def __iter__(self) -> Iterator[tuple[Any, int]]:
        if self._next() != "[":
            raise ValueError
        self._move(self._at + 1)
        if self._next() == "]":
            return self._close()
        while True:
            self._next()
            line = self.line
            yield self._value(), line
            mark = self._next()
            self._move(self._at + 1)
            if mark == "]":
                return self._rest()
            if mark != ",":
                raise ValueError

    def _close(self) -> None:
        self._move(self._at + 1)
        self._rest()

    def _rest(self) -> None:
        if self._next():
            raise ValueError

    def _next(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            at = self._at
            while at < len(self._text) and self._text[at] in _SPACE:
                at += 1
            self._move(at)
            if at < len(self._text):
                return self._text[at]
            if not self._more():
                return ""

    def _move(self, at: int) -> None:
        self.line += self._text.count("\n", self._at, at)
        self._at = at

    def _value(self) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._is_cut(error) or not self._more():
                    raise
            else:
                self._move(end)
                return value

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether a value may go on behind what was read: the fault is at its end, or in a text without end."""
        return error.pos >= len(self._text) - _NEAR or error.msg.startswith("Unterminated")

    def _more(self) -> bool:
        """Read on, at least as much as is at hand, so that a long value is not decoded again and again."""
        kept = self._text[self._at :]
        if self._ended or len(kept) > self._limit:
            return False
        block = self._source.read(max(_STEP, len(kept)))
        self._ended = not block
        self._text, self._at = kept + block, 0
        return bool(block)


def fault_of(error: SourceError | OSError, file: str) -> Fault:
    """Why a file could not be read, or not to its end."""
    why = REASONS[error.reason] if isinstance(error, SourceError) else error.strerror or "cannot be read"
    return Fault(file, 0, f"{why}; what was read of it counts")
