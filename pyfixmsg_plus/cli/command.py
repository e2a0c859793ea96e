"""The command and its parts.

Each part loads what it needs when it runs, so that ``fixplus --version`` answers at once.
"""

import contextlib
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from pyfixmsg_plus.cli import certify, config, counterparty, dictionary, parse, store, validate
from pyfixmsg_plus.cli.endings import Ending, guarded

__all__ = ["app", "main"]

app = typer.Typer(
    name="fixplus",
    help="Read, check and explain FIX messages, logs and dictionaries.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("parse")(parse.parse)
app.command("validate")(validate.validate)
app.command("acceptor")(counterparty.acceptor)
app.command("initiator")(counterparty.initiator)
app.add_typer(certify.app, name="certify")
app.add_typer(dictionary.app, name="dictionary")
app.add_typer(config.app, name="config")
app.add_typer(store.app, name="store")


def _print_about(*, version: bool, licences: bool) -> None:
    from pyfixmsg_plus.cli import about

    if version:
        print(about.version_line())
    if version and licences:
        print()
    if licences:
        print(about.licence_text())


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    licences: Annotated[
        bool, typer.Option("--licenses", "--licences", help="Print the licence, and those of what is built in.")
    ] = False,
) -> None:
    if version or licences:
        with guarded():
            _print_about(version=version, licences=licences)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(Ending.USAGE)


def main() -> None:
    """Run the command; the process ends with one of the codes of ``Ending``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A log may hold characters that a terminal's charset lacks.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="fixplus")
    except KeyboardInterrupt:
        sys.exit(Ending.INTERRUPTED)
    except BrokenPipeError:
        sys.exit(Ending.READER_GONE)
    finally:
        # What is left in the buffer cannot be written to a reader that is gone.
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.flush()
