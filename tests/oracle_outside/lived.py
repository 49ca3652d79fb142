"""A random history with the whole product over it: store, warehouse, API and screens."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert
from starlette.testclient import TestClient

from api.domains.auth.models import User
from api.main import create_app
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.wib import naive_utc
from tests.factories.product import Product, product_settings
from tests.oracle.days import day_of
from tests.oracle.histories import CHANGES, History
from tests.oracle.landed import Landed, landed
from tests.oracle.running import Place
from tests.oracle.store import Rows, read
from vocabulary import Role

ADMIN = "pengelola"
BUSY = 300  # changes in the last weeks


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of a history: the product, its rows in the store, those of them that count, and the instant."""

    product: Product
    rows: Rows
    found: Landed
    now: datetime  # naive UTC
    rng: Random

    @property
    def today(self) -> date:
        """The WIB day."""
        return day_of(self.now)

    def period(self, most_days: int = 60) -> tuple[date, date]:
        """Some days up to today, both ends included."""
        end = self.today - timedelta(days=self.rng.choice((0, 0, 1, 5)))
        return end - timedelta(days=self.rng.randrange(most_days)), end

    def client(self) -> TestClient:
        """The API as an admin calls it."""
        token = self.product.token(ADMIN)
        return TestClient(self.product.app, headers={"Authorization": f"Bearer {token}"})


def lived(seed: int, place: Place, url: str, folder: Path) -> Lived:
    """Live the history of a seed, and land it."""
    place.empty()
    history = History(seed)
    runner = Runner(place.warehouse, SqlSource(place.engine, url), lambda: history.now)
    for change in (history.begin, history.go_on, partial(_busy_weeks, history)):
        with place.engine.begin() as connection:
            change(connection)
        runner.run()
    settings = product_settings(folder, url, history.now)
    app = create_app(settings=settings, engine=place.engine, warehouse=place.warehouse)
    rows = read(place.engine)
    product = Product(settings, place.engine, place.warehouse, runner, app)
    return Lived(product, rows, landed(rows), naive_utc(history.now), Random(seed))


def _busy_weeks(history: History, connection: Connection) -> None:
    """Much happens, so that every page has something to show; and an admin comes."""
    history.store.connection = connection
    history.since = history.now
    history.now += timedelta(days=33)
    for change in history.rng.choices(CHANGES, k=BUSY):
        change(history)
    connection.execute(insert(User), [_admin(history.now)])


def _admin(at: datetime) -> dict[str, Any]:
    return {
        "id": 900,
        "username": ADMIN,
        "email": "pengelola@x.test",
        "full_name": "Pengelola",
        "phone": "08",
        "role_id": Role.ADMIN,
        "password_hash": "x",
        "gender": 1,
        "marital_status": 0,
        "may_self_approve": False,
        "created_at": at,
        "updated_at": at,
    }
