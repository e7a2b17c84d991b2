"""Synthetic audits for tests of the report; every person is invented."""

from dataclasses import replace
from typing import Any

from auditor.model import (
    Assessment,
    Audited,
    ColumnProfile,
    CoverageLine,
    CoverageSummary,
    DatasetSummary,
    Evidence,
    Fact,
    FindingGroup,
    Gate,
    Result,
    Severity,
    Status,
)

GDPR = "https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32016R0679"


def group(n: int = 1, **changes: Any) -> FindingGroup:
    """One finding group, its id made of ``n``."""
    made = FindingGroup(
        id=f"F-{n:06x}",
        dataset="crm",
        column="messages[].content",
        column_id=f"c-{n:012x}",
        entity="EMAIL_ADDRESS",
        severity=Severity.HIGH,
        rows=1204,
        rows_scanned=180_000,
        findings=1300,
        weak=0,
        max_score=0.95,
        bands={"strong": 1250, "review": 50},
        files=14,
        detectors=("presidio.email.v1",),
        shapes=("[EMAIL_ADDRESS, 24 chars]", "[EMAIL_ADDRESS, 19 chars]"),
        values=877,
        first={"file": "2025/notes.parquet", "file_id": "f-3fa85f64aa17", "row": 41},
    )
    return replace(made, **changes)


def assessment(id_: str, status: Status, severity: Severity = Severity.HIGH, **changes: Any) -> Assessment:
    """One assessment under GDPR."""
    made = Assessment(
        id=id_,
        regime="gdpr",
        title="Lawful basis for processing",
        status=status,
        why="Personal data was found and no lawful basis is declared.",
        severity=severity,
        citation="Regulation (EU) 2016/679, Art. 6(1)",
        url=GDPR,
        provenance="V(GDPR)",
        version="2026-11",
    )
    return replace(made, **changes)


def line(file: str, reason: str, status: str = "lost", **changes: Any) -> CoverageLine:
    """One coverage line."""
    made = CoverageLine("crm", file, f"f-{abs(hash(file)) % 10**6:012d}", "*", "*", status, reason, 900, 0, 18_000_000)
    return replace(made, **changes)


GROUPS = (
    group(
        1,
        column="notes",
        entity="HEALTH_CONDITION",
        severity=Severity.CRITICAL,
        rows=1204,
        findings=1411,
        bands={"strong": 211, "review": 1200},
        shapes=("[HEALTH_CONDITION, 8 chars]",),
        detectors=("special.health.v1",),
        max_score=0.86,
    ),
    group(
        2,
        column="tax_id",
        entity="US_SSN",
        severity=Severity.CRITICAL,
        rows=177_990,
        findings=177_990,
        bands={"strong": 177_990},
        shapes=("[US_SSN, 11 chars]",),
        detectors=("presidio.us_ssn.v1",),
        max_score=0.99,
        values=176_211,
    ),
    group(3),
    group(
        4,
        column="messages[].content",
        column_id="c-000000000003",
        entity="PHONE_NUMBER",
        severity=Severity.HIGH,
        rows=9_120,
        findings=9_800,
        bands={"review": 9_700, "strong": 100},
        shapes=("[PHONE_NUMBER, 15 chars]",),
        detectors=("presidio.phone.v1",),
    ),
    group(
        5,
        column="messages[].content",
        column_id="c-000000000003",
        entity="SECRET_AWS_KEY",
        severity=Severity.CRITICAL,
        rows=2,
        findings=2,
        bands={"strong": 2},
        shapes=("[SECRET_AWS_KEY, 20 chars]",),
        detectors=("secrets.aws.v1",),
        values=1,
        files=1,
    ),
    group(
        6,
        column="@partition",
        column_id="c-000000000006",
        entity="EMAIL_ADDRESS",
        severity=Severity.HIGH,
        rows=1,
        rows_scanned=412,
        findings=1,
        bands={"strong": 1},
        values=1,
        files=1,
        first={"file": "user=[EMAIL_ADDRESS, 26 chars]/part-0.parquet", "file_id": "f-90aa17cc01de", "row": -1},
    ),
    group(
        7,
        column="page.html",
        column_id="c-000000000007",
        entity="COPYRIGHT_NOTICE",
        severity=Severity.LOW,
        rows=40_500,
        findings=41_000,
        bands={"strong": 41_000},
        shapes=("[COPYRIGHT_NOTICE, 31 chars]",),
        detectors=("rights.copyright.v1",),
    ),
    group(
        8,
        column="notes",
        column_id="c-000000000001",
        entity="IP_ADDRESS",
        severity=Severity.MEDIUM,
        rows=310,
        findings=320,
        bands={"review": 320},
        shapes=("[IP_ADDRESS, 12 chars]",),
        detectors=("presidio.ip.v1",),
        max_score=0.6,
    ),
    group(
        9,
        column="notes",
        column_id="c-000000000001",
        entity="US_BANK_NUMBER",
        severity=Severity.MEDIUM,
        rows=0,
        findings=0,
        weak=5_300,
        bands={"weak": 5_300},
        max_score=0.3,
        detectors=("presidio.us_bank.v1",),
        shapes=(),
    ),
)


