"""Keys of dictionaries, and of what a message is held against."""

from pyfixmsg_plus.config.key import Group, Topic
from pyfixmsg_plus.config.kinds import Charset, Dictionaries, DictionaryName, Flag, Whole
from pyfixmsg_plus.config.values import FrozenMap

__all__ = ["KEYS"]

_CJGN = "CJGN"
_key = Topic(Group.VALIDATION).key
KEYS = (
    _key("UseDataDictionary", Flag(), "Hold messages against a dictionary.", "Y", engines="CJN"),
    _key("DataDictionary", DictionaryName(), "The dictionary of a FIX 4.x session.", "",
         default_words="bundled, by BeginString", engines=_CJGN),
    _key("TransportDataDictionary", DictionaryName(), "The dictionary of FIXT session messages.", "",
         default_words="bundled", engines=_CJGN),
    _key("AppDataDictionary", Dictionaries(),
         "The dictionary of application messages in FIXT; AppDataDictionary.FIX.4.4 is one more, for that version.",
         FrozenMap(),
         default_words="bundled, by version", engines=_CJGN, is_by_version=True),
    _key("ValidateIncomingMessage", Flag(), "Hold received messages against the dictionary.", "Y", engines="J"),
    _key("ValidateFieldsOutOfOrder", Flag(), "Header, body and trailer must not be mixed (373=14).", "Y",
         engines=_CJGN),
    _key("ValidateFieldsHaveValues", Flag(), "Fields must not be empty (373=4).", "Y", engines=_CJGN),
    _key("ValidateUserDefinedFields", Flag(), "Tags from 5000 must be in the dictionary too (373=0, 2).", "Y",
         engines=_CJGN),
    _key("ValidateUnorderedGroupFields", Flag(), "The fields of a group must be in its order (373=15).", "Y",
         engines="J"),
    _key("FirstFieldInGroupIsDelimiter", Flag(), "Whatever comes first in a group begins its entries.", "N",
         engines="J"),
    _key("AllowUnknownMsgFields", Flag(), "Tags below 5000 that a message does not have are let pass.", "N",
         engines=_CJGN),
    _key("AllowUnknownEnumValues", Flag(), "Codes that the dictionary does not list are let pass.", "N",
         engines="JN"),
    _key("ValidateLengthAndChecksum", Flag(), "N: a wrong BodyLength(9) or CheckSum(10) is let pass.", "Y",
         engines="CN"),
    _key("ValidateChecksum", Flag(), "N: a wrong CheckSum(10) is let pass.", "Y", engines="J"),
    _key("RejectGarbledMessage", Flag(), "Answer a garbled message with a Reject(35=3).", "N", engines="J"),
    _key("RejectInvalidMessage", Flag(), "N: deliver a faulty message, with a warning.", "Y", engines="JG"),
    _key("PreserveMessageFieldsOrder", Flag(), "Send the body in the order given, not ascending by tag.", "N",
         engines="C"),
    _key("Encoding", Charset(), "The charset of text values.", "ISO-8859-1", engines="N"),
    _key("MaxMessageSize", Whole(256, 1 << 30, "bytes"), "A longer message ends the connection; MaxMessageSize(383).",
         1 << 20, default_words="1 MiB"),
)  # fmt: skip
