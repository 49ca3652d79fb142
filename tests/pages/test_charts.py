"""Figures are sent unchecked (dashboard/components/figure.py): here Plotly checks them."""

import json

import plotly.graph_objects as go
import pytest

from tests.factories.product import Product
from tests.pages.conftest import RunPage


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ticket_total", {}),
        ("reliability", {}),
        ("reliability", {"sudut": "kohort"}),
        ("partner_growth", {}),
        ("partner_detail", {"id": "1"}),
    ],
)
def test_plotly_knows_every_name_and_value_of_a_chart(
    run_page: RunPage, filled: Product, name: str, address: dict[str, str]
) -> None:
    charts = run_page(filled, name, **address).get("plotly_chart")
    assert charts
    for chart in charts:
        spec = json.loads(chart.proto.spec)
        assert go.Figure(spec).data
