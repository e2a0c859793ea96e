"""Many scenarios: lanes, listeners, reports, profiles and the command."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pyfixmsg_plus.testing.certification import (
    VERSIONS,
    Counterparty,
    Finding,
    Lane,
    Limits,
    Listener,
    ProfileError,
    Result,
    Role,
    Verdict,
    as_json,
    as_junit,
    as_line,
    as_table,
    as_text,
    load_profile,
    run_against_acceptor,
    run_against_initiators,
    tally,
)
from pyfixmsg_plus.testing.certification.profile import counterparty, why_not
from pyfixmsg_plus.testing.certification.steps import Condition
from tests.unit.cli.run import run
from tests.unit.testing.peers import LIMITS, Peer, clock, party, scenario

# ------------------------------------------------------------------------------------------------------- lanes


async def lawful(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    peer = Peer(reader, writer, "FIX.4.4")
    try:
        received = await peer.read()
        peer.begin = received["8"]
        more = "".join(f"|{tag}={received[tag]}" for tag in ("141", "1137") if tag in received)
        peer.send(f"35=A|98=0|108=30|49={received['56']}|56={received['49']}{more}")
        await peer.obey()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def test_lanes_are_played_side_by_side_and_reported_in_order() -> None:
    seen: list[str] = []

    async def play() -> list[Result]:
        server = await asyncio.start_server(lawful, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lanes = [Lane(party(version), [scenario("logon\nping")] * 2) for version in ("FIX.4.4", "FIX.5.0SP2")]
        async with server:
            return await run_against_acceptor(
                "127.0.0.1", port, lanes, clock(), LIMITS, lambda result: seen.append(result.session)
            )

    results = asyncio.run(play())
    assert [result.session for result in results] == ["FIX.4.4", "FIX.4.4", "FIX.5.0SP2", "FIX.5.0SP2"]
    assert {result.verdict for result in results} == {Verdict.PASS}
    assert sorted(seen) == ["FIX.4.4", "FIX.4.4", "FIX.5.0SP2", "FIX.5.0SP2"]


def test_an_engine_that_cannot_be_reached_is_given_up() -> None:
    async def play() -> list[Result]:
        listener = Listener([VERSIONS["FIX.4.4"]], clock(), LIMITS)
        port = await listener.start("127.0.0.1", 0)
        await listener.stop()
        other = scenario("ping", "roles: initiator")
        lane = Lane(party(), [scenario("logon"), other, scenario("logon"), scenario("logon"), other])
        return await run_against_acceptor("127.0.0.1", port, [lane], clock(), LIMITS)

    results = asyncio.run(play())
    assert [result.verdict for result in results] == [
        Verdict.INCONCLUSIVE,
        Verdict.NOT_APPLICABLE,
        Verdict.INCONCLUSIVE,
        Verdict.INCONCLUSIVE,
        Verdict.NOT_APPLICABLE,
    ]
    assert results[3].finding == Finding(0, "the engine cannot be reached")


async def connect(port: int, begin: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    peer = Peer(reader, writer, begin)
    try:
        peer.send("35=A|98=0|108=30|141=Y")
        await peer.read()
        await peer.obey()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def test_initiators_of_several_versions_are_told_apart_by_their_first_message() -> None:
    async def play() -> list[Result]:
        versions = ("FIX.4.2", "FIX.4.4")
        listener = Listener([VERSIONS[version] for version in versions], clock(), LIMITS)
        port = await listener.start("127.0.0.1", 0)
        strange = [asyncio.create_task(connect(port, begin)) for begin in ("FIX.9.9", "FIX.4.4", "FIX.4.2")]
        lanes = [Lane(party(version), [scenario("logon\nping")]) for version in versions]
        try:
            return await run_against_initiators(listener, lanes, clock(), LIMITS)
        finally:
            await listener.stop()
            await asyncio.gather(*strange)

    assert [result.verdict for result in asyncio.run(play())] == [Verdict.PASS, Verdict.PASS]


def test_connections_that_nobody_asked_for_are_bounded_and_dropped() -> None:
    async def play() -> int:
        listener = Listener([VERSIONS["FIX.4.4"]], clock(), LIMITS)
        port = await listener.start("127.0.0.1", 0)
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(6)]
        dropped = 0
        for reader, _ in opened[4:]:
            try:
                dropped += await reader.read() == b""
            except ConnectionResetError:
                dropped += 1
        await listener.stop()
        for _, writer in opened:
            writer.close()
        return dropped

    assert asyncio.run(play()) == 2


def test_a_connection_that_ended_while_it_waited_is_passed_over() -> None:
    async def play() -> list[Result]:
        listener = Listener([VERSIONS["FIX.4.4"]], clock(), LIMITS)
        port = await listener.start("127.0.0.1", 0)
        opener = listener.opener(VERSIONS["FIX.4.4"])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        link = await opener()
        writer.close()
        await link.next(1.0)
        assert link.is_closed
        link.abort()
        task = asyncio.create_task(connect(port, "FIX.4.4"))
        lanes = [Lane(party(), [scenario("logon\nping")])]
        try:
            return await run_against_initiators(listener, lanes, clock(), LIMITS)
        finally:
            await listener.stop()
            await task

    assert [result.verdict for result in asyncio.run(play())] == [Verdict.PASS]


def test_a_connection_that_says_nothing_belongs_to_nobody() -> None:
    async def play() -> bool:
        listener = Listener([VERSIONS["FIX.4.2"], VERSIONS["FIX.4.4"]], clock(), LIMITS)
        port = await listener.start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write_eof()
        try:
            ended = await reader.read() == b""
        except ConnectionResetError:
            ended = True
        writer.close()
        await listener.stop()
        return ended

    assert asyncio.run(play())


# ----------------------------------------------------------------------------------------------------- profiles


def test_a_profile_names_sessions_and_what_they_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTIFY_PASSWORD", "secret|1")
    path = tmp_path / "venue.toml"
    path.write_text(
        """sender_comp_id = "US"
