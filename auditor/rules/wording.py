"""Conditions of regimes in plain words, for people who read a rule without its file."""

from collections.abc import Callable, Iterable

from auditor.rules.condition import Condition, Value
from auditor.rules.facts import schema


def words(condition: Condition) -> str:
    """What a condition asks, in words; classes, entities and facts under their own names."""
    return _say(condition, within="")


def _say(condition: Condition, within: str) -> str:
    if condition.all_ is not None:
        return _joined(condition.all_, "and", within)
    if condition.any_ is not None:
        return _joined(condition.any_, "or", within)
    if condition.not_ is not None:
        return f"not ({_say(condition.not_, '')})"
    return "always" if condition.always else _test(condition)


def _joined(children: Iterable[Condition], word: str, within: str) -> str:
    """Children joined, in brackets where another word joins the whole with something else."""
    said = [_say(child, word) for child in children if not (child.always and word == "and")]
    text = f" {word} ".join(said)
    return f"({text})" if within not in ("", word) and len(said) > 1 else text


def _test(condition: Condition) -> str:
    if condition.found is not None:
        return f"findings of {either(condition.found)}{_measure(condition)}"
    if condition.together is not None:
        return f"{condition.together[0]} beside {condition.together[1]} in one row{_measure(condition)}"
    return f"{condition.fact} {_asked(condition)}"


def _measure(condition: Condition) -> str:
    """The threshold, where it is not the usual one: one row, worth a person's look."""
    said = {"weak": ["weak ones included"], "review": [], "strong": ["strong ones only"]}[condition.min_score]
    said += [f"in at least {condition.min_rows:,} rows"] if condition.min_rows > 1 else []
    said += [f"in at least {condition.min_share:.3g} of the rows"] if condition.min_share else []
    return f" ({', '.join(said)})" if said else ""


def _asked(condition: Condition) -> str:
    rule = schema().all().get(condition.fact or "")
    verb = "lists" if rule is not None and rule.type == "list" else "is"
    asked: tuple[tuple[object, Callable[[], str]], ...] = (
        (condition.known, lambda: "is declared"),
        (condition.at_least, lambda: f"{verb} at least {condition.at_least}"),
        (condition.before, lambda: f"is before {condition.before}"),
        (condition.in_, lambda: f"{verb} {either(map(value_words, condition.in_ or ()))}"),
    )
    return next((say() for given, say in asked if given), f"{verb} {value_words(condition.is_)}")


def value_words(value: Value | None) -> str:
    """A value that a fact may have, as it is written in ``dataset.yaml``."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def either(names: Iterable[str]) -> str:
    """Names as alternatives: ``a, b or c``."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
