"""The output folder: ours by a marker file, one run at a time, files for the user alone."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import AuditorError, LockedError
from auditor.model import SCHEMA_VERSION

MARKER = ".auditor"
_LOCK = ".lock"
_DRAFT = ".draft-"


class Folder:
    """Paths of one output folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings = path / "findings"
        self.manifest = path / "manifest.json"
        self.database = path / "audit.duckdb"
        self.audit = path / "audit.json"
        self.run = path / "run.json"
        self.note = path / "scan.json"
        self.report = path / "report.html"

    @classmethod
    def take(cls, path: Path) -> "Folder":
        """Make or continue an output folder.

        Raises:
            AuditorError: when it is a link, a file, or a folder with other things in it.
        """
        if path.is_symlink():
            raise AuditorError("the output folder is a symbolic link; give a real folder with -o")
        if path.exists() and not path.is_dir():
            raise AuditorError("the output path is a file; give a folder with -o")
        folder = cls(path)
        try:
            folder._claim()
        except OSError as error:
            raise AuditorError(
                f"the output folder cannot be written ({error.strerror}); give another with -o"
            ) from None
        return folder

    def _claim(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        present = {entry.name for entry in self.path.iterdir() if not entry.name.startswith(_DRAFT)}
        if present and MARKER not in present:
            raise AuditorError("the folder holds files that are not an audit's; give a new or empty one with -o")
        if not present:  # or another run is just taking it: both write the same
            write_atomic(self.path / MARKER, json.dumps({"schema_version": SCHEMA_VERSION}).encode() + b"\n")
        self.path.chmod(0o700)
        self.findings.mkdir(mode=0o700, exist_ok=True)

    @classmethod
    def open(cls, path: Path) -> "Folder":
        """An existing audit to read from.

        Raises:
            AuditorError: when the folder holds no audit.
        """
        if not (path / MARKER).is_file():
            raise AuditorError(f"no audit in this folder (no {MARKER} file); run 'auditor scan TARGET -o DIR' first")
        return cls(path)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against other runs; the system frees the lock when the process ends, however it ends.

        Raises:
            LockedError: naming the process that holds it.
        """
        import fcntl

        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
                raise LockedError(
                    f"another run (process {holder}) works in this output folder; wait for it, or give another with -o"
                ) from None
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
            self._sweep()
            try:
                yield
            finally:
                self._sweep()
        finally:
            os.close(descriptor)

    def _sweep(self) -> None:
        """Remove drafts that killed workers or a killed run left behind."""
        for place in (self.path, self.findings):
            for draft in place.glob(f"{_DRAFT}*"):
                draft.unlink(missing_ok=True)


@contextlib.contextmanager
def draft(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; becomes ``path`` at the end, whole or not at all, synced, mode 0600."""
    descriptor, name = tempfile.mkstemp(prefix=_DRAFT, suffix=path.suffix, dir=path.parent)
    os.close(descriptor)
    try:
        yield Path(name)
        Path(name).chmod(0o600)
        _sync(Path(name))
        Path(name).replace(path)
        _sync(path.parent)
    finally:
        Path(name).unlink(missing_ok=True)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with draft(path) as place:
        place.write_bytes(data)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_private(path: Path, data: bytes) -> None:
    """Write a file where the user asked for it, whole or not at all, for the user alone.

    Raises:
        AuditorError: when it cannot be written, or is a symbolic link.
    """
    if path.is_symlink():
        raise AuditorError("the output file is a symbolic link; give a real path with -o")
    try:
        write_atomic(path, data)
    except OSError as error:
        raise AuditorError(f"the output file cannot be written ({error.strerror}); give another path with -o") from None
