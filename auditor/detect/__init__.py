"""Text detectors, found by placing a module here.

A module may define ``detectors(recipe) -> Iterable[Detector]``, which may be dear, and ``catalogue(recipe) ->
Iterable[DetectorInfo]``, which imports nothing heavy; both name the same ids. Importing a module must be cheap.

The way of one column: ``cells.run`` (detectors over long and short texts, guarded; ``prefilter`` says once for all of
them where to look, ``windows`` how far around a place), ``overlap.resolve`` (which of
several findings stays), ``seal.seal`` (values become shapes and HMACs).
"""

import gc
import pkgutil
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Protocol, TypeVar

from auditor.detect.derive import remember
from auditor.detect.info import DetectorInfo
from auditor.detect.texts import share
from auditor.errors import RuleError
from auditor.model import Detector
from auditor.rules.recipe import Recipe


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


@cache
def _modules() -> tuple[ModuleType, ...]:
    found = [import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return tuple(module for module in found if hasattr(module, "detectors"))


def infos(recipe: Recipe) -> tuple[DetectorInfo, ...]:
    """What the detectors of a recipe say of themselves, by id; builds none of them.

    Raises:
        RuleError: for a glob that selects nothing and for clashing ids.
    """
    return _select(recipe, [info for module in _modules() for info in module.catalogue(recipe)])


def build(recipe: Recipe) -> tuple[Detector, ...]:
    """The detectors of a recipe, by id.

    Raises:
        RuleError: for a glob that selects nothing and for clashing ids.
        AuditorError: when a names model is not installed.
    """
    known = [(module, tuple(module.catalogue(recipe))) for module in _modules()]
    wanted = {info.id for info in _select(recipe, (info for _, own in known for info in own))}
    needed = [module for module, own in known if any(info.id in wanted for info in own)]
    built: list[Detector] = [detector for module in needed for detector in module.detectors(recipe)]
    chosen = tuple(sorted((d for d in built if d.id in wanted), key=_id))
    share(chosen)
    remember()
    return chosen


_SAYS_NOTHING = {"title", "description", "regimes", "files", "columns", "severity", "fail_on", "min_coverage"}
"""What of a recipe its detectors do not hang on."""

_ready: dict[str, tuple[Detector, ...]] = {}


def ready(recipe: Recipe) -> tuple[Detector, ...]:
    """The detectors of a recipe as :func:`build` gives them, built once in a process and those it is forked from.

    The process keeps those of one recipe. They are frozen: what lives as long as the process need not be looked
    through for garbage again and again.
    """
    name = recipe.model_dump_json(exclude=_SAYS_NOTHING)
    if name not in _ready:
        _ready.clear()
        _ready[name] = build(recipe)
        gc.freeze()
    return _ready[name]


def _select(recipe: Recipe, known: Iterable[T]) -> tuple[T, ...]:
    ordered = sorted(known, key=_id)
    ids = [item.id for item in ordered]
    faults = [f"detector id '{name}' is given twice; ids are unique" for name, n in Counter(ids).items() if n > 1]
    faults += _unmatched("detectors", recipe.detectors, ids) + _unmatched("without", recipe.without, ids)
    chosen = tuple(i for i in ordered if _matches(i.id, recipe.detectors) and not _matches(i.id, recipe.without))
    if not chosen and not faults:
        faults = [f"recipe '{recipe.id}': no detector is left; 'without' takes away all that 'detectors' selects"]
    if faults:
        raise RuleError(faults)
    return chosen


def _unmatched(field: str, globs: Iterable[str], ids: list[str]) -> list[str]:
    return [
        f"{field}: '{glob}' matches no detector; `auditor detectors list` names them all"
        for glob in globs
        if not _matches_any(glob, ids)
    ]


def _matches_any(glob: str, ids: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for name in ids)


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _id(item: _Named) -> str:
    return item.id


__all__ = ["DetectorInfo", "build", "infos", "ready"]
