"""Reads of partners in the operational store."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.partners.models import Partner
from api.domains.partners.schemas import PartnerRow
from queries.filters import Page


def page_of_partners(session: Session, page: Page) -> tuple[list[PartnerRow], int]:
    """The partners whose user signs in, by name, and how many there are in all."""
    found = select(Partner.id, Partner.user_id, Partner.full_name).where(Partner.user_id.is_not(None))
    ordered = found.order_by(Partner.full_name, Partner.id).limit(page.limit).offset(page.offset)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = [
        PartnerRow(partner_id=key, partner_user_id=user or 0, partner_name=name)
        for key, user, name in session.execute(ordered)
    ]
    return rows, total
