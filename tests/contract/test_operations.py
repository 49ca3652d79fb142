"""Every built operation answers with the contract's keys and types, over demo data that was really landed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.models import BankAccount, Partner, Withdrawal
from tests.factories.product import landed_product

OPERATIONS: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "operations.yaml").read_text())
SHARED = Path(__file__).resolve().parents[3] / "shared" / "contract" / "operations.yaml"
PATTERNS = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "stamp": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
    "page_url": r"/\?page=\d+",
}
PLAIN = {"int": int, "str": str, "bool": bool}


@dataclass(frozen=True)
class Called:
    """The API over a filled store, and the ids that the paths need."""

    client: TestClient
    places: dict[str, int]
    token: Callable[[str], str]


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Called]:
    with landed_product(tmp_path_factory.mktemp("contract"), orders=800) as landed, TestClient(landed.app) as client:
        with landed.engine.connect() as connection:
            waiting = connection.execute(
                select(Withdrawal.id, Withdrawal.partner_id).where(Withdrawal.status == "requested").limit(1)
            ).one()
            user = connection.scalar(select(Partner.user_id).where(Partner.id == waiting.partner_id))
            accounts = connection.scalar(select(func.max(BankAccount.id)))
        places = {"withdrawal_id": waiting.id, "user_id": user or waiting.partner_id, "bank_account_id": accounts + 1}
        yield Called(client, places, landed.token)


def mismatches(value: Any, shape: Any, where: str) -> list[str]:
    """Where a value is not of its shape, as readable lines."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where}: not an object but {value!r}"]
        rest = shape.get("any_key")
        expected = set(shape) - {"any_key"}
        found = []
        if missing := expected - set(value):
            found.append(f"{where}: without {sorted(missing)}")
        if rest is None and (extra := set(value) - expected):
            found.append(f"{where}: with {sorted(extra)} besides")
        for key in value:
            found += mismatches(value[key], shape.get(key, rest), f"{where}.{key}") if key in shape or rest else []
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where}: not a list but {value!r}"]
        return [line for at, item in enumerate(value) for line in mismatches(item, shape[0], f"{where}[{at}]")]
    if value is None and shape.endswith(" or null"):
        return []
    kind = shape.removesuffix(" or null")
    if kind in PATTERNS:
        fits = isinstance(value, str) and re.fullmatch(PATTERNS[kind], value)
    else:
        fits = type(value) is PLAIN[kind]
    return [] if fits else [f"{where}: {value!r} is not {shape}"]


def test_the_checker_finds_what_is_wrong() -> None:
    shape = {"id": "int", "at": "stamp", "rows": [{"n": "int or null"}]}
    assert mismatches({"id": 1, "at": "2022-10-01 10:00:00", "rows": [{"n": None}]}, shape, "x") == []
    assert len(mismatches({"id": True, "at": "kemarin", "rows": [{"n": "1"}], "more": 1}, shape, "x")) == 4
    assert mismatches({"id": 1, "rows": []}, shape, "x") == ["x: without ['at']"]


def test_answers(product: Called) -> None:
    """In the file's order, since the last ones decide the withdrawal that the others read."""
    wrong: list[str] = []
    tokens: dict[str, str] = {}
    for name, operation in OPERATIONS.items():
        method, path = operation["call"].split(" ", 1)
        headers = {}
        user = operation.get("as", "admin")
        if user:
            tokens[user] = tokens.get(user) or product.token(user)
            headers["Authorization"] = f"Bearer {tokens[user]}"
        answer = product.client.request(
            method,
            f"/api/{path.format(**product.places)}",
            headers=headers,
            json=operation.get("json"),
            data=operation.get("form"),
        )
        code = operation.get("code", 200)
        if answer.status_code != code:
            wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")
            continue
        if name == "auth.refresh_token":
            tokens[user] = answer.json()["access_token"]
        wrong += mismatches(answer.json(), _envelope(operation), name)
        wrong += [
            f"{name}: {key} is {answer.json().get(key)!r}, not {value!r}"
            for key, value in {
                "status": "success",
                "code": code,
                **({"message": operation["message"]} if "message" in operation else {}),
            }.items()
            if answer.json().get(key) != value
        ]
        rows = answer.json().get("data")
        listed = rows.get("data", rows) if isinstance(rows, dict) else rows
        if isinstance(listed, list) and not listed:
            wrong.append(f"{name}: the list is empty, so nothing was checked")
    assert not wrong, "\n".join(wrong)


