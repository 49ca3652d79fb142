"""bank_account.list, detail, store_v1 to v3, update, delete, check_available: the signed-in partner's own accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends
from fastapi.responses import JSONResponse

from api.domains.bank_accounts import service
from api.domains.bank_accounts.banks import Banks
from api.domains.bank_accounts.errors import (
    AccountsFrozen,
    AlreadyStored,
    DefaultAccount,
    InUse,
    NotYourself,
    UnknownBankAccount,
)
from api.domains.bank_accounts.schemas import AccountRow, CheckBody, Debtor, StoreBody, StoreBodyV3, UpdateBody, row
from api.domains.partners.current import CurrentPartner
from api.domains.partners.service import UnknownPartner
from api.kernel.answers import Envelope, failure
from api.kernel.parts import CurrentParts
from api.kernel.read import PartnerRead
from api.kernel.routing import Router, refusals
from api.kernel.types import PathId
from api.kernel.write import PartnerWrite

router = Router(tags=["bank_account"])
TAKEN = 1001  # the code by which the contract's client knows that somebody has the account


async def known_banks(parts: CurrentParts) -> Banks:
    """The banks that are known."""
    return parts[Banks]


@contextmanager
def _as_printed() -> Iterator[None]:
    """Only v3 prints 409; the other writes print 400 for whatever is refused."""
    try:
        yield
    except AlreadyStored as error:
        error.status = 400
        raise


KnownBanks = Annotated[Banks, Depends(known_banks)]


@router.get("/v1/bank-account", responses=refusals(UnknownPartner))
def list_accounts(read: PartnerRead, partner: CurrentPartner) -> Envelope[list[AccountRow]]:
    """The caller's accounts, oldest first."""
    return read.answer([row(account) for account in service.of_partner(read.session, partner.id)])


@router.get("/v1/bank-account/detail/{bank_account_id}", responses=refusals(UnknownPartner, UnknownBankAccount))
def detail(read: PartnerRead, partner: CurrentPartner, bank_account_id: PathId) -> Envelope[AccountRow]:
    """One of the caller's accounts."""
    return read.answer(row(service.find(read.session, partner.id, bank_account_id)))


@router.post("/v1/bank-account/store", responses=refusals(UnknownPartner, AlreadyStored, AccountsFrozen))
@router.post("/v2/bank-account/store", responses=refusals(UnknownPartner, AlreadyStored, AccountsFrozen))
def store(write: PartnerWrite, partner: CurrentPartner, banks: KnownBanks, body: StoreBody) -> Envelope[None]:
    """Add an account; the first one becomes the default."""
    with _as_printed():
        service.store(write, partner, body.wanted, banks)
    return write.answer(message="Bank Account stored successfully")


@router.post(
    "/v3/bank-account/store", status_code=201, responses=refusals(UnknownPartner, AlreadyStored, AccountsFrozen)
)
def store_v3(write: PartnerWrite, partner: CurrentPartner, banks: KnownBanks, body: StoreBodyV3) -> Envelope[None]:
    """Add an account with the code of its bank."""
    service.store(write, partner, body.wanted, banks, bank_code=body.bank_code)
    return write.answer(message="Bank Account stored successfully", code=201)


@router.put_or_post(
    "/v1/bank-account/update/{bank_account_id}",
    responses=refusals(UnknownPartner, UnknownBankAccount, AlreadyStored, AccountsFrozen, DefaultAccount),
)
def update(
    write: PartnerWrite, partner: CurrentPartner, banks: KnownBanks, bank_account_id: PathId, body: UpdateBody
) -> Envelope[None]:
    """Change an account."""
    with _as_printed():
        service.update(write, partner, bank_account_id, body.wanted, banks)
    return write.answer(message="Bank Account updated successfully")


@router.delete(
    "/v1/bank-account/delete/{bank_account_id}",
    responses=refusals(UnknownPartner, UnknownBankAccount, AccountsFrozen, DefaultAccount, InUse),
)
def delete(write: PartnerWrite, partner: CurrentPartner, bank_account_id: PathId) -> Envelope[None]:
    """Take an account out of use; the default one stays."""
    with _as_printed():
        service.delete(write, partner, bank_account_id)
    return write.answer(message="Bank Account deleted successfully.")


@router.post("/v1/bank/check", response_model=Envelope[list[Debtor]], responses=refusals(NotYourself))
def check_available(read: PartnerRead, banks: KnownBanks, body: CheckBody) -> Envelope[list[Debtor]] | JSONResponse:
    """Whether nobody has registered the account yet; a read, by POST as the contract prints it."""
    if body.user_id != read.actor.id:
        raise NotYourself("user_id must be your own, {user_id}", user_id=read.actor.id)
    if service.is_registered(read.session, body.details, banks):
        return failure(400, "Nomor Rekening Sudah digunakan", code=TAKEN)
    return read.answer([], message="not the same bank, with that input")
