"""Laws of the logic, and of assessment over the shipped regimes."""

from dataclasses import replace
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from world_factory import facts

from auditor.assess import assess_all
from auditor.model import Evidence, Looked, Status, Together
from auditor.rules.facts import schema
from auditor.rules.regime import regimes
from auditor.rules.truth import every, negate, some
from auditor.rules.vocabulary import vocabulary

VALUES = (True, None, False)
ON = date(2026, 11, 21)
ENTITIES = ["PERSON", "US_SSN", "UK_NHS", "HEALTH_CONDITION", "RELIGION", "CRIMINAL_RECORD", "CHILD_DATA", "URL",
            "BIRTH_DATE", "CREDIT_CARD", "SECRET_JWT", "IP_ADDRESS"]  # fmt: skip
CLASSES = sorted({vocabulary().entities[name].class_ for name in ENTITIES})

rows = st.integers(1, 50)
findings = st.builds(
    lambda entity, band, n: Evidence("d", "text", "c", entity, band, n, n),
    st.sampled_from(ENTITIES),
    st.sampled_from(["weak", "review", "strong"]),
    rows,
)
pairs = st.builds(
    lambda a, b, n: Together(min(a, b), max(a, b), n), st.sampled_from(CLASSES), st.sampled_from(CLASSES), rows
)
without = st.sets(st.sampled_from(ENTITIES), max_size=2)
looks = st.builds(
    lambda n, lost, gaps, less: Looked(n, lost, tuple(gaps), frozenset(vocabulary().entities) - less),
    st.sampled_from([0, 1000]),
    st.booleans(),
    st.lists(st.just("opaque"), max_size=1),
    without,
)


def _answers():
    yes_no = [key for key, rule in schema().all().items() if rule.type == "yes/no"]
    choices = [(key, list(rule.values)) for key, rule in schema().all().items() if rule.type == "choice"]
    lists = [(key, list(rule.values)) for key, rule in schema().all().items() if rule.type == "list" and rule.values]
    keys = {key: st.booleans() for key in yes_no}
    keys |= {key: st.sampled_from(values) for key, values in choices}
    keys |= {key: st.lists(st.sampled_from(values), max_size=3, unique=True) for key, values in lists}
    return st.fixed_dictionaries({}, optional=keys).map(lambda given: facts(**given))


def statuses(evidence, together, look, declared):
    results = assess_all(regimes().values(), evidence, together, look, declared, ON, vocabulary())
    return {r.id: r.status for r in results}


@settings(max_examples=60, deadline=None)
@given(st.lists(findings, max_size=4), st.lists(pairs, max_size=2), findings, looks, _answers())
def test_one_more_finding_never_makes_it_not_triggered(evidence, together, more, look, declared):
    before = statuses(evidence, together, look, declared)
    after = statuses([*evidence, more], together, look, declared)
    assert not [i for i in after if after[i] is Status.NOT_TRIGGERED and before[i] is not Status.NOT_TRIGGERED]


@settings(max_examples=60, deadline=None)
@given(st.lists(findings, max_size=4), st.lists(pairs, max_size=2), looks, _answers())
def test_lost_coverage_never_gives_not_triggered(evidence, together, look, declared):
    after = statuses(evidence, together, replace(look, lost=True), declared)
    assert Status.NOT_TRIGGERED not in after.values()


@settings(max_examples=30, deadline=None)
@given(looks, _answers())
def test_what_nobody_looked_for_is_never_not_triggered(look, declared):
    after = statuses([], [], replace(look, entities=frozenset()), declared)
    assert Status.NOT_TRIGGERED not in after.values()


@settings(max_examples=40, deadline=None)
@given(st.lists(findings, max_size=4), st.lists(pairs, max_size=2), looks, _answers())
def test_what_needs_judgement_and_open_scope_never_count_as_recorded(evidence, together, look, declared):
    results = assess_all(regimes().values(), evidence, together, look, declared, ON, vocabulary())
    recorded = {r.id for r in results if r.status is Status.EVIDENCE_RECORDED}
    for regime in regimes().values():
        open_scope = regime.scope.truth(lambda leaf: leaf.declared(lambda key: declared.get(key).value)) is None
        assert not [o.id for o in regime.obligations if o.id in recorded and (o.judgement or open_scope)]


weak = st.builds(lambda entity, n: Evidence("d", "text", "c", entity, "weak", n, n), st.sampled_from(ENTITIES), rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(weak, min_size=1, max_size=6), looks, _answers())
def test_weak_findings_alone_raise_nothing_above_a_review(evidence, look, declared):
    without, with_weak = statuses([], [], look, declared), statuses(evidence, [], look, declared)
    settled = {Status.ACTION_NEEDED, Status.EVIDENCE_RECORDED}
    assert not [i for i, status in with_weak.items() if status in settled and without[i] is not status]


@settings(max_examples=40, deadline=None)
@given(st.lists(findings, max_size=4), st.lists(pairs, max_size=2), looks, _answers())
def test_proposals_are_never_evaluated_and_guidance_never_asks_for_action(evidence, together, look, declared):
    after = statuses(evidence, together, look, declared)
    duties = [duty for regime in regimes().values() for duty in regime.obligations]
    assert {after[d.id] for d in duties if d.law_status == "proposed"} == {Status.NOT_APPLICABLE}
    assert not {after[d.id] for d in duties if d.law_status == "guidance"} & {
        Status.ACTION_NEEDED,
        Status.EVIDENCE_RECORDED,
    }


def test_kleene():
    assert [negate(v) for v in VALUES] == [False, None, True]
    for a, b, c in product(VALUES, repeat=3):
        assert every([a, b]) == every([b, a])
        assert every([a, every([b, c])]) == every([a, b, c])
        assert negate(every([a, b])) == some([negate(a), negate(b)])
        assert every([a, some([b, c])]) == some([every([a, b]), every([a, c])])
    for a in VALUES:
        assert negate(negate(a)) is a
        assert every([a, True]) is a
        assert some([a, False]) is a
        assert every([a, False]) is False
        assert some([a, True]) is True
    assert every([]) is True
    assert some([]) is False
