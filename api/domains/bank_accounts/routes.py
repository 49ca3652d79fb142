"""bank_account.list, detail, store_v1 to v3, update, delete, check_available: the signed-in partner's own accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.domains.bank_accounts import schemas, service
from api.domains.bank_accounts.errors import AccountsFrozen, AlreadyStored
from api.domains.payouts.bank_profiles import Profile
from api.kernel.auth import PartnerUser
from api.kernel.body import documented, json_or_form
from api.kernel.envelope import failure, success
from api.kernel.errors import Forbidden, Invalid
from api.kernel.request import CurrentSettings, Db, KeyAndFingerprint, Replay

router = APIRouter(tags=["bank_account"])
TAKEN = 1001  # the code by which the contract's client knows that somebody has the account


def known_banks(request: Request) -> service.Banks:
    """The banks that payout files know; all profiles share them."""
    profiles: dict[str, Profile] = request.app.state.bank_profiles
    return profiles["generic"].bank_codes


@contextmanager
def _as_printed() -> Iterator[None]:
    """Only v3 prints 403 and 409; the other writes print 400 for whatever is refused."""
    try:
        yield
    except (AlreadyStored, AccountsFrozen) as error:
        error.status = 400
        raise


KnownBanks = Annotated[service.Banks, Depends(known_banks)]
Storing = Annotated[schemas.StoreBody, Depends(json_or_form(schemas.StoreBody))]
StoringV3 = Annotated[schemas.StoreBodyV3, Depends(json_or_form(schemas.StoreBodyV3))]
Updating = Annotated[schemas.UpdateBody, Depends(json_or_form(schemas.UpdateBody))]
Checking = Annotated[schemas.CheckBody, Depends(json_or_form(schemas.CheckBody))]


@router.get("/v1/bank-account")
def list_accounts(actor: PartnerUser, session: Db) -> dict[str, Any]:
    """The caller's accounts, oldest first."""
    partner = service.owner(session, actor)
    return success([schemas.row(account) for account in service.of_partner(session, partner.id)])


@router.get("/v1/bank-account/detail/{bank_account_id}")
def detail(actor: PartnerUser, session: Db, bank_account_id: int) -> dict[str, Any]:
    """One of the caller's accounts."""
    partner = service.owner(session, actor)
    return success(schemas.row(service.find(session, partner.id, bank_account_id)))


@router.post("/v1/bank-account/store", openapi_extra=documented(schemas.StoreBody))
@router.post("/v2/bank-account/store", openapi_extra=documented(schemas.StoreBody))
def store(
    actor: PartnerUser,
    session: Db,
    settings: CurrentSettings,
    keyed: KeyAndFingerprint,
    banks: KnownBanks,
    body: Storing,
) -> dict[str, Any]:
    """Add an account; the first one becomes the default."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    with _as_printed():
        service.store(session, actor, body.wanted, banks, settings.now())
    return replay.keep(success(message="Bank Account stored successfully"))


@router.post("/v3/bank-account/store", status_code=201, openapi_extra=documented(schemas.StoreBodyV3))
def store_v3(
    actor: PartnerUser,
    session: Db,
    settings: CurrentSettings,
    keyed: KeyAndFingerprint,
    banks: KnownBanks,
    body: StoringV3,
) -> dict[str, Any]:
    """Add an account with the code of its bank."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    service.store(session, actor, body.wanted, banks, settings.now(), bank_code=body.bank_code)
    return replay.keep(success(message="Bank Account stored successfully", code=201))


@router.put("/v1/bank-account/update/{bank_account_id}", openapi_extra=documented(schemas.UpdateBody))
@router.post("/v1/bank-account/update/{bank_account_id}", openapi_extra=documented(schemas.UpdateBody))
def update(
    actor: PartnerUser,
    request: Request,
    session: Db,
    settings: CurrentSettings,
    keyed: KeyAndFingerprint,
    banks: KnownBanks,
    bank_account_id: int,
    body: Updating,
) -> dict[str, Any]:
    """Change an account: PUT, or POST with _method=put as the contract's client sends."""
    if request.method == "POST" and (body.method or "").lower() != "put":
        raise Invalid("send PUT, or POST with the form field _method=put")
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    with _as_printed():
        service.update(session, actor, bank_account_id, body.wanted, banks, settings.now())
    return replay.keep(success(message="Bank Account updated successfully"))


@router.delete("/v1/bank-account/delete/{bank_account_id}")
def delete(
    actor: PartnerUser, session: Db, settings: CurrentSettings, keyed: KeyAndFingerprint, bank_account_id: int
) -> dict[str, Any]:
    """Take an account out of use; the default one stays."""
    replay = Replay(session, actor.id, *keyed, settings.now())
    if (answer := replay.stored()) is not None:
        return answer
    with _as_printed():
        service.delete(session, actor, bank_account_id, settings.now())
    return replay.keep(success(message="Bank Account deleted successfully."))


@router.post("/v1/bank/check", response_model=None, openapi_extra=documented(schemas.CheckBody))
def check_available(
    actor: PartnerUser, session: Db, banks: KnownBanks, body: Checking
) -> dict[str, Any] | JSONResponse:
    """Whether nobody has registered the account yet; a read, by POST as the contract prints it."""
    if body.user_id != actor.id:
        raise Forbidden("user_id must be your own, {user_id}", user_id=actor.id)
    if service.is_registered(session, body.details, banks):
        return failure(400, "Nomor Rekening Sudah digunakan", code=TAKEN)
    return success(message="not the same bank, with that input")
