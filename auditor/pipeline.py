"""The life of one audit, stage by stage: read this first.

    prepare   recipe, facts, key and detectors are checked before any data is read
    discover  targets become files, files become fragments: the manifest
    scan      workers turn every fragment into one immutable record
    index     the records become a database
    conclude  the database, the facts and the regimes become assessments and a report

Every stage can be run again: what is done and unchanged is skipped.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import auditor
from auditor import assess, detect, report, server, sources
from auditor.assess.result import gate, meant_columns, overall
from auditor.detect.nlp import check_names
from auditor.engine import Engine, Lost
from auditor.engine.local import Local
from auditor.errors import AuditorError
from auditor.key import key_id, load_key
from auditor.model import Ack, Audited, Fact, Fragment, Part, RunInfo, SourceFile
from auditor.report.build import build as build_report
from auditor.report.build import dumps
from auditor.report.mask import mask_name, name_id
from auditor.rules import columns as column_rules
from auditor.rules import facts as facts_rules
from auditor.rules.check import check_recipe
from auditor.rules.facts import Facts
from auditor.rules.recipe import Recipe
from auditor.rules.regime import Regime, load_regime
from auditor.rules.vocabulary import vocabulary
from auditor.store import database
from auditor.store.database import Database, NameSpan
from auditor.store.folder import Folder, write_atomic
from auditor.store.manifest import Dataset, Manifest, Plan, Skip
from auditor.store.record import read_footer, record_name, storable
from auditor.worker import NAMES, PlanFile, ScanFragment, fragment_id

_LIBRARIES = ("presidio-analyzer", "spacy", "regex", "phonenumbers", "tldextract", "pyarrow", "duckdb", "python-stdnum",
              "py3langid")  # fmt: skip
_NAMES_AT_ONCE = 2_000
_TRY_AGAIN = frozenset(
    {"io_error", "denied", "vanished", "changed", "deadline", "memory_cap", "decoder_crash", "internal_error"}
)
"""Reasons that may have passed by the next run; such fragments are scanned again."""
_SAYS_NOTHING_OF_FINDINGS = {"title", "description", "regimes", "fail_on", "min_coverage", "severity", "files"}


@dataclass(frozen=True)
class Progress:
    """Where the run stands; ``bytes`` of the source on disk."""

    stage: str
    done: int
    total: int
    rows: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Job:
    """What the user asked for, checked."""

    targets: tuple[str, ...]
    recipe: Recipe
    facts: Facts
    regimes: tuple[Regime, ...]
    key: bytes
    jobs: int
    on: date
    ruleset: str  # fingerprint of everything that decides findings


@dataclass(frozen=True)
class Scanned:
    """What the scan itself did: acknowledgements by fragment, how many are new, places in code that failed (for -v)."""

    acks: dict[str, Ack] = field(default_factory=dict)
    new: int = 0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A finished audit: where it is, what it says."""

    folder: Folder
    audited: Audited
    audit: dict[str, Any]
    run: RunInfo
    scanned: "Scanned"


def prepare(
    targets: Sequence[str],
    recipe: str | Recipe = "full",
    facts: str | Path | None = None,
    jobs: int | None = None,
    on: date | None = None,
) -> Job:
    """Check everything that can be checked before data is read.

    Raises:
        AuditorError: a faulty recipe, regime, facts file, key or names engine.
    """
    if not targets:
        raise AuditorError("no target; give a file, folder or glob to audit")
    server.start(recipe)
    loaded = check_recipe(recipe) if isinstance(recipe, str) else recipe
    declared = facts_rules.load_facts(Path(facts) if facts else None)
    check_names(loaded)
    detect.infos(loaded)
    regimes = tuple(load_regime(name) for name in loaded.regimes)
    key = load_key()
    return Job(
        targets=tuple(targets),
        recipe=loaded,
        facts=declared,
        regimes=regimes,
        key=key,
        jobs=jobs or os.cpu_count() or 1,
        on=on or datetime.now(UTC).date(),
        ruleset=fingerprint(loaded, key),
    )


