"""Every built operation is described with the contract's keys and types, and answers with them over landed demo data.

Which operations are built is derived from the routes that are served.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.main import ROUTERS
from tests.contract.conftest import Called, data
from tests.contract.shapes import mismatches, undescribed

OPERATIONS: dict[str, dict[str, Any]] = data("operations.yaml")
EXAMPLES: dict[str, dict[str, Any]] = data("examples.yaml")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "contract" / "operations.yaml"
ROUTES = {
    f"{method} {route.path}"
    for router in ROUTERS
    for route in router.routes
    for method in getattr(route, "methods", ())
}
BUILT = {
    name: operation for name, operation in OPERATIONS.items() if f"{operation['method']} {operation['path']}" in ROUTES
}


def envelope(operation: dict[str, Any]) -> dict[str, Any]:
    """The shape of the whole good answer."""
    shape: dict[str, Any] = {"status": "str", "code": "int", **operation.get("beside", {})}
    if "data" in operation:
        shape["data"] = operation["data"]
    if "message" in operation:
        shape["message"] = "str"
    return shape


def test_the_checker_finds_what_is_wrong() -> None:
    shape = {"id": "int", "at": "stamp", "rows": [{"n": "int or null"}]}
    assert list(mismatches({"id": 1, "at": "2022-10-01 10:00:00", "rows": [{"n": None}]}, shape, "x")) == []
    assert len(list(mismatches({"id": True, "at": "kemarin", "rows": [{"n": "1"}], "more": 1}, shape, "x"))) == 3
    assert list(mismatches({"id": 1, "rows": []}, shape, "x")) == ["x: without ['at']"]
    described = {"properties": {"id": {"type": "string"}, "rows": {"type": "array", "items": {"$ref": "#/c/Row"}}}}
    row = {"Row": {"properties": {"n": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}}}
    assert list(undescribed(described, shape, row, "x")) == [
        "x: the description lacks ['at']",
        "x.id: described as ['string'], not as int",
    ]


def test_operations_are_built() -> None:
    assert len(BUILT) >= 27
    assert set(EXAMPLES) - {"names"} >= set(BUILT), "say in examples.yaml what it is called with"


@pytest.mark.parametrize("name", BUILT)
def test_the_description_promises_keys_and_types(product: Called, name: str) -> None:
    operation = BUILT[name]
    route = product.served[f"{operation['method']} {operation['path']}"]
    content = route["responses"][str(operation.get("code", 200))]["content"]["application/json"]["schema"]
    wrong = list(undescribed(content, envelope(operation), product.api["components"]["schemas"], name))
    parameters = {each["name"] for each in route.get("parameters", ())}
    body = route.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
    wrong += [f"{name}: takes no {missing}" for missing in set(operation.get("query", ())) - parameters]
    fields = set(body.get("properties", {}))
    wrong += [f"{name}: has no field {missing}" for missing in set(operation.get("fields", ())) - fields]
    assert not wrong, "\n".join(wrong)


def test_answers(product: Called) -> None:
    """In the order of examples.yaml, since the last ones decide the withdrawal that the others read."""
    wrong: list[str] = []
    for name in [name for name in EXAMPLES if name in BUILT]:
        operation, example = BUILT[name], EXAMPLES[name]
        values = example.get("values", {})
        user = example.get("as", "admin")
        answer = product.client.request(
            operation["method"],
            f"/api{operation['path'].format(**product.places)}",
            headers=product.headers(user),
            params={query: values[query] for query in operation.get("query", ()) if query in values} or None,
            json={field: values[field] for field in operation.get("fields", ()) if field in values} or None,
        )
        code = operation.get("code", 200)
        if answer.status_code != code:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
            continue
        if name == "auth.refresh_token":
            product.tokens[user] = answer.json()["access_token"]
        wrong += mismatches(answer.json(), envelope(operation), name)
        printed = {"status": "success", "code": code}
        if "message" in operation:
            printed["message"] = operation["message"]
        wrong += [
            f"{name}: {key} is {answer.json().get(key)!r}, not {value!r}"
            for key, value in printed.items()
            if answer.json().get(key) != value
        ]
        rows = answer.json().get("data")
        listed = rows.get("data", rows) if isinstance(rows, dict) else rows
        if "data" in operation and isinstance(listed, list) and not listed:
            wrong.append(f"{name}: the list is empty, so nothing was checked")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", [name for name in BUILT if EXAMPLES[name].get("as", "admin")])
def test_without_a_token_it_is_401(product: Called, name: str) -> None:
    operation = BUILT[name]
    answer = product.client.request(operation["method"], f"/api{operation['path'].format(**product.places)}")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (401, "failed", 401)


def test_a_route_that_is_no_operation_is_documented() -> None:
    """docs/contract.md names every route beside the contract, and none that is not there."""
    page = (Path(__file__).parents[2] / "docs" / "contract.md").read_text()
    named = set(re.findall(r"\b((?:GET|POST|PUT|DELETE) /v\d[\w/{}-]*)", page.partition("## Beside the contract")[2]))
    paths = {operation["path"] for operation in OPERATIONS.values()}
    beside = {route for route in ROUTES if route.split()[1] not in paths}
    assert sorted(beside - named) == []
    assert sorted(named - beside) == []


@pytest.mark.skipif(not SHARED.is_file(), reason="the original contract is not beside the product")
def test_our_copy_has_the_paths_and_keys_of_the_original() -> None:
    original = {operation["id"]: operation for operation in yaml.safe_load(SHARED.read_text())}
    assert set(original) == set(OPERATIONS)
    for name, ours in OPERATIONS.items():
        theirs = original[name]
        assert (ours["method"], ours["path"]) == (theirs["method"], theirs["path"])
        sample = (theirs["responses"].get(200) or {}).get("data")
        first = sample[0] if isinstance(sample, list) and sample else sample
        shape = ours.get("data")
        mine = shape[0] if isinstance(shape, list) else shape
        if isinstance(first, dict) and isinstance(mine, dict) and "any_key" not in mine:
            assert {str(key) for key in first} <= set(mine), name
