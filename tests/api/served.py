"""The API as the tests of a worker share it: making one takes as long as ten requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from pydantic import SecretStr
from sqlalchemy import Connection
from starlette.testclient import TestClient

from api.domains.auth.limits import SignInLimits
from api.kernel import store_identity
from api.kernel.parts import Parts
from api.main import create_app
from queries.engine import Warehouse
from settings import Settings
from tests.stores import Store


class WatchedWarehouse(Warehouse):
    """A warehouse in memory that knows whether it is still empty."""

    def __init__(self) -> None:
        super().__init__(":memory:")
        self.create_tables()
        self.is_touched = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.is_touched = True
        with super().write() as connection:
            yield connection


class Served:
    """An app over a store, with an empty warehouse, a client, and a folder for its files."""

    def __init__(self, store: Store, folder: Path, now: datetime) -> None:
        self.settings = Settings(
            _env_file=None,
            data_dir=folder,
            database_url=store.url,
            demo_orders=0,
            secret_key=SecretStr("s" * 32),
            today=now,
            log_level="ERROR",
        )
        self._store = store
        self._warehouse = WatchedWarehouse()
        self.app = create_app(settings=self.settings, engine=store.engine, warehouse=self._warehouse)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.client.__enter__()
        self._first_settings = dict(self.settings.__dict__)
        self._first_parts = _copied(self.app.state.parts)

    @property
    def is_touched(self) -> bool:
        """Whether something was written into its warehouse: what was asked of that is remembered in many places."""
        return self._warehouse.is_touched

    @property
    def warehouse(self) -> Warehouse | None:
        """The warehouse that is asked: an empty one, or what a test puts here."""
        given: Warehouse | None = self.app.state.parts.warehouse
        return given

    @warehouse.setter
    def warehouse(self, given: Warehouse | None) -> None:
        self.app.state.parts.warehouse = given

    def renew(self) -> None:
        """Undo what a test changed: files, settings, and the parts of the app. The store is emptied by its owner."""
        rmtree(self.settings.data_dir, ignore_errors=True)
        self.settings.data_dir.mkdir()
        self.settings.__dict__.update(self._first_settings)
        self.client.cookies.clear()
        self.app.dependency_overrides.clear()
        self.app.state.parts = _copied(self._first_parts)
        store_identity.guard(self._store.engine)
        self.app.state.parts.add(SignInLimits, SignInLimits())  # it remembers who failed

    def close(self) -> None:
        self.client.__exit__()
        self._warehouse.close()


def _copied(parts: Parts) -> Parts:
    return replace(parts, services=dict(parts.services))
