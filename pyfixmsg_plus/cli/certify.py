"""``fixplus certify``: play session scenarios against an engine, and say where it does not keep to the rules."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from pyfixmsg_plus.cli.choices import JsonOption
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note

if TYPE_CHECKING:
    from pyfixmsg_plus.testing.certification import Counterparty, Lane, Limits, Result, Scenario
    from pyfixmsg_plus.testing.certification.suite import Observer

__all__ = ["app"]

app = typer.Typer(help="Play session scenarios against an engine, and judge each of its answers.", no_args_is_help=True)

ProfileOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--profile", "-p", metavar="FILE", help="A TOML file with the sessions, see the guide."),
]
VersionOption: TypeAlias = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="Without a profile: a version such as FIX.4.4.")
]
SenderOption: TypeAlias = Annotated[str | None, typer.Option("--sender", metavar="COMPID", help="Our name.")]
TargetOption: TypeAlias = Annotated[
    str | None, typer.Option("--target", metavar="COMPID", help="The name of the engine under test.")
]
OptionOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--option", "-o", metavar="NAME=VALUE", help="How the engine is set up, such as application=echo."),
]
ScenariosOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--scenarios", metavar="PATH", help="Scenario files or folders, in the place of the catalogue."),
]
OnlyOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--only", metavar="ID|CASE", help="Only this scenario or session test case.")
]
MandatoryOption: TypeAlias = Annotated[bool, typer.Option("--mandatory", help="Only what the standard demands.")]
DeadlineOption: TypeAlias = Annotated[
    float, typer.Option("--deadline", metavar="SECONDS", min=0.1, help="The longest wait for an answer.")
]
JunitOption: TypeAlias = Annotated[
    str | None, typer.Option("--junit", metavar="FILE", help="Write a report in JUnit XML.")
]
TranscriptOption: TypeAlias = Annotated[
    bool, typer.Option("--transcript", help="Show the conversations of what passed, too.")
]


@app.command()
def run(
    address: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Where the acceptor listens.")],
    profile: ProfileOption = None,
    version: VersionOption = None,
    sender: SenderOption = None,
    target: TargetOption = None,
    heartbeat: Annotated[
        int | None, typer.Option("--heartbeat", metavar="SECONDS", min=0, help="HeartBtInt(108) of our Logon.")
    ] = None,
    option: OptionOption = None,
    scenarios: ScenariosOption = None,
    definitions: Annotated[
        str | None, typer.Option("--def", metavar="DIR", help="Play the .def files of a folder instead, strictly.")
    ] = None,
    only: OnlyOption = None,
    mandatory: MandatoryOption = False,
    deadline: DeadlineOption = 10.0,
    json: JsonOption = False,
    junit: JunitOption = None,
    transcript: TranscriptOption = False,
) -> None:
    """Connect to an acceptor and play scenarios against it.

    Ends with 0 if all passed, with 1 if one did not, with 2 if nothing could be played.
    """
    with guarded():
        from pyfixmsg_plus.clock import SystemClock
        from pyfixmsg_plus.testing.certification import Limits, run_against_acceptor

        host, port = _address(address)
        limits = Limits(reply_s=deadline)
        if definitions is None:
            sessions = _sessions(profile, version, sender, target, heartbeat, option)
            lanes = _lanes(sessions, _scenarios(scenarios, only, mandatory=mandatory))
        else:
            lanes = _lanes_of_files(definitions, only)
        observer = _shown(json=json, transcript=transcript)
        ending = _finish(
            run_against_acceptor(host, port, lanes, SystemClock(), limits, observer), json=json, junit=junit
        )
    raise typer.Exit(ending)


@app.command()
def listen(
    port: Annotated[int, typer.Argument(metavar="PORT", min=0, max=65535, help="Where to listen; 0 is any free port.")],
    host: Annotated[str, typer.Option("--host", help="The address to listen at.")] = "127.0.0.1",
    profile: ProfileOption = None,
    version: VersionOption = None,
    sender: SenderOption = None,
    target: TargetOption = None,
    option: OptionOption = None,
    scenarios: ScenariosOption = None,
    only: OnlyOption = None,
    mandatory: MandatoryOption = False,
    deadline: DeadlineOption = 10.0,
    patience: Annotated[
        float, typer.Option("--patience", metavar="SECONDS", min=0.1, help="The longest wait for a connection.")
    ] = 60.0,
    json: JsonOption = False,
    junit: JunitOption = None,
    transcript: TranscriptOption = False,
) -> None:
    """Listen for initiators, and play scenarios with each that connects; it has to reconnect for every scenario.

    Ends with 0 if all passed, with 1 if one did not, with 2 if nothing could be played.
    """
    with guarded():
        from pyfixmsg_plus.testing.certification import Limits

        sessions = _sessions(profile, version, sender, target, None, option)
        lanes = _lanes(sessions, _scenarios(scenarios, only, mandatory=mandatory))
        limits = Limits(reply_s=deadline, connect_s=patience)
        observer = _shown(json=json, transcript=transcript)
        ending = _finish(_listening(host, port, lanes, limits, observer), json=json, junit=junit)
    raise typer.Exit(ending)


async def _listening(
    host: str, port: int, lanes: Sequence["Lane"], limits: "Limits", observer: "Observer"
) -> list["Result"]:
    from pyfixmsg_plus.clock import SystemClock
    from pyfixmsg_plus.testing.certification import Listener, run_against_initiators

    listener = Listener([lane.counterparty.version for lane in lanes], SystemClock(), limits)
    note(f"listening at {host}:{await listener.start(host, port)}")
    try:
        return await run_against_initiators(listener, lanes, SystemClock(), limits, observer)
    finally:
        await listener.stop()


@app.command("import")
def import_definitions(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A folder with .def files of the QuickFIX family.")],
    into: Annotated[str, typer.Option("--into", metavar="DIR", help="Where the scenarios are written.")] = "scenarios",
) -> None:
    """Write the .def files of a folder as scenarios of our language, judged by the same rules."""
    with guarded():
        from pyfixmsg_plus.testing.certification import read_definition, to_language
        from pyfixmsg_plus.testing.certification.language import SUFFIX

        written = 0
        for path in _definition_files(folder):
            scenario = read_definition(path, Path(folder))
            if scenario.not_applicable:
                note(f"{path}: {scenario.not_applicable}")
            goal = Path(into, scenario.name + SUFFIX)
            goal.parent.mkdir(parents=True, exist_ok=True)
            goal.write_text(to_language(scenario), encoding="utf-8")
            written += 1
        print(f"{written} scenarios in {into}")
    raise typer.Exit(Ending.GOOD)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise Failure(f"{text} is no HOST:PORT", "Such as localhost:5001 or [::1]:5001.")
    return host.strip("[]"), int(port)


def _sessions(
    profile: str | None,
    version: str | None,
    sender: str | None,
    target: str | None,
    heartbeat: int | None,
    options: Sequence[str] | None,
) -> "Sequence[Counterparty]":
    from pyfixmsg_plus.testing.certification import load_profile
    from pyfixmsg_plus.testing.certification.profile import counterparty

    if profile is not None:
        if version or sender or target or options or heartbeat is not None:
            raise Failure("a profile says versions, names, heartbeats and options itself", "Leave those options out.")
        return load_profile(Path(profile))
    said: dict[str, Any] = {"options": dict(map(_option, options or ()))}
    if heartbeat is not None:
        said["heart_bt_int"] = heartbeat
    named = {"version": version, "sender_comp_id": sender, "target_comp_id": target}
    if None in named.values():
        raise Failure("nobody says who is certified", "Say --version, --sender and --target, or a --profile.")
    said.update(named)
    return (counterparty("options", said),)


def _option(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip() or "Y"


def _definition_files(folder: str) -> Sequence[Path]:
    from pyfixmsg_plus.testing.certification import find_definitions

    if not Path(folder).exists():
        raise Failure(f"{folder}: there is no such folder")
    found = find_definitions(Path(folder))
    if not found:
        raise Failure(f"{folder}: there is no .def file in it")
    return found


def _is_wanted(scenario: "Scenario", only: Sequence[str] | None) -> bool:
    return not only or any(
        one == scenario.name or one in scenario.cases or scenario.name.endswith(f"/{one}") for one in only
    )


def _lanes_of_files(folder: str, only: Sequence[str] | None) -> Sequence["Lane"]:
    from pyfixmsg_plus.testing.certification import lanes_of_definitions, read_definition

    files = _definition_files(folder)
    chosen = [one for one in (read_definition(path, Path(folder)) for path in files) if _is_wanted(one, only)]
    return lanes_of_definitions(_some(chosen))


def _scenarios(paths: Sequence[str] | None, only: Sequence[str] | None, *, mandatory: bool) -> "Sequence[Scenario]":
    from pyfixmsg_plus.testing.certification import catalogue, read_scenario_file
    from pyfixmsg_plus.testing.certification.language import SUFFIX

    found: list[Scenario] = []
    for path in map(Path, paths or ()):
        if not path.exists():
            raise Failure(f"{path}: there is no such file")
        files = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
        found += map(read_scenario_file, files)
    if paths is None:
        found += catalogue()
    return _some([one for one in found if _is_wanted(one, only) and (one.is_mandatory or not mandatory)])


def _some(scenarios: "Sequence[Scenario]") -> "Sequence[Scenario]":
    if not scenarios:
        raise Failure("there is no such scenario", "Ids and cases stand in the guide, as 2b or 14d.")
    return scenarios


def _lanes(sessions: "Sequence[Counterparty]", scenarios: "Sequence[Scenario]") -> Sequence["Lane"]:
    from pyfixmsg_plus.testing.certification import Lane

    return [Lane(session, scenarios) for session in sessions]


def _shown(*, json: bool, transcript: bool) -> "Observer":
    from pyfixmsg_plus.testing.certification import Verdict, as_line, as_text

    def show(result: "Result") -> None:
        if json:
            note(as_line(result))
        elif transcript or result.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
            print(as_text(result), flush=True)
        else:
            print(as_line(result), flush=True)

    return show


def _finish(playing: "Coroutine[Any, Any, list[Result]]", *, json: bool, junit: str | None) -> Ending:
    from pyfixmsg_plus.testing.certification import as_json, as_junit, as_table, tally

    results = asyncio.run(playing)
    if junit is not None:
        Path(junit).write_text(as_junit(results), encoding="utf-8")
    if json:
        print(as_json(results))
    else:
        print()
        print(as_table(results))
    counted = tally(results)
    if counted.failed or counted.inconclusive:
        return Ending.FOUND if counted.failed or counted.passed else Ending.USAGE
    return Ending.GOOD if counted.passed else Ending.USAGE
