"""Applications that stand in for a counterparty: one that echoes, one that fills orders, one that follows a script."""

from pyfixmsg_plus.testing.counterparties.echo import EchoApplication
from pyfixmsg_plus.testing.counterparties.executor import ExecutorApplication
from pyfixmsg_plus.testing.counterparties.naming import application_named
from pyfixmsg_plus.testing.counterparties.script import Script, ScriptedApplication, load_script
from pyfixmsg_plus.testing.counterparties.templates import Template, read_template

__all__ = [
    "EchoApplication",
    "ExecutorApplication",
    "Script",
    "ScriptedApplication",
    "Template",
    "application_named",
    "load_script",
    "read_template",
]
