"""Read one strict YAML file into a pydantic model; report every fault at once as ``file:line: what``.

Only the JSON subset of YAML 1.2 has meaning here: ``no``, ``on`` and dates stay strings, duplicate keys, aliases and
tags are refused (an alias can unfold to gigabytes, a tag can construct objects).
"""

import difflib
import functools
import hashlib
import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from auditor import assets, cache
from auditor.errors import RuleError

Loc = tuple[str | int, ...]
M = TypeVar("M", bound="Rule")

MAX_BYTES = 4 << 20
MAX_DEPTH = 40
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


class Rule(BaseModel):
    """Base of all rule models: unknown keys are faults, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


_Fast: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # several times faster where libyaml is


class _Loader(_Fast):  # type: ignore[misc, valid-type]
    """SafeLoader with the core schema of YAML 1.2: no dates, only true and false are booleans."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$", "-+0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))

_CONVERT: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str,
}


class _Reader:
    """Turns YAML nodes into plain data and remembers the line of every value."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Loc, int] = {(): 1}
        self.faults: list[str] = []

    def fault(self, line: int, what: str) -> None:
        self.faults.append(f"{self.name}:{line}: {what}")

    def plain(self, node: yaml.Node, loc: Loc = ()) -> Any:
        line = node.start_mark.line + 1
        self.lines[loc] = line
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*loc, i)) for i, child in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in out:
                self.fault(key.start_mark.line + 1, f"'{name}' is given twice")
            out[name] = self.plain(value, (*loc, name))
            self.lines[(*loc, name)] = key.start_mark.line + 1
        return out

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        convert = _CONVERT.get(node.tag)
        if convert is None:
            self.fault(line, f"the tag {node.tag} is not allowed; use plain values")
            return None
        return convert(node.value)

    def line(self, loc: Loc) -> int:
        """Line of a location, or of the nearest enclosing one that stands in the file."""
        while loc not in self.lines:
            loc = loc[:-1]
        return self.lines[loc]


def _refuse_bombs(text: str) -> None:
    """No aliases and no deep nesting, seen in the stream of events before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        too_deep = depth > MAX_DEPTH
        if too_deep or isinstance(event, yaml.AliasEvent):
            what = _TOO_DEEP if too_deep else "aliases are not allowed"
            raise yaml.MarkedYAMLError(problem=what, problem_mark=cast(Any, event.start_mark))


def _compose(path: Path, name: str) -> yaml.Node | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RuleError([f"{name}:1: larger than {MAX_BYTES >> 20} MiB; a rule file is small"])
        text = path.read_text(encoding="utf-8-sig")
        _refuse_bombs(text)
        return yaml.compose(text, Loader=_Loader)
    except OSError as error:
        raise RuleError([f"{name}:1: cannot be read ({error.strerror}); check the path"]) from None
    except UnicodeDecodeError:
        raise RuleError([f"{name}:1: is not UTF-8; save it as UTF-8"]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        deep = "nesting depth" in str(error.problem)  # PyYAML's own limit, since 6.0.4
        what = _TOO_DEEP if deep else error.problem
        raise RuleError([f"{name}:{line}: {what}"]) from None
    except yaml.YAMLError:
        raise RuleError([f"{name}:1: is not YAML"]) from None


def _known(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names of the fields allowed where ``loc`` ends, as far as the model tells."""
    current: Any = model
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = getattr(current, "model_fields", {}).get(part)
        if field is None:
            return []
        current = _inner(field.annotation)
    return sorted(f.alias or n for n, f in getattr(current, "model_fields", {}).items())


def _inner(annotation: Any) -> Any:
    for arg in getattr(annotation, "__args__", ()):
        found = _inner(arg)
        if hasattr(found, "model_fields"):
            return found
    return annotation


def _say(model: type[BaseModel], error: Any) -> str:
    name = ".".join(str(p) for p in error["loc"]) or "file"
    if error["type"] == "extra_forbidden":
        key, known = str(error["loc"][-1]), _known(model, error["loc"])
        near = difflib.get_close_matches(key, known, 1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(known)}" if known else ""
        return f"unknown key '{key}'{hint}"
    if error["type"] == "missing":
        return f"'{name}' is missing"
    return f"'{name}': {error['msg'].removeprefix('Value error, ')}"


def plain(path: Path) -> tuple[Any, _Reader]:
    """Plain data of a YAML file and the reader that knows its lines; duplicate keys and tags raise RuleError."""
    reader = _Reader(path.name)
    node = _compose(path, path.name)
    data = reader.plain(node) if node is not None else {}
    return data, reader


def load(path: Path, model: type[M], *, shipped: bool = False) -> M:
    """Read ``path`` as ``model``; what is ``shipped`` was tested, so that dear checks are left out.

    Raises:
        RuleError: with one ``file:line: what`` entry for every fault found.
    """
    kept = _Kept(path)
    known = kept.read()
    data, reader = plain(path) if known is None else (known, None)
    faults = list(reader.faults) if reader else []
    try:
        loaded = model.model_validate(data, context={"shipped": shipped})
    except ValidationError as error:
        reader = reader or plain(path)[1]
        faults += [f"{path.name}:{reader.line(e['loc'])}: {_say(model, e)}" for e in error.errors()]
    if faults:
        raise RuleError(sorted(set(faults), key=by_line))
    if known is None:
        kept.write(data)
    return loaded


class _Kept:
    """The plain data of a file in the cache, for parsing is nearly all that loading costs.

    Only of the rules that come with the auditor: what a user's own hold is the user's. There is one entry for each
    file, so that one that changes leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        self._digest = _digest(path) if assets.recipes() in path.parents else b""
        self._name = cache.key("rules", str(path)) + ".json.z"

    def read(self) -> Any:
        """The data of the file as it is now; None where nobody knows them."""
        raw = cache.read(self._name) if self._digest else None
        return json.loads(zlib.decompress(raw[_DIGEST:])) if raw and raw[:_DIGEST] == self._digest else None

    def write(self, data: Any) -> None:
        """Keep the data for the next process."""
        if self._digest:
            # the cases of rules hold numbers of cards: who searches a disk for such shall not find them here
            cache.write(self._name, self._digest + zlib.compress(json.dumps(data).encode(), 1))


_DIGEST = hashlib.sha256().digest_size


def _digest(path: Path) -> bytes:
    """Hash of a file and of what parses it; empty where it cannot be read."""
    try:
        return hashlib.sha256(_parser() + path.read_bytes()).digest()
    except OSError:
        return b""


@functools.cache
def _parser() -> bytes:
    return Path(__file__).read_bytes() + yaml.__version__.encode()


def by_line(fault: str) -> tuple[int, str]:
    """Sorting key that puts the faults of one file in the order of their lines."""
    match = re.match(r"[^:]*:(\d+):", fault)
    return (int(match[1]) if match else 0, fault)
