# ruff: noqa: D102 # what the methods do, Kind says
"""Values that are never shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from pyfixmsg_plus.config.kinds.kind import CONTROL, Kind, NotReadable, Schema
from pyfixmsg_plus.config.secret import Location, Secret, normal_location
from pyfixmsg_plus.config.values import LogonTag

__all__ = ["Fields", "LocationText", "Pem", "SecretText"]


@dataclass(frozen=True)
class SecretText(Kind):
    """A text that is never shown."""

    annotation: ClassVar[str] = "Secret"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Secret | None:
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write it in quotes.")
        text = text.strip()
        if CONTROL.search(text):
            raise NotReadable("it holds a control character or a line break", "Write it on one line.")
        return Secret(text) if text else None

    def write(self, value: Secret) -> str:
        return value.reveal()

    @property
    def words(self) -> str:
        return "a secret: text, `@file:PATH`, `${NAME}` or `@encrypted:...`"


@dataclass(frozen=True)
class Pem(Kind):
    r"""Certificates or a key as PEM text; on one line, ``\n`` stands for the ends of lines."""

    annotation: ClassVar[str] = "Secret"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Secret | None:
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write the PEM text in quotes.")
        text = text.replace("\\n", "\n").replace("\r\n", "\n").strip()
        if text and not (text.startswith("-----BEGIN ") and text.endswith("-----")):
            raise NotReadable("it is no PEM text", r"Write it from -----BEGIN to -----, with \n for the ends of lines.")
        if CONTROL.search(text.replace("\n", "")):
            raise NotReadable("it holds a control character", r"Write \n for the ends of lines and nothing else.")
        return Secret(text) if text else None

    def write(self, value: Secret) -> str:
        return value.reveal().replace("\n", "\\n")

    @property
    def words(self) -> str:
        return "PEM text"


@dataclass(frozen=True)
class LocationText(Kind):
    """The URL of a store or a log."""

    annotation: ClassVar[str] = "Location"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> Location | None:
        text = value.reveal() if isinstance(value, Location) else value
        if not isinstance(text, str):
            raise NotReadable("it is not text", "Write the URL in quotes.")
        text = text.strip()
        if not text:
            return None
        if CONTROL.search(text) or not Location(text).scheme:
            raise NotReadable("it is no URL", "Write a URL such as journal:store or postgresql://user@host/name.")
        return Location(normal_location(text))

    def write(self, value: Location) -> str:
        return value.reveal()

    @property
    def words(self) -> str:
        return "a URL"


@dataclass(frozen=True)
class Fields(Kind):
    """Fields ``tag=value`` that are added to a message; each may be a secret."""

    annotation: ClassVar[str] = "tuple[LogonTag, ...]"
    is_secret: ClassVar[bool] = True

    def read(self, value: object) -> tuple[LogonTag, ...]:
        if isinstance(value, str):
            return tuple(map(self._field, re.split(r",\s*(?=[0-9]+=)", value))) if value.strip() else ()
        if isinstance(value, LogonTag):
            return (value,)
        if isinstance(value, Sequence):
            return tuple(map(self._field, value))
        raise NotReadable("it is no list of fields", "Write tag=value.")

    def _field(self, value: object) -> LogonTag:
        if isinstance(value, LogonTag):
            return value
        if not isinstance(value, str):
            raise NotReadable("a field of it is not text", "Write tag=value, such as 553=trader1.")
        tag, sign, text = value.strip().partition("=")
        if not sign or not re.fullmatch(r"[1-9][0-9]{0,8}", tag):
            raise NotReadable("it is not of the form tag=value", "Write tag=value, such as 553=trader1.")
        if int(tag) in (8, 9, 10, 34, 35, 49, 52, 56):
            raise NotReadable(f"tag {tag} is the session's own", "Leave it out; the session sets it.")
        if not text.strip() or CONTROL.search(text):
            raise NotReadable(f"tag {tag} has no value, or one with a control character", "Write tag=value.")
        return LogonTag(int(tag), Secret(text.strip()))

    def write(self, value: Sequence[LogonTag]) -> str:
        return ",".join(f"{field.tag}={field.value.reveal()}" for field in value)

    def toml(self, value: Sequence[LogonTag]) -> object:
        return [f"{field.tag}={field.value.reveal()}" for field in value]

    def schema(self) -> Schema:
        one = {"type": "string", "pattern": "^[1-9][0-9]*=.+$"}
        return {"anyOf": [{"type": "array", "items": one}, {"type": "string"}]}

    @property
    def words(self) -> str:
        return "fields, each as tag=value"
