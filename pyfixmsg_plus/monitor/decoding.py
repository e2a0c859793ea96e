"""Explain a message field by field: tag, name, value and what the value means. Secrets are masked.

The page never decodes: the dictionaries stand here, and every reader is told the same.
"""

from dataclasses import dataclass

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message import MASK, Message, is_secret

__all__ = ["DecodedField", "DecodedMessage", "decode"]

# What belongs to the session itself.
_ADMIN = frozenset("0 1 2 3 4 5 A".split())  # noqa: SIM905 - read as a list
_MSG_TYPE = 35


@dataclass(frozen=True, slots=True)
class DecodedField:
    """One field.

    Attributes:
        tag: Its number.
        name: Its name; nothing where the dictionary has none.
        value: As it came, control characters replaced.
        meaning: What a code stands for; nothing where it is no code.
    """

    tag: int
    name: str | None
    value: str
    meaning: str | None


@dataclass(frozen=True, slots=True)
class DecodedMessage:
    """A message, explained.

    Attributes:
        msg_type: MsgType(35).
        name: Of the message.
        admin: It belongs to the session.
        text: As on the wire, with ``|`` for SOH.
        fields: In the order in which they came.
        faults: What is wrong with it, in words.
    """

    msg_type: str
    name: str | None
    admin: bool
    text: str
    fields: tuple[DecodedField, ...]
    faults: tuple[str, ...] = ()


def decode(message: Message, dictionary: Dictionary) -> DecodedMessage:
    """Explain a message by a dictionary.

    Args:
        message: Parsed, with or without faults.
        dictionary: That of its session.
    """
    msg_type = message.msg_type or ""
    fields = tuple(_field(tag, value, msg_type, dictionary) for tag, value in message.items())
    return DecodedMessage(
        msg_type=msg_type,
        name=message.name,
        admin=msg_type in _ADMIN,
        text="".join(f"{field.tag}={field.value}|" for field in fields),
        fields=fields,
        faults=tuple(str(fault) for fault in message.faults),
    )


def _field(tag: int, value: str, msg_type: str, dictionary: Dictionary) -> DecodedField:
    try:
        name = dictionary.field(tag).name
    except KeyError:
        name = None
    if is_secret(tag, msg_type):
        return DecodedField(tag, name, MASK, None)
    if tag == _MSG_TYPE:
        return DecodedField(tag, name, _shown(value), _message_name(value, dictionary))
    meaning = dictionary.code_name(tag, value) if name is not None else None
    return DecodedField(tag, name, _shown(value), meaning)


def _message_name(msg_type: str, dictionary: Dictionary) -> str | None:
    try:
        return dictionary.message(msg_type).name
    except KeyError:
        return None


def _shown(value: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in value)
