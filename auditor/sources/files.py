"""Which files a target holds, and what of it was left out. Nothing but regular files is ever opened."""

import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from auditor.errors import AuditorError, SourceError
from auditor.model import EXAMINED, PLANNED_GAP, Gap, SourceFile
from auditor.sources.compress import SUFFIXES, open_regular
from auditor.sources.faults import reason_of
from auditor.sources.paths import clean
from auditor.sources.registry import formats

WHOLE = 8 << 20
"""Files up to this size are hashed whole, larger ones at 18 places."""
_BLOCK = 64 << 10
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Discovery:
    """Files of a target by path, and (path, gap) of what was skipped; ``root`` is absolute."""

    dataset: str
    root: str
    files: tuple[SourceFile, ...]
    skipped: tuple[tuple[str, Gap], ...] = ()


def discover(
    target: str,
    include: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
    skip: str | os.PathLike[str] | None = None,
) -> Discovery:
    """List a file, a folder or a glob (``*`` within a folder, ``**`` across).

    ``include`` and ``exclude`` are globs over the path relative to the root, or over the name alone when they hold no
    ``/``. ``skip`` is a folder that is no part of the data (the auditor's own output) and is passed over. A link to a
    file within the root is followed; one that leaves it is lost; a link to a folder within it needs no following, as
    that folder is listed in its own place. Raises AuditorError when there is nothing at ``target``.
    """
    root, wanted, dataset = _root(target)
    files: list[SourceFile] = []
    skipped: list[tuple[str, Gap]] = []
    for path, obstacle in _walk(root, wanted, None if skip is None else os.path.realpath(skip)):
        if wanted is not None and not _glob(wanted).fullmatch(path):
            continue
        left_out = (include and not _matches(path, include)) or _matches(path, exclude)
        found = obstacle or (_excluded(f"{root}/{path}") if left_out else _source(dataset, root, path))
        if isinstance(found, Gap):
            skipped.append((path, found))
        else:
            files.append(found)
    files.sort(key=lambda one: one.path)
    return Discovery(dataset, root, tuple(files), tuple(sorted(skipped, key=lambda one: one[0])))


def _root(target: str) -> tuple[str, str | None, str]:
    """(absolute root, glob below it or None for all, name of the dataset)."""
    path = Path(os.path.normpath(Path(target).expanduser().absolute()))
    if path.is_dir():
        return str(path), None, path.name or "root"
    if os.path.lexists(path):
        return str(path.parent), _MAGIC.sub(r"[\g<0>]", path.name), _stem(path.name)
    fixed = next((n for n, step in enumerate(path.parts) if _MAGIC.search(step)), None)
    root = Path(*path.parts[:fixed])
    if fixed is None or not root.is_dir():
        raise AuditorError(f"{clean(target)!r}: no such file or folder; check the path, or quote the pattern")
    return str(root), "/".join(path.parts[fixed:]), root.name or "root"


def _walk(root: str, wanted: str | None, skip: str | None) -> Iterator[tuple[str, Gap | None]]:
    """(relative path, None for a regular file else what is wrong with it), deep, without following links to folders."""
    inside = os.path.realpath(root)
    flat = wanted is not None and "/" not in wanted and "**" not in wanted
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(f"{root}/{folder}") as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield folder or ".", Gap(reason_of(error), bytes=1)
            continue
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield path, _obstacle(entry, inside)
            elif not flat and f"{inside}/{path}" != skip:
                folders.append(path)


def _excluded(path: str) -> Gap:
    return Gap("excluded", PLANNED_GAP, bytes=_size(path))


