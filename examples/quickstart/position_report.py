"""PositionReport(35=AP): a clearing house says what an account holds and what it is worth."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44
from pyfixmsg_plus.values import MonthYear


def position_report() -> fix44.PositionReport:
    """Calls at the start and at the end of a day, by quantity and by amount."""
    return fix44.PositionReport(
        sender_comp_id="CLEARING",
        target_comp_id="MEMBER",
        msg_seq_num=16,
        sending_time=datetime(2026, 6, 19, 21, 0, tzinfo=UTC),
        pos_maint_rpt_id="RP1",
        pos_req_id="PR1",
        pos_req_result=fix44.PosReqResult.VALID_REQUEST,
        clearing_business_date=date(2026, 6, 19),
        party_ids=[
            fix44.Parties(
                party_id="MBR",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.CLEARING_FIRM,
            )
        ],
        account="60014",
        account_type=fix44.AccountType.CARRIED_CUSTOMER_SIDE,
        symbol="IBM",
        cfi_code="OCASPS",
        maturity_month_year=MonthYear(2026, 6),
        put_or_call=fix44.PutOrCall.CALL,
        strike_price=100,
        settl_price=Decimal("4.15"),
        settl_price_type=fix44.SettlPriceType.FINAL,
        prior_settl_price=Decimal("3.90"),
        underlyings=[
            fix44.PosUndInstrmtGrp(
                underlying_symbol="IBM",
                underlying_settl_price=Decimal("104.15"),
                underlying_settl_price_type=fix44.SettlPriceType.FINAL,
            )
        ],
        positions=[
            fix44.PositionQty(pos_type=fix44.PosType.START_OF_DAY_QTY, long_qty=40, short_qty=0),
            fix44.PositionQty(
                pos_type=fix44.PosType.END_OF_DAY_QTY,
                long_qty=15,
                short_qty=0,
                nested_party_ids=[
                    fix44.NestedParties(
                        nested_party_id="CUST7",
                        nested_party_id_source=fix44.PartyIDSource.PROPRIETARY,
                        nested_party_role=fix44.PartyRole.CUSTOMER_ACCOUNT,
                    )
                ],
            ),
        ],
        pos_amt=[
            fix44.PositionAmountData(
                pos_amt_type=fix44.PosAmtType.FINAL_MARK_TO_MARKET_AMOUNT, pos_amt=Decimal("6225.00")
            ),
            fix44.PositionAmountData(pos_amt_type=fix44.PosAmtType.PREMIUM_AMOUNT, pos_amt=Decimal("0")),
        ],
    )


if __name__ == "__main__":
    message = position_report().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
