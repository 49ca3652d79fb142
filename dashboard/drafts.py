"""Text that is being typed is kept by the browser (drafts.html) until it was sent.

A draft belongs to a person and has a name, which is the same after a reload and in every language: `note-7`,
`withdrawal-12-reject`. It survives a reload, a lost connection and a new sign-in, for seven days, and comes back when
its fields are drawn again. Only lines and areas of text are kept, never files.
"""

import html
import json

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.i18n import _
from dashboard.state import DRAFTS_SENT


def keep_drafts(user_id: int) -> None:
    """Let the browser keep the drafts of this person, and forget those that were sent."""
    sent = html.escape(json.dumps(dict(DRAFTS_SENT.get())))
    note = html.escape(_("Draf Anda dipulihkan; belum terkirim."))
    with st.container(key="drafts"):
        st.html(f'<div data-drafts="" data-user="{user_id}" data-sent="{sent}" data-note="{note}"></div>')


def drafted(name: str) -> DeltaGenerator:
    """A container whose lines and areas of text are kept as the draft `name` (letters, digits, hyphens)."""
    return st.container(key=f"draft-{name}")


def forget_draft(name: str) -> None:
    """The draft was sent: the browser forgets it with the next run of the page."""
    sent = DRAFTS_SENT.get()
    DRAFTS_SENT.set({**sent, name: sent.get(name, 0) + 1})
