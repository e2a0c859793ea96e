"""Confirmation(35=AK): a broker confirms to an account what was dealt for it and what is due."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44


def confirmation() -> fix44.Confirmation:
    """60 shares for one fund, dealt as agent, with how they are to be delivered."""
    return fix44.Confirmation(
        sender_comp_id="BROKER",
        target_comp_id="BUYSIDE",
        msg_seq_num=12,
        sending_time=datetime(2026, 3, 2, 21, 5, tzinfo=UTC),
        confirm_id="C1",
        confirm_trans_type=fix44.ConfirmTransType.NEW,
        confirm_type=fix44.ConfirmType.CONFIRMATION,
        confirm_status=fix44.ConfirmStatus.CONFIRMED,
        party_ids=[
            fix44.Parties(
                party_id="BRK",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.EXECUTING_FIRM,
            )
        ],
        orders=[fix44.OrdAllocGrp(cl_ord_id="A1", order_id="O1")],
        transact_time=datetime(2026, 3, 2, 21, 5, tzinfo=UTC),
        trade_date=date(2026, 3, 2),
        symbol="IBM",
        # FIX 4.4 asks for underlyings and legs of every confirmation.
        underlyings=[fix44.UndInstrmtGrp(underlying_symbol="IBM")],
        legs=[fix44.InstrmtLegGrp(leg_symbol="IBM")],
        alloc_qty=60,
        side=fix44.Side.BUY,
        capacities=[fix44.CpctyConfGrp(order_capacity=fix44.OrderCapacity.AGENCY, order_capacity_qty=60)],
        alloc_account="FUND1",
        avg_px=Decimal("99.246"),
        gross_trade_amt=Decimal("5954.76"),
        net_money=Decimal("5956.01"),
        settl_instructions_data=fix44.SettlInstructionsData(
            settl_delivery_type=fix44.SettlDeliveryType.VERSUS,
            dlvy_inst=[
                fix44.DlvyInstGrp(
                    settl_inst_source=fix44.SettlInstSource.INSTITUTION,
                    dlvy_inst_type=fix44.DlvyInstType.SECURITIES,
                    settl_party_ids=[
                        fix44.SettlParties(
                            settl_party_id="CUSTUS33",
                            settl_party_id_source=fix44.PartyIDSource.BIC,
                            settl_party_role=fix44.PartyRole.CUSTODIAN,
                        )
                    ],
                )
            ],
        ),
        misc_fees=[
            fix44.MiscFeesGrp(misc_fee_amt=Decimal("1.25"), misc_fee_curr="USD", misc_fee_type=fix44.MiscFeeType.LEVY)
        ],
    )


if __name__ == "__main__":
    message = confirmation().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
