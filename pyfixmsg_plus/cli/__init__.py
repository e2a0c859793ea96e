"""The command ``fixplus``."""

from pyfixmsg_plus.cli.command import app, main

__all__ = ["app", "main"]
