"""``auditor init``, ``schema`` and ``doctor``: what stands around an audit."""

import json
import os
import sys
from pathlib import Path

import click

from auditor.errors import AuditorError


@click.command()
@click.argument("path", default="dataset.yaml", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def init(path: Path, force: bool) -> None:
    """Write a commented dataset.yaml to PATH with every question that a scan cannot answer."""
    from auditor.cli.console import shown
    from auditor.rules.facts import template
    from auditor.store.folder import write_private

    place = path / "dataset.yaml" if path.is_dir() else path
    if place.exists() and not force:
        raise AuditorError("there is such a file already; give another path, or --force to replace it")
    write_private(place, template().encode())
    click.echo(f"Wrote {shown(place)}; answer what you know and pass it with --facts")


@click.command()
def schema() -> None:
    """Print the JSON Schema of audit.json."""
    from auditor.report.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@click.command()
def doctor() -> int:
    """Say what this installation can do, and what is missing. Exit code 2 when an audit could not run."""
    faults = [fault for check in (_versions, _prefilter, _rules, _key, _machine) for fault in check()]
    for fault in faults:
        click.echo(f"  problem: {fault}")
    click.echo("ready" if not faults else f"{len(faults)} problems")
    return 2 if faults else 0


def _versions() -> list[str]:
    from auditor.pipeline import versions

    click.echo(f"python {sys.version.split()[0]}")
    for name, version in versions().items():
        click.echo(f"{name} {version}")
    return []


def _prefilter() -> list[str]:
    from importlib.metadata import version

    from auditor.detect.databases import available

    slow = "RE2 of Arrow, for hyperscan is not installed: slower, with equal findings"
    click.echo(f"prefilter {'hyperscan ' + version('hyperscan') if available() else slow}")
    return []


def _rules() -> list[str]:
    from auditor import assets, detect
    from auditor.rules.check import check_all
    from auditor.rules.recipe import read, shipped

    faults = check_all()
    recipes = sorted(shipped())
    click.echo(
        f"recipes {', '.join(recipes)} in {'the package' if '_assets' in str(assets.recipes()) else 'the checkout'}"
    )
    click.echo(f"detectors {len(detect.infos(read('full')))}")
    return faults


def _key() -> list[str]:
    from auditor.key import key_id, load_key

    try:
        click.echo(f"key {key_id(load_key())}")
    except AuditorError as error:
        return [str(error)]
    return []


def _machine() -> list[str]:
    import psutil

    memory = psutil.virtual_memory()
    click.echo(f"cores {os.cpu_count()}, memory {memory.total / 1e9:.1f} GB, free {memory.available / 1e9:.1f} GB")
    return []
