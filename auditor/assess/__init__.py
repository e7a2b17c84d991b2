"""Pure: evidence, declared facts and a regime become one assessment per obligation, a result and a gate."""

from auditor.assess.judge import assess, assess_all
from auditor.assess.result import gate, overall

__all__ = ["assess", "assess_all", "gate", "overall"]
