"""Pictures, sound, video and fonts: recognised, counted, not looked into."""

from collections.abc import Callable, Iterator

from auditor.model import PLANNED_GAP, Batch, Format, Gap, Limits, Part

_Sniff = Callable[[bytes, str], int]


def _magic(*magics: bytes, at: int = 0) -> _Sniff:
    return lambda head, _: 100 if head[at:].startswith(magics) else 0


def _riff(kind: bytes) -> _Sniff:
    return lambda head, _: 100 if head.startswith(b"RIFF") and head[8:12] == kind else 0


def _bmp(head: bytes, _: str) -> int:
    return 100 if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0" else 0


def _mp3(head: bytes, _: str) -> int:
    return 100 if head.startswith(b"ID3") or head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2") else 0


def _plan(_path: str, size: int, _compression: str, _limits: Limits) -> list[Part]:
    return [Part("all", size)]


def _read(_path: str, part: Part, _limits: Limits) -> Iterator[Batch | Gap]:
    yield Gap("opaque", PLANNED_GAP, bytes=part.bytes)


_KINDS: tuple[tuple[str, tuple[str, ...], _Sniff], ...] = (
    ("png", (".png",), _magic(b"\x89PNG\r\n\x1a\n")),
    ("jpeg", (".jpg", ".jpeg"), _magic(b"\xff\xd8\xff")),
    ("gif", (".gif",), _magic(b"GIF87a", b"GIF89a")),
    ("bmp", (".bmp",), _bmp),
    ("tiff", (".tif", ".tiff"), _magic(b"II*\0", b"MM\0*")),
    ("ico", (".ico",), _magic(b"\0\0\1\0")),
    ("webp", (".webp",), _riff(b"WEBP")),
    ("wav", (".wav",), _riff(b"WAVE")),
    ("avi", (".avi",), _riff(b"AVI ")),
    ("mp3", (".mp3",), _mp3),
    ("mp4", (".mp4", ".m4a", ".mov", ".heic"), _magic(b"ftyp", at=4)),
    ("matroska", (".mkv", ".webm"), _magic(b"\x1a\x45\xdf\xa3")),
    ("flac", (".flac",), _magic(b"fLaC")),
    ("ogg", (".ogg", ".opus"), _magic(b"OggS")),
    ("font", (".ttf", ".otf", ".woff", ".woff2"), _magic(b"\0\1\0\0\0", b"OTTO\0", b"wOFF", b"wOF2")),
)
FORMATS = tuple(Format(name, suffixes, sniff, _plan, _read, opaque=True) for name, suffixes, sniff in _KINDS)
