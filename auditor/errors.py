"""The exceptions of the auditor, named by how far a fault reaches.

Every message says what is wrong, where, and what to do next. None carries text from the data.
"""


class AuditorError(Exception):
    """The audit cannot go on; the command line prints the message and exits with 2."""


class RuleError(AuditorError):
    """A recipe, regime, detector or facts file is faulty; raised before any data is read.

    ``faults`` holds one ``file:line: what`` string per fault, all of them at once.
    """

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class LockedError(AuditorError):
    """Another run holds the output folder."""


class SourceError(Exception):
    """Part of a source cannot be read: costs that part and becomes a coverage row.

    ``reason`` is a stable code of :data:`auditor.model.REASONS`, never text from the file.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
