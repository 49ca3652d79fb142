"""Transactions of requests: entered through the queues of `gates`, run in a thread, ended whatever happens."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import CancelScope, from_thread, to_thread
from fastapi import Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.kernel import changelog
from api.kernel.changelog import ChangeLog
from api.kernel.parts import Parts

T = TypeVar("T")


@asynccontextmanager
async def reading(parts: Parts) -> AsyncIterator[Session]:
    """A transaction that reads. It never waits for a writer.

    Raises:
        Unavailable: every connection is in use.
    """
    async with parts.gates.reading.enter():
        session = await to_thread.run_sync(_begin, parts, True)
        try:
            yield session
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(session.close)


@asynccontextmanager
async def writing(parts: Parts, request: Request | None = None) -> AsyncIterator[Session]:
    """A transaction that writes: committed at the end of the block, rolled back when it raises.

    `request` is given the position of its change, for the X-Change-Seq of the answer.

    Raises:
        Unavailable: too many write already, or the store is not the one that was opened.
    """
    async with parts.gates.writing.enter():
        session = await to_thread.run_sync(_begin, parts, False)
        try:
            yield session
            with CancelScope(shield=True):
                change = await to_thread.run_sync(_commit, session)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(session.close)
    if request is not None:
        request.state.change_seq = change
    parts.on_change()


async def write(parts: Parts, change: Callable[[Session], T]) -> T:
    """The result of `change`, run in a transaction of its own."""
    async with writing(parts) as session:
        return await to_thread.run_sync(change, session)


def write_from_thread(parts: Parts, change: Callable[[Session], T]) -> T:
    """As `write`, for a route that reads and has something to write down now and then."""
    return from_thread.run(write, parts, change)


def _begin(parts: Parts, read_only: bool) -> Session:
    session = parts.sessions()
    try:
        session.connection(execution_options={"read_only": read_only})
    except BaseException:
        session.close()
        raise
    return session


def _commit(session: Session) -> int | None:
    session.flush()
    change = _newest_change(session)
    session.commit()
    return change


def _newest_change(session: Session) -> int | None:
    """The number by which `queries.freshness.is_landed` knows the change; None when nothing was logged.

    PostgreSQL: the transaction's id. Ids of the log are drawn before the commit, so a landing that has seen a higher
    one need not have seen this one.
    """
    if session.get_bind().dialect.name == "postgresql":
        own = changelog.transaction_id(session.connection())
        return session.scalar(select(func.max(ChangeLog.txid)).where(ChangeLog.txid == own))
    return session.scalar(select(func.max(ChangeLog.id)))
