"""The way through the list of withdrawals: which one is open, and which one is next."""

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.components import TableView
from dashboard.state import REVIEW_DECIDED
from pages.withdrawal import steps
from queries.filters import Page, PageOf


def script() -> None:
    """One run of the page over the list that the test keeps."""
    from tests.pages import test_steps

    test_steps.draw()


order: list[int] = []


def draw() -> None:
    def fetch(page: Page) -> PageOf:
        return PageOf(pd.DataFrame({"withdrawal_id": order[page.offset : page.offset + page.limit]}), len(order))

    number = int(st.query_params.get("wd_hal", "1"))
    view = TableView("wd", Page(3, (number - 1) * 3))
    found = fetch(view.page)
    if found.rows.empty:
        view = view.within(found.total)
        found = fetch(view.page)
    opened = steps.step_through(steps.Shown(view, found, fetch))
    st.markdown(f"{opened} on {view.number}")


@pytest.fixture
def page() -> AppTest:
    order[:] = [1, 2, 3, 4, 5, 6, 7]
    return AppTest.from_function(script, default_timeout=60).run()


def shown(page: AppTest) -> str:
    assert not page.exception, page.exception[0].message
    return page.markdown[-1].value


def decide(page: AppTest, *gone: int) -> None:
    """A decision was written in the run before; these requests have left the list since."""
    order[:] = [number for number in order if number not in gone]
    page.session_state[REVIEW_DECIDED.name] = True
    page.run()


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()


def test_the_first_is_open_until_it_is_left_whatever_comes_before_it(page: AppTest) -> None:
    assert shown(page) == "1 on 1"
    order.insert(0, 99)  # somebody asks for something urgent
    assert shown(page.run()) == "1 on 1"


@pytest.mark.parametrize("leaves", [True, False])
def test_every_request_of_every_page_comes_once(page: AppTest, leaves: bool) -> None:
    seen = [shown(page)[0]]
    for number in range(1, 7):
        decide(page, *([number] if leaves else []))
        seen.append(shown(page)[0])
    assert seen == list("1234567")


def test_below_the_last_request_nothing_opens(page: AppTest) -> None:
    page.query_params.update({"id": "7", "wd_hal": "3"})
    decide(page.run())
    assert shown(page) == "7 on 3"


def test_after_the_last_row_of_a_page_the_next_page_opens(page: AppTest) -> None:
    page.query_params["id"] = "3"
    decide(page.run())
    assert shown(page) == "4 on 2"


def test_a_request_that_went_meanwhile_is_passed_over(page: AppTest) -> None:
    page.query_params["id"] = "1"
    page.run()
    decide(page, 1, 2)
    assert shown(page).startswith("3")


def test_the_keys_go_over_the_ends_of_pages(page: AppTest) -> None:
    way = []
    for _step in range(6):
        press(page, "Berikutnya")
        way.append(shown(page))
    assert way == ["2 on 1", "3 on 1", "4 on 2", "5 on 2", "6 on 2", "7 on 3"]
    assert next(button for button in page.button if button.label == "Berikutnya").disabled
    press(page, "Sebelumnya")
    assert shown(page) == "6 on 2"


def test_a_request_that_is_not_in_the_list_leads_into_it(page: AppTest) -> None:
    page.query_params["id"] = "500"
    assert shown(page.run()) == "500 on 1"
    press(page, "Berikutnya")
    assert shown(page) == "1 on 1"
