"""Short ways to say what was found, how far the scan looked, and what was declared."""

from auditor.model import Evidence, Fact, Looked, Together
from auditor.rules.facts import Facts, schema
from auditor.rules.vocabulary import vocabulary


def evidence(**rows: int):
    """``PERSON=3`` strong findings, ``PERSON__weak=3`` of another band."""
    found = []
    for name, count in rows.items():
        entity, _, band = name.partition("__")
        found.append(Evidence("d", "text", "c1", entity, band or "strong", count, count))
    return found


def together(pairs: dict[str, int | str]):
    """``{"direct special": 3}`` rows in common, ``"0 to 3"`` between so many and so many."""
    found = []
    for pair, rows in pairs.items():
        least, _, most = str(rows).partition(" to ")
        found.append(Together(*pair.split(), int(least), int(most or least)))
    return found


def looked(rows: int = 1000, *, lost: bool = False, gaps: tuple[str, ...] = (), without: tuple[str, ...] = ()):
    return Looked(rows, lost, gaps, frozenset(vocabulary().entities) - set(without))


def facts(**given: object) -> Facts:
    rules = schema().all()
    declared = {key: Fact(key, rules[key].parse(value)) for key, value in given.items() if value is not None}
    return Facts("", declared)
