"""The command line: the only place that prints or exits.

Exit codes: 0 gate passed and coverage met; 1 findings at or above the gate; 2 usage, configuration or internal error;
3 coverage below policy; 130 interrupted.
"""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from auditor import __version__

_COMMANDS = {
    "scan": "scan",
    "findings": "tables",
    "coverage": "tables",
    "report": "audits",
    "rebuild": "audits",
    "inspect": "inspect",
    "init": "project",
    "doctor": "project",
    "schema": "project",
    "recipes": "catalogue",
    "regimes": "regimes",
    "detectors": "detectors",
    "explain": "catalogue",
}
"""Command and the module of this package that holds it; loaded when used."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands with their help, without loading what they need."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


_HELP = {
    "scan": "Audit datasets: find, count, assess, report.",
    "findings": "Print the findings, names masked.",
    "coverage": "Print what was examined and what was not.",
    "report": "Render the report again in any format.",
    "inspect": "Look at the places of a finding, on this terminal only.",
    "rebuild": "Build the database and the report again from the records.",
    "init": "Write a dataset.yaml with the questions a scan cannot answer.",
    "recipes": "List, show and check recipes.",
    "regimes": "List and show regimes and their obligations.",
    "detectors": "List detectors, test them by their cases, score them against labelled texts.",
    "explain": "Explain a detector, entity, obligation, reason or finding.",
    "schema": "Print the JSON Schema of audit.json.",
    "doctor": "Say what this installation can do.",
}


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="auditor")
def cli() -> None:
    """Audit a training dataset for personal data, secrets and rights before a model is trained on it.

    Start with:  auditor scan data/ -o audit/
    """


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Entry point: runs the command and turns every outcome into one of the exit codes."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _interrupt)
    code = run()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def run(words: Sequence[str] | None = None) -> int:
    """Run the command that ``words`` say, or else the process was called with; returns the exit code, never raises."""
    from auditor.errors import AuditorError

    try:
        result = cli.main(words, prog_name="auditor", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted; run the same command again to continue")
        return 130
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except AuditorError as error:
        _say(f"error: {error}")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:  # noqa: BLE001 -- the message of an unknown fault may quote the data
        _say(f"internal error: {_place(error)}; please report this line")
        return 2


def _place(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in frames[-3:]]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def _say(text: str) -> None:
    from auditor.report.mask import safe_text

    click.echo(safe_text(text, keep="\n"), err=True)
