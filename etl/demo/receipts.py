"""Transfer receipts of the demo payouts, so that a paid request opens with its proof as a real one does."""

import hashlib
import io
from collections.abc import Callable
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.models import TransferProof, Withdrawal
from queries.wib import business_day
from vocabulary import WithdrawalStatus

_SIZE, _LINE = (640, 360), 34


def draw(withdrawal: Withdrawal) -> bytes:
    """A PNG that says what a bank's receipt says; the same bytes for the same withdrawal."""
    picture = Image.new("RGB", _SIZE, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(20)
    paid_on = business_day(withdrawal.decided_at) if withdrawal.decided_at else None
    lines = (
        "BUKTI TRANSFER (DEMO)",
        f"Referensi   WD{withdrawal.id}",
        f"Tanggal     {paid_on}",
        f"Bank        {withdrawal.bank_name}",
        f"Rekening    {withdrawal.bank_account_no}",
        f"Nama        {withdrawal.bank_account_name}",
        f"Nominal     Rp{withdrawal.nominal:,}".replace(",", "."),
        "Status      BERHASIL",
    )
    for number, line in enumerate(lines):
        pen.text((40, 36 + number * _LINE), line, fill="#172033", font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def attach(engine: Engine, put: Callable[[str, bytes], None], *, since: datetime) -> int:
    """Draw a receipt for each withdrawal completed since an instant, hand it to `put` under its hash, and note it as
    the withdrawal's proof; the number of them."""
    with Session(engine) as session, session.begin():
        paid = select(Withdrawal).where(Withdrawal.status == WithdrawalStatus.COMPLETED, Withdrawal.decided_at >= since)
        withdrawals = session.scalars(paid.order_by(Withdrawal.id)).all()
        for withdrawal in withdrawals:
            content = draw(withdrawal)
            digest = hashlib.sha256(content).hexdigest()
            put(digest, content)
            withdrawal.proof_sha256, withdrawal.proof_type = digest, "image/png"
            session.add(
                TransferProof(
                    sha256=digest,
                    withdrawal_id=withdrawal.id,
                    media_type="image/png",
                    bytes=len(content),
                    amount=withdrawal.nominal,
                    paid_on=business_day(withdrawal.decided_at) if withdrawal.decided_at else None,
                    last_four=withdrawal.bank_account_no[-4:],
                    uploaded_by=withdrawal.decided_by,
                    created_at=withdrawal.decided_at,
                )
            )
    return len(withdrawals)