def run(job: Job, out: Path, watch: Watch = lambda _: None, command: Sequence[str] = ()) -> Outcome:
    """Audit the targets of ``job`` into the folder ``out``; continues what is there.

    Raises:
        AuditorError: when the folder or a target cannot be used.
        LockedError: when another run holds the folder.
    """
    started = datetime.now(UTC)
    folder = Folder.take(out)
    with folder.locked(), _room():
        _write_note(job, folder)
        manifest, scanned = scan(job, folder, discover(job, folder, watch), watch)
        check_ledger(manifest, scanned.acks)
        _prune(folder, manifest, job.ruleset)
        index(job, folder, manifest)
        return replace(conclude(job, folder, manifest, started, command), scanned=scanned)


@contextlib.contextmanager
def _room() -> Iterator[None]:
    """Only the output folder can raise OSError here: faults of the data are coverage rows."""
    try:
        yield
    except OSError as error:
        what = error.strerror or "input/output error"
        raise AuditorError(
            f"the output folder cannot be written ({what}); make room, then run the same command again"
        ) from None


def rebuild(folder: Folder) -> Outcome:
    """Build the database, ``audit.json`` and the report again from the records and the note of the last scan.

    Raises:
        AuditorError: when the folder never held a scan; LockedError when a run holds it.
    """
    started = datetime.now(UTC)
    with folder.locked(), _room():
        job, manifest = _read_note(folder), Manifest.require(folder.manifest)
        index(job, folder, manifest, force=True)
        return conclude(job, folder, manifest, started, ("auditor", "rebuild"))


# discover ------------------------------------------------------------------------------------------------------------


def discover(job: Job, folder: Folder, watch: Watch) -> Manifest:
    """Decide what there is to read and write the manifest. Plans of unchanged files are kept."""
    datasets: list[Dataset] = []
    files: list[SourceFile] = []
    skips: list[Skip] = []
    for target in job.targets:
        found = sources.discover(target, job.recipe.files.include, job.recipe.files.exclude, skip=folder.path)
        name = _unused(storable(found.dataset), {d.name for d in datasets})
        datasets.append(Dataset(name, found.root, target))
        files += [replace(file, dataset=name) for file in found.files]
        skips += [Skip(name, path, gap) for path, gap in found.skipped]
    before = Manifest.read(folder.manifest)
    plans = _plans(job, files, before, watch)
    manifest = Manifest(tuple(datasets), plans, tuple(_names(files)), tuple(skips))
    manifest.write(folder.manifest)
    return manifest


def _unused(name: str, taken: set[str]) -> str:
    numbers = (f"{name}-{n}" for n in range(2, len(taken) + 3))
    return name if name not in taken else next(n for n in numbers if n not in taken)


def _plans(job: Job, files: list[SourceFile], before: Manifest | None, watch: Watch) -> tuple[Plan, ...]:
    known = {(p.file.dataset, p.file.root, p.file.path): p for p in before.plans} if before else {}
    plans: dict[SourceFile, Plan] = {}
    for file in files:
        old = known.get((file.dataset, file.root, file.path))
        if old and old.file == file and old.refused not in _TRY_AGAIN:
            plans[file] = old
    todo = [file for file in files if file not in plans]
    for file, plan in engine(job).map(PlanFile(job.recipe), todo, _slots(job, todo)):
        plans[file] = plan if isinstance(plan, Plan) else Plan(file, "", "", (), plan.reason)
        watch(Progress("plan", len(plans), len(files)))
    return tuple(plans[file] for file in files)


