"""What a reviewer reads about a withdrawal beside the judgement on it."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.partners.models import Partner, PartnerNote
from api.domains.review.holds import HoldsOf
from api.domains.review.views import decisions
from api.domains.tickets.models import Ticket
from api.domains.withdrawals.models import Withdrawal
from vocabulary import TicketStatus

LAST = 5
OPEN_TICKETS = (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)


def related(session: Session, withdrawal: Withdrawal, holds_of: HoldsOf) -> dict[str, Any]:
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


def _partners_with_account(session: Session, withdrawal: Withdrawal) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Partner.id, Partner.full_name, Partner.problem_status)
        .join(BankAccount, BankAccount.partner_id == Partner.id)
        .where(BankAccount.account_no == withdrawal.bank_account_no, Partner.id != withdrawal.partner_id)
        .distinct()
        .order_by(Partner.id)
        .limit(20)
    )
    return [{"id": key, "full_name": name, "problem_status": status} for key, name, status in rows]


def _last(session: Session, withdrawal: Withdrawal) -> list[dict[str, Any]]:
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


def _tickets(session: Session, partner_id: int) -> dict[str, Any]:
    mine = Ticket.partner_id == partner_id
    opened = session.scalar(select(func.count()).where(mine, Ticket.status.in_(OPEN_TICKETS)))
    rows = session.scalars(select(Ticket).where(mine).order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(LAST))
    return {
        "open": opened or 0,
        "last": [
            {
                "ticket_no": row.ticket_no,
                "type": row.ticket_type,
                "status": row.status,
                "description": row.description,
                "created_at": row.created_at.isoformat(),
            }
            for row in rows
        ],
    }


def _notes(session: Session, partner_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(PartnerNote.body, PartnerNote.created_at, User.full_name)
        .join(User, User.id == PartnerNote.author_id)
        .where(PartnerNote.partner_id == partner_id)
        .order_by(PartnerNote.created_at.desc(), PartnerNote.id.desc())
        .limit(LAST)
    )
    return [{"body": body, "created_at": at.isoformat(), "author": author} for body, at, author in rows]


def _batch(session: Session, withdrawal_id: int, holds_of: HoldsOf) -> dict[str, Any] | None:
    hold = holds_of(session, [withdrawal_id]).get(withdrawal_id)
    if hold is None:
        return None
    return {"id": hold.batch_id, "reference": hold.reference, "status": hold.status, "state": hold.state}
