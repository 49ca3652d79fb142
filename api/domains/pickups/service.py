"""Marks that partners were contacted about their overdue pickups."""

from collections.abc import Sequence

from sqlalchemy import select

from api.domains.partners.models import Partner
from api.domains.partners.service import UnknownPartner
from api.domains.pickups.errors import ContactTakenBack, UnknownContact
from api.domains.pickups.models import PickupContact
from api.kernel.db import LOCK
from api.kernel.write import Write
from vocabulary import AuditAction, AuditSubject


def mark_contacted(write: Write, partner_ids: Sequence[int]) -> list[PickupContact]:
    """Mark partners, each once, as contacted now by the caller: all of them, or none.

    Raises:
        UnknownPartner: one of the partners is not there.
    """
    wanted = sorted(set(partner_ids))
    known = set(write.session.scalars(select(Partner.id).where(Partner.id.in_(wanted))))
    for partner_id in wanted:
        if partner_id not in known:
            raise UnknownPartner("there is no partner {partner_id}", partner_id=partner_id)
    marks = [PickupContact(partner_id=each, author_id=write.actor.id, created_at=write.now) for each in wanted]
    write.session.add_all(marks)
    write.session.flush()
    for mark in marks:
        write.record(AuditAction.PICKUP_CONTACT, AuditSubject.PARTNER, mark.partner_id, after={"contact": mark.id})
    return marks


def take_back(write: Write, contact_id: int) -> None:
    """Take a mark back, whoever set it; it stays on record with who took it back.

    Raises:
        UnknownContact: no mark has this id.
        ContactTakenBack: it was taken back already.
    """
    mark = write.session.get(PickupContact, contact_id, with_for_update=LOCK)
    if mark is None:
        raise UnknownContact("there is no mark of contact {contact_id}", contact_id=contact_id)
    if mark.taken_back_at is not None:
        raise ContactTakenBack("this mark was taken back already")
    mark.taken_back_at, mark.taken_back_by = write.now, write.actor.id
    write.record(
        AuditAction.PICKUP_CONTACT_TAKEN_BACK,
        AuditSubject.PARTNER,
        mark.partner_id,
        before={"contact": mark.id, "author_id": mark.author_id, "contacted_at": mark.created_at.isoformat()},
    )
