"""Writing about partners."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.models import Partner, PartnerNote
from api.kernel import audit
from api.kernel.db import LOCK
from api.kernel.errors import NotFound
from api.kernel.identity import Actor


class UnknownPartner(NotFound):
    """There is no such partner."""


def add_note(session: Session, partner_id: int, body: str, actor: Actor, now: datetime) -> PartnerNote:
    """Add a note, which becomes the partner's current one; the earlier ones stay as its history.

    Raises:
        UnknownPartner: no partner has this id.
    """
    if session.get(Partner, partner_id, with_for_update=LOCK) is None:
        raise UnknownPartner("there is no partner {partner_id}", partner_id=partner_id)
    before = session.scalar(
        select(PartnerNote.body)
        .where(PartnerNote.partner_id == partner_id)
        .order_by(PartnerNote.created_at.desc(), PartnerNote.id.desc())
        .limit(1)
    )
    note = PartnerNote(partner_id=partner_id, author_id=actor.id, body=body, created_at=now, updated_at=now)
    session.add(note)
    audit.record(
        session,
        actor_id=actor.id,
        action="partner.note",
        subject="partner",
        subject_id=partner_id,
        request_id=actor.request_id,
        at=now,
        before=None if before is None else {"notes": before},
        after={"notes": body},
    )
    return note
