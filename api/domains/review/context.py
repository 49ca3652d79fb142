"""One review: the person, the instant, the transaction, and the rules and stores that it goes by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy.orm import Session

from api.domains.review.holds import HoldsOf
from api.domains.review.policy import Policy
from api.kernel import audit
from api.kernel.files.store import FileStore
from api.kernel.identity import Actor
from api.kernel.read import Read
from api.kernel.write import Write
from api.ports.name_check import NameCheck
from queries.withdrawal_risk import RiskFacts
from vocabulary import AuditAction, AuditSubject


@dataclass(frozen=True, slots=True)
class Review:
    """What every step of a review takes; `risk_facts` is None where there is no warehouse."""

    session: Session
    actor: Actor
    now: datetime
    policy: Policy
    risk_facts: RiskFacts | None
    name_check: NameCheck
    proofs: FileStore
    holds_of: HoldsOf

    @classmethod
    def of(cls, request: Read | Write) -> Self:
        """The review of a request."""
        parts = request.parts
        return cls(
            session=request.session,
            actor=request.actor,
            now=request.now,
            policy=parts[Policy],
            risk_facts=None if parts.warehouse is None else parts[RiskFacts],
            name_check=parts[NameCheck],
            proofs=parts[FileStore],
            holds_of=parts[HoldsOf],
        )

    def record(
        self,
        action: AuditAction,
        subject: AuditSubject,
        subject_id: int,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any],
    ) -> None:
        """Add an entry to the audit trail, in the transaction of the review."""
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
