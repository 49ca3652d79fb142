"""Text that is already stored never breaks an answer."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.kernel import audit
from api.kernel.stored_json import StoredJson

HALVES = {"filters": {"search": "a \ud800 b", "\udfff": ["\ud83d", "\ud83d\ude00"]}, "huge": 10**40}
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(st.recursive(ANY_TEXT | st.integers() | st.none(), lambda of: st.lists(of) | st.dictionaries(ANY_TEXT, of)))
def test_whatever_was_stored_can_be_sent_and_what_was_sound_is_unchanged(value: Any) -> None:
    kept = TypeAdapter(StoredJson).validate_python(value)
    json.dumps(kept, ensure_ascii=False).encode()
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert kept == value


def test_an_audit_entry_with_half_of_a_character_is_listed(
    client: TestClient, sign_in: Any, store_engine: Engine, users: dict[str, int], now: Any
) -> None:
    with Session(store_engine) as session, session.begin():
        audit.record(
            session, actor_id=users["admin"], action="export_made", subject="export", subject_id="x", request_id="r",
            at=now, after=HALVES,
        )  # fmt: skip
    answer = client.get("/api/v1/admin/audit", headers=sign_in("admin"))
    assert answer.status_code == 200
    shown = answer.json()["data"]["data"][0]["after"]
    assert shown["filters"] == {"search": "a \\ud800 b", "\\udfff": ["\\ud83d", "\N{GRINNING FACE}"]}
    assert client.get("/api/v1/admin/audit/verify", headers=sign_in("admin")).json()["data"]["whole"] is True
