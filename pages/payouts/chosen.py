"""The requests that are ticked to be paid together: they are kept for the session, wherever they were ticked."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import format as fmt
from dashboard.actions.review import QueuedRequest
from dashboard.components import Ticking, kept_ticks
from dashboard.i18n import _, ngettext
from dashboard.navigation import PAGES_DIR
from dashboard.state import BATCH_CHOICE, ChosenRequest


def chosen() -> Mapping[int, ChosenRequest]:
    """What is ticked, by the id of the withdrawal."""
    return BATCH_CHOICE.get()


def choose(requests: Mapping[int, ChosenRequest]) -> None:
    """Tick these and nothing else."""
    BATCH_CHOICE.set(dict(requests))


def leave_out(withdrawal_id: int) -> None:
    """Untick one, if it is ticked."""
    choose({key: request for key, request in chosen().items() if key != withdrawal_id})


def of_queue(rows: Sequence[QueuedRequest]) -> dict[int, ChosenRequest]:
    """Rows of the queue as they can be ticked: those that no batch holds."""
    return {row.withdrawal_id: ChosenRequest(row.version, row.nominal) for row in rows if row.batch is None}


def ticks(free: Mapping[int, ChosenRequest]) -> Ticking:
    """Ticks that choose requests; a row that is not among them cannot be chosen."""
    return kept_ticks("withdrawal_id", BATCH_CHOICE, free)


def chosen_bar() -> None:
    """How many are ticked, their rupiah, and the way to a batch of them; it stays in view."""
    requests = chosen()
    if not requests:
        return
    with st.container(key="chosen-bar", horizontal=True, vertical_alignment="center"):
        text = ngettext("{count} dipilih", "{count} dipilih", len(requests)).format(count=fmt.number(len(requests)))
        total = fmt.rupiah(sum(request.nominal for request in requests.values()))
        st.markdown(f"**{text} · {total}**", width="content")
        st.page_link(str(PAGES_DIR / "payouts/page.py"), label=_("Buat batch"), icon=":material/inventory_2:")
        st.button(
            _("Kosongkan pilihan"),
            key="chosen-none",
            icon=":material/close:",
            type="tertiary",
            on_click=choose,
            args=({},),
        )
