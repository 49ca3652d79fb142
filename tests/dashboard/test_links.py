from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import links
from dashboard.navigation import registry

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_has_its_path_here() -> None:
    assert {entry.key for entry in registry()} == set(links.PagePath)


@pytest.mark.parametrize(
    ("made", "link"),
    [
        (links.partner_link(7), "/partner?id=7"),
        (links.partner_link(7, "tiket"), "/partner?id=7&bagian=tiket"),
        (links.order_link(9), "/pesanan?id=9"),
        (links.ticket_link(4), "/detail-tiket?id=4"),
        (links.withdrawal_link(12), "/withdrawal?id=12"),
        (links.withdrawal_link(12, "returned_90"), "/withdrawal?id=12&angka=returned_90"),
        (links.batch_link(3), "/batch?batch=3&tampilan=batch"),
    ],
)
def test_links_to_one_object(made: str, link: str) -> None:
    assert made == link


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("007", 7), ("-7", None), ("٧", None), ("", None), ("9" * 16, None), ("7.5", None)]
)
def test_only_digits_are_a_number(text: str, number: int | None) -> None:
    assert links.whole_number(text) == number


def test_a_key_is_read_written_and_removed() -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.links import COURIERS, PERIOD_START, WITHDRAWAL

        st.markdown(f"{WITHDRAWAL.get()} {WITHDRAWAL.is_given()} {PERIOD_START.get()} {COURIERS.texts()}")
        WITHDRAWAL.set(12)
        PERIOD_START.remove()
        st.markdown(f"{WITHDRAWAL.get()} {PERIOD_START.is_given()}")

    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["id"] = "x"
    app.query_params["dari"] = "2022-10-05"
    app.query_params["kurir"] = ["JNE", "SAP"]
    app.run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["None True 2022-10-05 ['JNE', 'SAP']", "12 False"]
