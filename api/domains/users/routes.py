"""The administration of users, beside the contract: who they are, disabling, passwords and sessions."""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import Depends, Query, Request
from sqlalchemy.orm import Session

from api.domains.auth.errors import PasswordRefused
from api.domains.auth.hashing import Hashing
from api.domains.auth.passwords import require_strength
from api.domains.users import accounts, schemas, views
from api.domains.users.accounts import Author
from api.domains.users.errors import LastAdmin, NoSuchUser, OwnAccount
from api.kernel.answers import Envelope, LaravelPage, laravel_page
from api.kernel.errors import Forbidden, Unauthenticated
from api.kernel.identity import Actor
from api.kernel.paging import ByPage
from api.kernel.parts import CurrentParts
from api.kernel.payload import Sent
from api.kernel.read import AdminRead, Allowed
from api.kernel.routing import Router, refusals
from api.kernel.transactions import reading, writing
from api.kernel.types import PathId
from api.kernel.write import AdminWrite, Write
from vocabulary import Role

router = Router(prefix="/v1/admin/user", tags=["user"])
ResetBody = Annotated[schemas.Reset, Depends(Sent(schemas.Reset))]
AdminCaller = Annotated[Actor, Depends(Allowed(Role.ADMIN))]  # without a transaction: it ends before the route begins


def _author(write: Write) -> Author:
    return Author(write.actor.id, write.actor.request_id, write.now)


@router.get("")
def list_users(
    read: AdminRead,
    page: ByPage,
    search: Annotated[str, Query(max_length=200)] = "",
    role: Literal["", "admin", "growth", "finance", "partner", "mitra"] = "",
    state: Literal["", "active", "disabled"] = "",
) -> Envelope[LaravelPage[schemas.UserRow]]:
    """Users with role, state, last sign-in and how many sessions are open."""
    wanted = views.UserFilter(search, Role[role.upper()] if role else None, state == "disabled" if state else None)
    rows, total = views.page_of_users(read.session, wanted, page, read.now)
    return read.answer(laravel_page([schemas.row(*row) for row in rows], total, page))


@router.post("/end-sessions")
def end_all_sessions(write: AdminWrite) -> Envelope[schemas.Ended]:
    """End the sessions of everybody, the caller's too."""
    ended = accounts.end_all_sessions(write.session, _author(write))
    return write.answer(schemas.Ended(sessions=ended), "Sessions ended.")


@router.post("/{user_id}/end-sessions", responses=refusals(NoSuchUser))
def end_sessions(write: AdminWrite, user_id: PathId) -> Envelope[schemas.Ended]:
    """End every session of one user."""
    ended = accounts.end_sessions(write.session, accounts.find(write.session, user_id), _author(write))
    return write.answer(schemas.Ended(sessions=ended), "Sessions ended.")


@router.post("/{user_id}/disable", responses=refusals(NoSuchUser, OwnAccount, LastAdmin))
def disable(write: AdminWrite, user_id: PathId) -> Envelope[None]:
    """Stop an account: its tokens are worth nothing from now on."""
    accounts.disable(write.session, accounts.find(write.session, user_id), _author(write))
    return write.answer(message="User disabled.")


@router.post("/{user_id}/enable", responses=refusals(NoSuchUser))
def enable(write: AdminWrite, user_id: PathId) -> Envelope[None]:
    """Let a disabled account sign in again."""
    accounts.enable(write.session, accounts.find(write.session, user_id), _author(write))
    return write.answer(message="User enabled.")


@router.post(
    "/{user_id}/reset-password",
    responses=refusals(Unauthenticated, Forbidden, NoSuchUser, OwnAccount, PasswordRefused),
)
async def reset_password(
    actor: AdminCaller, request: Request, parts: CurrentParts, body: ResetBody, user_id: PathId
) -> Envelope[schemas.Generated]:
    """Give a user another password and end the user's sessions. A generated one is in this answer and nowhere else,
    so no idempotency key is taken."""
    async with reading(parts) as session:
        names = await to_thread.run_sync(accounts.names_of, session, user_id)
    password = body.password or accounts.generate_password()
    require_strength(password, *names)
    password_hash = await parts[Hashing].hash(password)
    author = Author(actor.id, actor.request_id, parts.settings.now())

    def change(session: Session) -> None:
        accounts.reset_password(session, accounts.find(session, user_id), password_hash, author)

    async with writing(parts, request) as session:
        await to_thread.run_sync(change, session)
    return Envelope(data=schemas.Generated(password=None if body.password else password), message="Password reset.")
