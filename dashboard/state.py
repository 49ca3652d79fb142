"""Every value that the screens keep in the session of a browser tab: its name, its type and the page that owns it.

What a reader may share or find again by Back belongs into the address instead (dashboard/links.py).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

import streamlit as st

T = TypeVar("T")


class SessionKey(Generic[T]):
    """One value of the session. `default` is what `get` answers before `set`; values are replaced, never changed in
    place, because the default is shared by all sessions."""

    def __init__(self, page: str, name: str, default: T) -> None:
        self.page = page
        self.name = f"{page}:{name}" if page else name
        self.default = default

    def get(self) -> T:
        """The value, or the default."""
        value: T = st.session_state.get(self.name, self.default)
        return value

    def set(self, value: T) -> None:
        """Keep a value until the session ends."""
        st.session_state[self.name] = value

    def pop(self) -> T:
        """The value, or the default; it is forgotten."""
        value: T = st.session_state.pop(self.name, self.default)
        return value

    def is_set(self) -> bool:
        """Whether a value is kept."""
        return self.name in st.session_state

    def of(self, part: object) -> "SessionKey[T]":
        """The key of one of many: `NOTE_TEXT.of(partner_id)`."""
        return SessionKey("", f"{self.name}:{part}", self.default)


def widget_value(key: str, default: T) -> SessionKey[T]:
    """The value of the widget that is drawn with `key`. It can be set before the widget is drawn, or in a callback."""
    return SessionKey("", key, default)


class ChosenRequest(NamedTuple):
    """A withdrawal that was chosen, in the version that was on the screen; rupiah."""

    version: int
    nominal: int


_NONE_CHOSEN: Mapping[int, ChosenRequest] = MappingProxyType({})
_NONE_SENT: Mapping[str, int] = MappingProxyType({})

# every page
EXPORT_NUMBER: SessionKey[str | None] = SessionKey("", "export", None)
"""The number under which an export of the tab is offered: `EXPORT_NUMBER.of("tiket")`."""

ROWS_ON_A_PAGE: SessionKey[int | None] = SessionKey("", "rows-on-a-page", None)
"""How many rows the reader wants on a page of a table."""
TABLE_QUESTION: SessionKey[tuple[str, int]] = SessionKey("", "table-question", ("", 1))
"""The filters and the page that a table was last shown for, so that others start on its first page:
`TABLE_QUESTION.of(table)`."""
TABLE_LAST_TICK: SessionKey[int] = SessionKey("", "table-last-tick", 0)
"""The number of the last change of ticks that was taken over: `TABLE_LAST_TICK.of(table)`."""

DRAFTS_SENT: SessionKey[Mapping[str, int]] = SessionKey("", "drafts-sent", _NONE_SENT)
"""How often each draft was sent in this tab, for the browser to forget it."""

# Ringkasan
SUMMARY_VISIT: SessionKey[tuple[datetime, datetime | None] | None] = SessionKey("ringkasan", "visit", None)
"""When this visit was last noted, and when the one before it ended (None: there was none)."""

# Monitoring Pickup
OVERDUE_TICKED: SessionKey[Mapping[int, None]] = SessionKey("pickup", "ticked", MappingProxyType({}))
"""Partners with overdue pickups that are ticked for an action."""
CONTACTS_MADE: SessionKey[tuple[int, ...]] = SessionKey("pickup", "contacts-made", ())
"""The marks of contact that were made last, to take them back."""
CONTACT_REFUSAL = SessionKey("pickup", "contact-refusal", "")
"""Why a mark of contact was not written, to be said once."""

# Review Withdrawal
REVIEW_OPEN_REQUEST: SessionKey[int | None] = SessionKey("withdrawal", "open-request", None)
"""The request that stands open without being named in the address; it stays so when others come before it."""
REVIEW_NEXT_REQUESTS: SessionKey[tuple[int, ...]] = SessionKey("withdrawal", "next-requests", ())
"""The requests below the open one as the list was last shown; the first that is still there opens after a decision."""
REVIEW_DECIDED = SessionKey("withdrawal", "decided", False)
"""Whether a decision was written in the run before."""

# Batch Pembayaran
BATCH_CHOICE: SessionKey[Mapping[int, ChosenRequest]] = SessionKey("batch", "choice", _NONE_CHOSEN)
"""Withdrawals that were chosen to be paid together, by id; other pages add to them through pages/payouts/chosen.py."""

# Perkembangan Partner
PARTNERS_CHOSEN: SessionKey[Mapping[int, str]] = SessionKey("partner-growth", "chosen", MappingProxyType({}))
"""Partners that are ticked for a note: id and name."""

# Detail Partner and Juragan
NOTE_TEXT = SessionKey("partner", "note", "")
"""The note that is being written about a partner: `NOTE_TEXT.of(partner_id)`."""

# Pengguna & Peran
GENERATED_PASSWORD: SessionKey[tuple[str, str] | None] = SessionKey("pengguna", "generated-password", None)
"""Username and the password that was generated for it, until its reader has noted it."""
