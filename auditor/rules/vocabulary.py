"""``recipes/entities.yaml``: one vocabulary of entities with their class, legal letters, terms and severity."""

from collections.abc import Iterable
from functools import cache, cached_property
from typing import Literal

from pydantic import Field

from auditor import assets
from auditor.model import Severity
from auditor.rules.load import Rule, load

Class = Literal[
    "direct", "online", "natid", "fin", "quasi", "geo", "comms", "secret", "crim", "child",
    "special.health", "special.genetic", "special.biometric", "special.race", "special.political",
    "special.religion", "special.union", "special.sex", "ip.copyright", "ip.licence", "ip.optout", "ip.work",
]  # fmt: skip


class Entity(Rule):
    """One entity name: what it is in law and in the public vocabularies (DPV, fides), and how it is treated."""

    title: str
    class_: Class = Field(alias="class")
    also: tuple[Class, ...] = Field(default=(), description="further classes: a patient's number also identifies")
    gdpr: str = ""
    ccpa: str = ""
    ccpa_sensitive: str = ""
    dpv: str = ""
    fides: str = ""
    severity: Severity
    canonical: Literal["casefold", "digits", "alnum", "exact"] = "casefold"
    expected: bool = Field(default=True, description="whether a scan of its class must have a detector of it")
    source: str

    def within(self, wanted: str) -> bool:
        """Whether one of its classes is the wanted one or lies within it."""
        return any(is_class(class_, wanted) for class_ in (self.class_, *self.also))


class Vocabulary(Rule):
    """All entities by name."""

    entities: dict[str, Entity]

    @cached_property
    def classes(self) -> dict[str, frozenset[str]]:
        """Entities by class; ``special`` stands for every ``special.*``, ``pd`` for all but ``ip.*`` and secrets."""
        full = {class_ for entity in self.entities.values() for class_ in (entity.class_, *entity.also)}
        names = full | {class_.split(".")[0] for class_ in full} | {"pd"}
        return {wanted: frozenset(n for n, e in self.entities.items() if e.within(wanted)) for wanted in names}

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Names of classes and entities alike: what a rule may ask for."""
        return frozenset(self.classes) | frozenset(self.entities)

    def of_class(self, wanted: str) -> frozenset[str]:
        """Entities of a class, see :attr:`classes`; an unknown class has none."""
        return self.classes.get(wanted, frozenset())

    def expand(self, names: Iterable[str]) -> frozenset[str]:
        """Entities meant by a list of class and entity names; unknown names give nothing."""
        return frozenset().union(*({name} if name in self.entities else self.of_class(name) for name in names))


def is_class(class_: str, wanted: str) -> bool:
    """Whether a class is the wanted one or lies within it."""
    if wanted == "pd":
        return not class_.startswith("ip.") and class_ != "secret"
    return class_ == wanted or class_.startswith(f"{wanted}.")


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary."""
    return load(assets.recipes() / "entities.yaml", Vocabulary)
