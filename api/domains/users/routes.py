"""The administration of users, beside the contract: who they are, disabling, passwords and sessions."""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import Depends, Path, Query, Request
from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from api.domains.auth.errors import PasswordRefused
from api.domains.auth.hashing import Hashing
from api.domains.auth.passwords import require_strength
from api.domains.users import accounts, roles, schemas, views
from api.domains.users.accounts import Author, NewUser
from api.domains.users.errors import (
    LastAdmin,
    NoSuchUser,
    OwnAccount,
    RequestOver,
    RoleKept,
    SecondAdmin,
    UnknownRequest,
    UnknownSession,
    UserRefused,
)
from api.kernel.answers import Envelope, LaravelPage, laravel_page
from api.kernel.errors import Forbidden, Unauthenticated
from api.kernel.identity import Actor
from api.kernel.paging import ByPage
from api.kernel.parts import CurrentParts
from api.kernel.payload import Sent
from api.kernel.read import AdminRead, Allowed
from api.kernel.routing import Router, refusals
from api.kernel.transactions import reading, writing
from api.kernel.types import OptionalDirection, PathId, blank_as
from api.kernel.write import AdminWrite, Write
from queries.filters import Sort
from vocabulary import Role

router = Router(prefix="/v1/admin/user", tags=["user"])
NewAccountBody = Annotated[schemas.NewAccount, Depends(Sent(schemas.NewAccount))]
NewRoleBody = Annotated[schemas.NewRole, Depends(Sent(schemas.NewRole))]
ResetBody = Annotated[schemas.Reset, Depends(Sent(schemas.Reset))]
AdminCaller = Annotated[Actor, Depends(Allowed(Role.ADMIN))]  # without a transaction: it ends before the route begins
SessionId = Annotated[str, Path(max_length=36)]
OrderBy = Annotated[
    Literal[
        "user_id",
        "username",
        "full_name",
        "email",
        "role",
        "state",
        "created_at",
        "last_login_at",
        "open_sessions",
    ],
    BeforeValidator(blank_as("user_id")),
]


def _author(write: Write) -> Author:
    return Author(write.actor.id, write.actor.request_id, write.now)


@router.get("")
def list_users(
    read: AdminRead,
    page: ByPage,
    search: Annotated[str, Query(max_length=200)] = "",
    role: Literal["", "admin", "growth", "finance", "partner", "mitra"] = "",
    state: Literal["", "active", "disabled"] = "",
    order_by: OrderBy = "user_id",
    sort_by: OptionalDirection = None,
) -> Envelope[LaravelPage[schemas.UserRow]]:
    """Users with role, state, last sign-in and how many sessions are open."""
    wanted = views.UserFilter(search, Role[role.upper()] if role else None, state == "disabled" if state else None)
    rows, total = views.page_of_users(read.session, wanted, Sort(order_by, sort_by == "DESC"), page, read.now)
    return read.answer(laravel_page([schemas.row(*row) for row in rows], total, page))


@router.post("", responses=refusals(Unauthenticated, Forbidden, UserRefused, RequestOver))
async def create(
    actor: AdminCaller, request: Request, parts: CurrentParts, body: NewAccountBody
) -> Envelope[schemas.Made]:
    """Make an account, whose generated password is in this answer and nowhere else, so no idempotency key is taken.
    For admin and finance it is a request, which another admin confirms."""
    role = Role[body.role.upper()]
    person = NewUser(body.username, body.email, body.full_name, body.phone, role)
    author = Author(actor.id, actor.request_id, parts.settings.now())
    if role in roles.GUARDED:
        async with writing(parts, request) as session:
            asked = await to_thread.run_sync(lambda: roles.ask(session, role, author, user=None, person=person).id)
        return Envelope(data=schemas.Made(request_id=asked), message="Waits for another admin.")
    password = accounts.generate_password()
    password_hash = await parts[Hashing].hash(password)
    async with writing(parts, request) as session:
        made = await to_thread.run_sync(lambda: accounts.create(session, person, password_hash, author).id)
    return Envelope(data=schemas.Made(user_id=made, password=password), message="User created.")


@router.post("/{user_id}/role", responses=refusals(NoSuchUser, OwnAccount, LastAdmin, RoleKept, RequestOver))
def change_role(write: AdminWrite, user_id: PathId, body: NewRoleBody) -> Envelope[schemas.Made]:
    """Give a user another role; the user's sessions end. To admin and finance it is a request, which another admin
    confirms."""
    user, role = accounts.find(write.session, user_id), Role[body.role.upper()]
    if role in roles.GUARDED:
        person = NewUser(user.username, user.email, user.full_name, user.phone, role)
        asked = roles.ask(write.session, role, _author(write), user=user, person=person)
        return write.answer(schemas.Made(request_id=asked.id), "Waits for another admin.")
    roles.change(write.session, user, role, _author(write))
    return write.answer(schemas.Made(user_id=user.id), "Role changed.")


@router.get("/request")
def list_requests(read: AdminRead) -> Envelope[list[schemas.RequestRow]]:
    """What waits for a second admin, the oldest first."""
    return read.answer([schemas.request_row(*row) for row in roles.open_requests(read.session, read.now)])


@router.post(
    "/request/{request_id}/confirm",
    responses=refusals(
        Unauthenticated,
        Forbidden,
        UnknownRequest,
        RequestOver,
        SecondAdmin,
        OwnAccount,
        LastAdmin,
        RoleKept,
        UserRefused,
    ),
)
async def confirm(
    actor: AdminCaller, request: Request, parts: CurrentParts, request_id: PathId
) -> Envelope[schemas.Made]:
    """Do what another admin asked for. The generated password of an account is in this answer and nowhere else, so no
    idempotency key is taken."""
    password = accounts.generate_password()
    password_hash = await parts[Hashing].hash(password)
    author = Author(actor.id, actor.request_id, parts.settings.now())

    def change(session: Session) -> tuple[int, bool]:
        user, is_new = roles.confirm(session, request_id, password_hash, author)
        return user.id, is_new

    async with writing(parts, request) as session:
        user_id, is_new = await to_thread.run_sync(change, session)
    made = schemas.Made(user_id=user_id, password=password if is_new else None)
    return Envelope(data=made, message="Confirmed.")


@router.post("/request/{request_id}/decline", responses=refusals(UnknownRequest, RequestOver))
def decline(write: AdminWrite, request_id: PathId) -> Envelope[None]:
    """End a request without doing it."""
    roles.decline(write.session, request_id, _author(write))
    return write.answer(message="Declined.")


@router.get("/{user_id}/session", responses=refusals(NoSuchUser))
def list_sessions(read: AdminRead, user_id: PathId) -> Envelope[list[schemas.SessionRow]]:
    """The open sessions of a user, the newest sign-in first."""
    accounts.names_of(read.session, user_id)
    found = views.open_sessions(read.session, user_id, read.now)
    return read.answer([schemas.session_row(token, at, read.actor.session_id) for token, at in found])


@router.post("/{user_id}/session/{session_id}/end", responses=refusals(NoSuchUser, UnknownSession))
def end_session(write: AdminWrite, user_id: PathId, session_id: SessionId) -> Envelope[None]:
    """End one session of a user."""
    accounts.end_session(write.session, accounts.find(write.session, user_id), session_id, _author(write))
    return write.answer(message="Session ended.")


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
