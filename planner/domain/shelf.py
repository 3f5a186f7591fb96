"""A store for what several studies of one process share, so that it is made once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

_Made = TypeVar("_Made")
_ROOM = 32


class Same:
    """
    A key that stands for one record: equal to that very record only, and keeps it alive.

    Parameters
    ----------
    record
        Anything; it is not compared, so it may be an array.
    """

    __slots__ = ("record",)

    def __init__(self, record: object) -> None:
        self.record = record

    def __hash__(self) -> int:
        return id(self.record)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.record is self.record


class Shelf:
    """
    A small store of records, the least recently used thrown out first.

    A shelf makes a batch of plans on the same streets and people cheap. A key holds all
    that its record was made from: files by their sizes and dates, so that a changed file
    is read again. Records on a shelf are shared and never changed.

    Parameters
    ----------
    room
        So many records are kept.

    Examples
    --------
    >>> shelf = Shelf()
    >>> shelf.take("two", lambda: 2), shelf.take("two", lambda: 3)
    (2, 2)
    """

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._records: OrderedDict[Hashable, Any] = OrderedDict()

    def take(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return the record of a key, made now if it is not there."""
        if key in self._records:
            self._records.move_to_end(key)
            return cast("_Made", self._records[key])
        record = make()
        self._records[key] = record
        while len(self._records) > self._room:
            self._records.popitem(last=False)
        return record

    def __contains__(self, key: Hashable) -> bool:
        return key in self._records

    def part(self, key: Hashable, room: int) -> Shelf:
        """Return a shelf on this shelf, for many small records that go together."""
        return self.take(key, lambda: Shelf(room))


def file_key(path: Path | None) -> tuple[str, int, int] | None:
    """Return what tells one state of a file from another: path, size, date of change."""
    if path is None:
        return None
    try:
        state = path.stat()
    except OSError:
        return (str(path), -1, -1)
    return (str(path), state.st_size, state.st_mtime_ns)
