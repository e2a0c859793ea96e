"""A store that ends with its process: for tests, and for sessions that restart at 1 anyway."""

from bisect import bisect_left, insort

from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import NUMBER_MAX, Record, StoredNumbers, check_numbers

__all__ = ["MemoryStore"]


class MemoryStore:
    """Messages and numbers in memory."""

    def __init__(self) -> None:
        self._next_out = 1
        self._next_in = 1
        self._created_ns: int | None = None
        self._kept: dict[int, Record] = {}
        # Ascending. Numbers nearly always come in order, so that keeping it sorted costs nothing.
        self._order: list[int] = []
        self._is_closed = False

    def numbers(self) -> StoredNumbers:
        """Return the numbers."""
        return StoredNumbers(self._next_out, self._next_in, self._created_ns)

    def append(self, seq: int, raw: bytes, now_ns: int) -> None:
        """Keep our message ``seq``, or with no bytes only that its number is used."""
        self._check_open()
        check_numbers(seq)
        if seq > NUMBER_MAX:
            raise StoreError(f"there is no number after {seq}")
        if raw:
            if seq not in self._kept:
                if self._order and seq < self._order[-1]:
                    insort(self._order, seq)
                else:
                    self._order.append(seq)
            self._kept[seq] = Record(seq, raw, now_ns)
        elif self._kept.pop(seq, None):
            del self._order[bisect_left(self._order, seq)]
        self._next_out = seq + 1
        if self._created_ns is None:
            self._created_ns = now_ns

    def advance(self, next_in: int) -> None:
        """Keep the number expected from the peer."""
        self._check_open()
        check_numbers(next_in)
        self._next_in = next_in

    def set_numbers(self, next_out: int, next_in: int) -> None:
        """Set both next numbers; messages stay."""
        self._check_open()
        check_numbers(next_out, next_in)
        self._next_out = next_out
        self._next_in = next_in

    def reset(self, next_out: int, next_in: int, created_ns: int) -> None:
        """Set both next numbers and when the session was created; messages before are gone."""
        self.set_numbers(next_out, next_in)
        self._created_ns = created_ns
        self._kept.clear()
        self._order.clear()

    def commit(self) -> None:
        """Nothing to be done: what is in memory is as safe as it can be."""
        self._check_open()

    def read(self, begin: int, end: int, limit_bytes: int) -> list[Record]:
        """Return our messages with numbers from ``begin`` to ``end``."""
        self._check_open()
        found: list[Record] = []
        size = 0
        for at in range(bisect_left(self._order, begin), len(self._order)):
            record = self._kept[self._order[at]]
            size += len(record.raw)
            if record.seq > end or (found and size > limit_bytes):
                break
            found.append(record)
        return found

    def refresh(self) -> StoredNumbers:
        """Return the numbers: nobody else can change them."""
        return self.numbers()

    def close(self) -> None:
        """Give everything up."""
        self._is_closed = True
        self._kept.clear()
        self._order.clear()

    def _check_open(self) -> None:
        if self._is_closed:
            raise StoreError("the store is closed")
