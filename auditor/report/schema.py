"""JSON Schema of ``audit.json``."""

from typing import Any

from auditor.model import SCHEMA_VERSION, Result, Severity, Status
from auditor.report.words import BANDS, COVERAGE, DISCLAIMER

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_COUNT: _Schema = {"type": "integer", "minimum": 0}
_FLAG: _Schema = {"type": "boolean"}
_SHARE: _Schema = {"type": "number", "minimum": 0, "maximum": 1}
_PERCENT: _Schema = {"type": "number", "minimum": 0, "maximum": 100}
_MAYBE: _Schema = {"type": ["number", "null"]}
_FREE: _Schema = {"type": "object"}
_GROUP: _Schema = {"type": "string", "pattern": "^F-"}
_SEVERITY: _Schema = {"enum": [s.value for s in Severity]}
_STATUS: _Schema = {"enum": [s.value for s in Status]}
_BAND: _Schema = {"enum": list(BANDS)}
_COVERED: _Schema = {"enum": list(COVERAGE)}


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) that every ``audit.json`` of this version meets."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:auditor:audit:{SCHEMA_VERSION}",
        "title": "audit.json",
        **_object(
            schema_version={"const": SCHEMA_VERSION},
            title=_TEXT,
            disclaimer={"const": DISCLAIMER},
            result=_object(word={"enum": [r.value for r in Result]}, why=_TEXT),
            gate=_object(passed=_FLAG, exit_code={"enum": [0, 1, 3]}, why=_TEXT, fail_on=_TEXT, min_coverage=_PERCENT),
            scope=_scope(),
            coverage=_coverage(),
            confidence=_list(
                _object(severity=_SEVERITY, **dict.fromkeys(BANDS, _object(groups=_COUNT, findings=_COUNT)))
            ),
            obligation_counts=_object(**{s.value: _COUNT for s in Status}),
            obligations=_list(_obligation()),
            actions=_list(_action()),
            findings=_list(_finding()),
            heat_map=_object(entities=_list(_TEXT), rows=_list(_place(cells=_map(_SHARE)))),
            columns=_list(_column()),
            rights=_object(
                entities=_list(_object(entity=_TEXT, searched=_FLAG, groups=_COUNT, rows=_COUNT, findings=_COUNT)),
                groups=_list(_GROUP),
            ),
            facts=_list(_fact()),
            method=_method(),
            limitations=_list(_TEXT),
            provenance=_object(
                tool={"const": "auditor"},
                versions=_map(_TEXT),
                **dict.fromkeys(("tool_version", "ruleset", "key_id", "manifest_sha256"), _TEXT),
            ),
        ),
    }


def _object(**properties: _Schema) -> _Schema:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _map(values: _Schema) -> _Schema:
    return {"type": "object", "additionalProperties": values}


def _place(**more: _Schema) -> _Schema:
    return _object(dataset=_TEXT, column=_TEXT, column_id=_TEXT, **more)


def _scope() -> _Schema:
    sizes = dict.fromkeys(("files", "rows", "bytes", "text_bytes", "columns"), _COUNT)
    dataset = _object(name=_TEXT, target=_TEXT, formats=_map(_COUNT), **sizes)
    return _object(datasets=_list(dataset), language=_TEXT, **sizes)


def _coverage() -> _Schema:
    line = _object(
        **dict.fromkeys(("dataset", "file", "file_id", "column", "detector", "reason"), _TEXT),
        status=_COVERED,
        **dict.fromkeys(("rows_seen", "rows_examined", "bytes_lost"), _COUNT),
    )
    cause = _object(
        status=_COVERED,
        reason=_TEXT,
        meaning=_TEXT,
        named=_list(_TEXT),
        **dict.fromkeys(("lines", "files", "rows_not_examined", "bytes_lost"), _COUNT),
    )
    counts = ("bytes_total", "bytes_lost", "files_total", "files_lost", "files_partial", "rows_seen", "rows_examined")
    return _object(
        percent=_PERCENT,
        min_percent=_PERCENT,
        met=_FLAG,
        lost=_FLAG,
        fragments=_map(_COUNT),
        by_reason=_list(cause),
        lines_total=_COUNT,
        lines=_list(line),
        **dict.fromkeys(counts, _COUNT),
    )


def _fact() -> _Schema:
    return _object(key=_TEXT, state={"enum": ["declared", "unknown"]}, value={}, by=_TEXT, on=_TEXT)


def _obligation() -> _Schema:
    about = ("citation", "url", "provenance", "warning", "version", "deadline", "penalty")
    return _object(
        **dict.fromkeys(("id", "regime", "title", "why", *about), _TEXT),
        status=_STATUS,
        severity=_SEVERITY,
        judgement=_FLAG,
        evidence_total=_COUNT,
        evidence=_list(_place(entity=_TEXT, band=_BAND, rows=_COUNT, findings=_COUNT, group=_TEXT)),
        facts=_list(_fact()),
        **dict.fromkeys(("present", "missing", "actions"), _list(_TEXT)),
    )


def _action() -> _Schema:
    return _object(
        id={"type": "string", "pattern": "^A-[0-9]+$"},
        status=_STATUS,
        severity=_SEVERITY,
        **dict.fromkeys(("what", "missing"), _list(_TEXT)),
        **dict.fromkeys(("obligation", "title", "deadline", "owner", "due"), _TEXT),
    )


def _finding() -> _Schema:
    first = _object(file=_TEXT, file_id=_TEXT, row={"type": "integer", "minimum": -1})
    return _place(
        id=_GROUP,
        entity=_TEXT,
        severity=_SEVERITY,
        band=_BAND,
        share=_SHARE,
        max_score=_SHARE,
        bands=_object(**dict.fromkeys(BANDS, _COUNT)),
        first={"anyOf": [first, {"type": "null"}]},
        **dict.fromkeys(("detectors", "shapes"), _list(_TEXT)),
        **dict.fromkeys(("rows", "rows_scanned", "findings", "weak", "files", "values"), _COUNT),
    )


def _column() -> _Schema:
    counts = dict.fromkeys(("texts", "nulls", "distinct", "max_chars"), _COUNT)
    class_ = _object(
        **dict.fromkeys(("entity", "basis", "rule", "words", "why"), _TEXT),
        score=_SHARE,
        band=_BAND,
        rows=_COUNT,
        files=_COUNT,
        spread={"enum": ["most", "part", "sparse", "none"]},
        share=_SHARE,
        detectors=_list(_TEXT),
    )
    return _place(mean_chars=_MAYBE, kind=_TEXT, classes=_list(class_), entities=_map(_SHARE), **counts)


def _method() -> _Schema:
    return _object(
        detectors=_list(_object(id=_TEXT, title=_TEXT, entities=_list(_TEXT))),
        entities=_list(_TEXT),
        names_engine=_TEXT,
        not_searched=_list(_object(family=_TEXT, entities=_list(_TEXT), why=_TEXT)),
        recipe=_FREE,
        limits=_FREE,
        regimes=_list(_object(id=_TEXT, title=_TEXT, version=_TEXT)),
    )
