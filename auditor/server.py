"""The server that workers are forked from: it makes once what all of them need.

It is started first of all, for it takes longer than all that the caller has to do before a worker is wanted. It is told
the recipe, reads the rules and builds the detectors; the processes that are forked from it share them.
"""

import contextlib
import gc
from typing import TYPE_CHECKING

from auditor.engine import local

if TYPE_CHECKING:
    from auditor.rules.recipe import Recipe

PRELOAD = ("auditor.preload",)
"""What the server imports."""


def start(recipe: "str | Recipe") -> None:
    """Start the server, unless it is there; ``recipe`` as in :func:`auditor.audit`.

    A server that is there and knows another recipe will do: its workers then build their detectors themselves.
    """
    local.warm(PRELOAD, tells(recipe))


def tells(recipe: "str | Recipe") -> str:
    """What the server is told of a recipe."""
    return recipe if isinstance(recipe, str) else recipe.model_dump_json(by_alias=True)


def prepare() -> None:
    """Runs in the server before it forks. What is wrong with a recipe the caller finds out: nothing here raises."""
    gc.disable()  # there is next to no garbage, and looking for it takes a fifth of the time
    with contextlib.suppress(Exception):
        _load()
        if local.told():
            _build(_recipe(local.told()))
    gc.freeze()
    gc.enable()


def _load() -> None:
    import presidio_analyzer  # noqa: F401 -- no worker has to import them
    import pyarrow.parquet  # noqa: F401

    import auditor.worker  # noqa: F401
    from auditor.detect import nlp
    from auditor.rules.pattern import pattern_rules

    nlp.silence()
    pattern_rules()


def _recipe(text: str) -> "Recipe":
    from auditor.rules.recipe import Recipe, read

    return Recipe.model_validate_json(text) if text.startswith("{") else read(text)


def _build(recipe: "Recipe") -> None:
    """Build the detectors and let them look at a text, for what they load when they see the first one."""
    import pyarrow as pa

    from auditor import detect
    from auditor.detect.cells import run
    from auditor.detect.derive import remember
    from auditor.model import Limits, TextColumn

    place = pa.array([0], pa.int64())
    run(
        detect.ready(recipe),
        TextColumn("text", pa.array(["text"], pa.string()), place, place.cast(pa.int32())),
        Limits(),
    )
    remember()
