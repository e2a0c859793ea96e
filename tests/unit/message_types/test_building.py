"""Typed messages are built, read and changed by the names of their fields."""

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import Typed, TypedMessage, fix42, fix44, fix50sp2
from pyfixmsg_plus.values import MonthYear
from tests.wire import wire

T = 1_772_461_800_250_000_000  # 2026-03-02 14:30:00.250 UTC
HEADER: dict[str, Any] = {"sender_comp_id": "BUYSIDE", "target_comp_id": "VENUE", "msg_seq_num": 2, "sending_time": T}


def order(**more: Any) -> fix44.NewOrderSingle:
    fields: dict[str, Any] = {
        "cl_ord_id": "A1",
        "symbol": "AAPL",
        "side": fix44.Side.BUY,
        "order_qty": 100,
        "ord_type": fix44.OrdType.LIMIT,
        "price": Decimal("1.50"),
        "transact_time": T,
    }
    return fix44.NewOrderSingle(**HEADER, **fields, **more)


def party(party_id: str, **more: Any) -> fix44.Parties:
    return fix44.Parties(party_id=party_id, party_id_source=fix44.PartyIDSource.PROPRIETARY, **more)


def test_a_message_is_written_as_the_standard_says() -> None:
    parties = [
        party("BRK", party_role=fix44.PartyRole.EXECUTING_FIRM, party_sub_ids=[fix44.PtysSubGrp(party_sub_id="DESK")])
    ]
    assert order(party_ids=parties).encode() == wire(
        "8=FIX.4.4|35=D|34=2|49=BUYSIDE|52=20260302-14:30:00.250|56=VENUE|11=A1|38=100|40=2|44=1.50|54=1|55=AAPL|"
        "60=20260302-14:30:00.250|453=1|448=BRK|447=D|452=1|802=1|523=DESK|"
    )


def test_a_built_message_has_no_faults() -> None:
    message = order().message
    assert fix.load_dictionary("FIX.4.4").validate(message) == []


def test_values_have_the_types_of_their_datatypes() -> None:
    made = order(
        locate_reqd=True,
        exec_inst=[fix44.ExecInst.WORK, fix44.ExecInst.HELD],
        settl_date=date(2026, 3, 4),
        maturity_month_year="202606",
        encoded_text="é".encode("latin-1"),
        text="more",
        acct_id_source=fix44.AcctIDSource.BIC,
    )
    read = fix44.NewOrderSingle.parse(made.encode())
    assert read.price == Decimal("1.50")
    assert read.order_qty == 100
    assert read.msg_seq_num == 2
    assert read.side is fix44.Side.BUY
    assert read.acct_id_source is fix44.AcctIDSource.BIC
    assert read.locate_reqd is True
    assert read.exec_inst == (fix44.ExecInst.WORK, fix44.ExecInst.HELD)
    assert read.transact_time == T
    assert read.settl_date == date(2026, 3, 4)
    assert read.maturity_month_year == MonthYear(2026, 6)
    assert read.encoded_text == b"\xe9"
    assert read.encoded_text_len == 1
    assert read.begin_string == "FIX.4.4"
    assert read.msg_type == "D"
    assert read.check_sum == read.message[10]
    assert read.account is None
    assert list(read.party_ids) == []


def test_a_code_that_is_not_known_comes_back_as_it_stands() -> None:
    message = order().message
    message[54] = "Z"
    message.add_group(453, {448: "X", 452: 4711})
    seen = fix44.NewOrderSingle.from_message(message)
    assert seen.side == "Z"
    assert not isinstance(seen.side, fix44.Side)
    assert seen.party_ids[0].party_role == 4711


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        (T, "20260302-14:30:00.250"),
        (T + 7_000, "20260302-14:30:00.250007"),
        (T + 7, "20260302-14:30:00.250000007"),
        (datetime(2026, 3, 2, 14, 30, tzinfo=UTC), "20260302-14:30:00.000"),
        (datetime(2026, 3, 2, 15, 30, tzinfo=timezone(timedelta(hours=1))), "20260302-14:30:00.000"),
        ("20260302-14:30:00.123456789012", "20260302-14:30:00.123456789012"),
    ],
)
def test_a_timestamp_has_the_digits_that_it_needs(given: int | datetime | str, wire: str) -> None:
    made = order()
    made.transact_time = given
    assert made.message[60] == wire


def test_zoned_times_are_kept_in_their_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    made = fix50sp2.TradeCaptureReport(
        tz_transact_time=datetime(2026, 3, 2, 14, 30, tzinfo=zone), maturity_time=time(7, 39, tzinfo=UTC)
    )
    assert made.message[1132] == "20260302-14:30:00+05:30"
    assert made.tz_transact_time == datetime(2026, 3, 2, 14, 30, tzinfo=zone)
    assert made.maturity_time == time(7, 39, tzinfo=UTC)
    with pytest.raises(ValueError, match="needs a datetime with a zone"):
        made.tz_transact_time = datetime(2026, 3, 2, 14, 30)  # noqa: DTZ001


