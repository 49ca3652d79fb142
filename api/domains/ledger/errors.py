"""Refusals of the ledger."""

from api.kernel.errors import Conflict


class InsufficientBalance(Conflict):
    """More than the partner has."""
