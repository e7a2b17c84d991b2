"""Tags, fields of manifests and addresses: what a window declares, letter by letter.

Everything here looks at one window of a text, in small letters of the same length, and gives marks in it.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from auditor.detect.licence_ids import OTHER, expression, resolve
from auditor.rules.licences import Address, addresses, names

DECLARED, CONCLUDED = "declared", "concluded"

_TAG = re.compile(r"spdx-license-identifier['\"]?\s{0,20}[:=][ \t]{0,20}['\"]?")
_TAGGED = re.compile(r"[A-Za-z0-9(][\w.+:() -]{0,200}")
_FIELD = re.compile(
    r"(?<![a-z0-9_-])['\"]?(?:licen[cs]es?(?:[-_ ](?:expression|id|name|type))?|module_licen[cs]e|dc[.:](?:rights|license)"  # noqa: E501
    r"|(?:\w{1,20}\.)licen[cs]es?)['\"]?\s{0,3}(?:=>|[:=(>])\s{0,3}(?P<rest>[\[{(]?\s{0,4}(?:['\"]?(?:type|name|id|url)['\"]?\s{0,3}[:=]\s{0,3})?)"
    r"(?P<quote>['\"]?)"
)
_KEY = re.compile(r"licen[cs]es?[-_ a-z]{0,12}['\"]?\s{0,3}[=:(>]|dc[.:]")
"""What every field holds."""
_VALUE = {
    "": re.compile(r"[a-z0-9(][\w.+:(),/ -]{0,79}"),
    "'": re.compile(r"[^'\n]{1,100}"),
    '"': re.compile(r'[^"\n]{1,100}'),
}
_RELATIONS = (
    ("rel=", re.compile(r"rel=['\"]?license['\"]?[^<>\n]{0,200}"), "html_rel"),
    ("licenseref-", re.compile(r"(?<![a-z0-9-])licenseref-[a-z0-9][a-z0-9.-]{0,60}[a-z0-9]"), "licence_reference"),
)
_CLASSIFIER = re.compile(r"license :: (?:osi approved :: )?([^\n'\"<>,]{2,80})")
_XML = re.compile(
    r"<licen[cs]e>\s{0,40}(?:<name>)?\s{0,40}([^<>\n]{2,80})|<name>\s{0,40}([^<>\n]{0,60}licen[cs]e[^<>\n]{0,40})</name>"
)
_GNU = {"gpl": "GPL", "lgpl": "LGPL", "agpl": "AGPL", "fdl": "GFDL", "lesser": "LGPL", "library": "LGPL"}


class Mark(NamedTuple):
    """One finding in a window; ``name`` is the rule that found it, ``vague`` that the version is unknown."""

    start: int
    end: int
    spdx: str
    kind: str
    score: float
    basis: str
    name: str = ""
    vague: bool = False
    category: str = ""


@cache
def _addresses() -> dict[str, list[tuple[Address, Any]]]:
    """Rules with their expressions, by their keys."""
    found = defaultdict[str, list[tuple[Address, Any]]](list)
    for address in addresses().addresses:
        found[address.key].append((address, re.compile(address.regex)))
    return found


def hosts(small: Sequence[str]) -> dict[int, list[str]]:
    """The keys of addresses in each of some windows that hold one."""
    joined = "\n".join(small)
    firsts, at = list[int](), 0
    for text in small:
        firsts.append(at)
        at += len(text) + 1
    found = defaultdict[int, list[str]](list)
    for key in _addresses():
        at = joined.find(key)
        while at >= 0:
            window = bisect_right(firsts, at) - 1
            found[window].append(key)
            at = joined.find(key, firsts[window] + len(small[window]))
    return found


def tags(text: str, small: str) -> Iterator[Mark]:
    """``SPDX-License-Identifier:`` with its expression."""
    if "spdx-license-identifier" not in small:
        return
    for match in _TAG.finditer(small):
        value = _TAGGED.match(text, match.end())
        if value is None:
            continue
        found = expression(value[0])
        end = match.end() + (found.end if found else len(value[0].split()[0]))
        spdx = found.spdx if found else resolve(value[0].split()[0])
        spdx = "" if spdx == OTHER else spdx
        yield Mark(match.start(), end, spdx, "spdx_tag", 0.95 if found else 0.8, DECLARED)


def relations(small: str, found: Sequence[Mark]) -> Iterator[Mark]:
    """Links that are said to lead to a licence, and references of somebody's own, where nothing else is ``found``.

    Where they lead and what they are called is data, so neither has an expression.
    """
    for needle, compiled, kind in _RELATIONS:
        for match in compiled.finditer(small) if needle in small else ():
            if not any(mark.start < match.end() and match.start() < mark.end for mark in found):
                yield Mark(*match.span(), "", kind, 0.6, DECLARED)


def fields(text: str, small: str) -> Iterator[Mark]:
    """Fields of manifests and of metadata."""
    for match in _FIELD.finditer(small) if _KEY.search(small) else ():
        value = _VALUE[match["quote"]].match(small, match.end())
        if value:
            yield from _field(match.start(), value.start(), text[value.start() : value.end()], bool(match["quote"]))
    for match in _CLASSIFIER.finditer(small) if "license ::" in small else ():
        yield from _field(match.start(), match.start(1), text[match.start(1) : match.end(1)], True)
    if "<name>" in small or "<licen" in small:
        for match in _XML.finditer(small):
            group = 1 if match[1] else 2
            yield from _field(match.start(), match.start(group), text[match.start(group) : match.end(group)], True)


def _field(start: int, at: int, value: str, quoted: bool) -> Iterator[Mark]:
    bare = value.strip(" ,;:.)-*/")
    spdx = resolve(bare)
    if not spdx:
        found = expression(value)
        if found and not quoted and (found.end == len(value) or not value[found.end].isalnum()):
            spdx, bare = found.spdx, value[: found.end]
    if spdx:
        yield Mark(start, at + len(value) - len(value.lstrip()) + len(bare), spdx, "manifest_field", 0.85, DECLARED)


def links(small: str, keys: Iterable[str]) -> Iterator[Mark]:
    """Addresses of licences; ``keys`` are those of their rules that the window holds (:func:`hosts`)."""
    for rule, compiled in (rule for key in keys for rule in _addresses()[key]):
        for match in compiled.finditer(small):
            spdx, vague = _address(rule, match)
            if spdx or rule.kind != "licence_address":
                start, end = match.span()
                yield Mark(start, end, spdx, rule.kind, 0.8, CONCLUDED, "", vague, rule.category or "")


def _address(rule: Address, match: Any) -> tuple[str, bool]:
    groups = match.groupdict()
    if rule.gnu:
        name, version = _GNU[groups["name"]], groups.get("version")
        if not version:
            return _unversioned(name), True
        return f"{name}-{version}{'' if '.' in version else '.0'}-only", False
    if rule.lookup:
        spdx = resolve(groups["id"])
        return spdx, spdx.startswith("LicenseRef-")
    spdx = rule.spdx
    if "$" in spdx:
        if any(f"${name}" in spdx and value is None for name, value in groups.items()):
            return rule.default, True
        for name, value in groups.items():
            spdx = spdx.replace(f"${name}", (value or "").upper())
    return spdx, spdx.startswith("LicenseRef-")


def _unversioned(name: str) -> str:
    return next(rule.spdx for rule in names().names if rule.name == name and rule.later)
