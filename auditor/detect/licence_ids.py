"""SPDX licence expressions: what is one, which licences it names, and what these permit.

Source: SPDX specification 3.0, annex on licence expressions: identifiers of the list, ``LicenseRef-``, ``+``, ``WITH``
an exception, ``AND``, ``OR`` and brackets. Identifiers count in any case; old ones of GNU become their new form.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from auditor.detect.licence_texts import references
from auditor.rules.licences import catalogue, unlisted

_TOKEN = re.compile(r"\s*([()]|[A-Za-z0-9][A-Za-z0-9.:+-]*)")
_GNU = re.compile(r"(?i)((?:A|L)?GPL|GFDL)-(\d\.\d)(\+?)")
_PLAIN = re.compile(r"[^a-z0-9.+]+")
_SUFFIX = re.compile(r"(?:-only|-or-later|\+)$")
_NUMBERED = re.compile(r"-v?\d.*$")
_JOINS = {"AND", "OR", "WITH"}
PROPRIETARY = "LicenseRef-proprietary"
OTHER = "LicenseRef-other"
"""Stands for a reference of somebody's own, whose name is data and stays behind."""


class Kind(NamedTuple):
    """What is said of a licence."""

    family: str
    category: str


@cache
def _listed() -> dict[str, str]:
    """The identifiers of the list, by their small letters."""
    return {name.lower(): name for name in references().titles}


@cache
def _exceptions() -> dict[str, str]:
    return {name.lower(): name for name in catalogue().exceptions}


@cache
def _own() -> frozenset[str]:
    """References that are ours."""
    globs = (glob for family in catalogue().families for glob in family.ids)
    names = (name.spdx for name in unlisted().names)
    return frozenset(glob for glob in (*globs, *names) if glob.startswith("LicenseRef-"))


def identifier(text: str) -> str:
    """One identifier in the form of the list; empty where it is none."""
    gnu = _GNU.fullmatch(text)
    if gnu:
        return f"{gnu[1].upper()}-{gnu[2]}-{'or-later' if gnu[3] else 'only'}"
    known = _listed().get(text.lower()) or _listed().get(text.lower().rstrip("+"))
    if known:
        return current(known + "+" * (text.endswith("+") and not known.endswith("+")))
    if re.fullmatch(r"(?i)(?:documentref-[a-z0-9.-]+:)?licenseref-[a-z0-9.-]+", text):
        if text in _own():
            return text
        return PROPRIETARY if "proprietary" in text.lower() or "commercial" in text.lower().split("-") else OTHER
    return ""


def current(identifier: str) -> str:
    """What stands for an identifier that the list keeps for old uses alone; else itself."""
    return catalogue().deprecated.get(identifier, identifier)


@cache
def _titled() -> dict[str, str]:
    """Identifiers by their titles in the list."""
    return {_PLAIN.sub(" ", title.lower()).strip(): name for name, title in references().titles.items()}


class Expression(NamedTuple):
    """An expression that begins a text: in the form of the list, and the character behind it."""

    spdx: str
    end: int


def expression(text: str) -> Expression | None:
    """The longest expression that a text begins with; None where it begins with none."""
    parts: list[str] = []
    best, at, depth, wants = None, 0, 0, "licence"
    while match := _TOKEN.match(text, at):
        part, at = match[1], match.end()
        if part == "(" and wants == "licence":
            depth += 1
            parts.append("(")
        elif part == ")" and wants == "join" and depth:
            depth -= 1
            parts.append(")")
        elif wants == "join" and part.upper() in _JOINS:
            wants = "exception" if part.upper() == "WITH" else "licence"
            parts.append(part.upper())
        elif wants != "join" and (known := _known(part.rstrip(".:"), wants)):
            at -= len(part) - len(part.rstrip(".:"))
            parts.append(known)
            wants = "join"
        else:
            break
        if wants == "join" and not depth:
            best = Expression(" ".join(parts).replace("( ", "(").replace(" )", ")"), at)
    return best


def _known(part: str, wants: str) -> str:
    return _exceptions().get(part.lower(), "") if wants == "exception" else identifier(part)


def resolve(value: str) -> str:
    """The expression that the field of a manifest means; empty where nobody knows."""
    value = value.strip()
    found = expression(value)
    if found and not value[found.end :].strip():
        return found.spdx
    plain = _PLAIN.sub(" ", value.lower()).strip()
    known = catalogue().aliases.get(plain) or identifier(plain.replace(" ", "-")) or _titled().get(plain, "")
    if known:
        return known
    shorter = re.sub(r"^the | licen[cs]e$| licen[cs]e agreement$|^license ", "", plain)
    if shorter != plain:
        return resolve(shorter)
    return ""


def atoms(spdx: str) -> list[str]:
    """The identifiers of an expression, without exceptions."""
    bare = re.sub(r" WITH \S+", "", spdx.replace("(", " ").replace(")", " "))
    return [part for part in bare.split() if part not in _JOINS]


@cache
def kind(spdx: str) -> Kind:
    """Family and category of one identifier; of a reference without a version, those of its versions."""
    bare = _SUFFIX.sub("", spdx)
    named = bare.removeprefix("LicenseRef-")
    forms = (bare,) if bare == named else (bare, f"{named}-0", named)
    for family in catalogue().families:
        if _fits(forms, family.ids):
            return Kind(family.name, family.category)
    known = (category for category, ids in _others() if _fits(forms, ids))
    return Kind(_NUMBERED.sub("", named), next(known, "unknown"))


def _fits(forms: Iterable[str], globs: Iterable[str]) -> bool:
    return any(fnmatchcase(form, glob) for form in forms for glob in globs)


@cache
def _others() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Licences that are each a family of its own, by category, and those that names of ours stand for."""
    own = ((name.category, (name.spdx, *name.also.values())) for name in unlisted().names if name.category)
    return (*catalogue().others.items(), *own)
