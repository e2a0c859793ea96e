"""Find the callback of an application that takes a message, once for each type.

What an application overrides is looked up when it is given to an engine; which handler takes which message, when the
first message of a type comes.
"""

import inspect
from collections.abc import Callable
from typing import Any

from pyfixmsg_plus.engine.application import Application
from pyfixmsg_plus.message import Message
from pyfixmsg_plus.message_types import TypedMessage, typed
from pyfixmsg_plus.message_types.naming import attribute

__all__ = ["Dispatch", "Handler"]

Handler = Callable[[Any, Any], Any]

# These are callbacks of their own; no application message has such a name.
_NOT_HANDLERS = frozenset({"on_create", "on_logon", "on_logout"})


class Dispatch:
    """The callbacks of one application.

    Attributes:
        application: It.
        hears_to_admin: Whether it overrides ``to_admin``; what is not overridden costs nothing. The others likewise.
        to_admin_waits: Whether ``to_admin`` is ``async``. The other likewise.
    """

    __slots__ = (
        "_by_name",
        "_by_type",
        "_is_split",
        "application",
        "authenticates",
        "hears_from_admin",
        "hears_to_admin",
        "hears_to_app",
        "to_admin_waits",
        "to_app_waits",
    )

    def __init__(self, application: Application) -> None:
        self.application = application
        self.hears_to_admin = _overrides(application, "to_admin")
        self.hears_from_admin = _overrides(application, "from_admin")
        self.hears_to_app = _overrides(application, "to_app")
        self.authenticates = _overrides(application, "authenticate")
        self.to_admin_waits = inspect.iscoroutinefunction(application.to_admin)
        self.to_app_waits = inspect.iscoroutinefunction(application.to_app)
        self._by_name = {
            name: getattr(application, name)
            for name in dir(type(application))
            if name.startswith("on_") and name not in _NOT_HANDLERS and callable(getattr(application, name))
        }
        self._is_split = bool(self._by_name)
        self._by_type: dict[str | None, Handler] = {}

    def from_app(self, message: Message) -> Handler:
        """The callback that takes this application message."""
        # Types have different names in different versions: the name decides, where there is one.
        key = (message.name or message.msg_type) if self._is_split else None
        handler = self._by_type.get(key)
        if handler is None:
            handler = self._found(key)
            # A peer may make up any number of types; those without a name of the dictionary are not remembered.
            if key is None or key in self._by_type or message.name:
                self._by_type[key] = handler
        return handler

    def _found(self, name: str | None) -> Handler:
        handler: Handler | None = self._by_name.get(f"on_{attribute(name)}") if name else None
        if handler is None:
            handler = self.application.from_app
        wanted = _annotation(handler)
        if wanted is not None and wanted is not TypedMessage:
            return _as(wanted.from_message, handler)
        if wanted is TypedMessage or self.application.typed_messages:
            return _as(_typed_if_known, handler)
        return handler


def _typed_if_known(message: Message) -> TypedMessage | Message:
    """The message through the class of its type; as it is, where a venue has types of its own."""
    try:
        return typed(message)
    except KeyError:
        return message


def _as(view: Callable[[Message], TypedMessage | Message], handler: Handler) -> Handler:
    def handle(message: Message, session: Any) -> Any:
        return handler(view(message), session)

    return handle


def _overrides(application: Application, name: str) -> bool:
    return getattr(type(application), name) is not getattr(Application, name) or name in vars(application)


def _annotation(handler: Handler) -> type[TypedMessage] | None:
    """The typed class that a handler asks for, if it asks for one."""
    function = inspect.unwrap(getattr(handler, "__func__", handler))
    parameters = list(inspect.signature(handler).parameters)
    name = parameters[0] if parameters else ""
    written = getattr(function, "__annotations__", {}).get(name)
    if written is None:
        return None
    if isinstance(written, str):
        # The other annotations may name what only a type checker imports.
        try:
            written = eval(written, getattr(function, "__globals__", {}))  # noqa: S307 - the application's own source
        except (NameError, AttributeError, SyntaxError, TypeError):
            return None
    return written if inspect.isclass(written) and issubclass(written, TypedMessage) else None
