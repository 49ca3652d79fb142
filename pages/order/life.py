"""The life of an order, from its creation to what came of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.components import Moment, Tone, timeline
from dashboard.i18n import _
from dashboard.labels import order_state
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from queries import order_detail
from queries.wib import naive_utc
from vocabulary import OrderState

_OF_COLUMNS = (
    (OrderState.DIAJUKAN, "created_at"),
    (OrderState.DIPACKING, "packed_at"),
    (OrderState.DIKIRIM, "shipped_at"),
    (OrderState.DITERIMA, "delivered_at"),
    (OrderState.RETUR, "returned_at"),
    (OrderState.RETUR_DITERIMA, "return_received_at"),
    (OrderState.BATAL, "canceled_at"),
)
_ENDS = (OrderState.DITERIMA, OrderState.RETUR_DITERIMA, OrderState.BATAL)
_GOOD, _BAD = (OrderState.DITERIMA,), (OrderState.RETUR, OrderState.RETUR_DITERIMA, OrderState.BATAL)


def draw_life(order: Mapping[str, Any]) -> None:
    """The steps, oldest first, each with the time that the one before it took."""
    st.header(_("Perjalanan pesanan"), anchor=False)
    steps = taken_steps(order, ask(order_detail.events, int(order["order_id"])))
    timeline(list(_moments(steps, naive_utc(runtime().now()))), label=_("Perjalanan pesanan"))


def taken_steps(order: Mapping[str, Any], events: pd.DataFrame) -> list[tuple[OrderState, datetime]]:
    """States with their instants: the order's events, or where a source has none, the instants of the order."""
    if len(events):
        return [(OrderState(state), at) for state, at in zip(events["to_state"], events["event_at"], strict=True)]
    known = [(state, order[name]) for state, name in _OF_COLUMNS if order[name] is not None]
    return sorted(known, key=lambda step: step[1])


def _moments(steps: list[tuple[OrderState, datetime]], now: datetime) -> Iterator[Moment]:
    before: datetime | None = None
    for state, at in steps:
        took = "" if before is None else _("{time} kemudian").format(time=fmt.duration((at - before).total_seconds()))
        tone: Tone = "good" if state in _GOOD else "bad" if state in _BAD else ""
        yield Moment(fmt.instant(at), order_state(state), took, tone=tone)
        before = at
    if before is not None and steps[-1][0] not in _ENDS:
        since = fmt.duration((now - before).total_seconds())
        yield Moment(_("Sekarang"), _("masih {state}").format(state=order_state(steps[-1][0]).lower()),
                     _("sudah {time}").format(time=since), tone="planned")  # fmt: skip
