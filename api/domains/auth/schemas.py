"""Bodies of the auth operations."""

from pydantic import BaseModel, Field


class LoginBody(BaseModel):
    """The contract marks nothing required; an empty name or password is a wrong one."""

    username_email: str = Field("", max_length=254)
    password: str = Field("", max_length=1000)
    login_from: str = Field("", max_length=50)
    fcm_token: str | None = Field(None, max_length=300)


class PasswordBody(BaseModel):
    """The safer way to send what the contract declares as query parameters."""

    old_password: str = Field(max_length=1000)
    new_password: str = Field(max_length=1000)
