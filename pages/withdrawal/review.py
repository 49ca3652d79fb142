"""The requests: the queue on the left, the open request with its decision on the right."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.risk import Band
from dashboard.client import ApiRefused
from dashboard.components import Headline, empty_state, guarded, headlines, page_mark
from dashboard.filters import Choice, Filters, OptionalPeriod, Search, filter_bar
from dashboard.i18n import _
from dashboard.labels import risk_band, withdrawal_status
from dashboard.links import PERIOD, WITHDRAWAL, WITHDRAWAL_PAID, WITHDRAWAL_RISK, WITHDRAWAL_STATUS
from pages.payouts.chosen import chosen_bar
from pages.withdrawal.queue import Queue, approvers, draw_queue, landed_queue, waiting_queue
from pages.withdrawal.request import show_request
from queries import withdrawals as questions
from queries.wib import business_day

WAITING, ALL = "waiting", "all"


def numbers(now: questions.ApprovalSummary) -> Sequence[Headline]:
    """What waits and how fast it is decided, against the month and the 30 days before."""
    return [
        Headline(
            _("Menunggu"),
            fmt.number(now.waiting_status),
            help=_("Withdrawal berstatus diminta atau ditinjau, sekarang."),
        ),
        Headline(
            _("Nilai menunggu"),
            fmt.rupiah_short(now.waiting_nominal),
            help=_("Jumlah nominal yang menunggu keputusan."),
            full=fmt.rupiah(now.waiting_nominal),
        ),
        Headline(
            _("Permintaan per hari"),
            fmt.number(now.avg_req_last_month),
            help=_("Permintaan bulan WIB lalu dibagi jumlah harinya; pembandingnya sebulan sebelumnya."),
            change=fmt.change(now.last_month.per_day, now.month_before.per_day),
        ),
        Headline(
            _("Rata-rata waktu persetujuan"),
            fmt.duration(now.avg_approval_seconds),
            help=_("Rata-rata dari permintaan sampai selesai, 30 hari terakhir; pembandingnya 30 hari sebelumnya."),
            change=fmt.change(now.approval.mean_seconds, now.approval_before.mean_seconds),
            good="down",
        ),
    ]


def review_view(summary: questions.ApprovalSummary, now: datetime) -> None:
    """The view with its filters."""
    queue, filters = _chosen_list(now)
    with st.container(key="review"):
        left, right = st.columns([5, 6], gap="medium")
    if WITHDRAWAL.is_given():  # on a phone it stands above the queue, by style.css
        page_mark("review-is-open")
    opened = None
    with left:
        headlines(numbers(summary))
    with left, guarded(_("Antrean"), _("Permintaan yang terbuka tetap dapat diputuskan.")):
        opened = draw_queue(queue, filters)
        approvers()
        chosen_bar()
    with right, st.container(key="request"), guarded(_("Detail permintaan"), _("Antrean tetap dapat dipakai.")):
        if WITHDRAWAL.is_given():
            _show_given()
        elif opened is None:
            empty_state(_("Pilih satu permintaan di antrean untuk meninjaunya."))
        else:
            show_request(opened)


def _show_given() -> None:
    """The request that the address names."""
    number = WITHDRAWAL.get()
    if number is None:
        text = _('"{value}" bukan nomor withdrawal. Pilih satu permintaan di antrean.')
        empty_state(text.format(value=WITHDRAWAL.texts()[0][:40]))
    else:
        try:
            show_request(number)
        except ApiRefused as refused:
            if not refused.names_nothing:
                raise
            text = _("Withdrawal {id} tidak ditemukan. Pilih satu permintaan di antrean.")
            empty_state(text.format(id=number))


def _chosen_list(now: datetime) -> tuple[Queue, Filters]:
    """What waits, or what has landed, as the filter bar says; and the filters that narrow it."""
    statuses = {WAITING: _("Menunggu"), ALL: _("Semua")}
    statuses |= {code: withdrawal_status(code) for code in questions.STATUSES}
    bands = {"": _("Semua"), **{code: risk_band(code) for code in get_args(Band)}}
    today = business_day(now)
    status = Choice(WITHDRAWAL_STATUS, _("Status"), statuses)
    risk = Choice(WITHDRAWAL_RISK, _("Risiko"), bands)
    requested = OptionalPeriod(PERIOD, _("Diminta"), today)
    paid = OptionalPeriod(WITHDRAWAL_PAID, _("Dibayar"), today)
    search = Search(_("Cari nama, email, nomor rekening"))
    # what waits is of now, and what is over has no place in a queue: only filters that narrow the list are drawn
    filters: Filters = (status, risk, search) if status.value == WAITING else (status, requested, paid, search)
    filter_bar(filters)
    if status.value == WAITING:
        return waiting_queue(search.value, risk.value), filters
    chosen = () if status.value == ALL else (status.value,)
    wanted = questions.QueueFilter(search.value, chosen, requested.value, paid.value)
    return landed_queue(wanted, now), filters
