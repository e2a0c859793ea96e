"""``fixplus config``: check settings files, describe them to editors, convert them, and encrypt their secrets."""

import json as json_text
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pyfixmsg_plus.cli.choices import JsonOption
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note

if TYPE_CHECKING:
    from pyfixmsg_plus.cli.screen import Screen
    from pyfixmsg_plus.config import ConfigFault, Reading, SessionSettings

__all__ = ["app"]

app = typer.Typer(help="Check settings of sessions, convert them, and encrypt their secrets.", no_args_is_help=True)

File: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="QuickFIX INI, INI with a [FIX] section, or TOML.", show_default=False)
]
OutputOption: TypeAlias = Annotated[
    str | None, typer.Option("--output", "-o", metavar="PATH", help="Write to this file.", show_default=False)
]


@app.command()
def check(
    file: File,
    json: JsonOption = False,
    show: Annotated[
        bool, typer.Option("--show", help="Show what each session's settings are in the end, secrets masked.")
    ] = False,
) -> None:
    """Say all that is wrong with a settings file, and what to do about it.

    Ends with 0 if it can be used, with 1 if it has faults, with 2 if it cannot be read.
    """
    with guarded():
        from pyfixmsg_plus.cli.screen import Screen

        reading = _read(file, dict(os.environ))
        if json:
            print(json_text.dumps(_report(file, reading, show=show), ensure_ascii=False, indent=2))
        else:
            _print_report(reading, Screen.here(), show=show)
    raise typer.Exit(Ending.FOUND if reading.faults else Ending.GOOD)


