"""Which values are not shown: in logs, in ``repr``, in error texts, in JSON.

Password(554), NewPassword(925), EncryptedPassword(1402), EncryptedNewPassword(1404), and RawData(96) of a Logon(35=A),
where passwords were sent before they had a field. ``hide_fields`` adds to them, for the whole program: errors and other
texts are made where no settings are at hand. What is hidden stays hidden.
"""

from pyfixmsg_plus._core import hidden_fields, hide_fields, is_secret

__all__ = ["MASK", "hidden_fields", "hide_fields", "is_secret"]

MASK = "***"
