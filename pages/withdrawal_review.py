"""Review Withdrawal: the queue on the left, the open request with its decision on the right."""

from datetime import timedelta
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions import withdrawals as actions
from dashboard.client import api
from dashboard.components import (
    Column,
    Headline,
    empty_state,
    export_buttons,
    guarded,
    headlines,
    page_header,
    table,
    table_controls,
)
from dashboard.components.withdrawal_decision import PICKED
from dashboard.components.withdrawal_request import show_request
from dashboard.components.withdrawal_risk import band_label, priority_told
from dashboard.filters import Choice, PeriodFilter, Preset, Search, filter_bar
from dashboard.i18n import _
from dashboard.labels import withdrawal_status
from dashboard.links import WITHDRAWAL_RISK, WITHDRAWAL_STATUS
from dashboard.navigation import PAGES_DIR
from dashboard.runtime import runtime
from queries import withdrawals as questions
from queries.filters import Page, PageOf, Sort
from queries.wib import business_day

SIZE = 20
now, client = runtime().now(), api()
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
bands = {"": _("Semua"), **{code: band_label(code) for code in ("low", "medium", "high")}}
period = PeriodFilter(business_day(now), Preset.LAST_30_DAYS)
status = Choice(WITHDRAWAL_STATUS, _("Status"), statuses)
risk = Choice(WITHDRAWAL_RISK, _("Risiko"), bands)
search = Search(_("Cari nama, email, nomor rekening"))
filters = (period, status, risk, search)
filter_bar(filters)
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

chosen, band = status.value, risk.value
is_waiting = chosen == "waiting"
query_filter = questions.QueueFilter(search.value, (chosen,) if chosen and not is_waiting else (), period.value)


def waiting_page(page: Page, sort: Sort) -> PageOf:
    """One page of what waits, most urgent first, fresh from the store; its period is now."""
    number = page.offset // page.limit + 1
    found = actions.queue(client, number, page.limit, search=search.value, band=band, sort=sort.column)
    rows = pd.DataFrame(found["data"])
    if not rows.empty:
        rows["created_at"] = pd.to_datetime(rows["created_at"], utc=True).dt.tz_localize(None)
        rows["status_label"] = rows["status"].map(statuses)
        rows["risk_label"] = [
            f"{band_label(code)} · {fmt.number(points)}"
            for code, points in zip(rows["risk_band"], rows["risk_points"], strict=True)
        ]
        rows["approved"] = [
            f"{have}/{needed}" for have, needed in zip(rows["approvals"], rows["approvals_needed"], strict=True)
        ]
        rows["priority_told"] = [priority_told(parts) for parts in rows["priority_parts"]]
    return PageOf(rows, int(found["total"]))


def decided_page(page: Page, sort: Sort) -> PageOf:
    """One page of the landed withdrawals that match."""
    with runtime().warehouse.read() as opened:
        found = questions.queue_page(opened, query_filter, sort, page, now)
    return PageOf(found.rows.assign(status_label=found.rows["status"].map(statuses)), found.total)


if is_waiting:
    fetch = waiting_page
    sorts = {"priority": _("Prioritas"), "age": _("Usia"), "nominal": _("Nominal"), "risk": _("Risiko")}
    columns = [
        Column("partner_name", _("Partner"), width=130),
        Column("nominal", _("Nominal"), "money", width=115),
        Column(
            "working_seconds",
            _("Usia kerja"),
            "duration",
            help=_("Jam kerja WIB sejak diminta, tanpa akhir pekan dan hari libur; merah = lewat target."),
            alarm=lambda row: bool(row["is_breached"]),
            width=105,
        ),
        Column("risk_label", _("Risiko"), alarm=lambda row: row["risk_band"] == "high", width=95),
        Column("approved", _("Setuju"), help=_("Persetujuan yang ada dari yang perlu."), width=70),
        Column("bank_name", _("Bank"), width=75),
        Column("priority_told", _("Prioritas"), help=_("Urutan antrean: poin usia, nominal, dan risiko.")),
    ]
