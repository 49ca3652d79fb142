"""Title, the answer in one sentence, and how fresh the data is."""

import streamlit as st

from dashboard import format as fmt
from dashboard.i18n import _
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from queries.freshness import freshness
from queries.wib import naive_utc

STALE_SECONDS = 120


def page_header(title: str, answer: str) -> None:
    """The top of a page. The badge refreshes itself every ten seconds."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(title, anchor=False, width="stretch")
        with st.container(width="content"):
            _freshness_badge()
    st.markdown(f":gray[{answer}]")


@st.fragment(run_every=10)
def _freshness_badge() -> None:
    landed = ask(freshness).landed_at
    if landed is None:
        st.badge(_("belum ada data"), icon=":material/error:", color="red")
        return
    age = max(int((naive_utc(runtime().now()) - landed).total_seconds()), 0)
    text = _("data per {clock} · {age}").format(clock=fmt.clock(landed), age=fmt.duration(age))
    if age > STALE_SECONDS:
        st.badge(text, icon=":material/warning:", color="red", help=_("Data lebih tua dari dua menit."))
    else:
        st.badge(
            text,
            icon=":material/check_circle:",
            color="gray",
            help=_("Terakhir dimuat {at}").format(at=fmt.instant(landed)),
        )
