from base64 import b64decode
from typing import Any

import pandas as pd
import pytest

from dashboard.components.table import Column, by_raw_values, pairs
from dashboard.components.table.cells import header, rows_of
from pages.partner_growth.courier_mix import mix_image, mix_text
from queries.filters import Sort


def cell(value: Any, column: Column, **others: Any) -> Any:
    """The one cell of a table of one row."""
    frame = pd.DataFrame({column.name: pd.Series([value], dtype=object), **{name: [of] for name, of in others.items()}})
    (row,) = rows_of(frame, [column], None)
    return row["cells"][0]


@pytest.mark.parametrize("name", ["Toko Berkah", "+62 Store", "a#b %41 'x' / ?&=", "Sari 🌸 Bunga", "<b>x</b>"])
def test_an_opening_cell_is_the_address_and_the_name(name: str) -> None:
    column = Column("name", "Partner", opens=lambda row: f"/partner?id={row['id']}", below="phone")
    assert cell(name, column, id=7, phone="0812") == {"text": name, "href": "/partner?id=7", "below": "0812"}


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (Column("at", "Nominal", "money"), 1_234_567, "Rp1.234.567"),
        (Column("at", "Nominal", "money", copies=True), 1_234_567, {"text": "Rp1.234.567", "copy": "1234567"}),
        (Column("at", "Retur", "ratio"), (36, 1200), {"text": "3 %", "below": "36/1,2 rb"}),
        (Column("at", "Retur", "ratio"), (0, 0), {"text": "-", "below": "0/0"}),
        (Column("at", "Poin", "int", bar=20), 5, {"text": "5", "bar": 0.25}),
        (Column("at", "Poin", "int", bar=20), None, "-"),
        (Column("at", "Hari", "strip"), [1, 0, None], {"text": "1", "days": [1, 0, None]}),
        (Column("at", "HP", "phone"), "0812-3456-7890", {"text": "0812-3456-7890", "href": "https://wa.me/6281234567890"}),
        (Column("at", "HP", "phone"), "tanpa nomor", "tanpa nomor"),
        (Column("at", "Usia", "duration", alarm=lambda row: row["at"] > 60), 90, {"text": "1 mnt", "alarm": True}),
    ],
)  # fmt: skip
def test_a_cell_holds_what_is_drawn(column: Column, value: Any, expected: Any) -> None:
    assert cell(value, column) == expected


def test_rows_are_named_by_their_id() -> None:
    frame = pd.DataFrame({"id": [9, 3], "name": ["a", "b"]})
    assert [row["key"] for row in rows_of(frame, [Column("name", "Nama")], "id")] == ["9", "3"]


def test_a_header_says_how_it_is_sorted_and_whether_it_is_chosen() -> None:
    assert header(Column("x", "Usia", "duration", sort="age", extra=True)) == {
        "name": "x", "label": "Usia", "kind": "duration", "align": "right", "sort": "age", "extra": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values", "ascending"),
    [
        ("int", [105, 9, None, 1], [1, 9, 105, None]),
        ("text", ["b", "A", None, "C"], ["A", "b", "C", None]),
        ("ratio", [(1, 2), (0, 0), (1, 3), (2, 2)], [(1, 3), (1, 2), (2, 2), (0, 0)]),
    ],
)
def test_rows_are_sorted_by_raw_values_and_those_without_one_are_last(
    kind: Any, values: list[Any], ascending: list[Any]
) -> None:
    frame = pd.DataFrame({"v": pd.Series(values, dtype=object)})
    column = Column("v", "Nilai", kind, sort="v")
    assert list(by_raw_values(frame, [column], Sort("v"))["v"]) == ascending
    last = ascending[-1:]
    assert list(by_raw_values(frame, [column], Sort("v", descending=True))["v"]) == [*reversed(ascending[:-1]), *last]


def test_pairs_are_cells_of_a_ratio() -> None:
    assert list(pairs(pd.Series([1, 2]), pd.Series([3, 4]))) == [(1, 3), (2, 4)]


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