def _names(files: list[SourceFile]) -> Iterator[Fragment]:
    """Fragments of file names, so that names are searched even where the file itself cannot be read."""
    by_dataset: dict[str, list[SourceFile]] = {}
    for file in files:
        by_dataset.setdefault(file.dataset, []).append(file)
    for dataset, members in by_dataset.items():
        for at in range(0, len(members), _NAMES_AT_ONCE):
            options = json.dumps({"paths": [f.path for f in members[at : at + _NAMES_AT_ONCE]]})
            part = Part(f"names={at}", 0, options=options)
            version = hashlib.blake2b(options.encode(), digest_size=16).hexdigest()
            yield Fragment(
                fragment_id(dataset, "", part.part), dataset, members[0].root, "@names", at, NAMES, part, version
            )


# scan ----------------------------------------------------------------------------------------------------------------


def scan(job: Job, folder: Folder, manifest: Manifest, watch: Watch) -> tuple[Manifest, Scanned]:
    """Scan every fragment without a record; files that changed meanwhile are planned and scanned once more."""
    first = _scan(job, folder, manifest, watch)
    if not any(ack.reason == "changed" for ack in first.acks.values()):
        return manifest, first
    manifest = discover(job, folder, watch)
    second = _scan(job, folder, manifest, watch)
    return manifest, Scanned(second.acks, max(first.new, second.new), first.faults + second.faults)


def _scan(job: Job, folder: Folder, manifest: Manifest, watch: Watch) -> Scanned:
    fragments = manifest.fragments
    acks = dict(_finished(folder, fragments, job.ruleset))
    todo = [f for f in fragments if f.id not in acks]
    tell = _teller(watch, fragments, acks)
    function = ScanFragment(job.recipe, job.key, job.ruleset, str(folder.findings))
    faults: list[str] = []
    tell(0, 0)
    for fragment, outcome in engine(job, tell).map(function, todo, _slots(job, todo)):
        if isinstance(outcome, Lost):
            faults.append(outcome.where or outcome.reason)
            acks[fragment.id] = function.lost(fragment, outcome.reason)
        else:
            acks[fragment.id] = outcome
        tell(0, 0)
    return Scanned(acks, len(todo), tuple(faults))


def _teller(watch: Watch, fragments: Sequence[Fragment], acks: dict[str, Ack]) -> Callable[[int, int], None]:
    """Tell ``watch`` what is done plus the rows and bytes of the fragments at work."""
    sizes = {f.id: f.part.bytes for f in fragments}
    total = sum(sizes.values())

    def tell(rows: int, size: int) -> None:
        done, known = sum(sizes[i] for i in acks), sum(a.rows for a in acks.values())
        watch(Progress("scan", len(acks), len(fragments), known + rows, min(done + size, total), total))

    return tell


def _finished(folder: Folder, fragments: Iterable[Fragment], ruleset: str) -> Iterator[tuple[str, Ack]]:
    present = {path.name for path in folder.findings.glob("*.parquet")}
    for fragment in fragments:
        name = record_name(fragment, ruleset)
        footer = read_footer(folder.findings / name) if name in present else None
        if footer and not (footer.ack.status == "failed" and footer.ack.reason in _TRY_AGAIN):
            yield fragment.id, footer.ack


def engine(job: Job, progress: Callable[[int, int], None] = lambda _rows, _bytes: None) -> Engine:
    """The engine that maps functions over files and fragments."""
    limits = job.recipe.limits
    tells = server.tells(job.recipe)
    return Local(limits.stall_seconds, limits.memory_mb, server.PRELOAD, tells, progress)


def _slots(job: Job, todo: Sequence[object]) -> int:
    return max(1, min(job.jobs, len(todo)))


def check_ledger(manifest: Manifest, acks: dict[str, Ack]) -> None:
    """The ledger law: every fragment of the manifest is done, partial or failed, and nothing else is."""
    fragments = {f.id for f in manifest.fragments}
    if fragments != set(acks):
        raise AuditorError(
            "the coverage ledger does not add up to the manifest; please report this with 'auditor doctor'"
        )


def _prune(folder: Folder, manifest: Manifest, ruleset: str) -> None:
    """Drop records of other versions and rulesets: they speak of data or rules that are no longer there."""
    wanted = {record_name(f, ruleset) for f in manifest.fragments}
    for path in folder.findings.glob("*.parquet"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)


