"""Fixtures for the tests of sources."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sources_helpers import Outcome, read_all

from auditor.model import Limits


@pytest.fixture
def audit(tmp_path: Path) -> Callable[..., Outcome]:
    """Write bytes to a file of a name and read it."""

    def run(name: str, data: bytes, limits: Limits | None = None) -> Outcome:
        path = tmp_path / name
        path.write_bytes(data)
        return read_all(path, limits)

    return run
