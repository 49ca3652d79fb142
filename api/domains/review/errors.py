"""Refusals of decisions."""

from api.kernel.errors import Conflict, Forbidden, Invalid


class TransitionRefused(Conflict):
    """The withdrawal is not in a state from which this is possible: somebody decided meanwhile."""


class Drifted(Conflict):
    """The withdrawal changed since the caller read it."""


class InBatch(Conflict):
    """The withdrawal is in a payout batch, which decides it."""


class RoleRefused(Forbidden):
    """The role may not take this step."""


class FullyApproved(Conflict):
    """Nothing is missing any more: it can be paid."""


class ApprovalMissing(Conflict):
    """More people must approve first."""


class SelfApproval(Conflict):
    """The maker is never the checker."""


class ProofRefused(Invalid):
    """The transfer proof is missing, was used before, or does not fit the withdrawal."""


class NoteRequired(Invalid):
    """The decision needs a note."""
