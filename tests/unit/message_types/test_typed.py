"""A message is seen through the class of its version and type."""

from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus import message_types
from pyfixmsg_plus.message_types import Tag, fix40, fix42, fix43, fix44, fix50, fix50sp1, fix50sp2, fixt11, typed
from tests.wire import wire


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("8=FIX.4.0|35=D|34=1|11=A|", fix40.NewOrderSingle),
        ("8=FIX.4.2|35=8|34=1|11=A|", fix42.ExecutionReport),
        ("8=FIX.4.4|35=D|34=1|11=A|", fix44.NewOrderSingle),
        ("8=FIXT.1.1|35=D|34=1|11=A|", fix50sp2.NewOrderSingle),
        ("8=FIXT.1.1|35=D|34=1|1128=7|11=A|", fix50.NewOrderSingle),
        ("8=FIXT.1.1|35=D|34=1|1128=8|11=A|", fix50sp1.NewOrderSingle),
        ("8=FIXT.1.1|35=D|34=1|1128=6|11=A|", fix44.NewOrderSingle),
        ("8=FIXT.1.1|35=A|34=1|98=0|", fix50sp2.Logon),
    ],
)
def test_the_class_is_that_of_version_and_type(raw: str, kind: type[message_types.TypedMessage]) -> None:
    message = fix.parse(wire(raw))
    seen = typed(message)
    assert type(seen) is kind
    assert seen.message is message
    assert seen.encode() == wire(raw)


def test_a_dictionary_of_its_own_name_stands_for_its_version(tmp_path: Path) -> None:
    layer = tmp_path / "venue.toml"
    layer.write_text(
        'version = "FIX.4.4-VENUE"\n[fields.5001]\nname = "VenueField"\ntype = "String"\n', encoding="utf-8"
    )
    venue = fix.load_dictionary("FIX.4.4", layer)
    message = fix.parse(wire("8=FIX.4.4|35=D|34=1|11=A|5001=x|"), venue)
    seen = typed(message)
    assert isinstance(seen, fix44.NewOrderSingle)
    assert seen.message["VenueField"] == "x"


def test_a_session_message_has_a_class_in_the_session_version() -> None:
    logon = fixt11.Logon(heart_bt_int=30, default_appl_ver_id=fixt11.ApplVerID.FIX50_SP2)
    assert logon.begin_string == "FIXT.1.1"
    assert isinstance(typed(logon.message), fixt11.Logon)


def test_a_message_that_was_renamed_has_its_later_name_too() -> None:
    assert fix42.NewOrderSingle is fix42.OrderSingle
    assert fix43.AllocationInstruction is fix43.Allocation
    assert isinstance(typed(fix.parse(wire("8=FIX.4.2|35=D|34=1|"))), fix42.NewOrderSingle)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(KeyError, match=r"FIX\.4\.4 has no message with MsgType\(35\)='U1'"):
        typed(fix.parse(wire("8=FIX.4.4|35=U1|34=1|")))
    with pytest.raises(KeyError):
        typed(fix.Message({58: "no type"}))


def test_a_class_shows_its_own_type_alone() -> None:
    raw = wire("8=FIX.4.4|35=D|34=1|11=A|")
    with pytest.raises(ValueError, match=r"ExecutionReport\(35=8\) cannot show NewOrderSingle\(35=D\)"):
        fix44.ExecutionReport.parse(raw)
    with pytest.raises(ValueError, match="without a dictionary"):
        fix44.NewOrderSingle.from_message(fix.parse(raw, False))


def test_a_class_reads_bytes_leniently_when_told() -> None:
    raw = wire("8=FIX.4.4|35=D|34=1|11=A|")[:-4] + b"999\x01"
    with pytest.raises(fix.DecodeError):
        fix44.NewOrderSingle.parse(raw)
    assert fix44.NewOrderSingle.parse(raw, strict=False).cl_ord_id == "A"


def test_tags_have_their_names() -> None:
    assert [int(Tag.MsgSeqNum), int(fix44.Tag.ClOrdID)] == [34, 11]
    assert {int(tag) for tag in (fix42.Tag.IDSource, Tag.IDSource, Tag.SecurityIDSource)} == {22}
    assert Tag(22).name == "SecurityIDSource"
    assert fix.parse(wire("8=FIX.4.4|35=D|34=7|"))[Tag.MsgSeqNum] == "7"
    assert not hasattr(message_types, "NoSuchName")
    assert not hasattr(message_types.tags, "NoSuchName")
