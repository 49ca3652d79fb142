"""Refusals of marks of contact."""

from api.kernel.errors import Conflict, NotFound


class UnknownContact(NotFound):
    """No mark has this number."""


class ContactTakenBack(Conflict):
    """The mark was taken back already."""
