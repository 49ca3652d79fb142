from base64 import b64decode
from urllib.parse import unquote

import pandas as pd
import pytest

from dashboard.components.table import Column, _cells
from pages.partner_growth.courier_mix import mix_image, mix_text


@pytest.mark.parametrize("name", ["Toko Berkah", "+62 Store", "a#b %41 'x' / ?&=", "Sari 🌸 Bunga"])
def test_an_opening_cell_is_the_address_and_the_name(name: str) -> None:
    column = Column("name", "Partner", opens=lambda row: f"/partner?id={row['id']}")
    (cell,) = _cells(pd.DataFrame({"id": [7], "name": [name]}), column)
    address, shown = cell.split("#")
    assert address == "/partner?id=7"
    assert unquote(shown) == name


def test_the_mix_names_the_largest_share_first() -> None:
    assert mix_text({"jne": 20, "sicepat": 50, "sap": 30, "pos": 0}) == "SICEPAT 50 % · SAP 30 % · JNE 20 %"
    assert mix_text({"jne": 0}) == ""
    assert mix_image({"jne": 0}) is None


def test_the_mix_fills_the_bar() -> None:
    image = mix_image({"jne": 60, "sap": 38, "pos": 2})
    assert image is not None
    svg = b64decode(image.split(",", 1)[1]).decode()
    assert svg.count("<rect") == 3
    assert ">60</text>" in svg
    assert ">38</text>" in svg
    assert ">2</text>" not in svg
