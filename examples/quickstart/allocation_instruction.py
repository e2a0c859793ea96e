"""AllocationInstruction(35=J): the fills of an order are shared out among two accounts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44


def allocation_instruction() -> fix44.AllocationInstruction:
    """100 shares, 60 of them for one fund and 40 for another; each says who holds its assets."""
    return fix44.AllocationInstruction(
        sender_comp_id="BUYSIDE",
        target_comp_id="BROKER",
        msg_seq_num=11,
        sending_time=datetime(2026, 3, 2, 21, 0, tzinfo=UTC),
        alloc_id="AL1",
        alloc_trans_type=fix44.AllocTransType.NEW,
        alloc_type=fix44.AllocType.CALCULATED,
        alloc_no_orders_type=fix44.AllocNoOrdersType.EXPLICIT_LIST_PROVIDED,
        orders=[fix44.OrdAllocGrp(cl_ord_id="A1", order_id="O1", order_qty=100)],
        execs=[
            fix44.ExecAllocGrp(last_qty=40, exec_id="E1", last_px=Decimal("99.24")),
            fix44.ExecAllocGrp(last_qty=60, exec_id="E2", last_px=Decimal("99.25")),
        ],
        side=fix44.Side.BUY,
        symbol="IBM",
        quantity=100,
        avg_px=Decimal("99.246"),
        trade_date=date(2026, 3, 2),
        allocs=[allocation("FUND1", 60, custodian="CUSTUS33"), allocation("FUND2", 40, custodian="CUSTGB2L")],
    )


def allocation(account: str, qty: int, *, custodian: str) -> fix44.AllocGrp:
    """The share of one account, with its custodian and what it pays."""
    return fix44.AllocGrp(
        alloc_account=account,
        alloc_qty=qty,
        individual_alloc_id=f"AL1-{account}",
        nested_party_ids=[
            fix44.NestedParties(
                nested_party_id=custodian,
                nested_party_id_source=fix44.PartyIDSource.BIC,
                nested_party_role=fix44.PartyRole.CUSTODIAN,
                nested_party_sub_ids=[fix44.NstdPtysSubGrp(nested_party_sub_id="SETTLEMENTS")],
            )
        ],
        commission=Decimal("0.02") * qty,
        comm_type=fix44.CommType.ABSOLUTE,
        misc_fees=[
            fix44.MiscFeesGrp(misc_fee_amt=Decimal("0.05"), misc_fee_curr="USD", misc_fee_type=fix44.MiscFeeType.LEVY)
        ],
    )


if __name__ == "__main__":
    message = allocation_instruction().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
