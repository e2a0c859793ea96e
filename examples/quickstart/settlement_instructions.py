"""SettlementInstructions(35=T): where an account's securities and cash go, until further notice."""

from datetime import UTC, datetime

import pyfixmsg_plus as fix
from pyfixmsg_plus.message_types import fix44


def settlement_instructions() -> fix44.SettlementInstructions:
    """Standing instructions of one account: groups to four levels."""
    return fix44.SettlementInstructions(
        sender_comp_id="BUYSIDE",
        target_comp_id="BROKER",
        msg_seq_num=13,
        sending_time=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        settl_inst_msg_id="SI1",
        settl_inst_mode=fix44.SettlInstMode.STANDING_INSTRUCTIONS_PROVIDED,
        transact_time=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        settl_inst=[
            fix44.SettlInstGrp(
                settl_inst_id="SI1-FUND1",
                settl_inst_trans_type=fix44.SettlInstTransType.NEW,
                party_ids=[
                    fix44.Parties(
                        party_id="FUND1",
                        party_id_source=fix44.PartyIDSource.PROPRIETARY,
                        party_role=fix44.PartyRole.CUSTOMER_ACCOUNT,
                    )
                ],
                effective_time=datetime(2026, 3, 3, tzinfo=UTC),
                settl_delivery_type=fix44.SettlDeliveryType.VERSUS,
                dlvy_inst=[
                    delivery(
                        fix44.DlvyInstType.SECURITIES, "SEC-60014", fix44.PartySubIDType.SECURITIES_ACCOUNT_NUMBER
                    ),
                    delivery(fix44.DlvyInstType.CASH, "USD-60014", fix44.PartySubIDType.CASH_ACCOUNT_NUMBER),
                ],
            )
        ],
    )


def delivery(what: fix44.DlvyInstType, account: str, kind: fix44.PartySubIDType) -> fix44.DlvyInstGrp:
    """The custodian that receives securities or cash, and on which of its accounts."""
    return fix44.DlvyInstGrp(
        settl_inst_source=fix44.SettlInstSource.INSTITUTION,
        dlvy_inst_type=what,
        settl_party_ids=[
            fix44.SettlParties(
                settl_party_id="CUSTUS33",
                settl_party_id_source=fix44.PartyIDSource.BIC,
                settl_party_role=fix44.PartyRole.CUSTODIAN,
                settl_party_sub_ids=[fix44.SettlPtysSubGrp(settl_party_sub_id=account, settl_party_sub_id_type=kind)],
            )
        ],
    )


if __name__ == "__main__":
    message = settlement_instructions().message
    print(message.pretty())
    for violation in fix.load_dictionary("FIX.4.4").validate(message):
        print(violation)
