"""ExecutionReport(35=8): a fill, with who stood on the other side and what it cost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44


def execution_report() -> fix44.ExecutionReport:
    """A partial fill of 40 of 100 shares."""
    return fix44.ExecutionReport(
        sender_comp_id="VENUE",
        target_comp_id="BUYSIDE",
        msg_seq_num=3,
        sending_time=datetime(2026, 3, 2, 14, 30, 1, 300_000, tzinfo=UTC),
        order_id="O1",
        exec_id="E1",
        cl_ord_id="A1",
        exec_type=fix44.ExecType.TRADE,
        ord_status=fix44.OrdStatus.PARTIALLY_FILLED,
        symbol="IBM",
        side=fix44.Side.BUY,
        order_qty=100,
        last_qty=40,
        last_px=Decimal("99.24"),
        leaves_qty=60,
        cum_qty=40,
        avg_px=Decimal("99.24"),
        trade_date=date(2026, 3, 2),
        transact_time=datetime(2026, 3, 2, 14, 30, 1, 299_000, tzinfo=UTC),
        contra_brokers=[fix44.ContraGrp(contra_broker="XYZ", contra_trade_qty=40)],
        misc_fees=[
            fix44.MiscFeesGrp(
                misc_fee_amt=Decimal("0.12"), misc_fee_curr="USD", misc_fee_type=fix44.MiscFeeType.EXCHANGE_FEES
            )
        ],
    )


if __name__ == "__main__":
    message = execution_report().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
