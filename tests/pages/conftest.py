"""Pages run by AppTest over a landed product, with the real API behind them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import cookies, session
from dashboard.navigation import registry
from dashboard.runtime import Runtime, configure
from tests.factories.components import look_for_components_once
from tests.factories.product import Product, landed_product

look_for_components_once()
ROOT = Path(__file__).resolve().parents[2]
RunPage = Callable[..., AppTest]
SCRIPTS = {entry.name: entry.path for entry in registry()}


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with landed_product(tmp_path_factory.mktemp("filled"), orders=1500) as product:
        yield product


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with landed_product(tmp_path_factory.mktemp("empty"), orders=0) as product:
        yield product


@pytest.fixture
def run_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunPage]:
    """run_page(product, "ticket_total", role="admin", periode="7d") -> the page as that role sees it."""
    tokens: dict[str, str] = {}

    def run(product: Product, name: str, role: str = "admin", **query: Any) -> AppTest:
        token = tokens.setdefault(role, product.token(role))
        monkeypatch.setattr(cookies, "session_token", lambda: token)
        session.sessions.forget()
        http = TestClient(product.app, base_url="http://testserver/api")
        configure(Runtime(product.settings, product.warehouse, http, product.settings.now))
        page = AppTest.from_file(str(SCRIPTS[name]), default_timeout=60)
        for key, value in query.items():
            page.query_params[key] = value
        return page.run()

    yield run
    session.sessions.forget()
