"""Reads of partners in the operational store."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.partners.models import Partner
from api.domains.partners.schemas import OwnerRow, PartnerRow
from api.domains.partners.service import OWNERS
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


def owners(session: Session) -> list[OwnerRow]:
    """Who may look after partners, by name."""
    may = select(User.id, User.full_name).where(User.role_id.in_(OWNERS), User.disabled_at.is_(None))
    found = session.execute(may.order_by(User.full_name, User.id))
    return [OwnerRow(id=key, name=name) for key, name in found]
