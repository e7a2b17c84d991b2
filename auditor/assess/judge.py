"""One obligation against findings, facts and date: pure, and never a verdict on whether the law is kept.

Order: is it law on the day, is the dataset in scope, is it set in motion, is it excepted, is the evidence on file.
What is not known can only make an outcome less favourable.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from auditor.assess.world import Absent, World, listed
from auditor.model import Assessment, Evidence, Fact, Looked, Status, Together
from auditor.rules.condition import Condition
from auditor.rules.facts import Facts
from auditor.rules.facts import schema as fact_schema
from auditor.rules.obligation import Obligation, Proof
from auditor.rules.regime import Regime
from auditor.rules.vocabulary import Vocabulary

_OPEN = (Status.ACTION_NEEDED, Status.NEEDS_REVIEW, Status.EVIDENCE_RECORDED)


@dataclass(frozen=True)
class _Verdict:
    status: Status
    why: str
    grounds: tuple[Condition, ...] = ()  # conditions whose findings are cited


def assess_all(
    regimes: Iterable[Regime],
    evidence: Sequence[Evidence],
    together: Sequence[Together],
    looked: Looked,
    facts: Facts,
    on: date,
    vocabulary: Vocabulary,
) -> tuple[Assessment, ...]:
    """One assessment for every obligation, in the order of the regimes and their files."""
    return tuple(
        assess(obligation, regime, evidence, together, looked, facts, on, vocabulary)
        for regime in regimes
        for obligation in regime.obligations
    )


def assess(
    obligation: Obligation,
    regime: Regime,
    evidence: Sequence[Evidence],
    together: Sequence[Together],
    looked: Looked,
    facts: Facts,
    on: date,
    vocabulary: Vocabulary,
) -> Assessment:
    """What one obligation asks of this dataset on a day, with all that the answer rests on."""
    case = _Case(obligation, regime, World(evidence, together, looked, facts, vocabulary), on)
    verdict = case.verdict()
    concerned = verdict.status in _OPEN
    present, missing = case.proofs() if concerned else ((), ())
    return Assessment(
        id=obligation.id,
        regime=regime.id,
        title=obligation.title,
        status=verdict.status,
        why=verdict.why,
        severity=obligation.severity,
        citation=str(obligation.citation),
        url=obligation.citation.url,
        provenance=str(obligation.provenance),
        warning=obligation.overdue(on),
        evidence=case.cited(verdict.grounds),
        facts=case.relied_on(),
        open=case.undeclared() if verdict.status is Status.NEEDS_REVIEW else (),
        present=tuple(proof.text for proof in present),
        missing=tuple(proof.text for proof in missing),
        actions=tuple(action.text for action in obligation.actions) if concerned else (),
        deadline=str(obligation.deadline),
        penalty=str(regime.penalties[obligation.penalty]) if obligation.penalty else "",
        judgement=obligation.judgement,
        version=regime.version,
    )


@dataclass(frozen=True)
class _Case:
    duty: Obligation
    regime: Regime
    world: World
    on: date

    def verdict(self) -> _Verdict:
        """The first step of the order that settles the matter."""
        return self._law() or self._out_of_scope() or self._quiet() or self._doubt() or self._excepted() or self._met()

    def _law(self) -> _Verdict | None:
        on, span = self.on, self.duty.in_force
        if self.duty.law_status == "proposed":
            return _Verdict(Status.NOT_APPLICABLE, "This is a proposal, not law.")
        if on < span.from_:
            return _Verdict(Status.NOT_APPLICABLE, f"It applies from {span.from_}, after the day of this audit.")
        if span.to is not None and on > span.to:
            return _Verdict(Status.NOT_APPLICABLE, f"It applied until {span.to}, before the day of this audit.")
        return None

    def _out_of_scope(self) -> _Verdict | None:
        if self.world.truth(self._scope) is False:
            return _Verdict(
                Status.NOT_APPLICABLE, f"Out of scope by the declared facts: {self._declared(self._scope)}."
            )
        return None

    def _quiet(self) -> _Verdict | None:
        """Not set in motion: by a declared fact, after looking everywhere, or for want of looking."""
        trigger, world = self._trigger, self.world
        if world.truth(trigger, Absent.TRUE) is False:
            return _Verdict(Status.NOT_APPLICABLE, self._ruled_out())
        truth = world.truth(trigger)
        if truth is not True and self.duty.review_when and world.truth(self.duty.review_when):
            return _Verdict(Status.NEEDS_REVIEW, self._hedged(self.duty.review_text), (self.duty.review_when,))
        if truth is False:
            return _Verdict(Status.NOT_TRIGGERED, self._nothing())
        if truth is None and world.truth(trigger, Absent.FALSE) is False:
            return _Verdict(Status.NOT_CHECKED, f"{self._little()}, but {'; '.join(world.unseen([trigger]))}.")
        return None

    def _doubt(self) -> _Verdict | None:
        """Set in motion, or perhaps; a person must settle which."""
        trigger = self._trigger
        if self.world.truth(trigger) is None:
            return _Verdict(Status.NEEDS_REVIEW, self._hedged(self._open(trigger)), (trigger,))
        if self.world.truth(self._scope) is None:
            return _Verdict(Status.NEEDS_REVIEW, self._hedged(self._cause()), (trigger,))
        return None

    def _excepted(self) -> _Verdict | None:
        claimed = [e for e in self.duty.exceptions if self.world.truth(e.when)]
        for exemption in claimed:
            if exemption.self_executing:
                return _Verdict(Status.NOT_APPLICABLE, f"Excepted ({exemption.citation}): {exemption.text}.")
        if claimed:
            words = "; ".join(f"{e.text} ({e.citation})" for e in claimed)
            return _Verdict(Status.NEEDS_REVIEW, f"{self._cause()} An exception is claimed: {words}.", (self._trigger,))
        return None

    def _met(self) -> _Verdict:
        """Set in motion for certain: what the evidence on file makes of it."""
        present, missing = self.proofs()
        fail = self.duty.hard_fail
        failed = self.world.truth(fail) if fail else False
        grounds = (self._trigger, fail) if fail and failed else (self._trigger,)
        guidance = self.duty.law_status == "guidance"
        if missing or failed:
            said = [_missing(missing)] if missing else []
            said += [f"Hard limit: {self.duty.hard_fail_text}."] if failed else []
            said += ["This is guidance, not law."] if guidance else []
            status = Status.NEEDS_REVIEW if guidance else Status.ACTION_NEEDED
            return _Verdict(status, " ".join([self._cause(), *said]), grounds)
        on_file = f"On file: {'; '.join(proof.text for proof in present)}." if present else ""
        if failed is None and fail:
            doubt = f"It could not be ruled out that {self.duty.hard_fail_text}: {self._open(fail)}"
            return _Verdict(Status.NEEDS_REVIEW, " ".join(filter(None, [self._cause(), on_file, doubt])), grounds)
        if self.duty.judgement or guidance:
            words = filter(None, [self._cause(), on_file, "Whether that suffices is for a person to judge."])
            return _Verdict(Status.NEEDS_REVIEW, " ".join(words), grounds)
        return _Verdict(Status.EVIDENCE_RECORDED, f"{self._cause()} {on_file}", grounds)

    @cached_property
    def _scope(self) -> Condition:
        return self.regime.scope_of(self.duty)

    @cached_property
    def _trigger(self) -> Condition:
        return self.regime.trigger_of(self.duty)

    def _hedged(self, text: str) -> str:
        """``text``, after saying that the scope is open where it is."""
        if self.world.truth(self._scope) is not None:
            return text
        unknown = listed(self.world.undeclared(self._scope))
        return f"Whether this applies is not declared ({unknown}). {text}"

    def _declared(self, condition: Condition) -> str:
        return listed([key for key in condition.facts if self.world.facts.get(key).value is not None])

    def _ruled_out(self) -> str:
        declared = self._declared(self._trigger)
        if declared:
            return f"Ruled out by the declared facts: {declared}."
        return f"Nothing is declared that would set it in motion ({listed(self._trigger.facts)})."

    def _little(self) -> str:
        return "Too little was found to set it in motion" if self.cited((self._trigger,)) else "Nothing was found"

    def _nothing(self) -> str:
        text = f"Nothing that sets it in motion was found in {self.world.looked.rows:,} rows."
        other = self.world.overlooked(self._trigger)
        return f"{text} Not looked for: {listed(other, 3)}." if other else text

    def _open(self, condition: Condition) -> str:
        """Why the truth of a condition is not known."""
        said = []
        if self.world.weaker(condition):
            most = self.world.possibly_beside(condition)
            said.append(
                f"whole columns stand beside one another, in at most {most:,} rows"
                if most
                else "only findings too weak or too few to decide were made"
            )
        unknown = self.world.undeclared(condition)
        if unknown:
            said.append(f"not declared: {listed(unknown)}")
        text = "; ".join(said or self.world.unseen([condition]))
        return f"{text[:1].upper()}{text[1:]}."

    def _cause(self) -> str:
        """What set the obligation in motion, with counts of findings."""
        counts: Counter[str] = Counter()
        rows: Counter[str] = Counter()
        for row in self.cited((self._trigger,)):
            counts[row.entity] += row.findings
            rows[row.entity] += row.rows
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        found = listed([f"{entity} ({count:,})" for entity, count in ranked if count])
        columns = listed([f"{entity} ({rows[entity]:,} rows)" for entity, count in ranked if not count])
        facts = self._declared(self._trigger)
        said = [f"findings of {found}"] * bool(found) + [f"columns of {columns}"] * bool(columns)
        causes = [f"{' and '.join(said)}{self._beside()}"] if said else []
        causes += [f"the declared facts {facts}"] if facts else []
        return f"Set in motion by {' and '.join(causes)}." if causes else "It always applies."

    def _beside(self) -> str:
        rows, classes = self.world.beside(self._trigger)
        if not rows:
            return ""
        most = self.world.possibly_beside(self._trigger)
        up_to = f" and at most {most:,}" if most > rows else ""
        return f" (in at least {rows:,}{up_to} rows beside data of kind {listed(classes)})"

    def cited(self, grounds: tuple[Condition, ...]) -> tuple[Evidence, ...]:
        """Findings of the given conditions, without weak ones where there are better."""
        wanted = self.world.words.expand(name for condition in grounds for name in self._kinds(condition))
        rows = [e for e in self.world.evidence if e.entity in wanted]
        return tuple([e for e in rows if e.band != "weak"] or rows)

    def _kinds(self, condition: Condition) -> tuple[str, ...]:
        """Classes and entities a condition turns on: for a trigger its own before the presupposed ones."""
        own = self.duty.trigger.matter if condition == self._trigger else ()
        return own or condition.matter

    def relied_on(self) -> tuple[Fact, ...]:
        """Every fact the obligation asks for, unknown ones too."""
        conditions = [self._scope, self._trigger, *self.duty.conditions().values()]
        keys = [key for condition in conditions for key in condition.facts]
        keys += [key for proof in self.duty.evidence for key in proof.facts]
        return tuple(self.world.facts.get(key) for key in dict.fromkeys(keys))

    def undeclared(self) -> tuple[str, ...]:
        """Facts nobody declared that decide scope or trigger."""
        keys = dict.fromkeys((*self._scope.facts, *self._trigger.facts))
        return tuple(key for key in keys if self.world.facts.get(key).value is None)

    def proofs(self) -> tuple[tuple[Proof, ...], tuple[Proof, ...]]:
        """Items of evidence on file, and those missing."""
        held = {proof.id: any(self._holds(proof, key) for key in proof.facts) for proof in self.duty.evidence}
        present = tuple(proof for proof in self.duty.evidence if held[proof.id])
        return present, tuple(proof for proof in self.duty.evidence if not held[proof.id])

    def _holds(self, proof: Proof, key: str) -> bool:
        value = self.world.facts.get(key).value
        if fact_schema().all()[key].type == "date" and value is not None and value > self.on.isoformat():
            return False  # what lies ahead is not yet on file
        if isinstance(proof.check, dict):
            test = Condition.model_validate({"fact": key, "in": proof.check["in"]})
            return self.world.truth(test) is True
        if proof.check == "yes":
            return value is True
        return value is not None if proof.check == "known" else bool(value)


def _missing(missing: tuple[Proof, ...]) -> str:
    decisive = [proof.text for proof in missing if proof.blocking]
    other = [proof.text for proof in missing if not proof.blocking]
    said = [f"Missing and decisive: {'; '.join(decisive)}."] if decisive else []
    said += [f"Missing: {'; '.join(other)}."] if other else []
    return " ".join(said)
