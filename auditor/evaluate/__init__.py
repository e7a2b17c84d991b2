"""How good the detectors are: their own cases (:mod:`.cases`), and scores against labelled texts.

``evaluate(records, recipe, threshold)`` counts, :func:`read` reads the common formats of labelled texts. Both go the
way of a scan: ``detect.build``, ``cells.run``, ``overlap.resolve``.
"""

from auditor.evaluate.labelled import Fault, Label, LabelError, Labelled
from auditor.evaluate.read import FORMATS, read
from auditor.evaluate.report import HOWS, Error, Report, Row, Table
from auditor.evaluate.run import Names, evaluate
from auditor.evaluate.score import Score, wilson

__all__ = [
    "FORMATS",
    "HOWS",
    "Error",
    "Fault",
    "Label",
    "LabelError",
    "Labelled",
    "Names",
    "Report",
    "Row",
    "Score",
    "Table",
    "evaluate",
    "read",
    "wilson",
]
