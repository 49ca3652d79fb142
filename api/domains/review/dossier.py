"""Everything that a reviewer reads about a withdrawal: the judgement on it, and what helps to understand it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.partners.models import Partner, PartnerNote
from api.domains.review.assessment import assess_one, judgement
from api.domains.review.context import Review
from api.domains.review.holds import HoldsOf
from api.domains.review.schemas import (
    Dossier,
    DossierAccount,
    EarlierWithdrawal,
    HoldingBatch,
    JudgedAccount,
    NamedPartner,
    Note,
    Related,
    RelatedAccount,
    Tickets,
)
from api.domains.review.snapshots import sign
from api.domains.review.views import decisions
from api.domains.tickets.models import Ticket
from api.domains.withdrawals.models import Withdrawal
from settings import Settings
from vocabulary import TicketStatus

LAST = 5
OPEN_TICKETS = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)


def whole_dossier(review: Review, withdrawal: Withdrawal, settings: Settings) -> Dossier:
    """The judgement, what stands beside it, and both signed."""
    judged = judgement(review, withdrawal, assess_one(review, withdrawal))
    beside = related(review.session, withdrawal, review.holds_of)
    account = _whole_account(judged["account"], beside["account"])
    return {
        "withdrawal": judged["withdrawal"],
        "partner": judged["partner"],
        "balance": judged["balance"],
        "orders": judged["orders"],
        "account": account,
        "risk": judged["risk"],
        "requirement": judged["requirement"],
        "age": judged["age"],
        "priority": judged["priority"],
        "at": judged["at"],
        "last": beside["last"],
        "tickets": beside["tickets"],
        "notes": beside["notes"],
        "decisions": beside["decisions"],
        "batch": beside["batch"],
        "seen": sign(settings, {**judged, "account": account}, review.now),
        "you": {"id": review.actor.id, "may_self_approve": review.actor.may_self_approve},
    }


def _whole_account(judged: JudgedAccount, beside: RelatedAccount) -> DossierAccount:
    return {
        "details_at": judged["details_at"],
        "name_score": judged["name_score"],
        "is_current": judged["is_current"],
        "other_blocked": judged["other_blocked"],
        "name_checked_by": beside["name_checked_by"],
        "changes": beside["changes"],
        "other_partners": beside["other_partners"],
    }


def related(session: Session, withdrawal: Withdrawal, holds_of: HoldsOf) -> Related:
    """What a reviewer reads beside the judgement: the account's history, other partners with the same account number,
    last withdrawals, tickets, notes, decisions, batch."""
    account = session.get_one(BankAccount, withdrawal.bank_account_id)
    return {
        "account": {
            "name_checked_by": account.name_checked_by,
            "changes": [
                {
                    "bank_name": change.bank_name,
                    "account_no": change.account_no,
                    "account_name": change.account_name,
                    "changed_at": change.changed_at.isoformat(),
                }
                for change in bank_accounts.history(session, withdrawal.partner_id)[:LAST]
            ],
            "other_partners": _partners_with_account(session, withdrawal),
        },
        "last": _last(session, withdrawal),
        "tickets": _tickets(session, withdrawal.partner_id),
        "notes": _notes(session, withdrawal.partner_id),
        "decisions": decisions(session, withdrawal.id),
        "batch": _batch(session, withdrawal.id, holds_of),
    }


def _partners_with_account(session: Session, withdrawal: Withdrawal) -> list[NamedPartner]:
    rows = session.execute(
        select(Partner.id, Partner.full_name, Partner.problem_status)
        .join(BankAccount, BankAccount.partner_id == Partner.id)
        .where(BankAccount.account_no == withdrawal.bank_account_no, Partner.id != withdrawal.partner_id)
        .distinct()
        .order_by(Partner.id)
        .limit(20)
    )
    return [{"id": key, "full_name": name, "problem_status": status} for key, name, status in rows]


def _last(session: Session, withdrawal: Withdrawal) -> list[EarlierWithdrawal]:
    rows = session.scalars(
        select(Withdrawal)
        .where(Withdrawal.partner_id == withdrawal.partner_id, Withdrawal.id != withdrawal.id)
        .order_by(Withdrawal.created_at.desc(), Withdrawal.id.desc())
        .limit(LAST)
    )
    return [
        {
            "id": row.id,
            "nominal": row.nominal,
            "status": row.status,
            "bank_name": row.bank_name,
            "bank_account_no": row.bank_account_no,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]


def _tickets(session: Session, partner_id: int) -> Tickets:
    mine = Ticket.partner_id == partner_id
    opened = session.scalar(select(func.count()).where(mine, Ticket.status.in_(OPEN_TICKETS)))
    rows = session.scalars(select(Ticket).where(mine).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(LAST))
    return {
        "open": opened or 0,
        "last": [
            {
                "id": row.id,
                "ticket_no": row.ticket_no,
                "type": row.ticket_type,
                "status": row.status,
                "description": row.description,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ],
    }


def _notes(session: Session, partner_id: int) -> list[Note]:
    rows = session.execute(
        select(PartnerNote.body, PartnerNote.created_at, User.full_name)
        .join(User, User.id == PartnerNote.author_id)
        .where(PartnerNote.partner_id == partner_id)
        .order_by(PartnerNote.created_at.desc(), PartnerNote.id.desc())
        .limit(LAST)
    )
    return [{"body": body, "created_at": at.isoformat(), "author": author} for body, at, author in rows]


def _batch(session: Session, withdrawal_id: int, holds_of: HoldsOf) -> HoldingBatch | None:
    hold = holds_of(session, [withdrawal_id]).get(withdrawal_id)
    if hold is None:
        return None
    return {"id": hold.batch_id, "reference": hold.reference, "status": hold.status, "state": hold.state}
