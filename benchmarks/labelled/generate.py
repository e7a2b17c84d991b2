"""Documents from templates: a kind, a language, a template, then its values; all from one seed.

``templates/`` holds those that rules are worked on with, ``templates/held_out/`` those of the final set.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.labelled.markup import Filled, Span, fill
from benchmarks.labelled.slots import Slots, languages

SHARES = {"structured": 0.50, "special": 0.22, "secret": 0.06, "negative": 0.17, "bare": 0.05}
"""Share of the documents of each kind. ``bare`` are values without any word that tells what they are."""

SHARED = ("secret", "bare")
"""Kinds whose templates belong to no language."""


@dataclass(frozen=True)
class Template:
    """One template and where it stands."""

    kind: str
    language: str
    register: str
    text: str
    held_out: bool


@dataclass(frozen=True)
class Document:
    """A labelled text. ``optional`` spans may be found or missed without fault."""

    id: str
    language: str
    register: str
    text: str
    spans: tuple[Span, ...]
    optional: tuple[Span, ...]

    def as_dict(self) -> dict[str, Any]:
        """The document as one line of JSON has it."""
        return {
            "id": self.id,
            "language": self.language,
            "register": self.register,
            "text": self.text,
            "spans": [vars(span) for span in self.spans],
            "optional": [vars(span) for span in self.optional],
        }


@cache
def templates() -> tuple[Template, ...]:
    """All templates of the folder, in the order of their files."""
    folder = Path(__file__).parent / "templates"
    parts = (folder, False), (folder / "held_out", True)
    return tuple(one for part, held in parts for path in sorted(part.glob("*.yaml")) for one in _of_file(path, held))


def _of_file(path: Path, held_out: bool) -> Iterator[Template]:
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    language = table.pop("language")
    language = "" if path.stem == "shared" else language
    for kind, registers in table.items():
        for register, texts in registers.items():
            yield from (Template(kind.removesuffix("_prose"), language, register, text, held_out) for text in texts)


def documents(count: int, seed: int, chosen: Sequence[str] = (), *, final: bool = False) -> Iterator[Document]:
    """That many documents; equal seeds give equal documents.

    Without ``final`` only templates that are not held out are used, with it only those that are, and the values that
    stand alone. ``chosen`` limits the languages.

    Raises:
        ValueError: for a language that has no templates.
    """
    known = languages()
    if unknown := sorted(set(chosen) - known.keys()):
        raise ValueError(f"no templates in {', '.join(unknown)}; there are {', '.join(known)}")
    rng = random.Random(f"{seed}-{final}")
    held = _by_kind(final=final)
    for number in range(count):
        kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
        language = rng.choice(list(chosen) or list(known))
        template = rng.choice(_possible(held, kind, language, rng))
        yield _document(f"{seed}-{number}", template, language, rng)


def _by_kind(*, final: bool) -> dict[tuple[str, str], list[Template]]:
    held: dict[tuple[str, str], list[Template]] = {}
    for template in templates():
        if template.kind == "bare" or template.held_out == final:
            held.setdefault((template.kind, template.language), []).append(template)
    return held


def _possible(
    held: dict[tuple[str, str], list[Template]], kind: str, language: str, rng: random.Random
) -> list[Template]:
    """Templates of the language; those without a language always for some kinds, in a fifth of the cases for others."""
    own, shared = held.get((kind, language), []), held.get((kind, ""), [])
    if kind in SHARED:
        return own + shared
    return shared if shared and rng.random() < 0.2 else own or shared


def _document(name: str, template: Template, language: str, rng: random.Random) -> Document:
    filled: Filled = fill(template.text, rng, Slots(rng, languages()[language], template.held_out))
    return Document(name, language, template.register, filled.text, tuple(filled.spans), tuple(filled.optional))
