"""A request that writes: one object with its transaction, actor, instant and idempotency key.

It opens last, when the body has been read and checked, and commits before the answer is sent.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.kernel import audit
from api.kernel.answers import Envelope
from api.kernel.identity import Actor, credentials_of, require_role
from api.kernel.language import Reader
from api.kernel.parts import Parts, parts_of
from api.kernel.payload import Payload
from api.kernel.read import STAFF, Allowed
from api.kernel.replay import Replay, fingerprint, key_of
from api.kernel.transactions import writing
from vocabulary import Role

T = TypeVar("T")
E = TypeVar("E", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Write:
    """The write of a request."""

    session: Session
    actor: Actor
    now: datetime
    parts: Parts
    reader: Reader
    replay: Replay

    def record(
        self,
        action: str,
        subject: str,
        subject_id: int | str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Add an entry to the audit trail, in the transaction of the write."""
        audit.record(
            self.session,
            actor_id=self.actor.id,
            action=action,
            subject=subject,
            subject_id=subject_id,
            request_id=self.actor.request_id,
            at=self.now,
            before=before,
            after=after,
        )

    def answer(self, data: T | None = None, message: str | None = None, *, code: int = 200) -> Envelope[T]:
        """The answer, in the language of the caller, kept for the idempotency key."""
        return self.keep(Envelope(code=code, data=self.reader.translated(data), message=message), code)

    def keep(self, answer: E, status: int = 200) -> E:
        """An answer of another shape, kept for the idempotency key."""
        self.replay.keep(answer.model_dump(mode="json", by_alias=True), status)
        return answer


class Writes:
    """The dependency: who may write, and whether an idempotency key is required."""

    def __init__(self, *roles: Role, key: bool = False) -> None:
        self.allowed = Allowed(*roles)
        self.key = key

    async def __call__(self, request: Request, fields: Payload) -> AsyncIterator[Write]:
        """Open the write.

        Raises:
            Unauthenticated, Forbidden: the session ended or the role changed while the request waited.
            StoredAnswer: the key came before.
            Conflict: the key came before, with another request.
            Invalid: a key is required, or is none.
            Unavailable: too many write already.
        """
        parts = await parts_of(request)
        key, digest = key_of(request, required=self.key), fingerprint(request, fields)
        credentials, reader = credentials_of(request, parts.settings), Reader.of(request)

        def opened(session: Session) -> Write:
            actor = require_role(parts.authenticate(session, parts.settings, credentials), self.allowed.roles)
            now = parts.settings.now()
            replay = Replay(session, actor.id, key, digest, now)
            replay.claim()
            return Write(session, actor, now, parts, reader, replay)

        async with writing(parts, request) as session:
            request.state.session = session
            write = await to_thread.run_sync(opened, session)
            request.state.actor = write.actor
            yield write


def _needs(*roles: Role, key: bool = False) -> Any:
    return Depends(Writes(*roles, key=key), scope="function")


SignedInWrite = Annotated[Write, _needs()]
AdminWrite = Annotated[Write, _needs(Role.ADMIN)]
StaffWrite = Annotated[Write, _needs(*STAFF)]
GrowthWrite = Annotated[Write, _needs(Role.ADMIN, Role.GROWTH)]
ReviewerWrite = Annotated[Write, _needs(Role.ADMIN, Role.FINANCE)]
FinanceWrite = Annotated[Write, _needs(Role.FINANCE)]
PartnerWrite = Annotated[Write, _needs(Role.PARTNER)]
# beside the contract, where money moves, many are written at once or a second click would write twice: a key is needed
KeyedGrowthWrite = Annotated[Write, _needs(Role.ADMIN, Role.GROWTH, key=True)]
KeyedReviewerWrite = Annotated[Write, _needs(Role.ADMIN, Role.FINANCE, key=True)]
KeyedFinanceWrite = Annotated[Write, _needs(Role.FINANCE, key=True)]
KeyedRequesterWrite = Annotated[Write, _needs(Role.FINANCE, Role.PARTNER, key=True)]
