"""Where a session's files lie: names that are safe whatever the CompIDs hold, and never the same for two sessions."""

import hashlib
import json
import re
from dataclasses import asdict

from pyfixmsg_plus.values import SessionID

__all__ = ["identity", "identity_of", "safe_name"]

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
_READABLE_MAX = 80
# 64 bits: names of sessions on one machine do not meet by accident, and what a folder holds is compared at opening.
_DIGEST_LETTERS = 16


def identity(session_id: SessionID) -> str:
    """Return the identity of a session as JSON, equal for equal sessions alone."""
    return json.dumps(asdict(session_id), sort_keys=True)


def identity_of(text: str) -> SessionID:
    """Return the session that an identity names.

    Raises:
        ValueError: The text is no identity.
    """
    fields = json.loads(text)
    try:
        return SessionID(**fields)
    except TypeError as error:
        raise ValueError(f"{text!r} names no session") from error


def safe_name(session_id: SessionID) -> str:
    """Return a name of at most 97 letters: a readable part, and a digest of the whole identity."""
    parts = [session_id.begin_string, session_id.sender_comp_id, session_id.target_comp_id]
    if session_id.session_qualifier:
        parts.append(session_id.session_qualifier)
    readable = _UNSAFE.sub("_", "-".join(parts))[:_READABLE_MAX]
    digest = hashlib.sha256(identity(session_id).encode("utf-8", "surrogatepass")).hexdigest()
    # A leading dot would hide the folder, and a leading hyphen would be taken for an option.
    return f"{re.sub('^[.-]', '_', readable)}-{digest[:_DIGEST_LETTERS]}"
