from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.sessions import issue_token
from api.domains.ledger import service as ledger
from api.domains.withdrawals.service import request_withdrawal
from api.kernel.identity import Actor
from api.kernel.language import Reader
from api.kernel.replay import Replay
from api.kernel.write import Write
from api.models import AccountKind, BankAccount, EntryKind, Partner, User
from settings import Settings
from tests.api.served import Served
from tests.conftest import NOW
from tests.factories.passwords import quick_hash
from tests.stores import Stores
from vocabulary import Role

Mine = Callable[..., Any]
PASSWORD = "a password of the tests"
_HASH = quick_hash(PASSWORD)


@pytest.fixture(scope="session")
def served_by_store(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """served_by_store(url) -> the API over that store of this worker, as it was made."""
    made: dict[str, Served] = {}

    def renewed(url: str) -> Served:
        if url in made and made[url].is_touched:
            made.pop(url).close()
        if url not in made:
            made[url] = Served(stores.at(url), tmp_path_factory.mktemp("data"), NOW)
        made[url].renew()
        return made[url]

    yield renewed
    for each in made.values():
        each.close()


@pytest.fixture
def served(served_by_store: Callable[[str], Served], store_url: str) -> Served:
    """The API over the store of this test."""
    return served_by_store(store_url)


@pytest.fixture
def settings(served: Served) -> Settings:
    """The settings of the app; what a test changes in them holds for this test."""
    return served.settings


@pytest.fixture
def users(store_engine: Engine, now: datetime) -> dict[str, int]:
    """One user per role, by the role's name in lower case, and a second one of finance."""
    with Session(store_engine) as session, session.begin():
        names = {role.name.lower(): role for role in Role} | {"finance2": Role.FINANCE}
        people = {
            name: User(
                username=name,
                email=f"{name}@komship.test",
                full_name=f"{name.title()} Satu",
                phone="081212323454",
                role_id=int(role),
                password_hash=_HASH,
                created_at=now,
                updated_at=now,
            )
            for name, role in names.items()
        }
        session.add_all(people.values())
        session.flush()
        return {name: user.id for name, user in people.items()}


def actor_for(user: User) -> Actor:
    """The actor that a user of the store is."""
    return Actor(user.id, Role(user.role_id), user.full_name, user.may_self_approve, "s", "r")


def write_for(app: FastAPI, session: Session, user: User, now: datetime) -> Write:
    """The write of a user in a transaction of the test."""
    actor = actor_for(user)
    return Write(session, actor, now, app.state.parts, Reader("en"), Replay(session, actor.id, None, "", now))


@pytest.fixture
def app(served: Served) -> FastAPI:
    """The app; what a test changes in its state holds for this test."""
    return served.app


@pytest.fixture
def client(served: Served) -> TestClient:
    """A client of the app."""
    return served.client


@pytest.fixture
def sign_in(store_engine: Engine, settings: Settings, users: dict[str, int]) -> Callable[[str], dict[str, str]]:
    """sign_in(role) -> the headers of a user of that role, who has just signed in."""

    def headers(role: str) -> dict[str, str]:
        with Session(store_engine) as session, session.begin():
            user = session.get_one(User, users[role])
            token, _expires = issue_token(session, settings, user, settings.now())
        return {"Authorization": f"Bearer {token}"}

    return headers


@dataclass(frozen=True)
class Case:
    """A partner with Rp1.000.000 of which Rp400.000 are requested."""

    withdrawal_id: int
    partner_id: int
    user_id: int
    account_id: int


def add_partner(
    session: Session,
    now: datetime,
    *,
    name: str,
    account_no: str,
    balance: int,
    user_id: int | None = None,
    **more: Any,
) -> tuple[Partner, BankAccount]:
    """A partner of 400 days with an account of 60 days in its brand's name, and a balance."""
    partner = Partner(
        user_id=user_id,
        full_name=f"Toko {name} 100%",
        brand_name=name,
        email=f"{name.lower()}@toko.test",
        phone="081212323454",
        joined_at=now - timedelta(days=400),
        updated_at=now,
    )
    session.add(partner)
    session.flush()
    account = BankAccount(
        partner_id=partner.id,
        account_no=account_no,
        is_default=True,
        created_at=now - timedelta(days=60),
        updated_at=now,
        **({"bank_name": "BCA", "account_name": name} | more),
    )
    session.add(account)
    session.flush()
    topup = {AccountKind.PARTNER_AVAILABLE: balance, AccountKind.CASH: -balance}
    ledger.post(session, EntryKind.TOPUP, partner.id, topup, now)
    return partner, account


@pytest.fixture
def case(store_engine: Engine, users: dict[str, int], now: datetime) -> Case:
    with Session(store_engine) as session, session.begin():
        partner, account = add_partner(
            session, now, name="Berkah", account_no="981238787", balance=1_000_000, user_id=users["partner"]
        )
        made = request_withdrawal(session, partner.id, account.id, 400_000, now)
        return Case(made.id, partner.id, users["partner"], account.id)


@pytest.fixture
def mine(client: TestClient, case: Case, sign_in: Callable[[str], dict[str, str]]) -> Mine:
    """mine(method, path, **request) -> the answer to the signed-in partner of `case`."""
    headers = sign_in("partner")

    def call(method: str, path: str, *, key: str | None = None, **request: Any) -> Any:
        more = {"Idempotency-Key": key} if key else {}
        return client.request(method, f"/api/{path}", headers=headers | more, **request)

    return call


@pytest.fixture
def large(store_engine: Engine, users: dict[str, int], now: datetime) -> Case:
    """A request of Rp6.000.000, which takes two people."""
    with Session(store_engine) as session, session.begin():
        partner, account = add_partner(session, now, name="Besar", account_no="5550001111", balance=10_000_000)
        made = request_withdrawal(session, partner.id, account.id, 6_000_000, now)
        return Case(made.id, partner.id, users["partner"], account.id)
