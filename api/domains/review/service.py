"""Finding what is reviewed."""

from sqlalchemy.orm import Session

from api.domains.bank_accounts import service as bank_accounts
from api.domains.bank_accounts.models import BankAccount
from api.domains.withdrawals.errors import UnknownWithdrawal
from api.domains.withdrawals.models import Withdrawal, WithdrawalDecision
from api.domains.withdrawals.service import find
from api.kernel.db import LOCK
from api.kernel.read import Read
from api.kernel.transactions import write_from_thread
from api.ports.name_check import NameCheck
from vocabulary import WAITING


def find_checked(read: Read, withdrawal_id: int) -> Withdrawal:
    """The withdrawal; the name of its account is checked first, if it waits and that was never done.

    Raises:
        UnknownWithdrawal: when there is none.
    """
    withdrawal = find(read.session, withdrawal_id)
    account = read.session.get_one(BankAccount, withdrawal.bank_account_id)
    if account.name_checked_at is not None or withdrawal.status not in WAITING:
        return withdrawal

    def check(session: Session) -> None:
        unchecked = session.get_one(BankAccount, account.id, with_for_update=LOCK)
        bank_accounts.check_name(session, unchecked, read.parts[NameCheck], read.now)

    write_from_thread(read.parts, check)
    # the reading transaction began before the check; another one sees it
    read.session.rollback()
    read.session.connection(execution_options={"read_only": True})
    return find(read.session, withdrawal_id)


def find_decision(session: Session, withdrawal_id: int, decision_id: int) -> tuple[WithdrawalDecision, Withdrawal]:
    """A decision and its withdrawal.

    Raises:
        UnknownWithdrawal: there is none, or it has no such decision.
    """
    made = session.get(WithdrawalDecision, decision_id)
    if made is None or made.withdrawal_id != withdrawal_id:
        raise UnknownWithdrawal(
            "withdrawal {withdrawal_id} has no decision {decision_id}",
            withdrawal_id=withdrawal_id,
            decision_id=decision_id,
        )
    return made, find(session, withdrawal_id)
