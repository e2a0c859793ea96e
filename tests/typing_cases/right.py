"""What type checking must let pass."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_type

from pyfixmsg_plus.message_types import Entries, Tag, TypedMessage, fix44, fix50sp2

order = fix44.NewOrderSingle(
    cl_ord_id="A1",
    symbol="AAPL",
    side=fix44.Side.BUY,
    order_qty=100,
    ord_type=fix44.OrdType.LIMIT,
    price=Decimal("1.5"),
    transact_time=datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
    exec_inst=[fix44.ExecInst.WORK, fix44.ExecInst.HELD],
    settl_date=date(2026, 3, 4),
    locate_reqd=False,
    party_ids=[fix44.Parties(party_id="BRK", party_role=fix44.PartyRole.EXECUTING_FIRM)],
    sender_comp_id="BUYSIDE",
    account=None,
)
assert_type(order.cl_ord_id, str | None)
assert_type(order.price, Decimal | None)
assert_type(order.order_qty, Decimal | None)
assert_type(order.side, fix44.Side | str | None)
assert_type(order.transact_time, int | None)
assert_type(order.settl_date, date | None)
assert_type(order.locate_reqd, bool | None)
assert_type(order.exec_inst, tuple[fix44.ExecInst | str, ...] | None)
assert_type(order.party_ids, Entries[fix44.Parties])
assert_type(order.party_ids[0].party_role, fix44.PartyRole | int | None)
assert_type(order.instrument.symbol, str | None)
assert_type(fix44.NewOrderSingle.parse(b""), fix44.NewOrderSingle)

order.price = 2
order.price = None
order.transact_time = 0
order.party_ids.append(fix44.Parties(party_id="CLR"))
order.party_ids = [fix44.Parties(party_id="CLR")]
order.instrument = fix44.Instrument(symbol="IBM")
tag: int = Tag.MsgSeqNum
own: int = fix44.Tag.ClOrdID

instrument: fix44.Instrument = order.instrument
part = fix50sp2.NewOrderSingle(instrument=fix50sp2.Instrument(symbol="IBM"), security_xml_part=None)


def handle(message: TypedMessage) -> str | None:
    """Tell messages apart by their class."""
    match message:
        case fix44.ExecutionReport(exec_type=fix44.ExecType.TRADE):
            return message.exec_id
        case fix44.NewOrderSingle(cl_ord_id=str(cl_ord_id)):
            return cl_ord_id
        case _:
            return None
