"""From bytes to messages and back.

``parse`` reads one message, ``split`` and ``Splitter`` cut a stream into messages. Source: FIX tag=value encoding, and
FIX session layer on what makes a message garbled.
"""

from pyfixmsg_plus._core import Splitter, parse, split

__all__ = ["Splitter", "parse", "split"]
