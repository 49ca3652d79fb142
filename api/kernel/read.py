"""A request that reads: one object with its transaction, actor and instant. It never waits for a writer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from api.kernel.answers import Counted, Envelope
from api.kernel.identity import Actor, credentials_of, require_role
from api.kernel.language import Reader
from api.kernel.parts import Parts, parts_of
from api.kernel.transactions import reading
from vocabulary import Role

T = TypeVar("T")
STAFF = (Role.ADMIN, Role.GROWTH, Role.FINANCE)


@dataclass(frozen=True, slots=True)
class Read:
    """The reading of a request."""

    session: Session
    actor: Actor
    now: datetime
    parts: Parts
    reader: Reader

    def answer(self, data: T | None = None, message: str | None = None) -> Envelope[T]:
        """The answer, in the language of the caller."""
        return Envelope(data=self.reader.translated(data), message=message)

    def counted(self, rows: list[T], total: int) -> Counted[list[T]]:
        """A plain list, with the number of all rows beside it."""
        return Counted(data=self.reader.translated(rows), total=total)


class Allowed:
    """The dependency that comes before all others: a caller who is signed in and has one of the roles; any without."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, request: Request) -> Actor:
        """The caller.

        Raises:
            Unauthenticated, Forbidden: see `identity`.
        """
        parts = await parts_of(request)
        credentials = credentials_of(request, parts.settings)
        async with reading(parts) as session:
            actor = await to_thread.run_sync(parts.authenticate, session, parts.settings, credentials)
        return require_role(actor, self.roles)


class Reads:
    """The dependency: who may read."""

    def __init__(self, *roles: Role) -> None:
        self.allowed = Allowed(*roles)

    async def __call__(self, request: Request) -> AsyncIterator[Read]:
        """Open the reading.

        Raises:
            Unauthenticated, Forbidden: see `identity`.
            Unavailable: every connection is in use.
        """
        parts = await parts_of(request)
        credentials = credentials_of(request, parts.settings)
        async with reading(parts) as session:
            request.state.session = session
            actor = await to_thread.run_sync(parts.authenticate, session, parts.settings, credentials)
            request.state.actor = require_role(actor, self.allowed.roles)
            yield Read(session, actor, parts.settings.now(), parts, Reader.of(request))


def _needs(*roles: Role) -> Any:
    return Depends(Reads(*roles), scope="function")


SignedInRead = Annotated[Read, _needs()]
AdminRead = Annotated[Read, _needs(Role.ADMIN)]
StaffRead = Annotated[Read, _needs(*STAFF)]
GrowthRead = Annotated[Read, _needs(Role.ADMIN, Role.GROWTH)]
ReviewerRead = Annotated[Read, _needs(Role.ADMIN, Role.FINANCE)]
FinanceRead = Annotated[Read, _needs(Role.FINANCE)]
PartnerRead = Annotated[Read, _needs(Role.PARTNER)]
MitraRead = Annotated[Read, _needs(Role.MITRA, Role.ADMIN)]
