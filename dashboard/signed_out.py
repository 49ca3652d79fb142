"""A page whose session has ended: it shows no more data, and the way to sign in and come back to the same address."""

import html

import streamlit as st

from dashboard.i18n import _
from dashboard.links import current_path, login_link


def signed_out() -> None:
    """The notice and the link, which stays in the same tab."""
    st.warning(_("Sesi berakhir. Silakan masuk lagi."), icon=":material/lock:")
    address, label = html.escape(login_link(current_path(), ended=True)), html.escape(_("Masuk"))
    st.html(f'<a class="sign-in" target="_self" href="{address}">{label}</a>')
