"""The files that people really had, landed: what must land, and what must wait with which word, by hand."""

from pathlib import Path

import pytest
from sqlalchemy import select

from queries.engine import Warehouse
from queries.schema import dim_partners, fct_orders
from tests.etl.test_command_line import call, folder
from tests.etl.test_messy_files import aside, landed

__all__ = ["folder"]

MESSY = Path(__file__).parents[3] / "shared" / "data" / "messy"
OLIST = Path(__file__).parents[2] / "docs" / "examples" / "olist.yaml"
pytestmark = [pytest.mark.long, pytest.mark.skipif(not MESSY.is_dir(), reason="the messy files are not here")]
NUMBERS = 'numbers: {thousands: ".", decimal: ","}'
DATES = 'dates: ["%d/%m/%Y", excel]'


def land(folder: Path, case: str, mapping: str, line: str = "") -> tuple[int, str]:
    """Land a case, with a line added to its input, as a refusal proposes."""
    content = (MESSY / mapping).read_text()
    for end in ("subtotal, ongkir]", "ongkir, dibuat]"):
        content = content.replace(end, f"{end}, {line}" if line else end)
    (folder / "m.yaml").write_text(content)
    return call("run", "--source", "files", "--mapping", str(folder / "m.yaml"), "--path", str(MESSY / case))


@pytest.mark.parametrize(
    ("case", "mapping", "line", "orders", "words"),
    [
        (
            "amounts", "map.yaml", NUMBERS,
            {"P1": 150000, "P2": 1234567, "P3": 1234567, "P12": 150000},
            ["(500)", "1,234,567", "150000,50", "150000.50", "1e5", "-500", "0x1F", "inf", "9007199254740993", "1_000",
             "1.5"],
        ),
        ("courier2", "courier.yaml", NUMBERS, {"B01": 150000, "B02": 75500, "B03": 99999, "B04": 99999}, []),
        ("semicolon", "map.yaml", NUMBERS, {"S2": 150000, "S3": 1500, "S4": 150000}, ["9000,50"]),
        ("dups", "map.yaml", "", {"x1": 5}, ["100000", "200000", "100000 | 2022-10-06 00:00:00", "abc", "6"]),
        ("extracol", "map.yaml", "", {"A1": 150000}, [None]),
        ("duphead", "map.yaml", "", {"A1": 150000, "A2": 150000}, []),
        ("xlsx_two_sheets", "map.yaml", "sheets: all", {"A1": 150000, "B1": 150000, "B2": 150000}, []),
        ("xlsx_hidden_first", "map.yaml", "", {"NEW1": 150000}, []),
        (
            "courier3", "courier.yaml", "", {"C01": 150000, "C04": 150000, "1007": 150000},
            ["1.23457E+19", "1.23457E+17", "1.23457E+17", "46351.5", None],
        ),
        (
            "courier1", "courier.yaml", NUMBERS,
            {"A01": 150000, "A02": 150000, "A03": 1250000, "A05": 150000, "A06": 150000, "A08": 150000, "A09": 150000,
             "A10": 150000},
            ["150,000", "150000.00", "-150000", "1e5", "99.5", "100000", "70000",
             "Toko Dua | JNE13 | JNE | COD | Diajukan | Siti | Bandung | 100000 | 10000 | 2026-11-25 10:00:00",
             None, None],
        ),
        ("navals", "map.yaml", "", dict.fromkeys(("N1", "N2", "N3", "N4", "NULL", "N5"), 150000), []),
        (
            "dates", "map.yaml", DATES, dict.fromkeys(("D1", "D2", "D3", "D4", "D8", "D9", "D10"), 150000),
            ["2022", "2022-10", "20221005", "2022-13-05", "221005", "2022-10-05 24:00:00", "0000-00-00"],
        ),
        ("dates_z", "map.yaml", "", {"Z1": 150000, "Z2": 150000}, []),
        ("utf16", "map.yaml", "", {"U1": 150000}, []),
        ("cp1252", "map.yaml", "", {"U1": 150000}, []),
        ("crlf_embedded", "map.yaml", "", {"E1": 150000, "E2": 150000}, []),
        ("gz", "map.yaml", "", {"A1": 150000}, []),
    ],
)  # fmt: skip
def test_orders_land_or_wait(
    folder: Path, case: str, mapping: str, line: str, orders: dict[str, int], words: list[str | None]
) -> None:
    code, output = land(folder, case, mapping, line)
    assert code == (3 if words else 0), output
    assert landed(folder) == orders
    assert [row[2] for row in aside(folder)] == words


@pytest.mark.parametrize(
    ("case", "mapping", "said"),
    [
        ("amounts", "map.yaml", NUMBERS),
        ("courier1", "courier.yaml", '"150.000,00" (orders.csv, line 7) and "150000.00" (orders.csv, line 8)'),
        ("courier2", "courier.yaml", NUMBERS),
        ("dates", "map.yaml", 'dates: ["%d/%m/%Y"]'),
        ("xlsx_two_sheets", "map.yaml", "several sheets: Okt, Nov; add `sheets: all`"),
        ("headeronly", "map.yaml", "nothing was landed, since the source holds no rows"),
        ("empty", "map.yaml", "nothing was landed, since the source holds no rows"),
        ("xls_renamed", "map.yaml", "nothing was landed, since the source holds no rows"),
    ],
)
def test_what_proves_nothing_is_refused_with_what_to_do(folder: Path, case: str, mapping: str, said: str) -> None:
    code, output = land(folder, case, mapping)
    assert (code, said in output) == (1, True), output
    assert landed(folder) == {}


def test_lines_of_items_wait_or_become_one_order(folder: Path) -> None:
    assert land(folder, "courier4", "courier.yaml")[0] == 3
    assert landed(folder) == {"D03": 50000}
    items = "rows: items, key: no_order, sum: [subtotal], carry_down: [partner, resi, kurir, status, metode, ongkir]"
    assert land(folder, "courier4", "courier.yaml", items)[0] == 0
    assert landed(folder) == {"D01": 170000, "D02": 170000, "D03": 50000}


def test_an_amount_that_cannot_be_read_in_a_joined_file_sets_its_order_aside(folder: Path) -> None:
    code, output = call("run", "--source", "files", "--mapping", str(OLIST), "--path", str(MESSY / "sum_bad"))
    assert code == 3, output
    assert landed(folder) == {}
    assert aside(folder) == [(3, "price", "1.234,50", "not in the number format of this column")]


@pytest.mark.parametrize(
    ("case", "mapping", "partners"),
    [
        ("p_trail", "pmap.yaml", ["Toko Satu", "Toko Dua"]),
        ("navals", "map.yaml", ["NA", "None", "null", "n/a", "Toko"]),
        ("utf16", "map.yaml", ["Toko Café"]),
        ("cp1252", "map.yaml", ["Toko Café “Müller” – €"]),
        ("crlf_embedded", "map.yaml", ['Toko "Satu"\r\nCabang 2', "Toko, Dua"]),
    ],
)
def test_names_land_as_they_stand(folder: Path, case: str, mapping: str, partners: list[str]) -> None:
    assert land(folder, case, mapping)[0] == 0
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        assert set(connection.scalars(select(dim_partners.c.full_name))) == set(partners)
    warehouse.close()


def test_instants_are_read_by_their_own_offset(folder: Path) -> None:
    assert land(folder, "dates_z", "map.yaml")[0] == 0
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        statement = select(fct_orders.c.created_at).order_by(fct_orders.c.order_no)
        assert [str(at) for at in connection.scalars(statement)] == ["2022-10-05 00:00:00", "2022-10-04 17:00:00"]
    warehouse.close()
