from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import session, signed_out
from dashboard.session import NotSignedIn, SignedIn


def page() -> None:
    import streamlit as st

    from dashboard import signed_out
    from dashboard.session import NotSignedIn

    try:
        signed_out.current_user()
    except NotSignedIn:
        signed_out.signed_out()
        st.stop()
    st.metric("Menunggu", 17)
    signed_out.watch_session()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the session is valid, each time that somebody asks; the last answer stays."""
    wanted: list[bool] = []

    def current_user() -> SignedIn:
        if wanted.pop(0) if len(wanted) > 1 else wanted[0]:
            return SignedIn(1, "Fina", "f@x", "finance")
        raise NotSignedIn

    monkeypatch.setattr(signed_out, "current_user", current_user)
    return wanted


def test_a_page_that_nobody_touches_loses_its_data_with_its_session(answers: list[bool]) -> None:
    answers[:] = [True, True]
    shown = AppTest.from_function(page)
    shown.query_params["id"] = "7"
    shown.query_params["angka"] = "returned_90"
    assert shown.run().metric[0].value == "17"
    answers[:] = [True, False]  # the page still is, what watches finds the end
    shown.run()
    assert not shown.metric
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
