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

from dashboard.cookies import SESSION
from tests.journeys.chromium import LAUNCH_ARGS, ensure
from tests.journeys.waiting import PATIENCE_MS, count_runs
from tests.watchdog import watch

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
PASSWORD = "komship-demo"
START_SECONDS = 400  # beside other tests, on few cores
MOST_SECONDS = 900
Enter = Callable[..., Page]


@dataclass(frozen=True)
class Server:
    """The running product."""

    url: str
    store_url: str
    process_id: int
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, user: str) -> str:
        """The session of a demo user; a new one when there is none, or it has ended."""
        known = self.tokens.get(user)
        if known is None or self._ask(known, "GET", "v1/my-profile").status_code == 401:
            body = {"username_email": f"{user}@demo.komship.test", "password": PASSWORD}
            answer = httpx.post(f"{self.url}/api/v1/login", json=body, timeout=PATIENCE_MS / 1000)
            self.tokens[user] = answer.json()["data"]["access_token"]
        return self.tokens[user]

    def call(self, user: str, method: str, path: str, **given: Any) -> httpx.Response:
        """Call the API as a demo user."""
        return self._ask(self.token(user), method, path, **given)

    def _ask(self, token: str, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} | given.pop("headers", {})
        patience = PATIENCE_MS / 1000
        return httpx.request(method, f"{self.url}/api/{path}", headers=headers, timeout=patience, **given)

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
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended:\n{log.read_text()}")
        try:
            if httpx.get(f"{url}/api/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not become ready:\n{log.read_text()}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium. It ends with the journeys: while it is open no other test of this worker can run a loop of
    asyncio."""
    path = ensure()
    expect.set_options(timeout=PATIENCE_MS)  # beside other tests, on few cores
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(LAUNCH_ARGS))
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile whose cache and compiled scripts last: opening a page costs a third less than in a new one."""
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID") as opened:
        opened.set_default_timeout(PATIENCE_MS)
        count_runs(opened)
        yield opened


@pytest.fixture
def context(profile: BrowserContext, server: Server) -> Iterator[BrowserContext]:
    """The profile without pages, cookies and stored values. What listens to a whole profile takes one of its own."""
    address = f"{server.url}/api/health/ready"
    keeper = next((page for page in profile.pages if page.url == address), None)
    if keeper is None:  # it stays open: its process, with what is compiled, is that of the pages of all tests
        keeper = profile.new_page()
        keeper.goto(address)
    kept = profile.pages
    yield profile
    for page in profile.pages:
        if page not in kept:
            page.close()
    keeper.evaluate("localStorage.clear()")
    profile.clear_cookies()


@pytest.fixture
def enter(server: Server, context: BrowserContext) -> Enter:
    """enter(user, path) -> the page that a signed-in user sees after following a link."""

    def open_page(user: str, path: str = "/", within: BrowserContext | None = None) -> Page:
        profile = within or context
        profile.add_cookies([{"name": SESSION, "value": server.token(user), "url": server.url}])
        page = _opened(profile, server.url + path)
        page.wait_for_selector("[data-testid=stAppViewContainer] h1")
        return page

    return open_page


def _opened(profile: BrowserContext, address: str) -> Page:
    page = profile.new_page()
    page.set_default_timeout(PATIENCE_MS)
    count_runs(page)
    page.goto(address)
    return page


def form(server: Server, profile: BrowserContext, path: str = "/login") -> Page:
    """The form of signing in, as somebody without a session finds it who follows a link."""
    page = _opened(profile, server.url + path)
    expect(page.locator("input[name=password]")).to_be_visible()
    return page


def sign_in(page: Page, user: str, password: str = PASSWORD) -> None:
    """Fill in the form of signing in, which is open, and send it."""
    page.fill("input[name=username]", f"{user}@demo.komship.test")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What holds for every journey."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker("journey")
            item.add_marker(pytest.mark.timeout(MOST_SECONDS))
