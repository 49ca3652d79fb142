"""Short transactions of a route that hashes passwords: none is open while it does."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import TypeVar

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.kernel.db import transaction
from api.kernel.request import request_session

T = TypeVar("T")


async def read(request: Request, question: Callable[[Session], T]) -> T:
    """The answer to `question`, read in a transaction of its own."""

    def ask() -> T:
        with transaction(request.app.state.parts.sessions, read_only=True) as session:
            return question(session)

    return await run_in_threadpool(ask)


async def write(request: Request, change: Callable[[Session], T]) -> T:
    """The result of `change`, committed in a transaction of its own."""

    def make() -> T:
        with contextmanager(request_session)(request) as session:
            return change(session)

    return await run_in_threadpool(make)
