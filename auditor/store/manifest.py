"""The manifest: everything there is to audit, decided before anything is scanned."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auditor.errors import AuditorError
from auditor.model import SCHEMA_VERSION, Fragment, Gap, Part, SourceFile
from auditor.store.folder import write_atomic


@dataclass(frozen=True)
class Dataset:
    """One target; ``root`` is absolute, ``target`` as the user gave it."""

    name: str
    root: str
    target: str


@dataclass(frozen=True)
class Skip:
    """A path that was found but is not read, with the reason."""

    dataset: str
    path: str
    gap: Gap


@dataclass(frozen=True)
class Plan:
    """How one file is cut into fragments, or why it cannot be read (``refused``)."""

    file: SourceFile
    format: str
    schema_hash: str
    fragments: tuple[Fragment, ...]
    refused: str = ""


@dataclass(frozen=True)
class Manifest:
    """Datasets, the plan of every file, name fragments and skipped paths, all in path order."""

    datasets: tuple[Dataset, ...]
    plans: tuple[Plan, ...]
    names: tuple[Fragment, ...]
    skips: tuple[Skip, ...]

    @property
    def fragments(self) -> tuple[Fragment, ...]:
        """Every fragment: names first, then files in order."""
        return self.names + tuple(f for plan in self.plans for f in plan.fragments)

    def sha256(self) -> str:
        """Hash over what was to be audited: paths, sizes, contents as sampled, cuts; not times."""
        digest = hashlib.sha256()
        for plan in self.plans:
            facts = (plan.file.dataset, plan.file.path, plan.file.size, plan.file.version, plan.refused)
            digest.update(repr((*facts, [f.part.part for f in plan.fragments])).encode("utf-8", "surrogateescape"))
        digest.update(repr([(s.dataset, s.path, s.gap.reason) for s in self.skips]).encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    def write(self, path: Path) -> None:
        """Write as JSON, whole or not at all."""
        data = {"schema_version": SCHEMA_VERSION, **asdict(self)}
        write_atomic(path, json.dumps(data, separators=(",", ":")).encode("ascii"))

    @classmethod
    def read(cls, path: Path) -> "Manifest | None":
        """The manifest of an earlier run; None when there is none, or one of another version or damaged."""
        try:
            data = json.loads(path.read_bytes())
            return cls._of(data) if data["schema_version"] == SCHEMA_VERSION else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @classmethod
    def require(cls, path: Path) -> "Manifest":
        """Like :meth:`read`, but a missing manifest is an error."""
        manifest = cls.read(path)
        if manifest is None:
            raise AuditorError("the manifest of this audit is missing or damaged; run the same 'auditor scan' again")
        return manifest

    @classmethod
    def _of(cls, data: dict[str, Any]) -> "Manifest":
        return cls(
            datasets=tuple(Dataset(**d) for d in data["datasets"]),
            plans=tuple(_plan(p) for p in data["plans"]),
            names=tuple(_fragment(f) for f in data["names"]),
            skips=tuple(Skip(s["dataset"], s["path"], Gap(**s["gap"])) for s in data["skips"]),
        )


def _fragment(data: dict[str, Any]) -> Fragment:
    return Fragment(**{**data, "part": Part(**data["part"])})


def _plan(data: dict[str, Any]) -> Plan:
    fragments = tuple(_fragment(f) for f in data["fragments"])
    return Plan(**{**data, "file": SourceFile(**data["file"]), "fragments": fragments})
