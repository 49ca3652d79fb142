"""Refusals of uploaded files."""

from api.kernel.errors import Invalid


class UploadRefused(Invalid):
    """The file is missing, too large, damaged, not of a kind that is taken, or carries what it should not."""
