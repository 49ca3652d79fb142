"""Whatever is sent to whichever route: it is refused by name, in the reader's language, and never with a 5xx.

The cases follow from the routes and the models of their bodies; a new operation is covered when it is there.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel
from starlette.testclient import TestClient

from api.kernel.payload import Sent, Upload
from api.kernel.read import Allowed, Reads
from api.main import ROUTERS

SignIn = Callable[[str], dict[str, str]]
FORM = "application/x-www-form-urlencoded"
LONG = "x" * 150_000
OBJECT = {"an": {"object": "where"}, "a": "value belongs"}


@dataclass(frozen=True)
class Taking:
    """A route that takes a body."""

    method: str
    path: str
    role: str
    model: type[BaseModel]
    is_put: bool  # a POST in place of a PUT

    def url(self) -> str:
        """Its path with ids that nothing has."""
        return "/".join("987654" if part.startswith("{") else part for part in f"/api{self.path}".split("/"))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> Iterator[APIRoute]:
    """Every route of every router."""
    for router in ROUTERS:
        for context in iter_route_contexts(router.routes):
            if isinstance(context.original_route, APIRoute):
                yield context.original_route


def caller(route: APIRoute) -> str:
    """The name of a role that may call a route."""
    for each in _dependencies(route):
        allowed = each.call.allowed if isinstance(each.call, Reads) else each.call
        if isinstance(allowed, Allowed) and allowed.roles:
            return allowed.roles[0].name.lower()
    return "finance"


def taking() -> list[Taking]:
    """The routes that take a body, each as one of its callers."""
    found = []
    puts = {route.path for route in routes() if "PUT" in route.methods}
    for route in routes():
        models = [each.call.model for each in _dependencies(route) if isinstance(each.call, Sent)]
        if models:
            is_put = "POST" in route.methods and route.path in puts
            found.append(Taking(sorted(route.methods)[0], route.path, caller(route), models[0], is_put))
    return found


def _dependencies(route: APIRoute) -> Iterator[Any]:
    waiting = [route.dependant]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(each.dependencies)


def _fields(route: APIRoute, kind: str) -> list[Any]:
    return [field for each in _dependencies(route) for field in getattr(each, kind)]


TAKING = taking()


def names(model: type[BaseModel], kind: str) -> list[str]:
    """The fields of a model: all, those that must be there, texts, numbers."""
    found = []
    for name, field in model.model_fields.items():
        schema = json.dumps(field.annotation.__args__ if hasattr(field.annotation, "__args__") else "", default=str)
        about = f"{field.annotation} {schema}"
        is_kind = {
            "all": True,
            "required": field.is_required(),
            "text": "str" in about and "int" not in about,
            "number": "int" in about and "str" not in about,
        }[kind]
        if is_kind and Upload.__name__ not in about:
            found.append(field.alias or name)
    return found


def test_the_walk_finds_the_routes() -> None:
    assert {"POST /v3/bank-account/store", "PUT /v1/bank-account/update/{bank_account_id}"} <= {*map(str, TAKING)}


def test_no_route_reads_its_body_in_another_way() -> None:
    assert [f"{route.methods} {route.path}" for route in routes() if _fields(route, "body_params")] == []


def refusal(answer: Any, *, where: str) -> dict[str, str]:
    """The problems of a refused request, by field."""
    assert answer.status_code == 422, (where, answer.status_code, answer.text[:300])
    body = answer.json()
    assert (body["status"], body["code"]) == ("failed", 422)
    return dict((body.get("data") or {}).get("errors", {}))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", TAKING, ids=str)
def test_bad_bodies_are_refused_by_name_and_in_the_readers_language(
    client: TestClient, sign_in: SignIn, route: Taking
) -> None:
    headers = sign_in(route.role)
    as_put = {"_method": "put"} if route.is_put else {}

    def send(body: Any, language: str = "en") -> Any:
        content = body if isinstance(body, bytes) else json.dumps({**as_put, **body}).encode()
        more = {"Content-Type": "application/json", "Accept-Language": language, "Idempotency-Key": "k"}
        return client.request(route.method, route.url(), content=content, headers=headers | more)

    def check(cases: dict[str, Any]) -> None:
        for field, value in cases.items():
            english, indonesian = (refusal(send({field: value}, it), where=field) for it in ("en", "id"))
            assert english.keys() == indonesian.keys()
            assert any(name.split(".")[0] == field for name in english), (field, english)
            assert english != indonesian

    if required := names(route.model, "required"):
        assert set(required) <= refusal(send({}), where="missing").keys()
        assert set(required) <= refusal(send(dict.fromkeys(required)), where="null").keys()
    everything = names(route.model, "all")
    check(dict.fromkeys(everything, OBJECT))
    check(dict.fromkeys(everything, "half a \ud800 character"))
    check(dict.fromkeys(everything, "a \0 sign"))
    check(dict.fromkeys(names(route.model, "text"), LONG))
    check(dict.fromkeys(names(route.model, "number"), 10**30))
    check(dict.fromkeys(names(route.model, "number"), -(10**30)))
    check(dict.fromkeys(names(route.model, "number"), "1,5"))
    for broken in (b"{", b"[]", b'"text"', b"\xff\xfe", b'{"a": 1, "a": 2}', b"[" * 10_000):
        refusal(send(broken), where=repr(broken[:20]))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", TAKING, ids=str)
def test_bad_forms_are_refused_and_unknown_parts_ignored(client: TestClient, sign_in: SignIn, route: Taking) -> None:
    headers = sign_in(route.role) | {"Idempotency-Key": "k"}
    as_put = {"_method": "put"} if route.is_put else {}

    def send(content: bytes, kind: str) -> Any:
        return client.request(route.method, route.url(), content=content, headers=headers | {"Content-Type": kind})

    refusal(send(b"a=%ff", FORM), where="not UTF-8")
    refusal(send(b"a=1", f"{FORM}; charset=utf-7"), where="another charset")
    refusal(send(b"nothing", "multipart/form-data"), where="no boundary")
    for field in names(route.model, "text"):
        twice = refusal(send(f"{urlencode(as_put)}&{field}=a&{field}=b".encode(), FORM), where=f"{field} twice")
        assert field in twice
    parts = {"unknown": ("x.bin", b"\x00\xff"), **{name: (None, value) for name, value in as_put.items()}}
    with_parts = client.request(route.method, route.url(), files=parts, headers=headers)
    if (
        route.model.model_config.get("extra") == "forbid"
    ):  # beside the contract, where money moves: a typing error shows
        assert "unknown" in refusal(with_parts, where="unknown")
        return
    plain = client.request(route.method, route.url(), data=as_put | {"nothing": "1"}, headers=headers)
    assert (plain.status_code, plain.json()["message"]) == (with_parts.status_code, with_parts.json()["message"])
    assert plain.status_code < 500


IDS = ["0", "-1", "abc", str(2**63), "9" * 400, "1.5", "%00", "%ff", "1%20or%201"]
WITH_ID = sorted({route.path: route for route in routes() if "_id}" in route.path}.values(), key=lambda each: each.path)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", WITH_ID, ids=lambda route: route.path)
def test_bad_ids_are_refused(client: TestClient, sign_in: SignIn, route: APIRoute) -> None:
    headers = sign_in(caller(route))
    for bad in IDS:
        path = "/".join(bad if part.startswith("{") else part for part in f"/api{route.path}".split("/"))
        answer = client.request(sorted(route.methods)[0], path, headers=headers)
        assert answer.status_code in (404, 405, 422), (bad, answer.status_code, answer.text[:200])


QUERIED = [route for route in routes() if "GET" in route.methods and _fields(route, "query_params")]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("route", QUERIED, ids=lambda route: route.path)
def test_bad_queries_are_refused_by_name(client: TestClient, sign_in: SignIn, route: APIRoute) -> None:
    headers = sign_in(caller(route))
    path = "/".join("1" if part.startswith("{") else part for part in f"/api{route.path}".split("/"))
    for query in _fields(route, "query_params"):
        is_list = str(query.field_info.annotation).startswith(("list", "tuple"))
        bad = ["a%00b", "a%ffb", LONG[:50_000]] + ([] if is_list else ["1&{name}=2"])
        for value in bad:
            sent = f"{path}?{query.alias}={value}".replace("{name}", query.alias)
            problems = refusal(client.get(sent, headers=headers), where=f"{query.alias}={value[:20]}")
            assert any(name.split(".")[0] == query.alias for name in problems), (query.alias, value[:20], problems)
