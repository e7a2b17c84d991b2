"""The markup of templates: ``‹slot›`` is a made value, ``‹one|other›`` a choice, ``⟦ENTITY:text⟧`` a labelled span.

``⟦ENTITY+OTHER:text⟧`` says that OTHER is not wrong there either, ``⟦+OTHER:text⟧`` only that.

The brackets are rare characters, so that JSON, code and quoted speech need no escapes. Choices and slots may stand
within spans, spans within choices.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

SLOT = re.compile(r"‹([a-z0-9_.]+)›")
CHOICE = re.compile(r"‹([^‹›]*)›")
TOKEN = re.compile("\ue000([^\ue001]*)\ue001|⟦([A-Z_+]+):|⟧")


@dataclass(frozen=True)
class Value:
    """What a slot gives: text, its entity (empty: no label), and entities that are not wrong for it either."""

    text: str
    entity: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """A label: code points, half-open."""

    start: int
    end: int
    entity: str


@dataclass
class Filled:
    """A text in the making; ``optional`` holds spans that may be found or missed without fault."""

    text: str = ""
    spans: list[Span] = field(default_factory=list)
    optional: list[Span] = field(default_factory=list)

    def put(self, value: Value) -> None:
        """Append a value and its labels."""
        start = len(self.text)
        self.text += value.text
        self.label(start, value.entity, *value.also)

    def label(self, start: int, entity: str, *also: str) -> None:
        """Label what was put since ``start``."""
        if entity:
            self.spans.append(Span(start, len(self.text), entity))
        self.optional += [Span(start, len(self.text), name) for name in also]


Slots = Callable[[str], Value]


def fill(template: str, rng: random.Random, slots: Slots) -> Filled:
    """Fill a template; choices that hold markup are settled first.

    Raises:
        ValueError: for a span that is not closed, or closed twice.
        KeyError: for an unknown slot, by ``slots``.
    """
    text, out, opened = _chosen(template, rng), Filled(), list[tuple[int, str]]()
    last = 0
    for token in TOKEN.finditer(text):
        out.text += text[last : token.start()]
        last = token.end()
        slot, entity = token.groups()
        if slot is not None:
            out.put(slots(slot))
        elif entity:
            opened.append((len(out.text), entity))
        elif opened:
            start, name = opened.pop()
            out.label(start, *name.split("+"))
        else:
            raise ValueError(f"a span is closed that was not opened: {template[:60]}")
    if opened:
        raise ValueError(f"a span is not closed: {template[:60]}")
    out.text += text[last:]
    out.spans.sort(key=lambda span: (span.start, span.end))
    return out


def _chosen(template: str, rng: random.Random) -> str:
    """Settle every choice, the innermost first; slots are put into marks of their own before."""
    text = SLOT.sub("\ue000\\1\ue001", template)
    while match := CHOICE.search(text):
        text = text[: match.start()] + rng.choice(match[1].split("|")) + text[match.end() :]
    return text