heart_bt_int = 10
[options]
application = "echo"
dictionary = true
[[session]]
version = "FIX.4.2"
target_comp_id = "VENUE"
[[session]]
version = "FIX.5.0SP2"
target_comp_id = "VENUE5"
heart_bt_int = 20
logon = "Username=me|Password=${CERTIFY_PASSWORD}"
[session.options]
dictionary = false
chunk = 5
"""
    )
    first, second = load_profile(path)
    assert (first.name, first.sender_comp_id, first.target_comp_id, first.heart_bt_int) == (
        "FIX.4.2",
        "US",
        "VENUE",
        10,
    )
    assert first.options == {"application": "echo", "dictionary": "Y"}
    assert (second.heart_bt_int, second.logon) == (20, r"553=me|554=secret\|1|")
    assert second.options == {"application": "echo", "dictionary": "N", "chunk": "5"}
    assert "secret" not in repr(second)


GOOD = 'version = "FIX.4.4"\nsender_comp_id = "US"\ntarget_comp_id = "THEM"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = ", "Invalid value"),
        ("session = 5", "sessions are written as"),
        (GOOD + "colour = 1", "'colour' is none of"),
        ('version = "FIX.9"', "version 'FIX.9' is none of"),
        ('version = "FIX.4.4"\nsender_comp_id = "US"', "target_comp_id is missing"),
        (GOOD.replace("US", "U|S"), "sender_comp_id is missing, or is no CompID"),
        (GOOD + "heart_bt_int = -1", "heart_bt_int -1 is no number"),
        (GOOD + 'logon = "Colour=secret"', "logon holds what is no field"),
        (GOOD + 'logon = "Password=${CERTIFY_GONE}"', "asks for the environment variable CERTIFY_GONE"),
        (GOOD + "[[session]]\n[[session]]", "a version has two sessions"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "venue.toml"
    path.write_text(text)
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(name="FIX.5.0SP2"), True),
        (Condition(name="FIXT.1.1"), True),
        (Condition(name="FIX.4.4"), False),
        (Condition(name="acceptor"), True),
        (Condition(name="initiator"), False),
        (Condition(name="application"), True),
        (Condition(name="application", value="echo"), True),
        (Condition(name="application", value="other"), False),
        (Condition(name="off"), False),
        (Condition(name="gone"), False),
    ],
)
def test_a_condition_is_a_version_a_role_or_an_option(condition: Condition, holds: bool) -> None:
    session = party("FIX.5.0SP2", {"application": "echo", "off": "N"})
    assert session.holds(condition, Role.ACCEPTOR) is holds


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("", ""),
        ("roles: initiator", "it is not for an acceptor"),
        ("versions: FIX.4.2", "it is not for FIX.4.4"),
        ("needs: chunk=5, other", "it needs chunk=5, other"),
        ("not applicable: a hook is needed", "a hook is needed"),
    ],
)
def test_what_does_not_apply_says_why(head: str, reason: str) -> None:
    assert why_not(scenario("ping", head), party(), Role.ACCEPTOR) == reason


# ------------------------------------------------------------------------------------------------------ reports

PLAYED = scenario("ping", "case: 2b\nunseen: a warning")
FAILED = Finding(5, "field 34: expected 2, received <&\x02>", "35=0", "8=FIX.4.4|35=3|")
RESULTS = [
    Result(PLAYED, "FIX.4.4", Role.ACCEPTOR, Verdict.PASS, notes=("quickfix",), elapsed_ns=1_500_000),
    Result(PLAYED, "FIX.4.4", Role.ACCEPTOR, Verdict.FAIL, FAILED),
    Result(PLAYED, "FIX.4.2", Role.ACCEPTOR, Verdict.NOT_APPLICABLE, Finding(0, "it needs a hook")),
    Result(PLAYED, "FIX.4.2", Role.ACCEPTOR, Verdict.INCONCLUSIVE, Finding(1, "no connection")),
]


def test_a_line_says_verdict_version_and_what_it_was() -> None:
    assert [as_line(result) for result in RESULTS] == [
        "ok    FIX.4.4     x  A title  (as quickfix)",
        "FAIL  FIX.4.4     x  A title",
        "n/a   FIX.4.2     x  A title  [it needs a hook]",
        "????  FIX.4.2     x  A title",
    ]


def test_a_failure_says_where_and_by_which_rule() -> None:
    assert as_text(RESULTS[1]).splitlines()[1:] == [
        "      x.scenario:5: field 34: expected 2, received <&\x02>",
        "      expected  35=0",
        "      received  8=FIX.4.4|35=3|",
        "      rule      The rule",
    ]
    assert as_text(RESULTS[2]) == as_line(RESULTS[2])


def test_the_table_closes_with_passed_and_failed() -> None:
    lines = as_table(RESULTS).splitlines()
    assert lines[1].split() == ["FIX.4.4", "1", "1", "0", "0"]
    assert lines[2].split() == ["FIX.4.2", "0", "0", "1", "1"]
    assert lines[3] == "1 passed, 2 failed"
    assert str(tally(RESULTS)) == lines[3]


def test_junit_holds_a_suite_a_version() -> None:
    root = ElementTree.fromstring(as_junit(RESULTS))
    suites = {suite.get("name"): suite for suite in root}
    assert [suites["FIX.4.4"].get(key) for key in ("tests", "failures", "errors", "skipped")] == ["2", "1", "0", "0"]
    assert [suites["FIX.4.2"].get(key) for key in ("tests", "failures", "errors", "skipped")] == ["2", "0", "1", "1"]
    failure = suites["FIX.4.4"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "field 34: expected 2, received <&?>"
    assert "The rule" in (failure.text or "")


def test_json_holds_all_that_is_known() -> None:
    data = json.loads(as_json(RESULTS))
    assert (data["passed"], data["failed"], data["not_applicable"], data["inconclusive"]) == (1, 1, 1, 1)
    first, second = data["results"][:2]
    assert (first["id"], first["cases"], first["verdict"], first["notes"]) == ("x", ["2b"], "pass", ["quickfix"])
    assert (first["elapsed_ms"], first["finding"], first["unseen"]) == (1.5, None, "a warning")
    assert second["finding"] == {"line": 5, "cause": FAILED.cause, "expected": "35=0", "received": "8=FIX.4.4|35=3|"}


# ------------------------------------------------------------------------------------------------------ command


@contextmanager
def acceptor() -> Iterator[str]:
    """A lawful acceptor on a loop of its own, by the clock of the machine; gives HOST:PORT."""
    ready, port = threading.Event(), 0
    loop = asyncio.new_event_loop()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _live(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def start() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0)

    async def end(server: asyncio.Server) -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # What was closed has its sockets closed by the loop's next turns.
        for _ in range(3):
            await asyncio.sleep(0)

    def main() -> None:
        nonlocal port
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(start())
        port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        loop.run_until_complete(end(server))
        loop.close()

    thread = threading.Thread(target=main)
    thread.start()
    assert ready.wait(10)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _live(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with the SendingTime(52) of what is answered."""
    peer = Peer(reader, writer, "FIX.4.4")
    answers = {"A": "35=A|98=0|108=30|141=Y", "1": "35=0", "5": "35=5"}
    while True:
        received = await peer.read()
        text = answers.get(received["35"])
        if text is None:
            continue
        kind, _, rest = text.partition("|")
        more = f"|112={received['112']}" if "112" in received else ""
        peer.send(f"{kind}|34={received['34']}|52={received['52']}" + (f"|{rest}" if rest else "") + more)
        if received["35"] == "5":
            return


