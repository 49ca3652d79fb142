"""The money of an order: what the buyer pays, what is kept, what the partner gets, and who pays it out."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Fact, facts
from dashboard.i18n import _
from dashboard.labels import withdrawal_status
from dashboard.links import PagePath, withdrawal_link
from dashboard.navigation import pages_for
from dashboard.session import current_user
from dashboard.warehouse import ask
from queries import order_detail
from vocabulary import OrderState, PaymentMethod


def draw_money(order: Mapping[str, Any]) -> None:
    """What the buyer pays, what the partner gets of it, and the withdrawal."""
    st.header(_("Uang"), anchor=False)
    st.caption(_("Yang dibayar pembeli"))
    facts(buyer_pays(order), label=_("Yang dibayar pembeli"), numbers=True)
    st.caption(_("Yang diterima partner"))
    facts([*partner_gets(order), _payout(order)], label=_("Yang diterima partner"), numbers=True)


def buyer_pays(order: Mapping[str, Any]) -> list[Fact]:
    """The parts of the total, and the total; `order` as `order_detail.facts` gives it."""
    shown = [Fact(_("Harga barang"), fmt.rupiah(order["subtotal"])), *_discount(order)]
    shown.append(Fact(_("Ongkir"), fmt.rupiah(order["bare_shipping"])))
    if order_detail.fee_is_on_top(order):
        shown.append(Fact(_("Biaya layanan COD"), fmt.rupiah(order["service_fee"]), _("ditanggung pembeli")))
    is_cod = order["payment_method"] == PaymentMethod.COD
    paid = _("ditagih kurir saat paket diterima (COD)") if is_cod else _("dibayar dengan transfer bank")
    return [*shown, Fact(_("Total"), fmt.rupiah(order["grand_total"]), paid, strong=True)]


def partner_gets(order: Mapping[str, Any]) -> list[Fact]:
    """The parts of what the partner gets, and what that is; of a returned order, what it costs the partner."""
    if order["state"] == OrderState.RETUR:
        cost = fmt.rupiah(-int(order["return_shipping"]))
        return [Fact(_("Ongkir retur"), cost, _("ditanggung partner; harga barang tidak cair"), strong=True)]
    shown = [Fact(_("Harga barang"), fmt.rupiah(order["subtotal"])), *_discount(order)]
    if order["service_fee"] and not order_detail.fee_is_on_top(order):
        fee = fmt.rupiah(-int(order["service_fee"]))
        shown.append(Fact(_("Biaya layanan COD"), fee, _("ditanggung partner")))
    shown.append(Fact(_("Cashback ongkir"), fmt.rupiah(order["shipping_cashback"])))
    when = "" if order["state"] == OrderState.DITERIMA else _("bila pesanan diterima pembeli")
    if order["state"] == OrderState.BATAL:
        when = _("tidak cair, pesanan dibatalkan")
    return [*shown, Fact(_("Hak partner"), fmt.rupiah(order["net_profit"]), when, strong=True)]


def _discount(order: Mapping[str, Any]) -> list[Fact]:
    return [Fact(_("Diskon"), fmt.rupiah(-int(order["discount"])))] if order["discount"] else []


def _payout(order: Mapping[str, Any]) -> Fact:
    label = _("Dicairkan oleh")
    if order["state"] != OrderState.DITERIMA:
        return Fact(label, fmt.NONE, _("hanya pesanan yang diterima pembeli menjadi saldo"))
    found = ask(order_detail.paid_by, int(order["order_id"]))
    if found is None:
        return Fact(label, fmt.NONE, _("belum ada withdrawal sesudah pesanan diterima"))
    number = int(found["withdrawal_id"])
    about = f"{withdrawal_status(found['status'])} · {fmt.instant(found['decided_at'] or found['created_at'])}"
    may_open = any(entry.key is PagePath.WITHDRAWAL_REVIEW for entry in pages_for(current_user().role))
    link = withdrawal_link(number) if may_open else ""
    return Fact(label, _("Withdrawal {number}").format(number=number), about, link)
