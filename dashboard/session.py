"""Who is looking: from the cookie, through the API, remembered for at most five seconds."""

import time
from dataclasses import dataclass
from threading import Lock
from typing import Any

import streamlit as st

COOKIE = "komship_session"
REMEMBER_SECONDS = 5.0
DASHBOARD_ROLES = ("admin", "growth", "finance")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with a valid session."""

    user_id: int
    name: str
    email: str
    role: str

    @property
    def may_enter(self) -> bool:
        """Whether this role has any page."""
        return self.role in DASHBOARD_ROLES


class NotSignedIn(RuntimeError):
    """There is no session, or it ended."""


class SessionMemory:
    """Answers of my-profile by token, for five seconds; a sign-out forgets at once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, SignedIn | None]] = {}
        self._lock = Lock()

    def look(self, token: str) -> SignedIn | None:
        """The person behind a token, None for a token that the API refuses.

        Raises:
            ApiUnreachable: when the API does not answer and nothing is remembered.
        """
        with self._lock:
            known = self._known.get(token)
        if known and time.monotonic() - known[0] < REMEMBER_SECONDS:
            return known[1]
        person = _ask(token)
        with self._lock:
            fresh = {t: v for t, v in self._known.items() if time.monotonic() - v[0] < REMEMBER_SECONDS}
            self._known = {**fresh, token: (time.monotonic(), person)}
        return person

    def forget(self, token: str | None = None) -> None:
        """Forget one token, or all."""
        with self._lock:
            if token is None:
                self._known.clear()
            else:
                self._known.pop(token, None)


sessions = SessionMemory()


def _ask(token: str) -> SignedIn | None:
    from dashboard.client import ApiRefused, api_for  # the client takes the token from here

    try:
        profile: dict[str, Any] = api_for(token).call("POST", "v1/my-profile").data
    except ApiRefused as refused:
        if refused.status in (401, 403):
            return None
        raise
    return SignedIn(
        int(profile["user_id"]),
        str(profile.get("user_fullname") or profile.get("user_name") or ""),
        str(profile.get("user_email") or profile.get("email") or ""),
        str(profile.get("role") or profile.get("user_role") or ""),
    )


def session_token() -> str | None:
    """The token in the cookie of the page that is open."""
    return st.context.cookies.get(COOKIE)


def current_user() -> SignedIn:
    """The person who is looking at the page.

    Raises:
        NotSignedIn: when the session is missing or ended.
        ApiUnreachable: when the API does not answer.
    """
    token = session_token()
    person = sessions.look(token) if token else None
    if person is None:
        raise NotSignedIn
    return person
