"""Comparing and making password hashes for requests: one at a time, outside of any transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from anyio import to_thread

from api.domains.auth.passwords import NOBODY, hash_password, matches
from api.kernel.gates import Gate

T = TypeVar("T")
PLACES = 1  # a hash keeps a processor busy; the others are for everybody else
QUEUE, WAIT = 16, 5.0  # more, or longer, and the caller is asked to come again: guessers must not pile up


@dataclass(frozen=True, slots=True)
class Hashing:
    """The queue in front of the hashes of a process; apart from other heavy work, which guessers must not hold up."""

    gate: Gate = field(default_factory=lambda: Gate(PLACES, WAIT, QUEUE))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether this is the password. Without a hash (nobody has this name) it is not, after the same time.

        Raises:
            Unavailable: too many wait already.
        """
        is_right = await self._run(lambda: matches(password_hash or NOBODY, password))
        return is_right and password_hash is not None

    async def hash(self, password: str) -> str:
        """An argon2id hash.

        Raises:
            Unavailable: too many wait already.
        """
        return await self._run(lambda: hash_password(password))

    async def _run(self, work: Callable[[], T]) -> T:
        async with self.gate.enter():
            return await to_thread.run_sync(work)
