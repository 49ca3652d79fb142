"""The bank transfer that pays a withdrawal: its proof was never used before, and says what the payer typed."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.domains.review.context import ReviewContext
from api.domains.review.errors import ProofRefused
from api.domains.withdrawals.models import TransferProof, Withdrawal
from api.kernel.files.content import CheckedFile
from queries.wib import business_day
from texts import Rupiah, Text, listed, word


@dataclass(frozen=True, slots=True)
class Transfer:
    """Its proof, and what the payer typed from it; None where nothing was typed."""

    proof: CheckedFile
    amount: int | None = None
    paid_on: date | None = None
    last_four: str | None = None


def keep_proof(
    session: Session, withdrawal: Withdrawal, transfer: Transfer, actor_id: int, context: ReviewContext
) -> None:
    """Keep the proof of a withdrawal that is about to be completed.

    Raises:
        ProofRefused: it proved another withdrawal, or what was typed from it does not fit this one.
        Unavailable: the store does not take it.
    """
    proof = transfer.proof
    _check_typed(withdrawal, transfer, context)
    row = {
        "sha256": proof.sha256,
        "withdrawal_id": withdrawal.id,
        "media_type": proof.media_type,
        "bytes": len(proof.content),
        "amount": transfer.amount,
        "paid_on": transfer.paid_on,
        "last_four": transfer.last_four,
        "uploaded_by": actor_id,
        "created_at": context.now,
    }
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # waits for another decision with the same proof, and then finds it used
    claim = insert(TransferProof).values(row).on_conflict_do_nothing().returning(TransferProof.sha256)
    if session.scalar(claim) is None:
        used = session.scalar(select(TransferProof.withdrawal_id).where(TransferProof.sha256 == proof.sha256))
        raise ProofRefused(
            "this transfer proof was used before, for withdrawal {withdrawal_id}; upload that of this transfer",
            {"withdrawal_id": used},
            withdrawal_id=used,
        )
    context.proofs.put(proof.sha256, proof.content)
    withdrawal.proof_sha256, withdrawal.proof_type = proof.sha256, proof.media_type


def _check_typed(withdrawal: Withdrawal, transfer: Transfer, context: ReviewContext) -> None:
    typed = {"paid_amount": transfer.amount, "paid_on": transfer.paid_on, "last_four": transfer.last_four}
    missing = [name for name, value in typed.items() if value is None]
    if missing and (context.policy.payment.require_typed or len(missing) < len(typed)):
        names = listed([word(name) for name in missing])
        raise ProofRefused("type what the transfer proof says: {missing} is missing", missing=names)
    if missing:
        return
    wrong = {}
    if transfer.amount != withdrawal.nominal:
        wrong["paid_amount"] = Text(
            "Rp{typed} was typed, Rp{due} is due", typed=Rupiah(transfer.amount or 0), due=Rupiah(withdrawal.nominal)
        )
    last_four = re.sub(r"[^0-9]", "", withdrawal.bank_account_no)[-4:]  # the number may be written with signs
    if transfer.last_four != last_four:
        wrong["last_four"] = Text(
            "the account ends in {last_four}, not {typed}", last_four=last_four, typed=transfer.last_four
        )
    first, last = business_day(withdrawal.created_at), business_day(context.now)
    if transfer.paid_on is not None and not first <= transfer.paid_on <= last:
        wrong["paid_on"] = Text(
            "{paid_on} is not between the request ({first}) and today ({last})",
            paid_on=transfer.paid_on,
            first=first,
            last=last,
        )
    if wrong:
        raise ProofRefused(
            "the transfer proof does not fit: {wrong}", {"errors": wrong}, wrong=listed(list(wrong.values()), "; ")
        )
