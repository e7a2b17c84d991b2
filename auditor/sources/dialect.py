"""How a delimited text is written: its delimiter, and whether the first record names the columns. Pure."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

DELIMITERS = (",", "\t", ";", "|")
SAMPLE = 1 << 16
"""Characters that decide."""
_RECORDS = 200
_VALUE = re.compile(r"@|\d{6,}|^[-+]?[\d.,:/ -]*\d[\d.,:/ -]*$")


@dataclass(frozen=True)
class Vote:
    """How well one delimiter explains a sample: ``share`` of the records have ``width`` fields."""

    delimiter: str
    share: float
    width: int
    records: int


def records(sample: str, delimiter: str, count: int = _RECORDS) -> list[list[str]]:
    """The first records of a sample that are not blank; the last of them may be cut where the sample is."""
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline="\n"), delimiter=delimiter):
            if record:
                found.append(record)
            if len(found) == count:
                break
    except csv.Error:
        pass
    return found


def vote(sample: str, cut: bool, preferred: str = ",") -> Vote:
    """The delimiter that gives the most records the same number of fields, two at least; else ``preferred``."""
    votes = []
    for delimiter in sorted(DELIMITERS, key=lambda one: one != preferred):
        found = records(sample[:SAMPLE], delimiter)
        if (cut or len(sample) > SAMPLE) and 1 < len(found) < _RECORDS:
            found.pop()
        widths = Counter(len(record) for record in found)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        if width > 1:
            votes.append(Vote(delimiter, count / len(found), width, len(found)))
    return max(votes, key=lambda one: (round(one.share, 1), one.width), default=Vote(preferred, 0.0, 1, 0))


def header(first: list[str]) -> bool:
    """Whether a record names columns: unique words, none of them a value. An index column may have no name."""
    names = [name.strip() for name in first]
    plain = all(name for name in names[1:]) and any(names) and len(set(names)) == len(names)
    return plain and not any(len(name) > 200 or _VALUE.search(name) for name in names)


def looks_delimited(sample: str, cut: bool) -> bool:
    """Whether a text of unknown kind is surely a table: three records and all of one width; prose and code are not."""
    best = vote(sample, cut)
    if best.records < 3 or best.share < 1.0:
        return False
    if best.delimiter == ",":
        return best.width > 2 and sample.count(", ") * 2 < sample.count(",")
    return best.delimiter == "\t" or best.width > 2
