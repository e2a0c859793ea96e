"""The session: what to do with what arrives, is sent, or falls silent.

A session does no input or output. It is told what happened and what time it is, and answers with effects, which a
driver carries out in their order; :mod:`pyfixmsg_plus.engine` has one. Bytes in tests and simulations need no socket:

>>> from pyfixmsg_plus.clock import Now
>>> config = SessionConfig(
...     begin_string="FIX.4.4", connection_type="initiator", sender_comp_id="US", target_comp_id="PEER", heart_bt_int=30
... )
>>> session = Session(config)
>>> [type(effect).__name__ for effect in session.connected(Now(0, 0))]
['ResetStore', 'Append', 'Write']
>>> session.state
'logon_sent'
"""

from typing import TypeAlias

from pyfixmsg_plus._core import (
    Advance,
    Append,
    Close,
    CloseReason,
    Deliver,
    LogonIdentity,
    Notify,
    Replay,
    ResetStore,
    Session,
    SessionConfig,
    SessionEvent,
    Write,
)

__all__ = [
    "Advance",
    "Append",
    "Close",
    "CloseReason",
    "Deliver",
    "Effect",
    "LogonIdentity",
    "Notify",
    "Replay",
    "ResetStore",
    "Session",
    "SessionConfig",
    "SessionEvent",
    "Write",
]

Effect: TypeAlias = Append | Write | Deliver | Advance | Replay | ResetStore | Notify | Close
"""What a session asks for."""