def _envelope(operation: dict[str, Any]) -> dict[str, Any]:
    shape: dict[str, Any] = {"status": "str", "code": "int", **operation.get("beside", {})}
    if "data" in operation:
        shape["data"] = operation["data"]
    if "message" in operation:
        shape["message"] = "str"
    return shape


@pytest.mark.parametrize("name", [name for name, operation in OPERATIONS.items() if operation.get("as", "admin")])
def test_without_a_token_it_is_401(product: Called, name: str) -> None:
    method, path = OPERATIONS[name]["call"].split(" ", 1)
    answer = product.client.request(method, f"/api/{path.format(**product.places)}")
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (401, "failed", 401)


def test_every_route_is_an_operation_or_named(product: Called) -> None:
    known = {_bare(operation["call"]) for operation in OPERATIONS.values()}
    # the same operation under a second method or a reading of its own, told in docs/contract.md
    ours = {
        "GET v1/my-profile",
        "POST v1/bank-account/update/{bank_account_id}",
        "POST v1/admin/withdrawal/{withdrawal_id}",
        "POST v2/admin/withdrawal/{withdrawal_id}",
        "GET v1/admin/withdrawal/{withdrawal_id}/proof",
        # the desk of finance and the audit trail, docs/contract.md, Beside the contract
        "POST v2/withdrawal/request",
        "GET v2/admin/withdrawal-queue",
        "GET v2/admin/withdrawal-approvers",
        "GET v2/admin/withdrawal/{withdrawal_id}/dossier",
        "GET v2/admin/withdrawal/{withdrawal_id}/decision/{decision_id}",
        "POST v2/admin/withdrawal/{withdrawal_id}/approval",
        "POST v2/admin/withdrawal/{withdrawal_id}/send-back",
        "GET v2/admin/payout/profile",
        "POST v2/admin/payout/dry-run",
        "GET v2/admin/payout/batch",
        "POST v2/admin/payout/batch",
        "GET v2/admin/payout/batch/{batch_id}",
        "GET v2/admin/payout/batch/{batch_id}/file",
        "POST v2/admin/payout/batch/{batch_id}/approval",
        "POST v2/admin/payout/batch/{batch_id}/cancel",
        "POST v2/admin/payout/batch/{batch_id}/result",
        "POST v2/admin/payout/row/{row_id}/resolution",
        "GET v2/admin/payout/reconciliation",
        "DELETE v1/session",
        "GET v1/admin/user",
        "POST v1/admin/user/end-sessions",
        "POST v1/admin/user/{user_id}/disable",
        "POST v1/admin/user/{user_id}/enable",
        "POST v1/admin/user/{user_id}/end-sessions",
        "POST v1/admin/user/{user_id}/reset-password",
        "GET v1/admin/audit",
        "GET v1/admin/audit/verify",
        "POST v1/admin/audit/exports",
    }
    paths = product.client.get("/api/openapi.json").json()["paths"]
    routes = {
        f"{method.upper()} {path.removeprefix('/api/')}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith(("/api/v1", "/api/v2", "/api/v3"))
    }
    assert routes - known - ours == set()
    assert known - routes == set()


def _bare(call: str) -> str:
    return call.split("?")[0]


@pytest.mark.skipif(not SHARED.is_file(), reason="the original contract is not beside the product")
def test_our_copy_has_the_keys_of_the_original() -> None:
    original = yaml.safe_load(SHARED.read_text())
    listed = original if isinstance(original, list) else original["operations"]
    by_id = {operation["id"]: operation for operation in listed}
    for name, ours in OPERATIONS.items():
        sample = (by_id[name]["responses"].get(200) or {}).get("data")
        first = sample[0] if isinstance(sample, list) else sample
        shape = ours.get("data")
        mine = shape[0] if isinstance(shape, list) else shape
        if isinstance(first, dict) and isinstance(mine, dict) and "any_key" not in mine:
            assert set(first) <= set(mine), name
            assert set(mine) - set(first) <= set(ours.get("added", [])), name
        method, path = by_id[name]["method"], by_id[name]["path"].lstrip("/")
        assert re.sub(r"\{\w+\}", "{}", _bare(ours["call"])) == re.sub(r"\{\w+\}", "{}", f"{method} {path}")
