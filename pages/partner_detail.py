"""One partner: profile, trade over time, and what there is to read about it."""

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st
from sqlalchemy import Connection

from dashboard import format as fmt
from dashboard.components import (
    Column,
    Headline,
    chart,
    empty_state,
    guarded,
    headlines,
    page_header,
    table,
    table_page,
    view_switch,
)
from dashboard.components.charts_partners import courier_bars, orders_per_month
from dashboard.components.partner_note import may_write_notes, open_note_dialog
from dashboard.i18n import _
from dashboard.labels import ticket_status, withdrawal_status
from dashboard.links import PARTNER, PARTNER_LIST, PagePath, page_link
from dashboard.runtime import runtime
from queries import partner_detail
from queries.filters import Page, PageOf
from queries.wib import business_day

MONTHS_SHOWN = 365
SIZE = 25
Question = Callable[[Connection, int, Page], PageOf]


def _profile(partner_id: int) -> None:
    with runtime().warehouse.read() as opened:
        found = partner_detail.profile(opened, partner_id)
    if found is None:
        page_header(_("Detail Partner"), _("Tidak ada partner dengan nomor {id}.").format(id=partner_id))
        _way_out()
        return
    name = str(found["full_name"])
    marks = {1: _("palsu"), 2: _("ditahan")}
    told = [str(found["brand_name"]), str(found["city"]), str(found["email"])]
    page_header(name, " · ".join(part for part in told if part))
    with st.container(horizontal=True, vertical_alignment="center"):
        link = fmt.whatsapp(found["phone"])
        if link:
            st.link_button(str(found["phone"]), link, icon=":material/chat:")
        if may_write_notes() and st.button(_("Tulis catatan"), key="partner-note", icon=":material/edit_note:"):
            open_note_dialog(partner_id, name)
        if found["problem_status"] in marks:
            st.badge(marks[found["problem_status"]], icon=":material/warning:", color="red")
        st.caption(
            _("Bergabung {joined} · produk pertama {product} · pickup pertama {first} · terakhir {last}").format(
                joined=fmt.day(found["join_date"]),
                product=fmt.day(found["first_product"]),
                first=fmt.day(found["first_pickup"]),
                last=fmt.day(found["last_pickup"]),
            )
        )
    shipped = int(found["orders_shipped"])
    headlines(
        [
            Headline(_("Pesanan"), fmt.number(found["orders_created"]), help=_("Semua pesanan yang dibuat.")),
            Headline(
                _("Terkirim"),
                fmt.number(shipped),
                help=_("Pesanan yang diserahkan ke kurir, bernilai {amount}.").format(
                    amount=fmt.rupiah(found["grand_total"])
                ),
            ),
            Headline(
                _("Retur"),
                fmt.percent(found["orders_returned"], shipped),
                help=_("Pesanan retur dibagi pesanan terkirim, sepanjang waktu."),
                part=found["orders_returned"],
                whole=shipped,
            ),
            Headline(
                _("Masalah"),
                fmt.percent(found["orders_problem"], shipped),
                help=_("Pesanan bermasalah dibagi pesanan terkirim."),
                part=found["orders_problem"],
                whole=shipped,
            ),
            Headline(
                _("Tiket"),
                fmt.number(found["tickets"]),
                help=_("Semua tiket; belum dibaca: {count}.").format(count=fmt.number(found["unread_tickets"])),
            ),
        ]
    )
    _trade(partner_id, business_day(runtime().now()))
    _lists(partner_id)


