"""Applications by the names under which the command line knows them."""

import importlib
from pathlib import Path

from pyfixmsg_plus.engine import Application
from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.testing.counterparties.echo import EchoApplication
from pyfixmsg_plus.testing.counterparties.executor import ExecutorApplication
from pyfixmsg_plus.testing.counterparties.script import ScriptedApplication, load_script

__all__ = ["application_named"]


def application_named(name: str) -> Application:
    """Make an application.

    Args:
        name: ``echo``, ``echo-more``, ``executor``, the path of a script (``.toml``), or ``module:Class``.

    Raises:
        ConfigError: There is none of that name.
    """
    match name:
        case "echo":
            return EchoApplication()
        case "echo-more":
            return EchoApplication(more=True)
        case "executor":
            return ExecutorApplication()
    if name.endswith(".toml"):
        return ScriptedApplication(load_script(Path(name)))
    module, colon, attribute = name.partition(":")
    if not colon:
        raise ConfigError(f"there is no application {name!r}: echo, echo-more, executor, a script.toml or module:Class")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{name}: {error}") from error
    application = found() if isinstance(found, type) else found
    if not isinstance(application, Application):
        raise ConfigError(f"{name} is no Application")
    return application
