"""Bodies and rows of the bank account operations as the contract prints them."""

import re
from typing import Annotated

from fastapi import Depends
from pydantic import BeforeValidator, StringConstraints, WithJsonSchema
from typing_extensions import TypedDict

from api.domains.bank_accounts.models import BankAccount
from api.domains.bank_accounts.service import Details, Wanted
from api.kernel.payload import Fields, Sent
from api.kernel.types import Id, Line
from texts import TextError

LEAST_DIGITS, MOST_DIGITS = 5, 20
NOTE_CHARACTERS = 500

_SEPARATORS = re.compile(r"[\s.-]+")
_WRITTEN = re.compile(r"[0-9][0-9\s.-]*")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]{1,2}")  # how a spreadsheet writes a number, not how a bank writes an account


def account_digits(value: object) -> str:
    """The digits of an account number given as an integer, or as text with spaces, dots or dashes in between.

    Raises:
        TextError: it is something else, or has too few or too many digits.
    """
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**MOST_DIGITS
    written = str(value).strip() if is_number or isinstance(value, str) else ""
    digits = _SEPARATORS.sub("", written)
    is_account = _WRITTEN.fullmatch(written) and not _DECIMAL.fullmatch(written)
    if not is_account or not LEAST_DIGITS <= len(digits) <= MOST_DIGITS:
        raise TextError(
            "give {least} to {most} digits, as a whole number or as text", least=LEAST_DIGITS, most=MOST_DIGITS
        )
    return digits


AccountNo = Annotated[
    str, BeforeValidator(account_digits), WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})
]
Name = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
BankName = Annotated[Line, StringConstraints(min_length=2, max_length=100)]
BankCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9_-]{2,20}$")]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTE_CHARACTERS)]


class Account(Fields):
    """The fields that all these operations take."""

    bank_name: BankName
    account_name: Name
    account_no: AccountNo

    @property
    def details(self) -> Details:
        """Where the money is to go."""
        return Details(self.bank_name, self.account_no, self.account_name)


class Store(Account):
    """bank_account.store_v1 and store_v2."""

    note: Note | None = None

    @property
    def wanted(self) -> Wanted:
        """The account to be."""
        return Wanted(self.details, self.note)


class StoreV3(Store):
    """bank_account.store_v3."""

    bank_code: BankCode


class Update(Store):
    """bank_account.update; `is_default` is beside the contract. A blank note takes the note away."""

    blank_counts = frozenset({"note"})

    is_default: bool | None = None

    @property
    def wanted(self) -> Wanted:
        """What the account is to become."""
        return Wanted(self.details, self.note, self.is_default)


class Check(Account):
    """bank_account.check_available."""

    user_id: Id


StoreBody = Annotated[Store, Depends(Sent(Store))]
StoreBodyV3 = Annotated[StoreV3, Depends(Sent(StoreV3))]
UpdateBody = Annotated[Update, Depends(Sent(Update))]
CheckBody = Annotated[Check, Depends(Sent(Check))]


class AccountRow(TypedDict):
    """bank_account.list and detail; `bank_code` and `note` are beside the contract."""

    bank_account_id: int
    bank_name: str
    account_name: str
    account_no: str
    is_default: int
    bank_code: str
    note: str


class Debtor(TypedDict):
    """What clients read beside the answer of check_available: accounts that owe money. There are none to name."""

    id: int
    email: str
    saldo: int


def row(account: BankAccount) -> AccountRow:
    """The account as the contract prints it."""
    return {
        "bank_account_id": account.id,
        "bank_name": account.bank_name,
        "account_name": account.account_name,
        "account_no": account.account_no,
        "is_default": int(account.is_default),
        "bank_code": account.bank_code or "",
        "note": account.note or "",
    }