def written(folder: Path, name: str, steps: str) -> str:
    path = folder / f"{name}.scenario"
    path.write_text(f"id: {name}\ntitle: {name}\ncase: {name}\nrule: The rule\n---\n{steps}\n")
    return str(path)


WHO = ("--version", "FIX.4.4", "--sender", "US", "--target", "PEER", "--deadline", "2")


def test_the_command_plays_scenarios_against_an_acceptor(tmp_path: Path) -> None:
    written(tmp_path, "good", "logon\nping")
    written(tmp_path, "bad", "logon\nsend 35=1|112=A\nexpect 35=0|112=B")
    with acceptor() as address:
        both = run(
            "certify", "run", address, *WHO, "--scenarios", str(tmp_path), "--junit", str(tmp_path / "report.xml")
        )
        good = run("certify", "run", address, *WHO, "--scenarios", str(tmp_path), "--only", "good", "--transcript")
        data = run("certify", "run", address, *WHO, "--scenarios", str(tmp_path / "good.scenario"), "--json")
    assert both.exit_code == 1
    assert "FAIL  FIX.4.4     bad" in both.stdout
    assert "field 112: expected B, received A" in both.stdout
    assert both.stdout.endswith("1 passed, 1 failed\n")
    assert 'failures="1"' in (tmp_path / "report.xml").read_text()
    assert good.exit_code == 0
    assert "-> 8=FIX.4.4|9=" in good.stdout
    assert good.stdout.endswith("1 passed, 0 failed\n")
    assert data.exit_code == 0
    assert json.loads(data.stdout)["passed"] == 1


