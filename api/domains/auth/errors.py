"""Refusals of signing in."""

from api.kernel.errors import Refusal


class WrongCredentials(Refusal):
    """User or password is wrong; the message leaves open which."""

    status = 400


class AccountDisabled(Refusal):
    """The password is right, and an admin has disabled the account."""

    status = 400


class PasswordRefused(Refusal):
    """The old password is wrong or the new one too weak."""

    status = 400
