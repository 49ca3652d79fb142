"""Every call of a public client that belongs to something built, sent as the client sends it, answers what it reads.

A call is built when its operation is, or when the route that it calls is served; nothing here lists them.
"""

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.api.test_withdrawals import png
from tests.contract.conftest import Called, data
from tests.contract.shapes import values_at
from tests.contract.test_operations import BUILT, EXAMPLES, ROUTES

CALLS: list[dict[str, Any]] = data("client_calls.yaml")
NAMES: dict[str, Any] = EXAMPLES["names"]
WIDTHS = count(20)  # each proof is another picture: one proves one transfer; each account has another number
UNKNOWN = "not in the contract"


def state(call: dict[str, Any]) -> str:
    """Whether a call can be made: "built", or why not."""
    if call["operation"] == UNKNOWN:
        return "built" if f"{call['method']} {call['path']}" in ROUTES else "beside the contract, and not built"
    if call["operation"] not in BUILT:
        return "an operation that is not built"
    if call["path"] != BUILT[call["operation"]]["path"]:
        return "a path of another API than this one"
    return "built"


REPLAYED = [call for call in CALLS if state(call) == "built"]


def sent_value(call: dict[str, Any], name: str) -> Any:
    """What a query or field of this call is sent with: its own value, its client's, its operation's, or its name's."""
    example = EXAMPLES.get(call["operation"], {})
    for known in (example.get("clients", {}).get(call["client"], {}), example.get("values", {}), NAMES):
        if name in known:
            return known[name]
    raise AssertionError(f"{call['path']}: say in examples.yaml what {name} is sent with")


def request_of(product: Called, call: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    """The arguments of the request: method, address, query, body in the client's kind."""
    sends = call.get("sends", {})
    fields: dict[str, Any] = {}
    files: dict[str, Any] = {}
    for written in sends.get("fields", ()):
        name, _, fixed = written.partition("=")
        if name.endswith("(file)"):
            files[name.removesuffix("(file)")] = ("bukti.png", png(next(WIDTHS)), "image/png")
        else:
            fields[name] = fixed or sent_value(call, name)
    query = {name: sent_value(call, name) for name in sends.get("query", ())}
    user = EXAMPLES.get(call["operation"], {}).get("as", "finance" if "withdrawal" in call["path"] else "admin")
    body: dict[str, Any] = {}
    kind = sends.get("content_type", "")
    if kind.startswith("multipart"):
        body["files"] = {name: (None, str(value)) for name, value in fields.items()} | files
    elif kind.startswith("application/x-www-form-urlencoded"):
        body["data"] = fields
    elif call["method"] != "GET" and fields:
        body["content"] = json.dumps(fields)
    headers = product.headers(user) | ({"Content-Type": kind} if kind == "application/json" else {})
    address = f"/api{call['path'].format(**product.places | places)}"
    return {"method": call["method"], "url": address, "params": query or None, "headers": headers, **body}


def unusable(name: str, value: Any) -> bool:
    """Whether a value breaks what its key promises to every client: README of the clients' calls."""
    key = re.split(r"[.\[\]]+", name.rstrip("[]"))[-1]
    if isinstance(value, dict | list):
        return False
    if re.search(r"(^|_)(account_no|no_hp|phone|phone_number|no_resi|email)$", key):
        return not isinstance(value, str)
    if re.search(r"(^id|_id|^total_\w+|nominal|balance|saldo|cost|fee|profit|grandtotal)$", key) and "is_" not in key:
        return type(value) is not int
    return value is not None and type(value) not in (str, int, float, bool)


@pytest.fixture(scope="module")
def waiting(product: Called) -> Iterator[int]:
    """Withdrawals that one person may decide."""
    headers = product.headers("finance")
    queue = product.client.get("/api/v2/admin/withdrawal-queue", headers=headers).json()["data"]["data"]
    return iter(
        [row["withdrawal_id"] for row in queue if row["status"] == "requested" and row["approvals_needed"] == 1]
    )


def places_of(product: Called, call: dict[str, Any], waiting: Iterator[int]) -> dict[str, int]:
    """What stands in the path: a write has an account or a withdrawal of its own, with a proof where none is sent."""
    if call["method"] == "GET":
        return {}
    if "{bank_account_id}" in call["path"]:
        return {"bank_account_id": new_account(product)}
    if "{withdrawal_id}" not in call["path"]:
        return {}
    mine = {"withdrawal_id": next(waiting)}
    sends = call["sends"]
    if not any("status" in name or name.endswith("(file)") for name in (*sends["fields"], *sends.get("query", ()))):
        (upload,) = [each for each in CALLS if each["path"].startswith("/v1/admin/withdrawal/upload/")]
        assert product.client.request(**request_of(product, upload, mine)).status_code == 200
    return mine


def new_account(product: Called) -> int:
    """An account of the partner, whatever tests ran before."""
    example = EXAMPLES["bank_account.store_v2"]
    number = {"account_no": f"7{next(WIDTHS):015}"}
    sent = {"headers": product.headers(example["as"]), "json": example["values"] | number}
    assert product.client.post("/api/v2/bank-account/store", **sent).status_code in (200, 201)
    listed = product.client.get("/api/v1/bank-account", headers=product.headers(example["as"])).json()["data"]
    return max(int(account["bank_account_id"]) for account in listed)


@pytest.mark.parametrize("call", REPLAYED, ids=lambda call: f"{call['client']} {call['method']} {call['path']}")
def test_a_client_reads_what_it_needs(product: Called, waiting: Iterator[int], call: dict[str, Any]) -> None:
    answer = product.client.request(**request_of(product, call, places_of(product, call, waiting)))
    assert answer.status_code in (200, 201), answer.text
    found = answer.json()
    assert found["status"] == "success"
    assert found["code"] == answer.status_code
    for read in call.get("reads", ()):
        if read in EXAMPLES.get(call["operation"], {}).get("unanswered", ()):
            continue
        values = values_at(found, read)
        lists = EXAMPLES.get(call["operation"], {}).get("may_be_empty", ())
        assert values or any(read.startswith(each) for each in lists), f"{read}: nothing to read"
        assert [(name, value) for name, value in values if unusable(name, value)] == []


def test_calls_that_are_not_built_are_known_by_their_reason() -> None:
    """What the other clients' calls wait for; a call is replayed as soon as its operation is served."""
    waiting = [call for call in CALLS if state(call) != "built"]
    assert len(REPLAYED) + len(waiting) == len(CALLS)
    assert {call["operation"] for call in waiting if call["operation"] in BUILT} <= {"auth.refresh_token"}
