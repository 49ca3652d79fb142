"""Signing in and out, and who is signed in."""

from dashboard.actions.answers import Shape, read
from dashboard.client import ApiClient


class Opened(Shape):
    """A session that was just opened."""

    access_token: str


class Profile(Shape):
    """The person behind a token."""

    user_id: int
    user_fullname: str = ""
    user_name: str = ""
    user_email: str = ""
    role: str = ""


def sign_in(client: ApiClient, username: str, password: str, address: str) -> str:
    """Open a session for a browser at `address`, by which the API limits wrong passwords. Returns its token.

    Raises:
        ApiError: the credentials are wrong, or as ApiClient.call does.
    """
    body = {"username_email": username, "password": password, "login_from": "dashboard"}
    headers = {"X-Forwarded-For": address} if address else {}
    return read(Opened, client.call("POST", "v1/login", json=body, headers=headers)).access_token


def profile(client: ApiClient) -> Profile:
    """The person whose token the client carries.

    Raises:
        ApiRefused: with status 401, when the session ended.
    """
    return read(Profile, client.call("POST", "v1/my-profile"))


def sign_out(client: ApiClient) -> None:
    """End all sessions of the person, on every device."""
    client.call("POST", "v1/logout")


def end_session(client: ApiClient) -> None:
    """End the session of this token alone."""
    client.call("DELETE", "v1/session")
