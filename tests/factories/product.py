"""A store with demo data, landed in a warehouse, and the API over both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.auth.sessions import issue_token
from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.main import create_app
from etl.demo import fill
from etl.runner import Runner
from etl.sources.sql import SqlSource
from queries.engine import Warehouse
from settings import Settings
from tests.factories.passwords import quick_hash

NOW = datetime(2022, 11, 15, 3, tzinfo=UTC)
PASSWORD = "komship-demo"


@dataclass(frozen=True)
class Product:
    """What a running product is made of, without a server."""

    settings: Settings
    engine: Engine
    warehouse: Warehouse
    runner: Runner
    app: FastAPI

    def token(self, user: str) -> str:
        """A session of a demo account."""
        with Session(self.engine) as session, session.begin():
            person = session.scalars(select(User).where(User.username == user)).one()
            token, _expires = issue_token(session, self.settings, person, self.settings.now())
        return token


def product_settings(folder: Path, url: str, now: datetime) -> Settings:
    """Settings of a product over a store, whose time stands still."""
    return Settings(
        _env_file=None,
        data_dir=folder,
        database_url=url,
        secret_key=SecretStr("s" * 32),
        today=now,
        log_level="ERROR",
    )


@contextmanager
def landed_product(folder: Path, *, orders: int, now: datetime = NOW) -> Iterator[Product]:
    """A product with `orders` demo orders (0: accounts only), on SQLite in `folder`."""
    url = f"sqlite:///{folder / 'store.sqlite'}"
    upgrade(url)
    engine = make_engine(url)
    fill(engine, orders=orders, seed=7, now=now, password_hash=quick_hash(PASSWORD))
    warehouse = Warehouse(folder / "warehouse.duckdb")
    warehouse.create_tables()
    runner = Runner(warehouse, SqlSource(engine, url), lambda: now)
    runner.run()
    settings = product_settings(folder, url, now)
    yield Product(
        settings, engine, warehouse, runner, create_app(settings=settings, engine=engine, warehouse=warehouse)
    )
    warehouse.close()
    engine.dispose()
