"""``fixplus acceptor`` and ``fixplus initiator``: sessions to try things out with, and to test others against."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pyfixmsg_plus.cli.choices import JsonOption
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded

if TYPE_CHECKING:
    from pyfixmsg_plus.engine import Application

__all__ = ["acceptor", "initiator"]

ConfigOption: TypeAlias = Annotated[
    str, typer.Option("--config", "-c", metavar="FILE", help="The settings file; - is standard input.")
]
ApplicationOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--application",
        "-a",
        metavar="NAME",
        help="echo, echo-more, executor, a script.toml, or module:Class; without it every order is refused.",
    ),
]
SendOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--send", "-s", metavar="TEMPLATE", help="Send this when logged on: a file, or fields with | between."
    ),
]
SetOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="What {{name}} in a template stands for.")
]
InteractiveOption: TypeAlias = Annotated[
    bool | None,
    typer.Option("--interactive/--no-interactive", help="Take commands from standard input; it is so on a terminal."),
]
MessagesOption: TypeAlias = Annotated[bool, typer.Option("--messages", "-m", help="Show every message.")]
LogoutOption: TypeAlias = Annotated[
    bool, typer.Option("--once", help="End when the first session that logged on has logged out.")
]
TimeoutOption: TypeAlias = Annotated[
    float, typer.Option("--stop-timeout", metavar="SECONDS", min=0.0, help="The longest wait for the end of sessions.")
]


def acceptor(
    config: ConfigOption,
    application: ApplicationOption = None,
    send: SendOption = None,
    values: SetOption = None,
    interactive: InteractiveOption = None,
    messages: MessagesOption = False,
    once: LogoutOption = False,
    stop_timeout: TimeoutOption = 5.0,
    json: JsonOption = False,
) -> None:
    """Take connections for the sessions of a settings file, until Ctrl-C.

    The line that begins ``ready`` names the address and the real port, also where the settings say port 0.
    """
    with guarded():
        _run(
            "acceptor",
            config,
            application,
            send,
            values,
            interactive,
            stop_timeout,
            messages=messages,
            once=once,
            json=json,
        )
    raise typer.Exit(Ending.GOOD)


def initiator(
    config: ConfigOption,
    application: ApplicationOption = None,
    send: SendOption = None,
    values: SetOption = None,
    interactive: InteractiveOption = None,
    messages: MessagesOption = False,
    once: LogoutOption = False,
    stop_timeout: TimeoutOption = 5.0,
    json: JsonOption = False,
) -> None:
    """Connect the sessions of a settings file, and connect them again, until Ctrl-C."""
    with guarded():
        _run(
            "initiator",
            config,
            application,
            send,
            values,
            interactive,
            stop_timeout,
            messages=messages,
            once=once,
            json=json,
        )
    raise typer.Exit(Ending.GOOD)


def _run(
    kind: str,
    config: str,
    application: str | None,
    send: list[str] | None,
    values: list[str] | None,
    interactive: bool | None,
    stop_timeout_s: float,
    *,
    messages: bool,
    once: bool,
    json: bool,
) -> None:
    import sys

    from pyfixmsg_plus.cli.console import Console, Output
    from pyfixmsg_plus.config import load_settings
    from pyfixmsg_plus.engine import Acceptor, Initiator, LogOptions
    from pyfixmsg_plus.testing.counterparties import read_template
    from pyfixmsg_plus.transport import run

    settings = load_settings(sys.stdin.read() if config == "-" else config)
    templates = [read_template(text) for text in send or ()]
    given = dict(_pair(text) for text in values or ())
    is_interactive = sys.stdin.isatty() and config != "-" if interactive is None else interactive
    made = (Acceptor if kind == "acceptor" else Initiator)(
        settings, _application(application), log_options=LogOptions(screen=messages and not json)
    )
    output = Output(json=json, messages=messages)
    console = Console(made, output, templates=templates, given=given, is_interactive=is_interactive, once=once)
    run(console.run(stop_timeout_s))


def _application(name: str | None) -> "Application":
    from pyfixmsg_plus.engine import Application
    from pyfixmsg_plus.testing.counterparties import application_named

    return application_named(name) if name is not None else Application()


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Failure(f"--set {text}: a value is NAME=VALUE", "Such as --set symbol=IBM.")
    return name.strip(), value
