"""RequestForPositions(35=AN): a clearing member asks for the positions of an account."""

from datetime import UTC, date, datetime

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44
from pyfixmsg_plus.values import MonthYear


def request_for_positions() -> fix44.RequestForPositions:
    """All positions of one account in calls on one share, and what changes in them."""
    return fix44.RequestForPositions(
        sender_comp_id="MEMBER",
        target_comp_id="CLEARING",
        msg_seq_num=15,
        sending_time=datetime(2026, 6, 19, 7, 0, tzinfo=UTC),
        pos_req_id="PR1",
        pos_req_type=fix44.PosReqType.POSITIONS,
        subscription_request_type=fix44.SubscriptionRequestType.SNAPSHOT_AND_UPDATES,
        party_ids=[
            fix44.Parties(
                party_id="MBR",
                party_id_source=fix44.PartyIDSource.PROPRIETARY,
                party_role=fix44.PartyRole.CLEARING_FIRM,
                party_sub_ids=[fix44.PtysSubGrp(party_sub_id="RISK")],
            )
        ],
        account="60014",
        account_type=fix44.AccountType.CARRIED_CUSTOMER_SIDE,
        symbol="IBM",
        cfi_code="OCASPS",
        maturity_month_year=MonthYear(2026, 6),
        put_or_call=fix44.PutOrCall.CALL,
        strike_price=100,
        underlyings=[
            fix44.UndInstrmtGrp(
                underlying_symbol="IBM",
                underlying_security_id="US4592001014",
                underlying_security_id_source=fix44.SecurityIDSource.ISIN_NUMBER,
            )
        ],
        clearing_business_date=date(2026, 6, 19),
        trading_sessions=[fix44.TrdgSesGrp(trading_session_id="DAY")],
        transact_time=datetime(2026, 6, 19, 7, 0, tzinfo=UTC),
    )


if __name__ == "__main__":
    message = request_for_positions().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