else:
    fetch = decided_page
    sorts = {"age": _("Usia"), "nominal": _("Nominal")}
    columns = [
        Column("partner_name", _("Partner"), width=170),
        Column("nominal", _("Nominal"), "money", width=125),
        Column("age_seconds", _("Usia"), "duration", help=_("Dari permintaan sampai keputusan, atau sampai sekarang.")),
        Column("status_label", _("Status"), "badge"),
        Column("bank_name", _("Bank")),
        Column("created_at", _("Diminta"), "instant"),
    ]


def step_through(ids: list[int], opened: str) -> None:
    """Next and previous by button and key; after a decision the next one opens by itself."""
    at = ids.index(int(opened)) if opened.isdecimal() and int(opened) in ids else None
    go_on = st.session_state.pop("wd-go-on", False)
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button(_("Sebelumnya"), key="wd-prev", icon=":material/arrow_upward:", shortcut="K", disabled=not at)
        ahead = st.button(
            _("Berikutnya"), key="wd-next", icon=":material/arrow_downward:", shortcut="J", disabled=not ids
        )
    following = None if at is None else ids[min(at + 1, len(ids) - 1)]
    target = None
    if back and at:
        target = ids[at - 1]
    elif ahead:
        target = following or ids[0]
    elif go_on:  # what was decided may have left the queue
        target = following or st.session_state.get("wd-following")
    if following is not None:
        st.session_state["wd-following"] = following
    if target is not None and str(target) != opened:
        st.query_params["id"] = str(target)
        st.query_params.pop("angka", None)
        st.rerun()


# on a phone an opened request stands above the queue
with st.container(key="review-opened" if "id" in st.query_params else "review"):
    left, right = st.columns(2, gap="medium")
selected: pd.Series | None = None
first_id = ""
with left, guarded(_("Antrean"), _("Permintaan yang terbuka tetap dapat diputuskan.")):
    key = "wd" if is_waiting else "wdt"
    page, sort = table_controls(key=key, sorts=sorts, default=next(iter(sorts)), size=SIZE, direction=not is_waiting)
    queue = fetch(page, sort)
    if queue.total == 0:
        empty_state(_("Tidak ada withdrawal yang cocok dengan saringan ini."))
    else:
        first_id = str(queue.rows.iloc[0]["withdrawal_id"])
        step_through([int(key) for key in queue.rows["withdrawal_id"]], st.query_params.get("id", first_id))
        alt = _("Antrean withdrawal")
        selected = table(queue.rows, columns, total=queue.total, key=key, page=page, alt=alt, select=True)
        export_buttons(name="withdrawal", columns=columns, fetch=partial(fetch, sort=sort), filters=filters)
    if picked := st.session_state.get(PICKED):
        st.page_link(
            str(PAGES_DIR / "payout_batch.py"),
            label=_("{count} dipilih: buat batch").format(count=fmt.number(len(picked))),
            icon=":material/inventory_2:",
        )
    with st.expander(_("Siapa memutuskan, seberapa cepat"), on_change="rerun", key="wd-people") as section:
        if section.open:
            people = pd.DataFrame(actions.approvers(api()))
            if people.empty:
                empty_state(_("Belum ada keputusan dalam 30 hari."))
            else:
                people["on_time"] = list(zip(people["within_target"], people["decisions"], strict=True))
                told = [
                    Column("name", _("Nama")),
                    Column("decisions", _("Keputusan"), "int"),
                    Column("nominal", _("Nominal"), "money"),
                    Column("median_seconds", _("Median jam kerja"), "duration"),
                    Column("on_time", _("Dalam target"), "ratio"),
                ]
                alt = _("Siapa memutuskan, seberapa cepat")
                table(people, told, total=len(people), key="wdp", page=Page(SIZE), alt=alt)

# a selection stays marked while the keys go on: only a new one opens
clicked = "" if selected is None else str(int(selected["withdrawal_id"]))
if clicked != st.session_state.get("wd-clicked", ""):
    st.session_state["wd-clicked"] = clicked
    if clicked:
        st.query_params["id"] = clicked
        st.query_params.pop("angka", None)
opened_id = st.query_params.get("id", first_id)
with right, guarded(_("Detail permintaan"), _("Antrean tetap dapat dipakai.")):
    if opened_id.isdecimal():
        show_request(int(opened_id))
    else:
        empty_state(_("Pilih satu permintaan di antrean untuk meninjaunya."))
