"""Review Withdrawal: the queue on the left, the open request with its decision on the right."""

from datetime import timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import (
    Choice,
    Column,
    Headline,
    empty_state,
    export_buttons,
    filter_bar,
    guarded,
    headlines,
    page_header,
    table,
    table_controls,
)
from dashboard.components.withdrawal_request import show_request
from dashboard.i18n import _
from dashboard.labels import withdrawal_status
from dashboard.runtime import runtime
from queries import withdrawals as questions
from queries.filters import Page, PageOf, Sort

now = runtime().now()
with runtime().warehouse.read() as connection:
    summary = questions.approval_summary(connection, now)
    before = questions.approval_summary(connection, now - timedelta(days=questions.APPROVAL_DAYS))

page_header(
    _("Review Withdrawal"),
    _("{count} permintaan menunggu, {amount} belum dibayar").format(
        count=fmt.number(summary.waiting_status), amount=fmt.rupiah(summary.waiting_nominal)
    ),
)
statuses = {"waiting": _("Menunggu"), "": _("Semua")}
statuses |= {code: withdrawal_status(code) for code in questions.STATUSES}
filters = filter_bar(
    search=_("Cari nama, email, nomor rekening"),
    choices=(Choice("wd_status", _("Status"), statuses, default="waiting"),),
    preset="30d",
    period=True,
    couriers=(),
    payment=False,
    compare=False,
)
headlines(
    [
        Headline(
            _("Menunggu"),
            fmt.number(summary.waiting_status),
            help=_("Withdrawal berstatus diminta atau ditinjau, sekarang."),
        ),
        Headline(
            _("Nilai menunggu"),
            fmt.rupiah_short(summary.waiting_nominal),
            help=_("Jumlah nominal yang menunggu keputusan."),
            full=fmt.rupiah(summary.waiting_nominal),
        ),
        Headline(
            _("Permintaan per hari"),
            fmt.number(summary.avg_req_last_month),
            help=_("Permintaan bulan WIB lalu dibagi jumlah harinya; pembandingnya sebulan sebelumnya."),
            change=fmt.change(summary.avg_req_last_month, before.avg_req_last_month),
        ),
        Headline(
            _("Rata-rata waktu persetujuan"),
            fmt.duration(summary.avg_approval_seconds),
            help=_("Rata-rata dari permintaan sampai selesai, 30 hari terakhir; pembandingnya 30 hari sebelumnya."),
            change=fmt.change(summary.avg_approval_seconds, before.avg_approval_seconds),
            good="down",
        ),
    ]
)

chosen = filters.choice("wd_status")
wanted = questions.WAITING if chosen == "waiting" else (chosen,) if chosen else ()
# what waits is work whatever its date: the period narrows the decided ones only
query_filter = questions.QueueFilter(filters.search, wanted, None if chosen == "waiting" else filters.period)
columns = [
    Column("partner_name", _("Partner"), width=170),
    Column("nominal", _("Nominal"), "money", width=125),
    Column("age_seconds", _("Usia"), "duration", help=_("Dari permintaan sampai keputusan, atau sampai sekarang.")),
    Column("status_label", _("Status"), "badge"),
    Column("bank_name", _("Bank")),
    Column("created_at", _("Diminta"), "instant"),
]


def fetch(page: Page, sort: Sort) -> PageOf:
    """One page of the filtered queue."""
    with runtime().warehouse.read() as opened:
        found = questions.queue_page(opened, query_filter, sort, page, now)
    labelled = found.rows.assign(status_label=found.rows["status"].map(statuses))
    return PageOf(labelled, found.total)


# on a phone an opened request stands above the queue
with st.container(key="review-opened" if "id" in st.query_params else "review"):
    left, right = st.columns([5, 6], gap="medium")
selected: pd.Series | None = None
first_id = ""
with left, guarded(_("Antrean"), _("Permintaan yang terbuka tetap dapat diputuskan.")):
    sorts = {"age": _("Usia"), "nominal": _("Nominal")}
    page, sort = table_controls(key="wd", sorts=sorts, default="age", descending=False, size=20)
    queue = fetch(page, sort)
    if queue.total == 0:
        empty_state(_("Tidak ada withdrawal yang cocok dengan saringan ini."))
    else:
        first_id = str(queue.rows.iloc[0]["withdrawal_id"])
        alt = _("Antrean withdrawal")
        selected = table(queue.rows, columns, total=queue.total, key="wd", page=page, alt=alt, select=True)
        export_buttons(name="withdrawal", columns=columns, fetch=partial(fetch, sort=sort), filters=filters)

if selected is not None:
    st.query_params["id"] = str(int(selected["withdrawal_id"]))
opened_id = st.query_params.get("id", first_id)
with right, guarded(_("Detail permintaan"), _("Antrean tetap dapat dipakai.")):
    if opened_id.isdecimal():
        show_request(int(opened_id))
    else:
        empty_state(_("Pilih satu permintaan di antrean untuk meninjaunya."))
