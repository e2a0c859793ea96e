"""Kinds of values: how each is read from text or from Python, written again, and described in a JSON schema.

A kind takes what a file says, which is text (or, in TOML, a number, a list, a time), and what a program passes, which
may be the value itself. What it cannot read is a ``NotReadable`` that says the cause and the remedy, and never the text
of a secret.
"""

from pyfixmsg_plus.config.kinds.kind import Kind, NotReadable
from pyfixmsg_plus.config.kinds.lists import ListOf, MsgTypes
from pyfixmsg_plus.config.kinds.numbers import Number, Precision, Tag, TrafficClass, Whole
from pyfixmsg_plus.config.kinds.secrets import Fields, LocationText, Pem, SecretText
from pyfixmsg_plus.config.kinds.texts import Charset, Choice, Flag, Network, PathText, Text
from pyfixmsg_plus.config.kinds.times import DayName, TimeText, Zone, is_zone
from pyfixmsg_plus.config.kinds.versions import AppVersion, BeginString, Dictionaries, DictionaryName, TlsVersion

__all__ = [
    "AppVersion",
    "BeginString",
    "Charset",
    "Choice",
    "DayName",
    "Dictionaries",
    "DictionaryName",
    "Fields",
    "Flag",
    "Kind",
    "ListOf",
    "LocationText",
    "MsgTypes",
    "Network",
    "NotReadable",
    "Number",
    "PathText",
    "Pem",
    "Precision",
    "SecretText",
    "Tag",
    "Text",
    "TimeText",
    "TlsVersion",
    "TrafficClass",
    "Whole",
    "Zone",
    "is_zone",
]
