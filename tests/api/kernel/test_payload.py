"""The fields of a body, whatever form it comes in, and the one rule for its text."""

import asyncio
import json
from typing import Annotated, Any

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field
from starlette.requests import Request

from api.kernel.errors import Invalid
from api.kernel.payload import Fields, Sent, Upload, check_text, payload

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def read(body: bytes, kind: str = JSON) -> dict[str, Any]:
    """The fields of a body of a content type."""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", kind.encode())]}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return asyncio.run(payload(Request(scope, receive)))


def multipart(*parts: tuple[str, bytes]) -> tuple[bytes, str]:
    lines = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in parts
    )
    return lines + b"--b--\r\n", "multipart/form-data; boundary=b"


def test_the_same_fields_come_in_three_forms() -> None:
    expected = {"name": "Café", "note": ""}
    assert read(json.dumps(expected).encode()) == expected
    assert read(b"name=Caf%C3%A9&note=", FORM) == expected
    assert read(*multipart(("name", "Café".encode()), ("note", b""))) == expected
    assert read(b"") == {}


def test_what_comes_twice_is_a_list_and_so_is_what_is_named_as_one() -> None:
    assert read(b"a=1&a=2&b[]=3", FORM) == {"a": ["1", "2"], "b": ["3"]}


def test_a_file_is_an_upload() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n\x89\x00\xff\r\n--b--\r\n'
    assert read(body, "multipart/form-data; boundary=b") == {"f": Upload("a.png", b"\x89\x00\xff")}


REFUSED: list[tuple[bytes, str]] = [
    (b"not json", JSON),
    (b"[1]", JSON),
    (b'{"a": NaN}', JSON),
    (b'{"a": 1, "a": 2}', JSON),
    (b"[" * 100_000, JSON),
    (b'{"a": "\xff"}', JSON),
    ('{"a": "é"}'.encode("utf-16"), JSON),
    (b'{"a": "\\ud800"}', JSON),
    (b'{"\\udfff": 1}', JSON),
    (b'{"a": "x\\u0000"}', JSON),
    (b'{"a": {"b": ["\\ud800"]}}', JSON),
    (b'{"a": "x"}', "application/json; charset=latin-1"),
    (b"a=1", f"{FORM}; charset=utf-7"),
    (b"a=%ff", FORM),
    (b"a=%00", FORM),
    (b"a=\xff", FORM),
    (b"&".join(b"a=1" for _n in range(2000)), FORM),
    multipart(("a", b"\xff\xfe")),
    multipart(("a", b"\0")),
    (multipart(("a", b"x"))[0], "multipart/form-data; boundary=b; charset=utf-16"),
    (b"nothing", "multipart/form-data"),
    (b"--b\r\nno header", "multipart/form-data; boundary=b"),
]


@pytest.mark.parametrize(("body", "kind"), REFUSED)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(Invalid):
        read(body, kind)


def test_the_field_with_the_bad_text_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        read(b'{"a": {"note": "\\ud800"}}')
    assert list((refused.value.data or {})["errors"]) == ["a.note"]


@given(st.text())
def test_the_rule_lets_through_what_both_databases_keep(text: str) -> None:
    is_storable = "\0" not in text and text.encode(errors="ignore").decode() == text
    try:
        check_text({"field": text})
        is_taken = True
    except Invalid:
        is_taken = False
    assert is_taken == is_storable


class Body(Fields):
    name: str
    amount: Annotated[int, Field(gt=0)] = 1
    note: str = "none"
    blank_counts = frozenset({"note"})


@pytest.mark.parametrize("nothing", ['{"name": "x"}', '{"name": "x", "amount": null}', '{"name": "x", "amount": ""}'])
def test_absent_null_and_blank_are_the_same_where_a_field_is_optional(nothing: str) -> None:
    assert asyncio.run(Sent(Body)(json.loads(nothing))).amount == 1


def test_a_blank_takes_away_what_is_there_where_it_counts() -> None:
    assert asyncio.run(Sent(Body)({"name": "x", "note": "", "unknown": 1})).note == ""


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(RequestValidationError) as refused:
        asyncio.run(Sent(Body)({"amount": -1}))
    assert sorted(problem["loc"] for problem in refused.value.errors()) == [("body", "amount"), ("body", "name")]
