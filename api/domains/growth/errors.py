"""Refusals of targets."""

from api.kernel.errors import Invalid


class ImpossibleTarget(Invalid):
    """No number of this kind can reach the target."""