def test_the_command_plays_definitions(tmp_path: Path) -> None:
    logon = b"8=FIX.4.4\x0135=A\x0134=1\x0149=US\x0152=<TIME>\x0156=PEER\x0198=0\x01108=30\x01"
    (tmp_path / "a.def").write_bytes(b"iCONNECT\nI" + logon + b"\niDISCONNECT\n")
    (tmp_path / "b.def").write_bytes(b"iCONNECT\niSET_SESSION x\n")
    with acceptor() as address:
        result = run("certify", "run", address, "--def", str(tmp_path))
    assert result.exit_code == 0
    assert "[line 2: iSET_SESSION" in result.stdout
    assert result.stdout.endswith("1 passed, 0 failed\n")


def test_the_command_ends_with_2_if_nothing_could_be_played(tmp_path: Path) -> None:
    path = written(tmp_path, "good", "logon")
    assert run("certify", "run", "127.0.0.1:1", *WHO, "--scenarios", path).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "localhost", *WHO), "localhost is no HOST:PORT"),
        (("run", "localhost:1"), "nobody says who is certified"),
        (("run", "localhost:1", *WHO, "--profile", "x"), "a profile says versions"),
        (("run", "localhost:1", *WHO, "--scenarios", "gone"), "gone: there is no such file"),
        (("run", "localhost:1", *WHO, "--only", "gone"), "there is no such scenario"),
        (("run", "localhost:1", "--def", "gone"), "gone: there is no such folder"),
        (("listen", "1", "--profile", "gone"), "gone: No such file"),
        (("import", "gone"), "gone: there is no such folder"),
    ],
)
def test_what_the_command_cannot_do_is_told(arguments: tuple[str, ...], told: str) -> None:
    result = run("certify", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_folder_without_definitions_is_told(tmp_path: Path) -> None:
    assert "there is no .def file in it" in run("certify", "import", str(tmp_path)).stderr


def test_the_command_listens_for_initiators(tmp_path: Path) -> None:
    path = written(tmp_path, "good", "logon")
    result = run("certify", "listen", "0", *WHO, "-o", "application=echo", "--scenarios", path, "--patience", "0.1")
    assert result.exit_code == 2
    assert "listening at 127.0.0.1:" in result.stderr
    assert "nobody connected in time" in result.stdout


def test_definitions_are_written_in_our_language(tmp_path: Path) -> None:
    folder = tmp_path / "definitions" / "fix44"
    folder.mkdir(parents=True)
    (folder / "a.def").write_bytes(b"iCONNECT\nI8=FIX.4.4\x01\n")
    (folder / "b.def").write_bytes(b"iCONNECT\neCONNECT\n")
    result = run("certify", "import", str(tmp_path / "definitions"), "--into", str(tmp_path / "ours"))
    assert result.exit_code == 0
    assert "client suite" in result.stderr
    assert "2 scenarios in" in result.stdout
    assert "send 8=FIX.4.4|" in (tmp_path / "ours/fix44/a.scenario").read_text()


def test_the_catalogue_is_what_is_played_without_a_choice(tmp_path: Path) -> None:
    profile = tmp_path / "p.toml"
    profile.write_text('version = "FIX.4.4"\nsender_comp_id = "US"\ntarget_comp_id = "PEER"\n')
    with acceptor() as address:
        arguments = ("certify", "run", address, "--profile", str(profile), "--only", "4b", "--mandatory")
        assert run(*arguments).stdout.endswith("1 passed, 0 failed\n")


def test_a_session_of_options_is_a_counterparty() -> None:
    said = {"version": "FIX.4.4", "sender_comp_id": "US", "target_comp_id": "PEER"}
    assert counterparty("options", said) == Counterparty(VERSIONS["FIX.4.4"], "US", "PEER")
    assert Limits().message_bytes == 1024 * 1024
