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


class RoleKept(Conflict):
    """The user has this role, or is a partner."""


class UnknownRequest(NotFound):
    """There is no such request."""


class RequestOver(Conflict):
    """The request was decided, is too old, or another one is open."""


class SecondAdmin(Conflict):
    """Two admins give this role together; this one cannot be the second."""


class UnknownSession(NotFound):
    """The user has no such session that is open."""
