"""Maker and checker: how many different people must approve a withdrawal, who has approved, and who may."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.partners.models import Partner
from api.domains.review.errors import ApprovalMissing, RoleRefused, SelfApproval
from api.domains.review.policy import Policy
from api.domains.review.risk import AccountFacts, Risk
from api.domains.review.schemas import Needed
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from api.kernel.identity import Actor
from texts import Text, listed, word
from vocabulary import DecisionKind, Role


@dataclass(frozen=True, slots=True)
class Approval:
    """A valid approval."""

    actor_id: int
    name: str
    role: Role
    at: datetime
    expires_at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """The roles whose different holders must approve, why it is more than one, and the valid approvals so far."""

    roles: tuple[Role, ...]
    reasons: tuple[str, ...]
    approvals: tuple[Approval, ...]

    def satisfied(self, more: Sequence[Role] = ()) -> bool:
        """Whether the approvals, and those of `more`, are enough."""
        return not (Counter(self.roles) - Counter([*(approval.role for approval in self.approvals), *more]))

    def as_dict(self) -> Needed:
        """For an answer or a snapshot."""
        return {
            "roles": [role.name.lower() for role in self.roles],
            "reasons": list(self.reasons),
            "satisfied": self.satisfied(),
            "approvals": [
                {
                    "actor_id": approval.actor_id,
                    "name": approval.name,
                    "role": approval.role.name.lower(),
                    "at": approval.at.isoformat(),
                    "expires_at": approval.expires_at.isoformat(),
                    "comment": approval.comment,
                }
                for approval in self.approvals
            ],
        }


def requirement(
    withdrawal: Withdrawal,
    risk: Risk,
    account: AccountFacts,
    approvals: tuple[Approval, ...],
    policy: Policy,
    now: datetime,
) -> Requirement:
    """What a withdrawal takes now."""
    reasons = account_reasons(account, policy, now)
    roles = policy.required(withdrawal.nominal, risk.band, second=bool(reasons))
    if len(roles) > 1 and len(policy.required(0, risk.band, second=False)) > 1:
        reasons = (f"risk_{risk.band}", *reasons)
    if len(roles) > 1 and len(policy.required(withdrawal.nominal, "low", second=False)) > 1:
        reasons = ("amount", *reasons)
    return Requirement(roles, reasons, approvals)


def account_reasons(account: AccountFacts, policy: Policy, now: datetime) -> tuple[str, ...]:
    """Why the account takes a second approver, as codes: account_changed (since the request), or new_account,
    name_unchecked, name_mismatch."""
    if not account.is_current or account.details_at is None:
        return ("account_changed",)
    found = []
    if now - account.details_at < timedelta(hours=policy.account.settle_hours):
        found.append("new_account")
    if account.name_score is None:
        found.append("name_unchecked")
    elif account.name_score < policy.account.name_score:
        found.append("name_mismatch")
    return tuple(found)


class Decided(Protocol):
    """What an approval is given for: a withdrawal, or its columns."""

    @property
    def id(self) -> int: ...
    @property
    def nominal(self) -> int: ...
    @property
    def bank_account_no(self) -> str: ...


def valid_approvals(session: Session, withdrawals: Sequence[Decided], now: datetime) -> dict[int, tuple[Approval, ...]]:
    """By withdrawal: approvals since the last sending back that are not expired and are of the amount and account as
    they are."""
    by_id = {withdrawal.id: withdrawal for withdrawal in withdrawals}
    rows = session.execute(
        select(WithdrawalDecision, User)
        .join(User, User.id == WithdrawalDecision.actor_id)
        .where(
            WithdrawalDecision.withdrawal_id.in_(by_id),
            WithdrawalDecision.kind.in_((DecisionKind.APPROVED, DecisionKind.SENT_BACK)),
        )
        .order_by(WithdrawalDecision.id)
    )
    found: dict[int, list[Approval]] = {}
    for made, user in rows:
        withdrawal, mine = by_id[made.withdrawal_id], found.setdefault(made.withdrawal_id, [])
        if made.kind == DecisionKind.SENT_BACK:
            mine.clear()
            continue
        is_same = (made.nominal, made.bank_account_no) == (withdrawal.nominal, withdrawal.bank_account_no)
        if is_same and made.expires_at is not None and made.expires_at > now:
            mine.append(
                Approval(user.id, user.full_name, Role(user.role_id), made.created_at, made.expires_at, made.comment)
            )
    return {key: tuple(mine) for key, mine in found.items()}


def check_person(actor: Actor, withdrawal: Withdrawal, partner: Partner, needed: Requirement) -> bool:
    """Whether the actor may add an approval; True when that is a self-approval by right.

    Raises:
        RoleRefused: the role approves nothing here.
        SelfApproval: the actor made the request or approved it already, and has no right to approve alone.
    """
    if actor.role not in needed.roles:
        wanted = listed([word(name) for name in sorted({role.name.lower() for role in needed.roles})], " or ")
        raise RoleRefused(
            "this withdrawal is approved by {wanted}; you are {role}", wanted=wanted, role=actor.role_word
        )
    is_maker = actor.id in (withdrawal.maker_id, partner.user_id)
    has_approved = any(approval.actor_id == actor.id for approval in needed.approvals)
    if not (is_maker or has_approved):
        return False
    if actor.may_self_approve:
        return True
    what = Text("asked for this withdrawal") if is_maker else Text("approved this withdrawal already")
    raise SelfApproval("you {what}; another person must approve it", {"requirement": needed.as_dict()}, what=what)


def check_payable(actor: Actor, withdrawal: Withdrawal, partner: Partner, needed: Requirement) -> bool:
    """Whether the actor may pay out; True when that is a self-approval by right. Paying counts as an approval where
    one is missing.

    Raises:
        RoleRefused, SelfApproval: as check_person does, where an approval is missing.
        ApprovalMissing: the actor's own approval would not be enough.
    """
    if needed.satisfied():
        return False
    own = check_person(actor, withdrawal, partner, needed)
    if not needed.satisfied([actor.role]):
        raise ApprovalMissing(
            "{needed} different people must approve this withdrawal ({reasons}); "
            "{approved} did so far: approve it first, another person then pays",
            {"requirement": needed.as_dict()},
            needed=len(needed.roles),
            reasons=listed([word(reason) for reason in needed.reasons]),
            approved=len(needed.approvals),
        )
    return own
