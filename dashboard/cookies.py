"""The cookies of the dashboard: their names, and the session's token in the page that is open."""

import re
from collections.abc import Mapping

import streamlit as st

SESSION = "komship_session"
THEME = "komship_theme"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")  # what may stand behind "Bearer" (RFC 6750)


def token_in(cookies: Mapping[str, str]) -> str | None:
    """The session's token; None without one, and for text that no API could have issued."""
    found = cookies.get(SESSION, "")
    return found if _TOKEN.fullmatch(found) else None


def session_token() -> str | None:
    """The token in the cookie of the page that is open."""
    return token_in(st.context.cookies)
