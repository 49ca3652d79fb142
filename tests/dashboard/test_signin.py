from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.guard import SessionGuard
from dashboard.links import local_path
from dashboard.login import ROUTES
from dashboard.runtime import Runtime, configure
from dashboard.session import COOKIE, sessions
from queries.engine import Warehouse
from settings import Settings

RIGHT = "right"


class FakeApi:
    def __init__(self) -> None:
        self.live: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.url.path.endswith("/login"):
            name = request.read().decode().split('"username_email":"')[1].split('"')[0]
            if name == "locked":
                return self.answer(429, None, "account locked")
            if name == "waiting":
                return self.answer(400, {"locked_until": "10.15 WIB"}, "Terlalu banyak percobaan yang gagal.")
            if '"password":"right"' not in request.read().decode():
                return self.answer(400, None, "wrong")
            self.live.add(name)
            return self.answer(200, {"access_token": name})
        if token not in self.live:
            return self.answer(401, None, "no session")
        if request.url.path.endswith("/logout"):
            self.live.discard(token)
            return self.answer(200, None)
        return self.answer(200, {"user_id": 1, "user_fullname": token, "user_email": f"{token}@x", "role": token})

    @staticmethod
    def answer(status: int, data: object, message: str = "ok") -> httpx.Response:
        return httpx.Response(status, json={"status": "x", "code": status, "data": data, "message": message})


@pytest.fixture
def fake_api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def browser(fake_api: FakeApi) -> Iterator[TestClient]:
    warehouse = Warehouse(":memory:")
    client = httpx.Client(base_url="http://api/api", transport=httpx.MockTransport(fake_api))
    settings = Settings()
    configure(Runtime(settings, warehouse, client, settings.now))
    sessions.forget()

    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("page")

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    inner = Starlette(routes=[WebSocketRoute("/_stcore/stream", socket), Route("/{rest:path}", page)])
    app = Starlette(routes=[*ROUTES, Mount("/", app=SessionGuard(inner))])
    with TestClient(app, follow_redirects=False) as test_client:
        yield test_client
    warehouse.close()


def enter(browser: TestClient, name: str, password: str = RIGHT, asked: str = "/pickup?q=budi") -> httpx.Response:
    return browser.post("/login", data={"username": name, "password": password, "next": asked})


def test_a_deep_link_survives_signing_in(browser: TestClient) -> None:
    first = browser.get("/pickup?q=budi")
    assert (first.status_code, first.headers["location"]) == (303, "/login?next=%2Fpickup%3Fq%3Dbudi")
    entered = enter(browser, "admin")
    assert (entered.status_code, entered.headers["location"]) == (303, "/pickup?q=budi")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert browser.get("/pickup?q=budi").text == "page"


@pytest.mark.parametrize(
    ("name", "password", "status", "text"),
    [
        ("admin", "nope", 400, "Nama pengguna atau kata sandi salah"),
        ("locked", "right", 429, "Akun terkunci"),
        ("waiting", "right", 400, "Akun terkunci sampai 10.15 WIB"),
        ("partner", "right", 403, "tidak punya akses"),
        ("mitra", "right", 403, "tidak punya akses"),
    ],
)
def test_a_refused_sign_in_says_why(browser: TestClient, name: str, password: str, status: int, text: str) -> None:
    refused = enter(browser, name, password)
    assert refused.status_code == status
    assert text in refused.text
    assert "set-cookie" not in refused.headers


def test_the_sign_in_page_speaks_english(browser: TestClient) -> None:
    browser.cookies.set("komship_language", "en")
    assert "Wrong username or password" in enter(browser, "admin", "nope").text


def test_a_form_from_another_site_is_refused(browser: TestClient) -> None:
    body = {"username": "admin", "password": "right"}
    assert browser.post("/login", data=body, headers={"origin": "https://evil.test"}).status_code == 403
    assert browser.post("/logout", headers={"origin": "https://evil.test"}).status_code == 403


def test_the_websocket_needs_a_session_and_its_own_origin(browser: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass
    enter(browser, "admin")
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect("/_stcore/stream", headers={"origin": "https://e.test"}),
    ):
        pass
    cookie = {"cookie": f"{COOKIE}=admin", "origin": "http://testserver"}
    with browser.websocket_connect("/_stcore/stream", headers=cookie) as socket:
        assert socket.receive_text() == "hello"


def test_signing_out_ends_the_session_everywhere(browser: TestClient, fake_api: FakeApi) -> None:
    enter(browser, "admin")
    assert browser.post("/logout").headers["location"] == "/login"
    assert fake_api.live == set()
    browser.cookies.set(COOKIE, "admin")
    assert browser.get("/pickup").status_code == 303
    assert browser.get("/media/x.csv").status_code == 401


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.test",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "/\tevil",
        "",
        "/logout",
        "/api/v1/x",
        "/login?next=/",
    ],
)
def test_no_way_to_another_site(asked: str) -> None:
    assert local_path(asked) == "/"


@pytest.mark.parametrize("asked", ["/", "/pickup?q=budi&kurir=JNE", "/partner?id=7"])
def test_local_links_are_kept(asked: str) -> None:
    assert local_path(asked) == asked
