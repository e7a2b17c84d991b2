"""Plain text, markup and source code: one column ``text``, cut at line ends into rows of about 1 MiB."""

import json
from collections.abc import Iterator

from auditor.model import EXAMINED, Batch, Format, Gap, Limits, Part
from auditor.sources.collect import Collector
from auditor.sources.compress import head, open_stream
from auditor.sources.encoding import SAMPLE, decode, detect, is_text, lines, recoded

ROW_BYTES = 1 << 20
"""Texts up to this size are one row."""
_SUFFIXES = (
    *(".txt", ".text", ".md", ".markdown", ".rst", ".tex", ".log", ".html", ".htm", ".xml", ".xhtml", ".svg", ".css"),
    *(".py", ".ipynb", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".java", ".kt", ".scala", ".c", ".h", ".cc", ".cpp"),
    *(
        ".hpp",
        ".cs",
        ".go",
        ".rs",
        ".rb",
        ".php",
        ".pl",
        ".sh",
        ".bash",
        ".ps1",
        ".bat",
        ".sql",
        ".r",
        ".jl",
        ".lua",
        ".swift",
    ),
    *(".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".env", ".properties", ".srt", ".vtt", ".eml", ".mbox"),
)


def _sniff(start: bytes, name: str) -> int:
    claimed = name.endswith(_SUFFIXES)
    if not is_text(start, lenient=claimed):
        return 0
    return 60 if claimed else 20


def _plan(path: str, size: int, compression: str, _limits: Limits) -> list[Part]:
    sample = head(path, compression, SAMPLE)
    options = {"encoding": detect(sample)}
    if compression:
        options["compression"] = compression
    if b"\r" in sample and b"\n" not in sample:
        options["newline"] = "\r"
    return [Part("all", size, options=json.dumps(options))]


def _read(path: str, part: Part, limits: Limits) -> Iterator[Batch | Gap]:
    options = json.loads(part.options)
    with open_stream(path, options.get("compression", "")) as stream:
        reader, encoding = recoded(stream.reader, options["encoding"], "newline" in options)
        row = mark = 0
        for chunk in _chunks(lines(reader, limits.line_bytes)):
            if isinstance(chunk, Gap):
                yield chunk
                continue
            text, replaced = decode(chunk, encoding)
            if replaced:
                yield Gap("invalid_utf8", EXAMINED, rows=1)
            collector = Collector()
            collector.add(row, "text", 0, text)
            yield collector.take(row, 1, stream.consumed - mark)
            row, mark = row + 1, stream.consumed


def _chunks(source: Iterator[tuple[bytes | None, int]]) -> Iterator[bytes | Gap]:
    """Whole lines together, up to ROW_BYTES unless one line is longer; a gap for each line that is too long."""
    held: list[bytes] = []
    size = 0
    for line, length in source:
        if line is None:
            yield Gap("line_too_long", rows=1, bytes=length)
            continue
        if held and size + length > ROW_BYTES:
            yield b"".join(held)
            held, size = [], 0
        held.append(line)
        size += length
    if held:
        yield b"".join(held)


FORMATS = (Format("text", _SUFFIXES, _sniff, _plan, _read),)
