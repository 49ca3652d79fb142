import csv
import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from dashboard.components.export import as_csv, as_xlsx, harmless
from dashboard.components.table import Column
from queries.filters import Page, PageOf

COLUMNS = [Column("name", "Partner"), Column("amount", "Nominal", "money"), Column("retur", "Retur", "ratio")]
NAMES = ["=1+1", "+62", "-x", "@SUM(A1)", "\t=1", "Toko 'Berkah' 🎁, \"satu\"", None]
ROWS = pd.DataFrame({"name": NAMES, "amount": [-5, 0, 10**12, 1, 2, 3, 4], "retur": [(1, 3)] * 6 + [(0, 0)]})


def fetch(page: Page) -> PageOf:
    return PageOf(ROWS.iloc[page.offset : page.offset + page.limit].reset_index(drop=True), len(ROWS))


def test_xlsx_holds_every_row_and_says_what_it_is() -> None:
    book = load_workbook(io.BytesIO(as_xlsx(COLUMNS, fetch, [("Kurir", "=JNE"), ("Oleh", "admin@demo")])))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("Partner", "Nominal (Rp)", "Retur (%)")
    assert len(rows) == 8
    assert rows[1] == ("'=1+1", -5, 33.33)
    assert rows[3][1] == 10**12
    assert rows[7] == (None, 4, None)
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
    facts = dict(book.worksheets[1].iter_rows(values_only=True))
    assert facts == {"Kurir": "'=JNE", "Oleh": "admin@demo", "Jumlah baris": "7"}


def test_csv_is_the_same_rows() -> None:
    rows = list(csv.reader(io.StringIO(as_csv(COLUMNS, fetch).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+62", "'-x", "'@SUM(A1)", "'\t=1", NAMES[5], ""]
    assert rows[1][1] == "-5"


@pytest.mark.parametrize("value", [-5, 0, 1.5, "biasa", "", None])
def test_numbers_and_plain_text_stay(value: object) -> None:
    assert harmless(value) == value
