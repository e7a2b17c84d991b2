"""The Jinja environments of the HTML and Markdown reports. Escaping is always on; all text shows what is hidden."""

import base64
import hashlib
import re
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from auditor import assets
from auditor.report.mask import safe_text
from auditor.report.view import view
from auditor.report.words import PROVENANCE, RESERVED_COLUMNS

_HEAT_STEPS = (0.01, 0.05, 0.2, 0.5)
_MARKDOWN = re.compile(r"([\\`*_\[\]|~$])")
_BLOCK_START = re.compile(r"^(\d{0,9})([.)#+=-])(?=\s|$|[#=-])")


def html(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:
    """The one-file HTML report."""
    context = view(audit, run)
    style = _part("style.css") + _footer(context["audit_id"], context["sha256"])
    script = _part("script.js")
    parts = {"style": _inline(style), "script": _inline(script)}
    hashes = {"style_hash": _csp_hash(style), "script_hash": _csp_hash(script)}
    text = _environment().get_template("report.html").render(**context, **parts, **hashes)
    return _tight(text).encode()


def markdown(audit: dict[str, Any], run: dict[str, Any] | None) -> bytes:
    """The Markdown report."""
    text = _environment(markdown=True).get_template("report.md").render(**view(audit, run))
    return (re.sub(r"\n{3,}", "\n\n", text).strip() + "\n").encode()


@cache
def _environment(*, markdown: bool = False) -> Environment:
    made = Environment(
        loader=FileSystemLoader(assets.templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=md if markdown else _visible,
    )
    made.filters |= {
        "n": count,
        "size": size,
        "share": percent,
        "coverage": coverage_percent,
        "heat": heat,
        "column": column,
        "provenance": provenance,
        "code": code,
        "value": fact_value,
        "time": time,
    }
    return made


def _visible(value: Any) -> Any:
    """Text with what is invisible made visible; markup of our own stays."""
    return safe_text(value, keep="\n\t") if type(value) is str else value


def md(value: Any) -> Any:
    """Text that Markdown shows as it is: on one line, with every mark escaped."""
    if isinstance(value, Markup):
        return value
    text = safe_text(re.sub(r"\s+", " ", str(value)))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(_BLOCK_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text)))  # noqa: S704 - escaped above


def code(value: Any) -> Markup:
    """A Markdown code span, in a table cell too."""
    text = safe_text(" ".join(str(value).split())).replace("|", "¦")
    fence = "`" * (1 + max(map(len, re.findall(r"`+", text)), default=0))
    pad = " " if "`" in text else ""
    return Markup(f"{fence}{pad}{text}{pad}{fence}")  # noqa: S704 - a code span shows its text as it is


def count(value: float) -> str:
    """A whole number with separators."""
    return f"{value:,.0f}"


def size(value: float) -> str:
    """Bytes in decimal units."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            return f"{value:,.0f} {unit}" if unit == "bytes" else f"{value:,.1f} {unit}"
        value /= 1000
    raise AssertionError("the loop ends with TB")


def percent(value: float) -> str:
    """A share between 0 and 1 in percent, never rounded to none or to all."""
    if value in (0, 1):
        return f"{value * 100:.0f} %"
    if value < 0.001:
        return "<0.1 %"
    return f"{min(value * 100, 99.9):.1f} %"


def coverage_percent(value: float) -> str:
    """Percent of bytes read, as ``audit.json`` has it."""
    return f"{value:g} %"


def heat(value: float) -> str:
    """Class of a heat map cell, ``h1`` to ``h5``."""
    return f"h{1 + sum(value >= step for step in _HEAT_STEPS)}"


def column(value: str) -> str:
    """A column's name, with words for the reserved ones."""
    return RESERVED_COLUMNS.get(value, value)


def provenance(mark: str) -> str:
    """A citation's mark (``V(...)``, ``S``, ``M``) with what it means."""
    meaning = PROVENANCE.get(mark[:1], "")
    return f"{mark}: {meaning}" if meaning else mark


def time(value: str) -> str:
    """An ISO 8601 time in UTC as people write it."""
    return re.sub(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:\.\d+)?(?:Z|\+00:00)$", r"\1 \2 UTC", value)


def fact_value(value: Any) -> str:
    """A declared value on one line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(fact_value, value))
    if isinstance(value, dict):
        return "; ".join(f"{k}: {fact_value(v)}" for k, v in value.items())
    return "" if value is None else str(value)


def _part(file: str) -> str:
    return _tight((assets.templates() / "report" / file).read_text(encoding="utf-8"))


def _tight(text: str) -> str:
    """``text`` without empty lines; doing it twice changes nothing, so that the hashes of the CSP hold."""
    return re.sub(r"\n\s*\n", "\n", text).strip() + "\n"


def _footer(id_: str, digest: str) -> str:
    """Page margins that name the audit on each printed page."""
    return f'@page {{ @bottom-left {{ content: "{id_}  audit.json sha256 {digest}"; }} }}\n'


def _inline(text: str) -> Markup:
    """A style sheet or script of ours inside the page."""
    return Markup(text)  # noqa: S704 - shipped with the auditor, holds no data but two hex strings


def _csp_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
