"""Refusals of payout batches and their files."""

from api.kernel.errors import Conflict, Invalid, NotFound
from api.kernel.files.errors import UploadRefused
from texts import TextError


class UnknownBatch(NotFound):
    """No batch, row or part has this number."""


class UnknownProfile(Invalid):
    """There is no bank file profile of this key."""


class BatchRefused(Conflict):
    """The batch or its rows are not in the state that the request takes for granted."""


class FileRefused(Invalid):
    """The bank's upload file cannot be written; `data` lists what is wrong with the file and with each line."""


class ResultRefused(UploadRefused):
    """The bank's result file cannot be used; `data` lists the rows that are wrong, and their count."""


class Unreadable(TextError):
    """A row of the bank's result file cannot be read; all of them are listed together."""
