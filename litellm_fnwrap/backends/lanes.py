"""Which connection a request takes: of those to its server that no other request has, the one used last."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

import httpcore

IDLE: Final = 4.0
"""Seconds after which idle connections are closed: before common servers do so (5), so that none is found dead."""


class _Checkable(Protocol):
    def is_idle(self) -> bool: ...
    def has_expired(self) -> bool: ...


Connection = TypeVar("Connection", bound=_Checkable)


@dataclass(slots=True, eq=False)
class Lane(Generic[Connection]):
    """A connection to one server; left is when its last request ended, by the monotonic clock."""

    origin: httpcore.Origin
    connection: Connection
    is_new: bool = True
    left: float = 0.0


@dataclass(slots=True)
class Lanes(Generic[Connection]):
    """The connections of one client. What is to be closed is handed out, since only its owner knows how."""

    connect: Callable[[httpcore.Origin], Connection]
    lock: threading.Lock = field(default_factory=threading.Lock)
    idle: dict[tuple[bytes, bytes, int], deque[Lane[Connection]]] = field(default_factory=dict)
    busy: set[Lane[Connection]] = field(default_factory=set)

    def take(self, origin: httpcore.Origin, refused: list[Connection], *, new: bool = False) -> Lane[Connection]:
        """A connection that no other request has; idle ones that are no good any more are added to refused."""
        with self.lock:
            idle = None if new else self.idle.get(_key(origin))
            while idle:
                lane = idle.pop()
                if lane.connection.has_expired():
                    refused.append(lane.connection)
                    continue
                lane.is_new = False
                self.busy.add(lane)
                return lane
            lane = Lane(origin, self.connect(origin))
            self.busy.add(lane)
            return lane

    def give_back(self, lane: Lane[Connection]) -> list[Connection]:
        """Leave a connection to others; gives those that nobody has used for too long, or that are of no more use."""
        now = lane.left = time.monotonic()
        with self.lock:
            if lane not in self.busy:  # all were closed meanwhile
                return [lane.connection]
            self.busy.remove(lane)
            if not lane.connection.is_idle():
                return [lane.connection]
            self.idle.setdefault(_key(lane.origin), deque()).append(lane)
            return [connection for idle in self.idle.values() for connection in _outdated(idle, now)]

    def empty(self) -> list[Connection]:
        """All connections."""
        with self.lock:
            lanes = [*self.busy, *(lane for idle in self.idle.values() for lane in idle)]
            self.idle, self.busy = {}, set()
        return [lane.connection for lane in lanes]


def _key(origin: httpcore.Origin) -> tuple[bytes, bytes, int]:
    return origin.scheme, origin.host, origin.port


def _outdated(idle: deque[Lane[Connection]], now: float) -> Iterator[Connection]:
    while idle and now - idle[0].left > IDLE:
        yield idle.popleft().connection
