"""auth.login, auth.logout, auth.refresh_token, auth.change_password."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import Depends, Query, Request
from sqlalchemy.orm import Session

from api.domains.auth import passwords, service, sessions
from api.domains.auth.errors import AccountDisabled, PasswordRefused, WrongCredentials
from api.domains.auth.hashing import Hashing
from api.domains.auth.limits import SignInLimits, TooManyAttempts
from api.domains.auth.schemas import Login, PasswordChange, Refreshed, Token
from api.domains.auth.service import Known
from api.kernel.answers import Envelope
from api.kernel.errors import Unauthenticated
from api.kernel.identity import Actor
from api.kernel.parts import CurrentParts, Parts
from api.kernel.payload import Sent
from api.kernel.read import Allowed
from api.kernel.routing import Router, refusals
from api.kernel.transactions import reading, writing
from api.kernel.write import SignedInWrite
from queries.wib import WIB
from vocabulary import AuditAction, AuditSubject

T = TypeVar("T", int, str)
router = Router(tags=["auth"])
LoginBody = Annotated[Login, Depends(Sent(Login))]
PasswordBody = Annotated[PasswordChange, Depends(Sent(PasswordChange))]
Caller = Annotated[Actor, Depends(Allowed())]  # without a transaction: it ends before the route begins
Password = Annotated[str | None, Query(max_length=1000)]


@router.post("/v1/login", responses=refusals(WrongCredentials, AccountDisabled, TooManyAttempts))
async def login(request: Request, parts: CurrentParts, body: LoginBody) -> Envelope[Token]:
    """Exchange name and password for a bearer token."""
    known = await _proven(request, parts, body.username_email, service.find, body.password)
    if known is None:
        raise WrongCredentials("username, e-mail or password is wrong")
    device = sessions.Device(body.login_from, body.fcm_token)
    async with writing(parts, request) as session:
        opened = await to_thread.run_sync(
            service.sign_in, session, parts.settings, known, device, request.state.request_id
        )
    return Envelope(
        data=Token(
            access_token=opened.token,
            expires_at=f"{opened.expires_at.astimezone(WIB):%Y-%m-%d %H:%M:%S}",
            user_id=opened.user_id,
            username=opened.username,
        )
    )


async def _proven(
    request: Request, parts: Parts, account: T, find: Callable[[Session, T], Known | None], password: str
) -> Known | None:
    """Who has this account, if the password is right; takes as long for an unknown account as for a known one.

    Raises:
        TooManyAttempts: this address has to wait before it tries this account.
        Unavailable: too many passwords are being compared.
    """
    address = request.client.host if request.client else ""
    with parts[SignInLimits].attempt(address, str(account)) as attempt:
        async with reading(parts) as session:
            known = await to_thread.run_sync(find, session, account)
        attempt.was_right = await parts[Hashing].matches(known.password_hash if known else None, password)
    return known if attempt.was_right else None


@router.post("/v1/logout")
def logout(write: SignedInWrite) -> Envelope[None]:
    """End the caller's sessions, on every device."""
    sessions.end_sessions(write.session, write.actor.id, write.now)
    write.record(AuditAction.LOGOUT, AuditSubject.USER, write.actor.id)
    return write.answer(message="logout successful")


@router.delete("/v1/session")
def end_session(write: SignedInWrite) -> Envelope[None]:
    """End the caller's session alone, beside the contract: those on other devices stay."""
    sessions.end_session(write.session, write.actor.session_id, write.now)
    return write.answer(message="session ended")


@router.post("/v1/refresh-token", responses=refusals(Unauthenticated))
async def refresh_token(actor: Caller, request: Request, parts: CurrentParts) -> Refreshed:
    """A fresh token for the current one, which serves calls under way for a minute. No idempotency key: tokens are
    kept nowhere."""
    async with writing(parts, request) as session:
        token = await to_thread.run_sync(
            sessions.refresh, session, parts.settings, actor.session_id, parts.settings.now()
        )
    return Refreshed(message="Refresh Token successful", access_token=token)


@router.post(
    "/v1/change-password", responses=refusals(Unauthenticated, PasswordRefused, WrongCredentials, TooManyAttempts)
)
async def change_password(
    actor: Caller,
    request: Request,
    parts: CurrentParts,
    body: PasswordBody,
    old_password: Password = None,
    new_password: Password = None,
) -> Envelope[None]:
    """Change the caller's password; a body is taken before the query, which ends up in access logs."""
    old, new = body.old_password or old_password, body.new_password or new_password
    if not old or not new:
        raise PasswordRefused("old_password and new_password are required")
    known = await _proven(request, parts, actor.id, service.find_by_id, old)
    if known is None:
        raise PasswordRefused("the old password is wrong")
    service.require_change(old, new)
    passwords.require_strength(new, *known.names)
    new_hash = await parts[Hashing].hash(new)
    async with writing(parts, request) as session:
        await to_thread.run_sync(
            service.change_password, session, known, new_hash, actor.session_id, actor.request_id, parts.settings.now()
        )
    return Envelope(message="Password changed successfully")
