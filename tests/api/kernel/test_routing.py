"""The order of a request follows from its signature, however its parameters are written."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.kernel.answers import Envelope
from api.kernel.errors import Invalid
from api.kernel.payload import Fields, Sent
from api.kernel.routing import Router, within_transaction
from api.kernel.write import PartnerWrite

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


class Named(Fields):
    name: str


Body = Annotated[Named, Depends(Sent(Named))]


@dataclass
class Seen:
    """What a request went through."""

    steps: list[str] = field(default_factory=list)


async def checked(request: Request, body: Body) -> str:
    """As the check of a file: before the transaction."""
    request.app.state.seen.steps.append(f"checked, writers waiting for nobody: {not hasattr(request.state, 'session')}")
    if body.name == "bad":
        raise Invalid("send a file, in a multipart body")
    return body.name


@within_transaction
def looked_up(request: Request) -> bool:
    """As the partner of a user: within the transaction."""
    request.app.state.seen.steps.append("looked up")
    return bool(request.state.session.in_transaction())


@pytest.fixture
def probe(app: FastAPI) -> Seen:
    router = Router()

    @router.post("/v1/probe")
    def route(
        inside: Annotated[bool, Depends(looked_up)], write: PartnerWrite, name: Annotated[str, Depends(checked)]
    ) -> Envelope[dict[str, Any]]:
        return write.answer({"inside": inside, "name": name})

    app.state.seen = Seen()
    app.include_router(router, prefix="/api")
    return app.state.seen


def test_body_and_files_come_before_the_transaction_and_lookups_within_it(
    client: TestClient, probe: Seen, sign_in: Any
) -> None:
    answer = client.post("/api/v1/probe", json={"name": "x"}, headers=sign_in("partner"))
    assert answer.json()["data"] == {"inside": True, "name": "x"}
    assert probe.steps == ["checked, writers waiting for nobody: True", "looked up"]


def test_nobody_is_asked_for_a_body_before_the_role_is_known(client: TestClient, probe: Seen, sign_in: Any) -> None:
    assert client.post("/api/v1/probe", json={"name": 1}).status_code == 401
    assert client.post("/api/v1/probe", json={"name": 1}, headers=sign_in("growth")).status_code == 403
    assert client.post("/api/v1/probe", json={"name": "bad"}, headers=sign_in("partner")).status_code == 422
    assert "looked up" not in probe.steps


def test_readers_are_answered_while_a_writer_holds_the_store(
    client: TestClient, app: FastAPI, sign_in: Any, store_engine: Engine
) -> None:
    headers = sign_in("partner")
    with store_engine.begin():  # BEGIN IMMEDIATE: every other writer waits
        assert client.get("/api/v1/my-profile", headers=headers).status_code == 200
        assert client.post("/api/v1/bank/check", json={}, headers=headers).status_code == 422


def test_a_writer_that_finds_the_queue_too_long_is_told_when_to_come_again(
    client: TestClient, app: FastAPI, sign_in: Any
) -> None:
    headers, gate = sign_in("partner"), app.state.parts.gates.writing
    app.state.parts.gates.writing.wait = 0.01
    entered = client.portal.wrap_async_context_manager(gate.enter()) if client.portal else None
    assert entered is not None
    with entered:
        refused = client.delete("/api/v1/bank-account/delete/1", headers=headers)
    gate.wait = 30.0
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert client.delete("/api/v1/bank-account/delete/1", headers=headers).status_code == 404
