"""Writing about partners."""

from sqlalchemy import select

from api.domains.partners.models import Partner, PartnerNote
from api.kernel.db import LOCK
from api.kernel.errors import NotFound
from api.kernel.write import Write
from vocabulary import AuditAction, AuditSubject


class UnknownPartner(NotFound):
    """There is no such partner."""


def add_note(write: Write, partner_id: int, body: str) -> PartnerNote:
    """Add a note, which becomes the partner's current one; the earlier ones stay as its history.

    Raises:
        UnknownPartner: no partner has this id.
    """
    session = write.session
    if session.get(Partner, partner_id, with_for_update=LOCK) is None:
        raise UnknownPartner("there is no partner {partner_id}", partner_id=partner_id)
    newest = select(PartnerNote.body).where(PartnerNote.partner_id == partner_id)
    before = session.scalar(newest.order_by(PartnerNote.created_at.desc(), PartnerNote.id.desc()).limit(1))
    note = PartnerNote(
        partner_id=partner_id, author_id=write.actor.id, body=body, created_at=write.now, updated_at=write.now
    )
    session.add(note)
    write.record(
        AuditAction.PARTNER_NOTE,
        AuditSubject.PARTNER,
        partner_id,
        before=None if before is None else {"notes": before},
        after={"notes": body},
    )
    return note
