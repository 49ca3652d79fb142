"""Partners whose mark must not change while something is decided about their money."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.partners.models import Partner


def with_steady_marks(session: Session, partner_ids: Collection[int]) -> Sequence[Partner]:
    """The partners as they are now, in the order of their ids. Until the transaction ends nobody marks one of them:
    whoever does waits, and comes after it.

    One order of locks keeps everybody from waiting in a circle: withdrawals, partners, bank accounts, ledger accounts,
    each kind by its ids.
    """
    wanted = select(Partner).where(Partner.id.in_(partner_ids)).order_by(Partner.id)
    # shared: two decisions about one partner do not wait for each other here
    return session.scalars(wanted.with_for_update(read=True).execution_options(populate_existing=True)).all()