# index ---------------------------------------------------------------------------------------------------------------


def index(job: Job, folder: Folder, manifest: Manifest, *, force: bool = False) -> None:
    """Build the database from the records, unless the present one already says the same."""
    records = sorted(path.name for path in folder.findings.glob("*.parquet"))
    state = hashlib.sha256(json.dumps([manifest.sha256(), job.ruleset, records]).encode()).hexdigest()
    settings = {"state": state, "ruleset": job.ruleset, "recipe": job.recipe.model_dump_json(by_alias=True)}
    if not force and database.read_meta(folder) == settings and not _just_retried(folder):
        return
    entities = [(name, e.class_, e.severity.value) for name, e in vocabulary().entities.items()]
    database.build(folder, manifest, job.ruleset, entities, _shower(job.key), settings)


def _just_retried(folder: Folder) -> bool:
    """Whether a record is younger than the database: a fragment was tried again."""
    built = folder.database.stat().st_mtime_ns
    return any(path.stat().st_mtime_ns > built for path in folder.findings.glob("*.parquet"))


def _shower(key: bytes) -> database.NameShower:
    """How names may be shown: their stable id, and the name with everything personal masked."""

    def show(kind: str, raw: str, spans: tuple[NameSpan, ...]) -> tuple[str, str]:
        if kind == "file":
            return name_id("f", raw, key=key), mask_path(raw, spans)
        return name_id(kind[0], raw, key=key), mask_name(raw, [span[1:] for span in spans])

    return show


def mask_path(path: str, spans: Iterable[NameSpan]) -> str:
    """A relative path with the findings in its components and partition values masked."""
    placed = sources.locate(path)
    cuts = [(placed[item][0] + a, placed[item][0] + b, entity) for item, a, b, entity in spans if item in placed]
    return mask_name(path, cuts)


# conclude ------------------------------------------------------------------------------------------------------------


