"""One labelled text as JSON has it: JSON Lines and the lists of presidio-research differ only in their names.

A record is an object with its text (``text`` or ``full_text``) and its spans (``spans``, ``entities`` or ``label``): a
list of objects with ``start`` (``start_position``, ``start_offset``), ``end`` likewise and ``entity`` (``entity_type``,
``label``, ``type``), or of lists ``[start, end, label]``. Offsets are code points, half-open. ``language`` and
``group`` may be given; whatever else stands there is not looked at.
"""

from collections.abc import Mapping
from typing import Any

from auditor.evaluate.labelled import Label, LabelError, Labelled

_TEXT = ("text", "full_text")
_SPANS = ("spans", "entities", "label", "labels")
_START = ("start", "start_position", "start_offset")
_END = ("end", "end_position", "end_offset")
_ENTITY = ("entity", "entity_type", "label", "type")
_VALUE = ("entity_value", "value", "text")

MOVED = "spans whose given value does not stand at their place; are the offsets code points?"


def labelled(value: Any, file: str, record: int) -> Labelled:
    """A record of decoded JSON.

    Raises:
        LabelError: when it is none, or cannot be scored.
    """
    if not isinstance(value, dict):
        raise LabelError('is no object; a record is {"text": ..., "spans": [...]}')
    text = _first(value, _TEXT)
    if not isinstance(text, str):
        raise LabelError(f"has no text; put it into '{_TEXT[0]}'")
    spans = _first(value, _SPANS)
    if not isinstance(spans, list):
        raise LabelError(f"has no list of spans; put it into '{_SPANS[0]}', empty where nothing is labelled")
    labels = tuple(_label(span, number) for number, span in enumerate(spans, 1))
    moved = sum(_is_moved(span, label, text) for span, label in zip(spans, labels, strict=True))
    return Labelled(text, labels, _word(value, "language"), _word(value, "group"), file, record, (MOVED,) * moved)


def _first(value: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((value[name] for name in names if name in value), None)


def _word(value: Mapping[str, Any], name: str) -> str:
    word = value.get(name)
    return word if isinstance(word, str) else ""


def _label(span: Any, number: int) -> Label:
    if isinstance(span, dict):
        parts = tuple(_first(span, names) for names in (_START, _END, _ENTITY))
    elif isinstance(span, list):
        parts = tuple(span)
    else:
        parts = ()
    if len(parts) != 3 or not (_is_offset(parts[0]) and _is_offset(parts[1]) and isinstance(parts[2], str)):
        raise LabelError(
            f"span {number} has no start, end and entity; give whole numbers and a name, as an object or as a list"
        )
    return Label(*parts)


def _is_offset(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_moved(span: Any, label: Label, text: str) -> bool:
    value = _first(span, _VALUE) if isinstance(span, dict) else None
    return isinstance(value, str) and value != text[label.start : label.end]
