"""Refusals of withdrawals."""

from api.kernel.errors import Conflict, Forbidden, NotFound


class UnknownWithdrawal(NotFound):
    """No withdrawal has this id."""


class NotYourPayout(Forbidden):
    """A partner asks for its own payouts only."""


class PartnerBlocked(Conflict):
    """The partner is on hold or fake."""


class ProofLinkRefused(NotFound):
    """The link to a transfer proof is not valid, or not any more."""