def _obstacle(entry: os.DirEntry[str], inside: str) -> Gap | None:
    """Why an entry that is no folder cannot be read, or None."""
    try:
        if entry.is_symlink():
            real = os.path.realpath(entry.path, strict=True)
            if not real.startswith(inside.rstrip("/") + "/") and real != inside:
                return Gap("symlink_outside", bytes=1)
            if Path(real).is_dir():
                return Gap("symlink_outside", EXAMINED)  # a loop or a second name: listed where it is
        regular = stat.S_ISREG(entry.stat().st_mode)
    except OSError as error:
        looping = error.errno == errno.ELOOP
        return Gap("symlink_outside", EXAMINED) if looping else Gap(reason_of(error), bytes=1)
    return None if regular else Gap("not_regular", bytes=1)


def _source(dataset: str, root: str, path: str) -> SourceFile | Gap:
    full = f"{root}/{path}"
    try:
        with open_regular(full) as file:
            state = os.fstat(file.fileno())
            touched = f" {state.st_mtime_ns}" if state.st_size > WHOLE else ""  # a whole hash needs no time beside it
            digest = blake2b(f"{state.st_size}{touched}".encode(), digest_size=20)
            for block in _sampled(file, state.st_size):
                digest.update(block)
    except (OSError, SourceError) as error:
        return Gap(reason_of(error), bytes=max(1, _size(full)))
    return SourceFile(dataset, root, path, state.st_size, state.st_mtime_ns, digest.hexdigest())


def _sampled(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The whole of a small file; head, tail and 16 evenly spaced blocks of a large one."""
    if size <= WHOLE:
        while block := file.read(1 << 20):
            yield block
        return
    for place in (0, *(size * n // 17 for n in range(1, 17)), size - _BLOCK):
        file.seek(place)
        yield file.read(_BLOCK)


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _matches(path: str, globs: tuple[str, ...]) -> bool:
    name = path.rsplit("/", 1)[-1]
    return any(_glob(one.lstrip("/")).fullmatch(path if "/" in one else name) for one in globs)


@cache
def _glob(pattern: str) -> re.Pattern[str]:
    """A glob as a regular expression over a whole path: ``**/`` is any number of folders."""
    parts = re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[!?\]?[^\]]*\])", pattern)
    known = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(_step(part, known) for part in parts), re.DOTALL)


def _step(part: str, known: dict[str, str]) -> str:
    if part.startswith("[") and part.endswith("]"):
        body = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{body[1:]}]" if body.startswith("!") else f"[{body}]"
    return known.get(part, re.escape(part))


def _stem(name: str) -> str:
    """A file name without the suffixes of known formats and compressions."""
    known = {suffix for one in formats().values() for suffix in one.suffixes}
    for suffixes in (SUFFIXES, known):
        stem, dot, suffix = name.rpartition(".")
        name = stem if stem and f"{dot}{suffix}".lower() in suffixes else name
    return name


def partitions(path: str) -> list[tuple[str, str]]:
    """Hive partitions ``key=value`` of the folders of a path, unquoted, in order."""
    pairs = (step.split("=", 1) for step in path.split("/")[:-1] if _is_partition(step))
    return [(clean(unquote(key)), clean(unquote(value))) for key, value in pairs]


def components(path: str) -> list[str]:
    """The steps of a path that are no partitions, the last without the suffixes of its format: texts to be scanned."""
    *folders, name = path.split("/")
    return [clean(step) for step in (*(one for one in folders if not _is_partition(one)), _stem(name)) if step]


def _is_partition(step: str) -> bool:
    return "=" in step and not step.startswith("=")


def locate(path: str) -> dict[int, tuple[int, int]]:
    """Where :func:`components` (0, 1, …) and values of :func:`partitions` (-1, -2, …) stand in a path: (start, end).

    A percent-encoded value stands there in its encoded length.
    """
    *folders, name = path.split("/")
    places: dict[int, tuple[int, int]] = {}
    at = values = 0
    for folder in folders:
        if _is_partition(folder):
            values += 1
            places[-values] = (at + folder.index("=") + 1, at + len(folder))
        elif folder:
            places[len(places) - values] = (at, at + len(folder))
        at += len(folder) + 1
    places[len(places) - values] = (at, at + len(_stem(name)))
    return places
