"""What an order is: its head, and the parcel with its courier and pickup."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from dashboard import format as fmt
from dashboard.components import Fact, facts, page_header, tab_title
from dashboard.i18n import _
from dashboard.labels import order_state, payment_method
from dashboard.links import partner_link
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from queries import order_detail
from queries.measures import state_shown
from queries.wib import naive_utc
from vocabulary import OrderState

_COLORS: dict[OrderState, Literal["green", "blue", "orange"]] = {
    OrderState.DITERIMA: "green",
    OrderState.DIKIRIM: "blue",
    OrderState.RETUR: "orange",
    OrderState.RETUR_DITERIMA: "orange",
}


def draw_head(order: Mapping[str, Any]) -> None:
    """Number, state and marks; whose it is, to whom it goes."""
    title = _("Pesanan {number}").format(number=order["order_no"])
    tab_title(title)
    state = state_shown(order)
    answer = _("{state} · {total} · {payment} · dibuat {at}").format(
        state=order_state(state),
        total=fmt.rupiah(order["grand_total"]),
        payment=payment_method(order["payment_method"]),
        at=fmt.instant(order["created_at"]),
    )
    page_header(fmt.plain(title), answer)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.badge(order_state(state), color=_COLORS.get(state, "gray"))
        if order["is_problem"]:
            st.badge(_("bermasalah"), icon=":material/warning:", color="red")
        if order["is_lost"]:
            st.badge(_("hilang"), icon=":material/search_off:", color="red")
        name = fmt.plain(order["partner_name"])
        st.markdown(f":material/storefront: [{name}]({partner_link(int(order['partner_id']), 'pesanan')})")


def draw_parcel(order: Mapping[str, Any]) -> None:
    """The parcel: courier, airway bill, buyer, and where it is fetched."""
    st.header(_("Paket"), anchor=False)
    entries = [
        Fact(_("Ekspedisi"), str(order["courier"])),
        Fact(_("Resi"), order["airway_bill"] or fmt.NONE, copies=True),
        Fact(_("Penerima"), str(order["customer_name"]), str(order["customer_city"])),
        Fact(_("Jumlah barang"), fmt.number(order["qty"])),
    ]
    if order["problem_description"]:
        entries.append(Fact(_("Masalah"), str(order["problem_description"])))
    facts([*entries, *_pickup(int(order["order_id"]))], label=_("Paket"))


def _pickup(order_id: int) -> list[Fact]:
    found = ask(order_detail.pickup, order_id)
    if found is None:
        return [Fact(_("Pickup"), _("belum diminta"))]
    place = ", ".join(str(found[name]) for name in ("address_detail", "district", "city") if found[name])
    who = " · ".join(str(found[name]) for name in ("pic", "pic_phone") if found[name])
    return [
        Fact(_("Jadwal pickup"), fmt.instant(found["due_at"]), punctuality(found, naive_utc(runtime().now()))),
        Fact(_("Tempat pickup"), str(found["address_name"]) or fmt.NONE, place),
        *([Fact(_("Penanggung jawab pickup"), who)] if who else []),
    ]


def punctuality(pickup: Mapping[str, Any], now: datetime) -> str:
    """How the pickup kept its time, in words; `now` is naive UTC."""
    due, handed = pickup["due_at"], pickup["handed_at"]
    if pickup["canceled_at"] is not None:
        return _("dibatalkan {at}").format(at=fmt.instant(pickup["canceled_at"]))
    if handed is None and now <= due:
        return _("belum dijemput")
    late = ((handed or now) - due).total_seconds()
    if handed is None:
        return _("belum dijemput, terlewati {time}").format(time=fmt.duration(late))
    if late > 0:
        return _("dijemput {at}, terlambat {time}").format(at=fmt.instant(handed), time=fmt.duration(late))
    return _("dijemput {at}, tepat waktu").format(at=fmt.instant(handed))
