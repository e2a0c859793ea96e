"""Keep one state that many readers follow: each is given a snapshot, then what changed, and holds exactly this state.

A reader that falls behind costs no memory: of what changed only the *places* are remembered, and the values that
stand there are read when it can take them. What it did not see in between it never needs. When too many places wait,
it is given a new snapshot. Every frame says from which change to which it leads, so a reader knows that it missed
none.

The state is a tree of plain values: its first level are the parts, of which each reader sees those that its scopes
open. Everything here belongs to the thread of one event loop; nothing here reads a clock or a socket.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from pyfixmsg_plus.monitor.plain import moment

__all__ = ["CHANGES_MAX", "Hub", "Path", "Reader"]

Path: TypeAlias = tuple[str, ...]

# Beyond this many places a snapshot is hardly longer than what changed.
CHANGES_MAX = 4096

# Places that changed: a branch, or nothing where all that stands below changed.
_Places: TypeAlias = "dict[str, _Places | None]"


class Reader:
    """One who follows a hub. Made by ``Hub.reader``, ended by ``close``."""

    __slots__ = ("_changed", "_close", "_count", "_hub", "_places", "_since", "parts")

    def __init__(
        self, hub: "Hub", parts: frozenset[str], changed: Callable[[], object], close: Callable[["Reader"], None]
    ) -> None:
        self.parts = parts
        self._hub = hub
        self._changed = changed
        self._close = close
        self._places: _Places = {}
        self._count = 0
        self._since: int | None = None

    @property
    def waiting(self) -> int:
        """How many places changed since the last frame; never more than the hub's limit."""
        return self._count

    def close(self) -> None:
        """Follow no more."""
        self._close(self)

    def take(self, utc_ns: int) -> str | None:
        """Return the next frame as JSON, or nothing while there is nothing new.

        Args:
            utc_ns: The time that the frame carries, by which a page knows how its clock differs.
        """
        hub, since = self._hub, self._since
        about = {"epoch": hub.epoch, "seq": hub.seq, "at": moment(utc_ns)}
        if since is None:
            frame = {"type": "snapshot", **about, "state": hub.state(self.parts)}
        elif self._count:
            frame = {"type": "delta", **about, "since": since, "changes": list(hub.changes(self._places))}
        else:
            return None
        self._since, self._places, self._count = hub.seq, {}, 0
        return json.dumps(frame, separators=(",", ":"), allow_nan=False)

    def beat(self, utc_ns: int) -> str:
        """Return a frame that says that nothing is new, so that silence means a broken connection."""
        hub = self._hub
        return json.dumps({"type": "beat", "epoch": hub.epoch, "seq": self._since, "at": moment(utc_ns)})

    def mark(self, path: Path, limit: int) -> None:
        """Remember that something changed at a place."""
        if path[0] not in self.parts:
            return
        # Before the first frame there is nothing to remember: it will be a snapshot.
        if self._since is not None:
            self._remember(path)
            if self._count > limit:
                self._since, self._places, self._count = None, {}, 0
        self._changed()

    def _remember(self, path: Path) -> None:
        branch = self._places
        for step in path[:-1]:
            below = branch.setdefault(step, {})
            if below is None:
                return
            branch = below
        last = path[-1]
        if last in branch:
            self._count -= _leaves(branch[last])
        branch[last] = None
        self._count += 1


