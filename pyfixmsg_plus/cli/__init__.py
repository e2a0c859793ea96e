"""The command ``fixplus``."""

from pyfixmsg_plus.cli.app import app, main

__all__ = ["app", "main"]
