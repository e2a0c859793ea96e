"""Counterparties answer as they are told: the echo, the executor, a script."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.clock import ManualClock
from pyfixmsg_plus.engine import Application, Session
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.testing.counterparties import (
    EchoApplication,
    ExecutorApplication,
    ScriptedApplication,
    application_named,
    load_script,
    read_template,
)
from pyfixmsg_plus.testing.counterparties.templates import TemplateError
from tests.unit.engine.pair import Recorder, order, pair, play, until

NOON = 1_772_452_800_000_000_000


class Desk(Recorder):
    def from_admin(self, message: Message, session: Session) -> None:
        if message.msg_type not in ("A", "5"):
            self.admin.append(message)


async def talk(venue: Application, *sent: Message, count: int, **more: Any) -> list[Message]:
    """What comes back, session messages too."""
    desk = Desk()
    async with pair(venue, desk, initiator=more) as both:
        for message in sent:
            both.ours.send(message)
        await until(lambda: len(desk.messages) + len(desk.admin) == count)
    return [*desk.messages, *desk.admin]


EMAIL = Message({8: "FIX.4.4", 35: "C", 164: "T", 94: "0", 147: "s", 33: [{58: "one"}, {58: "two"}]})
DEFINITION = {35: "d", 320: "r", 322: "s", 323: 1, 55: "IBM"}
NEWS = Message({8: "FIX.4.4", 35: "B", 148: "echo: this", 33: [{58: "text"}]})
QUOTE_REQUEST = Message({8: "FIX.4.4", 35: "R", 131: "Q", 146: [{55: "IBM"}]})
TRADE_REQUEST = Message({8: "FIX.4.4", 35: "AD", 568: "T", 569: 0})


@pytest.mark.parametrize("message", [order(), EMAIL, Message({8: "FIX.4.4", **DEFINITION})], ids=["D", "C", "d"])
def test_the_echo_comes_back_as_it_was(message: Message) -> None:
    (answer,) = play(talk(EchoApplication(), message, count=1))
    kept = {tag: value for tag, value in answer.to_dict(names=False).items() if int(tag) not in (9, 10, 34, 49, 52, 56)}
    given = {tag: value for tag, value in message.to_dict(names=False).items() if int(tag) not in (9, 10)}
    assert kept == given


@pytest.mark.parametrize("message", [NEWS, QUOTE_REQUEST, TRADE_REQUEST], ids=["B", "R", "AD"])
def test_the_echo_refuses_what_it_does_not_know(message: Message) -> None:
    (answer,) = play(talk(EchoApplication(), message, count=1))
    assert (answer.msg_type, answer[380]) == ("j", "3")


@pytest.mark.parametrize(
    ("message", "answers"), [(NEWS, ["B"]), (QUOTE_REQUEST, ["R"]), (TRADE_REQUEST, [])], ids=["B", "R", "AD"]
)
def test_the_larger_echo_knows_more(message: Message, answers: list[str]) -> None:
    found = play(talk(EchoApplication(more=True), message, order(), count=len(answers) + 1))
    assert [one.msg_type for one in found] == [*answers, "D"]


def test_the_larger_echo_answers_xml() -> None:
    xml = Message({8: "FIX.4.4", 35: "n", 212: 4, 213: "<a/>"})
    # The other engine's answer lacks a group that the standard requires.
    (answer,) = play(talk(EchoApplication(more=True), xml, count=1, validate_incoming_message=False))
    assert answer[148] == "Successfully received 'n' message with seqNo=2"


def test_an_order_that_is_possibly_a_repetition_is_echoed_once() -> None:
    found = play(talk(EchoApplication(), order("A1"), order("A1", **{"97": "Y"}), order("A2", **{"97": "Y"}), count=2))
    assert [one[11] for one in found] == ["A1", "A2"]


def test_the_executor_acknowledges_and_fills() -> None:
    new, fill = play(talk(ExecutorApplication(), order(**{"44": "9.5", "40": "2", "1": "acc"}), count=2))
    assert (new[150], new[39], new[151], new[14]) == ("0", "0", "100", "0")
    assert (fill[150], fill[39], fill[151], fill[14], fill[31], fill[6]) == ("F", "2", "0", "100", "9.5", "9.5")
    assert (fill[1], fill[37]) == ("acc", new[37])


@pytest.mark.parametrize(
    ("msg_type", "orig", "reason", "order_id"),
    [("F", "A1", "0", "O1"), ("G", "A1", "0", "O1"), ("F", "X", "1", "NONE")],
)
def test_the_executor_is_always_too_fast_for_a_cancel(msg_type: str, orig: str, reason: str, order_id: str) -> None:
    cancel = order("C1", **{"41": orig})
    cancel[35] = msg_type
    if msg_type == "F":
        del cancel[40], cancel[21]
    *_, answer = play(talk(ExecutorApplication(), order("A1"), cancel, count=3))
    assert (answer.msg_type, answer[102], answer[37], answer[434]) == (
        "9",
        reason,
        order_id,
        "1" if msg_type == "F" else "2",
    )


def test_the_executor_refuses_the_rest() -> None:
    (answer,) = play(talk(ExecutorApplication(), EMAIL, count=1))
    assert (answer.msg_type, answer[380]) == ("j", "3")


# ------------------------------------------------------------------------------------------- templates


def filled(text: str, **more: Any) -> dict[str, str]:
    message = read_template(text).fill("FIX.4.4", None, utc_ns=NOON, number=7, **more)
    return {str(tag): value for tag, value in message.items()}


def test_a_template_is_filled_from_what_is_known() -> None:
    text = "8=FIX.4.4|9=5|35=D|11=A{{id}}|55={{symbol=IBM}}|60={{now}}|TradeDate={{today}}|1={{account}}|10=000|"
    assert filled(text, given={"account": "acc"}) == {
        "8": "FIX.4.4",
        "35": "D",
        "1": "acc",
        "11": "A7",
        "55": "IBM",
        "60": "20260302-12:00:00.000",
        "75": "20260302",
    }


def test_a_template_answers_a_message() -> None:
    found = filled("35=8|11={{11}}|55={{Symbol}}|37={{nothing=none}}|17={{id}}", answered=order("A1"))
    assert (found["11"], found["55"], found["37"], found["17"]) == ("A1", "IBM", "none", "7")


def test_a_template_may_be_a_file_with_a_line_a_field(tmp_path: Path) -> None:
    file = tmp_path / "order.fix"
    file.write_text("# an order\n35=D\n\n11={{id}}\n55={{symbol}}\n")
    template = read_template(file)
    assert template.places == {"symbol": None}
    assert template.fill("FIX.4.4", None, utc_ns=0, number=1, given={"symbol": "X"})[55] == "X"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("11=A", "has no MsgType"), ("35=D|abc", "'abc' is no field"), ("35=D|=x", "'=x' is no field")],
)
def test_what_is_no_template_is_refused(text: str, fault: str) -> None:
    with pytest.raises(TemplateError, match=fault):
        read_template(text)


@pytest.mark.parametrize(
    ("text", "fault"), [("35=D|11={{cl}}", "nothing is known for {{cl}}"), ("35=D|NoSuchField=1", "NoSuchField")]
)
def test_a_template_that_makes_no_message_says_why(text: str, fault: str) -> None:
    with pytest.raises(TemplateError, match=fault):
        filled(text)


# --------------------------------------------------------------------------------------------- scripts

SCRIPT = """
[[on]]
event = "logon"
reply = "35=B|148=welcome|33=0"

