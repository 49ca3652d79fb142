"""The proof of a transfer and what it says, as a payer enters them."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.actions.withdrawals import Payment
from dashboard.i18n import _
from dashboard.runtime import runtime
from queries.wib import business_day

PROOF_MEGABYTES = 5  # as the API enforces
_DayInput: TypeAlias = date | tuple[date, ...] | None


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """The inputs as they stand, complete or not."""

    upload: UploadedFile | None
    amount: str
    day: _DayInput
    last_four: str

    def problem(self) -> str | None:
        """What is to be filled in first; None for a complete form."""
        if self.upload is None:
            return _("Unggah bukti transfer dulu.")
        if rupiah_of(self.amount) is None:
            return _("Isi nominal seperti di bukti, dalam rupiah penuh.")
        if not isinstance(self.day, date):
            return _("Isi tanggal transfer.")
        is_number = len(self.last_four) == 4 and self.last_four.isascii() and self.last_four.isdigit()
        return None if is_number else _("Isi 4 digit akhir rekening.")

    def payment(self) -> Payment:
        """The complete form.

        Raises:
            ValueError: `problem` names something.
        """
        amount = rupiah_of(self.amount)
        if self.upload is None or amount is None or not isinstance(self.day, date):
            raise ValueError("the form is not complete")
        mime = self.upload.type or "application/octet-stream"
        return Payment(self.upload.name, self.upload.getvalue(), mime, amount, self.day, self.last_four)


def payment_form(key: str) -> PaymentInput:
    """Draw the inputs."""
    upload = st.file_uploader(
        _("Bukti transfer (PNG, JPEG, WebP, PDF, maks. 5 MB)"),
        type=["png", "jpg", "jpeg", "webp", "pdf"],
        key=f"{key}-proof",
        max_upload_size=PROOF_MEGABYTES,
    )
    preview = st.empty()  # keeps its place: fields that move down are made anew and lose what is being typed
    if upload is not None and (upload.type or "").startswith("image/"):
        preview.image(upload, width=260, alt=_("Bukti transfer"))
    left, middle, right = st.columns(3)
    amount = left.text_input(_("Nominal di bukti"), key=f"{key}-amount", placeholder="1.234.567")
    today = business_day(runtime().now())
    day = middle.date_input(_("Tanggal transfer"), today, max_value=today, key=f"{key}-day", format="DD/MM/YYYY")
    last = right.text_input(_("4 digit akhir rekening"), key=f"{key}-last", max_chars=4)
    return PaymentInput(upload, amount or "", day, last or "")


def rupiah_of(text: str) -> int | None:
    """Whole rupiah as a person types them (1.234.567, Rp 1,234,567, 1234567); None when it is something else."""
    digits = text.strip().removeprefix("Rp").strip()
    groups = digits.replace(",", ".").split(".")
    plain = groups[0].isascii() and all(group.isascii() and group.isdigit() for group in groups)
    if not plain or (len(groups) > 1 and any(len(group) != 3 for group in groups[1:])):
        return None
    return int("".join(groups)) or None