def test_none_takes_a_field_out() -> None:
    made: Any = order(account="ACC")
    made.account = None
    made.price = None
    made.allocs = None
    assert 1 not in made.message
    assert made.price is None
    assert order(account=None) == order()


def test_what_is_set_stands_in_the_message_and_the_other_way_round() -> None:
    made = order()
    made.symbol = "MSFT"
    assert made.message[55] == "MSFT"
    made.message["Symbol"] = "IBM"
    assert made.symbol == "IBM"


def test_a_component_is_seen_in_its_message() -> None:
    made: Any = order()
    made.instrument.security_id = "US0378331005"
    assert made.security_id == "US0378331005"
    assert made.instrument == fix44.Instrument(symbol="AAPL", security_id="US0378331005")
    made.instrument = fix44.Instrument(symbol="IBM", security_alt_id=[fix44.SecAltIDGrp(security_alt_id="459200101")])
    assert made.security_id is None
    assert [alt.security_alt_id for alt in made.security_alt_id] == ["459200101"]
    made.instrument = None
    assert made.symbol is None
    assert fix44.NewOrderSingle(instrument=fix44.Instrument(symbol="IBM")).symbol == "IBM"


def test_a_component_and_its_field_are_not_both_given() -> None:
    with pytest.raises(TypeError, match="symbol twice"):
        fix44.NewOrderSingle(instrument=fix44.Instrument(symbol="IBM"), symbol="IBM")


def test_a_component_with_a_field_of_its_own_name_is_its_part() -> None:
    part = fix50sp2.SecurityXML(security_xml=b"<a/>")
    made = fix50sp2.NewOrderSingle(security_xml_part=part)
    assert made.security_xml == b"<a/>"
    assert made.security_xml_len == 4


def test_entries_are_a_list_that_writes_through() -> None:
    made = order(party_ids=[party("A"), party("B")])
    entries = made.party_ids
    entries.append(party("C"))
    entries.insert(0, party("Z"))
    entries.insert(-1, party("Y"))
    assert [entry.party_id for entry in made.party_ids] == ["Z", "A", "B", "Y", "C"]
    assert made.message[453] == "5"
    del entries[0]
    del entries[1:3]
    entries[0] = party("AA")
    assert [entry.party_id for entry in entries] == ["AA", "C"]
    entries[0].party_role = fix44.PartyRole.CLIENT_ID
    assert made.message.groups(453)[0].int(452) == 3
    assert [entry.party_id for entry in entries[1:]] == ["C"]
    entries[:] = []
    entries[:] = []
    assert 453 not in made.message
    made.party_ids = [party("N")]
    made.party_ids = []
    assert 453 not in made.message
    assert made.party_ids == []


def test_entries_hold_entries() -> None:
    made = order(party_ids=[party("A")])
    made.party_ids[0].party_sub_ids.append(fix44.PtysSubGrp(party_sub_id="S"))
    alone = party("A")
    alone.party_sub_ids.append(fix44.PtysSubGrp(party_sub_id="T"))
    alone.party_sub_ids[0].party_sub_id = "S"
    assert alone == made.party_ids[0]
    assert alone.party_sub_ids == [fix44.PtysSubGrp(party_sub_id="S")]
    del alone.party_sub_ids[0]
    assert list(alone.party_sub_ids) == []
    alone.party_sub_ids = [fix44.PtysSubGrp(party_sub_id="U")]
    alone.party_sub_ids = None
    alone.party_role = None
    assert alone == party("A")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"cl_order_id": "A"}, r"NewOrderSingle\(\) has no field 'cl_order_id'; did you mean 'cl_ord_id'"),
        ({"check_sum": "000"}, "written by itself and cannot be given"),
        ({"side": fix44.OrdType.LIMIT}, "codes of Side, and cannot be OrdType.LIMIT"),
        ({"exec_inst": [fix44.Side.BUY]}, "codes of ExecInst"),
        ({"price": 1.5}, "float"),
        ({"settl_date": datetime(2026, 3, 2, tzinfo=UTC)}, "settl_date is a date"),
        ({"party_ids": [fix44.PtysSubGrp(party_sub_id="A")]}, "entries of Parties, not PtysSubGrp"),
        ({"party_ids": "A"}, "party_ids is a list of Parties, not str"),
        ({"instrument": party("A")}, "instrument holds the fields of Instrument, not Parties"),
    ],
)
def test_what_does_not_belong_is_refused(wrong: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError, match=text):
        fix44.NewOrderSingle(**wrong)


def test_attributes_that_are_none_are_refused() -> None:
    made: Any = order()
    loose: Any = party("A")
    with pytest.raises(AttributeError, match="NewOrderSingle has no field 'symbl'; did you mean 'symbol'"):
        made.symbl = "AAPL"
    with pytest.raises(AttributeError, match="did you mean 'price'"):
        _ = made.pric
    with pytest.raises(AttributeError, match="msg_type is written by itself"):
        made.msg_type = "8"
    with pytest.raises(AttributeError, match="Parties has no field 'party'"):
        _ = loose.party
    module: Any = fix44
    with pytest.raises(AttributeError, match=r"FIX\.4\.4 has no 'NewOrderSngle'; did you mean 'NewOrderSingle'"):
        _ = module.NewOrderSngle


