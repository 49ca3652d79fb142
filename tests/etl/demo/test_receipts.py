"""Demo payouts have the picture of a transfer, which the product itself would take."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.kernel.files.content import check
from api.models import TransferProof, Withdrawal
from etl.demo import fill, receipts

RECENT = timedelta(days=60)


def test_recent_payouts_have_a_proof_of_their_own(store_engine: Engine, now: datetime) -> None:
    fill(store_engine, orders=1500, seed=7, now=now, password_hash="x")
    kept: dict[str, bytes] = {}
    count = receipts.attach(store_engine, kept.__setitem__, since=now - RECENT)
    with Session(store_engine) as session:
        paid = session.scalars(select(Withdrawal).where(Withdrawal.status == "completed")).all()
        recent = {each.id: each for each in paid if each.decided_at >= now - RECENT}
        proofs = session.scalars(select(TransferProof)).all()
        assert 0 < count == len(recent) < len(paid)
        assert {proof.withdrawal_id for proof in proofs} == set(recent)
        for proof in proofs:
            withdrawal = recent[proof.withdrawal_id]
            assert withdrawal.proof_sha256 == proof.sha256 == hashlib.sha256(kept[proof.sha256]).hexdigest()
            assert check(kept[proof.sha256], 5_000_000).media_type == withdrawal.proof_type
            assert (proof.amount, proof.last_four) == (withdrawal.nominal, withdrawal.bank_account_no[-4:])
        assert all(each.proof_sha256 is None for each in paid if each.id not in recent)