def _obligations() -> tuple[Assessment, ...]:
    health = Evidence("crm", "notes", "c-000000000001", "HEALTH_CONDITION", "strong", 211, 211)
    mail = Evidence("crm", "messages[].content", "c-000000000003", "EMAIL_ADDRESS", "strong", 1204, 1250)
    ssn = Evidence("crm", "tax_id", "c-000000000002", "US_SSN", "strong", 177_990, 177_990)
    basis, role = Fact("lawful_basis", None), Fact("role", "controller", "J. Roe", "2026-10-01")
    return (
        assessment(
            "gdpr.art6",
            Status.ACTION_NEEDED,
            evidence=(mail, ssn),
            facts=(basis, role),
            missing=("a lawful basis for each purpose", "a balancing test"),
            actions=("Name one lawful basis for each purpose, or hold the dataset back.",),
            deadline="before use",
            penalty="Art. 83(5): up to EUR 20 m or 4 % of turnover",
        ),
        assessment(
            "gdpr.art9",
            Status.ACTION_NEEDED,
            Severity.CRITICAL,
            title="Special categories of personal data",
            citation="Regulation (EU) 2016/679, Art. 9(1) and (2)",
            why="Health data was found beside identifiers and no Art. 9(2) condition is declared.",
            evidence=(health,),
            facts=(basis,),
            missing=("an Art. 9(2) condition",),
            actions=("Remove or redact the column notes.", "Or record the Art. 9(2) condition relied on."),
            deadline="before training",
        ),
        assessment(
            "gdpr.art35",
            Status.NEEDS_REVIEW,
            Severity.MEDIUM,
            title="Data protection impact assessment",
            citation="Regulation (EU) 2016/679, Art. 35",
            judgement=True,
            why="Sensitive data at scale suggests that an assessment is due; whether it is, a person must judge.",
            evidence=(health, ssn),
            provenance="S(EDPB)",
        ),
        assessment(
            "gdpr.art5.1c",
            Status.NEEDS_REVIEW,
            Severity.HIGH,
            title="Data minimisation",
            citation="Regulation (EU) 2016/679, Art. 5(1)(c)",
            judgement=True,
            why="Direct identifiers are dense in two columns.",
            evidence=(mail, ssn),
            actions=("Write down why each field is needed, or drop it.",),
        ),
        assessment(
            "ccpa.1798.121",
            Status.NOT_CHECKED,
            Severity.MEDIUM,
            regime="ccpa",
            title="Limits on the use of sensitive personal information",
            citation="Cal. Civ. Code 1798.121",
            why="Three files could not be read.",
            url="https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=CIV&sectionNum=1798.121.",
        ),
        assessment(
            "gdpr.art30",
            Status.EVIDENCE_RECORDED,
            Severity.LOW,
            title="Records of processing",
            citation="Regulation (EU) 2016/679, Art. 30",
            why="A record is on file.",
            present=("ROPA entry 114",),
            facts=(role,),
        ),
        assessment(
            "gdpr.art10",
            Status.NOT_TRIGGERED,
            Severity.LOW,
            title="Criminal convictions",
            citation="Regulation (EU) 2016/679, Art. 10",
            why="No criminal data was found.",
        ),
        assessment(
            "gdpr.art8",
            Status.NOT_APPLICABLE,
            Severity.LOW,
            title="Child's consent",
            citation="Regulation (EU) 2016/679, Art. 8",
            why="Consent is not the declared basis.",
            provenance="M",
        ),
    )


