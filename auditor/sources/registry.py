"""The formats, found by placing a file: each module of the package may define ``FORMATS``."""

import pkgutil
from functools import cache
from importlib import import_module

from auditor.errors import AuditorError
from auditor.model import Format


@cache
def formats() -> dict[str, Format]:
    """Every format by name; AuditorError when two modules claim one name."""
    found: dict[str, Format] = {}
    package = __name__.rpartition(".")[0]
    for info in pkgutil.iter_modules(import_module(package).__path__):
        module = import_module(f"{package}.{info.name}")
        for one in getattr(module, "FORMATS", ()):
            if found.setdefault(one.name, one) is not one:
                raise AuditorError(f"auditor/sources/{info.name}.py: format {one.name!r} exists twice; rename one")
    return found
