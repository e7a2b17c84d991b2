"""The user's secret key: makes equal values joinable across audits and unreadable to anyone without it."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from auditor.errors import AuditorError

_BYTES = 32


def key_path() -> Path:
    """``AUDITOR_KEY_FILE``, or ``auditor/key`` in the user's configuration folder (XDG base directories)."""
    given = os.environ.get("AUDITOR_KEY_FILE")
    if given:
        return Path(given)
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "auditor" / "key"


def load_key() -> bytes:
    """The key of 32 bytes or more; made on first use, readable by the user alone.

    Raises:
        AuditorError: when the file cannot be made or read, is too short, or can be read by others.
    """
    path = key_path()
    try:
        if not path.exists():
            _make(path)
        mode, key = path.stat().st_mode, path.read_bytes().strip()
    except OSError as error:
        raise AuditorError(
            f"the key file cannot be used ({error.strerror}); set AUDITOR_KEY_FILE to a file that you can read"
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuditorError("the key file can be read by others; run 'chmod 600' on it and consider a new key")
    if len(key) < _BYTES:
        raise AuditorError(f"the key file holds fewer than {_BYTES} bytes; delete it to have a new key made")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(_BYTES).encode())
    try:
        os.link(draft, path)  # never over a key that another run made meanwhile
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def key_id(key: bytes) -> str:
    """Public name of a key: eight hex digits that tell keys apart and nothing of the key."""
    return hashlib.blake2b(key, digest_size=4, person=b"auditor key id").hexdigest()
