"""Reads of marks of contact."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.pickups.models import PickupContact
from api.domains.pickups.schemas import ContactRow

STANDS = timedelta(days=7)
REMEMBERED = timedelta(days=30)  # longer than an idempotency key, which screens make of the newest mark


def contacts(session: Session, now: datetime) -> list[ContactRow]:
    """Each partner that was marked of late: its newest mark, and the newest that stands: not taken back, of the last
    week."""
    of_partner = func.max(PickupContact.id)
    newest = select(PickupContact.partner_id, of_partner).where(PickupContact.created_at >= now - REMEMBERED)
    standing = (
        select(of_partner)
        .where(PickupContact.created_at >= now - STANDS, PickupContact.taken_back_at.is_(None))
        .group_by(PickupContact.partner_id)
    )
    marks = {
        mark.partner_id: (mark, author)
        for mark, author in session.execute(
            select(PickupContact, User.full_name)
            .join(User, User.id == PickupContact.author_id)
            .where(PickupContact.id.in_(standing))
        )
    }
    rows: list[ContactRow] = []
    for partner_id, newest_id in session.execute(
        newest.group_by(PickupContact.partner_id).order_by(PickupContact.partner_id)
    ):
        mark, author = marks.get(partner_id, (None, None))
        rows.append(
            {
                "partner_id": partner_id,
                "newest_id": newest_id,
                "contact_id": mark.id if mark else None,
                "contacted_at": mark.created_at.isoformat() if mark else None,
                "contacted_by": author,
            }
        )
    return rows
