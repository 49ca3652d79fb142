"""The bank transfer that pays a withdrawal: its proof was never used before, and says what the payer typed."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from api.domains.review.context import Review
from api.domains.review.errors import ProofRefused
from api.domains.review.schemas import TransferFields
from api.domains.withdrawals.models import TransferProof, Withdrawal
from api.kernel import heavy
from api.kernel.files.content import CheckedFile, check
from api.kernel.parts import Parts
from api.kernel.payload import Upload
from queries.wib import business_day
from texts import Rupiah, Text, listed, word


@dataclass(frozen=True, slots=True)
class Transfer:
    """Its proof, and what the payer typed from it; None where nothing was typed."""

    proof: CheckedFile
    amount: int | None = None
    paid_on: date | None = None
    last_four: str | None = None


async def read_transfer(parts: Parts, sent: TransferFields) -> Transfer | None:
    """The transfer that a request sends, its proof checked before the transaction begins; None without a proof.

    Raises:
        UploadRefused: the proof is no plain picture or PDF.
        Unavailable: too many files are being checked.
    """
    return None if sent.transfer_proof is None else await read_proof(parts, sent, sent.transfer_proof)


async def read_proof(parts: Parts, sent: TransferFields, file: Upload) -> Transfer:
    """As read_transfer, where the proof is required."""
    proof = await heavy.run(parts, check, file.content, parts.settings.proof_max_bytes)
    return Transfer(proof, sent.paid_amount, sent.paid_on, sent.last_four)


def keep_proof(review: Review, withdrawal: Withdrawal, transfer: Transfer) -> None:
    """Keep the proof of a withdrawal that waits, in place of one that was added to it earlier.

    Raises:
        ProofRefused: it proved another withdrawal, or what was typed from it does not fit this one.
        Unavailable: the store does not take it.
    """
    proof, session = transfer.proof, review.session
    _check_typed(review, withdrawal, transfer)
    row = {
        "sha256": proof.sha256,
        "withdrawal_id": withdrawal.id,
        "media_type": proof.media_type,
        "bytes": len(proof.content),
        "amount": transfer.amount,
        "paid_on": transfer.paid_on,
        "last_four": transfer.last_four,
        "uploaded_by": review.actor.id,
        "created_at": review.now,
    }
    earlier = TransferProof.withdrawal_id == withdrawal.id, TransferProof.sha256 != proof.sha256
    session.execute(delete(TransferProof).where(*earlier))  # the audit trail says which one it was
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # waits for another decision with the same proof, and then finds it used
    claim = insert(TransferProof).values(row).on_conflict_do_nothing().returning(TransferProof.sha256)
    if session.scalar(claim) is None:
        used = session.scalar(select(TransferProof.withdrawal_id).where(TransferProof.sha256 == proof.sha256))
        if withdrawal.proof_sha256 == proof.sha256:
            return  # it was added before the decision
        raise ProofRefused(
            "this transfer proof was used before, for withdrawal {withdrawal_id}; upload that of this transfer",
            {"withdrawal_id": used},
            withdrawal_id=used,
        )
    review.proofs.put(proof.sha256, proof.content)
    withdrawal.proof_sha256, withdrawal.proof_type = proof.sha256, proof.media_type


def _check_typed(review: Review, withdrawal: Withdrawal, transfer: Transfer) -> None:
    typed = {"paid_amount": transfer.amount, "paid_on": transfer.paid_on, "last_four": transfer.last_four}
    missing = [name for name, value in typed.items() if value is None]
    if missing and (review.policy.payment.require_typed or len(missing) < len(typed)):
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
    first, last = business_day(withdrawal.created_at), business_day(review.now)
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
