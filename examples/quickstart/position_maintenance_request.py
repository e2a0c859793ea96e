"""PositionMaintenanceRequest(35=AL): a clearing member has options of a customer exercised."""

from datetime import UTC, date, datetime

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44
from pyfixmsg_plus.values import MonthYear


def position_maintenance_request() -> fix44.PositionMaintenanceRequest:
    """Exercise 25 of the calls that an account is long."""
    return fix44.PositionMaintenanceRequest(
        sender_comp_id="MEMBER",
        target_comp_id="CLEARING",
        msg_seq_num=14,
        sending_time=datetime(2026, 6, 19, 20, 15, tzinfo=UTC),
        pos_req_id="PM1",
        pos_trans_type=fix44.PosTransType.EXERCISE,
        pos_maint_action=fix44.PosMaintAction.NEW,
        clearing_business_date=date(2026, 6, 19),
        party_ids=[
            fix44.Parties(
                party_id="MBR",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.CLEARING_FIRM,
                party_sub_ids=[fix44.PtysSubGrp(party_sub_id="OPTIONS")],
            )
        ],
        account="60014",
        account_type=fix44.AccountType.CARRIED_CUSTOMER_SIDE,
        symbol="IBM",
        cfi_code="OCASPS",
        maturity_month_year=MonthYear(2026, 6),
        put_or_call=fix44.PutOrCall.CALL,
        strike_price=100,
        transact_time=datetime(2026, 6, 19, 20, 15, tzinfo=UTC),
        positions=[
            fix44.PositionQty(
                pos_type=fix44.PosType.OPTION_EXERCISE_QTY,
                long_qty=25,
                nested_party_ids=[
                    fix44.NestedParties(
                        nested_party_id="CUST7",
                        nested_party_id_source=fix44.PartyIDSource.PROPRIETARY,
                        nested_party_role=fix44.PartyRole.CUSTOMER_ACCOUNT,
                    )
                ],
            )
        ],
    )


if __name__ == "__main__":
    message = position_maintenance_request().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
