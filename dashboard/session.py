"""Who is signed in: from the cookie, through the API, remembered for at most five seconds."""

import time
from dataclasses import dataclass
from threading import Lock

from dashboard import cookies
from dashboard.actions.account import Profile, profile
from dashboard.client import ApiRefused, api_for

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

    def person(self, token: str) -> SignedIn | None:
        """The person behind a token, None for a token that the API refuses.

        Raises:
            ApiError: when the API does not answer and nothing is remembered.
        """
        with self._lock:
            known = self._known.get(token)
        if known and time.monotonic() - known[0] < REMEMBER_SECONDS:
            return known[1]
        person = _person(token)
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


def _person(token: str) -> SignedIn | None:
    try:
        found: Profile = profile(api_for(token))
    except ApiRefused as refused:
        if refused.status in (401, 403):
            return None
        raise
    return SignedIn(found.user_id, found.user_fullname or found.user_name, found.user_email, found.role)


def current_user() -> SignedIn:
    """The person who has the page open.

    Raises:
        NotSignedIn: when the session is missing or ended.
        ApiError: when the API does not answer.
    """
    token = cookies.session_token()
    person = sessions.person(token) if token else None
    if person is None:
        raise NotSignedIn
    return person
