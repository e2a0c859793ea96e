"""NewOrderSingle(35=D): a limit order, with the firms that have a part in it."""

from datetime import UTC, datetime
from decimal import Decimal

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44


def new_order_single() -> fix44.NewOrderSingle:
    """An order for 100 shares, from a desk of the executing firm, to be cleared by another."""
    return fix44.NewOrderSingle(
        sender_comp_id="BUYSIDE",
        target_comp_id="VENUE",
        msg_seq_num=2,
        sending_time=datetime(2026, 3, 2, 14, 30, 1, 250_000, tzinfo=UTC),
        cl_ord_id="A1",
        symbol="IBM",
        side=fix44.Side.BUY,
        order_qty=100,
        ord_type=fix44.OrdType.LIMIT,
        price=Decimal("99.25"),
        time_in_force=fix44.TimeInForce.DAY,
        transact_time=datetime(2026, 3, 2, 14, 30, 1, 249_000, tzinfo=UTC),
        party_ids=[
            fix44.Parties(
                party_id="BRK",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.EXECUTING_FIRM,
                party_sub_ids=[fix44.PtysSubGrp(party_sub_id="DESK", party_sub_id_type=fix44.PartySubIDType.SYSTEM)],
            ),
            fix44.Parties(
                party_id="CLR",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.CLEARING_FIRM,
            ),
        ],
    )


if __name__ == "__main__":
    message = new_order_single().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
