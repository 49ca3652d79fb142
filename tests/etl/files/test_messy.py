"""The files that people really had, where they are beside the product."""

from pathlib import Path

import pytest

from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads

MESSY = Path(__file__).parents[4] / "shared" / "data" / "messy"
pytestmark = pytest.mark.skipif(not MESSY.is_dir(), reason="the messy files are not here")


@pytest.mark.parametrize(
    ("folder", "rows"),
    [
        ("amounts", 15), ("cp1252", 1), ("crlf_embedded", 2),
        ("dates", 14), ("dates_z", 2), ("duphead", 2), ("dups", 6),
        ("empty", 0), ("extracol", 2), ("gz", 1), ("headeronly", 0), ("navals", 6), ("semicolon", 4), ("utf16", 1),
        ("xls_renamed", 0), ("xlsx_hidden_first", 1),
    ],
)  # fmt: skip
def test_orders_of_sellers(folder: str, rows: int) -> None:
    found = reads(MESSY / folder, "no_pesanan", "penjual", files="orders*")
    assert len(found.rows) == rows
    assert [row["_line"] for row in found.rows if row["_problem"]] == ([3] if folder == "extracol" else [])


@pytest.mark.parametrize(("folder", "rows"), [("courier1", 18), ("courier2", 4), ("courier3", 8), ("courier4", 5)])
def test_orders_of_couriers(folder: str, rows: int) -> None:
    found = reads(MESSY / folder, "no_order", "resi", files="orders*")
    assert len(found.rows) == rows
    assert {"NA", "Null"} <= set(found.column("pembeli")) or folder != "courier1"
    assert "1.23457E+17" in found.column("resi") or folder != "courier3"


def test_trailing_delimiters_and_sheets() -> None:
    assert reads(MESSY / "p_trail", "kode", "nama").column("kota") == ["Bandung", "Solo"]
    assert len(reads(MESSY / "xlsx_two_sheets", "no_pesanan", sheets="all").read.tables) == 2
    with pytest.raises(FileUnreadable, match="Okt, Nov"):
        reads(MESSY / "xlsx_two_sheets", "no_pesanan")


@pytest.mark.parametrize(
    ("file", "columns", "lines"),
    [
        ("result_acc_exp.csv", ("Referensi", "No Rekening"), [2, 3]),
        ("result_crdb.csv", ("Referensi", "Jumlah"), [2, 3]),
        ("result_mutasi_bca.csv", ("Tanggal Transaksi", "Saldo"), [6]),
        ("result_quote_nl.csv", ("Referensi", "Keterangan"), [2, 4]),
        ("result_sep_line.csv", ("Referensi",), [3, 4]),
    ],
)
def test_files_of_banks(file: str, columns: tuple[str, ...], lines: list[int]) -> None:
    assert reads(MESSY / "bank_results", *columns, files=file).lines() == lines


@pytest.mark.parametrize(
    ("file", "message"),
    [("result_html.xls", "is a web page"), ("result_unbal_quote.csv", "begins in line 2 is not closed")],
)
def test_files_of_banks_that_are_refused(file: str, message: str) -> None:
    with pytest.raises(FileUnreadable, match=message):
        reads(MESSY / "bank_results", "Referensi", files=file)
