"""What we send for items: requests, batches below the server's limit, reissues and Close."""

from collections.abc import Iterator, Sequence
from typing import Any

from pyfixmsg_plus.feeds.refinitiv.item import Item
from pyfixmsg_plus.feeds.refinitiv.wire import Message, frame

__all__ = ["close", "fitting", "packed", "request"]


def request(item: Item, name: str | list[str], stream_id: int, *, refresh: bool = True) -> Message:
    """Return the request of an item, of a batch of its like, or its reissue."""
    options = item.options
    key: dict[str, Any] = {"Name": name}
    if options.name_type != "Ric":
        key["NameType"] = options.name_type
    named = (
        ("Service", item.service),
        ("Identifier", options.identifier),
        ("Filter", options.filter),
        ("Elements", options.elements),
    )
    key |= {word: value for word, value in named if value is not None}
    message: Message = {"ID": stream_id, "Key": key}
    if options.domain != "MarketPrice":
        message["Domain"] = options.domain
    if not options.streaming:
        message["Streaming"] = False
    if not refresh:
        message["Refresh"] = False
    if options.view and not item.is_book:
        message["View"] = list(options.view)
    if item.paused:
        message["Pause"] = True
    if options.priority is not None:
        message["Priority"] = {"Class": options.priority[0], "Count": options.priority[1]}
    if options.qos is not None:
        message["Qos"] = dict(options.qos)
    if options.worst_qos is not None:
        message["WorstQos"] = dict(options.worst_qos)
    if not options.key_in_updates:
        message["KeyInUpdates"] = False
    if options.conflation_info:
        message["ConfInfoInUpdates"] = True
    return message


def fitting(items: Sequence[Item], stream_id: int, limit: int) -> int:
    """Return how many items, from the first, a batch may hold so that its frame is no longer than the limit."""
    size = len(frame(request(items[0], [], stream_id)))
    for count, item in enumerate(items):
        size += len(frame(item.name)) + 1  # a comma
        if size > limit:
            return count
    return len(items)


def packed(messages: Sequence[Message], limit: int) -> Iterator[bytes]:
    """Frames that hold the messages in order, each as few as the limit allows; a longer message is alone."""
    pile: list[bytes] = []
    size = 1
    for message in messages:
        raw = frame(message)
        if pile and size + len(raw) + 1 > limit:
            yield _joined(pile)
            pile, size = [], 1
        pile.append(raw)
        size += len(raw) + 1
    if pile:
        yield _joined(pile)


def _joined(pile: Sequence[bytes]) -> bytes:
    return pile[0] if len(pile) == 1 else b"[" + b",".join(pile) + b"]"


def close(stream_id: int | list[int], domain: str) -> Message:
    """Return the Close of one stream or of many of one domain."""
    message: Message = {"ID": stream_id, "Type": "Close"}
    if domain != "MarketPrice":
        message["Domain"] = domain
    return message
