"""The API as the tests of a worker share it: making one takes as long as ten requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection
from starlette.testclient import TestClient

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
        self.warehouse = WatchedWarehouse()
        self.app = create_app(settings=self.settings, engine=store.engine, warehouse=self.warehouse)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.client.__enter__()
        self._first_settings = dict(self.settings.__dict__)
        self._first_state = {name: (value, _parts(value)) for name, value in self.app.state._state.items()}

    def renew(self) -> None:
        """Undo what a test changed: files, settings, and the parts of the app. The store is emptied by its owner."""
        rmtree(self.settings.data_dir, ignore_errors=True)
        self.settings.data_dir.mkdir()
        self.settings.__dict__.update(self._first_settings)
        self.client.cookies.clear()
        self.app.dependency_overrides.clear()
        self.app.state._state.clear()
        for name, (value, parts) in self._first_state.items():
            for part, first in parts.items():
                setattr(value, part, copy(first) if isinstance(first, dict) else first)
            self.app.state._state[name] = value

    def close(self) -> None:
        self.client.__exit__()
        self.warehouse.close()


def _parts(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that holds the parts of an app."""
    if not is_dataclass(value) or value.__dataclass_params__.frozen:
        return {}
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: copy(part) if isinstance(part, dict) else part for name, part in found.items()}