class Hub:
    """The state, and those who follow it.

    Args:
        epoch: Names this life of the service; a reader that finds another one forgets what it holds.
        parts: The scope that opens each part of the state.
        changes_max: How many places may wait for a reader before it is given a snapshot instead.

    Attributes:
        epoch: As given.
        seq: How many changes there were.
    """

    def __init__(self, epoch: str, parts: Mapping[str, str], *, changes_max: int = CHANGES_MAX) -> None:
        self.epoch = epoch
        self.seq = 0
        self._scopes = dict(parts)
        self._state: dict[str, Any] = {part: {} for part in parts}
        self._readers: list[Reader] = []
        self._changes_max = changes_max

    @property
    def readers(self) -> int:
        """How many follow."""
        return len(self._readers)

    def reader(self, scopes: Iterable[str], changed: Callable[[], object]) -> Reader:
        """Begin to follow, from a snapshot on.

        Args:
            scopes: What the reader may see.
            changed: Called on every change that it may see, to ask for ``take``.
        """
        held = frozenset(scopes)
        parts = frozenset(part for part, scope in self._scopes.items() if scope in held)
        reader = Reader(self, parts, changed, self._forget)
        self._readers.append(reader)
        return reader

    def put(self, path: Path, value: object) -> bool:
        """Let a value stand at a place, and say whether that changed anything.

        Args:
            path: A part, and the keys below it; what is missing on the way is made.
            value: Plain: text, whole and finite numbers, truth values, nothing, and lists and mappings of them.

        Raises:
            KeyError: There is no such part.
            ValueError: The path is empty, leads through a value that has nothing below it, or gives a part a value that
                is no mapping.
            TypeError: The value is not plain.
        """
        own = _own(value)
        if len(path) < 2 and not (path and isinstance(own, dict)):
            raise ValueError(f"a part is a mapping: {path}")
        branch = self._branch(path, make=False)
        if branch is not None and path[-1] in branch and _same(branch[path[-1]], own):
            return False
        branch = self._branch(path, make=True)
        assert branch is not None  # noqa: S101 - it was made
        branch[path[-1]] = own
        self._tell(path)
        return True

    def remove(self, path: Path) -> bool:
        """Let nothing stand at a place, and say whether that changed anything.

        What is empty above it goes with it; a part stays, empty.

        Raises:
            KeyError: There is no such part.
            ValueError: The path is empty, or leads through a value that has nothing below it.
        """
        branch = self._branch(path, make=False)
        if branch is None or path[-1] not in branch:
            return False
        if len(path) == 1:
            return self.put(path, {})
        del branch[path[-1]]
        while not branch and len(path) > 2:
            path = path[:-1]
            branch = self._state
            for step in path[:-1]:
                branch = branch[step]
            del branch[path[-1]]
        self._tell(path)
        return True

    def get(self, path: Path) -> Any:
        """Return what stands at a place, or ``None``. It is not to be changed.

        Raises:
            KeyError: There is no such part.
            ValueError: The path is empty, or leads through a value that has nothing below it.
        """
        branch = self._branch(path, make=False)
        return None if branch is None else branch.get(path[-1])

    def state(self, parts: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the parts as they stand. They are not to be changed."""
        chosen = self._state if parts is None else parts
        return {part: held for part, held in self._state.items() if part in chosen}

    def changes(self, places: "_Places") -> Iterator[dict[str, object]]:
        """Tell what stands now at each of these places; without ``value`` where nothing does."""
        yield from _changes((), places, self._state)

    # ------------------------------------------------------------------------------------------------ within

    def _branch(self, path: Path, *, make: bool) -> dict[str, Any] | None:
        """The mapping that holds the last step of a path."""
        if not path:
            raise ValueError("the path is empty")
        if path[0] not in self._state:
            raise KeyError(f"there is no part {path[0]}")
        branch = self._state
        for step in path[:-1]:
            if step not in branch:
                if not make:
                    return None
                branch[step] = {}
            branch = branch[step]
            if not isinstance(branch, dict):
                raise ValueError(f"nothing stands below {step} of {path}")  # noqa: TRY004 - the path is wrong
        return branch

    def _tell(self, path: Path) -> None:
        self.seq += 1
        for reader in tuple(self._readers):
            reader.mark(path, self._changes_max)

    def _forget(self, reader: Reader) -> None:
        if reader in self._readers:
            self._readers.remove(reader)


def _changes(path: Path, places: "_Places", held: dict[str, Any]) -> Iterator[dict[str, object]]:
    for step, below in places.items():
        here = (*path, step)
        if step not in held:
            yield {"path": here}
        elif below is None:
            yield {"path": here, "value": held[step]}
        else:
            yield from _changes(here, below, held[step])


def _leaves(places: "_Places | None") -> int:
    return 1 if places is None else sum(map(_leaves, places.values()))


def _own(value: object) -> Any:
    """A copy that nobody else can change, of a value that is plain."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() if value - value == 0:  # neither infinite nor NaN
            return value
        case Mapping():
            return {_key(key): _own(held) for key, held in value.items()}
        case list() | tuple():
            return [_own(held) for held in value]
        case _:
            raise TypeError(f"not a plain value: {type(value).__name__} {value!r}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"not a plain key: {key!r}")
    return key


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same in JSON, where ``1``, ``1.0`` and ``true`` are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(held, other[key]) for key, held in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
