"""One list of what is not shown serves repr, errors, JSON, validation, typed classes and the command line."""

import subprocess
import sys

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.message import hidden_fields, hide_fields, is_secret
from pyfixmsg_plus.message_types import fix44
from tests.wire import wire

LOGON = wire("8=FIX.4.4|35=A|34=1|95=6|96=hidden|98=0|108=30|554=hidden|925=hidden|")
NEWS = wire("8=FIX.4.4|35=B|34=1|33=1|58=x|95=5|96=shown|148=x|")


@pytest.mark.parametrize(("tag", "msg_type", "secret"), [
    (554, "A", True), (925, "BE", True), (1402, None, True), (1404, "D", True), (96, "A", True), (96, "B", False),
    (96, None, False), (55, "A", False), (0, "A", False), (-1, "A", False), (2**40, "A", False),
])  # fmt: skip
def test_passwords_are_secret_and_raw_data_is_on_a_logon(tag: int, msg_type: str | None, secret: bool) -> None:
    assert is_secret(tag, msg_type) is secret


def test_a_logon_shows_no_password() -> None:
    message = fix.parse(LOGON)
    typed = fix44.Logon.from_message(message)
    for shown in (repr(message), str(message), message.pretty(), message.to_json(), repr(typed)):
        assert "hidden" not in shown
        assert shown.count("***") >= 2
    with pytest.raises(fix.ValueFormatError) as caught:
        message.int(96)
    assert "hidden" not in str(caught.value)
    assert caught.value.value == "***"


def test_raw_data_of_other_messages_is_shown() -> None:
    message = fix.parse(NEWS)
    for shown in (repr(message), message.pretty(), message.to_json()):
        assert "shown" in shown
    with pytest.raises(fix.ValueFormatError, match="shown"):
        message.int(96)


def test_what_a_user_hides_is_hidden_everywhere() -> None:
    # What is hidden stays so: in a process of its own.
    code = """
import pyfixmsg_plus as fix
from pyfixmsg_plus.message import hidden_fields, hide_fields
from pyfixmsg_plus.message_types import fix44
hide_fields([1, 44])
hide_fields((448, 55))
print(hidden_fields())
message = fix.Message({8: "FIX.4.4", 35: "D", "Account": "secret", "Price": "1.23456789secret", "Side": "secret",
                       "Symbol": "secret", "NoPartyIDs": [{"PartyID": "secret", "PartyRole": "1"}]})
print(message, repr(message), message.groups(453), message.pretty(), message.to_json(), message.component("Instrument"))
print(repr(fix44.NewOrderSingle(account="secret", cl_ord_id="A")))
print([v.sentence for v in message.dictionary.validate(message) if v.ref_tag_id == 44])
for read in (lambda: message.decimal(44), lambda: message.scaled(44, 2)):
    try:
        read()
    except fix.ValueFormatError as error:
        print(error, error.value)
message[44] = "1.23456"
try:
    message.scaled(44, 2)
except fix.ValueFormatError as error:
    print(error, error.value)
    assert "1.23456" not in str(error)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    first, *rest = done.stdout.splitlines()
    assert first == "[1, 44, 55, 448, 554, 925, 1402, 1404]"
    shown = "\n".join(rest).replace("54=secret", "").replace("54 Side = secret", "").replace('"Side":"secret"', "")
    assert "secret" not in shown
    assert shown.count("***") > 12


def test_a_tag_that_is_none_cannot_be_hidden() -> None:
    before = hidden_fields()
    for tags in ([-1], [2**32], ["Price"]):
        with pytest.raises((OverflowError, TypeError)):
            hide_fields(tags)  # type: ignore[arg-type]
    assert hidden_fields() == before
