"""What a message says, in a few words: the part of a line that people read first."""

import re
from collections.abc import Callable
from functools import lru_cache

from pyfixmsg_plus.diagnostics.privacy import MASK, is_secret
from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.message import Message

__all__ = ["gist"]

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*|[a-z]+|[0-9]+")


@lru_cache(maxsize=4096)
def _spoken(name: str) -> str:
    """``PartiallyFilled`` and ``PARTIALLY_FILLED`` as words; versions as they are."""
    return name if any(map(str.isdigit, name)) else " ".join(part.lower() for part in _PARTS.findall(name)) or name


class _Fields:
    """The first value of each field, and the meaning of codes."""

    def __init__(self, message: Message, dictionary: Dictionary) -> None:
        msg_type = message.msg_type
        self._values: dict[int, str] = {
            tag: MASK if is_secret(tag, msg_type) else value for tag, value in reversed(message.items())
        }
        self._dictionary = dictionary

    def __call__(self, tag: int) -> str:
        """The value, empty where there is none."""
        return self._values.get(tag, "")

    def meaning(self, tag: int) -> str:
        """The code in words, or the value as it stands."""
        value = self(tag)
        name = self._dictionary.code_name(tag, value) if value else None
        return value if name is None else _spoken(name)

    def label(self, tag: int) -> str:
        """The name of a field, or its tag."""
        try:
            return self._dictionary.field(tag).name
        except KeyError:
            return str(tag)


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


def _before(word: str, value: str) -> str:
    return f"{word} {value}" if value else ""


def _instrument(fields: _Fields) -> str:
    return fields(55) or fields(48) or fields(311)


def _terms(fields: _Fields, quantity: int = 38) -> str:
    """Side, quantity, instrument and prices of an order."""
    amount = fields(quantity) or fields(152)
    limit = _before("@", fields(44))
    priced = limit or ("" if fields(40) in ("", "2") else fields.meaning(40))
    return _joined(fields.meaning(54), amount, _instrument(fields), priced, _before("stop", fields(99)))


def _order(fields: _Fields) -> str:
    return _joined(_terms(fields), fields.meaning(59), _before("·", fields(11)))


def _change(fields: _Fields) -> str:
    return _joined(_terms(fields), _before("·", fields(11)), _before("for", fields(41)))


def _execution(fields: _Fields) -> str:
    what = fields.meaning(150)
    status = fields.meaning(39)
    state = what if what == status or not status else _joined(what, f"({status})") if what else status
    last = _joined(fields(32), _before("@", fields(31))) if fields(32) not in ("", "0") else ""
    done = _joined(_before("last", last), _before("cum", fields(14)), _before("leaves", fields(151)))
    return _joined(state, "·", _terms(fields), done and f"· {done}", _before("·", fields(11)), _before("·", fields(58)))


def _cancel_reject(fields: _Fields) -> str:
    reason = fields.meaning(102) or fields.meaning(39)
    text = "" if fields(58).lower() == reason.lower() else fields(58)
    return _joined(reason, _before("·", fields(11)), _before("·", text))


def _logon(fields: _Fields) -> str:
    version = fields(1137) and f"version {fields.meaning(1137)}"
    reset = "reset" if fields(141) == "Y" else ""
    return _joined(fields(108) and f"every {fields(108)} s", reset, version, _before("user", fields(553)))


def _resend(fields: _Fields) -> str:
    end = "the last" if fields(16) in ("0", "") else fields(16)
    return f"{fields(7)} to {end}" if fields(7) else ""


def _sequence_reset(fields: _Fields) -> str:
    return _joined("gap fill" if fields(123) == "Y" else "reset", _before("to", fields(36)))


def _reject(fields: _Fields) -> str:
    reason = fields.meaning(373) or fields.meaning(380)
    field = fields(371) and f"tag {fields(371)}"
    text = "" if fields(58).lower() == reason.lower() else fields(58)
    return _joined(_before("of", fields(45)), reason, field, _before("·", text))


def _market_data(fields: _Fields) -> str:
    entries = fields(268)
    counted = entries and f"{entries} entr{'y' if entries == '1' else 'ies'}"
    return _joined(_instrument(fields), counted, _before("·", fields(262)))


def _market_data_request(fields: _Fields) -> str:
    return _joined(fields.meaning(263), _instrument(fields), _before("depth", fields(264)), _before("·", fields(262)))


def _quote(fields: _Fields) -> str:
    bid = _joined(fields(134) and f"{fields(134)} @", fields(132))
    offer = _joined(fields(135) and f"{fields(135)} @", fields(133))
    return _joined(_instrument(fields), bid, "/" if bid and offer else "", offer, _before("·", fields(117)))


def _allocation(fields: _Fields) -> str:
    accounts = fields(78) and f"· {fields(78)} account{'' if fields(78) == '1' else 's'}"
    price = _before("@", fields(6))
    action = fields.meaning(71) or fields.meaning(87)
    return _joined(action, _terms(fields, 53), price, accounts, _before("·", fields(70)))


def _confirmation(fields: _Fields) -> str:
    price = _before("@", fields(6) or fields(860))
    return _joined(fields.meaning(773), _terms(fields, 80), price, _before("·", fields(664)))


def _text(fields: _Fields) -> str:
    return fields(148) or fields(58)


def _echo(fields: _Fields) -> str:
    return fields(112)


_GISTS: dict[str, Callable[[_Fields], str]] = {
    "0": _echo, "1": _echo, "2": _resend, "3": _reject, "4": _sequence_reset, "5": _text, "A": _logon, "j": _reject,
    "B": _text, "D": _order, "E": _order, "F": _change, "G": _change, "8": _execution, "9": _cancel_reject,
    "S": _quote, "i": _quote, "AJ": _quote, "V": _market_data_request, "W": _market_data, "X": _market_data,
    "J": _allocation, "P": _allocation, "AK": _confirmation,
}  # fmt: skip

# For every other type, these fields in this order, as far as there are any.
_TELLING = (
    721, 710, 664, 70, 571, 117, 131, 262, 320, 335, 11, 37, 17, 777, 165, 709, 712, 728, 724, 55, 48, 167, 54, 38, 44,
    32, 31, 269, 270, 271, 715, 1, 15, 58,
)  # fmt: skip
_MOST_TELLING = 4


def _generic(fields: _Fields) -> str:
    found = [tag for tag in _TELLING if fields(tag)][:_MOST_TELLING]
    return ", ".join(f"{fields.label(tag)} {fields.meaning(tag)}" for tag in found)


def gist(message: Message, dictionary: Dictionary) -> str:
    """Return what a message says, in a few words."""
    return _GISTS.get(message.msg_type or "", _generic)(_Fields(message, dictionary)).removeprefix("· ")
