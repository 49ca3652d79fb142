"""The API over demo data that was really landed, once for all tests of the contract."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

from api.models import BankAccount, Partner, Withdrawal
from queries.engine import Warehouse
from tests.factories.product import landed_product

Described = dict[str, Any]


def data(name: str) -> Any:
    """A file of this folder."""
    return yaml.safe_load((Path(__file__).parent / name).read_text())


@dataclass
class Called:
    """The API over a filled store, and the ids that the paths need."""

    client: TestClient
    engine: Engine
    warehouse: Warehouse
    places: dict[str, int]
    token: Callable[[str], str]
    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, user: str | None) -> dict[str, str]:
        """Who calls; nobody without a user."""
        if user is None:
            return {}
        self.tokens[user] = self.tokens.get(user) or self.token(user)
        return {"Authorization": f"Bearer {self.tokens[user]}"}

    @property
    def api(self) -> Described:
        """The description that the API serves of itself."""
        described: Described = self.client.get("/api/openapi.json").json()
        return described

    @property
    def served(self) -> dict[str, Described]:
        """By method and path without /api ("GET /v1/address"): the described route."""
        return {
            f"{method.upper()} {path.removeprefix('/api')}": route
            for path, routes in self.api["paths"].items()
            for method, route in routes.items()
            if path.startswith("/api/v")
        }


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Called]:
    with landed_product(tmp_path_factory.mktemp("contract"), orders=800) as made, TestClient(made.app) as client:
        with made.engine.connect() as connection:
            requested = select(Withdrawal.id, Withdrawal.partner_id).where(Withdrawal.status == "requested")
            waiting = connection.execute(requested.order_by(Withdrawal.nominal.desc(), Withdrawal.id)).first()
            assert waiting is not None
            user = connection.scalar(select(Partner.user_id).where(Partner.id == waiting.partner_id))
            accounts = connection.scalar(select(func.max(BankAccount.id)))
        places = {"withdrawal_id": waiting.id, "user_id": user or waiting.partner_id, "bank_account_id": accounts + 1}
        yield Called(client, made.engine, made.warehouse, places, made.token)