def conclude(job: Job, folder: Folder, manifest: Manifest, started: datetime, command: Sequence[str] = ()) -> Outcome:
    """Assess the evidence and write ``audit.json``, ``run.json`` and ``report.html``."""
    audited = gather(job, folder, manifest)
    audit = build_report(audited)
    data = dumps(audit)
    finished = datetime.now(UTC)
    info = RunInfo(
        started=started.isoformat(timespec="seconds"),
        finished=finished.isoformat(timespec="seconds"),
        command=tuple(mask_name(word) for word in command),
        seconds=round((finished - started).total_seconds(), 3),
        host={"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()},
        audit_sha256=hashlib.sha256(data).hexdigest(),
        exit_code=audited.gate.exit_code,
        on=job.on,
    )
    run_data = json.loads(json.dumps(asdict(info), default=str))
    write_atomic(folder.audit, data)
    write_atomic(folder.run, json.dumps(run_data, indent=1).encode() + b"\n")
    write_atomic(folder.report, report.formats()["html"].render(audit, run_data))
    return Outcome(folder, audited, audit, info, Scanned())


def gather(job: Job, folder: Folder, manifest: Manifest) -> Audited:
    """Everything that a report rests on, from the database and the declared facts."""
    infos = detect.infos(job.recipe)
    entities = frozenset(entity for info in infos for entity in info.entities)
    entities |= {name for name in column_rules.entities() if not vocabulary().entities[name].expected}
    with Database.open(folder) as db:
        evidence, together, looked = db.evidence(), db.together(_named(job.regimes)), db.looked(entities)
        coverage, datasets, profiles = db.coverage_summary(), db.datasets(), db.profiles()
        groups = db.groups(dict(job.recipe.severity), group_id)
    assessments = assess.assess_all(job.regimes, evidence, together, looked, job.facts, job.on, vocabulary())
    severity = {name: one.severity for name, one in vocabulary().entities.items()} | job.recipe.severity
    columns = meant_columns(profiles, severity)
    result, why = overall(assessments, groups, coverage, job.recipe.min_coverage, columns)
    return Audited(
        title=job.facts.title or ", ".join(d.name for d in datasets),
        result=result,
        why=why,
        gate=gate(groups, coverage, job.recipe.fail_on, job.recipe.min_coverage, columns),
        datasets=datasets,
        coverage=coverage,
        groups=groups,
        profiles=profiles,
        assessments=assessments,
        facts=job.facts.all(),
        recipe=job.recipe.model_dump(mode="json", by_alias=True),
        ruleset=job.ruleset,
        key_id=key_id(job.key),
        detectors=tuple({"id": i.id, "title": i.title, "entities": sorted(i.entities)} for i in infos),
        regimes=tuple({"id": r.id, "title": r.title, "version": str(r.version)} for r in job.regimes),
        versions=versions(),
        manifest_sha256=manifest.sha256(),
    )


def _named(regimes: Iterable[Regime]) -> frozenset[str]:
    """Entities of which some obligation asks whether they stand together with something."""
    conditions = (c for regime in regimes for duty in regime.obligations for c in duty.conditions().values())
    names = (name for c in conditions for leaf in c.walk() for name in leaf.together or ())
    return frozenset(name for name in names if name in vocabulary().entities)


def group_id(dataset: str, column: str, entity: str) -> str:
    """Stable id of a finding group."""
    text = f"{dataset}\0{column}\0{entity}".encode("utf-8", "surrogatepass")
    return "F-" + hashlib.blake2b(text, digest_size=4).hexdigest()


# what an audit rests on ----------------------------------------------------------------------------------------------


def fingerprint(recipe: Recipe, key: bytes) -> str:
    """Hash over all that decides findings: recipe, detectors, code, libraries and key; not how they are judged."""
    rules = recipe.model_dump(mode="json", by_alias=True, exclude=_SAYS_NOTHING_OF_FINDINGS)
    ids = [info.id for info in detect.infos(recipe)]
    text = json.dumps([rules, ids, versions(), _code(), key_id(key)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of the auditor and of the libraries that findings depend on."""
    found = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {"auditor": auditor.__version__, **found}


@cache
def _code() -> str:
    """Hash over the code and data that find things, so that a changed pattern re-scans even without a new version."""
    from auditor import assets

    package = Path(__file__).parent
    files = [package / "worker.py", package / "model.py", assets.recipes() / "entities.yaml"]
    for folder in (package / "sources", package / "detect"):
        files += sorted(folder.rglob("*.py"))
    files += sorted((package / "rules").glob("*.py"))
    for folder in sorted(assets.recipes().iterdir()):
        if folder.is_dir() and folder.name != "regimes":
            files += sorted(file for file in folder.rglob("*") if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


# the note of a scan: what a rebuild needs besides manifest and records ------------------------------------------------


def _write_note(job: Job, folder: Folder) -> None:
    note = {
        "ruleset": job.ruleset,
        "recipe": job.recipe.model_dump(mode="json", by_alias=True),
        "title": job.facts.title,
        "facts": [asdict(fact) for fact in job.facts.declared.values()],
        "regimes": [regime.id for regime in job.regimes],
        "on": job.on.isoformat(),
    }
    write_atomic(folder.note, json.dumps(note, indent=1).encode() + b"\n")


def _read_note(folder: Folder) -> Job:
    try:
        note = json.loads(folder.note.read_bytes())
        facts = Facts(note["title"], {fact["key"]: Fact(**fact) for fact in note["facts"]})
        recipe, ruleset, on = Recipe.model_validate(note["recipe"]), note["ruleset"], date.fromisoformat(note["on"])
    except (OSError, ValueError, KeyError, TypeError):
        raise AuditorError("no scan got far enough in this folder; run 'auditor scan' again") from None
    regimes = tuple(load_regime(name) for name in recipe.regimes)
    return Job((), recipe, facts, regimes, load_key(), 1, on, ruleset)
