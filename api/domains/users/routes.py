"""The administration of users, beside the contract: who they are, disabling, passwords and sessions."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.domains.auth import steps
from api.domains.auth.service import hash_password, require_strength
from api.domains.users import accounts, schemas, views
from api.domains.users.accounts import Author
from api.kernel.auth import Admin, AdminBriefly
from api.kernel.envelope import laravel_page, success
from api.kernel.identity import Actor
from api.kernel.request import CurrentSettings, Db
from queries.filters import Page
from settings import Settings
from vocabulary import Role

router = APIRouter(prefix="/v1/admin/user", tags=["user"])


def _author(actor: Actor, settings: Settings) -> Author:
    return Author(actor.id, actor.request_id, settings.now())


@router.get("")
def list_users(
    actor: Admin,
    session: Db,
    settings: CurrentSettings,
    search: Annotated[str, Query(max_length=200)] = "",
    role: Literal["", "admin", "growth", "finance", "partner", "mitra"] = "",
    state: Literal["", "active", "disabled"] = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
    total_per_page: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> dict[str, Any]:
    """Users with role, state, last sign-in and how many sessions are open."""
    wanted = views.UserFilter(search, Role[role.upper()] if role else None, state == "disabled" if state else None)
    rows, total = views.page_of_users(
        session, wanted, Page(total_per_page, (page - 1) * total_per_page), settings.now()
    )
    return success(laravel_page([schemas.row(*row) for row in rows], total=total, page=page, per_page=total_per_page))


@router.post("/end-sessions")
def end_all_sessions(actor: Admin, session: Db, settings: CurrentSettings) -> dict[str, Any]:
    """End the sessions of everybody, the caller's too."""
    ended = accounts.end_all_sessions(session, _author(actor, settings))
    return success({"sessions": ended}, "Sessions ended.")


@router.post("/{user_id}/end-sessions")
def end_sessions(actor: Admin, session: Db, settings: CurrentSettings, user_id: int) -> dict[str, Any]:
    """End every session of one user."""
    ended = accounts.end_sessions(session, accounts.find(session, user_id), _author(actor, settings))
    return success({"sessions": ended}, "Sessions ended.")


@router.post("/{user_id}/disable")
def disable(actor: Admin, session: Db, settings: CurrentSettings, user_id: int) -> dict[str, Any]:
    """Stop an account: its tokens are worth nothing from now on."""
    accounts.disable(session, accounts.find(session, user_id), _author(actor, settings))
    return success(message="User disabled.")


@router.post("/{user_id}/enable")
def enable(actor: Admin, session: Db, settings: CurrentSettings, user_id: int) -> dict[str, Any]:
    """Let a disabled account sign in again."""
    accounts.enable(session, accounts.find(session, user_id), _author(actor, settings))
    return success(message="User enabled.")


@router.post("/{user_id}/reset-password")
async def reset_password(
    actor: AdminBriefly,
    request: Request,
    settings: CurrentSettings,
    user_id: int,
    body: Annotated[schemas.ResetBody | None, Body()] = None,
) -> dict[str, Any]:
    """Give a user another password and end the user's sessions. A generated one is in this answer and nowhere else."""
    given = (body.password if body else None) or None
    password = given or accounts.generate_password()
    require_strength(password)
    password_hash = await run_in_threadpool(hash_password, password)

    def change(session: Session) -> None:
        accounts.reset_password(session, accounts.find(session, user_id), password_hash, _author(actor, settings))

    await steps.write(request, change)
    return success({"password": None if given else password}, "Password reset.")
