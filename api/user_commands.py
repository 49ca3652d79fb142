"""`python -m api user ...`: the administration of users on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table
from sqlalchemy.orm import Session

from api.domains.auth.errors import PasswordRefused
from api.domains.auth.passwords import hash_password, require_strength
from api.domains.users import accounts, views
from api.domains.users.accounts import Author
from api.domains.users.errors import LastAdmin, NoSuchUser, UserRefused
from api.kernel.db import session_factory, transaction
from api.kernel.opening import command_store
from queries.wib import WIB
from texts import listed
from vocabulary import Role

app = typer.Typer(help=__doc__, no_args_is_help=True)
console = Console()
_COLUMNS = ("role", "state", "last sign-in (WIB)", "sessions")
Name = Annotated[str, typer.Argument(help="Username or e-mail address.")]


@contextmanager
def _refusals() -> Iterator[None]:
    """Print why something is refused and end with exit code 1."""
    try:
        yield
    except (UserRefused, PasswordRefused, NoSuchUser, LastAdmin) as refused:
        console.print(refused.message, style="red", markup=False, highlight=False)
        raise typer.Exit(1) from None


@contextmanager
def _store() -> Iterator[tuple[Session, Author]]:
    """A transaction of the migrated store, and the command line as the author of what is changed in it."""
    with command_store() as (settings, engine), _refusals(), transaction(session_factory(engine)) as session:
        yield session, Author(None, accounts.COMMAND_LINE, settings.now())


def create_user(
    username: Annotated[str, typer.Argument()],
    email: Annotated[str, typer.Option()],
    role: Annotated[str, typer.Option(help="admin, growth, finance, mitra or partner.")],
    name: Annotated[str, typer.Option(help="Full name.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    phone: Annotated[str, typer.Option()] = "",
) -> None:
    """Create an account in the operational store."""
    known = {each.name.lower(): each for each in Role}
    with _refusals():
        if role.lower() not in known:
            raise UserRefused("role must be one of {known}, not {role!r}", known=listed(list(known)), role=role)
        require_strength(password, username, email, name)
    password_hash = hash_password(password)
    with _store() as (session, author):
        person = accounts.NewUser(username, email, name, phone, known[role.lower()])
        accounts.create(session, person, password_hash, author)
    console.print(f"{username} ({role}) can sign in", highlight=False)


def self_approval(
    username: Name,
    allow: Annotated[bool, typer.Option("--allow/--revoke", help="Give the right, or take it away.")],
) -> None:
    """Give or take the right to approve alone what one made; audited."""
    with _store() as (session, author):
        accounts.set_self_approval(session, accounts.find_by_name(session, username), allowed=allow, author=author)
    console.print(f"{username} {'may' if allow else 'may not'} approve alone", highlight=False)


@app.command("list")
def list_users() -> None:
    """Show every user with role, state, last sign-in and open sessions."""
    table = Table(Column("name", overflow="fold"), Column("e-mail", overflow="fold"), *_COLUMNS)
    with _store() as (session, author):
        for user, last_login_at, open_sessions in views.all_users(session, author.at):
            state = "active" if user.disabled_at is None else "disabled"
            last = f"{last_login_at.astimezone(WIB):%Y-%m-%d %H:%M}" if last_login_at else "never"
            table.add_row(user.username, user.email, Role(user.role_id).name.lower(), state, last, str(open_sessions))
    console.print(table)


@app.command()
def disable(username: Name) -> None:
    """Stop an account; its sessions end at once."""
    with _store() as (session, author):
        accounts.disable(session, accounts.find_by_name(session, username), author)
    console.print(f"{username} cannot sign in any more", highlight=False)


@app.command()
def enable(username: Name) -> None:
    """Let a disabled account sign in again."""
    with _store() as (session, author):
        accounts.enable(session, accounts.find_by_name(session, username), author)
    console.print(f"{username} can sign in", highlight=False)


@app.command("reset-password")
def reset_password(
    username: Name,
    password: Annotated[str, typer.Option(help="The new password; without it one is generated and shown once.")] = "",
) -> None:
    """Give a user another password; the user's sessions end."""
    chosen = password or accounts.generate_password()
    with _refusals():
        require_strength(chosen)
    password_hash = hash_password(chosen)
    with _store() as (session, author):
        accounts.reset_password(session, accounts.find_by_name(session, username), password_hash, author)
    shown = "" if password else f": {chosen}"
    console.print(f"{username} has a new password{shown}", markup=False, highlight=False)


@app.command("end-sessions")
def end_sessions(
    username: Annotated[str, typer.Argument(help="Username or e-mail address; not with --all.")] = "",
    everybody: Annotated[bool, typer.Option("--all", help="The sessions of everybody.")] = False,
) -> None:
    """End every session of one user, or of everybody."""
    if bool(username) == everybody:
        raise typer.BadParameter("give a username, or --all")
    with _store() as (session, author):
        if everybody:
            ended = accounts.end_all_sessions(session, author)
        else:
            ended = accounts.end_sessions(session, accounts.find_by_name(session, username), author)
    console.print(f"{ended} sessions ended", highlight=False)
