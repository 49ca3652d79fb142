"""Queues in front of what is scarce: the store's writer, its connections, and processor time.

Whoever waits here holds neither a thread nor a connection nor a transaction, so the one that is inside always finds
what it needs to finish. First come, first served.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import anyio
from sqlalchemy import Engine

from api.kernel.db import READERS, WRITERS
from api.kernel.errors import Unavailable

WAIT = 30.0  # seconds in the queue, after which the caller is asked to come again
HEAVY = 2  # password hashes, spreadsheets and pictures at once


@dataclass(slots=True)
class Gate:
    """Lets `places` in at once. The others queue for `wait` seconds at most, and `queue` of them at most."""

    places: int
    wait: float = WAIT
    queue: float = math.inf
    _limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, anyio.CapacityLimiter] = field(
        default_factory=WeakKeyDictionary
    )

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """One place.

        Raises:
            Unavailable: the queue is full, or the wait was too long.
        """
        limiter = self._limiter()
        if limiter.available_tokens < 1 and limiter.statistics().tasks_waiting >= self.queue:
            raise _busy()
        place = object()
        with anyio.move_on_after(self.wait) as waiting:
            await limiter.acquire_on_behalf_of(place)
        if waiting.cancelled_caught:
            raise _busy()
        try:
            yield
        finally:
            limiter.release_on_behalf_of(place)

    def _limiter(self) -> anyio.CapacityLimiter:
        # one for each event loop, since waiting belongs to a loop; a server has one
        return self._limiters.setdefault(asyncio.get_running_loop(), anyio.CapacityLimiter(self.places))


def _busy() -> Unavailable:
    return Unavailable("the server is busy; nothing was changed, try again shortly", retry_after=2)


@dataclass(frozen=True, slots=True)
class Gates:
    """The queues of a process."""

    reading: Gate
    writing: Gate
    heavy: Gate

    @classmethod
    def of(cls, engine: Engine) -> "Gates":
        """The queues for a store."""
        writers = 1 if engine.dialect.name == "sqlite" else WRITERS
        return cls(Gate(READERS), Gate(writers), Gate(HEAVY))
