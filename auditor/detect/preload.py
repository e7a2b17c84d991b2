"""Imported by the fork server of the engine before it forks: what workers of every recipe need is read once for all."""

from auditor.detect import nlp
from auditor.rules.pattern import pattern_rules
from auditor.rules.terms import columns

nlp.silence()
pattern_rules()
columns()
