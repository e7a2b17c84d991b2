"""One duty of a law as data: where it stands, what sets it in motion, what shows that it is met, what to do."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from auditor.model import Severity
from auditor.rules.condition import ALWAYS, Condition, Value
from auditor.rules.load import Rule

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]


class Citation(Rule):
    """Where the duty stands: what a lawyer would write, and the official text."""

    text: str
    pinpoint: str = ""
    url: str = Field(pattern=r"^https://")

    def __str__(self) -> str:
        return f"{self.text} ({self.pinpoint})" if self.pinpoint else self.text


class Provenance(Rule):
    """How far the rule was checked: V against the primary text, S against a secondary one, M from memory."""

    mark: Literal["V", "S", "M"]
    source: str
    checked: date
    review_by: date

    @model_validator(mode="after")
    def _order(self) -> "Provenance":
        if self.review_by <= self.checked:
            raise ValueError("'review_by' must lie after 'checked'")
        return self

    def __str__(self) -> str:
        return f"{self.mark}({self.source}), checked {self.checked}, review by {self.review_by}"


class InForce(Rule):
    """First day and, where known, last day on which the rule applies."""

    from_: date = Field(alias="from")
    to: date | None = None

    @model_validator(mode="after")
    def _order(self) -> "InForce":
        if self.to is not None and self.to < self.from_:
            raise ValueError("'to' lies before 'from'")
        return self


class Exemption(Rule):
    """A way out that somebody may claim; only a self-executing one needs no person to judge it."""

    id: Id
    when: Condition
    text: str
    citation: str
    self_executing: bool = False


class Proof(Rule):
    """One item of evidence: a declared fact, or others that do as well, and what is asked of it."""

    id: Id
    fact: str
    or_: tuple[str, ...] = Field(default=(), alias="or")
    check: Literal["known", "present", "yes"] | dict[Literal["in"], tuple[Value, ...]] = "present"
    text: str
    blocking: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """Keys of the facts of which any one shows it."""
        return (self.fact, *self.or_)


class Deadline(Rule):
    """By when: before something, within a time from something, on a date, at once, or always."""

    kind: Literal["before", "duration", "date", "at_once", "standing"]
    value: str = ""
    from_: str = Field(default="", alias="from")

    @model_validator(mode="after")
    def _complete(self) -> "Deadline":
        if self.kind in ("before", "duration", "date") and not self.value:
            raise ValueError(f"a deadline of kind {self.kind} needs a 'value'")
        if self.kind == "date":
            date.fromisoformat(self.value)
        return self

    def __str__(self) -> str:
        start = f" from {self.from_}" if self.from_ else ""
        return {
            "before": f"before {self.value}",
            "duration": f"within {self.value}{start}",
            "date": f"by {self.value}",
            "at_once": "at once",
            "standing": "at all times",
        }[self.kind]


class Penalty(Rule):
    """What the law provides at most. ``adjusted`` is the amount after indexation, as of a day."""

    base: str
    adjusted: str = ""
    as_of: date | None = None
    citation: str

    def __str__(self) -> str:
        adjusted = f"; adjusted {self.adjusted} as of {self.as_of}" if self.adjusted else ""
        return f"up to {self.base}{adjusted} ({self.citation})"


class Action(Rule):
    """What to do about it; ``target`` names classes or entities, or ``dataset``."""

    id: Id
    op: Literal["redact", "drop", "pseudonymise", "quarantine", "rotate", "document", "notify", "restrict"]
    target: tuple[str, ...] = ("dataset",)
    text: str


class Obligation(Rule):
    """One duty. ``review_when`` holds where the trigger does not, yet a person must look all the same."""

    id: Id
    title: str
    citation: Citation
    provenance: Provenance
    law_status: Literal["in_force", "future", "proposed", "guidance"] = "in_force"
    in_force: InForce
    scope: Condition | None = None
    trigger: Condition = ALWAYS
    standalone: bool = Field(default=False, description="without what the regime presupposes")
    review_when: Condition | None = None
    review_text: str = ""
    exceptions: tuple[Exemption, ...] = ()
    evidence: tuple[Proof, ...] = ()
    hard_fail: Condition | None = None
    hard_fail_text: str = ""
    judgement: bool = False
    severity: Severity
    deadline: Deadline
    penalty: str = Field(default="", description="key of the regime's penalties")
    actions: tuple[Action, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "Obligation":
        if bool(self.review_when) != bool(self.review_text) or bool(self.hard_fail) != bool(self.hard_fail_text):
            raise ValueError("'review_when' and 'hard_fail' each need their '_text', and the text the condition")
        if not (self.evidence or self.judgement):
            raise ValueError("an obligation without evidence needs 'judgement: true'")
        if self.scope is not None and self.scope.on_findings:
            raise ValueError("'scope' depends on declared facts only")
        if any(e.when.on_findings for e in self.exceptions):
            raise ValueError("'exceptions' depend on declared facts only: a finding never excuses")
        deciding = [c for c in (self.trigger, self.hard_fail) if c is not None]
        if any(leaf.min_score == "weak" for condition in deciding for leaf in condition.walk()):
            raise ValueError("weak findings decide nothing: 'min_score: weak' belongs in 'review_when'")
        if self.law_status == "future" and self.in_force.from_ <= self.provenance.checked:
            raise ValueError("'future' law must come into force after it was checked")
        return self

    def overdue(self, on: date) -> str:
        """What a reader must be warned of on a day past the rule's date of review; empty before."""
        if on <= self.provenance.review_by:
            return ""
        return (
            f"This rule was to be reviewed by {self.provenance.review_by}: the law may have changed since. Read the"
            " source before you rely on it."
        )

    def conditions(self) -> dict[str, Condition]:
        """Every condition of its own, by field."""
        own = {
            "scope": self.scope, "trigger": self.trigger, "review_when": self.review_when, "hard_fail": self.hard_fail,
        }  # fmt: skip
        named = {key: value for key, value in own.items() if value is not None}
        return named | {f"exceptions.{i}.when": e.when for i, e in enumerate(self.exceptions)}
