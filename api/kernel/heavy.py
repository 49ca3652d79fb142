"""Slow work (password hashes, spreadsheets, pictures, PDFs): outside of transactions, a few at a time."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import to_thread

from api.kernel.parts import Parts

P = ParamSpec("P")
T = TypeVar("T")


async def run(parts: Parts, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work`, computed in a thread once one of the few places is free.

    Raises:
        Unavailable: too many wait already.
    """
    async with parts.gates.heavy.enter():
        return await to_thread.run_sync(lambda: work(*args, **kwargs))
