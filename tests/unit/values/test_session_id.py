"""How a session is named."""

import pytest

from pyfixmsg_plus.values import SessionID


@pytest.mark.parametrize(
    ("session_id", "text"),
    [
        (SessionID("FIX.4.4", "US", "PEER"), "FIX.4.4:US->PEER"),
        (SessionID("FIX.4.2", "US", "PEER", sender_sub_id="DESK"), "FIX.4.2:US/DESK->PEER"),
        (SessionID("FIX.4.2", "US", "PEER", target_location_id="LN"), "FIX.4.2:US->PEER/LN"),
        (SessionID("FIXT.1.1", "US", "PEER", session_qualifier="2"), "FIXT.1.1:US->PEER:2"),
    ],
)
def test_a_session_is_written_with_the_names_that_it_has(session_id: SessionID, text: str) -> None:
    assert str(session_id) == text
