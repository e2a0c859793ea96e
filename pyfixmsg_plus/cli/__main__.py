"""``python -m pyfixmsg_plus.cli``, where the command itself is not on the path."""

from pyfixmsg_plus.cli.command import main

__all__: list[str] = []

main()
