"""CORS, metrics and health, as browsers, proxies and monitors ask for them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.kernel.db import make_engine
from api.main import CORS, create_app
from queries.engine import Warehouse
from response_headers import API_POLICY, ResponseHeaders, page_policy
from settings import Settings

SITE = "https://app.example.com"
TOKEN = "a token for whoever reads the metrics"


@pytest.fixture
def engine(sqlite_template: Path) -> Iterator[Engine]:
    opened = make_engine(f"sqlite:///{sqlite_template}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    opened = Warehouse(":memory:")
    opened.create_tables()
    yield opened
    opened.close()


def served(
    engine: Engine, warehouse: Warehouse, folder: Path, now: datetime, *, client: str = "127.0.0.1", **more: object
) -> TestClient:
    given = {"demo_orders": 0, "secret_key": SecretStr("s" * 32), "today": now, "log_level": "ERROR"} | more
    settings = Settings(_env_file=None, data_dir=folder, **given)
    app = ResponseHeaders(create_app(settings=settings, engine=engine, warehouse=warehouse), API_POLICY)
    return TestClient(app, raise_server_exceptions=False, client=(client, 50_000))


def test_no_other_site_may_call_unless_a_setting_names_it(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime
) -> None:
    preflight = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    closed = served(engine, warehouse, tmp_path, now)
    assert "access-control-allow-origin" not in closed.options("/api/v1/login", headers=preflight).headers
    assert "access-control-allow-origin" not in closed.get("/api/health/live", headers={"Origin": SITE}).headers
    open_for_one = served(engine, warehouse, tmp_path, now, allowed_origins=f"{SITE}, https://other.example.com")
    other = {"Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"}
    assert open_for_one.options("/api/v1/login", headers=other).status_code == 400


def test_a_named_site_is_answered_before_and_with_the_call(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime
) -> None:
    client = served(engine, warehouse, tmp_path, now, allowed_origins=SITE)
    wanted = ", ".join(CORS["allow_headers"])
    for method in CORS["allow_methods"]:
        preflight = {"Origin": SITE, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": wanted}
        before = client.options("/api/v1/login", headers=preflight)
        assert before.status_code == 200
        assert before.headers["access-control-allow-origin"] == SITE
        assert method in before.headers["access-control-allow-methods"]
        assert "access-control-allow-credentials" not in before.headers
    refused = client.post("/api/v1/my-profile", headers={"Origin": SITE})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == SITE
    for name in ("X-Request-Id", "X-Change-Seq", "Content-Disposition"):
        assert name in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origins", ["*", "app.example.com", "https://app.example.com/path", "ftp://x"])
def test_a_wrong_origin_is_named(origins: str) -> None:
    with pytest.raises(ValueError, match="write https://HOST"):
        Settings(_env_file=None, allowed_origins=origins)


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 403),
        ("127.0.0.1", {"X-Real-IP": "10.1.2.3"}, 403),
    ],
)
def test_metrics_without_a_token_are_for_this_machine(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime,
    client: str, headers: dict[str, str], status: int,
) -> None:  # fmt: skip
    answer = served(engine, warehouse, tmp_path, now, client=client).get("/api/metrics", headers=headers)
    assert answer.status_code == status
    assert ("komship_requests" in answer.text) == (status == 200)


@pytest.mark.parametrize(("given", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer other", 403), ("", 403)])
def test_metrics_with_a_token_are_for_its_holder(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime, given: str, status: int
) -> None:
    for client in ("10.1.2.3", "127.0.0.1"):
        caller = served(engine, warehouse, tmp_path, now, client=client, metrics_token=SecretStr(TOKEN))
        assert caller.get("/api/metrics", headers={"Authorization": given}).status_code == status


def test_head_of_health_is_get_without_a_body(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime
) -> None:
    client = served(engine, warehouse, tmp_path, now)
    for path in ("/api/health/live", "/api/health/ready"):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, get.status_code) == (200, 200)
        assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    "path", ["/api/health/live", "/api/openapi.json", "/api/v1/my-profile", "/api/nothing", "/api/docs", "/api/metrics"]
)
def test_every_answer_carries_the_headers(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime, path: str
) -> None:
    answer = served(engine, warehouse, tmp_path, now).get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert ("default-src 'none'" in answer.headers["content-security-policy"]) == (path != "/api/docs")


def test_the_page_of_the_api_loads_from_its_own_host(
    engine: Engine, warehouse: Warehouse, tmp_path: Path, now: datetime
) -> None:
    client = served(engine, warehouse, tmp_path, now)
    page = client.get("/api/docs")
    assert "://" not in page.text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
        assert f"/api/docs/files/{name}" in page.text
        assert client.get(f"/api/docs/files/{name}").status_code == 200


def test_a_policy_lets_its_own_inline_scripts_run() -> None:
    one, two = page_policy("<script>one()</script>"), page_policy("<script>two()</script>")
    assert "sha256-" in one
    assert one != two
    assert "'unsafe-inline'" not in one.split("script-src")[1].split(";")[0]
