"""Refusals of withdrawals."""

from api.kernel.errors import Conflict, Invalid, NotFound


class UnknownWithdrawal(NotFound):
    """No withdrawal has this id."""


class TransitionRefused(Conflict):
    """The withdrawal is not in a state from which this is possible: somebody decided meanwhile."""


class Drifted(Conflict):
    """The withdrawal changed since the caller read it."""


class PartnerBlocked(Conflict):
    """The partner is on hold or fake."""


class InBatch(Conflict):
    """The withdrawal is in a payout batch, which decides it."""


class ApprovalMissing(Conflict):
    """More people must approve first."""


class SelfApproval(Conflict):
    """The maker is never the checker."""


class ProofRefused(Invalid):
    """The transfer proof is missing, too large, used before, or not what it claims to be."""


class NoteRequired(Invalid):
    """The decision needs a note."""
