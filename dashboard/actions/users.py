"""The administration of users, through the API."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator

from dashboard.actions.answers import Listing, Shape, read
from dashboard.actions.stored_text import visible_throughout
from dashboard.actions.written import Written, written
from dashboard.client import ApiClient
from queries.filters import Page, Sort

PATH = "v1/admin/user"
AT_ONCE = 1_000
StoredText = Annotated[str, BeforeValidator(visible_throughout)]


class UserRow(Shape):
    """A user of the list."""

    user_id: int
    username: StoredText
    full_name: StoredText
    email: StoredText
    phone: StoredText
    role: str
    state: str
    may_self_approve: bool
    last_login_at: datetime | None
    open_sessions: int
    created_at: datetime


class RoleRequest(Shape):
    """An account (without `user_id`) or a role that waits for a second admin."""

    request_id: int
    user_id: int | None
    username: StoredText
    full_name: StoredText
    role: str
    role_before: str | None
    requested_by: int
    requested_by_name: StoredText
    requested_at: datetime
    expires_at: datetime


class OpenSession(Shape):
    """An open session of a user; `is_current`: that of the reader."""

    session_id: str
    login_from: StoredText
    signed_in_at: datetime
    refreshed_at: datetime
    expires_at: datetime
    is_current: bool


class Made(Shape):
    """What was made: an account with its password, shown once, or a request that waits."""

    user_id: int | None = None
    password: str | None = None
    request_id: int | None = None


class Generated(Shape):
    """A generated password, shown once."""

    password: str | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who an account is for, as it was typed."""

    username: str
    email: str
    full_name: str
    phone: str
    role: str


def users(client: ApiClient, page: Page, sort: Sort | None, **wanted: str) -> Listing[UserRow]:
    """One page of users.

    Raises:
        ApiError: as ApiClient.call does; so do the others.
    """
    query: dict[str, str | int] = {"page": page.offset // page.limit + 1, "total_per_page": page.limit, **wanted}
    if sort is not None:
        query |= {"order_by": sort.column, "sort_by": "DESC" if sort.descending else "ASC"}
    return read(Listing[UserRow], client.call("GET", PATH, params=query))


def all_users(client: ApiClient, sort: Sort | None, **wanted: str) -> Iterator[list[UserRow]]:
    """All users that match, some hundreds at a time."""
    offset = 0
    while True:
        found = users(client, Page(AT_ONCE, offset), sort, **wanted).data
        if found:
            yield found
        if len(found) < AT_ONCE:
            return
        offset += AT_ONCE


def requests(client: ApiClient) -> list[RoleRequest]:
    """What waits for a second admin, the oldest first."""
    return read(list[RoleRequest], client.call("GET", f"{PATH}/request"))


def open_sessions(client: ApiClient, user_id: int) -> list[OpenSession]:
    """The open sessions of a user, the newest sign-in first."""
    return read(list[OpenSession], client.call("GET", f"{PATH}/{user_id}/session"))


def create(client: ApiClient, account: NewAccount) -> Written[Made]:
    """Make an account, or ask for one that moves money."""
    body = {name: getattr(account, name) for name in ("username", "email", "full_name", "phone", "role")}
    return Written.of(Made, client.call("POST", PATH, json=body))


def change_role(client: ApiClient, user_id: int, role: str, *, key: str) -> Written[Made]:
    """Give a role, or ask for one that moves money."""
    return Written.of(Made, client.call("POST", f"{PATH}/{user_id}/role", json={"role": role}, key=key))


def confirm(client: ApiClient, request_id: int) -> Written[Made]:
    """Do what another admin asked for."""
    return Written.of(Made, client.call("POST", f"{PATH}/request/{request_id}/confirm"))


def decline(client: ApiClient, request_id: int, *, key: str) -> Written[None]:
    """End a request without doing it."""
    return written(client.call("POST", f"{PATH}/request/{request_id}/decline", key=key))


def reset_password(client: ApiClient, user_id: int) -> Written[Generated]:
    """Give a user a generated password."""
    return Written.of(Generated, client.call("POST", f"{PATH}/{user_id}/reset-password"))


def switch(client: ApiClient, user_id: int, *, enabled: bool, key: str) -> Written[None]:
    """Let a user sign in, or no longer."""
    return written(client.call("POST", f"{PATH}/{user_id}/{'enable' if enabled else 'disable'}", key=key))


def end_sessions(client: ApiClient, user_id: int, *, key: str) -> Written[None]:
    """End every session of a user."""
    return written(client.call("POST", f"{PATH}/{user_id}/end-sessions", key=key))


def end_session(client: ApiClient, user_id: int, session_id: str, *, key: str) -> Written[None]:
    """End one session of a user."""
    return written(client.call("POST", f"{PATH}/{user_id}/session/{session_id}/end", key=key))
