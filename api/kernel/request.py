"""What a request carries: its id, its transaction, its idempotency key."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BeforeValidator
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from api.kernel import replay as kernel_replay
from api.kernel.changelog import ChangeLog
from api.kernel.db import transaction
from api.kernel.errors import Invalid, Unavailable
from queries.engine import Warehouse
from queries.wib import Period
from settings import Settings

EARLIEST, LATEST = date(1970, 1, 2), date(9999, 12, 30)
MOST_DAYS = 1830
KEPT = timedelta(days=7)  # how long an idempotency key is remembered
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


async def settings_of(request: Request) -> Settings:
    """The settings of the running app."""
    settings: Settings = request.app.state.parts.settings
    return settings


def request_session(request: Request) -> Iterator[Session]:
    """The request's transaction: committed after the route returns and before its answer is sent."""
    read_only = request.method in SAFE_METHODS
    with transaction(request.app.state.parts.sessions, read_only=read_only) as session:
        yield session
        if not read_only:
            session.flush()
            request.state.change_seq = _newest_change(session)
    if not read_only:
        request.app.state.parts.on_change()


def _newest_change(session: Session) -> int | None:
    newest = select(func.max(ChangeLog.id))
    if session.get_bind().dialect.name == "postgresql":
        newest = newest.where(ChangeLog.txid == text("pg_current_xact_id()::text::bigint"))
    return session.scalar(newest)


def warehouse_connection(request: Request) -> Iterator[Connection]:
    """A reading connection of the warehouse.

    Raises:
        Unavailable: when the process runs without one.
    """
    warehouse: Warehouse | None = request.app.state.parts.warehouse
    if warehouse is None:
        raise Unavailable("the warehouse is not open; analytics cannot be answered now")
    with warehouse.read() as connection:
        yield connection


def optional_analytics(request: Request) -> Iterator[Connection | None]:
    """A reading connection of the warehouse; None when the process runs without one."""
    warehouse: Warehouse | None = request.app.state.parts.warehouse
    if warehouse is None:
        yield None
        return
    with warehouse.read() as connection:
        yield connection


def optional_period(start: date | None, end: date | None) -> Period | None:
    """The days between two optional ends; None where neither is given.

    Raises:
        PeriodError: the end is before the start.
    """
    return Period(start or EARLIEST, end or LATEST) if start or end else None


def daily_period(start: date, end: date) -> Period:
    """A period of which every day is answered.

    Raises:
        PeriodError: the end is before the start.
        Invalid: more than five years.
    """
    period = Period(start, end)
    if period.days > MOST_DAYS:
        raise Invalid("start_date to end_date may span {most} days, not {days}", most=MOST_DAYS, days=period.days)
    return period


# some clients send every parameter, the unused ones blank
OptionalDate = Annotated[date | None, BeforeValidator(lambda value: value or None)]
Analytics = Annotated[Connection, Depends(warehouse_connection)]
OptionalAnalytics = Annotated[Connection | None, Depends(optional_analytics)]
CurrentSettings = Annotated[Settings, Depends(settings_of)]
Db = Annotated[Session, Depends(request_session, scope="function")]


class Replay(kernel_replay.Replay):
    """For the routes that are not written with `write` yet."""

    def stored(self) -> dict[str, Any] | None:
        """The first answer to this key; None for a new key, which is then claimed."""
        kept = self._claimed()
        return None if kept is None else kept.answer

    def keep(self, answer: dict[str, Any], status: int = 200) -> dict[str, Any]:  # type: ignore[override]
        """Store the answer in the transaction of the write, and return it."""
        super().keep(answer, status)
        return answer


async def idempotency_key(
    request: Request, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> AsyncIterator[tuple[str | None, str]]:
    """The key and the fingerprint of the request: method, path, query, the version it is for, and body."""
    if key is not None and not 1 <= len(key) <= 100:
        raise Invalid("Idempotency-Key must have 1 to 100 characters")
    digest = hashlib.sha256()

    def add(part: bytes) -> None:
        digest.update(len(part).to_bytes(8) + part)  # with its length: parts never run into each other

    add(f"{request.method} {request.url.path}?{request.url.query}".encode())
    add(request.headers.get("If-Match", "").encode())
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        form = await request.form()
        for name, value in sorted(form.multi_items(), key=lambda item: item[0]):
            add(name.encode())
            if isinstance(value, str):
                add(value.encode())
            else:
                add(await value.read())
                await value.seek(0)
    else:
        add(await request.body())
    yield key, digest.hexdigest()


async def required_key(keyed: Annotated[tuple[str | None, str], Depends(idempotency_key)]) -> tuple[str, str]:
    """As idempotency_key, for writes beside the contract that move money.

    Raises:
        Invalid: without one.
    """
    key, fingerprint = keyed
    if key is None:
        raise Invalid("send an Idempotency-Key, a new one for each intent: a repeated request is then done once")
    return key, fingerprint


KeyAndFingerprint = Annotated[tuple[str | None, str], Depends(idempotency_key)]
RequiredKey = Annotated[tuple[str, str], Depends(required_key)]
