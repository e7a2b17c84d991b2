"""Lyrics, known by the headings of their sections: ``[Verse 1]``, ``[Chorus]``; ``recipes/reservations/lyrics.yaml``.

A heading stands alone on its line and the line after it is no ``key = value``. Two headings close to one another of
which one stands in songs only are a finding, from the first of a song to its last.
"""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from auditor.detect import gates
from auditor.detect.info import DetectorInfo
from auditor.detect.prefilter import Need
from auditor.detect.texts import Deadline, Span, TextDetector
from auditor.rules.recipe import Recipe
from auditor.rules.reservations import LyricsFile, lyrics

ID = "rights.lyrics_sections.v1"
ENTITY = "PUBLISHED_WORK"
APART = 1500
"""Most characters between two headings of a song."""
SURE, LIKELY = 0.8, 0.6
"""Scores: two different headings that stand in songs only, or three headings; two."""
_FEWEST = 3
_FEW = 16  # characters before a heading that are looked at
_BEFORE = re.compile(r"(?:\A|[\n\r\"'>]|\\n)[ \t]*\Z")


class LyricsDetector(TextDetector):
    """One finding for every song."""

    id = ID
    entities = frozenset({ENTITY})

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        names = (*self._file.telling, *self._file.others)
        self.need = Need(r"[\[(]\pL", (rf"[\[(](?:{'|'.join(map(gates.coded, names))})",), folds=True)

    @cached_property
    def _file(self) -> LyricsFile:
        return lyrics()

    @cached_property
    def _heading(self) -> Any:
        names = sorted((*self._file.telling, *self._file.others), key=len, reverse=True)
        forms = "|".join(re.escape(form) for name in names for form in (name, name.upper()))
        number = r"(?:[ \t]*(?:[0-9]{1,2}|[IVX]{1,4}|[A-D])(?:[ \t]?[x×][ \t]?[0-9])?)?"
        said = r"(?:[ \t]*[:–-][ \t]*[^\[\]()\n\r\\]{1,80})?"
        inner = rf"(?P<name>{forms}){number}{said}[ \t]*"
        setting = r"(?![\r\n]+[ \t]*[\w.-]+[ \t]*[=:]\S|[\r\n]+[ \t]*[\w.-]+[ \t]+=|[\r\n]+[ \t]*[\w.-]+:[ \t])"
        other = inner.replace("P<name>", "P<other>")
        return re.compile(rf"(?:\[{inner}\]|\({other}\))[ \t]*(?=[\n\r<]|\\n|\\r|\Z){setting}")

    @cached_property
    def _telling(self) -> frozenset[str]:
        return frozenset(name.lower() for name in self._file.telling)

    def spans(self, text: str) -> Iterator[Span]:
        """See the base."""
        deadline, song = Deadline(self._seconds), list[Any]()
        for match in self._heading.finditer(text):
            deadline.check()
            if not _BEFORE.search(text[max(0, match.start() - _FEW) : match.start()]):
                continue
            if song and match.start() - song[-1].end() > APART:
                yield from self._judged(song)
                song = []
            song.append(match)
        yield from self._judged(song)

    def _judged(self, song: list[Any]) -> Iterator[Span]:
        names = {(match["name"] or match["other"]).lower() for match in song}
        telling = names & self._telling
        if len(song) < 2 or not telling:
            return
        score = SURE if len(telling) > 1 or len(song) >= _FEWEST else LIKELY
        detail = json.dumps({"kind": "lyrics_section", "sections": len(song)}, sort_keys=True)
        yield Span(song[0].start(), _end(song[-1]), ENTITY, score, detail)


def _end(match: Any) -> int:
    """Where a heading ends, without the blanks after it."""
    return int(match.start() + len(match[0].rstrip()))


def detectors(recipe: Recipe) -> Iterable[LyricsDetector]:
    """The one there is."""
    return [LyricsDetector(recipe.limits.pattern_seconds)]


def catalogue(recipe: Recipe) -> Iterable[DetectorInfo]:  # noqa: ARG001 - the same for every recipe
    """What ``auditor explain`` says of it."""
    return [
        DetectorInfo(
            id=ID,
            title="Lyrics with headings of sections",
            entities=(ENTITY,),
            engine="terms",
            facts=("Two headings at least, alone on their lines; recipes/reservations/lyrics.yaml lists them.",),
            false_positives="Songs that anybody may use.",
        )
    ]