[[on]]
message = "NewOrderSingle"
where = { Symbol = "IBM", 54 = 1 }
reply = ["35=8|37={{id}}|11={{11}}|17={{id}}|39=0|150=0|55={{55}}|54={{54}}|151={{38}}|14=0|6=0", "done.fix"]

[[on]]
message = "D"
ignore = true

[[on]]
message = "F"
reject = { business_reason = 2, text = "no cancels here" }

[[on]]
message = "C"
log_out = "enough"

[[on]]
message = "R"
disconnect = true
"""


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "done.fix").write_text("35=B|148=done|33=0")

    def write(text: str) -> Path:
        file = tmp_path / "script.toml"
        file.write_text(text)
        return file

    return write


def test_a_script_is_followed(script: Callable[[str], Path]) -> None:
    async def scene() -> list[tuple[str | None, str | None]]:
        desk = Recorder()
        venue = ScriptedApplication(load_script(script(SCRIPT)), ManualClock(NOON))
        async with pair(venue, desk) as both:
            cancel = order("C1", **{"41": "A1"})
            cancel[35] = "F"
            del cancel[40], cancel[21]
            for message in (order("A1"), order("A2", **{"55": "MSFT"}), cancel, TRADE_REQUEST):
                both.ours.send(message)
            await until(lambda: len(desk.messages) == 5)
            both.ours.send(EMAIL)
            await until(lambda: both.ours.logout_text == "enough")
            await until(lambda: both.ours.metrics.logons == 2)
            both.ours.send(QUOTE_REQUEST)
            await until(lambda: both.ours.metrics.logons == 3)
        return [(message.msg_type, message.get(58) or message.get(148)) for message in desk.messages[:5]]

    assert play(scene()) == [
        ("B", "welcome"),
        ("8", None),
        ("B", "done"),
        ("j", "no cancels here"),
        ("j", "Unsupported Message Type"),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("on = 1", "has \\[\\[on\\]\\] tables"),
        ("x = ", "script.toml"),
        ("[[on]]\nreply = 'a=b'", "a message or an event"),
        ("[[on]]\nmessage = 'D'\nevent = 'logon'", "a message or an event"),
        ("[[on]]\nevent = 'logout'", "the one event is logon"),
        ("[[on]]\nmessage = 'D'\nanswer = 1", "answer is not known"),
    ],
)
def test_what_is_no_script_is_refused(script: Callable[[str], Path], text: str, fault: str) -> None:
    with pytest.raises(TemplateError, match=fault):
        load_script(script(text))


# ----------------------------------------------------------------------------------------------- names


def test_applications_have_names(
    script: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_desk.py").write_text(
        "from pyfixmsg_plus.engine import Application\nclass Own(Application):\n    pass\nown = Own()\nnumber = 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert type(application_named("echo")) is EchoApplication
    assert type(application_named("echo-more")) is EchoApplication
    assert type(application_named("executor")) is ExecutorApplication
    assert type(application_named(str(script(SCRIPT)))) is ScriptedApplication
    assert type(application_named("own_desk:Own")).__name__ == "Own"
    assert application_named("own_desk:own") is sys.modules["own_desk"].own
    for wrong, fault in [
        ("nothing", "there is no application 'nothing'"),
        ("own_desk:Missing", "has no attribute 'Missing'"),
        ("no_such_module:X", "No module named"),
        ("own_desk:number", "is no Application"),
    ]:
        with pytest.raises(ConfigError, match=fault):
            application_named(wrong)
