"""What a dialog says when its write is not answered well."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.factories.components import look_for_components_once

look_for_components_once()


def refused() -> None:
    """A dialog's write to a service that answers what the test wants."""
    import streamlit as st

    from dashboard.client import ApiRefused, ApiUnreachable
    from dashboard.components.confirm import _is_done

    status = int(st.query_params["status"])

    def write(_value: str) -> None:
        if status:
            raise ApiRefused(status, "Service Unavailable", None, None, "code-of-the-request")
        raise ApiUnreachable("code-of-the-request")

    st.markdown(str(_is_done(write, "catatan", st.empty())))


@pytest.mark.parametrize("status", [503, 502, 500, 0])
def test_a_service_that_fails_in_the_middle_leaves_the_dialog_and_says_that_a_repeat_is_safe(status: int) -> None:
    page = AppTest.from_function(refused, default_timeout=60)
    page.query_params["status"] = str(status)
    page.run()
    assert not page.exception
    assert page.markdown[0].value == "False"  # the dialog stays, with what was typed and the same key
    assert "Coba lagi: keputusan tidak akan tercatat dua kali." in page.error[0].value
    assert "Service" not in page.error[0].value
    assert "code-of-the-" in page.error[0].value


def test_a_refusal_says_what_the_service_said() -> None:
    page = AppTest.from_function(refused, default_timeout=60)
    page.query_params["status"] = "409"
    page.run()
    assert page.error[0].value.startswith("Service Unavailable.")