@app.command()
def schema(output: OutputOption = None) -> None:
    """Print the JSON schema of settings in TOML, with which editors complete and check."""
    with guarded():
        from pyfixmsg_plus.config.schema import json_schema

        _write(json_text.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", output)


_FORMS = ("toml", "quickfix")


@app.command()
def convert(
    file: File,
    to: Annotated[str, typer.Option("--to", "-t", metavar="|".join(_FORMS), help="Which form.")] = "toml",
    output: OutputOption = None,
) -> None:
    """Write a settings file as TOML or as QuickFIX INI.

    References to the environment, to files and to encrypted values are written as they are. Overrides of the
    environment are not written.
    """
    with guarded():
        from pyfixmsg_plus.config.environment import Override, overrides
        from pyfixmsg_plus.config.writing import to_quickfix, to_toml

        if to not in _FORMS:
            raise Failure(f"--to {to}: there are {', '.join(_FORMS)}")
        overriding = {found.variable for found in overrides(os.environ) if isinstance(found, Override)}
        reading = _read(file, {name: value for name, value in os.environ.items() if name not in overriding})
        if reading.faults:
            first, *more = map(str, reading.faults)
            raise Failure(first, f"and {len(more)} more; `fixplus config check {file}` tells all" if more else "")
        for fault in (*reading.settings.warnings, *reading.settings.notes):
            note(str(fault))
        _write(to_toml(reading.settings) if to == "toml" else to_quickfix(reading.settings), output)


@app.command()
def encrypt(
    key_file: Annotated[
        str | None,
        typer.Option("--key-file", metavar="PATH", help="The file of the key. By itself, that of the environment.",
                     show_default=False),
    ] = None,
    new_key: Annotated[
        str | None, typer.Option("--new-key", metavar="PATH", help="Make a key, and write it to this new file.",
                                 show_default=False),
    ] = None,
) -> None:  # fmt: skip
    """Encrypt a secret, which is asked for or comes from standard input, for a settings file.

    Prints `@encrypted:...`, to be written in the place of the secret. Whoever reads the settings needs the key: in
    FIXPLUS_CONFIG_KEY, or in the file that FIXPLUS_CONFIG_KEY_FILE names.
    """
    with guarded():
        from pyfixmsg_plus.config import encryption
        from pyfixmsg_plus.config.kinds import NotReadable

        try:
            if new_key is not None:
                _write_key(new_key, encryption.new_key())
                return
            environ = os.environ if key_file is None else {encryption.KEY_FILE: key_file}
            key = encryption.key_from(environ)
            print(encryption.encrypt(_secret(), key))
        except NotReadable as error:
            raise Failure(str(error), error.remedy) from error


def _write_key(path: str, key: str) -> None:
    """Write a key that its owner alone can read."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failure(f"{path} is there already", "Secrets that were encrypted with it would be lost.") from None
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
    note(f"{path}: a new key, which its owner alone can read; set FIXPLUS_CONFIG_KEY_FILE to it")


def _secret() -> str:
    """The secret from standard input, or from a person who types it unseen."""
    if sys.stdin.isatty():
        return str(typer.prompt("Secret", hide_input=True, err=True))
    text = sys.stdin.read().strip()
    if not text:
        raise Failure("standard input holds no secret", "Such as: printf %s SECRET | fixplus config encrypt")
    return text


def _read(file: Path, environ: dict[str, str]) -> "Reading":
    from pyfixmsg_plus.config import read_settings

    if file.is_dir():
        raise Failure(f"{file} is a directory", "Name a settings file in it.")
    if not file.is_file():
        raise Failure(f"{file}: there is no such file")
    return read_settings(file, environ)


def _write(text: str, output: str | None) -> None:
    if output is None:
        print(text, end="")
    else:
        Path(output).write_text(text, encoding="utf-8")
        note(f"{output}: {len(text):,} characters")


def _values(session: "SessionSettings", *, is_json: bool) -> dict[str, object]:
    """What a session's settings are in the end, secrets masked: for people those that are not as ever."""
    from pyfixmsg_plus.config.keys import ATTRIBUTES

    names = tuple(ATTRIBUTES) if is_json else session.changed()
    found: dict[str, object] = {name: ATTRIBUTES[name].written(getattr(session, name)) for name in names}
    return found | ({"extra": session.extra_shown()} if session.extra else {})


def _report(file: Path, reading: "Reading", *, show: bool) -> dict[str, object]:
    def told(faults: "tuple[ConfigFault, ...]") -> list[dict[str, object]]:
        return [fault._asdict() for fault in faults]

    return {
        "file": str(file),
        "usable": not reading.faults,
        "faults": told(reading.faults),
        "warnings": told(reading.settings.warnings),
        "notes": told(reading.settings.notes),
        "sessions": [
            {"session": str(session)} | ({"settings": _values(session, is_json=True)} if show else {})
            for session in reading.settings.sessions
        ],
    }


def _print_report(reading: "Reading", screen: "Screen", *, show: bool) -> None:
    from pyfixmsg_plus.diagnostics.privacy import printable

    settings = reading.settings
    kinds = (
        ("fault", reading.faults, "red"),
        ("warning", settings.warnings, "yellow"),
        ("note", settings.notes, "dim"),
    )
    for name, faults, style in kinds:
        for fault in faults:
            place = f"{fault.file}:{fault.line}" if fault.line else fault.file
            parts = ": ".join(part for part in (place, fault.session, fault.key) if part)
            print(
                f"{screen.paint(f'{name:<7}', style)} {screen.paint(printable(parts), 'bold')}: {printable(fault.text)}"
            )
            print(f"        {printable(fault.remedy)}")
    if show:
        for session in settings.sessions:
            print(f"\n{screen.paint(printable(str(session)), 'bold')}")
            for key, value in _values(session, is_json=False).items():
                if isinstance(value, dict):
                    for own, text in value.items():
                        print(f"  {printable(own)} = {printable(text)}  (not ours)")
                else:
                    print(f"  {key} = {printable(str(value))}")
        print()
    counted = ", ".join(
        f"{len(faults):,} {name}{'' if len(faults) == 1 else 's'}" for name, faults, _ in kinds if faults
    )
    sessions = f"{len(settings.sessions):,} session{'' if len(settings.sessions) == 1 else 's'}"
    verdict = f"{sessions} can be used" if not reading.faults else "the settings cannot be used"
    print(screen.paint(f"{verdict}{counted and ': ' + counted}", "red" if reading.faults else "green"))
