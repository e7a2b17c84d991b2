"""What is dear to compute and depends on rules alone, kept in the user's cache folder: never anything of the data.

A file is read only if nobody else could have written it and its checksum holds; else it is made anew. A cache that
cannot be read or written is no fault.
"""

import hashlib
import os
import tempfile
from pathlib import Path


def folder() -> Path:
    """Where the files are."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"


def key(*parts: object) -> str:
    """Name for what follows from ``parts``."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def read(name: str) -> bytes | None:
    """What was written, or None when it is missing, damaged, or could have been written by somebody else."""
    try:
        with (folder() / name).open("rb") as file:
            state = os.fstat(file.fileno())
            if state.st_mode & 0o077 or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
                return None
            raw = file.read()
    except (OSError, RuntimeError):  # the latter: nobody knows where home is
        return None
    checksum, payload = raw[:32], raw[32:]
    return payload if hashlib.sha256(payload).digest() == checksum else None


def write(name: str, payload: bytes) -> None:
    """Put a file into the folder in one step."""
    try:
        path = folder() / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(payload).digest() + payload)
        Path(draft).replace(path)
    except (OSError, RuntimeError):
        return
