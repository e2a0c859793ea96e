"""Frames of ``tr_json2``: bytes to messages and back.

A server writes an array of messages; a bare object is read as well. Texts that are not UTF-8 are mended and counted,
since the connection must outlive them. Numbers become ``Decimal`` from their digits.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import msgspec

from pyfixmsg_plus.errors import PyFixMsgError

__all__ = ["Frame", "FrameError", "Message", "frame", "number", "read", "whole"]

Message = dict[str, Any]

# No price, size or time needs more; a longer exponent would be a bomb for whoever makes a whole number of it.
_EXPONENT_MAX = 40


class FrameError(PyFixMsgError):
    """A frame that is no JSON, or no message and no array of messages."""


class Frame(NamedTuple):
    """What one frame held.

    Attributes:
        messages: In the order in which they are to be handled.
        mended: It was not UTF-8 throughout.
        strangers: How many things stood among the messages that are no objects.
    """

    messages: list[Message]
    mended: bool
    strangers: int


def _digits(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


_DECODER = msgspec.json.Decoder(float_hook=_digits)
_ENCODER = msgspec.json.Encoder(decimal_format="number")
# Half of a pair that stands for one character: allowed by the grammar of JSON, and no character.
_SURROGATE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..")


def read(data: bytes | str) -> Frame:
    """Return the messages of a frame.

    Raises:
        FrameError: It holds none that could be read.
    """
    mended = False
    try:
        found = _DECODER.decode(data)
    except UnicodeDecodeError:
        mended = True
        found = _mended(data.decode("utf-8", "replace") if isinstance(data, bytes) else data)
    except msgspec.DecodeError:
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        whole_text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        if whole_text == text:
            raise FrameError(f"a frame of {len(data)} is no JSON") from None
        mended, found = True, _mended(whole_text)
    except RecursionError:
        raise FrameError(f"a frame of {len(data)} is nested too deep") from None
    if isinstance(found, dict):
        return Frame([found], mended, 0)
    if not isinstance(found, list):
        raise FrameError("a frame is neither a message nor an array of messages")
    messages = [message for message in found if isinstance(message, dict)]
    return Frame(messages, mended, len(found) - len(messages))


def _mended(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise FrameError(f"a frame of {len(text)} is no JSON") from None


def frame(message: Message | str) -> bytes:
    """Return a message of ours, or a text in one: UTF-8, without blanks."""
    return _ENCODER.encode(message)


def number(value: Any) -> Decimal | None:
    """Return a numeric value; ``None`` for a blank, for what is no number, and for infinite and absurd ones."""
    if isinstance(value, Decimal):
        return value if value.is_finite() and -_EXPONENT_MAX <= value.adjusted() <= _EXPONENT_MAX else None
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return None


def whole(value: Any) -> int | None:
    """Return a numeric value that has no fraction; ``None`` for all else."""
    found = number(value)
    return None if found is None or found != found.to_integral_value() else int(found)