def _trade(partner_id: int, today: date) -> None:
    with runtime().warehouse.read() as opened:
        months = partner_detail.monthly(opened, partner_id, today - timedelta(days=MONTHS_SHOWN))
        mix = partner_detail.courier_mix(opened, partner_id)
    left, right = st.columns([3, 2], gap="medium")
    with left, guarded(_("Grafik"), _("Daftar di bawah tetap dapat dipakai.")):
        if months.empty:
            empty_state(_("Belum ada pesanan dalam setahun terakhir."))
        else:
            title = _("{shipped} pesanan terkirim dalam setahun").format(
                shipped=fmt.number(int(months["shipped"].sum()))
            )
            chart(orders_per_month(months), title, alt=title, key="partner-months", height=260)
    with right, guarded(_("Grafik"), _("Daftar di bawah tetap dapat dipakai.")):
        if mix.empty:
            empty_state(_("Belum ada paket yang diserahkan ke kurir."))
        else:
            top = mix.iloc[0]
            title = _("Terbanyak lewat {courier} ({share})").format(
                courier=top["courier"], share=fmt.percent(int(top["shipped"]), int(mix["shipped"].sum()))
            )
            chart(courier_bars(mix), title, alt=title, key="partner-couriers", height=260)


def _parts() -> dict[str, tuple[str, Question, list[Column]]]:
    created = Column("created_at", _("Dibuat"), "instant")
    courier = Column("courier", _("Ekspedisi"))
    status = Column("status_label", _("Status"), "badge")
    return {
        "pesanan": (
            _("Pesanan"),
            partner_detail.orders,
            [
                Column("order_no", _("No. pesanan")),
                Column("airway_bill", _("Resi")),
                courier,
                Column("payment_method", _("Pembayaran")),
                Column("state", _("Status"), "badge"),
                Column("customer_city", _("Kota")),
                Column("grand_total", _("Total"), "money"),
                Column("net_profit", _("Hak partner"), "money"),
                created,
            ],
        ),
        "pickup": (
            _("Pickup"),
            partner_detail.pickups,
            [
                Column("airway_bill", _("Resi")),
                courier,
                Column("qty", _("Jumlah"), "int"),
                Column("requested_at", _("Diminta"), "instant"),
                Column("due_at", _("Jadwal"), "instant"),
                Column("handed_at", _("Diserahkan"), "instant"),
                Column("canceled_at", _("Dibatalkan"), "instant"),
            ],
        ),
        "tiket": (
            _("Tiket"),
            partner_detail.tickets,
            [
                Column("ticket_no", _("No. tiket")),
                courier,
                Column("ticket_type", _("Jenis")),
                status,
                Column("description", _("Uraian")),
                created,
            ],
        ),
        "withdrawal": (
            _("Withdrawal"),
            partner_detail.withdrawals,
            [
                Column("nominal", _("Nominal"), "money"),
                Column("bank_name", _("Bank")),
                status,
                Column("created_at", _("Diminta"), "instant"),
                Column("decided_at", _("Diputuskan"), "instant"),
            ],
        ),
        "catatan": (
            _("Catatan"),
            partner_detail.notes,
            [Column("body", _("Catatan"), width="large"), Column("author_name", _("Penulis")), created],
        ),
    }


def _lists(partner_id: int) -> None:
    parts = _parts()
    chosen = view_switch(PARTNER_LIST, _("Daftar"), {key: title for key, (title, _question, _columns) in parts.items()})
    title, question, columns = parts[chosen]
    with guarded(title, _("Angka di atas tetap dapat dipakai.")):
        page = table_page(chosen, SIZE)
        with runtime().warehouse.read() as opened:
            found = question(opened, partner_id, page)
        if not found.total:
            empty_state(_("Belum ada data: {part}.").format(part=title))
            return
        label = {"tiket": ticket_status, "withdrawal": withdrawal_status}.get(chosen)
        rows = found.rows.assign(status_label=found.rows["status"].map(label)) if label else found.rows
        table(rows, columns, total=found.total, key=chosen, page=page, alt=title)


def _way_out() -> None:
    st.link_button(_("Ke Perkembangan Partner"), page_link(PagePath.PARTNER_GROWTH), icon=":material/arrow_back:")


partner = PARTNER.get()
if partner is None:
    page_header(_("Detail Partner"), _("Buka partner dari daftar Perkembangan Partner atau Juragan."))
    _way_out()
else:
    _profile(partner)
