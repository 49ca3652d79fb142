from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import session
from dashboard.session import SignedIn


def page() -> None:
    from dashboard.signed_out import signed_out

    signed_out()


def test_an_ended_session_leads_to_the_sign_in_and_back_to_the_same_address() -> None:
    shown = AppTest.from_function(page, default_timeout=60)
    shown.query_params["id"] = "7"
    shown.query_params["angka"] = "returned_90"
    shown.run()
    assert [each.value for each in shown.warning] == ["Sesi berakhir. Silakan masuk lagi."]
    assert "/login?next=%2F%3Fid%3D7%26angka%3Dreturned_90&amp;ended=1" in shown.get("html")[0].proto.body


def test_the_answer_of_an_ended_session_is_not_remembered_as_valid() -> None:
    memory = session.SessionMemory()
    found: Iterator[SignedIn | None] = iter([SignedIn(1, "Fina", "f@x", "finance"), None])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_person", lambda _token: next(found))
        assert memory.person("t") is not None
        assert memory.person("t") is not None
        memory.forget("t")
        assert memory.person("t") is None
