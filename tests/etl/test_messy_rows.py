"""Rows of messy files: those that repeat, differ, sum up others, or break a rule."""

from pathlib import Path

import pytest
from sqlalchemy import select

from queries.engine import Warehouse
from queries.schema import dim_partners, etl_runs
from tests.etl.test_command_line import folder
from tests.etl.test_messy_files import AT, HEADER, aside, land, landed, order, write

__all__ = ["folder"]


@pytest.mark.parametrize("rows", [["A", "B", "A"], ["A", "A", "B"], ["B", "A", "A"]])
def test_rows_of_one_key_that_differ_are_all_set_aside(folder: Path, rows: list[str]) -> None:
    lines = [order(name, str(100 + at)) for at, name in enumerate(rows)]
    assert land(write(folder, lines))[0] == 3
    assert set(landed(folder)) == {"B"}
    assert [row[0] for row in aside(folder)] == [at + 2 for at, name in enumerate(rows) if name == "A"]


def test_a_good_and_a_bad_row_of_one_key_are_both_set_aside(folder: Path) -> None:
    assert land(write(folder, [order("A"), order("A", "abc"), order("a"), order("C"), order("C")]))[0] == 3
    assert set(landed(folder)) == {"a", "C"}
    assert [row[0] for row in aside(folder)] == [2, 3]


def test_lines_of_items_become_one_order(folder: Path) -> None:
    rows = [order("A", "100"), "A,,,,70,", order("B", "5"), "B,Satu,,,6,9000", order("C", "7"), "C,Dua,,,1,"]
    options = "rows: items, key: nomor, carry_down: [toko, awb, waktu, ongkos], sum: [nilai]"
    code, output = land(write(folder, rows, options))
    assert code == 3, output
    assert landed(folder) == {"A": 170, "B": 11}
    assert [row[3] for row in aside(folder)] == ["the lines of this key differ"]


def test_without_a_word_on_items_their_lines_are_set_aside(folder: Path) -> None:
    assert land(write(folder, [order("A", "100"), "A,,,,70,", order("B")]))[0] == 3
    assert set(landed(folder)) == {"B"}


@pytest.mark.parametrize(
    "total", [",,,,300000,18000", "TOTAL,,,,300000,18000", "Jumlah 2 pesanan,,,,300000,", "Σ,,,,,18000"]
)
def test_a_repeated_header_is_dropped_and_a_total_row_is_set_aside(folder: Path, total: str) -> None:
    assert land(write(folder, [order("A"), HEADER, order("B"), total]))[0] == 3
    assert set(landed(folder)) == {"A", "B"}
    assert [row[0] for row in aside(folder)] == [5]


def test_surplus_fields_set_their_row_aside_and_empty_ones_are_cut(folder: Path) -> None:
    assert land(write(folder, [order("A") + ",,", order("B") + ",more", order("C")]))[0] == 3
    assert landed(folder) == {"A": 150000, "C": 150000}


def test_partners_of_a_list_of_orders_land_once(folder: Path) -> None:
    assert land(write(folder, [order(str(at)) for at in range(5)]))[0] == 0
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        assert connection.scalars(select(dim_partners.c.full_name)).all() == ["Satu"]
        run = connection.execute(select(etl_runs).where(etl_runs.c.job == "dim_partners")).one()
    warehouse.close()
    assert (run.rows_read, run.rows_landed, run.rows_repeated) == (5, 1, 4)
    assert "jual.csv: 5 rows" in run.note


@pytest.mark.parametrize(
    ("bad", "told"),
    [(order("B", "-5"), (3, "nilai", "-5")), (f"B,Satu,,{AT},10,-9000", (3, "ongkos", "-9000"))],
)
def test_a_rule_of_the_warehouse_names_column_and_word(folder: Path, bad: str, told: tuple) -> None:
    assert land(write(folder, [order("A"), bad]))[0] == 3
    assert [row[:3] for row in aside(folder)] == [told]


def test_rows_that_differ_name_the_columns_and_their_words(folder: Path) -> None:
    rows = [order("A", "100"), order("A", "200"), order("B", shop="Satu"), order("B", shop="Dua", awb="X1"), order("C")]
    assert land(write(folder, rows))[0] == 3
    assert [row[:3] for row in aside(folder)] == [
        (2, "nilai", "100"),
        (3, "nilai", "200"),
        (4, "toko, awb", "Satu | "),
        (5, "toko, awb", "Dua | X1"),
    ]
