"""Choosing the rows of a batch: why one cannot be paid is found before anything is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.domains.partners.marks import with_steady_marks
from api.domains.payouts.bank_files import PayoutLine, problems, split
from api.domains.payouts.bank_profiles import Profile
from api.domains.payouts.schemas import MOST_ROWS, Chosen, DryRunRow, Sum
from api.domains.review.assessment import Assessment, assess_many
from api.domains.review.context import Review
from api.domains.review.requirements import account_reasons
from api.domains.withdrawals.models import Withdrawal
from api.kernel.errors import Invalid
from api.kernel.identity import Actor
from texts import Text, word
from vocabulary import WAITING


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a batch would be: its rows, the total per bank, files, and why rows cannot be paid. Nothing is written."""

    rows: tuple[DryRunRow, ...]
    banks: dict[str, Sum]
    files: tuple[Sum, ...]

    @property
    def count(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def total(self) -> int:
        """Rupiah."""
        return sum(row["nominal"] for row in self.rows)

    @property
    def problems(self) -> list[DryRunRow]:
        """The rows that cannot be paid, with their reasons."""
        return [row for row in self.rows if row["problems"]]


def dry_run(review: Review, chosen: Sequence[Chosen], profile: Profile) -> DryRun:
    """Check the rows of a batch.

    Raises:
        Invalid: no row, too many, or a withdrawal twice.
    """
    return checked(review, find_chosen(review.session, chosen), chosen, profile)[0]


def find_chosen(session: Session, chosen: Sequence[Chosen]) -> dict[int, Withdrawal]:
    """The withdrawals by id.

    Raises:
        Invalid: no row, too many, or a withdrawal twice.
    """
    return _by_id(session.scalars(_statement(chosen)))


def lock_chosen(session: Session, chosen: Sequence[Chosen]) -> dict[int, Withdrawal]:
    """As find_chosen, locked in the order of their ids; nobody marks their partners meanwhile."""
    found = _by_id(session.scalars(_statement(chosen).with_for_update(key_share=True)))
    with_steady_marks(session, {withdrawal.partner_id for withdrawal in found.values()})
    return found


def _by_id(found: Iterable[Withdrawal]) -> dict[int, Withdrawal]:
    return {withdrawal.id: withdrawal for withdrawal in found}


def _statement(chosen: Sequence[Chosen]) -> Select[Withdrawal]:
    ids = [each.withdrawal_id for each in chosen]
    if not ids:
        raise Invalid("choose at least one withdrawal")
    if len(ids) > MOST_ROWS:
        raise Invalid("a batch holds at most {most} rows, not {count}", most=MOST_ROWS, count=len(ids))
    twice = [key for key, count in Counter(ids).items() if count > 1]
    if twice:
        raise Invalid("withdrawal {withdrawal_id} is chosen twice", withdrawal_id=twice[0])
    return select(Withdrawal).where(Withdrawal.id.in_(ids)).order_by(Withdrawal.id)


def checked(
    review: Review, withdrawals: dict[int, Withdrawal], chosen: Sequence[Chosen], profile: Profile
) -> tuple[DryRun, dict[int, Assessment]]:
    """What a batch of these would be, and the judgement on each withdrawal."""
    found = assess_many(review, list(withdrawals.values())) if withdrawals else {}
    holds = review.holds_of(review.session, withdrawals)
    accounts = Counter((each.bank_name, each.bank_account_no) for each in withdrawals.values())
    rows: list[DryRunRow] = []
    for each in chosen:
        withdrawal = withdrawals.get(each.withdrawal_id)
        if withdrawal is None:
            rows.append(_missing(each.withdrawal_id))
            continue
        seen = found[withdrawal.id]
        against = reasons_against(review.actor, withdrawal, seen, each.version)
        against += [Text("is in another batch")] if withdrawal.id in holds else []
        against += problems(profile, _draft_line(withdrawal)) if not against else []
        warnings = list(account_reasons(seen.account, review.policy, review.now))
        warnings += [f"risk_{seen.risk.band}"] if seen.risk.band != "low" else []
        is_repeated = accounts[(withdrawal.bank_name, withdrawal.bank_account_no)] > 1
        warnings += ["same_account"] if is_repeated else []
        rows.append(_row(withdrawal, seen, against, warnings))
    banks: dict[str, Sum] = {}
    for row in rows:
        bank = banks.setdefault(row["bank_name"], {"rows": 0, "total": 0})
        bank["rows"] += 1
        bank["total"] += row["nominal"]
    payable = [_draft_line(withdrawals[row["withdrawal_id"]]) for row in rows if not row["problems"]]
    files = tuple(Sum(rows=len(part), total=sum(line.amount for line in part)) for part in split(profile, payable))
    return DryRun(tuple(rows), banks, files), found


def reasons_against(actor: Actor, withdrawal: Withdrawal, found: Assessment, version: int | None) -> list[Text]:
    """Why the actor cannot have a withdrawal in a batch; none where it can."""
    against = []
    if withdrawal.status not in WAITING:
        against.append(Text("is {status}", status=word(withdrawal.status)))
    if withdrawal.proof_sha256 is not None:
        against.append(Text("has a transfer proof already"))
    if version is not None and version != withdrawal.version:
        against.append(Text("changed since it was chosen"))
    if found.partner.is_blocked:
        against.append(Text("the partner is marked {mark}", mark=found.partner.mark))
    if is_own(withdrawal, found, actor) and not actor.may_self_approve:
        against.append(Text("you asked for it yourself"))
    return against


def is_own(withdrawal: Withdrawal, found: Assessment, actor: Actor) -> bool:
    """Whether the actor made the request."""
    return actor.id in (withdrawal.maker_id, found.partner.user_id)


def _draft_line(withdrawal: Withdrawal) -> PayoutLine:
    return PayoutLine(
        reference=f"KS-{0:06d}-{0:04d}",  # as long as the one it will have
        amount=withdrawal.nominal,
        bank_name=withdrawal.bank_name,
        account_no=withdrawal.bank_account_no,
        account_name=withdrawal.bank_account_name,
    )


def _missing(withdrawal_id: int) -> DryRunRow:
    return {
        "withdrawal_id": withdrawal_id,
        "version": None,
        "partner_name": "",
        "nominal": 0,
        "bank_name": "",
        "bank_account_no": "",
        "bank_account_name": "",
        "risk_band": "",
        "problems": [Text("does not exist")],
        "warnings": [],
    }


def _row(withdrawal: Withdrawal, found: Assessment, against: list[Text], warnings: list[str]) -> DryRunRow:
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
