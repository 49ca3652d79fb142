"""Codes of the stores are words on the pages, in both languages."""

from collections.abc import Iterator

import pytest

from dashboard import i18n
from dashboard.labels import order_state, payment_method
from pages.partner_detail.labels import problem_mark
from pages.reliability import labels as reliability_labels
from tests.factories.product import Product
from tests.pages.conftest import RunPage
from tests.pages.tables import tables
from vocabulary import OrderState, PaymentMethod, ProblemMark


@pytest.fixture
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language(None)


@pytest.mark.usefixtures("english")
def test_every_code_has_an_english_word() -> None:
    states = [order_state(state) for state in OrderState]
    assert states == ["Submitted", "Packing", "Shipped", "Delivered", "Returned", "Return done", "Canceled"]
    assert [payment_method(method) for method in PaymentMethod] == ["COD", "Bank transfer"]
    assert [problem_mark(mark) for mark in ProblemMark] == [None, "fake", "on hold", None]
    assert len({reliability_labels.step(state) for state in OrderState}) == len(OrderState)


def test_a_code_that_is_not_known_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="Menghilang"):
        order_state("Menghilang")


def test_the_orders_of_a_partner_show_words(run_page: RunPage, filled: Product) -> None:
    orders = tables(run_page(filled, "partner_detail", id="1", lang="en"))[0]
    assert set(orders["state_label"]) <= {order_in_english(state) for state in OrderState}
    assert set(orders["payment_label"]) <= {"COD", "Bank transfer"}


def order_in_english(state: OrderState) -> str:
    """The English word of a state."""
    i18n.set_language("en")
    try:
        return order_state(state)
    finally:
        i18n.set_language(None)
