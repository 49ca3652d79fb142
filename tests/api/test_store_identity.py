"""A store that is emptied, replaced or taken away under a running server is noticed, and nothing is written."""

import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, delete, func, make_url, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kernel import store_identity
from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.models import AuthSession, StoreIdentity, User
from tests.api.conftest import PASSWORD

on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def try_to_write(client: TestClient) -> tuple[int, str]:
    sign_in = {"username_email": "admin", "password": PASSWORD}
    answer = client.post("/api/v1/login", json=sign_in, headers={"Accept-Language": "en"})
    return answer.status_code, answer.json().get("message", "")


def sessions(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(AuthSession)) or 0


def test_every_store_has_an_id_of_its_own(store_engine: Engine, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'other.sqlite'}"
    upgrade(other)
    with store_engine.connect() as one, make_engine(other).connect() as two:
        assert len(store_identity.read(one) or "") == len(store_identity.read(two) or "") == 36
        assert store_identity.read(one) != store_identity.read(two)


def test_the_store_it_started_with_is_written_to(client: TestClient, users: dict[str, int]) -> None:
    assert try_to_write(client)[0] == 200
    assert client.get("/api/health/ready").status_code == 200


@pytest.mark.parametrize("change", [update(StoreIdentity).values(uuid="another"), delete(StoreIdentity)])
def test_another_store_in_its_place_is_not_written_to(
    client: TestClient, users: dict[str, int], store_url: str, change: object
) -> None:
    elsewhere = make_engine(store_url)
    with elsewhere.begin() as connection:
        connection.execute(change)
    status, message = try_to_write(client)
    assert status == 503
    assert "not the one that the server started with" in message
    assert client.get("/api/health/ready").status_code == 503
    assert sessions(elsewhere) == 0
    elsewhere.dispose()


def test_an_emptied_store_is_not_written_to(client: TestClient, users: dict[str, int], store_url: str) -> None:
    elsewhere = make_engine(store_url)
    with elsewhere.begin() as connection:
        connection.execute(text("DROP TABLE store_identity"))
    elsewhere.dispose()
    assert try_to_write(client)[0] == 503
    assert client.get("/api/health/ready").status_code == 503


@on_sqlite
def test_a_missing_file_is_not_made_anew(
    client: TestClient, users: dict[str, int], store_url: str, app: FastAPI
) -> None:
    path = Path(str(make_url(store_url).database))
    path.unlink()
    status, message = try_to_write(client)
    assert status == 503
    assert message.startswith("the file of the operational store is missing")
    assert client.get("/api/health/ready").status_code == 503
    app.state.parts.sessions.kw["bind"].dispose()  # new connections, as after some idle time
    assert client.get("/api/health/ready").status_code == 503
    assert try_to_write(client)[0] == 503
    assert not path.exists()


@on_sqlite
def test_a_replaced_file_is_not_written_to(
    client: TestClient, users: dict[str, int], store_url: str, tmp_path: Path, sqlite_template: Path
) -> None:
    path, other = Path(str(make_url(store_url).database)), tmp_path / "other.sqlite"
    shutil.copy(sqlite_template, other)  # even with the same id: it is an older state
    other.replace(path)
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    assert try_to_write(client)[0] == 503
    assert client.get("/api/health/ready").status_code == 503
    there = make_engine(f"sqlite:///{path}")
    assert sessions(there) == 0
    with Session(there) as session:
        assert session.scalars(select(User)).all() == []
    there.dispose()


def test_a_store_without_an_id_is_not_guarded(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    with pytest.raises(store_identity.StoreGone, match="api migrate"):
        store_identity.guard(engine)
    store_identity.verify(engine)  # nothing is expected of it
    engine.dispose()


def test_a_guarded_engine_does_not_make_a_file(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    upgrade(f"sqlite:///{path}")
    engine = make_engine(f"sqlite:///{path}")
    store_identity.guard(engine)
    engine.dispose()
    path.unlink()
    with pytest.raises(OperationalError, match="is missing"):
        engine.connect()
    assert not path.exists()
