"""Messages with places to be filled in.

A template is text with ``|`` or SOH between fields, or a line a field; ``#`` begins a comment line. In a value stand
``{{name}}``, which is asked for or given, ``{{name=default}}``, and what is filled in by itself: ``{{now}}`` (UTC, in
milliseconds), ``{{today}}``, ``{{id}}`` (a new number each time), and in a reply ``{{11}}`` or ``{{ClOrdID}}``, the
field of the message that is answered. BeginString(8) and what the session writes by itself may be left out::

    35=D|11={{id}}|55={{symbol=IBM}}|54=1|38={{quantity}}|40=1|60={{now}}
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyfixmsg_plus.dictionary import Dictionary
from pyfixmsg_plus.errors import PyFixMsgError
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.values import format_timestamp

__all__ = ["Template", "TemplateError", "read_template"]

_PLACE = re.compile(r"\{\{\s*(\w+)\s*(?:=([^}]*))?\}\}")
# What the session writes by itself.
_BY_ITSELF = frozenset({"now", "today", "id"})
_OURS = frozenset({"8", "9", "10", "34", "49", "52", "56"})


class TemplateError(PyFixMsgError):
    """A template that makes no message."""


@dataclass(frozen=True, slots=True)
class Template:
    """Fields in their order, values with places.

    Attributes:
        name: Where it comes from, for people.
        fields: Tag or name, and value.
    """

    name: str
    fields: tuple[tuple[str, str], ...]

    @property
    def places(self) -> dict[str, str | None]:
        """What somebody has to say, with its default where it has one."""
        found = {found[1]: found[2] for _, value in self.fields for found in _PLACE.finditer(value)}
        return {name: default for name, default in found.items() if name not in _BY_ITSELF}

    def fill(
        self,
        begin_string: str,
        dictionary: Dictionary | None,
        *,
        utc_ns: int,
        number: int,
        given: Mapping[str, str] | None = None,
        answered: Message | None = None,
    ) -> Message:
        """Make a message.

        Args:
            begin_string: BeginString(8) of the session.
            dictionary: Of the application's version; nothing: the one of the version.
            utc_ns: The time for ``now`` and ``today``.
            number: For ``id``.
            given: Values by name.
            answered: The message that is answered.

        Raises:
            TemplateError: A place stays empty, or a field is not known.
        """
        known = {"now": format_timestamp(utc_ns), "today": format_timestamp(utc_ns, 0)[:8], "id": f"{number}"}

        def value_of(found: re.Match[str]) -> str:
            name, default = found[1], found[2]
            if given is not None and name in given:
                return given[name]
            if answered is not None:
                key: int | str = int(name) if name.isdigit() else name
                value = _field(answered, key)
                if value is not None:
                    return value
            if name in known:
                return known[name]
            if default is not None:
                return default
            raise TemplateError(f"{self.name}: nothing is known for {{{{{name}}}}}")

        fields: list[tuple[int | str, str]] = [(8, begin_string)]
        for key, text in self.fields:
            if key not in _OURS:
                fields.append((int(key) if key.isdigit() else key, _PLACE.sub(value_of, text)))
        try:
            return Message(fields, dictionary=dictionary)
        except (KeyError, ValueError, PyFixMsgError) as error:
            raise TemplateError(f"{self.name}: {error}") from error


def _field(message: Message, key: int | str) -> str | None:
    try:
        return message.get(key)
    except KeyError:
        return None


def read_template(source: str | Path) -> Template:
    """Read a template from a file, or from a text that holds a ``=``.

    Raises:
        TemplateError: It has no MsgType(35), or a line is no field.
        OSError: The file cannot be read.
    """
    is_text = isinstance(source, str) and "=" in source
    text = str(source) if is_text else Path(source).read_text(encoding="utf-8")
    name = "the template" if is_text else str(source)
    lines = [line.strip() for line in text.splitlines()]
    joined = "|".join(line for line in lines if line and not line.startswith("#"))
    fields = []
    for field in filter(None, joined.replace("\x01", "|").split("|")):
        key, sign, value = field.partition("=")
        if not sign or not key.strip():
            raise TemplateError(f"{name}: {field!r} is no field")
        fields.append((key.strip(), value))
    if not any(key in ("35", "MsgType") for key, _ in fields):
        raise TemplateError(f"{name} has no MsgType(35)")
    return Template(name, tuple(fields))
