"""What clients may do with every built operation: any kind of body, PUT as POST, blanks, unknown fields and queries."""

import json
from typing import Any

import pytest

from tests.contract.conftest import Called
from tests.contract.test_operations import BUILT, EXAMPLES

KINDS = ("json", "form", "multipart")
WRITES = [name for name, operation in BUILT.items() if operation.get("fields") and "file" not in operation["fields"]]
READS = [name for name, operation in BUILT.items() if operation["method"] == "GET"]
UNDERSTOOD = (200, 201, 400, 409)  # done, or refused for what is already there: the second time it is


def sent(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """The body as one kind of it; what a form cannot say, null, is blank there."""
    if kind == "json":
        return {"content": json.dumps(fields), "headers": {"Content-Type": "application/json"}}
    texts = {name: "" if value is None else str(value) for name, value in fields.items()}
    return {"data": texts} if kind == "form" else {"files": {name: (None, value) for name, value in texts.items()}}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", WRITES)
def test_every_kind_of_body_is_understood(product: Called, name: str, kind: str) -> None:
    operation, example = BUILT[name], EXAMPLES[name]
    values = example["values"]
    fields = {field: values.get(field) for field in operation["fields"]} | {"not_known": "x", "_method": "PuT"}
    body = sent(kind, fields)
    answer = product.client.request(
        "POST" if operation["method"] == "PUT" else operation["method"],
        f"/api{operation['path'].format(**product.places | {'bank_account_id': 1})}",
        params={query: values[query] for query in operation.get("query", ()) if query in values} | {"partner_id": 7},
        **body | {"headers": product.headers(example.get("as", "admin")) | body.get("headers", {})},
    )
    assert answer.status_code in UNDERSTOOD, answer.text


@pytest.mark.parametrize("name", READS)
def test_blank_and_unknown_queries_are_as_if_absent(product: Called, name: str) -> None:
    operation, example = BUILT[name], EXAMPLES[name]
    described = product.served[f"GET {operation['path']}"].get("parameters", ())
    queries = {each["name"]: each.get("required", False) for each in described if each["in"] == "query"}
    values = example.get("values", {})
    required = {query: values[query] for query, is_required in queries.items() if is_required}
    call = {
        "url": f"/api{operation['path'].format(**product.places | {'bank_account_id': 1})}",
        "headers": product.headers(example.get("as", "admin")),
    }
    plain = product.client.get(**call, params=required)
    blanks = product.client.get(**call, params=dict.fromkeys(queries, "") | required | {"partner_id": "7", "utm": ""})
    assert (plain.status_code, blanks.status_code) == (200, 200), blanks.text
    for answer in (plain, blanks):
        assert answer.json()["status"] == "success"
    without_links = [
        {key: value for key, value in (answer.json()["data"] or {}).items() if key != "transfer_proof"}
        if isinstance(answer.json()["data"], dict)
        else answer.json()["data"]
        for answer in (plain, blanks)
    ]
    assert without_links[0] == without_links[1]


def test_a_list_is_whole_without_a_page_size(product: Called) -> None:
    headers = product.headers("admin")
    for path in ("/v1/admin/withdrawal/list", "/v2/admin/pickup/monitoring", "/v1/admin/partner/growth/juragan"):
        whole = product.client.get(f"/api{path}", headers=headers).json()
        assert len(whole["data"]) == whole["total"] > 0, path
