from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.service import hash_password
from api.domains.ledger import service as ledger
from api.domains.withdrawals.service import request_withdrawal
from api.main import create_app
from api.models import AccountKind, BankAccount, EntryKind, Partner, User
from queries.engine import Warehouse
from settings import Settings
from vocabulary import Role

Mine = Callable[..., Any]
PASSWORD = "a password of the tests"
_HASH = hash_password(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path, store_url: str, now: datetime) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        database_url=store_url,
        demo_orders=0,
        secret_key=SecretStr("s" * 32),
        today=now,
        log_level="ERROR",
    )


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


@pytest.fixture
def app(settings: Settings, store_engine: Engine) -> Iterator[FastAPI]:
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    yield create_app(settings=settings, engine=store_engine, warehouse=warehouse)
    warehouse.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def sign_in(client: TestClient, users: dict[str, int]) -> Callable[[str], dict[str, str]]:
    """sign_in(role) -> the headers of a signed-in user of that role."""

    def headers(role: str) -> dict[str, str]:
        assert role in users
        answer = client.post("/api/v1/login", json={"username_email": role, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}

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
