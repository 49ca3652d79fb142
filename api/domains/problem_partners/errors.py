"""Refusals of marking a partner."""

from api.kernel.errors import Conflict


class MarkChanged(Conflict):
    """Somebody marked the partner since it was looked at."""


class MarkRefused(Conflict):
    """The partner has this mark already, or there is nothing to lift."""
