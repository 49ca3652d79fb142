"""Refusals of withdrawals."""

from api.kernel.errors import Conflict, NotFound


class UnknownWithdrawal(NotFound):
    """No withdrawal has this id."""


class PartnerBlocked(Conflict):
    """The partner is on hold or fake."""
