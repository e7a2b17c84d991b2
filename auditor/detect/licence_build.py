"""Build ``recipes/licences/texts.npz``, the fingerprints of the SPDX licence list's texts.

``npm pack spdx-license-list`` fetches the list; ``python -m auditor.detect.licence_build spdx-license-list-*.tgz``
writes the file anew. The texts themselves are not kept. It stands beside the detector because both must cut texts into
words alike; a test holds that the file fits the code.
"""

import json
import re
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from auditor import assets
from auditor.detect.licence_texts import FILE, SAMPLED, SAMPLED_FROM, VERSION
from auditor.detect.licence_words import Hashes, words

_NOTICE = re.compile(r"(?im)^[ \t]*(?:copyright|\(c\)|©)[^\n]*\n")
_END = "END OF TERMS AND CONDITIONS"
_PACKAGE, _LIST = "package/package.json", "package/spdx-full.json"


class Source(NamedTuple):
    """The list as its package has it."""

    name: str
    version: str
    licence: str
    texts: Mapping[str, str]
    titles: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Of the archive that ``npm pack`` leaves."""
        with tarfile.open(path) as archive:
            package, full = (json.load(_member(archive, name)) for name in (_PACKAGE, _LIST))
        texts = {name: entry["licenseText"] for name, entry in sorted(full.items()) if entry.get("licenseText")}
        titles = {name: entry["name"] for name, entry in sorted(full.items())}
        return cls(package["name"], package["version"], package["license"], texts, titles)


def _member(archive: tarfile.TarFile, name: str) -> Any:
    member = archive.extractfile(name)
    if member is None:
        raise SystemExit(f"the archive has no {name}; give the one that `npm pack spdx-license-list` writes")
    return member


def shingles(text: str) -> Hashes:
    """The distinct runs of words of a text that are kept: all of a short one, else a sample that its hashes choose."""
    found = _all(text)
    return found[found % SAMPLED == 0] if len(found) >= SAMPLED_FROM else found


def fingerprints(source: Source) -> dict[str, Any]:
    """The arrays of the file; texts with equal runs are one, under all their ids."""
    groups: dict[bytes, list[str]] = {}
    for name, text in ((name, part) for name, whole in source.texts.items() for part in _parts(whole)):
        groups.setdefault(shingles(text).tobytes(), []).append(name)
    kept = [(names, np.frombuffer(raw, np.uint64)) for names, raw in sorted((n, r) for r, n in groups.items() if r)]
    hashes, which = np.unique(np.concatenate([held for _, held in kept]), return_inverse=True)
    owners = np.repeat(np.arange(len(kept)), [len(held) for _, held in kept])
    order = np.lexsort((owners, which))
    counts = np.bincount(which, minlength=len(hashes))
    origin = {"source": source.name, "version": source.version, "licence": source.licence, "format": VERSION}
    return {
        "hashes": hashes,
        "firsts": np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32),
        "owners": owners[order].astype(np.uint16),
        "sampled": np.array([not np.any(held % np.uint64(SAMPLED)) for _, held in kept]),
        "titles": np.array(json.dumps(source.titles)),
        "names": np.array(json.dumps([names for names, _ in kept])),
        "origin": np.array(json.dumps(origin, sort_keys=True)),
    }


def _parts(text: str) -> Iterator[str]:
    """A text as it is, and without the appendix that says how to use it, which many copies leave out."""
    yield text
    terms, end, appendix = text.partition(_END)
    if appendix.strip():
        yield terms + end


def _all(text: str) -> Hashes:
    """All runs of a text without its lines of copyright, which differ from one use to the next."""
    data = np.frombuffer(_NOTICE.sub("\n", text).encode() + b"\n", np.uint8)
    return np.unique(words(data, np.array([0, len(data)])).shingles()[0])


def main(archive: str) -> None:
    """Write the file."""
    np.savez(assets.recipes() / "licences" / FILE, **fingerprints(Source.read(Path(archive))))


if __name__ == "__main__":
    main(*sys.argv[1:])