def test_codes_of_another_version_are_taken_by_their_name() -> None:
    assert order(account=None, time_in_force=fix42.TimeInForce.DAY).time_in_force is fix44.TimeInForce.DAY  # type: ignore[arg-type, unused-ignore]


def test_text_stands_for_any_value() -> None:
    made: Any = order(min_qty="002000.00", exec_inst="1 G", handl_inst="1")
    assert made.message[110] == "002000.00"
    assert made.handl_inst is fix44.HandlInst.AUTOMATED_EXECUTION_NO_INTERVENTION
    assert made.exec_inst == (fix44.ExecInst.NOT_HELD, fix44.ExecInst.ALL_OR_NONE)
    made.exec_inst = fix44.ExecInst.WORK
    assert made.exec_inst == (fix44.ExecInst.WORK,)
    made.exec_inst = ()
    assert made.exec_inst is None


def test_equality_is_that_of_the_fields() -> None:
    assert order() == order()
    assert order() != order(account="A")
    assert party("A") == party("A")
    assert party("A") != party("B")
    assert party("A") != fix50sp2.Parties(party_id="A", party_id_source=fix50sp2.PartyIDSource.PROPRIETARY)
    assert order(party_ids=[party("A")]).party_ids[0] == party("A")
    assert order() != "order"
    assert order(party_ids=[party("A")]).party_ids != (party("A"), party("B"))
    assert order().party_ids != "none"


@pytest.mark.parametrize(
    "made",
    [order(party_ids=[party("A")]), party("A"), fix44.Instrument(symbol="A")],
    ids=lambda made: type(made).__name__,
)
def test_copies_are_equal_and_apart(made: Typed) -> None:
    for twin in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert twin == made
        assert type(twin) is type(made)
    changed: Any = copy.copy(made)
    name = "party_id" if isinstance(made, fix44.Parties) else "symbol"
    setattr(changed, name, "B")
    assert changed != made


def test_enums_cross_process_borders() -> None:
    assert pickle.loads(pickle.dumps(fix44.Side.BUY)) is fix44.Side.BUY


def test_a_message_says_what_it_holds() -> None:
    made = order(party_ids=[party("A")])
    assert repr(made).startswith("NewOrderSingle(sender_comp_id='BUYSIDE', target_comp_id='VENUE', msg_seq_num=2, ")
    assert "side=Side.BUY" in repr(made)
    assert "party_ids=[Parties(party_id='A', party_id_source=PartyIDSource.PROPRIETARY)]" in repr(made)
    made.message[44] = "x"
    assert "price=b'x'" in repr(made)


def test_what_stands_alone_is_read_as_in_a_message() -> None:
    alone = fix44.Instrument(symbol="IBM", security_alt_id=[fix44.SecAltIDGrp(security_alt_id=name) for name in "AB"])
    assert alone.symbol == "IBM"
    alone.symbol = "MSFT"
    alone.security_id = "US5949181045"
    alone.security_id = None
    del alone.security_alt_id[0]
    assert repr(alone) == "Instrument(symbol='MSFT', security_alt_id=[SecAltIDGrp(security_alt_id='B')])"
    assert repr(fix44.PartyRole.CLIENT_ID) == "PartyRole.CLIENT_ID"
    assert alone != "MSFT"


def test_a_class_tells_the_tags_of_its_attributes() -> None:
    kind: Any = fix44.NewOrderSingle
    assert [kind.symbol.tag, kind.party_ids.tag, kind.msg_type.tag] == [55, 453, 35]
    assert kind.instrument.name == "instrument"


def test_secrets_are_not_shown() -> None:
    logon = fix44.Logon(username="desk1", password="secret", heart_bt_int=30)
    assert "secret" not in repr(logon)
    assert "password='***'" in repr(logon)


def test_messages_are_matched_by_class_and_field() -> None:
    message: TypedMessage = order(account="ACC")
    match message:
        case fix44.ExecutionReport():
            found = "report"
        case fix44.NewOrderSingle(side=fix44.Side.BUY, account=str(account)):
            found = account
        case _:
            found = "other"
    assert found == "ACC"
    match party("A", party_role=fix44.PartyRole.CLIENT_ID):
        case fix44.Parties(party_role=fix44.PartyRole.CLIENT_ID, party_id=str(found)):
            pass
    assert found == "A"
    assert fix44.NewOrderSingle.__match_args__ == ("cl_ord_id", "side", "transact_time", "ord_type")


def test_names_are_listed_for_completion() -> None:
    assert {"cl_ord_id", "symbol", "party_ids", "instrument", "encode"} <= set(dir(order()))
    assert {"NewOrderSingle", "Side", "Parties", "Instrument", "Tag"} <= set(dir(fix44))


def test_bytes_are_those_of_the_message() -> None:
    assert bytes(order()) == order().encode() == order().message.encode()
