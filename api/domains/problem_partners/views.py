"""Reads about marked partners in the operational store."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.orders.models import Order
from api.domains.partners.models import Address, Partner
from api.domains.partners.service import UnknownPartner
from api.domains.payouts import downloads
from api.domains.payouts.models import OPEN, PayoutBatch, PayoutRow
from api.domains.problem_partners.models import PartnerMark
from api.domains.problem_partners.schemas import HeldBatch, HistoryRow, Of, Standing
from api.domains.withdrawals.models import Withdrawal
from vocabulary import WAITING, OrderState, ProblemMark, RowState


def with_mark(session: Session, mark: ProblemMark) -> tuple[int, ...]:
    """The ids of the partners that have this mark now."""
    return tuple(session.scalars(select(Partner.id).where(Partner.problem_status == mark)))


def of_partners(session: Session, partner_ids: Iterable[int]) -> dict[int, Of]:
    """What the store knows of partners as they are now, by id."""
    wanted = list(partner_ids)
    first = select(func.min(Address.id)).where(Address.partner_id.in_(wanted)).group_by(Address.partner_id)
    found = session.execute(
        select(Partner, Address)
        .outerjoin(Address, (Address.partner_id == Partner.id) & Address.id.in_(first))
        .where(Partner.id.in_(wanted))
    )
    return {
        partner.id: {
            "status": partner.problem_status,
            "updated_at": partner.updated_at,
            "city_name": address.city if address else partner.city,
            "address_detail": address.detail if address else "",
        }
        for partner, address in found
    }


def standing(session: Session, partner_id: int) -> Standing:
    """A partner's mark, what a stop touches now, and the history.

    Raises:
        UnknownPartner: no partner has this id.
    """
    partner = session.get(Partner, partner_id)
    if partner is None:
        raise UnknownPartner("there is no partner {partner_id}", partner_id=partner_id)
    waits = Withdrawal.partner_id == partner_id, Withdrawal.status.in_(WAITING)
    count, nominal = session.execute(
        select(func.count(), func.coalesce(func.sum(Withdrawal.nominal), 0)).where(*waits)
    ).one()
    running = select(func.count()).where(Order.partner_id == partner_id, Order.state == OrderState.DIKIRIM)
    history = _history(session, partner_id)
    return {
        "partner_id": partner.id,
        "full_name": partner.full_name,
        "user_status": partner.problem_status,
        "version": history[0]["version"] if history else 0,
        "waiting": {"count": count, "nominal": int(nominal)},
        "running_orders": session.scalar(running) or 0,
        "batches": _batches(session, partner_id),
        "history": history,
    }


def _history(session: Session, partner_id: int) -> list[HistoryRow]:
    found = session.execute(
        select(PartnerMark, User.full_name)
        .join(User, User.id == PartnerMark.actor_id)
        .where(PartnerMark.partner_id == partner_id)
        .order_by(PartnerMark.version.desc())
    )
    return [
        {
            "version": mark.version,
            "before": mark.before,
            "status": mark.status,
            "reason": mark.reason,
            "actor_id": mark.actor_id,
            "actor_name": name,
            "created_at": mark.created_at,
        }
        for mark, name in found
    ]


def _batches(session: Session, partner_id: int) -> list[HeldBatch]:
    found = session.execute(
        select(PayoutBatch, func.count(), func.sum(PayoutRow.nominal))
        .join(PayoutRow, PayoutRow.batch_id == PayoutBatch.id)
        .join(Withdrawal, Withdrawal.id == PayoutRow.withdrawal_id)
        .where(Withdrawal.partner_id == partner_id, PayoutRow.state.in_((RowState.PROPOSED, *OPEN)))
        .group_by(PayoutBatch.id)
        .order_by(PayoutBatch.id)
    )
    return [
        {
            "batch_id": batch.id,
            "reference": batch.reference,
            "status": batch.status,
            "rows": count,
            "nominal": int(nominal),
            "at_bank": downloads.was_written(session, batch),
        }
        for batch, count, nominal in found
    ]
