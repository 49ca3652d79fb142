"""One real server and one real Chromium for all journeys."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.chromium import LAUNCH_ARGS, ensure
from tests.watchdog import watch

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "komship-demo"
PATIENCE_MS = 20_000
Enter = Callable[..., Page]


@dataclass(frozen=True)
class Server:
    """The running product."""

    url: str
    store_url: str
    process_id: int
    tokens: dict[str, str] = field(default_factory=dict)

    def call(self, user: str, method: str, path: str, **given: Any) -> httpx.Response:
        """Call the API as a demo user, who signs in when there is no session, or it has ended."""
        more: dict[str, str] = given.pop("headers", {})
        for _turn in range(2):
            if user not in self.tokens:
                body = {"username_email": f"{user}@demo.komship.test", "password": PASSWORD}
                answer = httpx.post(f"{self.url}/api/v1/login", json=body, timeout=PATIENCE_MS / 1000)
                self.tokens[user] = answer.json()["data"]["access_token"]
            headers = {"Authorization": f"Bearer {self.tokens[user]}"} | more
            answer = httpx.request(method, f"{self.url}/api/{path}", headers=headers, timeout=20, **given)
            if answer.status_code != 401:
                break
            del self.tokens[user]
        return answer

    def waiting_withdrawals(self) -> list[dict[str, Any]]:
        """The queue of requests that nobody has touched and that take one approval."""
        queue = self.call("finance", "GET", "v2/admin/withdrawal-queue?total_per_page=200").json()["data"]["data"]
        return [
            row
            for row in queue
            if row["status"] == "requested" and row["approvals_needed"] == 1 and row["batch"] is None
        ]

    def payable_withdrawals(self) -> list[int]:
        """The first requests of the queue that a batch takes as they are, in its order."""
        queue = self.call("finance", "GET", "v2/admin/withdrawal-queue?total_per_page=50").json()["data"]["data"]
        body = {"rows": [{"withdrawal_id": row["withdrawal_id"], "version": row["version"]} for row in queue]}
        checked = self.call("finance", "POST", "v2/admin/payout/dry-run", json=body).json()["data"]["rows"]
        return [row["withdrawal_id"] for row in checked if not row["problems"]]

    def status_of(self, withdrawal_id: int) -> str:
        """The status in the operational store."""
        return str(self.call("finance", "GET", f"v2/admin/withdrawal/detail/{withdrawal_id}").json()["data"]["status"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`python -m serve` with small demo data."""
    with started(tmp_path_factory.mktemp("product"), orders=1500) as running:
        yield running


@contextmanager
def started(folder: Path, orders: int) -> Iterator[Server]:
    """`python -m serve` with demo data of so many orders in the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KOMSHIP_")} | {
        "PORT": str(port),
        "KOMSHIP_DATA_DIR": str(folder),
        "KOMSHIP_DEMO_ORDERS": str(orders),
        "PYTHONPATH": str(ROOT),
    }
    log = folder / "serve.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "serve"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    watch(process.pid)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, process, log)
        yield Server(url, f"sqlite:///{folder / 'store.sqlite'}", process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{log.read_text()}")
        try:
            if httpx.get(f"{url}/api/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not become ready:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = ensure()
    expect.set_options(timeout=PATIENCE_MS)  # beside other tests, on few cores
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(LAUNCH_ARGS))
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of this test alone."""
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID") as opened:
        opened.set_default_timeout(PATIENCE_MS)
        yield opened


@pytest.fixture
def enter(server: Server, context: BrowserContext) -> Enter:
    """enter(user, path) -> the page that a user sees after following a link and signing in."""

    def sign_in(user: str, path: str = "/", within: BrowserContext | None = None) -> Page:
        page = (within or context).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(server.url + path)
        if page.locator("input[name=password]").count():
            page.fill("input[name=username]", f"{user}@demo.komship.test")
            page.fill("input[name=password]", PASSWORD)
            page.click("button[type=submit]")
        page.wait_for_selector("[data-testid=stAppViewContainer] h1")
        return page

    return sign_in
