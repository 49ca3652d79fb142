"""Every route of the running app with every role and with nobody, generated from the routes and their signatures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.domains.auth.sessions import issue_token
from api.kernel.read import Allowed, Reads
from api.kernel.write import Writes
from api.main import create_app
from api.models import User
from settings import Settings
from tests.api.served import Served
from vocabulary import Role

PUBLIC = {
    "POST /api/v1/login": "opens a session",
    "GET /api/docs": "describes the API",
    "GET /api/v1/admin/withdrawal/signed-proof/{signature}": "asks for a link that was signed for a reviewer",
    "GET /api/health/live": "for whoever watches the server",
    "HEAD /api/health/live": "for whoever watches the server",
    "GET /api/health/ready": "for whoever watches the server",
    "HEAD /api/health/ready": "for whoever watches the server",
    "GET /api/metrics": "for whoever watches the server, from this machine or with its token",
}
EVERYBODY = frozenset(Role)


@dataclass(frozen=True)
class Rule:
    """A route and the roles that its signature lets in; None where it does not ask who calls."""

    method: str
    path: str
    roles: frozenset[Role] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        """The path with an id that nothing has."""
        return re.sub(r"\{\w+\}", "999999", self.path)


def rules_of(app: FastAPI) -> list[Rule]:
    """One rule for each method of each route."""
    return [
        Rule(method, str(context.path), _let_in(context.dependant))
        for context in iter_route_contexts(app.routes)
        if isinstance(getattr(context, "original_route", context), APIRoute)
        for method in sorted(context.methods or ())
    ]


def _let_in(dependant: Dependant) -> frozenset[Role] | None:
    guards = list(_guards(dependant))
    return frozenset.intersection(*guards) if guards else None


def _guards(dependant: Dependant) -> Iterator[frozenset[Role]]:
    for each in dependant.dependencies:
        if isinstance(each.call, Reads | Writes):
            yield frozenset(each.call.allowed.roles) or EVERYBODY
        elif isinstance(each.call, Allowed):
            yield frozenset(each.call.roles) or EVERYBODY
        yield from _guards(each)


class Callers:
    """Calls routes as a user of a role, each time with a new session: some routes end the one that calls them."""

    def __init__(self, client: TestClient, engine: Engine, settings: Settings, users: dict[str, int]) -> None:
        self._client, self._engine, self._settings, self._users = client, engine, settings, users
        self._keys = count(1)

    def status(self, rule: Rule, role: Role | None) -> int:
        headers = {"Idempotency-Key": f"key {next(self._keys)}"}
        if role is not None:
            with Session(self._engine) as session, session.begin():
                user = session.get_one(User, self._users[role.name.lower()])
                token, _expires = issue_token(session, self._settings, user, self._settings.now())
            headers["Authorization"] = f"Bearer {token}"
        return self._client.request(rule.method, rule.address, headers=headers).status_code


@pytest.fixture
def app(served: Served, store_engine: Engine) -> FastAPI:
    """An app of this test alone: other tests add routes to the one that they share."""
    return create_app(settings=served.settings, engine=store_engine, warehouse=served.warehouse)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def callers(client: TestClient, store_engine: Engine, settings: Settings, users: dict[str, int]) -> Callers:
    return Callers(client, store_engine, settings, users)


pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)  # the database has no say in this


def test_every_route_names_its_roles_or_is_public(app: FastAPI) -> None:
    unasked = {str(rule) for rule in rules_of(app) if rule.roles is None}
    assert unasked == set(PUBLIC)


def test_a_route_without_a_role_is_found(app: FastAPI) -> None:
    @app.get("/api/v1/forgotten")
    def forgotten() -> None: ...

    assert "GET /api/v1/forgotten" in {str(rule) for rule in rules_of(app) if rule.roles is None}


def test_nobody_gets_in_without_a_token(app: FastAPI, callers: Callers) -> None:
    guarded = [rule for rule in rules_of(app) if rule.roles is not None]
    assert len(guarded) > 50
    let_in = {str(rule): status for rule in guarded if (status := callers.status(rule, None)) != 401}
    assert let_in == {}


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.name.lower())
def test_a_role_gets_in_exactly_where_the_signature_says(app: FastAPI, callers: Callers, role: Role) -> None:
    wrong = []
    for rule in rules_of(app):
        if rule.roles is None:
            continue
        status = callers.status(rule, role)
        if (role not in rule.roles) != (status == 403) or status in (401, 500):
            wrong.append(f"{rule}: {status}")
    assert wrong == []
