"""auth.login, auth.logout, auth.refresh_token, auth.change_password."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse

from api.domains.auth import service, sessions
from api.domains.auth.errors import PasswordRefused
from api.domains.auth.models import User
from api.domains.auth.schemas import LoginBody, PasswordBody
from api.kernel import audit
from api.kernel.auth import SignedIn
from api.kernel.envelope import success
from api.kernel.errors import refused
from api.kernel.request import CurrentSettings, Db
from queries.wib import WIB

router = APIRouter(tags=["auth"])


@router.post("/v1/login", response_model=None)
def login(body: LoginBody, request: Request, session: Db, settings: CurrentSettings) -> dict[str, Any] | JSONResponse:
    """Exchange name and password for a bearer token."""
    now = settings.now()
    user = service.authenticate(session, body.username_email, body.password, now)
    if not isinstance(user, User):
        return refused(request, user.status, user.message, user.data)
    device = sessions.Device(body.login_from, body.fcm_token)
    token, expires = sessions.issue_token(session, settings, user, now, device)
    audit.record(
        session,
        actor_id=user.id,
        action="login",
        subject="user",
        subject_id=user.id,
        request_id=request.state.request_id,
        at=now,
        after={"login_from": body.login_from},
    )
    return success(
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_at": f"{expires.astimezone(WIB):%Y-%m-%d %H:%M:%S}",
            "user_id": user.id,
            "username": user.username,
        }
    )


@router.post("/v1/logout")
def logout(actor: SignedIn, session: Db, settings: CurrentSettings) -> dict[str, Any]:
    """End the caller's sessions, on every device."""
    sessions.end_sessions(session, actor.id, settings.now())
    return success(message="logout successful")


@router.delete("/v1/session")
def end_session(actor: SignedIn, session: Db, settings: CurrentSettings) -> dict[str, Any]:
    """End the caller's session alone, beside the contract: those on other devices stay."""
    sessions.end_session(session, actor.session_id, settings.now())
    return success(message="session ended")


@router.post("/v1/refresh-token")
def refresh_token(actor: SignedIn, session: Db, settings: CurrentSettings) -> dict[str, Any]:
    """A fresh token for the current one, which ends."""
    now = settings.now()
    sessions.end_session(session, actor.session_id, now)
    token, _ = sessions.issue_token(session, settings, session.get_one(User, actor.id), now)
    return success(message="Refresh Token successful", access_token=token)


@router.post("/v1/change-password")
def change_password(
    actor: SignedIn,
    session: Db,
    settings: CurrentSettings,
    old_password: Annotated[str | None, Query(max_length=1000)] = None,
    new_password: Annotated[str | None, Query(max_length=1000)] = None,
    body: Annotated[PasswordBody | None, Body()] = None,
) -> dict[str, Any]:
    """Change the caller's password; a body is taken before the query, which ends up in access logs."""
    old = body.old_password if body else old_password
    new = body.new_password if body else new_password
    if old is None or new is None:
        raise PasswordRefused("old_password and new_password are required")
    service.change_password(session, session.get_one(User, actor.id), old, new, actor.session_id, settings.now())
    audit.record(
        session,
        actor_id=actor.id,
        action="change_password",
        subject="user",
        subject_id=actor.id,
        request_id=actor.request_id,
        at=settings.now(),
    )
    return success(message="Password changed successfully")
