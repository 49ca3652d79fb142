"""Choosing the rows of a batch: what speaks against each, before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.payouts.bank_files import PayoutLine, problems, split
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.models import HOLDING, PayoutRow
from api.domains.review.assessment import Assessment, assess_many
from api.domains.review.context import ReviewContext
from api.domains.review.requirements import account_reasons
from api.domains.withdrawals.models import Withdrawal
from api.kernel.errors import Forbidden, Invalid
from api.kernel.identity import Actor
from texts import Text, word
from vocabulary import WAITING, Role

MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A withdrawal for a batch, in the version its maker saw; None before anything was seen."""

    withdrawal_id: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a batch would be: its rows, the total per bank, files, and what speaks against it. Nothing is written."""

    rows: tuple[dict[str, Any], ...]
    banks: dict[str, dict[str, int]]
    files: tuple[dict[str, int], ...]

    @property
    def count(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def total(self) -> int:
        """Rupiah."""
        return sum(row["nominal"] for row in self.rows)

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The rows that cannot be paid, with their reasons."""
        return [row for row in self.rows if row["problems"]]


def dry_run(
    session: Session, chosen: Sequence[Chosen], profile: Profile, actor: Actor, context: ReviewContext
) -> DryRun:
    """Check the rows of a batch.

    Raises:
        Invalid: no row, too many, or a withdrawal twice.
        Forbidden: the actor is not of finance.
    """
    return checked(locked(session, chosen, lock=False), session, chosen, profile, actor, context)[0]


def need_finance(actor: Actor) -> None:
    """Raise Forbidden for everybody but finance."""
    if actor.role is not Role.FINANCE:
        raise Forbidden("{role} may not pay out", role=actor.role_word)


def locked(session: Session, chosen: Sequence[Chosen], *, lock: bool) -> dict[int, Withdrawal]:
    """The withdrawals by id, locked in the order of their ids."""
    ids = [each.withdrawal_id for each in chosen]
    if not ids:
        raise Invalid("choose at least one withdrawal")
    if len(ids) > MOST_ROWS:
        raise Invalid("a batch holds at most {most} rows, not {count}", most=MOST_ROWS, count=len(ids))
    twice = [key for key, count in Counter(ids).items() if count > 1]
    if twice:
        raise Invalid("withdrawal {withdrawal_id} is chosen twice", withdrawal_id=twice[0])
    statement = select(Withdrawal).where(Withdrawal.id.in_(ids)).order_by(Withdrawal.id)
    found = session.scalars(statement.with_for_update(key_share=True) if lock else statement)
    return {withdrawal.id: withdrawal for withdrawal in found}


def checked(
    withdrawals: dict[int, Withdrawal],
    session: Session,
    chosen: Sequence[Chosen],
    profile: Profile,
    actor: Actor,
    context: ReviewContext,
) -> tuple[DryRun, dict[int, Assessment]]:
    """What a batch of these would be, and the judgement on each withdrawal.

    Raises:
        Forbidden: the actor is not of finance.
    """
    need_finance(actor)
    found = assess_many(session, list(withdrawals.values()), context) if withdrawals else {}
    held = set(
        session.scalars(
            select(PayoutRow.withdrawal_id).where(
                PayoutRow.withdrawal_id.in_(withdrawals), PayoutRow.state.in_(HOLDING)
            )
        )
    )
    accounts = Counter((each.bank_name, each.bank_account_no) for each in withdrawals.values())
    rows: list[dict[str, Any]] = []
    for each in chosen:
        withdrawal = withdrawals.get(each.withdrawal_id)
        if withdrawal is None:
            rows.append(_missing(each.withdrawal_id))
            continue
        seen = found[withdrawal.id]
        against = reasons_against(withdrawal, seen, each.version, withdrawal.id in held, actor)
        against += problems(profile, _draft_line(withdrawal)) if not against else []
        warnings = list(account_reasons(seen.account, context.policy, context.now))
        warnings += [f"risk_{seen.risk.band}"] if seen.risk.band != "low" else []
        is_repeated = accounts[(withdrawal.bank_name, withdrawal.bank_account_no)] > 1
        warnings += ["same_account"] if is_repeated else []
        rows.append(_row(withdrawal, seen, against, warnings))
    banks: dict[str, dict[str, int]] = {}
    for row in rows:
        bank = banks.setdefault(row["bank_name"], {"rows": 0, "total": 0})
        bank["rows"] += 1
        bank["total"] += row["nominal"]
    payable = [_draft_line(withdrawals[row["withdrawal_id"]]) for row in rows if not row["problems"]]
    files = tuple({"rows": len(part), "total": sum(line.amount for line in part)} for part in split(profile, payable))
    return DryRun(tuple(rows), banks, files), found


def reasons_against(
    withdrawal: Withdrawal, found: Assessment, version: int | None, is_held: bool, actor: Actor
) -> list[Text]:
    """Why a withdrawal cannot be in a batch; none where it can."""
    against = []
    if withdrawal.status not in WAITING:
        against.append(Text("is {status}", status=word(withdrawal.status)))
    if version is not None and version != withdrawal.version:
        against.append(Text("changed since it was chosen"))
    if is_held:
        against.append(Text("is in another batch"))
    if found.partner.is_blocked:
        against.append(Text("the partner is marked {mark}", mark=found.partner.mark))
    if is_own(withdrawal, found, actor) and not actor.may_self_approve:
        against.append(Text("you asked for it yourself"))
    return against


def is_own(withdrawal: Withdrawal, found: Assessment, actor: Actor) -> bool:
    """Whether the actor asked for the withdrawal."""
    return actor.id in (withdrawal.maker_id, found.partner.user_id)


def _draft_line(withdrawal: Withdrawal) -> PayoutLine:
    return PayoutLine(
        reference=f"KS-{0:06d}-{0:04d}",  # as long as the one it will have
        amount=withdrawal.nominal,
        bank_name=withdrawal.bank_name,
        account_no=withdrawal.bank_account_no,
        account_name=withdrawal.bank_account_name,
    )


def _missing(withdrawal_id: int) -> dict[str, Any]:
    unknown = {"partner_name": "", "bank_name": "", "bank_account_no": "", "bank_account_name": ""}
    return unknown | {
        "withdrawal_id": withdrawal_id,
        "nominal": 0,
        "version": None,
        "risk_band": "",
        "problems": [Text("does not exist")],
        "warnings": [],
    }


def _row(withdrawal: Withdrawal, found: Assessment, against: list[Text], warnings: list[str]) -> dict[str, Any]:
    return {
        "withdrawal_id": withdrawal.id,
        "version": withdrawal.version,
        "partner_name": found.partner.full_name,
        "nominal": withdrawal.nominal,
        "bank_name": withdrawal.bank_name,
        "bank_account_no": withdrawal.bank_account_no,
        "bank_account_name": withdrawal.bank_account_name,
        "risk_band": found.risk.band,
        "problems": against,
        "warnings": warnings,
    }
