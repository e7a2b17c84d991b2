"""What a detector says of itself without being built: for ``auditor explain``, the documentation and the report."""

from dataclasses import dataclass
from typing import Literal

Engine = Literal["patterns", "presidio", "names", "terms"]


@dataclass(frozen=True)
class DetectorInfo:
    """One entry of the catalogue; cheap to make, so no Presidio or spaCy behind it."""

    id: str
    title: str
    entities: tuple[str, ...]
    engine: Engine
    patterns: tuple[str, ...] = ()  # regular expressions, where they are ours
    keywords: tuple[str, ...] = ()  # a text without any of them cannot match
    context: tuple[str, ...] = ()  # words nearby that raise the score
    references: tuple[str, ...] = ()
    false_positives: str = ""
    facts: tuple[str, ...] = ()  # plain sentences
