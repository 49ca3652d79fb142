"""Refusals of the administration of users."""

from api.kernel.errors import Conflict, Invalid, NotFound


class UserRefused(Invalid):
    """An account cannot be made like that."""


class NoSuchUser(NotFound):
    """Nobody has this id or name."""


class OwnAccount(Conflict):
    """Admins do not do this to themselves."""


class LastAdmin(Conflict):
    """Without this account nobody could administer users any more."""
