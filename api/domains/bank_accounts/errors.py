"""Refusals of bank accounts."""

from api.kernel.errors import Conflict, Forbidden, NotFound, Refusal


class UnknownBankAccount(NotFound):
    """There is no such bank account of this partner."""


class AlreadyStored(Conflict):
    """The partner has an account of this number at this bank."""


class AccountsFrozen(Refusal):
    """The partner is on hold or fake."""


class DefaultAccount(Refusal):
    """A partner with accounts has one default, so it cannot go or stop being one by itself."""


class NotYourself(Forbidden):
    """The body names another user than the caller."""


class InUse(Conflict):
    """A withdrawal to the account is not decided; `data` names the open ones."""