def coverage() -> CoverageSummary:
    """Three files lost, one in part, one planned gap."""
    lines = (
        line("2025/broken.parquet", "corrupt"),
        line("2025/secret.parquet", "encrypted"),
        line("logs/old.jsonl", "invalid_json", rows_examined=897, bytes_lost=310),
        line("img/scan-01.png", "opaque", "planned_gap", bytes_lost=0, rows_seen=0),
        line("legacy/latin.csv", "invalid_utf8", "examined", bytes_lost=0, rows_examined=900),
    )
    done = {"done": 96, "partial": 1, "failed": 2, "pending": 0}
    return CoverageSummary(640_000_000, 36_000_310, 412, 2, 1, 182_703, 180_000, done, lines)


def audited(**changes: Any) -> Audited:
    """A whole audit that needs action."""
    made = Audited(
        title="crm_tickets_2025",
        result=Result.ACTION_NEEDED,
        why="2 of 8 obligations need action and 2 need a human decision. 3 files could not be read.",
        gate=Gate("high", 95.0, 1, "5 finding groups at or above high; coverage 94.37 % is below 95 %"),
        datasets=(
            DatasetSummary(
                "crm", "s3://lake/crm", 412, 182_703, 640_000_000, 580_000_000, 37, {"parquet": 400, "jsonl": 12}
            ),
        ),
        coverage=coverage(),
        groups=GROUPS,
        profiles=(
            ColumnProfile(
                "crm",
                "notes",
                "c-000000000001",
                180_000,
                12,
                170_000,
                211.25,
                9_120,
                {"HEALTH_CONDITION": 0.0067, "IP_ADDRESS": 0.0017},
            ),
            ColumnProfile("crm", "tax_id", "c-000000000002", 180_000, 0, 176_000, 11.0, 11, {"US_SSN": 0.9888}),
            ColumnProfile(
                "crm",
                "messages[].content",
                "c-000000000003",
                400_100,
                3,
                399_000,
                512.5,
                88_000,
                {"EMAIL_ADDRESS": 0.003},
            ),
            ColumnProfile("crm", "title", "c-000000000009", 180_000, 44_000, 9_000, 18.75, 120, {}),
        ),
        assessments=_obligations(),
        facts=(
            Fact("role", "controller", "J. Roe", "2026-10-01"),
            Fact("lawful_basis", None),
            Fact("public_release", False, "J. Roe", "2026-10-01"),
        ),
        recipe={
            "id": "full",
            "title": "Everything",
            "language": "en",
            "names": {"engine": "none", "model": ""},
            "limits": {"cell_chars": 200_000},
            "patterns": (),
        },
        ruleset="b1946ac92492d2347c6235b4d2611184",
        key_id="k-51c3",
        detectors=(
            {"id": "presidio.email.v1", "title": "E-mail addresses", "entities": ("EMAIL_ADDRESS",)},
            {"id": "presidio.us_ssn.v1", "title": "US social security numbers", "entities": ("US_SSN",)},
            {
                "id": "rights.copyright.v1",
                "title": "Copyright notices",
                "entities": ("COPYRIGHT_NOTICE", "LICENSE_MARKER", "TDM_OPT_OUT"),
            },
            {"id": "secrets.aws.v1", "title": "AWS keys", "entities": ("SECRET_AWS_KEY",)},
            {"id": "special.health.v1", "title": "Health conditions", "entities": ("HEALTH_CONDITION", "RELIGION")},
        ),
        regimes=(
            {"id": "gdpr", "title": "General Data Protection Regulation", "version": "2026-11"},
            {"id": "ccpa", "title": "California Consumer Privacy Act", "version": "2026-11"},
        ),
        versions={"auditor": "0.1.0", "presidio-analyzer": "2.2.360", "pyarrow": "21.0.0"},
        manifest_sha256="9f2c" * 16,
    )
    return replace(made, **changes)


def run(**changes: Any) -> dict[str, Any]:
    """A ``run.json``."""
    made = {
        "started": "2026-11-22T10:00:00Z",
        "finished": "2026-11-22T10:04:11Z",
        "seconds": 251.2,
        "host": {"cpus": "2"},
    }
    return {
        **made,
        "command": ["auditor", "scan", "s3://lake/crm", "-o", "out"],
        "audit_sha256": "",
        "exit_code": 1,
        **changes,
    }


def many(count: int) -> Audited:
    """An audit with ``count`` finding groups over 500 columns."""
    severities = list(Severity)
    groups = tuple(
        group(
            n,
            column=f"payload.section_{n % 500}.text",
            column_id=f"c-{n % 500:012x}",
            entity=f"ENTITY_{n // 500:02d}",
            severity=severities[n % 5],
            rows=n + 1,
        )
        for n in range(count)
    )
    return audited(groups=groups)
