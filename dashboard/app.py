"""The script that Streamlit runs for every page: who is signed in, the menu, then the page."""

from pathlib import Path

import streamlit as st

from dashboard.client import ApiError
from dashboard.components.states import FAILURES, error_state
from dashboard.components.tab_title import tab_title
from dashboard.drafts import keep_drafts
from dashboard.i18n import _
from dashboard.menu import menu, page_name, sidebar_footer
from dashboard.session import NotSignedIn, current_user
from dashboard.signed_out import signed_out

WORDMARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="112" height="28" viewBox="0 0 112 28">'
    '<rect x="0" y="3" width="22" height="22" rx="6" fill="#2f74d6"/>'
    '<path d="M7 8v12M15.5 8 9 14l6.5 6" stroke="#fff" stroke-width="2.4" fill="none" stroke-linecap="round" '
    'stroke-linejoin="round"/><text x="30" y="20" font-family="system-ui,sans-serif" font-size="17" font-weight="650" '
    'fill="#2f74d6">Komship</text></svg>'
)


# a file of our own: the browser would fetch a :material/: icon of a tab from a font host
st.set_page_config(page_title="Komship", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
st.logo(WORDMARK, size="medium")
try:
    person = current_user()
except NotSignedIn:
    signed_out()
    st.stop()
except ApiError as error:
    error_state(_("Sesi"), _("Muat ulang halaman sebentar lagi."), error)
    st.stop()

if not person.may_enter:
    st.error(_("Akun ini tidak punya akses ke dashboard. Gunakan akun admin, growth, atau finance."))
    st.stop()

chosen = menu(person)
tab_title(page_name(chosen))  # a page of one object names the tab after it
sidebar_footer(person)
keep_drafts(person.user_id)
try:
    chosen.run()
except FAILURES as error:
    error_state(chosen.title, _("Halaman lain tetap dapat dipakai."), error)
