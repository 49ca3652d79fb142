"""Bodies and answers of the auth operations."""

from pydantic import BaseModel, Field

from api.kernel.answers import Envelope
from api.kernel.payload import Fields


class Login(Fields):
    """The contract marks nothing required; an empty name or password is a wrong one."""

    username_email: str = Field("", max_length=254)
    password: str = Field("", max_length=1000)
    login_from: str = Field("", max_length=50)
    fcm_token: str | None = Field(None, max_length=300)


class PasswordChange(Fields):
    """The safer way to send what the contract declares as query parameters."""

    old_password: str | None = Field(None, max_length=1000)
    new_password: str | None = Field(None, max_length=1000)


class Token(BaseModel):
    """What a sign-in answers; `expires_at` in WIB, if the token is not used again."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a kind of token
    expires_at: str
    user_id: int
    username: str


class Refreshed(Envelope[None]):
    """The contract prints the token beside the message."""

    access_token: str
