"""A regime as an overlay of another: the same duties under another law, with what differs.

``extends`` names the other regime. ``common`` says where its articles stand in the law of the overlay, ``without``
which of its obligations that law lacks, ``changes`` which fields of an obligation differ, and ``obligations`` what
comes on top. Ids are those of the other regime after ``prefix``.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from auditor.errors import RuleError
from auditor.rules import regime
from auditor.rules.condition import Condition
from auditor.rules.load import Loc, Rule, by_line, load, plain
from auditor.rules.obligation import Id, InForce, Obligation, Penalty, Provenance
from auditor.rules.regime import Regime

_EXTENDS = re.compile(rb"^extends:", re.MULTILINE)
_ARTICLE = re.compile(r"Arts?\. (\d+)")
Fields = dict[str, Any]


class Common(Rule):
    """What goes for every obligation that is taken over; ``{text}`` is its citation, ``{article}`` the number in it."""

    text: str = "{text}"
    url: str = Field(pattern=r"^https://")
    provenance: Provenance
    in_force: InForce


class Overlay(Rule):
    """The file of an overlay, before anything is merged."""

    id: Id
    title: str
    jurisdiction: str
    version: str
    published: date
    disclaimer: str
    extends: str
    prefix: Id
    scope: Condition
    presupposes: Condition | None = None
    penalties: dict[str, Penalty] = Field(default={})
    common: Common
    without: dict[str, str] = Field(default={}, description="ids that do not exist in this law, and why")
    changes: dict[str, Fields] = Field(default={})
    obligations: tuple[Obligation, ...] = ()


def extends(path: Path) -> bool:
    """Whether a file is an overlay."""
    try:
        return bool(_EXTENDS.search(path.read_bytes()))
    except OSError:
        return False  # reading it as a regime says why


def overlaid(path: Path) -> Regime:
    """The regime that the overlay in a file makes.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault.
    """
    overlay = load(path, Overlay)
    base = _base(path, overlay)
    faults = [*_unknown(path, overlay, base)]
    if faults:
        raise RuleError(sorted(faults, key=by_line))
    duties = [duty for duty in base.obligations if duty.id not in overlay.without]
    places: tuple[Loc, ...] = tuple(("changes", d.id) if d.id in overlay.changes else ("extends",) for d in duties)
    places += tuple(("obligations", i) for i in range(len(overlay.obligations)))
    try:
        return Regime.model_validate(_merged(overlay, base, duties)).put(places)
    except ValidationError as error:
        said = [(_place(e["loc"], places), _words(e)) for e in error.errors()]
        raise RuleError(sorted({_fault(path, loc, what) for loc, what in said}, key=by_line)) from None


def _base(path: Path, overlay: Overlay) -> Regime:
    try:
        home = regime.find(overlay.extends)
    except RuleError as error:
        raise RuleError([_fault(path, ("extends",), fault) for fault in error.faults]) from None
    if extends(home):
        what = f"'{overlay.extends}' is an overlay itself; extend what it extends"
        raise RuleError([_fault(path, ("extends",), what)])
    return regime.load_regime(overlay.extends)


def _unknown(path: Path, overlay: Overlay, base: Regime) -> Iterator[str]:
    """Faults of ids that the other regime does not have."""
    known = [duty.id for duty in base.obligations]
    for field, names in (("without", overlay.without), ("changes", overlay.changes)):
        for name in names:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"see 'auditor regimes show {base.id}'"
            if name not in known:
                yield _fault(path, (field, name), f"no obligation '{name}' in '{base.id}'; {hint}")
    for name in set(overlay.without) & set(overlay.changes):
        yield _fault(path, ("changes", name), f"'{name}' is left out under 'without' and changed; do one")


def _merged(overlay: Overlay, base: Regime, duties: Iterable[Obligation]) -> Fields:
    """The whole regime as plain data."""
    own = _plain(overlay)
    taken = [_plain(duty) | _adopted(duty, overlay) | overlay.changes.get(duty.id, {}) for duty in duties]
    keep = ("id", "title", "jurisdiction", "version", "published", "disclaimer", "scope")
    return {
        **{key: own[key] for key in keep},
        "presupposes": own.get("presupposes") or _plain(base)["presupposes"],
        "penalties": _plain(base).get("penalties", {}) | own.get("penalties", {}),
        "obligations": [*taken, *own.get("obligations", [])],
    }


def _adopted(duty: Obligation, overlay: Overlay) -> Fields:
    """What the overlay says of every obligation."""
    common = overlay.common
    article = _ARTICLE.search(duty.citation.text)
    return {
        "id": f"{overlay.prefix}{duty.id}",
        "citation": _plain(duty.citation)
        | {
            "text": common.text.replace("{text}", duty.citation.text),
            "url": common.url.replace("{article}", article[1] if article else ""),
        },
        "provenance": _plain(common.provenance),
        "in_force": _plain(common.in_force),
        "law_status": "in_force",
    }


def _plain(rule: Rule) -> Fields:
    return rule.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _place(loc: Loc, places: tuple[Loc, ...]) -> Loc:
    """Where in the overlay's file something of the merged regime stands."""
    if len(loc) > 1 and loc[0] == "obligations" and isinstance(loc[1], int):
        return (*places[loc[1]], *loc[2:])
    return loc


def _words(error: Any) -> str:
    key = str(error["loc"][-1])
    if error["type"] == "extra_forbidden":
        near = get_close_matches(key, list(Obligation.model_fields), 1)
        return f"unknown key '{key}'" + (f"; did you mean '{near[0]}'?" if near else "")
    where = ".".join(str(part) for part in error["loc"][2:])
    return f"'{where}': {error['msg'].removeprefix('Value error, ')}"


def _fault(path: Path, loc: Loc, what: str) -> str:
    return f"{path.name}:{plain(path)[1].line(loc)}: {what}"
